# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks against an OpenAPI document: a small one here, the official one where TFE_OPENAPI names it."""

from __future__ import annotations

import json
import os

import pytest

pytest.importorskip("jsonschema")

CLIENTS = "/organizations/acme/oauth-clients"
DATA = {"type": "object", "required": ["data"], "properties": {"data": {"$ref": "#/components/schemas/data"}}}
SCHEMAS = {
    "data": {
        "type": "object",
        "required": ["type", "attributes"],
        "properties": {"attributes": {"type": "object", "properties": {"name": {"type": "string", "nullable": True}}}},
    },
    "errors": {"type": "object", "required": ["errors"]},
}
MEDIA_TYPE = "application/vnd.api+json"


@pytest.fixture
def spec(tmp_path):
    def content(schema):
        return {"content": {MEDIA_TYPE: {"schema": schema}}}

    operation = {
        "requestBody": content(DATA),
        "responses": {"200": content(DATA), "204": {}, "default": content({"$ref": "#/components/schemas/errors"})},
    }
    document = {
        "paths": {"/oauth-clients/{id}": {"patch": operation, "delete": {"responses": operation["responses"]}}},
        "components": {"schemas": SCHEMAS},
    }
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(document))
    return file


def test_good_exchanges_leave_no_violation(serve, spec):
    api = serve(openapi=spec)
    client = api.sandbox.store.add_client("acme")
    api.patch(client.id, name=None)
    api.patch("oc-missing", name="x")
    api("DELETE", f"/oauth-clients/{client.id}")
    assert api.sandbox.contract_violations == []


def test_violations_name_the_place_and_no_value(serve, spec):
    api = serve(openapi=spec)
    client = api.sandbox.store.add_client("acme", name=17)
    api("PATCH", f"/oauth-clients/{client.id}", json={"data": {"type": "oauth-clients", "id": "sandbox-value"}})
    assert len(api.sandbox.contract_violations) == 2
    answer, request = api.sandbox.contract_violations
    assert answer.startswith("PATCH /oauth-clients/{id}: answer 200: $.data.attributes.name fails")
    assert request.startswith("PATCH /oauth-clients/{id}: request: $.data fails required")
    assert "sandbox-value" not in request
    assert "17" not in answer


def test_faulted_answers_and_other_personalities_are_not_checked(serve, spec):
    api = serve(openapi=spec, personality="tfe")
    client = api.sandbox.store.add_client("acme", name=17)
    api.patch(client.id, organization_scoped=True)
    assert api.sandbox.contract_violations == []


def test_several_documents_and_folders(serve, spec, tmp_path):
    organization = json.loads(spec.read_text())
    operation = organization["paths"]["/oauth-clients/{id}"]["patch"]
    organization["paths"] = {"/organizations/{name}": {"get": {"responses": operation["responses"]}}}
    organization["components"]["schemas"]["data"]["required"] = ["missing"]
    (tmp_path / "other.json").write_text(json.dumps(organization))
    for openapi in (tmp_path, f"{spec}:{tmp_path / 'other.json'}"):
        api = serve(openapi=openapi)
        client = api.sandbox.store.add_client("acme", name=17)
        api.patch(client.id, organization_scoped=True)
        api("GET", "/organizations/acme")
        paths = {violation.partition(":")[0] for violation in api.sandbox.contract_violations}
        assert paths == {"PATCH /oauth-clients/{id}", "GET /organizations/{name}"}


def test_keys_of_a_path_that_are_no_methods(serve, spec):
    document = json.loads(spec.read_text())
    item = document["paths"]["/oauth-clients/{id}"]
    item |= {
        "summary": "One client",
        "description": "text",
        "servers": [{"url": "https://tfe.example.com"}],
        "parameters": [{"name": "id", "in": "path"}],
        "x-internal": True,
    }
    document["components"]["responses"] = {"failed": item["patch"]["responses"]["default"]}
    document["components"]["requestBodies"] = {"client": item["patch"]["requestBody"]}
    item["patch"]["responses"]["default"] = {"$ref": "#/components/responses/failed"}
    item["patch"]["requestBody"] = {"$ref": "#/components/requestBodies/client"}
    spec.write_text(json.dumps(document))
    api = serve(openapi=spec)
    client = api.sandbox.store.add_client("acme")
    api.patch(client.id, name=None)
    api.patch("oc-missing", name="x")
    assert api.sandbox.contract_violations == []
    api("PATCH", f"/oauth-clients/{client.id}", json={"data": {"type": "oauth-clients"}})
    assert [text.partition(": ")[2][:8] for text in api.sandbox.contract_violations] == ["request:"]


