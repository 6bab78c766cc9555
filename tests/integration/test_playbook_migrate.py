# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook migrate: shows what would move, moves it, and shows what is left."""

from __future__ import annotations

import json
from typing import Any

import pytest

MIGRATE = "hcptf.vcs.migrate"
ARGUMENTS = (
    *("-e", "migrate_organization=acme", "-e", "migrate_from_service_provider=github"),
    *("-e", "migrate_from_name=old", "-e", "migrate_to_oauth_client_id=oc-new"),
)
NOTHING = "'from' selects no connection of organization 'acme', so there is nothing to move."
CONNECTED = {
    "personal_access_tokens": [{"token": "made-up-new-token", "repositories": ["acme/one", "acme/two"]}],
    "organizations": [
        {
            "name": "acme",
            "oauth_clients": [
                {"name": "old", "id": "oc-old"},
                {"name": "new", "id": "oc-new", "personal_access_token": "made-up-new-token"},
            ],
            "workspaces": [
                {"name": name, "vcs_repo": {"connection": "old", "identifier": f"acme/{name}"}}
                for name in ("one", "two")
            ],
        },
        {"name": "acme-labs"},
    ],
}


def shown(run, task):
    return " ".join(" ".join(run.result(task)["msg"]).split())


def used(sandbox):
    return sorted(workspace.oauth_token_id for workspace in sandbox.store.workspaces("acme"))


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_check_then_move_then_nothing(playbook, sandbox):
    before = used(sandbox)
    run = playbook(MIGRATE, *ARGUMENTS, "--check")
    assert (run.rc, used(sandbox)) == (0, before)
    assert "2 to be moved" in shown(run, "Show what would move")
    assert {request.method for request in sandbox.requests} == {"GET"}

    run = playbook(MIGRATE, *ARGUMENTS, "-e", "migrate_limit=1")
    assert run.rc == 0
    assert "1 moved, 0 already there, 1 left" in shown(run, "Show what was moved and what is left")

    run = playbook(MIGRATE, *ARGUMENTS)
    assert run.rc == 0
    assert len(set(used(sandbox))) == 1
    assert used(sandbox) != before

    run = playbook(MIGRATE, *ARGUMENTS)
    assert (run.rc, run.recap()["changed"]) == (0, 0)


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_links_that_cannot_be_moved_fail_at_the_end(playbook, sandbox):
    sandbox.store.add_workspace("acme", "three", vcs_repo={"connection": "old", "identifier": "acme/three"})
    for check in (["--check"], []):
        run = playbook(MIGRATE, *ARGUMENTS, *check)
        assert run.rc == 2
        assert "acme/three" in run.result("Fail if a link could not be moved")["msg"]
    assert len(set(used(sandbox))) == 2
    assert "2 moved, 0 already there, 0 left, 1 failed" in shown(run, "Show what was moved and what is left")


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_a_reason_that_several_links_share_is_shown_once(playbook, sandbox):
    for name in ("three", "four"):
        sandbox.store.add_workspace("acme", name, vcs_repo={"connection": "old", "identifier": f"acme/{name}"})
    run = playbook(MIGRATE, *ARGUMENTS, "-e", "migrate_limit=1", "--check")
    lines = run.result("Show what would move")["msg"]
    assert sum("limit of this run" in line for line in lines) == 1
    assert "limit of this run" in lines[-1]

    run = playbook(MIGRATE, *ARGUMENTS, "--check")
    assert max(map(len, run.result("Show what would move")["msg"])) <= 120
    assert "migrate_repositories" in run.result("Fail if a link could not be moved")["msg"]


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_no_name_forges_a_row_or_moves_the_cursor(playbook, sandbox):
    for number, character in enumerate("\x1b\x9b\u202e\u2028\x85\n"):
        link = {"connection": "old", "identifier": f"acme/x{character}{number}"}
        sandbox.store.add_workspace("acme", f"forged{character}moved workspace {number}", vcs_repo=link)
    run = playbook(MIGRATE, *ARGUMENTS, "--check")
    lines = run.result("Show what would move")["msg"]
    assert sum("forged\N{REPLACEMENT CHARACTER}moved" in line for line in lines) == 6
    assert not [line for line in lines if line.startswith("moved")]
    assert not set("\x1b\x9b\u202e\u2028\x85\n") & set("".join(lines))


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_names_that_match_nothing_are_noticed(playbook):
    run = playbook(MIGRATE, *ARGUMENTS, "-e", "migrate_names=tow", "--check")
    assert run.rc == 0
    assert "Check the names" in shown(run, "Show what would move")


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_workspaces_that_the_api_token_cannot_see_are_shown(playbook, sandbox):
    sandbox.store.add_api_token("team", "made-up-token-of-a-team", manages=["acme"], workspaces=["one"])
    warning = (
        "oc-old ('old') is also used by 1 more workspace that this API token cannot see. Move them with an API token "
        "that can read all workspaces before you remove the OAuth client."
    )
    run = playbook(MIGRATE, *ARGUMENTS, TFE_TOKEN="made-up-token-of-a-team", warnings=[warning])
    assert run.rc == 0
    assert "1 moved, 0 already there, 0 left, 0 failed 1 more that this API token cannot see" in shown(
        run, "Show what was moved and what is left"
    )


