# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be sent to create a connection."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument, SecretMissing
from ansible_collections.hcptf.vcs.plugins.module_utils._model import planning
from ansible_collections.hcptf.vcs.plugins.module_utils._model.plan import SENT
from utils.model_objects import (
    ADO_SERVER,
    ADO_SERVICES,
    DATA_CENTER,
    GITHUB,
    GITLAB,
    PAT,
    PEM,
    PUBLIC_PEM,
    client,
    desire,
    is_secret_free,
    shown,
)


@pytest.mark.parametrize(
    ("options", "attributes", "secrets"),
    [
        (
            {**GITHUB, "personal_access_token": PAT},
            {"service_provider": "github", "http_url": "https://github.com", "api_url": "https://api.github.com"},
            {"personal_access_token": PAT},
        ),
        (
            {
                **GITLAB,
                "http_url": "https://GitLab.example.com:443/Sub/",
                "api_url": "https://API.example.com/",
                "personal_access_token": PAT,
                "name": "GitLab",
                "organization_scoped": False,
                "projects": ["prj-b", "prj-a"],
                "agent_pool": "apool-1",
            },
            {
                "service_provider": "gitlab_enterprise_edition",
                "http_url": "https://GitLab.example.com:443/Sub",
                "api_url": "https://API.example.com",
                "name": "GitLab",
                "organization_scoped": False,
                "projects": ("prj-b", "prj-a"),
                "agent_pool": "apool-1",
            },
            {"personal_access_token": PAT},
        ),
        # What is given as nothing is what a new client has anyway.
        (
            {
                **ADO_SERVICES,
                "personal_access_token": PAT,
                "name": "",
                "projects": [],
                "agent_pool": "",
                "ado_org_name": "",
                "organization_scoped": True,
            },
            {
                "service_provider": "ado_services",
                "http_url": "https://dev.azure.com",
                "api_url": "https://dev.azure.com",
                "organization_scoped": True,
            },
            {"personal_access_token": PAT},
        ),
        (
            {**ADO_SERVICES, "personal_access_token": PAT, "ado_org_name": "my-company"},
            {
                "service_provider": "ado_services",
                "http_url": "https://dev.azure.com",
                "api_url": "https://dev.azure.com",
                "ado_org_name": "my-company",
            },
            {"personal_access_token": PAT},
        ),
        (
            {**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM},
            {
                "service_provider": "ado_server",
                "http_url": "https://ado.example.com/tfs",
                "api_url": "https://ado.example.com/tfs",
            },
            {"personal_access_token": PAT, "private_key": PEM},
        ),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": "a-consumer-secret", "rsa_public_key": PUBLIC_PEM},
            {
                "service_provider": "bitbucket_data_center",
                "http_url": "https://bitbucket.example.com",
                "api_url": "https://bitbucket.example.com",
                "rsa_public_key": PUBLIC_PEM,
            },
            {"key": "a-consumer-key", "secret": "a-consumer-secret"},
        ),
    ],
    ids=["least", "most", "given as nothing", "azure organization", "azure server", "bitbucket"],
)
@pytest.mark.parametrize("update_secrets", ["on_create", "always"])
def test_create_sends_only_given_options(options, attributes, secrets, update_secrets):
    plan = planning.plan(desire(options, update_secrets=update_secrets), None)
    assert (plan.action, plan.changed, plan.client) == ("created", True, None)
    assert dict(plan.attributes) == attributes
    assert dict(plan.secrets) == secrets
    assert plan.before == {}
    assert plan.after == {**shown(attributes), **dict.fromkeys(secrets, SENT)}
    assert is_secret_free(plan)


def test_create_predicts_the_public_view_with_the_keys_of_an_existing_client_and_no_ids():
    plan = planning.plan(desire(GITHUB, personal_access_token=PAT, name="x", projects=["prj-b", "prj-a"]), None)
    predicted = dict(plan.predicted)
    assert list(predicted) == list(client().public())
    known = {name: value for name, value in predicted.items() if value not in (None, [])}
    assert known == {
        "organization": "acme",
        "name": "x",
        "service_provider": "github",
        "http_url": "https://github.com",
        "api_url": "https://api.github.com",
        "projects": ["prj-a", "prj-b"],
    }
    assert predicted["oauth_token_ids"] == []


