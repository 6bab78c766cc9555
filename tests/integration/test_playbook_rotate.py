# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook rotate: a new personal access token for a connection that is there, its health before and after."""

from __future__ import annotations

import json
import re

import pytest

from sandbox import Fault, Unknowns, VcsHost
from sandbox.faults import HtmlPage, Status

ROTATE = "hcptf.vcs.rotate"
GITHUB = {"rotate_organization": "acme", "rotate_service_provider": "github"}
SEND = "Send the new personal access token"
OLD, NEW, REVOKED = "made-up-old-token", "made-up-new-token", "made-up-revoked-token"
PATS = {
    "personal_access_tokens": [
        {"token": OLD, "user": "acme-bot"},
        {"token": NEW, "user": "new-bot", "repositories": ["contoso/shop"]},
        {"token": REVOKED, "user": "someone-who-left", "revoked": True},
        {"token": "made-up-rejected-token", "rejected": True},
    ]
}

pytestmark = pytest.mark.parametrize("sandbox", [PATS], indirect=True)


def variables(**more):
    """What the VCS host says has tests of its own."""
    return ("-e", json.dumps({**GITHUB, "rotate_check": False, **more}))


@pytest.fixture
def vcs(sandbox):
    with VcsHost(sandbox.store) as vcs:
        yield vcs


