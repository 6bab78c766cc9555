# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See what uses a connection, and move it to another: no link is lost, doubled or half-reported."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from sandbox import Unknowns
from sandbox.faults import Status
from utils.module_runner import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

pytest_plugins = ["utils.module_runner"]

OLD, NEW, THIRD = ({"service_provider": "github", "name": name} for name in ("old", "new", "third"))


@pytest.fixture
def connected(serve):
    """A server with three connections, workspaces (some on the third), policy sets and registry modules."""

    def connect(workspaces=60, third=3, policy_sets=2, modules=2, reached=None, **settings):
        server = serve(**settings)
        store = server.store
        if reached is not None:
            store.add_personal_access_token("fake-pat-of-new", repositories=reached)
        for name in ("old", "new", "third"):
            store.add_client("acme", name=name, id=f"oc-{name}", personal_access_token=f"fake-pat-of-{name}")

        def link(connection, repository):
            kept = {"branch": "main", "tags_regex": "v.*", "ingress_submodules": True}
            return {"connection": connection, "identifier": repository, **kept}

        for number in range(workspaces):
            connection = "third" if number < third else "old"
            project = "Network" if number % 2 else "Shop"
            vcs_repo = link(connection, f"acme/repo-{number:02}")
            store.add_workspace("acme", f"ws-{number:02}", project=project, vcs_repo=vcs_repo)
        for number in range(policy_sets):
            store.add_policy_set("acme", f"policies-{number}", vcs_repo=link("old", "acme/policies"))
        for number in range(modules):
            vcs_repo = {"connection": "old", "identifier": "acme/terraform-aws-module"}
            store.add_registry_module("acme", f"module-{number}", provider="aws", vcs_repo=vcs_repo)
        return server

    return connect


def state(server):
    """Every link by the name of its object, with all of its settings."""
    store = server.store
    linked = [*store.workspaces("acme"), *store.policy_sets("acme"), *store.registry_modules("acme")]
    return {one.name: one.vcs_repo for one in linked}


def tokens(server):
    found = {client.name: server.store.oauth_tokens(client) for client in server.clients()}
    return {name: listed[0].id for name, listed in found.items() if listed}


def on(server, name):
    """The names of the objects whose links point to this connection."""
    token_id = tokens(server)[name]
    return {found for found, link in state(server).items() if link and link.oauth_token_id == token_id}


def test_sixty_workspaces_with_policy_sets_and_modules(connected):
    server = connected()
    before = state(server)
    third = on(server, "third")

    check = server.vcs_links(OLD, NEW, check=True, diff=True)
    assert check["counts"] == {"moved": 61, "unchanged": 0, "left": 0, "failed": 0}
    assert state(server) == before

    result = server.vcs_links(OLD, NEW, diff=True)
    assert result["changed"] is True
    assert [(one["name"], one["action"]) for one in result["links"]] == [
        (one["name"], one["action"]) for one in check["links"]
    ]
    assert result["diff"] == check["diff"]
    assert len(result["diff"]["before"]) == 61
    assert (len(on(server, "new")), on(server, "old"), on(server, "third")) == (61, set(), third)

    again = server.vcs_links(OLD, NEW)
    assert (again["changed"], again["counts"]["unchanged"], again.writes) == (False, 61, [])

    removed = server.oauth_client(service_provider="github", name="old", state="absent")
    assert removed["action"] == "deleted"
    assert len(on(server, "new")) == 61


def test_branch_submodules_and_tags_stay_and_only_the_token_is_sent(connected):
    server = connected(workspaces=1, third=0, policy_sets=1, modules=1)
    before = state(server)
    result = server.vcs_links(OLD, NEW)
    new = tokens(server)["new"]
    assert len(result.writes) == 3
    for _method, _path, body in result.writes:
        assert body["data"]["attributes"] == {"vcs-repo": {"oauth-token-id": new}}
    for name, after in state(server).items():
        assert dataclasses.replace(before[name], oauth_token_id=new) == after


def test_repositories_are_mapped(connected):
    server = connected(workspaces=2, third=0, modules=0, policy_sets=0)
    rules = [{"from": "acme/repo-00", "to": "platform/first"}, {"from": "acme/*", "to": "platform/terraform/*"}]
    result = server.vcs_links(OLD, NEW, repositories=rules)
    assert [(one["repository_before"], one["repository"]) for one in result["links"]] == [
        ("acme/repo-00", "platform/first"),
        ("acme/repo-01", "platform/terraform/repo-01"),
    ]
    assert {link.identifier for link in state(server).values()} == {
        "platform/first",
        "platform/terraform/repo-01",
    }
    assert server.vcs_links(OLD, NEW, repositories=rules)["changed"] is False


