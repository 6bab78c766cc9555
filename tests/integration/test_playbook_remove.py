# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook remove: what uses a connection is shown first, and what is in use stays unless it is forced."""

from __future__ import annotations

import json

import pytest
from ansible.release import __version__ as core_version

from sandbox import Fault
from sandbox.faults import Status

REMOVE = "hcptf.vcs.remove"
SHOW = "Show the connections and what uses them"
STOP = "Stop if any cannot be removed"
GITHUB = {"service_provider": "github"}
GITLAB = {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com"}
MISSING = {"service_provider": "gitlab_hosted"}
TEXT_IS_KEPT = pytest.mark.skipif(
    core_version.startswith(("2.16.", "2.17.", "2.18.")), reason="ansible-core before 2.19 makes a list of such a text"
)


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
    assert head.split() == ["ORGANIZATION", "CONNECTION", "ACTION", "OAUTH", "CLIENT", "ID", "USED", "BY"]
    return [" ".join(line.split()) for line in lines]


def test_one_that_nothing_uses(playbook, sandbox):
    client = sandbox.store.add_client("acme")
    line = f"acme github github.com to be removed {client.id} nothing"

    run = playbook(REMOVE, *github(), "--check")
    assert (run.rc, run.recap()["changed"], shown(run), writes(sandbox)) == (0, 1, [line], [])

    run = playbook(REMOVE, *github())
    assert (run.rc, run.recap()["changed"], shown(run)) == (0, 1, [line])
    assert writes(sandbox) == [("DELETE", client.id)]
    assert not sandbox.store.clients("acme")

    run = playbook(REMOVE, *github())
    assert (run.rc, run.recap()["changed"], shown(run)) == (0, 0, ["acme github github.com not there - -"])
    assert len(writes(sandbox)) == 1


@pytest.mark.oldest_core_too
def test_one_in_use_is_refused_unless_forced(playbook, sandbox):
    client = sandbox.store.add_client("acme", workspaces=["network", "shop"])

    for check in ([], ["--check"]):
        run = playbook(REMOVE, *github(), *check)
        users = f"Workspaces that use {client.id}: network, shop"
        assert (run.rc, shown(run)) == (2, [f"acme github github.com refused {client.id} 2 workspaces", users])
        for words in ("network, shop", "Nothing was removed", "remove_force=true"):
            assert words in run.result(STOP)["msg"]
        assert not writes(sandbox)

    run = playbook(REMOVE, *github(remove_force=True), "--check")
    assert (run.rc, run.recap()["changed"], writes(sandbox)) == (0, 1, [])

    run = playbook(REMOVE, *github(), "-e", "remove_force=true")
    assert run.rc == 0
    assert shown(run)[-1] == users
    assert writes(sandbox) == [("DELETE", client.id)]


def test_policy_sets_and_modules_are_shown_too(playbook, sandbox):
    client = sandbox.store.add_client("acme", name="GitHub", workspaces=["shop"])
    sandbox.store.add_policy_set("acme", "cis", vcs_repo={"connection": "GitHub"})
    module = {"connection": "GitHub", "identifier": "acme/terraform-aws-vpc"}
    for name in ("vpc", "vpn"):
        sandbox.store.add_registry_module("acme", name, provider="aws", vcs_repo=module)
    run = playbook(REMOVE, *github())
    assert run.rc == 2
    assert shown(run) == [
        f"acme github github.com refused {client.id} 1 workspace, 1 policy set, 2 registry modules",
        f"Workspaces that use {client.id}: shop",
        f"Policy sets that use {client.id}: cis",
        f"Registry modules that use {client.id}: acme/vpc/aws, acme/vpn/aws",
    ]
    assert f"migrate_from_oauth_client_id={client.id}" in run.result(STOP)["msg"]
    assert not writes(sandbox)


def test_several_at_once(playbook, sandbox):
    first, labs = sandbox.store.add_client("acme"), sandbox.store.add_client("acme-labs")
    gitlab = sandbox.store.add_client("acme", *GITLAB.values(), workspaces=[f"w{n:02}" for n in range(40)])
    connections = (GITHUB, {**GITHUB, "organization": "acme-labs"}, GITLAB, MISSING)

    # One that cannot be removed keeps the others.
    run = playbook(REMOVE, *several(*connections))
    assert (run.rc, writes(sandbox)) == (2, [])
    names = ", ".join(f"w{n:02}" for n in range(40))
    assert shown(run) == [
        f"acme github github.com to be removed {first.id} nothing",
        f"acme-labs acme-labs/github github.com to be removed {labs.id} nothing",
        f"acme gitlab_enterprise_edition gitlab.example.com refused {gitlab.id} 40 workspaces",
        "acme gitlab_hosted gitlab.com not there - -",
        f"Workspaces that use {gitlab.id}: {names}",
    ]

    # What an entry says of its own state does not count here.
    run = playbook(REMOVE, *several(*({**one, "state": "present"} for one in connections), remove_force=True))
    assert run.rc == 0
    assert sorted(writes(sandbox)) == sorted(("DELETE", client.id) for client in (first, labs, gitlab))


def test_by_id_and_by_name(playbook, sandbox):
    one, two, three = (sandbox.store.add_client("acme", name=name) for name in ("one", "two", None))
    run = playbook(REMOVE, *github())
    assert run.rc == 2
    assert all(client.id in run.result(STOP)["msg"] for client in (one, two, three))
    assert playbook(REMOVE, *github(remove_name="two")).rc == 0
    assert playbook(REMOVE, "-e", "remove_organization=acme", "-e", f"remove_oauth_client_id={three.id}").rc == 0
    assert writes(sandbox) == [("DELETE", two.id), ("DELETE", three.id)]


def test_an_organization_that_is_not_there(playbook, sandbox):
    run = playbook(REMOVE, *github(remove_organization="nowhere"))
    assert run.rc == 2
    assert "organization 'nowhere'" in run.result(STOP)["msg"]
    assert not writes(sandbox)


def test_a_removal_that_the_server_refuses(playbook, sandbox):
    sandbox.store.add_client("acme")
    sandbox.faults.add(Fault(Status(403), method="DELETE"))
    run = playbook(REMOVE, *github())
    assert (run.rc, run.result("Remove")["failure"]["code"]) == (2, "forbidden")
    assert len(sandbox.store.clients("acme")) == 1


@pytest.mark.parametrize("given", [(), ("-e", '{"remove_connections": [{"name": "GitHub"}]}')])
def test_a_connection_must_be_named(playbook, sandbox, given):
    run = playbook(REMOVE, "-e", "remove_organization=acme", *given)
    assert run.rc == 2
    assert "service_provider" in run.output
    assert not list(sandbox.requests)


def test_the_list_of_the_role_plays_no_part(playbook, sandbox):
    """One file of variables may serve all playbooks: what it wants to be there stays."""
    client = sandbox.store.add_client("acme", *GITLAB.values())
    shared = {"vcs_connections_organization": "acme", "vcs_connections_list": [GITLAB]}
    run = playbook(REMOVE, "-e", json.dumps(shared))
    assert (run.rc, list(sandbox.requests)) == (2, [])
    run = playbook(REMOVE, "-e", json.dumps({**shared, "remove_service_provider": "github"}))
    assert (run.rc, writes(sandbox)) == (0, [])
    assert sandbox.store.clients("acme") == [client]


BLANKS = ["", "  ", None]
SELECTORS = ("oauth_client_id", "service_provider", "http_url", "name", "ado_org_name", "connections")


@pytest.mark.parametrize("blank", BLANKS)
def test_blank_organization_never_removes_from_another_one(playbook, sandbox, blank):
    """An empty answer of a survey leaves the organization of the other variable, not that of the environment."""
    kept, removed = sandbox.store.add_client("acme"), sandbox.store.add_client("acme-labs")
    variables = github(remove_organization=blank, vcs_connections_organization="acme-labs")
    run = playbook(REMOVE, *variables, TFE_ORGANIZATION="acme")
    assert run.rc == 0
    assert shown(run) == [f"acme-labs github github.com to be removed {removed.id} nothing"]
    assert sandbox.store.clients("acme") == [kept]
    assert not sandbox.store.clients("acme-labs")


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("name", [0, False])
def test_zero_and_false_are_names(playbook, sandbox, name):
    """YAML makes them of 0 and no. They must not select another connection, or one of another organization."""
    sandbox.store.add_client("acme", name="GitHub")
    run = playbook(
        REMOVE, *github(remove_name=name), warnings=["Nothing was removed: organization 'acme' has no github"]
    )
    assert (run.rc, shown(run)) == (0, [f"acme {name} not there - -"])
    run = playbook(REMOVE, *github(remove_organization=name), TFE_ORGANIZATION="acme")
    assert run.rc == 2
    assert f"organization '{name}'" in run.result(STOP)["msg"]
    assert not writes(sandbox)


@pytest.mark.parametrize("blank", [*BLANKS, []])
def test_blank_selectors_select_nothing(playbook, sandbox, blank):
    sandbox.store.add_client("acme")
    selectors = {f"remove_{name}": blank for name in SELECTORS}
    run = playbook(REMOVE, "-e", json.dumps({"remove_organization": "acme", **selectors}))
    assert run.rc == 2
    assert "Select a connection" in run.result("Require a selected connection")["msg"]
    assert not list(sandbox.requests)


def test_blank_variables_beside_a_selector_count_as_omitted(playbook, sandbox):
    client = sandbox.store.add_client("acme", name="GitHub")
    others = {f"remove_{name}": "" for name in (*SELECTORS, "force") if name != "service_provider"}
    settings = ("tfe_token", "tfe_timeout", "tfe_max_retries", "tfe_verify_tls", "tfe_ca_bundle")
    run = playbook(REMOVE, *github(**others, **{f"vcs_connections_{name}": "" for name in settings}))
    assert run.rc == 0
    assert writes(sandbox) == [("DELETE", client.id)]


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("remove_nmae", "remove_name"),
        ("remove_organisation", "remove_organization"),
        ("remove_forced", "remove_force"),
        ("vcs_connections_organisation", "vcs_connections_organization"),
        ("remove_everything", "Known are: remove_ado_org_name, remove_connections"),
    ],
)
def test_misspelled_variable_is_an_error_before_any_request(playbook, sandbox, misspelled, meant):
    sandbox.store.add_client("acme")
    run = playbook(REMOVE, *github(**{misspelled: "x"}))
    assert run.rc == 2
    message = run.result("Refuse misspelled variables")["msg"]
    assert f"There is no variable {misspelled}." in message
    assert meant in message
    assert not list(sandbox.requests)