def health(playbook, client):
    """What HCP Terraform says about the token that the connection has."""
    options = {"organization": "acme", "oauth_client_id": client.id, "include": ["health"]}
    tasks = [{"name": "Ask", "hcptf.vcs.oauth_client_info": options}]
    run = playbook([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    return run.result("Ask")["oauth_clients"][0]["health"]["status"]


@pytest.mark.parametrize("arguments", [["--check"], []], ids=["check", "real"])
def test_a_token_that_the_vcs_host_refuses_leaves_the_old_one_in_place(playbook, sandbox, vcs, arguments):
    client = sandbox.store.add_client("acme", name="GitHub", api_url=vcs.address, personal_access_token=OLD)
    run = playbook(ROTATE, *variables(rotate_check=True), *arguments, GITHUB_TOKEN=REVOKED)
    assert (run.rc, run.recap()["changed"]) == (2, 0)
    message = run.result("Stop if the VCS host refuses the new personal access token")["msg"]
    for words in (client.id, "was not sent", "the old one is still in place", vcs.address):
        assert words in message
    assert writes(sandbox) == []
    assert [token for _id, token in tokens(sandbox, client)] == [OLD]
    assert health(playbook, client) == "ok"


def test_a_token_that_the_vcs_host_accepts(playbook, sandbox, vcs):
    client = sandbox.store.add_client("acme", name="GitHub", api_url=vcs.address, personal_access_token=OLD)
    # It is on by default.
    run = playbook(ROTATE, "-e", json.dumps({**GITHUB, "rotate_minimum_days": 30}), GITHUB_TOKEN=NEW)
    assert run.rc == 0
    assert run.result("Show the answer of the VCS host")["msg"] == [
        "New personal access token: ok",
        "The VCS host accepts it.",
        "Owner: new-bot",
        "Missing scopes: none",
        "Expires: never, or not reported",
    ]
    assert [token for _id, token in tokens(sandbox, client)] == [NEW]
    assert [request.headers["Authorization"] for request in vcs.requests] == [f"Bearer {NEW}"]


def test_a_vcs_host_that_cannot_say_is_no_reason_to_stop_unless_it_is_required(playbook, sandbox, vcs):
    client = sandbox.store.add_client("acme", name="GitHub", api_url=vcs.address, personal_access_token=OLD)
    vcs.faults.add(Fault(HtmlPage(503), count=None))
    required = playbook(ROTATE, *variables(rotate_check=True, rotate_require_check=True), GITHUB_TOKEN=NEW)
    assert required.rc == 2
    message = required.result("Stop if the new personal access token must be checked and could not be")["msg"]
    assert "rotate_require_check is set" in message
    assert "answered 503" in message
    assert writes(sandbox) == []

    run = playbook(ROTATE, *variables(rotate_check=True), GITHUB_TOKEN=NEW)
    assert run.rc == 0
    said = run.result("Show the answer of the VCS host")["msg"]
    assert said[0] == "New personal access token: unknown"
    assert "answered 503" in said[1]
    assert [token for _id, token in tokens(sandbox, client)] == [NEW]


def tokens(sandbox, client):
    """The OAuth token IDs of a connection with their personal access tokens."""
    return [(token.id, token.personal_access_token) for token in sandbox.store.oauth_tokens(client)]


def writes(sandbox):
    return [(request.method, request.path) for request in sandbox.requests if request.method != "GET"]


@pytest.mark.oldest_core_too
def test_a_new_token_in_place(playbook, sandbox):
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token=REVOKED, workspaces=["shop", "net"])
    ((token_id, dummy),) = tokens(sandbox, client)

    run = playbook(ROTATE, *variables(), "--check", GITHUB_TOKEN=NEW)
    assert (run.rc, run.recap()["changed"]) == (0, 1)
    assert run.result("Show what would be done")["msg"].startswith(
        f"Would send the new personal access token to {client.id}"
    )
    assert (tokens(sandbox, client), writes(sandbox)) == ([(token_id, REVOKED)], [])

    run = playbook(ROTATE, *variables(), GITHUB_TOKEN=NEW)
    assert (run.rc, run.recap()["changed"]) == (0, 1)
    before, after = run.result("Show the connection before")["msg"], run.result("Show the connection after")["msg"]
    label = f"Connection: {client.id} (GitHub, github, https://github.com) of organization acme"
    assert before[:4] == [
        label,
        "Owner of the personal access token: someone-who-left",
        "Workspaces, which stay linked: 2",
        "Health: failing",
    ]
    assert "401 Unauthorized" in before[4]
    assert after == [
        label,
        "Owner of the personal access token: new-bot",
        "Health before: failing",
        "Health after: ok",
        "The new personal access token works.",
    ]
    assert tokens(sandbox, client) == [(token_id, NEW)]
    assert writes(sandbox) == [("PATCH", f"/api/v2/oauth-clients/{client.id}")]
    assert len(sandbox.store.affected_workspaces(client)) == 2


def test_a_new_token_that_does_not_work(playbook, sandbox):
    client = sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(rotate_personal_access_token=REVOKED), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    # That the connection was changed must not get lost.
    assert run.result(SEND)["changed"] is True
    assert run.result("Show the connection after")["msg"][2:4] == ["Health before: ok", "Health after: failing"]
    message = run.result("Fail if the new personal access token does not work")["msg"]
    for words in (
        client.id,
        "The old one worked until now. It is gone and cannot be restored",
        "run this playbook again",
    ):
        assert words in message
    assert tokens(sandbox, client)[0][1] == REVOKED


@pytest.mark.oldest_core_too
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Status(503), "503, sandbox fault"),
        (Status(200, {"data": []}), "the organization has no such connection any more"),
    ],
)
def test_a_connection_that_cannot_be_read_again_is_still_reported_as_sent(playbook, sandbox, answer, reason):
    """Otherwise the failure looks as if the old token was still in place."""
    client = sandbox.store.add_client("acme", personal_access_token=OLD)
    sandbox.faults.add(Fault(answer, path="/organizations/acme/oauth-clients", nth=3, count=None))
    run = playbook(ROTATE, *variables(vcs_connections_tfe_max_retries=0), GITHUB_TOKEN=NEW)
    assert (run.rc, run.recap()["changed"]) == (2, 1)
    message = run.result("Fail if the connection could not be read again")["msg"]
    for words in (f"token of {client.id} (unnamed", "was sent, and the old one is gone", reason, "hcptf.vcs.audit"):
        assert words in message
    assert [token for _id, token in tokens(sandbox, client)] == [NEW]


MOVE = "Fail if something still uses an older OAuth token"


