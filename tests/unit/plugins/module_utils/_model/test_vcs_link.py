# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a VCS link refers to, and what tasks return of it."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.vcs_link import (
    GITHUB_APP,
    OAUTH_TOKEN,
    Credential,
    VcsLink,
)

TOKEN = Credential(OAUTH_TOKEN, "ot-A")
APP = Credential(GITHUB_APP, "ghain-A")


def test_the_two_credentials_of_a_link_exclude_each_other():
    assert TOKEN.other_attribute == "github-app-installation-id"
    assert APP.other_attribute == "oauth-token-id"


@pytest.mark.parametrize(
    ("credential", "shown"), [(TOKEN, ("ot-A", None)), (APP, (None, "ghain-A")), (None, (None, None))]
)
def test_the_public_view_of_a_link(credential, shown):
    kept = {"branch": "main", "tags-regex": "v.*"}
    link = VcsLink("workspace", "ws-A", "network", "acme", credential, "acme/network", kept, "prj-A", locked=False)
    assert link.public() == {
        "kind": "workspace",
        "id": "ws-A",
        "name": "network",
        "organization": "acme",
        "project_id": "prj-A",
        "repository": "acme/network",
        "branch": "main",
        "oauth_token_id": shown[0],
        "github_app_installation_id": shown[1],
        "locked": False,
    }


@pytest.mark.parametrize("kept", [{}, {"branch": None}, {"branch": ""}], ids=["not returned", "null", "empty"])
def test_a_link_that_follows_the_default_branch_has_no_branch(kept):
    link = VcsLink("policy_set", "polset-A", "guardrails", "acme", TOKEN, None, kept)
    assert link.public()["branch"] is None


def test_messages_say_which_link():
    assert VcsLink("registry_module", "mod-A", "acme/vpc/aws", "acme", TOKEN, None).describe() == (
        "registry module 'acme/vpc/aws' (mod-A)"
    )