#: What selects no pair of connections, and what the playbook says of it.
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Select both connections"),
    "one side": ({"migrate_from_service_provider": "github"}, "Select both connections"),
    "blanks": (
        {"migrate_from_oauth_client_id": " ", "migrate_from_name": "old", "migrate_to": {"service_provider": ""}},
        "Select both connections",
    ),
    "both ways": (
        {"migrate_from": {"service_provider": "github"}, "migrate_from_name": "old", "migrate_to_name": "new"},
        "Set either migrate_from or variables",
    ),
    "a text": ({"migrate_from": "github", "migrate_to_name": "new"}, "give them as JSON"),
    "misspelled": ({"migrate_from_oauth_client": "oc-old"}, "Did you mean migrate_from_oauth_client_id?"),
    "unknown": ({"migrate_everything": "yes"}, "There is no variable migrate_everything. Known are: migrate_check"),
    "misspelled in the role": (
        {"vcs_connections_organisation": "acme"},
        "Did you mean vcs_connections_organization?",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_variables_that_select_nothing_are_errors_before_any_request(playbook, sandbox, name):
    variables, words = REFUSED[name]
    run = playbook(MIGRATE, "-e", json.dumps({"migrate_organization": "acme", **variables}))
    assert run.rc == 2
    (message,) = [record["result"]["msg"] for record in run.records if record.get("status") == "failed"]
    assert words in message
    assert not list(sandbox.requests)


#: Every variable whose blank value counts as omitted, apart from those that the test sets.
BLANK = [
    *(f"migrate_{name}" for name in ("from", "to", "kinds", "names", "projects", "repositories", "limit")),
    *("migrate_organization", "migrate_check_repositories", "migrate_from_http_url", "migrate_to_oauth_token_id"),
    *(f"vcs_connections_tfe_{name}" for name in ("token", "timeout", "max_retries", "verify_tls", "headers")),
]


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
@pytest.mark.parametrize("blank", ["", None])
def test_blank_variables_count_as_omitted(playbook, sandbox, blank):
    selected = {
        "migrate_from_service_provider": "github",
        "migrate_from_name": "old",
        "migrate_to_oauth_client_id": "oc-new",
    }
    variables = {**dict.fromkeys(BLANK, blank), "vcs_connections_organization": "acme", **selected}
    run = playbook(MIGRATE, "-e", json.dumps(variables), "--check", TFE_ORGANIZATION="acme-labs")
    assert run.rc == 0
    assert "2 to be moved" in shown(run, "Show what would move")
    # Whether the new connection reaches the repositories was asked.
    assert any(request.path.split("?")[0].endswith("/vcs/repo") for request in sandbox.requests)


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_false_and_zero_are_not_blank(playbook, sandbox):
    run = playbook(MIGRATE, *ARGUMENTS, "-e", '{"migrate_check_repositories": false}', "--check")
    assert run.rc == 0
    assert not any(request.path.split("?")[0].endswith("/vcs/repo") for request in sandbox.requests)
    run = playbook(MIGRATE, *ARGUMENTS, "-e", '{"migrate_limit": 0}')
    assert run.rc == 2
    assert "limit must be at least 1" in run.output


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
@pytest.mark.parametrize("name", [0, False])
def test_zero_and_false_are_names(playbook, name):
    """YAML makes them of 0 and no. They must not select more than their name says."""
    run = playbook(MIGRATE, *ARGUMENTS, "-e", json.dumps({"migrate_names": name}), "--check")
    assert "0 to be moved" in shown(run, "Show what would move")
    run = playbook(MIGRATE, *ARGUMENTS, "-e", json.dumps({"migrate_from_name": name}), "--check", warnings=[NOTHING])
    assert "0 to be moved" in shown(run, "Show what would move")
    run = playbook(MIGRATE, *ARGUMENTS, "-e", json.dumps({"migrate_organization": name}), TFE_ORGANIZATION="acme")
    assert f"organization '{name}'" in run.result("Stop if that is not known")["msg"]


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
@pytest.mark.parametrize("variable", ["migrate_kinds", "migrate_names", "migrate_projects"])
@pytest.mark.parametrize("blank", [["", None], ","], ids=repr)  # such as "$FIRST,$SECOND" without their values
def test_a_list_with_nothing_but_blank_names_does_not_move_everything(playbook, sandbox, variable, blank):
    run = playbook(MIGRATE, *ARGUMENTS, "-e", json.dumps({variable: blank}))
    assert run.rc == 2
    assert "only blank names" in run.output
    assert not [request for request in sandbox.requests if request.method != "GET"]


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_a_number_is_a_name_too(playbook, sandbox):
    sandbox.store.add_workspace("acme", "5", vcs_repo={"connection": "old", "identifier": "acme/one"})
    for names in (5, [5, None]):
        run = playbook(MIGRATE, *ARGUMENTS, "-e", json.dumps({"migrate_names": names}), "--check")
        assert run.rc == 0
        assert "1 to be moved" in shown(run, "Show what would move")


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_what_could_not_be_read_is_the_message_of_the_failure(playbook):
    arguments = (*ARGUMENTS, "-e", "migrate_to_oauth_client_id=oc-elsewhere")
    run = playbook(MIGRATE, *arguments)
    assert run.rc == 2
    assert "'to' selects" in run.result("Stop if that is not known")["msg"]