@pytest.fixture
def rotate(playbook, sandbox, monkeypatch):
    """Rotate at a server that adds an OAuth token, as Terraform Enterprise 1.1.0 to 1.1.2 could."""

    def run(client, *warnings):
        ((old, dummy),) = tokens(sandbox, client)
        sandbox.settings.chosen = Unknowns(pat_in_patch="second_token")
        monkeypatch.setattr("sandbox.store.new_id", lambda prefix: f"{prefix}-Added")
        added = (
            f"The update gave OAuth client {client.id} another OAuth token (ot-Added). Workspaces and others linked "
            f"through {old} keep using the old one (a known issue in Terraform Enterprise before 1.1.3). Move them "
            "with the module vcs_links (from oauth_token_id, to oauth_token_id) or with the playbook hcptf.vcs.migrate "
            f"(-e migrate_organization=acme -e migrate_from_oauth_token_id={old} -e "
            "migrate_to_oauth_token_id=ot-Added)."
        )
        return playbook(ROTATE, *variables(), GITHUB_TOKEN=NEW, warnings=[added, *warnings]), old

    return run


def link(sandbox, client):
    """Link two workspaces and a policy set to a connection."""
    repository = {"connection": client.id, "identifier": "contoso/shop"}
    for name in ("shop", "network"):
        sandbox.store.add_workspace("acme", name, vcs_repo=repository)
    sandbox.store.add_policy_set("acme", "cis", vcs_repo=repository)


@pytest.mark.oldest_core_too
def test_what_stays_on_an_older_oauth_token_is_a_failure_with_the_command_that_moves_it(playbook, sandbox, rotate):
    """Otherwise somebody revokes the old personal access token, and the workspaces lose their repository."""
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token=OLD)
    link(sandbox, client)
    run, old = rotate(client)
    assert (run.rc, run.result(SEND)["changed"]) == (2, True)
    assert run.result("Show the connection after")["msg"][-1] == (
        "The new personal access token works, but not everything is known to use it."
    )
    message = run.result(MOVE)["msg"]
    for words in (
        client.id,
        "only ot-Added is known to have it",
        f"These still use {old}: network, shop, cis.",
        "Do not revoke the old personal access token yet",
        f"-e migrate_from_oauth_token_id={old} -e migrate_to_oauth_token_id=ot-Added (with --check",
    ):
        assert words in message

    # The command of the message, and then another rotation on a server that was updated.
    command = re.search(r"ansible-playbook (hcptf\.vcs\.migrate .*) \(with --check", message)
    assert command
    moved = playbook(*command.group(1).split(), "-e", "migrate_check_repositories=false")
    assert moved.rc == 0
    assert f"From OAuth token {old} to OAuth token ot-Added in organization acme" in moved.output
    sandbox.settings.chosen = Unknowns()
    again = playbook(ROTATE, *variables(), GITHUB_TOKEN=NEW)
    assert again.rc == 0
    assert again.result("Show the connection after")["msg"][-1] == "The new personal access token works."


def test_an_older_oauth_token_that_nothing_uses_is_no_failure(sandbox, rotate):
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token=OLD)
    run, dummy = rotate(client)
    assert run.rc == 0
    assert run.result(SEND)["oauth_token_id"] == "ot-Added"
    assert run.result("Show the connection after")["msg"][-1] == "The new personal access token works."


def test_links_that_cannot_be_read_after_a_second_token_are_a_failure(sandbox, rotate):
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token=OLD)
    sandbox.faults.add(Fault(Status(400), path="/policy-sets", count=None))
    run, dummy = rotate(
        client,
        "The policy sets of organization 'acme' could not be read. Could not list the policy "
        f"sets of organization 'acme' at {sandbox.address}: 400, sandbox fault.",
    )
    assert run.rc == 2
    message = run.result(MOVE)["msg"]
    assert "The policy sets of organization 'acme' could not be read" in message
    assert f"migrate_from_oauth_client_id={client.id} -e migrate_to_oauth_token_id=ot-Added" in message


def test_health_that_cannot_be_asked_is_no_failure(playbook, sandbox):
    sandbox.store.add_client("acme", personal_access_token=OLD)
    sandbox.faults.add(Fault(Status(503), path="/authorized-repos", count=None))
    run = playbook(ROTATE, *variables(vcs_connections_tfe_max_retries=0), GITHUB_TOKEN=NEW)
    assert run.rc == 0
    assert run.result("Show the connection after")["msg"][2:4] == ["Health before: unknown", "Health after: unknown"]


