# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook remove: what uses a connection is shown first, and what is in use stays unless it is forced."""

from __future__ import annotations

import json

import pytest

from sandbox import Fault
from sandbox.faults import Status

REMOVE = "hcptf.vcs.remove"
SHOW = "Show it with the workspaces that use it"
STOP = "Stop if any cannot be removed"
GITHUB = {"service_provider": "github"}
GITLAB = {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com"}
MISSING = {"service_provider": "gitlab_hosted"}

only_once = pytest.mark.parametrize("playbook", ["newest"], indirect=True)


def github(**more):
    """Variables that select the connection of acme to GitHub."""
    return ("-e", json.dumps({"remove_organization": "acme", "remove_service_provider": "github", **more}))


def several(*connections, **more):
    return ("-e", json.dumps({"remove_organization": "acme", "remove_connections": connections, **more}))


def writes(sandbox):
    return [
        (request.method, request.path.rpartition("/")[2]) for request in sandbox.requests if request.method != "GET"
    ]


def shown(run):
    """The lines of the table without its head, each cell apart from the next by one blank."""
    head, *lines = run.result(SHOW)["msg"]
    assert head.split() == ["CONNECTION", "ACTION", "OAUTH-CLIENT", "ID", "WORKSPACES"]
    return [" ".join(line.split()) for line in lines]


def test_one_that_nothing_uses(playbook, sandbox):
    client = sandbox.store.add_client("acme")
    line = f"github github.com to be removed {client.id} none"

    run = playbook(REMOVE, *github(), "--check")
    assert (run.rc, run.recap()["changed"], shown(run), writes(sandbox)) == (0, 1, [line], [])

    run = playbook(REMOVE, *github())
    assert (run.rc, run.recap()["changed"], shown(run)) == (0, 1, [line])
    assert writes(sandbox) == [("DELETE", client.id)]
    assert not sandbox.store.clients("acme")

    run = playbook(REMOVE, *github())
    assert (run.rc, run.recap()["changed"], shown(run)) == (0, 0, ["github github.com not there - -"])
    assert len(writes(sandbox)) == 1


def test_one_in_use_is_refused_unless_forced(playbook, sandbox):
    client = sandbox.store.add_client("acme", workspaces=["network", "shop"])

    for check in ([], ["--check"]):
        run = playbook(REMOVE, *github(), *check)
        assert (run.rc, shown(run)) == (2, [f"github github.com refused {client.id} 2: network, shop"])
        for words in ("network, shop", "Nothing was removed", "remove_force=true"):
            assert words in run.result(STOP)["msg"]
        assert not writes(sandbox)

    run = playbook(REMOVE, *github(remove_force=True), "--check")
    assert (run.rc, run.recap()["changed"], writes(sandbox)) == (0, 1, [])

    run = playbook(REMOVE, *github(), "-e", "remove_force=true")
    assert (run.rc, shown(run)) == (0, [f"github github.com to be removed {client.id} 2: network, shop"])
    assert writes(sandbox) == [("DELETE", client.id)]


def test_several_at_once(playbook, sandbox):
    first, labs = sandbox.store.add_client("acme"), sandbox.store.add_client("acme-labs")
    gitlab = sandbox.store.add_client("acme", *GITLAB.values(), workspaces=[f"w{n:02}" for n in range(40)])
    connections = (GITHUB, {**GITHUB, "organization": "acme-labs"}, GITLAB, MISSING)

    # One that cannot be removed keeps the others.
    run = playbook(REMOVE, *several(*connections))
    assert (run.rc, writes(sandbox)) == (2, [])
    names = ", ".join(f"w{n:02}" for n in range(40))
    assert shown(run) == [
        f"github github.com to be removed {first.id} none",
        f"acme-labs/github github.com to be removed {labs.id} none",
        f"gitlab_enterprise_edition gitlab.example.com refused {gitlab.id} 40: {names}",
        "gitlab_hosted gitlab.com not there - -",
    ]

    # What an entry says of its own state does not count here.
    run = playbook(REMOVE, *several(*({**one, "state": "present"} for one in connections), remove_force=True))
    assert run.rc == 0
    assert sorted(writes(sandbox)) == sorted(("DELETE", client.id) for client in (first, labs, gitlab))


@only_once
def test_by_id_and_by_name(playbook, sandbox):
    one, two, three = (sandbox.store.add_client("acme", name=name) for name in ("one", "two", None))
    run = playbook(REMOVE, *github())
    assert run.rc == 2
    assert all(client.id in run.result(STOP)["msg"] for client in (one, two, three))
    assert playbook(REMOVE, *github(remove_name="two")).rc == 0
    assert playbook(REMOVE, "-e", "remove_organization=acme", "-e", f"remove_oauth_client_id={three.id}").rc == 0
    assert writes(sandbox) == [("DELETE", two.id), ("DELETE", three.id)]


@only_once
def test_an_organization_that_is_not_there(playbook, sandbox):
    run = playbook(REMOVE, *github(remove_organization="nowhere"))
    assert run.rc == 2
    assert "organization 'nowhere'" in run.result(STOP)["msg"]
    assert not writes(sandbox)


@only_once
def test_a_removal_that_the_server_refuses(playbook, sandbox):
    sandbox.store.add_client("acme")
    sandbox.faults.add(Fault(Status(403), method="DELETE"))
    run = playbook(REMOVE, *github())
    assert (run.rc, run.result("Remove")["failure"]["code"]) == (2, "forbidden")
    assert len(sandbox.store.clients("acme")) == 1


@only_once
@pytest.mark.parametrize("given", [(), ("-e", '{"remove_connections": [{"name": "GitHub"}]}')])
def test_a_connection_must_be_named(playbook, sandbox, given):
    run = playbook(REMOVE, "-e", "remove_organization=acme", *given)
    assert run.rc == 2
    assert "service_provider" in run.output
    assert not list(sandbox.requests)


@only_once
def test_the_list_of_the_role_plays_no_part(playbook, sandbox):
    """One file of variables may serve all playbooks: what it wants to be there stays."""
    client = sandbox.store.add_client("acme", *GITLAB.values())
    shared = {"vcs_connections_organization": "acme", "vcs_connections_list": [GITLAB]}
    run = playbook(REMOVE, "-e", json.dumps(shared))
    assert (run.rc, list(sandbox.requests)) == (2, [])
    run = playbook(REMOVE, "-e", json.dumps({**shared, "remove_service_provider": "github"}))
    assert (run.rc, writes(sandbox)) == (0, [])
    assert sandbox.store.clients("acme") == [client]
