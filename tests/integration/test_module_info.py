# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_client_info on many organizations."""

from __future__ import annotations

import pytest

from sandbox.faults import Status

pytest_plugins = ["utils.module_runner"]

INCLUDE = ["tokens", "affected_workspaces", "health"]


def connect(server, *organizations, number=2):
    for name in organizations:
        for count in range(number):
            server.store.add_client(
                name, "github_enterprise", f"https://ghe{count}.example.com", "https://x.example.com"
            )


def test_one_organization_as_ever(server):
    connect(server, "acme")
    result = server.oauth_client_info(include=INCLUDE)
    assert (result["organization"], result["organizations"], result["unread"]) == ("acme", ["acme"], [])
    assert len(result["oauth_clients"]) == 2


def test_only_the_connections_to_a_url(server):
    connect(server, "acme")
    for http_url, number in {"HTTPS://GHE1.example.com:443/": 1, "https://ghe.example.com": 0, "": 2, " ": 2}.items():
        assert len(server.oauth_client_info(http_url=http_url)["oauth_clients"]) == number
    assert server.oauth_client_info(http_url="ghe1.example.com").code == "invalid_argument"


def test_one_list_of_tokens_for_all_connections_of_an_organization(server):
    connect(server, "acme", number=3)
    result = server.oauth_client_info(include=["tokens"])
    assert [call.split("?")[0].rsplit("/", 1)[1] for call in result.calls] == ["oauth-clients", "oauth-tokens"]
    assert [len(one["oauth_tokens"]) for one in result["oauth_clients"]] == [1, 1, 1]


@pytest.mark.parametrize("organization", ["contoso", None])
def test_a_token_of_one_azure_devops_organization_is_not_asked_for_all(server, organization):
    """Azure DevOps refuses to list the organizations of such a token, although it works."""
    url = "https://dev.azure.com"
    server.store.add_client("acme", "ado_services", url, url, ado_org_name=organization)
    detail = "Azure DevOps Services did not accept the token: 401 Unauthorized"
    server.fault(Status(422, {"errors": [{"title": "VCS provider error", "detail": detail}]}), path="vcs-organizations")
    result = server.oauth_client_info(include=["health"])
    assert result["oauth_clients"][0]["health"]["status"] == ("ok" if organization else "failing")
    asked = [request.query.get("organization") for request in result.requests if "authorized-repos" in request.path]
    assert asked == ([organization] if organization else [])
    assert any("vcs-organizations" in request.path for request in result.requests) is not bool(organization)


def test_a_server_without_that_list_is_asked_for_each_connection(server):
    connect(server, "acme")
    server.fault(Status(404), "GET", "/organizations/acme/oauth-tokens", count=None)
    result = server.oauth_client_info(include=["tokens"])
    assert len(result.calls) == 4
    assert [len(one["oauth_tokens"]) for one in result["oauth_clients"]] == [1, 1]


def test_tokens_that_a_server_does_not_list_are_unknown_and_not_none(server):
    connect(server, "acme")
    server.fault(Status(404), "GET", "/oauth-tokens", count=None)
    result = server.oauth_client_info(include=["tokens"])
    assert [one["oauth_tokens"] for one in result["oauth_clients"]] == [None, None]


def test_workspaces_that_a_server_does_not_report_are_unknown_and_not_none(serve):
    server = serve(personality="tfe-before-rotation")
    connect(server, "acme", number=1)
    (found,) = server.oauth_client_info(include=["affected_workspaces"])["oauth_clients"]
    assert (found["affected_workspaces"], found["affected_workspaces_count"]) == (None, None)


def test_an_unreadable_organization_does_not_stop_the_others(server):
    connect(server, "acme", "globex")
    result = server.oauth_client_info(organization=None, organizations=["globex", "hidden", "acme", "GLOBEX"])
    assert "failed" not in result
    assert [one["organization"] for one in result["oauth_clients"]] == ["globex"] * 2 + ["acme"] * 2
    assert [(one["organization"], one["code"]) for one in result["unread"]] == [("hidden", "not_found_or_forbidden")]
    assert "hidden" in result.warnings
    assert result["organization"] is None


def test_a_malformed_organization_does_not_stop_the_others(server):
    connect(server, "acme")
    result = server.oauth_client_info(organization=None, organizations=["acme labs", "acme"])
    assert [one["organization"] for one in result["oauth_clients"]] == ["acme"] * 2
    assert [(one["organization"], one["code"]) for one in result["unread"]] == [("acme labs", "invalid_argument")]


def test_all_organizations_that_the_api_token_can_see(server):
    connect(server, "acme", "globex", number=1)
    result = server.oauth_client_info(organization=None, organizations=["all"])
    assert {one["organization"] for one in result["oauth_clients"]} == {"acme", "globex"}
    assert {"acme", "globex", "acme-labs"} <= set(result["organizations"])


def test_organization_and_organizations_exclude_each_other(server):
    assert server.oauth_client_info(organizations=["globex"]).code == "invalid_argument"
    assert server.oauth_client_info(organization=None, organizations=["all", "acme"]).code == "invalid_argument"
    assert server.oauth_client_info(organization=None, organizations=[""]).code == "invalid_argument"
