# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server stored, compared with what was sent."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model import verification
from utils.model_objects import ADO_SERVICES, GITHUB, ado, client, desire


@pytest.mark.parametrize(
    ("sent", "answer", "rejected", "unreported"),
    [
        ({}, {}, [], []),
        ({"name": "x"}, {"name": "x"}, [], []),
        ({"name": "x"}, {"name": "y"}, ["name"], []),
        ({"name": None}, {"name": "x"}, ["name"], []),
        ({"name": None}, {"name": ""}, [], []),
        ({"organization_scoped": False}, {"organization_scoped": True}, ["organization_scoped"], []),
        ({"projects": ("prj-b", "prj-a")}, {"projects": ("prj-a", "prj-b")}, [], []),
        ({"projects": ("prj-a",)}, {"projects": ("prj-a", "prj-b")}, ["projects"], []),
        ({"projects": ()}, {"projects": ("prj-a",)}, ["projects"], []),
        ({"agent_pool": "apool-1"}, {"agent_pool": None}, ["agent_pool"], []),
        ({"agent_pool": None}, {"agent_pool": None}, [], []),
        ({"http_url": "https://GitHub.com"}, {"http_url": "https://github.com/"}, [], []),
        (
            {"name": "x", "organization_scoped": False, "agent_pool": "apool-1"},
            {"name": "y", "organization_scoped": False, "agent_pool": ...},
            ["name"],
            ["agent_pool"],
        ),
        ({"organization_scoped": False}, {"organization_scoped": ...}, [], ["organization_scoped"]),
    ],
)
def test_rejected_and_unreported_changes(sent, answer, rejected, unreported):
    missing = [name for name, value in answer.items() if value is ...]
    reported = {name: value for name, value in answer.items() if value is not ...}
    assert verification.rejected_changes(sent, client(without=missing, **reported)) == (rejected, unreported)


NAMED = {**GITHUB, "name": "x", "match_by": "url_and_name"}
MINE = {**ADO_SERVICES, "ado_org_name": "mine"}


@pytest.mark.parametrize(
    ("options", "stored", "changed"),
    [
        (GITHUB, client(name="whatever"), []),
        (GITHUB, client(http_url="https://GitHub.com/"), []),
        (GITHUB, client(service_provider="github_enterprise"), ["service_provider"]),
        (GITHUB, client(http_url="https://ghe.example.com"), ["http_url"]),
        (NAMED, client(name="x"), []),
        (NAMED, client(name="X"), ["name"]),
        (NAMED, client(name=None), ["name"]),
        # A name that is no part of the identity counts too: it selects one of several clients.
        ({**GITHUB, "name": "x"}, client(name="y"), ["name"]),
        (MINE, ado("oc-A", ado_org_name="Mine"), []),
        (MINE, ado("oc-A", ado_org_name=None), ["ado_org_name"]),
        (MINE, ado("oc-A", ado_org_name="other", name="any"), ["ado_org_name"]),
        # An attribute that the server does not return matters if it identifies the connection.
        (GITHUB, client(without=("http_url",)), ["http_url"]),
        (GITHUB, client(without=("service_provider",)), ["service_provider"]),
        (GITHUB, client(without=("name", "ado_org_name")), []),
        ({**GITHUB, "name": "x"}, client(without=("name",)), []),
        (NAMED, client(without=("name",)), ["name"]),
        (MINE, ado("oc-A", without=("ado_org_name",)), ["ado_org_name"]),
        ({"oauth_client_id": "oc-A"}, client(name="x"), []),
    ],
)
def test_a_client_that_the_next_run_would_not_find(options, stored, changed):
    assert verification.changed_identity(desire(options), stored) == changed


@pytest.mark.parametrize(
    ("before", "after", "order"),
    [
        (["ot-old"], ["ot-old", "ot-new"], ["ot-new", "ot-old"]),
        (["ot-old"], ["ot-new", "ot-old"], ["ot-new", "ot-old"]),
        (["ot-b", "ot-a"], ["ot-c", "ot-b", "ot-a"], ["ot-c", "ot-b", "ot-a"]),
        (["ot-b", "ot-a"], ["ot-b", "ot-a"], ["ot-b", "ot-a"]),
        ([], ["ot-new"], ["ot-new"]),
    ],
)
def test_oauth_tokens_that_an_update_added_come_first(before, after, order):
    first = verification.with_added_tokens_first(client(tokens=tuple(before)), client(tokens=tuple(after)))
    assert list(first.oauth_token_ids) == order


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (["ot-old"], ["ot-new", "ot-old"], ["(ot-new)", "through ot-old keep", "migrate_from_oauth_token_id=ot-old"]),
        (
            ["ot-b", "ot-a"],
            ["ot-c", "ot-b", "ot-a"],
            ["(ot-c)", "through ot-b, ot-a keep", "migrate_from_oauth_client_id=oc-A"],
        ),
    ],
)
def test_an_added_oauth_token_is_a_warning_with_the_command_that_moves_the_links(before, after, words):
    (warning,) = verification.added_token_warnings(client(tokens=tuple(before)), client(tokens=tuple(after)))
    for word in (*words, "oc-A", "migrate_organization=acme", f"migrate_to_oauth_token_id={after[0]}", "vcs_links"):
        assert word in warning


@pytest.mark.parametrize(("before", "after"), [(["ot-A"], ["ot-A"]), ([], ["ot-A"]), (["ot-A"], []), ([], [])])
def test_oauth_tokens_that_stay_are_no_warning(before, after):
    """Without the tokens from before, nobody knows whether one was added."""
    assert not list(verification.added_token_warnings(client(tokens=tuple(before)), client(tokens=tuple(after))))