@pytest.mark.parametrize("check", [True, False])
def test_a_repository_that_the_new_connection_does_not_reach_keeps_its_link(connected, check):
    reached = [f"acme/repo-{number:02}" for number in range(3)]
    server = connected(workspaces=4, third=0, modules=0, policy_sets=0, reached=reached)
    result = server.vcs_links(OLD, NEW, check=check)
    assert (result.code, result["counts"]) == (
        "repository_unreachable",
        {"moved": 3, "unchanged": 0, "left": 0, "failed": 1},
    )
    (failed,) = [one for one in result["links"] if one["failure"]]
    assert (failed["name"], failed["action"], failed["changed"]) == ("ws-03", None, False)
    assert "acme/repo-03" in result["msg"]
    assert on(server, "old") == ({"ws-03"} if not check else {f"ws-{n:02}" for n in range(4)})


def test_a_repository_that_could_not_be_asked_for_is_unknown_and_not_unreachable(connected):
    server = connected(workspaces=3, third=0, modules=0, policy_sets=0)
    server.fault(Status(500), path="/vcs/repo", count=1)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=0)
    assert result["counts"]["moved"] == 3
    assert "cannot tell whether" in result.warnings
    (unsure,) = [link for link in result["links"] if link["reason"]]
    assert "cannot tell" in unsure["reason"]


@pytest.mark.parametrize("kind", ["workspaces", "policy-sets", "registry-modules"])
@pytest.mark.parametrize("status", [500, 422])
def test_a_kind_that_cannot_be_read_for_another_reason_than_permission_is_a_failure(connected, kind, status):
    """The others are moved, but a task that leaves links behind by accident must not look as if it were done."""
    server = connected(workspaces=2, third=0, modules=1, policy_sets=1)
    server.fault(Status(status), path=f"/organizations/acme/{kind}", count=None)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=0)
    assert result["failed"] is True
    assert f"the {kind.replace('-', ' ')} could not be read" in result["msg"].lower()
    assert result["changed"] is True
    assert result["counts"]["moved"] == (2 if kind == "workspaces" else 3)
    server.sandbox.faults.clear()
    assert server.vcs_links(OLD, NEW)["counts"]["failed"] == 0
    assert on(server, "old") == set()


def test_a_server_that_cannot_tell_whether_a_repository_is_reached(connected):
    server = connected(workspaces=2, third=0, modules=0, policy_sets=0, unknowns=Unknowns(repository_check="no_route"))
    result = server.vcs_links(OLD, NEW)
    assert (result["counts"]["moved"], on(server, "old")) == (2, set())
    assert "cannot tell" in result.warnings


def test_small_steps(connected):
    server = connected(workspaces=5, third=0, policy_sets=1, modules=1)
    assert server.vcs_links(OLD, NEW, limit=2, check=True)["counts"] == {
        "moved": 2,
        "unchanged": 0,
        "left": 5,
        "failed": 0,
    }
    assert server.vcs_links(OLD, NEW, limit=2)["counts"]["moved"] == 2
    assert server.vcs_links(OLD, NEW, names=["ws-0[34]"])["counts"]["moved"] == 2
    assert server.vcs_links(OLD, NEW, kinds=["policy_set"])["counts"]["moved"] == 1
    last = server.vcs_links(OLD, NEW)
    assert last["counts"] == {"moved": 2, "unchanged": 5, "left": 0, "failed": 0}
    assert server.vcs_links(OLD, NEW)["changed"] is False


@pytest.mark.parametrize("repository_check", ["answered", "not_found"])
def test_links_that_are_refused_do_not_use_up_the_limit(connected, repository_check):
    """Otherwise every run would stop at the same first links, and a rerun would never move the rest."""
    reached = [f"acme/repo-{number:02}" for number in (1, 4, 5, 6)]
    unknowns = Unknowns(repository_check=repository_check)
    server = connected(workspaces=7, third=0, policy_sets=0, modules=0, reached=reached, unknowns=unknowns)
    workspace = server.store.workspaces("acme")[1]
    server.store.update_linked(workspace, can_update=False)
    found = {"repository_unreachable": 3, "forbidden": 1}
    for counts in ({"moved": 2, "left": 1}, {"moved": 1, "left": 0}):
        check = server.vcs_links(OLD, NEW, limit=2, check=True)
        result = server.vcs_links(OLD, NEW, limit=2)
        assert [(one["name"], one["action"]) for one in check["links"]] == [
            (one["name"], one["action"]) for one in result["links"]
        ]
        assert {name: result["counts"][name] for name in counts} == counts
        codes = [one["failure"]["code"] for one in result["links"] if one["failure"]]
        assert {code: codes.count(code) for code in codes} == found
    assert on(server, "new") == {"ws-04", "ws-05", "ws-06"}


