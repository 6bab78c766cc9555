# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A create is sent once, whatever becomes of its answer, and runs that race end with one client."""

from __future__ import annotations

import dataclasses
import time
from datetime import datetime, timedelta, timezone
from importlib import import_module

import pytest

from sandbox.faults import Delay, EchoBody, HtmlPage, Reset, StaleList, Status, Truncated
from utils.module_runner import CLIENTS, LIST, PAT, READER_TOKEN

pytest_plugins = ["utils.module_runner"]

POST = f"POST {CLIENTS}"


def moment(seconds):
    """A created-at so many seconds from now."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")[:-6] + "Z"


def after_requests(server, steps):
    """Act when the server has answered its so manieth request, before the client reads the answer."""

    def on_answer(_request):
        steps.get(len(server.sandbox.requests), lambda: None)()

    server.sandbox._gateway._on_answer = on_answer


def after_request(server, number, act):
    after_requests(server, {number: act})


# -- answers that are lost --------------------------------------------------------------------------------------------

LOST_AFTER_THE_COMMIT = {
    "reset": Reset(after_commit=True),
    "time-out": Delay(after=0.8),
    "truncated": Truncated(),
    "nothing of the body": Truncated(keep=0.0),
    **{str(status): Status(status, after_commit=True) for status in (408, 429, 500, 501, 502, 503, 504, 520)},
    "a proxy's page": HtmlPage(502, after_commit=True),
    "a page with 200": HtmlPage(200, after_commit=True),
    "201 without body": Status(201, "", after_commit=True),
    "201 with half a document": Status(201, '{"data": {"id": "oc-', after_commit=True),
    "201 with a list": Status(201, {"data": []}, after_commit=True),
    "201 with null": Status(201, {"data": None}, after_commit=True),
    "201 with another type": Status(201, {"data": {"type": "projects", "id": "prj-1"}}, after_commit=True),
    "201 with a number as id": Status(201, {"data": {"type": "oauth-clients", "id": 7}}, after_commit=True),
    "201 with broken compression": Status(201, "no gzip", headers={"Content-Encoding": "gzip"}, after_commit=True),
    "204": Status(204, "", after_commit=True),
}
LOST_BEFORE_THE_COMMIT = {
    "reset": Reset(),
    **{str(status): Status(status) for status in (408, 500, 501, 502, 503, 504, 520)},
    "a proxy's page": HtmlPage(502),
    "a page with 200": HtmlPage(200),
    "201 without body": Status(201, ""),
    "201 with a list": Status(201, {"data": []}),
    "204": Status(204, ""),
    "an error that echoes the request": EchoBody(500),
}


@pytest.mark.parametrize("effect", LOST_AFTER_THE_COMMIT.values(), ids=LOST_AFTER_THE_COMMIT)
def test_what_was_created_is_adopted(server, effect):
    server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    server.fault(effect, "POST", count=None)
    result = server.github(tfe_timeout=0.5 if isinstance(effect, Delay) else 5)
    created = server.clients()[1]
    (token,) = server.store.oauth_tokens(created)
    assert result.methods.count("POST") == 1
    assert (result["changed"], result["action"], result.ids) == (True, "created", (created.id, token.id))
    assert set(result.methods) == {"GET", "POST"}
    server.sandbox.faults.clear()
    again = server.github()
    assert (again.calls, again["changed"], again.ids) == ([LIST], False, result.ids)


@pytest.mark.parametrize("effect", LOST_BEFORE_THE_COMMIT.values(), ids=LOST_BEFORE_THE_COMMIT)
def test_what_was_not_created_is_not_sent_again(server, effect):
    server.fault(effect, "POST", count=None)
    result = server.github()
    assert result.methods.count("POST") == 1
    assert result.calls == [LIST, POST] + [LIST] * 5
    assert (result.code, result["changed"], server.clients()) == ("outcome_unknown", False, [])
    for words in ("github connection to https://github.com", "organization 'acme'", "not retried", "Run again"):
        assert words in result["msg"]
    server.sandbox.faults.clear()
    assert server.github()["action"] == "created"
    assert len(server.clients()) == 1


def test_what_is_committed_late_is_waited_for(server):
    server.fault(Delay(before=0.8), "POST")
    server.clock.on_wait = lambda: time.sleep(0.5)
    result = server.github(tfe_timeout=0.5)
    assert (result["action"], result["oauth_client_id"]) == ("created", server.one_client().id)
    assert result.methods.count("POST") == 1


def test_a_list_that_fails_meanwhile_is_asked_again(server):
    server.fault(Reset(after_commit=True), "POST")
    server.fault(Status(500), "GET", nth=2, count=2)
    result = server.github(tfe_max_retries=0)
    assert result["oauth_client_id"] == server.one_client().id
    assert result.calls == [LIST, POST, LIST, LIST, LIST, LIST]


def test_a_list_that_fails_to_the_end_leaves_the_outcome_unknown(server):
    server.fault(Reset(after_commit=True), "POST")
    server.fault(Status(500), "GET", nth=2, count=None)
    result = server.github(tfe_max_retries=0)
    assert (result.code, result.methods.count("POST")) == ("outcome_unknown", 1)
    server.sandbox.faults.clear()
    assert server.github()["action"] == "unchanged"


def test_what_was_there_before_is_not_adopted(server):
    """The clients of other identity, and the one beside which a second is made."""
    server.store.add_client("acme", name="first")
    server.store.add_client("acme", "github_enterprise", "https://ghe.example.com", "https://ghe.example.com/api/v3")
    server.fault(Reset(), "POST")
    result = server.github(name="second", match_by="url_and_name")
    assert result.code == "outcome_unknown"
    assert len(server.clients()) == 2


@pytest.mark.parametrize("created_at", [-1, 1])
def test_a_run_whose_create_was_not_answered_removes_nothing(server, created_at):
    """Which of the two clients is its own it cannot know: the other's maker has got an answer and relies on it."""
    server.fault(Reset(after_commit=True), "POST")
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-other", created_at=moment(created_at)))
    result = server.github()
    assert (result.code, result.methods.count("POST"), set(result.methods)) == ("outcome_unknown", 1, {"GET", "POST"})
    assert len(server.clients()) == 2
    assert all(client.id in result["msg"] for client in server.clients())
    assert (result["changed"], result["oauth_client_id"]) == (True, None)
    assert 10 < sum(server.clock.waits) < 20


