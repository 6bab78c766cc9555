# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, changing and deleting OAuth clients and tokens."""

from __future__ import annotations

import re

import pytest

PROJECTS = {"projects": {"data": [{"id": "prj-shop", "type": "projects"}]}}
POOL = {"agent-pool": {"data": {"id": "apool-datacenter", "type": "agent-pools"}}}
MISSING_POOL = {"agent-pool": {"data": {"id": "apool-no", "type": "agent-pools"}}}
NO_SUCH_POOL = "the provided agent pool does not exist or you are not authorized to use it"
GITLAB = {"http_url": "https://gitlab.example.com", "api_url": "https://gitlab.example.com/api/v4"}
ADO = {"http_url": "https://ado.example.com", "api_url": "https://ado.example.com"}
BITBUCKET = {"http_url": "https://bitbucket.example.com", "api_url": "https://bitbucket.example.com"}
AZURE = {"http_url": "https://dev.azure.com", "api_url": "https://dev.azure.com"}
ATTRIBUTES, RELATIONSHIPS = "/data/attributes/", "/data/relationships/"


def test_create_by_pat_gives_one_token_and_no_secret(api):
    response = api.create(name="GitHub", secret="sandbox-secret")
    data = response.json()["data"]
    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/vnd.api+json"
    assert re.fullmatch(r"oc-[1-9A-HJ-NP-Za-km-z]{16}", data["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", data["attributes"]["created-at"])
    assert [token["type"] for token in data["relationships"]["oauth-tokens"]["data"]] == ["oauth-tokens"]
    assert data["attributes"]["organization-scoped"] is True
    assert data["relationships"]["agent-pool"] == {"data": None}
    for path in ("/organizations/acme/oauth-clients", "/sandbox/state", "/sandbox/requests"):
        text = api("GET", path).text
        assert "sandbox-pat" not in text
        assert "sandbox-secret" not in text
        assert "sandbox-owner-token" not in text


def test_create_by_key_and_secret_gives_no_token(api):
    data = api.create(oauth_token_string=None, key="key", secret="sandbox-secret").json()["data"]
    assert data["relationships"]["oauth-tokens"]["data"] == []
    assert data["attributes"]["key"] == "key"


def test_nothing_is_unique(api):
    assert api.create(name="same").json()["data"]["id"] != api.create(name="same").json()["data"]["id"]


@pytest.mark.parametrize(("given", "stored"), [({}, None), ({"name": ""}, ""), ({"name": "x", "nonsense": 1}, "x")])
def test_name_and_unknown_attributes(api, given, stored):
    attributes = api.create(**given).json()["data"]["attributes"]
    assert attributes["name"] == stored
    assert "nonsense" not in attributes


def test_create_with_projects_and_agent_pool(api):
    relationships = api.create(relationships={**PROJECTS, **POOL}).json()["data"]["relationships"]
    assert relationships["projects"]["data"] == PROJECTS["projects"]["data"]
    assert relationships["agent-pool"]["data"] == POOL["agent-pool"]["data"]


@pytest.mark.parametrize(
    ("attributes", "pointers"),
    [
        ({"service_provider": None}, ["service-provider"]),
        ({"http_url": None, "api_url": ""}, ["http-url", "api-url"]),
        ({"service_provider": "sourceforge"}, ["service-provider"]),
        ({"http_url": "github"}, ["http-url"]),
        ({"organization_scoped": "yes"}, ["organization-scoped"]),
        ({"name": 7}, ["name"]),
        ({"oauth_token_string": None}, ["oauth-token-string"]),
        ({"oauth_token_string": "sandbox-rejected-pat"}, ["oauth-token-string"]),
        ({"service_provider": "github_enterprise"}, ["http-url", "api-url"]),
        (
            {
                "service_provider": "gitlab_community_edition",
                "http_url": "https://gitlab.com",
                "api_url": "https://gitlab.com/api/v4",
            },
            ["http-url", "api-url"],
        ),
        ({"service_provider": "gitlab_enterprise_edition", **GITLAB, "api_url": "https://gitlab.com/x"}, ["api-url"]),
        ({"service_provider": "bitbucket_hosted", **BITBUCKET}, ["oauth-token-string"]),
        ({"service_provider": "bitbucket_data_center", **BITBUCKET}, ["oauth-token-string"]),
        ({"service_provider": "ado_server", **ADO}, ["private-key"]),
        ({"service_provider": "ado_services"}, ["http-url", "api-url"]),
        ({"service_provider": "ado_services", **AZURE, "ado_org_name": "-x"}, ["ado-org-name"]),
    ],
)
def test_create_refused(api, attributes, pointers):
    response = api.create(**attributes)
    assert response.status_code == 422
    assert api.problems(response) == [("422", ATTRIBUTES + pointer) for pointer in pointers]
    assert api.sandbox.store.clients("acme") == []


@pytest.mark.parametrize(
    "attributes",
    [
        {"service_provider": "gitlab_enterprise_edition", **GITLAB},
        {"service_provider": "ado_server", **ADO, "private_key": "sandbox-key"},
        {"service_provider": "ado_services", **AZURE, "ado_org_name": "my-company"},
        {"service_provider": "bitbucket_data_center", **BITBUCKET, "oauth_token_string": None},
        {"service_provider": "bitbucket_hosted", "key": "k", "secret": "s", "oauth_token_string": None},
    ],
)
def test_create_accepted(api, attributes):
    assert api.create(**attributes).status_code == 201


@pytest.mark.parametrize(
    ("organization", "relationships", "pointer", "text"),
    [
        ("acme", {"projects": {"data": [{"id": "prj-no", "type": "projects"}]}}, "projects", "prj-no"),
        ("acme", {"projects": {"data": ["prj-shop"]}}, "projects", "must be a list"),
        ("acme", MISSING_POOL, "agent-pool", NO_SUCH_POOL),
        # Which pool it is comes before whether pools can be used at all.
        ("globex", MISSING_POOL, "agent-pool", NO_SUCH_POOL),
        ("globex", POOL, "agent-pool", NO_SUCH_POOL),
        (
            "globex",
            {"agent-pool": {"data": {"id": "apool-globex", "type": "agent-pools"}}},
            "agent-pool",
            "the organization does not have private VCS enabled",
        ),
    ],
)
def test_create_refused_for_its_relationships(api, organization, relationships, pointer, text):
    api.sandbox.store.add_agent_pool("globex", "datacenter", id="apool-globex")
    response = api.create(organization, relationships=relationships)
    assert api.problems(response) == [("422", RELATIONSHIPS + pointer)]
    assert text in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("content_type", [None, "application/json", "application/vnd.api+json; charset=utf-8"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_415(api, method, content_type):
    client = api.sandbox.store.add_client("acme")
    path = "/organizations/acme/oauth-clients" if method == "POST" else f"/oauth-clients/{client.id}"
    assert api(method, path, headers={"Content-Type": content_type}).status_code == 415
    assert api.sandbox.store.clients("acme") == [client]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"data": {"type": "oauth-client"}}', 422), (b'{"data": {}}', 422)],
)
def test_bodies_that_are_no_document(api, body, status):
    assert api("POST", "/organizations/acme/oauth-clients", data=body).status_code == status


def test_patch_changes_what_it_names(api):
    client = api.sandbox.store.add_client("acme", name="old", agent_pool="datacenter", projects=["Shop"])
    data = api.patch(client.id, name="new", nonsense=1).json()["data"]
    assert data["attributes"]["name"] == "new"
    assert data["relationships"]["projects"]["data"] == PROJECTS["projects"]["data"]
    assert data["relationships"]["agent-pool"]["data"] == POOL["agent-pool"]["data"]


def test_patch_replaces_projects_and_detaches_the_agent_pool(api):
    client = api.sandbox.store.add_client("acme", agent_pool="datacenter", projects=["Default Project"])
    assert api.patch(client.id, relationships=PROJECTS).status_code == 200
    assert api.sandbox.store.client(client.id).project_ids == ("prj-shop",)
    api.patch(client.id, relationships={"projects": {"data": []}, "agent-pool": {"data": None}})
    assert api.sandbox.store.client(client.id).project_ids == ()
    assert api.sandbox.store.client(client.id).agent_pool_id is None


def test_rotation_keeps_both_ids(api):
    client = api.sandbox.store.add_client("acme", personal_access_token="sandbox-revoked-pat")
    (before,) = api.sandbox.store.oauth_tokens(client)
    assert api.patch(client.id, oauth_token_string="sandbox-pat").status_code == 200
    (after,) = api.sandbox.store.oauth_tokens(client)
    assert (after.id, after.personal_access_token, after.user) == (before.id, "sandbox-pat", "vcs-bot")


@pytest.mark.parametrize(
    ("provider", "attributes", "pointer"),
    [
        ("github", {"oauth_token_string": "sandbox-rejected-pat"}, "oauth-token-string"),
        ("github", {"organization_scoped": None}, "organization-scoped"),
        ("bitbucket_data_center", {"key": ""}, "key"),
        ("bitbucket_hosted", {"oauth_token_string": "sandbox-pat"}, "oauth-token-string"),
        ("ado_services", {"ado_org_name": "x-"}, "ado-org-name"),
    ],
)
def test_patch_refused(api, provider, attributes, pointer):
    client = api.sandbox.store.add_client("acme", provider)
    assert api.problems(api.patch(client.id, **attributes)) == [("422", ATTRIBUTES + pointer)]
    assert api.sandbox.store.client(client.id) == client


def test_delete_unlinks_workspaces_and_is_404_the_second_time(api):
    client = api.sandbox.store.add_client("acme", workspaces=["app"])
    response = api("DELETE", f"/oauth-clients/{client.id}")
    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Type" not in response.headers
    assert [w.oauth_token_id for w in api.sandbox.store.workspaces("acme")] == [None]
    assert api("DELETE", f"/oauth-clients/{client.id}").status_code == 404
    assert api("GET", f"/oauth-clients/{client.id}").status_code == 404
    assert api("GET", "/organizations/acme/oauth-tokens").json()["data"] == []


def test_projects_are_attached_and_detached(api):
    client = api.sandbox.store.add_client("acme", projects=["Default Project"])
    path = f"/oauth-clients/{client.id}/relationships/projects"
    assert api("POST", path, json=PROJECTS["projects"]).status_code == 204
    assert api.sandbox.store.client(client.id).project_ids == ("prj-default", "prj-shop")
    assert api("DELETE", path, json=PROJECTS["projects"]).status_code == 204
    assert api.sandbox.store.client(client.id).project_ids == ("prj-default",)
    assert api("POST", path, json={"data": [{"id": "prj-no", "type": "projects"}]}).status_code == 422


def test_ssh_key_of_a_token(api):
    token = api.sandbox.store.oauth_tokens(api.sandbox.store.add_client("acme"))[0]
    path = f"/oauth-tokens/{token.id}"

    def patch(**attributes):
        return api("PATCH", path, json={"data": {"type": "oauth-tokens", "attributes": attributes}})

    assert api("GET", path).json()["data"]["attributes"]["has-ssh-key"] is False
    response = patch(**{"ssh-key": "-----BEGIN SANDBOX PRIVATE KEY-----"})
    assert response.json()["data"]["attributes"]["has-ssh-key"] is True
    assert "SANDBOX" not in response.text
    assert patch().json()["data"]["attributes"]["has-ssh-key"] is True
    refused = patch(**{"ssh-key": "nonsense"})
    assert api.problems(refused) == [("422", ATTRIBUTES + "ssh-key")]
    assert refused.json()["errors"][0]["detail"] == "Ssh key is invalid"
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404
