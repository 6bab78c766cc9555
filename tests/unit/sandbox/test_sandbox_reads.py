# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ping, discovery, lists, paging, permissions."""

from __future__ import annotations

import pytest

CLIENTS = "/organizations/acme/oauth-clients"


def test_ping_needs_no_token(serve):
    api = serve()
    api.session.headers.pop("Authorization")
    response = api("GET", "/ping")
    assert response.status_code == 204
    assert response.headers["tfp-appname"] == "HCP Terraform"
    assert {"date", "x-request-id", "tfp-api-version"} <= {name.lower() for name in response.headers}
    assert "Set-Cookie" not in response.headers


def test_discovery(api):
    assert api("GET", "/.well-known/terraform.json").json()["tfe.v2"] == "/api/v2/"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic c2FuZGJveDpzYW5kYm94"}],
    ids=["none", "unknown", "basic"],
)
def test_401_without_a_known_bearer_token(api, headers):
    api.session.headers.pop("Authorization")
    response = api("GET", CLIENTS, headers=headers)
    assert response.status_code == 401
    assert response.json() == {"errors": [{"status": "401", "title": "unauthorized"}]}


@pytest.mark.parametrize(
    "path", [CLIENTS, "/organizations/hidden", "/organizations/missing/projects", "/oauth-clients/oc-x"]
)
def test_404_is_the_same_for_forbidden_and_missing(api, path):
    api.session.headers["Authorization"] = "Bearer sandbox-stranger-token"
    response = api("GET", path)
    assert response.status_code == 404
    assert response.json() == {"errors": [{"status": "404", "title": "not found"}]}


def test_reader_may_read_but_not_write(api):
    client = api.create().json()["data"]["id"]
    api.session.headers["Authorization"] = "Bearer sandbox-reader-token"
    assert api("GET", CLIENTS).status_code == 200
    assert api("GET", "/organizations/acme").json()["data"]["attributes"]["permissions"]["can-update-oauth"] is False
    assert api.create().status_code == 404
    assert api.patch(client, name="mine").status_code == 404
    assert api("DELETE", f"/oauth-clients/{client}").status_code == 404


def test_organization_case_is_ignored(api):
    assert api("GET", "/organizations/ACME").json()["data"]["id"] == "acme"


def test_without_page_parameters_everything_comes_and_no_meta(api):
    for number in range(25):
        api.sandbox.store.add_client("acme", name=f"client {number}")
    document = api("GET", CLIENTS).json()
    assert set(document) == {"data"}
    assert len(document["data"]) == 25


@pytest.mark.parametrize(
    ("query", "shown", "next_page", "total_pages"),
    [
        ("page[number]=1", 20, 2, 7),
        ("page[size]=100", 100, 2, 2),
        ("page[size]=500", 100, 2, 2),
        ("page[number]=2&page[size]=100", 21, None, 2),
        ("page[number]=9&page[size]=100", 0, None, 2),
        ("page[number]=x&page[size]=0", 20, 2, 7),
    ],
)
def test_pages(api, query, shown, next_page, total_pages):
    for dummy in range(121):
        api.sandbox.store.add_client("acme")
    document = api("GET", f"{CLIENTS}?{query}").json()
    assert len(document["data"]) == shown
    assert document["meta"]["pagination"]["next-page"] == next_page
    assert document["meta"]["pagination"]["total-pages"] == total_pages
    assert document["meta"]["pagination"]["total-count"] == 121
    assert bool(document["links"]["next"]) == bool(next_page)


def test_next_links_lead_through_the_whole_list(api):
    made = [api.sandbox.store.add_client("acme").id for dummy in range(5)]
    url, found = f"{api.sandbox.address}/api/v2{CLIENTS}?page%5Bsize%5D=2", []
    while url:
        document = api.session.get(url, timeout=5).json()
        found += [client["id"] for client in document["data"]]
        url = document["links"]["next"]
    assert found == made