def test_a_limit_counts_only_what_is_moved(connected):
    server = connected(workspaces=6, third=0, policy_sets=0, modules=0)
    server.vcs_links(OLD, NEW, names=["ws-00", "ws-02"])
    result = server.vcs_links(OLD, NEW, limit=2)
    assert [one["action"] for one in result["links"]] == [
        *("unchanged", "moved", "unchanged", "moved", "left", "left"),
    ]
    assert sum("/vcs/repo" in request.path for request in result.requests) == 2


def test_only_workspaces_of_a_project(connected):
    server = connected(workspaces=4, third=0)
    result = server.vcs_links(OLD, NEW, projects=["Network"])
    assert on(server, "new") == {"ws-01", "ws-03"}
    assert result["counts"]["moved"] == 2
    assert server.vcs_links(OLD, NEW, projects=["Nowhere"]).code == "not_found"


@pytest.mark.parametrize(
    "written", ["Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe\N{COMBINING ACUTE ACCENT}", " Network "]
)
def test_the_name_of_a_project_is_compared_like_that_of_a_connection(connected, written):
    server = connected()
    server.store.add_project("acme", "Cafe\N{COMBINING ACUTE ACCENT}")
    assert server.vcs_links(OLD, NEW, projects=[written], check=True).code is None


# -- refused before anything is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("source", "target", "code", "words"),
    [
        (OLD, OLD, "invalid_argument", "same connection"),
        (OLD, {"oauth_client_id": "oc-old"}, "invalid_argument", "same connection"),
        (OLD, {"service_provider": "github", "name": "nowhere"}, "not_found", "'to'"),
        (OLD, {"oauth_token_id": "ot-OfAnotherOrganization"}, "not_found", "another organization"),
        (OLD, {}, "invalid_argument", "'to' must select"),
        (OLD, {"oauth_client_id": None}, "invalid_argument", "an earlier task would create has no ID yet"),
        ({"name": "old"}, NEW, "invalid_argument", "'from' needs service_provider"),
        (OLD, {**NEW, "oauth_token_id": "ot-1"}, "invalid_argument", "one way"),
        (OLD, {"github_app_installation_id": "17"}, "invalid_argument", "ghain-"),
        ({"service_provider": "github"}, NEW, "ambiguous", "'from' is ambiguous"),
    ],
)
def test_contradicting_options_are_refused_before_any_request(connected, source, target, code, words, check):
    server = connected(workspaces=1, third=0)
    result = server.vcs_links(source, target, check=check)
    assert (result.code, result["changed"], result.writes) == (code, False, [])
    assert words in result["msg"]


def test_a_new_connection_without_oauth_token_is_refused(connected):
    server = connected(workspaces=1, third=0)
    client = server.store.add_client(
        "acme", "bitbucket_data_center", "https://b.example.com", "https://b.example.com", oauth_tokens=0
    )
    result = server.vcs_links(OLD, {"oauth_client_id": client.id})
    assert (result.code, result.writes) == ("not_applied", [])
    assert "no OAuth token" in result["msg"]


def test_an_old_connection_that_is_gone_has_nothing_to_move(connected):
    server = connected(workspaces=1, third=0)
    server.vcs_links(OLD, NEW)
    server.oauth_client(service_provider="github", name="old", state="absent", force=True)
    result = server.vcs_links(OLD, NEW)
    assert (result["changed"], "failed" in result, result.writes) == (False, False, [])
    assert "'from' selects no connection" in result.warnings


def test_an_old_connection_without_oauth_token_has_nothing_to_move(connected):
    server = connected(workspaces=1, third=0)
    client = server.store.add_client("acme", name="never connected", oauth_tokens=0)
    result = server.vcs_links({"oauth_client_id": client.id}, NEW)
    assert (result["changed"], "failed" in result, result.writes) == (False, False, [])
    assert f"{client.id} ('never connected') has no OAuth token" in result.warnings


@pytest.mark.parametrize("check", [True, False])
def test_links_move_away_from_a_token_that_the_organization_does_not_have(connected, check):
    """The API accepted tokens of other organizations. A token that is gone selects nothing, as a client does."""
    server = connected(workspaces=3, third=1, modules=0, policy_sets=0)
    workspace = server.store.workspaces("acme")[2]
    foreign = dataclasses.replace(workspace.vcs_repo, oauth_token_id="ot-OfAnotherOrganization")
    server.store.update_linked(workspace, vcs_repo=foreign)
    source = {"oauth_token_id": "ot-OfAnotherOrganization"}
    result = server.vcs_links(source, NEW, check=check)
    assert (result.code, result["counts"]["moved"], result.warnings) == (None, 1, "")
    if not check:
        assert on(server, "new") == {"ws-02"}
        again = server.vcs_links(source, NEW)
        assert (again.code, again["changed"]) == (None, False)
        assert "no OAuth token ot-OfAnotherOrganization" in again.warnings