@pytest.mark.parametrize(
    ("options", "missing", "given"),
    [
        (GITHUB, ["personal_access_token"], []),
        ({**GITHUB, "personal_access_token": ""}, ["personal_access_token"], []),
        ({**GITHUB, "ssh_key": PEM}, ["personal_access_token"], ["ssh_key"]),
        (ADO_SERVER, ["personal_access_token", "private_key"], []),
        ({**ADO_SERVER, "private_key": PEM}, ["personal_access_token"], ["private_key"]),
        (
            {**ADO_SERVER, "personal_access_token": PAT, "update_secrets": "always"},
            ["private_key"],
            ["personal_access_token"],
        ),
        (DATA_CENTER, ["key", "secret", "rsa_public_key"], []),
        ({**DATA_CENTER, "key": "a-consumer-key", "rsa_public_key": PUBLIC_PEM}, ["secret"], ["rsa_public_key"]),
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "rsa_public_key": ""}, ["rsa_public_key"], ["secret"]),
    ],
)
def test_create_fails_for_missing_secrets_and_names_just_them(options, missing, given):
    with pytest.raises(SecretMissing) as raised:
        planning.plan(desire(options), None)
    needs = raised.value.message.partition("needs ")[2].partition(".")[0]
    assert needs == " and ".join(missing)
    assert not [option for option in given if option in needs.split(" and ")]
    assert f"Set {'them' if missing[1:] else 'it'}, " in raised.value.message
    assert raised.value.message.endswith("An empty value counts as not set.")
    assert raised.value.code == "secret_missing"
    assert "acme" in raised.value.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"service_provider": "bitbucket_hosted"}, ["bitbucket_hosted", "https://bitbucket.org", "browser"]),
        ({**DATA_CENTER, "service_provider": "bitbucket_server"}, ["cannot create", "bitbucket_data_center"]),
        ({**DATA_CENTER, "service_provider": "bitbucket_server_legacy"}, ["cannot create", "bitbucket_data_center"]),
    ],
)
def test_what_the_api_cannot_create_fails_and_says_what_to_do(options, words):
    with pytest.raises(InvalidArgument) as raised:
        planning.plan(desire(options), None)
    assert [word for word in words if word not in raised.value.message] == []


def test_create_needs_a_provider():
    with pytest.raises(InvalidArgument, match="service_provider is needed"):
        planning.plan(desire({"name": "x"}), None)


def test_a_new_connection_for_nobody_is_refused():
    with pytest.raises(InvalidArgument, match="organization_scoped"):
        planning.plan(desire(GITHUB, personal_access_token=PAT, organization_scoped=False), None)


@pytest.mark.parametrize(
    ("options", "sends", "warned"),
    [
        ({**GITHUB, "personal_access_token": PAT}, False, []),
        ({**GITHUB, "personal_access_token": PAT, "ssh_key": PEM}, True, []),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "rsa_public_key": PUBLIC_PEM},
            False,
            ["connect_path"],
        ),
        (
            {
                **DATA_CENTER,
                "key": "a-consumer-key",
                "secret": PEM,
                "rsa_public_key": PUBLIC_PEM,
                "ssh_key": PEM,
            },
            False,
            ["connect_path", "ssh_key"],
        ),
    ],
)
def test_the_ssh_key_of_a_new_connection_goes_to_its_oauth_token_where_it_gets_one(options, sends, warned):
    plan = planning.plan(desire(options), None)
    assert plan.send_ssh_key is sends
    assert plan.after.get("ssh_key") == (SENT if sends else None)
    assert len(plan.warnings) == len(warned)
    assert [word for word in warned if word not in " ".join(plan.warnings)] == []
    assert is_secret_free(plan)
