# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_clients: many connections in one task, each with an outcome of its own."""

from __future__ import annotations

import pytest

from sandbox.faults import Status
from utils.module_runner import CLIENTS, LIST, NEW_PAT, PAT, PERMISSIONS, REJECTED_PAT, body_of_create

pytest_plugins = ["utils.module_runner"]

GITLAB = "https://gitlab.example.com"


def list_of(organization):
    return LIST.replace("/acme/", f"/{organization}/")


def ghe(number, **options):
    return {
        "service_provider": "github_enterprise",
        "http_url": f"https://ghe{number}.example.com",
        "personal_access_token": PAT,
        **options,
    }


@pytest.fixture
def three():
    """GitHub, a GitLab that refuses its PAT, and GitLab.com."""
    return [
        {"service_provider": "github", "personal_access_token": PAT},
        {
            "service_provider": "gitlab_enterprise_edition",
            "http_url": GITLAB,
            "name": "our GitLab",
            "personal_access_token": REJECTED_PAT,
        },
        {"service_provider": "gitlab_hosted", "personal_access_token": NEW_PAT},
    ]


def test_a_hundred_existing_connections_cost_one_request(server):
    for number in range(100):
        url = f"https://ghe{number}.example.com"
        server.store.add_client("acme", "github_enterprise", url, f"{url}/api/v3")
    result = server.oauth_clients(*(ghe(number) for number in range(100)))
    assert (result.calls, result["changed"]) == ([LIST], False)
    assert [entry["oauth_client_id"] for entry in result["connections"]] == [client.id for client in server.clients()]
    assert {entry["action"] for entry in result["connections"]} == {"unchanged"}


def test_creates_share_the_list_before_and_the_list_after(server):
    result = server.oauth_clients(*(ghe(number) for number in range(5)))
    assert result.calls == [LIST, *[f"POST {CLIENTS}"] * 5, LIST]
    sent = [body["data"]["attributes"]["http-url"] for dummy, _path, body in result.writes]
    assert sorted(sent) == [f"https://ghe{number}.example.com" for number in range(5)]
    again = server.oauth_clients(*(ghe(number) for number in range(5)))
    assert (again.calls, again["changed"]) == ([LIST], False)
    assert [entry["oauth_token_id"] for entry in again["connections"]] == [
        entry["oauth_token_id"] for entry in result["connections"]
    ]


def test_a_reason_that_connections_share_is_reported_once(server, three):
    result = server.oauth_clients(*three, tfe_token="nobody-s-token")
    message = result["connections"][0]["failure"]["message"]
    assert result["msg"] == (
        f"3 of 3 connections failed. [github github.com, our GitLab, gitlab_hosted gitlab.com] {message}"
    )


def test_one_refused_does_not_stop_the_others(server, three):
    result = server.oauth_clients(*three)
    first, refused, last = result["connections"]
    assert result["failed"] is True
    assert result["changed"] is True
    assert (first["action"], last["action"]) == ("created", "created")
    assert {client.service_provider for client in server.clients()} == {"github", "gitlab_hosted"}
    assert (refused["action"], refused["changed"], refused["oauth_client_id"]) == ("unchanged", False, None)
    assert refused["failure"]["code"] == "rejected"
    assert "did not accept the personal access token" in refused["failure"]["message"]
    assert first["failure"] is last["failure"] is None
    assert result.code == "rejected"
    assert result["failure"]["errors"] == refused["failure"]["errors"]
    assert "1 of 3" in result["msg"]
    assert "[our GitLab]" in result["msg"]
    assert refused["failure"]["message"] in result["msg"]
    assert "github github.com created" in result["msg"]
    assert "gitlab_hosted gitlab.com created" in result["msg"]
    assert result.methods == ["GET", "POST", "POST", "POST", "GET"]


def test_the_refused_one_alone_is_tried_again_by_the_next_run(server, three):
    server.oauth_clients(*three)
    three[1]["personal_access_token"] = NEW_PAT
    result = server.oauth_clients(*three)
    assert result.methods == ["GET", "POST", "GET"]
    assert [entry["action"] for entry in result["connections"]] == ["unchanged", "created", "unchanged"]


@pytest.mark.parametrize("check", [True, False])
def test_one_refused_before_any_request_does_not_stop_the_others(server, check):
    result = server.oauth_clients(
        ghe(1), {"service_provider": "bitbucket_hosted", "personal_access_token": PAT}, ghe(2), check=check
    )
    assert result.code == "invalid_argument"
    assert [entry["action"] for entry in result["connections"]] == ["created", None, "created"]
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == [
        None,
        "invalid_argument",
        None,
    ]
    assert len(server.clients()) == (0 if check else 2)