@pytest.mark.parametrize("check", [True, False])
def test_workspaces_in_projects_without_the_new_connection_are_named(connected, check):
    server = connected(workspaces=4, third=0, modules=1, policy_sets=1)
    scope = {"organization_scoped": False, "projects": ["Network"]}
    server.oauth_client(**NEW, match_by="url_and_name", **scope)
    result = server.vcs_links(OLD, NEW, check=check)
    assert (result.code, result["counts"]["moved"]) == (None, 6)
    assert "not available to the projects of these workspaces: ws-00, ws-02." in result.warnings
    # Its projects do not matter while the connection is available to the whole organization.
    server.oauth_client(**OLD, match_by="url_and_name", projects=["Network"])
    assert "not available" not in server.vcs_links(NEW, OLD, check=True).warnings


def test_a_kind_that_is_given_twice_is_read_once(connected):
    server = connected(workspaces=2, third=0, modules=0, policy_sets=0)
    twice = ["workspace", "workspace"]
    assert server.vcs_links_info(kinds=twice)["counts"]["workspace"] == 2
    assert server.vcs_links(OLD, NEW, kinds=twice)["counts"]["moved"] == 2


# -- workspaces that the API token cannot see --------------------------------------------------------------------------


@pytest.fixture
def partly_seen(connected):
    """A server on which a team's API token sees two of the three workspaces of a connection."""

    def start(**settings):
        server = connected(workspaces=3, third=0, modules=0, policy_sets=0, **settings)
        token = "fake-token-of-a-team"
        server.store.add_api_token("team", token, kind="team", manages=["acme"], workspaces=["ws-00", "ws-01"])
        return server, {"tfe_token": token}

    return start


@pytest.mark.parametrize("check", [True, False])
def test_workspaces_that_the_api_token_cannot_see_are_counted(partly_seen, check):
    """Otherwise "0 left" looks as if the old connection could be removed."""
    server, team = partly_seen()
    result = server.vcs_links(OLD, NEW, check=check, **team)
    assert (result.code, result["counts"]["moved"], result["unseen_workspaces_count"]) == (None, 2, 1)
    for words in ("1 more workspace", "oc-old", "this API token cannot see"):
        assert words in result.warnings
    if not check:
        again = server.vcs_links(OLD, NEW, **team)
        assert (again["changed"], again["unseen_workspaces_count"]) == (False, 1)
        everything = server.vcs_links(OLD, NEW)
        assert (everything["counts"]["moved"], everything["unseen_workspaces_count"]) == (1, 0)
        assert "cannot see" not in everything.warnings


def test_workspaces_that_a_filter_leaves_out_are_not_unseen(partly_seen):
    server, team = partly_seen()
    assert server.vcs_links(OLD, NEW, names=["ws-00"], check=True, **team)["unseen_workspaces_count"] == 1
    assert server.vcs_links(OLD, NEW, names=["ws-00"], check=True)["unseen_workspaces_count"] == 0
    assert server.vcs_links(OLD, NEW, kinds=["policy_set"], check=True, **team)["unseen_workspaces_count"] is None


def test_a_server_that_does_not_count_workspaces_leaves_it_open(partly_seen):
    server, team = partly_seen(personality="tfe-before-rotation")
    result = server.vcs_links(OLD, NEW, **team)
    assert (result["counts"]["moved"], result["unseen_workspaces_count"]) == (2, None)
    assert "cannot see" not in result.warnings


# -- several OAuth tokens of one client --------------------------------------------------------------------------------


@pytest.fixture
def rotated(serve):
    """A server on which a rotation has added a second OAuth token, so the links still refer to the first."""

    def rotate(newest_first=False):
        server = serve()
        store = server.store
        client = store.add_client("acme", name="GitHub", id="oc-rotated", oauth_tokens=2)
        old, new = sorted((token.id for token in store.oauth_tokens(client)), reverse=newest_first)
        store.update_oauth_token(old, created_at="2026-01-01T00:00:00.000Z")
        store.update_oauth_token(new, created_at="2026-11-01T00:00:00.000Z")
        store.add_workspace("acme", "shop", oauth_token_id=old)
        store.add_policy_set("acme", "cis", oauth_token_id=old)
        store.add_workspace("acme", "network", oauth_token_id=new)
        return server, {"old": {"oauth_token_id": old}, "new": {"oauth_token_id": new}}

    return rotate