@pytest.mark.parametrize(
    ("provider", "url", "environment"),
    [
        ("gitlab_enterprise_edition", "https://gitlab.example.com", "GITLAB_TOKEN"),
        ("github_enterprise", "https://ghe.example.com", "GH_ENTERPRISE_TOKEN"),
        ("ado_server", "https://ado.example.com", "AZURE_DEVOPS_EXT_PAT"),
    ],
)
def test_the_variable_of_the_provider(playbook, sandbox, provider, url, environment):
    client = sandbox.store.add_client("acme", provider, url, url, personal_access_token=OLD)
    run = playbook(
        *(
            ROTATE,
            "-e",
            "rotate_organization=acme",
            "-e",
            f"rotate_oauth_client_id={client.id}",
            "-e",
            "rotate_check=false",
        ),
        **{"GITHUB_TOKEN": "made-up-github-token", environment: NEW},
    )
    assert run.rc == 0
    assert tokens(sandbox, client)[0][1] == NEW


@pytest.mark.parametrize("given", [{}, {"rotate_personal_access_token": ""}])
def test_no_new_token(playbook, sandbox, given):
    sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(**given), GITHUB_TOKEN="")
    assert run.rc == 2
    assert "Set rotate_personal_access_token" in run.result("Require a new personal access token")["msg"]
    assert not writes(sandbox)


def test_a_token_that_the_server_refuses(playbook, sandbox):
    client = sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(), GITHUB_TOKEN="made-up-rejected-token")
    assert (run.rc, run.result(SEND)["failure"]["code"]) == (2, "rejected")
    assert tokens(sandbox, client)[0][1] == OLD


def test_nothing_is_created(playbook, sandbox):
    sandbox.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    message = run.result("Require a connection")["msg"]
    assert message == (
        "Organization acme has no connection with rotate_service_provider=github. The playbook hcptf.vcs.audit lists "
        "its connections. This playbook creates none; hcptf.vcs.bootstrap does."
    )
    assert not writes(sandbox)


def test_a_token_in_the_place_of_a_selector_is_never_shown(playbook, sandbox):
    misplaced = "ghp_" + "x" * 36
    sandbox.store.add_client("acme", personal_access_token=OLD)
    for name in ("rotate_oauth_client_id", "rotate_http_url", "rotate_name", "rotate_ado_org_name"):
        run = playbook(ROTATE, *variables(**{name: misplaced}), GITHUB_TOKEN=NEW)
        assert run.rc == 2
        assert misplaced not in run.output
    assert not writes(sandbox)


def test_one_of_several_is_never_guessed(playbook, sandbox):
    one = sandbox.store.add_client("acme", name="One", personal_access_token=OLD)
    two = sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    message = run.result("Require only one connection")["msg"]
    assert f"several such connections: {one.id}, {two.id}. Select one by rotate_oauth_client_id." in message
    assert not writes(sandbox)

    assert playbook(ROTATE, *variables(rotate_name="One"), GITHUB_TOKEN=NEW).rc == 0
    assert [tokens(sandbox, client)[0][1] for client in (one, two)] == [NEW, OLD]


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("variable", ["rotate_check", "rotate_require_check"])
def test_what_is_neither_true_nor_false_is_refused(playbook, sandbox, variable):
    sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(**{variable: "ture"}), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    assert variable in run.result("Require true or false")["msg"]
    assert list(sandbox.requests) == []


def test_a_connection_must_be_named(playbook, sandbox):
    run = playbook(ROTATE, "-e", "rotate_organization=acme")
    assert run.rc == 2
    assert "rotate_service_provider" in run.result("Require a selected connection")["msg"]
    assert not list(sandbox.requests)