def test_a_connection_without_pat_fails_alone(server):
    result = server.oauth_clients(ghe(1), ghe(2, personal_access_token=""), ghe(3), check=True)
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == [None, "secret_missing", None]
    assert result.calls == [LIST, PERMISSIONS]


def test_nothing_is_asked_when_no_connection_is_sound(server):
    result = server.oauth_clients(ghe(1, api_url="nonsense"), ghe(2, http_url="nonsense"))
    assert (result.calls, len(result["connections"]), result["changed"]) == ([], 2, False)


def test_an_empty_list_sends_no_request(server):
    result = server.oauth_clients()
    assert (result.calls, result["connections"], result["changed"]) == ([], [], False)
    assert "failed" not in result


def test_results_are_in_the_order_given_with_labels(server):
    connections = [
        ghe(9, name="nine"),
        {"service_provider": "ado_services", "ado_org_name": "example", "personal_access_token": PAT},
        {"service_provider": "github", "personal_access_token": PAT},
        ghe("1.example.com:8443/git/", http_url="https://GHE1.example.com:8443/git/"),
    ]
    for check in (True, False):
        result = server.oauth_clients(*connections, check=check)
        assert [entry["label"] for entry in result["connections"]] == [
            "nine",
            "ado_services dev.azure.com example",
            "github github.com",
            "github_enterprise ghe1.example.com:8443/git",
        ]


def test_invalid_connections_have_labels_of_their_own(server):
    """The role keeps results by label, so one that is shared would hide a failure."""
    result = server.oauth_clients(
        {"service_provider": "github_enterprise"},
        {"service_provider": "gitlab_enterprise_edition"},
        {"service_provider": "github_enterprise"},
    )
    assert [entry["label"] for entry in result["connections"]] == [
        "github_enterprise",
        "gitlab_enterprise_edition",
        "github_enterprise (2)",
    ]
    assert {entry["failure"]["code"] for entry in result["connections"]} == {"invalid_argument"}


def test_labels_are_unique(server):
    result = server.oauth_clients(ghe(1, name="VCS"), ghe(2, name="VCS"), ghe(3))
    labels = [entry["label"] for entry in result["connections"]]
    assert len(set(labels)) == 3
    assert all(label.startswith("VCS") for label in labels[:2])
    both = server.oauth_clients(
        {"service_provider": "github", "organization": "acme"},
        {"service_provider": "github", "organization": "globex"},
        check=True,
    )
    assert len({entry["label"] for entry in both["connections"]}) == 2


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "second",
    [
        ghe(1),
        ghe(1, http_url="HTTPS://GHE1.example.com:443/"),
        ghe(1, name="another name"),
        ghe(1, organization="acme"),
        ghe(1, organization="ACME"),
        ghe(1, state="absent"),
    ],
)
def test_naming_one_connection_twice_is_refused_before_any_request(server, second, check):
    result = server.oauth_clients(ghe(1), second, check=check)
    assert (result.code, result["changed"], result.calls) == ("invalid_argument", False, [])
    assert "ghe1.example.com" in result["msg"].lower()
    assert "match_by=url_and_name" in result["msg"]


def test_one_client_by_id_and_by_url_is_refused_for_both(server):
    client = server.store.add_client("acme")
    result = server.oauth_clients(
        {"service_provider": "github", "name": "first"}, {"oauth_client_id": client.id, "name": "second"}
    )
    assert result.code == "invalid_argument"
    for entry in result["connections"]:
        assert client.id in entry["failure"]["message"]
        assert (entry["changed"], entry["action"]) == (False, None)
    assert (server.one_client(), result.writes) == (client, [])


def test_several_to_one_url_live_side_by_side_by_name(server):
    connections = [ghe(1, name=name, match_by="url_and_name") for name in ("a", "b", "c")]
    assert [entry["action"] for entry in server.oauth_clients(*connections)["connections"]] == ["created"] * 3
    again = server.oauth_clients(*connections)
    assert (again["changed"], [entry["oauth_client"]["name"] for entry in again["connections"]]) == (
        False,
        ["a", "b", "c"],
    )


# -- several organizations --------------------------------------------------------------------------------------------


def test_every_organization_is_listed_once_before_and_once_after(server):
    names = ["globex", "acme", "globex", "acme-labs"]
    connections = [ghe(number, organization=name) for number, name in enumerate(names)]
    result = server.oauth_clients(*connections, organization=None)
    assert [entry["organization"] for entry in result["connections"]] == names
    assert [len(server.clients(name)) for name in ("acme", "globex", "acme-labs")] == [1, 2, 1]
    for name, creates in (("acme", 1), ("globex", 2), ("acme-labs", 1)):
        calls = [call for call in result.calls if f"/{name}/" in call]
        assert calls == [list_of(name), *[f"POST {CLIENTS.replace('/acme/', f'/{name}/')}"] * creates, list_of(name)]
    assert len(result.calls) == 10