CLIENT = {"oauth_client_id": "oc-rotated"}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(("source", "target"), [("old", "new"), ("old", CLIENT), (CLIENT, "new")])
def test_links_move_from_one_oauth_token_of_a_client_to_another(rotated, source, target, newest_first, check):
    """What counts is the token that links refer to. The order in which a server lists tokens does not matter."""
    server, tokens_of = rotated(newest_first)
    sides = (tokens_of.get(side, side) if isinstance(side, str) else side for side in (source, target))
    result = server.vcs_links(*sides, check=check)
    new = tokens_of["new"]["oauth_token_id"]
    assert (result.code, result["counts"]) == (None, {"moved": 2, "unchanged": 1, "left": 0, "failed": 0})
    assert result["to"]["oauth_token_id"] == new
    # The server's count includes the workspaces on every OAuth token of the client.
    assert result["unseen_workspaces_count"] == 0
    if not check:
        assert {link.oauth_token_id for link in state(server).values()} == {new}


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    ("source", "target"), [("old", "old"), ("new", "new"), ("new", CLIENT), (CLIENT, CLIENT)], ids=str
)
def test_two_ways_to_select_the_same_oauth_token_are_refused(rotated, source, target, newest_first):
    server, tokens_of = rotated(newest_first)
    sides = (tokens_of.get(side, side) if isinstance(side, str) else side for side in (source, target))
    result = server.vcs_links(*sides)
    assert (result.code, result["changed"], result.writes) == ("invalid_argument", False, [])
    assert "same connection" in result["msg"]


# -- meanwhile ---------------------------------------------------------------------------------------------------------


def test_links_changed_by_hand_meanwhile_are_not_moved(connected):
    server = connected(workspaces=3, third=0, modules=0, policy_sets=0)
    third, changed = tokens(server)["third"], []

    def change_by_hand(_request):
        if any("/vcs/repo" in request.path for request in server.sandbox.requests) and not changed:
            changed.append(True)
            workspace = server.store.workspaces("acme")[0]
            moved = dataclasses.replace(workspace.vcs_repo, oauth_token_id=third)
            server.store.update_linked(workspace, vcs_repo=moved)

    server.sandbox._gateway._on_answer = change_by_hand
    result = server.vcs_links(OLD, NEW)
    assert changed
    assert on(server, "third") == {"ws-00"}
    assert (result["counts"]["moved"], result["counts"]["left"]) == (2, 1)


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_commit", [True, False])
@pytest.mark.parametrize("count", [1, None])
@pytest.mark.parametrize("kind", ["workspaces", "policy-sets", "registry-modules"])
def test_a_fault_at_a_change_is_reported_truly_and_a_rerun_finishes(connected, kind, count, after_commit):
    server = connected(workspaces=2, third=0, policy_sets=1, modules=1)
    before = state(server)
    server.fault(Status(500, after_commit=after_commit), "PATCH", f"/{kind}/", count=count)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=1)
    moved = {
        one["name"].split("/")[1] if "/" in one["name"] else one["name"] for one in result["links"] if one["changed"]
    }
    assert moved == on(server, "new")
    for name, after in state(server).items():
        assert after.oauth_token_id in (tokens(server)["old"], tokens(server)["new"])
        assert dataclasses.replace(before[name], oauth_token_id=after.oauth_token_id) == after
    server.sandbox.faults.clear()
    last = server.vcs_links(OLD, NEW)
    assert "failed" not in last
    assert on(server, "old") == set()


@pytest.mark.parametrize("effect", [Status(404), Status(403), Status(404, "404 page not found", "text/plain")])
def test_one_kind_that_must_not_be_read_does_not_stop_the_others(connected, effect):
    server = connected(workspaces=2, third=0)
    server.fault(effect, "GET", "/policy-sets", count=None)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=0)
    assert ("failed" in result, result["counts"]["moved"]) == (False, 4)
    assert "policy sets of organization 'acme' could not be read" in result.warnings
    asked_for = server.vcs_links(OLD, NEW, tfe_max_retries=0, kinds=["policy_set", "workspace"])
    assert asked_for["failed"]
    assert "policy sets could not be read" in asked_for["msg"]


def test_a_registry_module_on_an_older_server_that_ignores_the_change(connected):
    server = connected(workspaces=1, third=0, unknowns=Unknowns(registry_module_connection="ignored"))
    result = server.vcs_links(OLD, NEW)
    assert result.code == "not_applied"
    assert (result["counts"]["moved"], result["counts"]["failed"]) == (3, 2)
    assert on(server, "old") == {"module-0", "module-1"}


NOT_REACHED = {"errors": [{"title": "invalid attribute", "detail": "Repository doesn't exist or isn't accessible"}]}


@pytest.mark.parametrize("status", [422, 400])
def test_links_that_are_refused_in_a_crowd_are_tried_again_one_after_another(connected, status):
    """The server asks the VCS host at each change. A host that limits requests makes it refuse good repositories."""
    server = connected(workspaces=20, third=0, policy_sets=1, modules=0)
    server.fault(Status(status, NOT_REACHED), "PATCH", count=12)
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["moved"], on(server, "old")) == (None, 21, set())
    assert len(result.writes) == 33
    assert result.warnings == ""


