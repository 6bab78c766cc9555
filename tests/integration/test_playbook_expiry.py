# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook expiry: how many days the personal access tokens of the role's list have left."""

from __future__ import annotations

import json

import pytest

from sandbox import VcsHost

EXPIRY = "hcptf.vcs.expiry"
GOOD, SOON, WRONG = "made-up-good-token", "made-up-token-that-ends-soon", "made-up-wrong-token"
PATS = {
    "personal_access_tokens": [
        {"token": GOOD, "user": "acme-bot", "expires_in_days": 300},
        {"token": SOON, "user": "acme-bot", "expires_in_days": 10, "scopes": ["read_api"]},
    ]
}
pytestmark = pytest.mark.parametrize("sandbox", [PATS], indirect=True)


@pytest.fixture
def vcs(sandbox):
    with VcsHost(sandbox.store) as vcs:
        yield vcs


def connections(vcs, **tokens):
    gitlab = {"service_provider": "gitlab_enterprise_edition", "http_url": vcs.address, "personal_access_token": SOON}
    return [
        {"service_provider": "github", "api_url": vcs.address, "name": "GitHub"},  # from the environment
        {**gitlab, "name": "GitLab", **tokens},
        {"service_provider": "gitlab_hosted", "name": "Gone", "state": "absent", "personal_access_token": WRONG},
    ]


def variables(listed, **more):
    return ("-e", json.dumps({"vcs_connections_organization": "acme", "vcs_connections_list": listed, **more}))


def test_enough_days_left(playbook, sandbox, vcs):
    run = playbook(EXPIRY, *variables(connections(vcs), expiry_minimum_days=5), "--check", GITHUB_TOKEN=GOOD)
    assert (run.rc, run.recap()["changed"]) == (0, 0)
    assert run.result("Report")["msg"] == [
        "ok       300 days   GitHub",
        "ok       10 days    GitLab",
        "                    It lacks the scope api.",
    ]
    assert [request.path for request in vcs.requests] == ["/user", "/api/v4/personal_access_tokens/self"]
    assert list(sandbox.requests) == []


def test_too_few_days_left_fails_after_the_report(playbook, sandbox, vcs):
    """Two weeks, if nobody says otherwise; a connection's own number counts most."""
    run = playbook(EXPIRY, *variables(connections(vcs)), GITHUB_TOKEN=GOOD)
    assert run.rc == 2
    assert run.result("Report")["msg"][0] == "soon     10 days    GitLab"
    message = run.result("Fail if a personal access token expires too soon")["msg"]
    assert message.startswith("1 of 2 personal access tokens expire within")
    assert message.endswith("days: GitLab. See the report above.")
    assert playbook(EXPIRY, *variables(connections(vcs, minimum_days=3)), GITHUB_TOKEN=GOOD).rc == 0
    assert list(sandbox.requests) == []


def test_no_name_forges_a_row_or_moves_the_cursor(playbook, vcs):
    listed = connections(vcs)
    listed[0]["name"] = "GitHub\u2028ok       300 days   forged\x9b2J"
    run = playbook(EXPIRY, *variables(listed, expiry_minimum_days=5), GITHUB_TOKEN=GOOD)
    assert run.result("Report")["msg"][0] == "ok       300 days   GitHub\ufffdok       300 days   forged\ufffd2J"


@pytest.mark.oldest_core_too
def test_a_refused_token_fails(playbook, vcs):
    run = playbook(EXPIRY, *variables(connections(vcs), expiry_minimum_days=5), GITHUB_TOKEN=WRONG)
    assert run.rc == 2
    assert run.result("Report")["msg"][0].split() == ["refused", "-", "GitHub"]
    assert run.result("Fail if a personal access token is refused")["msg"] == (
        "1 of 2 personal access tokens are refused: GitHub. See the report above."
    )


@pytest.mark.parametrize(("required", "rc"), [(False, 0), (True, 2)])
def test_a_host_that_cannot_be_asked_fails_only_if_it_must_be(playbook, vcs, required, rc):
    listed = connections(vcs)
    listed[1]["http_url"] = "http://127.0.0.1:9"
    more = {"expiry_minimum_days": 5, "expiry_require_check": required}
    run = playbook(EXPIRY, *variables(listed, **more), GITHUB_TOKEN=GOOD)
    assert run.rc == rc
    assert run.result("Report")["msg"][0].split() == ["unknown", "-", "GitLab"]


def test_without_a_list(playbook):
    run = playbook(EXPIRY)
    assert run.rc == 2
    assert "Set vcs_connections_list" in run.result("Require a list of connections")["msg"]


@pytest.mark.oldest_core_too
def test_a_list_of_connections_that_should_all_be_absent(playbook, vcs):
    run = playbook(EXPIRY, *variables([{"service_provider": "github"}], vcs_connections_state="absent"))
    assert run.rc == 0
    assert run.result("Report")["msg"] == ["There is nothing to check: no connection of the list should exist."]
    assert not list(vcs.requests)


@pytest.mark.parametrize(("given", "kind"), [(5, "a number"), ("github", "text"), ({"github": {}}, "a dictionary")])
def test_what_is_not_a_list_is_refused_by_its_kind(playbook, given, kind):
    run = playbook(EXPIRY, *variables(given))
    assert run.rc == 2
    # Up to ansible-core 2.18, templates make text of a number.
    message = run.result("Ask the VCS hosts")["msg"]
    assert any(f"connections is {each}, but must be a list" in message for each in (kind, "text"))


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("expiry_minimum_day", "Did you mean expiry_minimum_days?"),
        ("expiry_everything", "Known are: expiry_minimum_days, expiry_require_check."),
        ("vcs_connections_minimum_day", "Did you mean vcs_connections_minimum_days?"),
    ],
)
def test_misspelled_variable_is_an_error_before_any_request(playbook, vcs, misspelled, meant):
    run = playbook(EXPIRY, *variables(connections(vcs)), "-e", f"{misspelled}=5", GITHUB_TOKEN=GOOD)
    assert run.rc == 2
    assert f"There is no variable {misspelled}. {meant}" in run.result("Refuse misspelled variables")["msg"]
    assert not list(vcs.requests)


#: Every variable whose blank value counts as omitted.
BLANK = [
    *("expiry_minimum_days", "expiry_require_check", "vcs_connections_minimum_days"),
    *("vcs_connections_provider_defaults", "vcs_connections_state"),
    *(f"vcs_connections_vcs_{name}" for name in ("timeout", "verify_tls", "ca_bundle")),
]


@pytest.mark.parametrize("blank", ["", None])
def test_blank_variables_count_as_omitted(playbook, vcs, blank):
    run = playbook(EXPIRY, *variables(connections(vcs), **dict.fromkeys(BLANK, blank)), GITHUB_TOKEN=GOOD)
    assert run.rc == 2
    assert run.result("Report")["msg"][0] == "soon     10 days    GitLab"  # two weeks, if nobody says otherwise
    without = playbook(EXPIRY, "-e", json.dumps({"vcs_connections_list": blank}))
    assert "Set vcs_connections_list" in without.result("Require a list of connections")["msg"]


def test_zero_days_are_not_blank(playbook, vcs):
    more = {"expiry_minimum_days": 0, "vcs_connections_minimum_days": 90}
    assert playbook(EXPIRY, *variables(connections(vcs), **more), GITHUB_TOKEN=GOOD).rc == 0