def test_the_list_of_the_role_plays_no_part(playbook, sandbox):
    """One file of variables may serve all playbooks."""
    client = sandbox.store.add_client("acme", personal_access_token=OLD)
    shared = {
        "vcs_connections_organization": "acme",
        "vcs_connections_list": [{"service_provider": "gitlab_hosted", "personal_access_token": NEW}],
    }
    run = playbook(
        ROTATE,
        "-e",
        json.dumps({**shared, "rotate_service_provider": "github", "rotate_check": False}),
        GITHUB_TOKEN=NEW,
    )
    assert run.rc == 0
    assert writes(sandbox) == [("PATCH", f"/api/v2/oauth-clients/{client.id}")]


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_blank_variables_count_as_omitted(playbook, sandbox, blank):
    other = sandbox.store.add_client("acme", personal_access_token=OLD)
    client = sandbox.store.add_client("acme-labs", name="GitHub", personal_access_token=OLD)
    names = ("organization", "oauth_client_id", "http_url", "name", "ado_org_name", "personal_access_token")
    given = {**{f"rotate_{name}": blank for name in names}, "rotate_service_provider": "github"}
    if blank == "  ":  # white space around a PAT is removed, but white space alone is a PAT that is refused
        del given["rotate_personal_access_token"]
    shared = {"vcs_connections_organization": "acme-labs", "vcs_connections_tfe_token": ""}
    shared |= dict.fromkeys(("vcs_connections_tfe_timeout", "vcs_connections_vcs_timeout"), blank)
    run = playbook(ROTATE, "-e", json.dumps({**given, **shared}), TFE_ORGANIZATION="acme", GITHUB_TOKEN=NEW)
    assert run.rc == 0
    assert [tokens(sandbox, one)[0][1] for one in (other, client)] == [OLD, NEW]


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("name", [0, False])
def test_zero_and_false_are_names(playbook, sandbox, name):
    """YAML makes them of 0 and no. They must not select another connection, or one of another organization."""
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(rotate_name=name), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    message = run.result("Require a connection")["msg"]
    assert f"no connection with rotate_name={name}, rotate_service_provider=github." in message
    run = playbook(ROTATE, *variables(rotate_organization=name), GITHUB_TOKEN=NEW, TFE_ORGANIZATION="acme")
    assert run.rc == 2
    assert f"organization '{name}'" in run.result("Find the connection")["msg"]
    assert [token for _id, token in tokens(sandbox, client)] == [OLD]


def test_zero_seconds_are_no_omitted_timeout(playbook, sandbox):
    client = sandbox.store.add_client("acme", personal_access_token=OLD)
    run = playbook(ROTATE, *variables(rotate_check=True, vcs_connections_vcs_timeout=0), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    assert "vcs_timeout" in run.result("Ask the VCS host about the new personal access token")["msg"]
    assert [token for _id, token in tokens(sandbox, client)] == [OLD]


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_blank_selectors_select_nothing(playbook, sandbox, blank):
    sandbox.store.add_client("acme", personal_access_token=OLD)
    names = ("oauth_client_id", "service_provider", "http_url", "name", "ado_org_name")
    given = {f"rotate_{name}": blank for name in names}
    run = playbook(ROTATE, "-e", json.dumps({"rotate_organization": "acme", **given}), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    assert "Blank variables select nothing" in run.result("Require a selected connection")["msg"]
    assert not list(sandbox.requests)


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("rotate_organisation", "rotate_organization"),
        ("rotate_personal_acces_token", "rotate_personal_access_token"),
        ("vcs_connections_tfe_adress", "vcs_connections_tfe_address"),
        ("rotate_all", "Known are: rotate_ado_org_name"),
    ],
)
def test_misspelled_variable_is_an_error_before_any_request(playbook, sandbox, misspelled, meant):
    run = playbook(ROTATE, *variables(**{misspelled: NEW}), GITHUB_TOKEN=NEW)
    assert run.rc == 2
    message = run.result("Refuse misspelled variables")["msg"]
    assert f"There is no variable {misspelled}." in message
    assert meant in message
    assert not list(sandbox.requests)


def test_azure_devops_organization_selects(playbook, sandbox):
    one, two = (
        sandbox.store.add_client(
            *("acme", "ado_services", "https://dev.azure.com"), ado_org_name=name, personal_access_token=OLD
        )
        for name in ("contoso", "contoso-labs")
    )
    selectors = {"rotate_service_provider": "ado_services", "rotate_ado_org_name": "Contoso"}
    run = playbook(ROTATE, "-e", json.dumps({"rotate_organization": "acme", **selectors}), AZURE_DEVOPS_EXT_PAT=NEW)
    assert run.rc == 0
    assert [tokens(sandbox, client)[0][1] for client in (one, two)] == [NEW, OLD]