@pytest.mark.skipif("TFE_OPENAPI" not in os.environ, reason="TFE_OPENAPI names no document")
def test_the_sandbox_keeps_the_official_contract(serve):
    api = serve(rate_limit=100)
    store = api.sandbox.store
    relationships = {
        "projects": {"data": [{"id": "prj-shop", "type": "projects"}]},
        "agent-pool": {"data": {"id": "apool-datacenter", "type": "agent-pools"}},
    }
    client = api.create(relationships=relationships, name="x").json()["data"]["id"]
    api.create()
    api.create(http_url=None)
    token = store.oauth_tokens(store.client(client))[0].id
    store.add_workspace("acme", "app", oauth_token_id=token)
    for path in (
        CLIENTS,
        f"{CLIENTS}?page[size]=1&show_affected_workspaces=true",
        f"/oauth-clients/{client}?show_affected_workspaces=true",
        "/oauth-clients/oc-missing",
        "/organizations/hidden/oauth-clients",
        f"/oauth-clients/{client}/oauth-tokens?page[size]=1",
        "/organizations/acme/oauth-tokens",
        f"/oauth-tokens/{token}",
        "/oauth-tokens/ot-missing",
        f"/oauth-tokens/{token}/authorized-repos",
        f"/oauth-tokens/{token}/vcs-organizations",
        "/organizations/acme/projects",
        "/organizations/acme/agent-pools",
    ):
        api("GET", path)
    api.patch(client, name=None, oauth_token_string="sandbox-pat", relationships={"agent-pool": {"data": None}})
    api("PATCH", f"/oauth-tokens/{token}", json={"data": {"type": "oauth-tokens", "attributes": {}}})
    api("POST", f"/oauth-clients/{client}/relationships/projects", json=relationships["projects"])
    api("DELETE", f"/oauth-clients/{client}/relationships/projects", json=relationships["projects"])
    api("DELETE", f"/oauth-tokens/{token}")
    api("DELETE", f"/oauth-clients/{client}")
    api("DELETE", f"/oauth-clients/{client}", headers={})
    assert api.sandbox.contract_violations == []


@pytest.mark.skipif("TFE_OPENAPI" not in os.environ, reason="TFE_OPENAPI names no document")
def test_the_sandbox_keeps_the_official_contract_of_links(serve):
    api = serve()
    store = api.sandbox.store
    client = store.add_client("acme", name="x", workspaces=["app"])
    token = store.oauth_tokens(client)[0].id
    installation = store.add_github_app_installation("acme", 17, organizations=["acme"]).id
    store.add_workspace("acme", "scratch")
    store.add_workspace("acme", "by-app", vcs_repo={"github_app_installation_id": installation})
    policy_set = store.add_policy_set("acme", "policies", vcs_repo={"connection": "x"}).id
    store.add_policy_set("acme", "by-hand")
    store.add_registry_module("acme", "net", vcs_repo={"connection": "x"})
    store.add_registry_module("acme", "bare")
    store.add_vcs_event("acme", "x", "gone")
    workspace = store.workspaces("acme")[0].id
    modules = "/organizations/acme/registry-modules"
    for path in (
        "/organizations",
        "/organizations/acme",
        "/organizations/acme/workspaces?page[size]=2&search[name]=a&sort=name",
        f"/workspaces/{workspace}",
        "/workspaces/ws-missing",
        "/organizations/acme/policy-sets",
        f"/policy-sets/{policy_set}",
        modules,
        f"{modules}/private/acme/net/aws",
        f"{modules}/private/acme/bare/aws",
        "/organizations/acme/oauth-tokens",
        f"/organizations/acme/vcs/repo?oauth_token_id={token}&identifier=acme/app",
        "/organizations/acme/vcs/repo?oauth_token_id=ot-missing&identifier=acme/app",
        "/organizations/acme/vcs-events",
        "/github-app/installations",
        f"/github-app/installation/{installation}",
        "/organizations/acme/github-app-installations",
        "/stacks?filter[organization][name]=acme",
    ):
        api("GET", path)
    link = {"oauth-token-id": token, "identifier": "acme/app"}
    for path, kind in (
        (f"/workspaces/{workspace}", "workspaces"),
        (f"/policy-sets/{policy_set}", "policy-sets"),
        (f"{modules}/private/acme/net/aws", "registry-modules"),
    ):
        for repo in (link, {"oauth-token-id": "ot-missing"}):
            api("PATCH", path, json={"data": {"type": kind, "attributes": {"vcs-repo": repo}}})
    assert api.sandbox.contract_violations == []


@pytest.mark.skipif("TFE_OPENAPI" not in os.environ, reason="TFE_OPENAPI names no document")
def test_the_sandbox_keeps_the_official_contract_of_a_bootstrap(serve):
    api = serve()

    def create(path, kind, **attributes):
        return api("POST", path, json={"data": {"type": kind, "attributes": attributes}}).json()["data"]["id"]

    create("/organizations", "organizations", name="fresh", email="it@example.com")
    project = create("/organizations/fresh/projects", "projects", name="Shop")
    pool = create("/organizations/fresh/agent-pools", "agent-pools", name="cloud")
    workspace = create("/organizations/fresh/workspaces", "workspaces", name="app")
    for path in (
        f"/projects/{project}",
        f"/agent-pools/{pool}",
        f"/workspaces/{workspace}",
        "/organizations/fresh/workspaces/app",
        "/projects/prj-missing",
        "/agent-pools/apool-missing",
    ):
        api("GET", path)
    assert api.sandbox.contract_violations == []