@pytest.mark.parametrize("workspaces", [["shop"], None])
def test_what_a_workspace_may_use_is_never_removed(serve, workspaces):
    """A younger twin with a workspace, or of which the server does not report it, stays, and the run fails."""
    server = serve(personality="hcp" if workspaces else "tfe-before-scoping")
    server.fault(Reset(after_commit=True), "POST")
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-other", created_at=moment(-1)))

    def link():
        for name in workspaces or []:
            if name not in [workspace.name for workspace in server.store.workspaces("acme")]:
                for client in server.clients():
                    token = server.store.oauth_tokens(client)[0]
                    server.store.add_workspace("acme", name, oauth_token_id=token.id)

    server.clock.on_wait = link
    result = server.github()
    assert (result.code, result["changed"]) == ("outcome_unknown", True)
    assert all(client.id in result["msg"] for client in server.clients())
    assert set(result.methods) == {"GET", "POST"}
    assert len(server.clients()) == 2


def test_an_adopted_client_is_settled_once_its_twin_has_gone(server):
    server.fault(Reset(after_commit=True), "POST")
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-twin"))
    server.clock.on_wait = lambda: [
        server.store.delete_client(client.id) for client in server.clients() if client.id == "oc-twin"
    ]
    result = server.github()
    assert result["oauth_client_id"] == server.one_client().id
    assert "DELETE" not in result.methods