@pytest.mark.parametrize("reason", ["refused twice", "not known to be reached"])
def test_links_that_are_refused_for_good_are_not_tried_forever(connected, reason):
    check = reason == "refused twice"
    server = connected(workspaces=3, third=0, policy_sets=0, modules=0)
    server.fault(Status(422, NOT_REACHED), "PATCH", "/workspaces/", count=None)
    result = server.vcs_links(OLD, NEW, check_repositories=check)
    assert (result.code, result["counts"]["failed"]) == ("rejected", 3)
    assert "Repository doesn't exist" in result["msg"]
    assert len(result.writes) == (6 if check else 3)


def test_few_links_are_tried_again_if_all_are_refused(connected):
    """One after another, a thousand vain attempts would take as long as all others together, or longer."""
    server = connected(workspaces=30, third=0, policy_sets=0, modules=0)
    server.fault(Status(422, NOT_REACHED), "PATCH", count=None)
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["failed"], len(result["links"])) == ("rejected", 30, 30)
    assert len(result.writes) == 30 + 10


# -- info --------------------------------------------------------------------------------------------------------------


def test_links_with_the_connection_behind_each(connected):
    server = connected(workspaces=4, third=1)
    everything = server.vcs_links_info()
    assert everything["counts"] == {
        "workspace": 4,
        "policy_set": 2,
        "registry_module": 2,
        "stack": 0,
        "registry_component": 0,
    }
    assert everything["links"][0]["connection"]["name"] == "third"
    assert everything["links"][0]["branch"] == "main"
    third = server.vcs_links_info(connection=THIRD)
    assert [(one["kind"], one["name"]) for one in third["links"]] == [("workspace", "ws-00")]
    assert server.vcs_links_info(connection={"service_provider": "gitlab_hosted"}).code == "not_found"
    assert server.vcs_links_info(kinds=["workspace"], names=["ws-0[12]"])["counts"]["workspace"] == 2


@pytest.mark.parametrize("check", [True, False])
def test_stacks_and_stack_component_configurations_are_reported_and_never_changed(connected, check):
    server = connected(workspaces=1, third=0)
    server.store.add_stack("acme", "platform", vcs_repo={"connection": "old"})
    server.store.add_registry_component("acme", "eks", vcs_repo={"connection": "old", "identifier": "acme/eks"})
    found = server.vcs_links_info(connection=OLD)
    assert (found["counts"]["stack"], found["counts"]["registry_component"]) == (1, 1)
    (component,) = (one for one in found["links"] if one["kind"] == "registry_component")
    assert (component["name"], component["repository"], component["connection"]["oauth_client_id"]) == (
        "acme/eks",
        "acme/eks",
        "oc-old",
    )
    only = server.vcs_links_info(kinds=["registry_component"])
    assert [one["name"] for one in only["links"]] == ["acme/eks"]

    result = server.vcs_links(OLD, NEW, check=check)
    assert not any("stacks" in path or "registry-components" in path for _method, path, _body in result.writes)
    for words in ("Stacks are never changed", "platform", "Registry components are never changed", "acme/eks"):
        assert words in result.warnings


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        (Status(404, {"errors": [{"status": "404", "title": "not found"}]}), "not_found_or_forbidden"),
        (Status(404, "404 page not found", "text/plain"), None),
    ],
)
def test_stacks_that_the_server_does_not_show_are_unknown_but_no_warning_unless_asked_for(connected, effect, code):
    server = connected(workspaces=1, third=0)
    server.fault(effect, "GET", "/acme/stacks", count=None)
    result = server.vcs_links_info()
    assert ([(one["kind"], one["code"]) for one in result["unread"]], result.warnings) == (
        [("stack", code)] if code else [],
        "",
    )
    asked_for = server.vcs_links_info(kinds=["stack"])
    assert ("stacks of organization 'acme' could not be read" in asked_for.warnings) is bool(code)
    assert "stacks" not in server.vcs_links(OLD, NEW).warnings


def test_many_organizations_of_which_one_cannot_be_read(connected):
    server = connected(workspaces=2, third=0)
    result = server.vcs_links_info(organization=None, organizations=["acme", "hidden", "ACME"])
    assert (len(result["links"]), [one["organization"] for one in result["unread"]]) == (6, ["hidden"])
    assert "hidden" in result.warnings
    every = server.vcs_links_info(organization=None, organizations=["all"], tfe_token=TOKEN)
    assert len(every["links"]) == 6
    assert every["unread"] == []
    assert server.vcs_links_info(organization=None, organizations=["all", "acme"]).code == "invalid_argument"
    assert server.vcs_links_info(organizations=["acme"]).code == "invalid_argument"


# -- answers that are not documented -----------------------------------------------------------------------------------