def test_azure_devops_organization_selects(playbook, sandbox):
    one, two = (
        sandbox.store.add_client("acme", "ado_services", "https://dev.azure.com", ado_org_name=name)
        for name in ("contoso", "fabrikam")
    )
    variables = {"remove_service_provider": "ado_services", "remove_ado_org_name": "fabrikam"}
    run = playbook(REMOVE, "-e", json.dumps({"remove_organization": "acme", **variables}))
    assert run.rc == 0
    assert (sandbox.store.clients("acme"), writes(sandbox)) == ([one], [("DELETE", two.id)])


@pytest.mark.parametrize(
    "connections",
    [
        GITHUB,
        "github",
        5,
        True,
        pytest.param('[{"service_provider": "github"}]', marks=TEXT_IS_KEPT),
        [["made-up"]],
        ["made-up"],
        [{**GITHUB}, "made-up"],
    ],
)
def test_list_of_another_shape_is_refused_without_being_shown(playbook, sandbox, connections):
    run = playbook(REMOVE, "-e", json.dumps({"remove_organization": "acme", "remove_connections": connections}))
    assert run.rc == 2
    assert "list of dictionaries" in run.result("Require a list of dictionaries")["msg"]
    assert not list(sandbox.requests)


def test_a_list_and_a_selector_together_are_refused(playbook, sandbox):
    run = playbook(REMOVE, *github(remove_connections=[MISSING]))
    assert run.rc == 2
    message = run.result("Refuse two ways to select at once")["msg"]
    assert "remove_connections or remove_service_provider" in message
    assert not list(sandbox.requests)


def test_name_with_control_characters_forges_no_row(playbook, sandbox):
    name = "x\nacme  github  to be removed\x1b[2K\u2028\u202e"
    client = sandbox.store.add_client("acme", name=name, workspaces=["shop\nforged"])
    run = playbook(REMOVE, *github(remove_name=name, remove_force=True), "--check")
    lines = run.result(SHOW)["msg"]
    assert len(lines) == 3
    assert client.id in lines[1]
    assert all(line.isprintable() for line in lines)
