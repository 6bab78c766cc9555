# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.neighbors import warnings_of_create
from utils.model_objects import ADO_SERVICES, GITLAB, ado, client, desire

URL = GITLAB["http_url"]
COMMUNITY = "gitlab_community_edition"
ENTERPRISE = "gitlab_enterprise_edition"


@pytest.mark.parametrize(
    ("provider", "url", "warned"),
    [
        (ENTERPRISE, URL, True),
        (ENTERPRISE, URL.replace("https", "http"), True),
        (COMMUNITY, URL.replace("https", "http"), True),
        ("github_enterprise", f"{URL}/", True),
        (COMMUNITY, f"{URL}/", False),
        (ENTERPRISE, "https://a.example.com", False),
        (ENTERPRISE, "https://z.example.com", False),
        (ENTERPRISE, f"{URL}:8443", False),
        (ENTERPRISE, f"{URL}/git", False),
        (ENTERPRISE, None, False),
        (None, URL, False),
    ],
)
def test_another_connection_to_the_same_host(provider, url, warned):
    wanted = desire({**GITLAB, "service_provider": COMMUNITY})
    warnings = warnings_of_create(wanted, [client("oc-A", service_provider=provider, http_url=url)])
    assert bool(warnings) is warned
    for warning in warnings:
        assert f"is the {provider} connection to {url}" in warning
        assert f"The {COMMUNITY} connection to {URL} is a different connection" in warning


@pytest.mark.parametrize(("path", "warned"), [("DefaultCollection", True), ("Other", False)])
def test_a_path_in_another_case(path, warned):
    wanted = desire({**GITLAB, "service_provider": COMMUNITY, "http_url": f"{URL}/defaultcollection"})
    other = client("oc-A", service_provider=COMMUNITY, http_url=f"{URL}/{path}")
    assert bool(warnings_of_create(wanted, [other])) is warned


def test_every_client_is_looked_at():
    wanted = desire({**GITLAB, "service_provider": COMMUNITY})
    others = [client("oc-A"), client("oc-B", service_provider=ENTERPRISE, http_url=URL), client("oc-C")]
    (warning,) = warnings_of_create(wanted, others)
    assert "oc-B" in warning


@pytest.mark.parametrize(("organization", "warned"), [(None, True), ("globex", False)])
def test_an_azure_devops_connection_without_an_organization(organization, warned):
    wanted = desire({**ADO_SERVICES, "ado_org_name": "acme"})
    assert bool(warnings_of_create(wanted, [ado("oc-A", ado_org_name=organization)])) is warned


def test_a_connection_without_a_url_is_compared_with_none():
    wanted = desire({"oauth_client_id": "oc-B", "service_provider": COMMUNITY})
    assert warnings_of_create(wanted, [client("oc-A", service_provider=ENTERPRISE, http_url=None)]) == []