def test_projects_are_paged_always_and_filtered_by_name(api):
    assert "pagination" in api("GET", "/organizations/acme/projects").json()["meta"]
    document = api("GET", "/organizations/acme/projects?filter[names]=Shop,Nothing").json()
    assert [project["id"] for project in document["data"]] == ["prj-shop"]


def test_agent_pools_are_found_by_part_of_the_name(api):
    assert api("GET", "/organizations/acme/agent-pools?q=DATA").json()["data"][0]["id"] == "apool-datacenter"
    assert api("GET", "/organizations/acme/agent-pools?q=cloud").json()["data"] == []


def test_affected_workspaces(api):
    client = api.sandbox.store.add_client("acme", workspaces=[f"ws {n}" for n in range(30)])
    assert "affected-workspaces" not in api("GET", f"/oauth-clients/{client.id}").json()["data"]["attributes"]
    for path in (f"/oauth-clients/{client.id}", CLIENTS):
        data = api("GET", f"{path}?show_affected_workspaces=true").json()["data"]
        attributes = (data[0] if isinstance(data, list) else data)["attributes"]
        assert attributes["affected-workspaces-count"] == 30
        assert attributes["affected-workspaces"] == [f"ws {n}" for n in range(25)]


def test_include(api):
    client = api.sandbox.store.add_client("acme", projects=["Shop"])
    document = api("GET", f"/oauth-clients/{client.id}?include=projects,oauth_tokens").json()
    assert [(item["type"], item["id"]) for item in document["included"]][1:] == [("projects", "prj-shop")]
    assert api("GET", f"{CLIENTS}?include=oauth_tokens").json()["included"][0]["type"] == "oauth-tokens"
    assert api("GET", f"{CLIENTS}?include=nonsense").status_code == 400


def test_tokens(api):
    client = api.sandbox.store.add_client("acme", oauth_tokens=2)
    other = api.sandbox.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    of_client = api("GET", f"/oauth-clients/{client.id}/oauth-tokens").json()["data"]
    assert [token["attributes"]["service-provider-user"] for token in of_client] == ["vcs-bot", "vcs-bot"]
    assert len(api("GET", "/organizations/acme/oauth-tokens").json()["data"]) == 3
    gitlab = api("GET", "/organizations/acme/oauth-tokens?filter[provider]=gitlab_hosted").json()["data"]
    assert [token["relationships"]["oauth-client"]["data"]["id"] for token in gitlab] == [other.id]


def test_authorized_repositories_come_in_pages(api):
    token = api.sandbox.store.oauth_tokens(api.sandbox.store.add_client("acme"))[0].id
    first = api("GET", f"/oauth-tokens/{token}/authorized-repos?page[size]=2").json()
    assert [repo["id"] for repo in first["data"]] == ["acme/app", "acme/infra"]
    assert first["meta"] == {"next-page": 2}
    second = api("GET", f"/oauth-tokens/{token}/authorized-repos?page[size]=2&page[number]=2").json()
    assert second["meta"] == {"next-page": None}


def test_authorized_repositories_of_a_revoked_pat(api):
    client = api.sandbox.store.add_client("acme", personal_access_token="sandbox-revoked-pat")
    token = api.sandbox.store.oauth_tokens(client)[0].id
    response = api("GET", f"/oauth-tokens/{token}/authorized-repos")
    assert response.status_code == 422
    assert "did not accept the token" in response.json()["errors"][0]["detail"]


def test_azure_devops_wants_its_organization_named(api):
    client = api.sandbox.store.add_client(
        "acme", "ado_services", "https://dev.azure.com", "https://dev.azure.com", ado_org_name="my-company"
    )
    token = api.sandbox.store.oauth_tokens(client)[0].id
    assert api("GET", f"/oauth-tokens/{token}/authorized-repos").status_code == 422
    assert api("GET", f"/oauth-tokens/{token}/authorized-repos?organization=my-company").status_code == 200
    names = [item["id"] for item in api("GET", f"/oauth-tokens/{token}/vcs-organizations").json()["data"]]
    assert names == ["acme", "my-company"]