def test_a_lost_answer_among_others_affects_no_other(server):
    connections = [
        {"service_provider": "github_enterprise", "http_url": f"https://ghe{n}.example.com", "pat": PAT}
        for n in range(3)
    ]
    server.fault(Reset(after_commit=True), "POST", nth=2)
    result = server.oauth_clients(*connections)
    assert [entry["action"] for entry in result["connections"]] == ["created"] * 3
    assert [entry["oauth_client_id"] for entry in result["connections"]] == [client.id for client in server.clients()]
    assert result.calls == [LIST, POST, POST, LIST, POST, LIST]


def test_an_outcome_unknown_among_others_affects_no_other(server):
    connections = [
        {"service_provider": "github_enterprise", "http_url": f"https://ghe{n}.example.com", "pat": PAT}
        for n in range(3)
    ]
    server.fault(Reset(), "POST", nth=2)
    result = server.oauth_clients(*connections)
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == [None, "outcome_unknown", None]
    assert result.methods.count("POST") == 3
    assert len(server.clients()) == 2


def test_many_creates_at_once_are_distinguished(server):
    """From eight on several are under way at the same time, so which one a fault strikes is by chance."""
    urls = [f"https://ghe{n}.example.com" for n in range(20)]
    server.fault(Reset(after_commit=True), "POST", nth=3, count=3)
    server.fault(Status(429, headers={"Retry-After": "0"}), "POST", nth=8, count=2)
    server.fault(Status(422, {"errors": [{"detail": "no"}]}), "POST", nth=12, count=2)
    server.fault(Reset(), "POST", nth=16)
    result = server.oauth_clients(
        *({"service_provider": "github_enterprise", "http_url": url, "pat": PAT} for url in urls)
    )
    entries = dict(zip(urls, result["connections"], strict=True))
    failed = {url: entry["failure"]["code"] for url, entry in entries.items() if entry["failure"]}
    assert sorted(failed.values()) == ["outcome_unknown", "rejected", "rejected"]
    assert {client.http_url: client.id for client in server.clients()} == {
        url: entry["oauth_client_id"] for url, entry in entries.items() if url not in failed
    }
    assert [entry["changed"] for entry in entries.values()] == [url not in failed for url in urls]
    assert len(server.clients()) == 17
    assert len({request.connection for request in server.sandbox.requests if request.method == "POST"}) > 1


def test_connections_to_one_url_are_created_one_after_another(server):
    connections = [
        {"service_provider": "github", "name": f"team {n}", "match_by": "url_and_name", "pat": PAT} for n in range(12)
    ]
    server.fault(Reset(after_commit=True), "POST", nth=2, count=2)
    result = server.oauth_clients(*connections)
    assert [entry["oauth_client_id"] for entry in result["connections"]] == [client.id for client in server.clients()]
    assert [client.name for client in server.clients()] == [f"team {n}" for n in range(12)]


def test_a_refused_create_is_not_looked_for(server):
    result = server.github(tfe_token=READER_TOKEN)
    assert result.calls == [LIST, POST]


# -- concurrent runs --------------------------------------------------------------------------------------------------


def test_an_older_twin_stays_and_the_own_client_goes(server):
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)))
    result = server.github()
    older = server.one_client()
    assert older.id == "oc-older"
    assert result.ids == ("oc-older", server.store.oauth_tokens(older)[0].id)
    assert (result["changed"], result["action"]) == (False, "unchanged")
    assert "oc-older" in result.warnings
    own = result.requests[4].path.rpartition("/")[2]
    client = "/api/v2/oauth-clients"
    assert result.calls == [
        LIST,
        POST,
        LIST,
        f"GET {client}/oc-older",
        f"DELETE {client}/{own}",
        LIST,
    ]


def test_a_tie_is_decided_by_the_id(server):
    """The other's ID sorts first, its created-at is the same."""

    def add_twin():
        (own,) = server.clients()
        server.store.add_client("acme", id="oc-0000", created_at=own.created_at)

    after_request(server, 2, add_twin)
    assert server.github()["oauth_client_id"] == server.one_client().id == "oc-0000"


