# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook bootstrap, as a user runs it: by its full name, with no inventory."""

from __future__ import annotations

import json

import pytest
import yaml

from utils.collection_path import CHECKOUT

BOOTSTRAP = "hcptf.vcs.bootstrap"
REJECTED = "made-up-rejected-token"
VARIABLES = {
    "vcs_connections_organization": "acme",
    "vcs_connections_list": [
        {"service_provider": "github", "name": "GitHub"},
        {"service_provider": "gitlab_hosted"},
    ],
}


@pytest.fixture
def variables(tmp_path):
    (tmp_path / "vars.json").write_text(json.dumps(VARIABLES), encoding="utf-8")
    return ("-e", "@vars.json")


def report(run) -> list[list[str]]:
    """The report's lines below the heading, by column."""
    heading, *lines = run.result("Report")["msg"]
    columns = [heading.index(name) for name in ("CONNECTION", "ACTION", "OAUTH CLIENT ID", "OAUTH TOKEN ID")]
    return [[line[a:b].strip() for a, b in zip(columns, [*columns[1:], None], strict=True)] for line in lines]


@pytest.mark.oldest_core_too
def test_dry_run_then_for_real_then_again(playbook, sandbox, variables):
    tokens = {"GITHUB_TOKEN": "made-up-github-token", "GITLAB_TOKEN": "made-up-gitlab-token"}
    check = playbook(BOOTSTRAP, *variables, "--check", "--diff", **tokens)
    assert (check.rc, check.recap()["changed"]) == (0, 1)
    assert report(check) == [
        ["GitHub", "would create", "-", "-"],
        ["gitlab_hosted gitlab.com", "would create", "-", "-"],
    ]
    assert {request.method for request in sandbox.requests} == {"GET"}

    real = playbook(BOOTSTRAP, *variables, **tokens)
    assert (real.rc, real.recap()["changed"]) == (0, 1)
    made = sandbox.store.clients("acme")
    ids = [[client.id, sandbox.store.oauth_tokens(client)[0].id] for client in made]
    assert report(real) == [
        ["GitHub", "created", *ids[0]],
        ["gitlab_hosted gitlab.com", "created", *ids[1]],
    ]

    sandbox.clear()
    again = playbook(BOOTSTRAP, *variables)
    assert (again.rc, again.recap()["changed"]) == (0, 0)
    assert report(again) == [
        ["GitHub", "nothing to do", *ids[0]],
        ["gitlab_hosted gitlab.com", "nothing to do", *ids[1]],
    ]
    assert [request.method for request in sandbox.requests] == ["GET"]


@pytest.mark.parametrize(
    "sandbox", [{"personal_access_tokens": [{"token": REJECTED, "rejected": True}]}], indirect=True
)
def test_reports_after_a_failure_too(playbook, sandbox, variables):
    run = playbook(BOOTSTRAP, *variables, GITHUB_TOKEN="made-up-github-token", GITLAB_TOKEN=REJECTED)

    assert run.rc == 2
    assert [line[:2] for line in report(run)] == [["GitHub", "created"], ["gitlab_hosted gitlab.com", "failed"]]
    assert "[gitlab_hosted gitlab.com] Could not create" in run.output
    assert [client.name for client in sandbox.store.clients("acme")] == ["GitHub"]


def test_a_refused_list_is_not_followed_by_an_empty_table(playbook, sandbox):
    run = playbook(BOOTSTRAP, "-e", json.dumps({"vcs_connections_list": [{"service_provider": "githubb"}]}))

    assert run.rc == 2
    assert "vcs_connections_list[0].service_provider must be one of" in run.output
    assert "OAUTH CLIENT ID" not in run.output
    assert not sandbox.requests


def test_says_what_to_set_without_a_list(playbook, sandbox):
    run = playbook(BOOTSTRAP)

    assert run.rc == 2
    assert "Set vcs_connections_list" in run.output
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("vcs_connections_organisation", "Did you mean vcs_connections_organization?"),
        ("bootstrap_organization", "Did you mean vcs_connections_organization?"),
        ("bootstrap_lists", "Did you mean vcs_connections_list?"),
        ("bootstrap_everything", "Known are: vcs_connections_"),
    ],
)
def test_misspelled_variable_is_an_error_that_names_the_right_one(playbook, sandbox, variables, misspelled, meant):
    run = playbook(BOOTSTRAP, *variables, "-e", f"{misspelled}=x")

    assert run.rc == 2
    message = run.result("Refuse misspelled variables")["msg"]
    assert f"There is no variable {misspelled}. {meant}" in message
    assert not sandbox.requests


def test_name_with_control_characters_forges_no_row(playbook, sandbox):
    client = sandbox.store.add_client("acme", name="x\nGitHub  created\x1b[2K\u2028\u202e")
    entries = [{"oauth_client_id": client.id, "name": client.name}]
    given = {"vcs_connections_organization": "acme", "vcs_connections_list": entries}
    run = playbook(BOOTSTRAP, "-e", json.dumps(given), "--check")

    lines = run.result("Report")["msg"]
    assert len(lines) == 2
    assert client.id in lines[1]
    assert all(line.isprintable() for line in lines)


#: Variables for which a blank value means something, and those without which there is nothing to do.
NOT_BLANK = (
    "vcs_connections_list",
    "vcs_connections_result",
    "vcs_connections_tfe_address",
    "vcs_connections_tfe_proxies",
)


@pytest.mark.parametrize("blank", ["", None])
def test_blank_answers_of_a_survey_count_as_omitted(playbook, sandbox, blank):
    """Whatever their types are."""
    known = yaml.safe_load((CHECKOUT / "roles/vcs_connections/vars/main.yml").read_text(encoding="utf-8"))
    answers = {name: blank for name in known["vcs_connections__variables"] if name not in NOT_BLANK}
    given = {"vcs_connections_list": [{"service_provider": "github"}], **answers}
    run = playbook(
        BOOTSTRAP, "-e", json.dumps(given), TFE_ORGANIZATION="acme-labs", GITHUB_TOKEN="made-up-github-token"
    )

    assert run.rc == 0, run.output
    assert [line[:2] for line in report(run)] == [["github github.com", "created"]]
    assert len(sandbox.store.clients("acme-labs")) == 1


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("name", [0, False])
def test_zero_and_false_are_names(playbook, sandbox, name):
    """YAML makes them of 0 and no. They must not mean the organization of the environment, or the default state."""
    connections = {"vcs_connections_list": [{"service_provider": "github"}], "vcs_connections_organization": name}
    tokens = {"GITHUB_TOKEN": "made-up-github-token", "TFE_ORGANIZATION": "acme"}
    run = playbook(BOOTSTRAP, "-e", json.dumps(connections), **tokens)
    assert run.rc == 2
    assert f"organization '{name}'" in run.output
    stated = {**connections, "vcs_connections_organization": "acme", "vcs_connections_state": name}
    run = playbook(BOOTSTRAP, "-e", json.dumps(stated), **tokens)
    assert run.rc == 2
    assert "state must be one of present, absent" in run.output
    assert {request.method for request in sandbox.requests} == {"GET"}