def test_the_tasks_organization_is_for_connections_that_name_none(server):
    result = server.oauth_clients(ghe(1), ghe(1, organization="globex"))
    assert [entry["organization"] for entry in result["connections"]] == ["acme", "globex"]
    assert [len(server.clients(name)) for name in ("acme", "globex")] == [1, 1]


def test_the_environments_organization_is_the_last_resort(server, monkeypatch):
    monkeypatch.setenv("TFE_ORGANIZATION", "acme-labs")
    result = server.oauth_clients(ghe(1), ghe(1, organization="globex"), organization=None)
    assert [entry["organization"] for entry in result["connections"]] == ["acme-labs", "globex"]


def test_a_connection_without_organization_fails_alone(server):
    result = server.oauth_clients(ghe(1), ghe(1, organization="globex"), organization=None)
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == ["invalid_argument", None]
    assert len(server.clients("globex")) == 1


def test_an_organization_out_of_reach_does_not_stop_the_others(server):
    result = server.oauth_clients(
        ghe(1, organization="hidden"), ghe(2), ghe(3, organization="hidden"), ghe(4, organization="globex")
    )
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == [
        "not_found_or_forbidden",
        None,
        "not_found_or_forbidden",
        None,
    ]
    assert len([call for call in result.calls if "/hidden/" in call]) == 1
    assert "2 of 4" in result["msg"]


# -- check and diff mode ----------------------------------------------------------------------------------------------


def test_check_mode_predicts_every_outcome(server, three):
    server.store.add_client("acme")
    predicted = server.oauth_clients(*three, check=True)
    assert (predicted.calls, predicted["changed"]) == ([LIST, PERMISSIONS], True)
    assert [entry["action"] for entry in predicted["connections"]] == ["unchanged", "created", "created"]
    real = server.oauth_clients(*three)
    assert [set(entry) for entry in predicted["connections"]] == [set(entry) for entry in real["connections"]]


def test_one_diff_shows_only_what_changes_by_label(server, three):
    server.store.add_client("acme")
    for check in (True, False):
        diff = server.oauth_clients(*three, check=check, diff=True)["diff"]
        assert set(diff["before"]) == set(diff["after"]) == {"our GitLab", "gitlab_hosted gitlab.com"}
        assert diff["after"]["our GitLab"] == {
            "name": "our GitLab",
            "service_provider": "gitlab_enterprise_edition",
            "http_url": GITLAB,
            "api_url": f"{GITLAB}/api/v4",
            "personal_access_token": "(secret, never shown)",
        }


def test_each_entry_is_what_the_single_module_returns(server):
    entry = server.oauth_clients({"service_provider": "github", "personal_access_token": PAT})["connections"][0]
    single = server.github()
    same = ("oauth_client_id", "oauth_token_id", "oauth_client", "organization")
    assert {key: entry[key] for key in same} == {key: single[key] for key in same}
    assert set(entry) == {*same, "label", "action", "changed", "failure"}


def test_the_single_module_sends_the_same_requests(server):
    bulk = server.oauth_clients({"service_provider": "github", "personal_access_token": PAT, "organization": "globex"})
    assert bulk.writes == [("POST", CLIENTS.replace("acme", "globex"), body_of_create())]
    single = server.github(organization="globex")
    assert single.calls == [list_of("globex")]


def test_states_may_be_mixed(server):
    server.store.add_client("acme", name="old")
    linked = server.store.add_client(
        "acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4", workspaces=["network"]
    )
    result = server.oauth_clients(
        ghe(1),
        {"service_provider": "github", "state": "absent"},
        {"service_provider": "gitlab_hosted", "state": "absent"},
        {"service_provider": "ado_services", "state": "absent"},
    )
    assert [entry["action"] for entry in result["connections"][:2]] == ["created", "deleted"]
    assert [(entry["failure"] or {}).get("code") for entry in result["connections"]] == [
        None,
        None,
        "workspaces_linked",
        None,
    ]
    assert result["connections"][3]["action"] == "absent"
    assert {client.id for client in server.clients()} == {
        linked.id,
        result["connections"][0]["oauth_client_id"],
    }


def test_a_list_that_fails_fails_all_of_its_organization_and_writes_nothing(server):
    server.fault(Status(500), "GET", count=None)
    result = server.oauth_clients(ghe(1), ghe(2), tfe_max_retries=1)
    assert [entry["failure"]["code"] for entry in result["connections"]] == ["server_error", "server_error"]
    assert set(result.methods) == {"GET"}
    assert result["changed"] is False