def test_a_younger_twin_is_waited_for_until_it_goes(server):
    after_request(server, 2, lambda: server.store.add_client("acme", id="oc-younger", created_at=moment(5)))

    def its_maker_removes_it():
        if len(server.clients()) == 2:
            server.store.delete_client("oc-younger")

    server.clock.on_wait = its_maker_removes_it
    result = server.github()
    assert (result["changed"], result["action"], result["oauth_client_id"]) == (True, "created", server.one_client().id)
    assert "DELETE" not in result.methods
    assert len(server.clock.waits) == 1


def test_only_the_own_client_is_removed_among_many(server):
    def others():
        for number in range(3):
            server.store.add_client("acme", id=f"oc-older{number}", created_at=moment(-9 + number))

    after_request(server, 1, others)
    server.clock.on_wait = lambda: [
        server.store.delete_client(client.id) for client in server.clients() if client.id in ("oc-older1", "oc-older2")
    ]
    result = server.github()
    assert server.one_client().id == result["oauth_client_id"] == "oc-older0"
    assert result.methods.count("DELETE") == 1
    assert (result["action"], result["changed"]) == ("unchanged", False)


def test_older_twins_that_stay_make_the_run_fail_without_its_own(server):
    def others():
        for number in range(3):
            server.store.add_client("acme", id=f"oc-older{number}", created_at=moment(-9 + number))

    after_request(server, 1, others)
    result = server.github()
    assert [client.id for client in server.clients()] == ["oc-older0", "oc-older1", "oc-older2"]
    assert result.code == "outcome_unknown"
    assert all(client.id in result["msg"] for client in server.clients())
    assert result.methods.count("DELETE") == 1
    assert (result["action"], result["changed"], result["oauth_client_id"]) == ("unchanged", False, None)


@pytest.mark.parametrize("twins", [1, 2])
def test_a_run_never_succeeds_beside_an_equal_client(server, twins):
    """The younger ones are not this run's to remove, and its own may have been returned by others already."""

    def others():
        for number in range(twins):
            server.store.add_client("acme", id=f"oc-younger{number}", created_at=moment(5 + number))

    after_request(server, 2, others)
    result = server.github()
    assert (result.code, result["action"], result["changed"]) == ("outcome_unknown", "created", True)
    assert result["oauth_client_id"] == next(client.id for client in server.clients() if "younger" not in client.id)
    assert all(client.id in result["msg"] for client in server.clients())
    assert (len(server.clients()), "DELETE" in result.methods) == (twins + 1, False)


def test_an_older_twin_that_goes_at_the_last_moment_leaves_the_own_client(server):
    steps = {
        1: lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)),
        3: lambda: server.store.delete_client("oc-older"),
    }
    after_requests(server, steps)
    result = server.github()
    assert (result["action"], result["oauth_client_id"]) == ("created", server.one_client().id)
    assert "DELETE" not in result.methods


def test_two_runs_that_give_way_to_each_other_say_so(server):
    steps = {
        1: lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)),
        4: lambda: server.store.delete_client("oc-older"),
    }
    after_requests(server, steps)
    result = server.github()
    assert (result.code, server.clients()) == ("outcome_unknown", [])
    assert "Run again" in result["msg"]


def test_options_are_applied_to_the_client_that_stays(server):
    after_request(
        server, 1, lambda: server.store.add_client("acme", id="oc-older", name="other", created_at=moment(-1))
    )
    result = server.github(name="mine")
    assert server.one_client().id == result["oauth_client_id"] == "oc-older"
    assert (server.one_client().name, result["action"], result["changed"]) == ("mine", "updated", True)


def test_twins_of_other_identity_do_not_count(server):
    after_request(server, 1, lambda: server.store.add_client("acme", name="theirs", created_at=moment(-1)))
    result = server.github(name="mine", match_by="url_and_name")
    assert (result["action"], len(server.clients()), result.calls) == ("created", 2, [LIST, POST, LIST])


def test_clients_from_before_are_no_twins(server):
    """A second connection by name leaves the first alone, in age the older one."""
    server.store.add_client("acme", name="first", created_at=moment(-900))
    result = server.github(name="second", match_by="url_and_name")
    assert (result["action"], len(server.clients())) == ("created", 2)


