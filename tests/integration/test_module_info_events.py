# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_client_info with the recent errors between the server and the VCS providers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from sandbox import Unknowns
from sandbox.faults import Status

pytest_plugins = ["utils.module_runner"]

PATH = "/organizations/acme/vcs-events"
EVENTS = f"GET /api/v2{PATH}?filter%5Blevels%5D=error&page%5Bnumber%5D=1&page%5Bsize%5D=100"


def connect(server, *names, organization="acme"):
    return [
        server.store.add_client(
            organization, "github_enterprise", f"https://{name}", f"https://{name}/api/v3", name=name
        )
        for name in names
    ]


def ago(**age):
    return (datetime.now(timezone.utc) - timedelta(**age)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def read(server, **options):
    """The result, and the errors and their number of each connection by name."""
    result = server.oauth_client_info(include=["vcs_events"], **options)
    assert "failed" not in result
    return result, {one["name"]: (one["vcs_events"], one["vcs_events_count"]) for one in result["oauth_clients"]}


def assert_unknown(server, why):
    """Neither is the list empty, nor are the connections hidden, and one warning says why."""
    result, found = read(server)
    assert found == dict.fromkeys(("one", "two"), (None, None))
    (warning,) = result.warned
    assert warning.startswith("The VCS events of organization 'acme' could not be read. Could not list the VCS events")
    assert why in warning


@pytest.fixture
def connected(server):
    connect(server, "one", "two")
    return server


def test_each_connection_has_its_own_errors(connected):
    early, late = ago(days=2), ago(hours=1)
    one = next(client for client in connected.clients() if client.name == "one")
    (token,) = connected.store.oauth_tokens(one)
    connected.store.add_vcs_event("acme", "one", "The webhook\nis gone", created_at=early)
    connected.store.add_vcs_event("acme", "one", "403", created_at=late, suggested_action="Give it admin rights.")
    connected.store.add_vcs_event("acme", "one", "All is well", level="info")
    connected.store.add_vcs_event("acme", "one", "Long gone", created_at=ago(days=11))
    result, found = read(connected)
    same = {"level": "error", "oauth_token_id": token.id}
    errors = [
        {"created_at": late, "message": "403", "suggested_action": "Give it admin rights.", **same},
        {"created_at": early, "message": "The webhook is gone", "suggested_action": None, **same},
    ]
    assert found == {"one": (errors, 2), "two": ([], 0)}
    assert result.calls[1:] == [EVENTS]
    assert result.warned == []


def test_only_the_newest_are_returned_and_all_are_counted(connected):
    for minutes in range(250):
        connected.store.add_vcs_event("acme", "two", f"-{minutes}", created_at=ago(minutes=minutes))
    result, found = read(connected)
    errors, count = found["two"]
    assert ([error["message"] for error in errors], count) == ([f"-{minutes}" for minutes in range(10)], 250)
    assert len(result.calls) == 1 + 3


def test_nothing_is_read_without_asking_or_without_connections(connected):
    result = connected.oauth_client_info(include=["tokens"])
    assert not any("vcs-events" in call for call in result.calls)
    assert not any("vcs_events" in key for one in result["oauth_clients"] for key in one)
    assert len(read(connected, name="three")[0].calls) == 1


def test_errors_of_connections_that_the_task_does_not_select_do_not_appear(connected):
    connected.store.add_vcs_event("acme", "two", "The webhook is gone")
    assert read(connected, name="one")[1] == {"one": ([], 0)}


def test_several_organizations(connected):
    connect(connected, "three", organization="globex")
    connected.store.add_vcs_event("acme", "one", "of acme")
    connected.store.add_vcs_event("globex", "three", "of globex")
    connected.fault(Status(403), path="/organizations/globex/vcs-events", count=None)
    result, found = read(connected, organization=None, organizations=["acme", "globex", "acme-labs"])
    assert {name: count for name, (_errors, count) in found.items()} == {"one": 1, "two": 0, "three": None}
    assert [call for call in result.calls if "acme/vcs-events" in call] == [EVENTS]
    assert not any("acme-labs/vcs-events" in call for call in result.calls)
    assert [warning.partition(" could")[0] for warning in result.warned] == ["The VCS events of organization 'globex'"]
    assert result["unread"] == []


def test_organizations_that_fail_alike_share_a_warning(connected):
    organizations = ["acme", "acme-labs", "globex"]
    for organization in organizations[1:]:
        connect(connected, "three", organization=organization)
    connected.fault(Status(404), path="/vcs-events", count=None)
    result, _found = read(connected, organization=None, organizations=organizations)
    assert [one["vcs_events"] for one in result["oauth_clients"]] == [None] * 4
    (warning,) = result.warned
    assert warning.startswith("The VCS events of organizations 'acme', 'acme-labs', 'globex' could not be read.")


def test_a_server_without_events(serve):
    server = serve(unknowns=Unknowns(has_vcs_events=False))
    connect(server, "one", "two")
    assert_unknown(server, "404")
    assert not server.oauth_client_info().warned


@pytest.mark.parametrize("status", [401, 403, 404, 405, 422, 500])
def test_refused_errors_are_unknown_and_hide_nothing(connected, status):
    connected.fault(Status(status), path=PATH, count=None)
    assert_unknown(connected, str(status))


def resource(**values):
    event = {
        "id": "ve-1",
        "type": "vcs-events",
        "attributes": {"level": "error", "message": "gone", "created-at": "2026-11-24T10:00:00.000Z"},
        "relationships": {"oauth-client": {"data": {"id": "oc-foreign", "type": "oauth-clients"}}},
    }
    return {**event, **values}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"data": None},
        {"data": {"id": "ve-1"}},
        {"data": [17]},
        {"data": [resource(id=None)]},
        {"data": [resource(type="oauth-clients")]},
        # Whose errors are these?
        {"data": [resource(relationships=None)]},
        {"data": [resource(relationships={"oauth-client": {"links": {"related": "/"}}})]},
        {"data": [resource(relationships={"oauth-client": {"data": {"id": 17}}})]},
    ],
)
def test_anything_but_a_list_of_events_is_unknown(connected, document):
    connected.fault(Status(200, document), path=PATH, count=None)
    assert_unknown(connected, "Could not list")


