# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every two ways to list a connection, together in one task, run three times: nothing flips and nothing is doubled."""

from __future__ import annotations

import pytest

from sandbox import Unknowns
from utils.module_runner import PAT

pytest_plugins = ["utils.module_runner"]

GITHUB = {"service_provider": "github", "personal_access_token": PAT}
ADO = {"service_provider": "ado_services", "personal_access_token": PAT}
BESIDE = {"match_by": "url_and_name"}
ABSENT = {"state": "absent"}

ON_GITHUB = {
    "any": GITHUB,
    "spelled otherwise": {**GITHUB, "http_url": "https://GitHub.com./"},
    "named A": {**GITHUB, "name": "A"},
    "beside as A": {**GITHUB, **BESIDE, "name": "A"},
    "named B": {**GITHUB, "name": "B"},
    "beside as B": {**GITHUB, **BESIDE, "name": " B "},
    "absent": {**GITHUB, **ABSENT},
    "absent A": {**GITHUB, **ABSENT, "name": "A"},
    "absent B": {**GITHUB, **ABSENT, "name": "B"},
}
ON_ADO = {
    "any": ADO,
    "of one": {**ADO, "ado_org_name": "one"},
    "of two": {**ADO, "ado_org_name": "TWO"},
    "of one, beside as A": {**ADO, **BESIDE, "ado_org_name": "one", "name": "A"},
    "absent": {**ADO, **ABSENT},
    "absent of one": {**ADO, **ABSENT, "ado_org_name": "One"},
}
#: What is there before, by name for GitHub and by organization for Azure DevOps.
STARTS = ((), (None,), ("A",), (None, "A"), ("A", "B"))


def run_three_times(server, entries):
    """Whatever the first run does, the second and the third change nothing, and they agree with the first."""
    first = server.oauth_clients(*entries)
    refused = first.get("failed") and {entry["failure"]["code"] for entry in first["connections"] if entry["failure"]}
    if refused and not any(entry["changed"] for entry in first["connections"]):
        assert first.writes == []
    there = [client.id for client in server.clients()]
    for dummy in range(2):
        again = server.oauth_clients(*entries)
        assert (again["changed"], again.writes) == (False, []), "a later run changed something"
        assert [client.id for client in server.clients()] == there
        for entry, before in zip(again["connections"], first["connections"], strict=True):
            if before["failure"] is None and before["action"] not in ("deleted", "absent"):
                assert entry["oauth_client_id"] == before["oauth_client_id"]
    return first


def add(server, start):
    for name in start:
        server.store.add_client("acme", name=name)


def add_ado(server, start):
    organizations = {None: None, "A": "one", "B": "two"}
    for name in start:
        url = "https://dev.azure.com"
        server.store.add_client("acme", "ado_services", url, url, ado_org_name=organizations[name])


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("first", ON_GITHUB)
def test_every_pair_of_ways_to_list_a_connection(serve, first, start):
    for second in ON_GITHUB.values():
        server = serve()
        add(server, start)
        run_three_times(server, [ON_GITHUB[first], second])


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("first", ON_ADO)
def test_every_pair_of_ways_to_list_a_connection_to_azure_devops(serve, first, start):
    for second in ON_ADO.values():
        server = serve()
        add_ado(server, start)
        run_three_times(server, [ON_ADO[first], second])


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_an_unnamed_and_a_named_client_stay_two_clients(server, together, order):
    entries = [GITHUB, {**GITHUB, **BESIDE, "name": "second"}]
    server.oauth_clients(*entries)
    ids = {client.name: client.id for client in server.clients()}
    assert set(ids) == {None, "second"}
    for dummy in range(3):
        tasks = [entries[::order]] if together else [[entry] for entry in entries[::order]]
        for task in tasks:
            result = server.oauth_clients(*task)
            assert result["changed"] is False
            for entry, found in zip(task, result["connections"], strict=True):
                assert found["oauth_client_id"] == ids[entry.get("name")]


def test_equal_names_in_two_ways_do_not_make_two_equal_clients(server):
    result = server.oauth_clients({**GITHUB, "name": "X"}, {**GITHUB, **BESIDE, "name": "X"})
    assert (result.code, result.writes, server.clients()) == ("invalid_argument", [], [])


@pytest.mark.parametrize("order", [1, -1])
def test_replacing_a_connection_by_another_of_its_url_does_not_flip(server, order):
    server.store.add_client("acme", name="old")
    entries = [{**GITHUB, **ABSENT, "name": "old"}, {**GITHUB, **BESIDE, "name": "new"}][::order]
    assert server.oauth_clients(*entries)["changed"] is True
    kept = server.one_client()
    assert kept.name == "new"
    for dummy in range(2):
        result = server.oauth_clients(*entries)
        assert (result["changed"], server.one_client()) == (False, kept)


def test_a_removal_run_twice_does_not_go_on_to_the_next_client(server):
    server.store.add_client("acme", name="old")
    production = server.store.add_client("acme", name="production", workspaces=["shop"])
    old = {**GITHUB, **ABSENT, "name": "old", "force": True}
    assert [server.oauth_client(**old)["action"] for dummy in range(3)] == ["deleted", "absent", "absent"]
    assert server.one_client() == production
    result = server.oauth_client(**old)
    assert production.id in result.warnings


def test_two_azure_devops_organizations_beside_an_older_client_without_one(server):
    url = "https://dev.azure.com"
    older = server.store.add_client("acme", "ado_services", url, url)
    result = run_three_times(server, [{**ADO, "ado_org_name": "one"}, {**ADO, "ado_org_name": "two"}])
    assert [entry["action"] for entry in result["connections"]] == ["created", "created"]
    assert older in server.clients()
    assert older.id in result.warnings


@pytest.mark.parametrize("stored", ["url_rewritten", "name_collapsed"])
def test_a_server_that_stores_another_identity_keeps_no_client_of_ours(serve, stored):
    server = serve(unknowns=Unknowns(stored_identity=stored))
    older = server.store.add_client("acme", name="older")
    options = {"service_provider": "github_enterprise", "http_url": "https://GHE.example.com/x", "name": "Two  words"}
    for dummy in range(3):
        result = server.oauth_client(**options, personal_access_token=PAT)
        assert (result.code, result["changed"], server.clients()) == ("not_applied", False, [older])
        assert (result["oauth_client_id"], result["action"]) == (None, "unchanged")
        assert "http_url as" in result["msg"] or "name as 'Two words'" in result["msg"]