def test_fresh_twins_of_others_are_looked_at_again_before_they_are_called_ambiguous(server):
    clients = [server.store.add_client("acme", created_at=moment(-2 + number)) for number in range(2)]
    server.clock.on_wait = lambda: len(server.clients()) == 2 and server.store.delete_client(clients[1].id)
    result = server.github()
    assert (result["action"], result["oauth_client_id"]) == ("unchanged", clients[0].id)


def test_fresh_twins_that_stay_are_ambiguous(server):
    for number in range(2):
        server.store.add_client("acme", created_at=moment(-2 + number))
    result = server.github()
    assert (result.code, set(result.methods)) == ("ambiguous", {"GET"})
    assert 10 < sum(server.clock.waits) < 17


def test_a_stale_list_after_the_create_is_read_again(server):
    server.fault(StaleList(), "GET", nth=2, count=2)
    result = server.github()
    assert (result["action"], result["oauth_client_id"]) == ("created", server.one_client().id)
    assert result.calls == [LIST, POST, LIST, LIST, LIST]


def test_a_list_that_stays_stale_is_warned_of(server):
    server.fault(StaleList(), "GET", nth=2, count=None)
    result = server.github()
    assert (result["action"], result["oauth_client_id"]) == ("created", server.one_client().id)
    assert result["oauth_client_id"] in result.warnings
    assert "DELETE" not in result.methods


def test_a_run_that_cannot_read_who_was_first_fails(server):
    """Another run can have created the same connection first, and end with its own client."""
    server.fault(Status(500), "GET", nth=2, count=None)
    result = server.github(tfe_max_retries=0)
    assert (result.code, result["action"], result["changed"]) == ("outcome_unknown", "created", True)
    assert result["oauth_client_id"] == server.one_client().id
    assert "therefore not known whether another run" in result["msg"]
    server.sandbox.faults.clear()
    assert server.github()["action"] == "unchanged"


def test_a_removal_of_the_own_client_that_fails_is_reported(server):
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)))
    server.fault(Status(422), "DELETE", count=None)
    result = server.github()
    own = next(client for client in server.clients() if client.id != "oc-older")
    assert result.code == "rejected"
    assert own.id in result["msg"]
    assert result["changed"] is True


def test_creates_in_bulk_settle_each_for_itself(server):
    def twins():
        store = server.store
        store.add_client("acme", "github_enterprise", "https://ghe1.example.com", "https://x.example.com", id="oc-twin")
        store._clients["oc-twin"] = dataclasses.replace(store._clients["oc-twin"], created_at=moment(-1))

    after_request(server, 1, twins)
    connections = [
        {"service_provider": "github_enterprise", "http_url": f"https://ghe{n}.example.com", "pat": PAT}
        for n in range(3)
    ]
    result = server.oauth_clients(*connections)
    assert [entry["action"] for entry in result["connections"]] == ["created", "unchanged", "created"]
    assert result["connections"][1]["oauth_client_id"] == "oc-twin"
    assert len(server.clients()) == 3


# -- answers and removals that fail while runs agree -------------------------------------------------------------------


def test_own_client_gone_and_an_older_twin_there_never_returns_the_dead_id(server):
    steps = {
        1: lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)),
        2: lambda: [server.store.delete_client(client.id) for client in server.clients() if client.id != "oc-older"],
    }
    after_requests(server, steps)
    result = server.github()
    assert server.one_client().id == result["oauth_client_id"] == "oc-older"
    assert (result["action"], result["changed"], "DELETE" in result.methods) == ("unchanged", False, False)


def test_own_client_gone_and_no_other_there_is_no_success(server):
    after_request(server, 2, lambda: server.store.delete_client(server.one_client().id))
    result = server.github()
    assert (result.code, result["oauth_client_id"], result["changed"]) == ("outcome_unknown", None, False)
    assert server.clients() == []
    assert server.github()["action"] == "created"