@pytest.mark.parametrize("switch", ["replaced", "other_must_be_null", "other_must_be_omitted"])
def test_to_a_github_app_and_back(connected, switch):
    server = connected(workspaces=2, third=0, modules=0, unknowns=Unknowns(connection_switch=switch))
    installation = server.store.add_github_app_installation("acme", installation_id=17, users=["owner"])
    app = {"github_app_installation_id": installation.id}
    before = state(server)
    there = server.vcs_links(OLD, app)
    assert (there.code, there["counts"]["moved"], on(server, "old")) == (None, 4, set())
    assert "cannot tell whether" in there.warnings
    back = server.vcs_links(app, OLD)
    assert (back.code, back["counts"]["moved"]) == (None, 4)
    after = {name: dataclasses.replace(link, github_app_installation_id=None) for name, link in state(server).items()}
    assert after == before


def test_the_reason_for_a_refused_move_to_a_github_app_is_that_of_the_first_attempt(connected):
    """The further attempts are refused for how they are made."""
    server = connected(workspaces=1, third=0, modules=0, policy_sets=0)
    installation = server.store.add_github_app_installation("acme", installation_id=17, users=["owner"])
    reason = "Repository requires the authenticated user to link a GitHub account via the GitHub App"
    server.fault(Status(422, {"errors": [{"status": "422", "title": reason}]}), "PATCH")
    server.fault(Status(422), "PATCH", nth=2, count=None)
    result = server.vcs_links(OLD, {"github_app_installation_id": installation.id})
    assert (result.code, on(server, "old")) == ("rejected", {"ws-00"})
    assert reason in result["msg"]


@pytest.mark.parametrize(
    "unknowns",
    [
        Unknowns(unreachable_repository_in_write="accepted", repository_check="not_found"),
        Unknowns(unreachable_repository_in_write="rejected", repository_check="not_found"),
        Unknowns(locked_workspace_in_patch="rejected"),
        Unknowns(vcs_change_queues_run=True),
        Unknowns(empty_attributes_of_modules="null"),
        Unknowns(page_announcement="links_next", largest_page=2),
        Unknowns(page_announcement="total_pages", largest_page=2),
    ],
    ids=str,
)
def test_whatever_a_server_answers_no_link_is_lost_and_what_is_reported_is_true(connected, unknowns):
    server = connected(workspaces=5, third=1, reached=["acme/repo-01", "acme/repo-02"], unknowns=unknowns)
    result = server.vcs_links(OLD, NEW)
    assert {
        one["name"].split("/")[-2] if "/" in one["name"] else one["name"] for one in result["links"] if one["changed"]
    } == {*on(server, "new")}
    assert all(link.oauth_token_id for link in state(server).values())
    assert on(server, "third") == {"ws-00"}


@pytest.mark.parametrize("omitted", ["reset", "removes_link"])
def test_settings_that_a_server_loses_are_restored(connected, omitted):
    """A workspace on another branch would plan other infrastructure."""
    server = connected(
        workspaces=3, third=1, modules=1, policy_sets=0, unknowns=Unknowns(omitted_from_vcs_repo=omitted)
    )
    policies = {"connection": "old", "identifier": "acme/policies", "branch": "main", "ingress_submodules": True}
    server.store.add_policy_set("acme", "policies", vcs_repo=policies)
    before = state(server)
    result = server.vcs_links(OLD, NEW)
    new = tokens(server)["new"]
    assert (result.code, result["counts"]["moved"], result["counts"]["failed"]) == (None, 4, 0)
    for name, after in state(server).items():
        assert after == (before[name] if name == "ws-00" else dataclasses.replace(before[name], oauth_token_id=new))
    assert "The server also changed" in result.warnings
    assert "branch from 'main' to ''" in result.warnings or omitted == "removes_link"
    assert "which was undone" in result.warnings
    assert server.vcs_links(OLD, NEW)["changed"] is False


def test_file_triggers_and_working_directory_stay(connected):
    server = connected(
        workspaces=2,
        third=0,
        modules=0,
        policy_sets=0,
        unknowns=Unknowns(triggers_when_connection_changes="reset"),
    )
    settings = {"working-directory": "live/prod", "trigger-patterns": ["modules/**/*"], "auto-apply": True}
    workspace = server.store.workspaces("acme")[0]
    server.store.update_linked(workspace, settings=settings)
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["moved"]) == (None, 2)
    assert server.store.workspaces("acme")[0].settings.items() >= settings.items()
    assert "working-directory from 'live/prod' to None" in result.warnings