def test_events_of_other_levels_and_of_no_connection_do_not_count(connected):
    one = next(client for client in connected.clients() if client.name == "one")
    mine = {"oauth-client": {"data": {"id": one.id, "type": "oauth-clients"}}}
    events = [
        resource(),
        resource(id="ve-2", relationships={"oauth-client": {"data": None}}),
        resource(id="ve-3", attributes={"level": "info", "message": "fine"}, relationships=mine),
        resource(
            id="ve-4", attributes={"message": 17, "created-at": None, "suggested-action": " "}, relationships=mine
        ),
        resource(id="ve-5", attributes=None, relationships=mine),
    ]
    connected.fault(Status(200, {"data": events}), path=PATH, count=None)
    nothing = dict.fromkeys(("created_at", "message", "suggested_action", "oauth_token_id"))
    result, found = read(connected)
    assert found == {"one": ([{"level": "error", **nothing}] * 2, 2), "two": ([], 0)}
    assert result.warned == []


def test_messages_are_short_and_hold_no_secret(connected):
    secret = "made-up/secret+of=an-option"
    message = f"Bearer {secret} at https://bot:made-up-password@ghe.example.com " + "long " * 1000
    connected.store.add_vcs_event("acme", "one", message, suggested_action=f"Replace {secret}")
    connected.secrets += [secret, "made-up-password"]
    # The test fixtures search every result for the secrets.
    _result, found = read(connected, tfe_headers={"X-Gateway": secret})
    (error,) = found["one"][0]
    assert error["message"].startswith("Bearer (secret) at https://")
    assert 900 < len(error["message"]) <= 1003
    assert error["suggested_action"] == "Replace (secret)"