GIVING_WAY_FAILS_AFTER = {
    "the other one goes too": {4: "oc-older"},
    "the answer to the removal is lost": Reset(after_commit=True),
    "the removal is answered 500": Status(500, after_commit=True),
    "the removal is answered 200 with null": Status(200, "null", after_commit=True),
}


@pytest.mark.parametrize("trouble", GIVING_WAY_FAILS_AFTER.values(), ids=GIVING_WAY_FAILS_AFTER)
def test_a_removed_id_is_never_returned_as_created(server, trouble):
    steps = {1: lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1))}
    if isinstance(trouble, dict):
        steps.update({number: lambda: server.store.delete_client("oc-older") for number in trouble})
    else:
        server.fault(trouble, "DELETE", count=None)
    after_requests(server, steps)
    result = server.github(tfe_max_retries=0)
    assert (result["action"], result["changed"]) == ("unchanged", False)
    there = [client.id for client in server.clients()]
    assert there == ([] if isinstance(trouble, dict) else ["oc-older"])
    assert result["oauth_client_id"] == (there[0] if there else None)
    assert result.code == (None if there else "outcome_unknown")


def test_a_removed_id_is_not_returned_when_the_list_fails_after_the_removal(server):
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)))
    server.fault(Status(500), "GET", nth=4, count=None)
    result = server.github(tfe_max_retries=0)
    assert (server.one_client().id, result.methods.count("DELETE")) == ("oc-older", 1)
    assert (result.code, result["oauth_client_id"]) == ("outcome_unknown", None)
    assert (result["action"], result["changed"]) == ("unchanged", False)


def test_own_client_that_may_be_removed_is_not_returned(server):
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-older", created_at=moment(-1)))
    server.fault(Status(500, after_commit=True), "DELETE", count=None)
    server.fault(Status(500), "GET", nth=4, count=None)
    result = server.github(tfe_max_retries=0)
    own = result.requests[4].path.rpartition("/")[2]
    assert (result.code, result["oauth_client_id"], result["changed"]) == ("outcome_unknown", None, True)
    assert own in result["msg"]
    assert "oc-older" in result["msg"]


def test_a_lost_create_whose_list_fails_ends_in_a_bounded_time(server):
    """With all the retries of the defaults for every list it would be looked for two minutes."""
    server.fault(Status(500), "POST", count=None)
    server.fault(Status(500), "GET", nth=2, count=None)
    result = server.github()
    assert (result.code, result.methods.count("POST")) == ("outcome_unknown", 1)
    assert sum(server.clock.waits) < 30
    assert "could not be read" in result["msg"]


# -- servers whose created-at is coarse or missing ---------------------------------------------------------------------


def without_created_at(server, monkeypatch):
    documents = import_module("sandbox.documents")
    whole = documents.oauth_client

    def stripped(*arguments, **options):
        document = whole(*arguments, **options)
        document["attributes"].pop("created-at", None)
        return document

    monkeypatch.setattr(documents, "oauth_client", stripped)
    return server


@pytest.mark.parametrize(("twin", "stays"), [("oc-0000", "oc-0000"), ("oc-zzzz", None)])
def test_within_one_second_the_id_decides_once_all_of_that_second_are_visible(server, twin, stays):
    """The server reports whole seconds: a twin with the same created-at appears later, and stays or goes."""
    second = moment(0)[:19] + "Z"

    def own_gets_whole_seconds():
        (own,) = server.clients()
        server.store._clients[own.id] = dataclasses.replace(own, created_at=second)

    def twin_comes():
        if len(server.clock.waits) == 1:
            server.store.add_client("acme", id=twin, created_at=second)
        elif not stays and len(server.clients()) == 2:
            server.store.delete_client(twin)

    after_request(server, 2, own_gets_whole_seconds)
    server.clock.on_wait = twin_comes
    result = server.github()
    assert server.one_client().id == result["oauth_client_id"]
    assert (result["oauth_client_id"] == twin) == bool(stays)