@pytest.mark.parametrize(
    "tests",
    [
        {"tests-enabled": True, "agent-execution-mode": "remote", "agent-pool-id": None},
        {"tests-enabled": True, "agent-execution-mode": "agent", "agent-pool-id": "apool-1", "agent-pool-name": "pool"},
        {"id": "tc-1", "tests-enabled": False, "agent-execution-mode": "agent", "agent-pool-id": "apool-1"},
    ],
    ids=str,
)
def test_the_tests_of_a_registry_module_stay(connected, tests):
    unknowns = Unknowns(module_tests_omitted_from_patch="disabled")
    server = connected(workspaces=0, third=0, modules=2, policy_sets=0, unknowns=unknowns)
    module, _without_tests = server.store.registry_modules("acme")
    server.store.update_linked(module, test_config=tests)
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["moved"]) == (None, 2)
    module, without_tests = server.store.registry_modules("acme")
    set_by_users = ("tests-enabled", "agent-execution-mode", "agent-pool-id")
    assert {name: module.test_config[name] for name in set_by_users} == {name: tests[name] for name in set_by_users}
    assert without_tests.test_config is None
    assert result.warnings.count("test-config from") == 1
    assert "which was undone" in result.warnings
    assert all(
        name in set_by_users for one in result.writes for name in one[2]["data"]["attributes"].get("test-config", ())
    )


def test_tests_that_are_shown_only_in_full_are_no_change(connected):
    """A module without tests can have none, or all of their defaults."""
    server = connected(workspaces=0, third=0, modules=1, policy_sets=0)
    (module,) = server.store.registry_modules("acme")
    server.store.update_linked(module, test_config={"tests-enabled": False, "agent-execution-mode": "remote"})
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["moved"], len(result.writes), result.warnings) == (None, 1, 1, "")


def test_the_update_patterns_of_a_policy_set_stay(connected):
    unknowns = Unknowns(triggers_when_connection_changes="reset")
    server = connected(workspaces=0, third=0, modules=0, policy_sets=1, unknowns=unknowns)
    (policy_set,) = server.store.policy_sets("acme")
    server.store.update_linked(policy_set, policy_update_patterns=("aws/**/*",))
    assert server.vcs_links(OLD, NEW)["counts"]["moved"] == 1
    assert list(server.store.policy_sets("acme")[0].policy_update_patterns) == ["aws/**/*"]


@pytest.mark.parametrize("status", [422, 500])
def test_settings_that_cannot_be_restored_are_a_failure(connected, status):
    unknowns = Unknowns(omitted_from_vcs_repo="reset")
    server = connected(workspaces=1, third=0, modules=0, policy_sets=0, unknowns=unknowns)
    server.fault(Status(status), "PATCH", nth=2, count=None)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=0)
    assert (result.code, result["links"][0]["action"], result["links"][0]["reason"]) == ("not_applied", "moved", None)
    assert "branch from 'main' to ''" in result["msg"]
    assert on(server, "new") == {"ws-00"}


@dataclasses.dataclass(frozen=True)
class Answered:
    """The server makes the change, and answers with another `vcs-repo`."""

    kind: ClassVar[str] = "answered"
    vcs_repo: Mapping[str, Any] | None

    def apply(self, exchange):
        answer = exchange.proceed()
        document = json.loads(answer.get_data())
        attributes = document["data"]["attributes"]
        attributes["vcs-repo"] = self.vcs_repo and {**attributes["vcs-repo"], **self.vcs_repo}
        answer.set_data(json.dumps(document))
        return answer


@pytest.mark.parametrize("vcs_repo", [None, {}, {"oauth-token-id": None}, {"oauth-token-id": "ot-of-before"}], ids=str)
def test_an_answer_that_is_incomplete_or_old_is_no_failure(connected, vcs_repo):
    server = connected(workspaces=1, third=0, modules=1, policy_sets=1)
    server.fault(Answered(vcs_repo), "PATCH", count=None)
    result = server.vcs_links(OLD, NEW)
    assert (result.code, result["counts"]["moved"], len(result.writes)) == (None, 3, 3)
    assert on(server, "old") == set()


# -- what a terminal would act on


def test_names_and_reasons_of_a_server_move_no_cursor(connected):
    server = connected(workspaces=0, third=0, modules=0, policy_sets=0)
    for character in "\x1b\x9b\u202e\u2028":
        link = {"connection": "old", "identifier": "acme/x"}
        server.store.add_workspace("acme", f"x{character}[2J", vcs_repo=link)
    server.fault(Status(500), path="/vcs/repo", count=None)
    result = server.vcs_links(OLD, NEW, tfe_max_retries=0)
    assert result.warnings.count("x\ufffd[2J") == 4
    server.fault(Status(422, {"errors": [{"title": "y\x1b[2J\x9b\u202e\u2028z"}]}), "GET", count=None)
    result = server.vcs_links(OLD, NEW)
    assert result["failure"]["errors"][0]["title"] == "y\ufffd[2J\ufffd\ufffd z"
    assert "y\ufffd[2J\ufffd\ufffd z" in result["msg"]