@pytest.mark.parametrize("created_at", ["{0}Z", "{0}.000Z", "{0}+00:00", "{0}", "{0}.123456789Z", "{0}.5Z"])
def test_a_young_client_is_looked_at_again_however_its_created_at_is_written(server, created_at):
    """The second look no longer shows the client that its maker has removed."""
    written = created_at.format(moment(0)[:19])
    server.store.add_client("acme", id="oc-going", created_at=written)

    def gives_way():
        if [client.id for client in server.clients()] == ["oc-going"]:
            server.store.add_client("acme", id="oc-0000", created_at=written)
            server.store.delete_client("oc-going")

    server.clock.on_wait = gives_way
    result = server.github()
    if server.clock.waits:
        assert result["oauth_client_id"] == server.one_client().id == "oc-0000"
    else:
        assert created_at in ("{0}.123456789Z", "{0}.5Z")  # then it can be old enough by chance


def test_without_created_at_a_client_is_watched_before_its_id_is_returned(server, monkeypatch):
    without_created_at(server, monkeypatch)
    server.store.add_client("acme", id="oc-going")

    def gives_way():
        if len(server.clients()) == 1:
            server.store.add_client("acme", id="oc-0000")
        elif sum(server.clock.waits) > 3:
            server.store.delete_client("oc-going")

    server.clock.on_wait = gives_way
    result = server.github()
    assert result["oauth_client_id"] == server.one_client().id == "oc-0000"


def test_without_created_at_many_clients_are_watched_together(server, monkeypatch):
    without_created_at(server, monkeypatch)
    urls = [f"https://ghe{n}.example.com" for n in range(5)]
    connections = [{"service_provider": "github_enterprise", "http_url": url, "pat": PAT} for url in urls]
    assert server.oauth_clients(*connections)["changed"] is True
    server.clock.waits.clear()
    again = server.oauth_clients(*connections)
    assert (again["changed"], again.calls, server.clock.waits) == (False, [LIST, LIST], [3.0])


@pytest.mark.parametrize("twin", ["oc-0000", "oc-zzzz"])
def test_without_created_at_a_client_that_stays_is_what_both_runs_return(server, monkeypatch, twin):
    """The other run has ended with its client already, whatever the order of the IDs."""
    without_created_at(server, monkeypatch)
    after_request(server, 1, lambda: server.store.add_client("acme", id=twin))
    result = server.github()
    assert result["oauth_client_id"] == server.one_client().id == twin
    assert (result["action"], result["changed"]) == ("unchanged", False)


def test_without_created_at_the_first_id_stays_if_the_other_run_removes_its_client(server, monkeypatch):
    without_created_at(server, monkeypatch)
    after_request(server, 1, lambda: server.store.add_client("acme", id="oc-zzzz"))

    def its_maker_removes_it():
        if len(server.clients()) == 2 and sum(server.clock.waits) > 0.5:
            server.store.delete_client("oc-zzzz")

    server.clock.on_wait = its_maker_removes_it
    result = server.github()
    assert (result["action"], result["oauth_client_id"]) == ("created", server.one_client().id)


def test_a_created_at_ahead_of_the_clock_counts_as_young(server):
    server.store.add_client("acme", id="oc-going", created_at=moment(2))

    def gives_way():
        if [client.id for client in server.clients()] == ["oc-going"]:
            server.store.add_client("acme", id="oc-0000", created_at=moment(1))
            server.store.delete_client("oc-going")

    server.clock.on_wait = gives_way
    assert server.github()["oauth_client_id"] == server.one_client().id == "oc-0000"


@pytest.mark.parametrize(
    "created_at", ["0001-01-01T00:00:00Z", "yesterday", "2026-02-30T00:00:00Z", "9999-12-31T00:00:00Z"]
)
def test_a_created_at_that_is_no_date_counts_as_missing(server, created_at):
    server.store.add_client("acme", created_at=created_at)
    result = server.github()
    assert (result["action"], result.calls) == ("unchanged", [LIST, LIST])
    assert sum(server.clock.waits) == pytest.approx(3.0)
