# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unknowns, personalities, rate limit."""

from __future__ import annotations

import dataclasses
import re

import pytest

from sandbox import PERSONALITIES, Unknowns

CLIENTS = "/organizations/acme/oauth-clients"


def unknown(serve, **answers):
    return serve(unknowns=Unknowns(**answers))


def test_urls_stripped_of_slashes(serve):
    api = unknown(serve, url_normalization="slash_stripped")
    attributes = api.create(http_url="https://github.com/", api_url="https://api.github.com//").json()["data"][
        "attributes"
    ]
    assert (attributes["http-url"], attributes["api-url"]) == ("https://github.com", "https://api.github.com")


def test_urls_kept(api):
    assert api.create(http_url="https://GitHub.com/").json()["data"]["attributes"]["http-url"] == "https://GitHub.com/"


@pytest.mark.parametrize(("seconds", "read"), [(0.0, 1), (60.0, 0)])
def test_create_answer_without_token(serve, seconds, read):
    api = unknown(serve, token_in_create_answer=False, token_visible_after=seconds)
    data = api.create().json()["data"]
    assert data["relationships"]["oauth-tokens"]["data"] == []
    assert len(api("GET", f"/oauth-clients/{data['id']}/oauth-tokens").json()["data"]) == read


@pytest.mark.parametrize(
    ("answer", "status", "stored"),
    [
        ("ignored", 200, "https://github.com"),
        ("rejected", 422, "https://github.com"),
        ("changed", 200, "https://x.example.com"),
    ],
)
def test_fixed_attributes_in_patch(serve, answer, status, stored):
    api = unknown(serve, fixed_attributes_in_patch=answer)
    client = api.sandbox.store.add_client("acme")
    assert api.patch(client.id, http_url="https://x.example.com").status_code == status
    assert api.sandbox.store.client(client.id).http_url == stored


@pytest.mark.parametrize(
    ("answer", "pats"), [("effective", ["new"]), ("ignored", ["sandbox-pat"]), ("second_token", ["sandbox-pat", "new"])]
)
def test_pat_in_patch(serve, answer, pats):
    api = unknown(serve, pat_in_patch=answer)
    client = api.sandbox.store.add_client("acme")
    assert api.patch(client.id, oauth_token_string="new").status_code == 200
    assert [token.personal_access_token for token in api.sandbox.store.oauth_tokens(client)] == pats


@pytest.mark.parametrize(
    ("answers", "relationships", "pool"),
    [
        ({"agent_pool_left_out_of_patch": "cleared"}, None, None),
        ({"agent_pool_left_out_of_patch": "kept"}, None, "apool-datacenter"),
        ({"agent_pool_null_in_patch": "detached"}, {"agent-pool": {"data": None}}, None),
        ({"agent_pool_null_in_patch": "ignored"}, {"agent-pool": {"data": None}}, "apool-datacenter"),
    ],
)
def test_agent_pool_in_patch(serve, answers, relationships, pool):
    api = unknown(serve, **answers)
    client = api.sandbox.store.add_client("acme", agent_pool="datacenter")
    assert api.patch(client.id, relationships=relationships, name="x").status_code == 200
    assert api.sandbox.store.client(client.id).agent_pool_id == pool


def test_agent_pool_error_as_404(serve):
    api = unknown(serve, agent_pool_error_status=404)
    response = api.create(relationships={"agent-pool": {"data": {"id": "apool-no", "type": "agent-pools"}}})
    assert response.status_code == 404
    assert "agent pool" in response.json()["errors"][0]["detail"]


def test_attach_that_replaces(serve):
    api = unknown(serve, attach_projects="replaces")
    client = api.sandbox.store.add_client("acme", projects=["Default Project"])
    api(
        "POST",
        f"/oauth-clients/{client.id}/relationships/projects",
        json={"data": [{"id": "prj-shop", "type": "projects"}]},
    )
    assert api.sandbox.store.client(client.id).project_ids == ("prj-shop",)


def test_affected_workspaces_as_ids(serve):
    api = unknown(serve, affected_workspaces="ids")
    client = api.sandbox.store.add_client("acme", workspaces=["app"])
    attributes = api("GET", f"/oauth-clients/{client.id}?show_affected_workspaces=true").json()["data"]["attributes"]
    assert attributes["affected-workspaces"][0].startswith("ws-")


def test_list_order(serve):
    api = unknown(serve, list_order="newest_first")
    made = [api.sandbox.store.add_client("acme").id for dummy in range(9)]
    assert [client["id"] for client in api("GET", CLIENTS).json()["data"]] == made[::-1]
    api.sandbox.settings.chosen = Unknowns(list_order="random")
    assert {client["id"] for client in api("GET", CLIENTS).json()["data"]} == set(made)


def test_reading_without_the_right_to_manage(serve):
    api = unknown(serve, read_without_manage_permission="not_found")
    api.session.headers["Authorization"] = "Bearer sandbox-reader-token"
    assert api("GET", CLIENTS).status_code == 404
    assert api("GET", "/organizations/acme").status_code == 200


@pytest.mark.parametrize(
    ("answers", "method", "path", "status"),
    [
        ({"page_size_above_100": "rejected"}, "GET", f"{CLIENTS}?page[size]=101", 422),
        ({"not_json_status": 422}, "POST", CLIENTS, 422),
        ({"organization_case": "matters"}, "GET", "/organizations/ACME", 404),
    ],
)
def test_statuses(serve, answers, method, path, status):
    assert unknown(serve, **answers)(method, path).status_code == status


def test_status_of_a_revoked_pat(serve):
    api = unknown(serve, revoked_pat_status=401)
    client = api.sandbox.store.add_client("acme", personal_access_token="sandbox-revoked-pat")
    token = api.sandbox.store.oauth_tokens(client)[0].id
    assert api("GET", f"/oauth-tokens/{token}/authorized-repos").status_code == 401


def test_location_on_create(serve):
    response = unknown(serve, location_on_create=True).create()
    assert response.headers["Location"].endswith(f"/api/v2/oauth-clients/{response.json()['data']['id']}")


def test_deleted_client_stays_readable_for_a_while(serve):
    api = unknown(serve, deleted_readable_for=60.0)
    client = api.sandbox.store.add_client("acme")
    assert api("DELETE", f"/oauth-clients/{client.id}").status_code == 204
    assert api("GET", f"/oauth-clients/{client.id}").status_code == 200
    assert len(api("GET", CLIENTS).json()["data"]) == 1
    assert api("DELETE", f"/oauth-clients/{client.id}").status_code == 404


def test_unknowns_from_text():
    assert Unknowns().with_setting("list_order", "random").list_order == "random"
    assert Unknowns().with_setting("agent_pool_error_status", "404").agent_pool_error_status == 404
    assert Unknowns().with_setting("location_on_create", "true").location_on_create is True
    assert Unknowns().with_setting("deleted_readable_for", "2.5").deleted_readable_for == 2.5
    for name, text in (("list_order", "sideways"), ("nonsense", "1")):
        with pytest.raises(ValueError, match=name):
            Unknowns().with_setting(name, text)


@pytest.mark.parametrize(
    ("answers", "unusable", "status"),
    [
        ({}, "prj-foreign", 201),
        ({}, "prj-missing", 422),
        ({"foreign_project_in_create": "rejected"}, "prj-foreign", 422),
        ({"missing_project_in_create": "dropped"}, "prj-missing", 201),
        ({"foreign_project_in_create": "rejected", "missing_project_in_create": "dropped"}, "prj-foreign", 422),
    ],
)
def test_project_that_cannot_be_used_in_a_create(serve, answers, unusable, status):
    api = unknown(serve, **answers)
    api.sandbox.store.add_project("globex", "Foreign", id="prj-foreign")
    projects = {"data": [{"id": project, "type": "projects"} for project in (unusable, "prj-shop")]}
    response = api.create(relationships={"projects": projects})
    assert response.status_code == status
    if status == 201:
        assert response.json()["data"]["relationships"]["projects"]["data"] == projects["data"][1:]


def test_project_of_another_organization_in_a_patch_is_refused(api):
    api.sandbox.store.add_project("globex", "Foreign", id="prj-foreign")
    client = api.sandbox.store.add_client("acme")
    projects = {"projects": {"data": [{"id": "prj-foreign", "type": "projects"}]}}
    assert api.patch(client.id, relationships=projects).status_code == 422


@pytest.mark.parametrize(
    ("answer", "url", "name"),
    [
        ("kept", "https://git.example.com", " two  words "),
        ("url_rewritten", "https://www.git.example.com", " two  words "),
        ("name_collapsed", "https://git.example.com", "two words"),
    ],
)
def test_identity_that_the_server_rewrites(serve, answer, url, name):
    api = unknown(serve, stored_identity=answer)
    created = api.create(
        service_provider="github_enterprise",
        http_url="https://git.example.com",
        api_url="https://git.example.com/api/v3",
        name=" two  words ",
    )
    attributes = api("GET", f"/oauth-clients/{created.json()['data']['id']}").json()["data"]["attributes"]
    assert (attributes["http-url"], attributes["name"]) == (url, name)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        ("right", [1, 2]),
        ("missing", [None, None]),
        ("minus_one", [-1, -1]),
        ("false", [False, False]),
        ("stale", [1, 1]),
    ],
)
def test_count_of_affected_workspaces(serve, answer, counts):
    api = unknown(serve, affected_workspaces_count=answer)
    client = api.sandbox.store.add_client("acme", workspaces=["app"])
    token = api.sandbox.store.oauth_tokens(client)[0].id
    found = []
    for name in ("second", "third"):
        data = api("GET", f"{CLIENTS}?show_affected_workspaces=true").json()["data"]
        found.append(data[0]["attributes"].get("affected-workspaces-count"))
        api.sandbox.store.add_workspace("acme", name, oauth_token_id=token)
    assert found == counts
    assert [type(count) for count in found] == [type(count) for count in counts]


@pytest.mark.parametrize(("answer", "length"), [("milliseconds", 24), ("seconds", 20), ("missing", 0)])
def test_creation_time(serve, answer, length):
    attributes = unknown(serve, created_at=answer).create().json()["data"]["attributes"]
    assert len(attributes.get("created-at", "")) == length


@pytest.mark.parametrize("answer", ["effective", "dropped"])
def test_pat_in_create(serve, answer):
    tokens = unknown(serve, pat_in_create=answer).create().json()["data"]["relationships"]["oauth-tokens"]["data"]
    assert len(tokens) == (answer == "effective")


@pytest.mark.parametrize(
    ("announcement", "pagination", "next_link"),
    [
        ("full", {"next-page": 2, "total-pages": 2, "total-count": 3}, True),
        ("meta_only", {"next-page": 2, "total-pages": 2, "total-count": 3}, None),
        ("links_next", None, True),
        ("total_pages", {"total-pages": 2}, None),
        ("next_page_null", {"next-page": None, "total-pages": 2}, None),
        ("total_count", {"total-count": 3}, None),
        ("nothing", None, None),
    ],
)
def test_how_pages_are_announced(serve, announcement, pagination, next_link):
    api = unknown(serve, page_announcement=announcement, largest_page=2)
    made = [api.sandbox.store.add_client("acme").id for dummy in range(3)]
    document = api("GET", f"{CLIENTS}?page[size]=100").json()
    assert [client["id"] for client in document["data"]] == made[:2]
    found = document.get("meta", {}).get("pagination")
    if pagination is None or len(pagination) == 1:
        assert found == pagination
    else:
        assert pagination.items() <= found.items()
    assert (document.get("links", {}).get("next") is not None or None) == next_link
    second = api("GET", f"{CLIENTS}?page[size]=100&page[number]=2").json()["data"]
    assert [client["id"] for client in second] == made[2:]


@pytest.mark.parametrize("personality", PERSONALITIES.values(), ids=PERSONALITIES)
def test_settled_unknowns_exist(personality):
    assert set(personality.settled) <= {field.name for field in dataclasses.fields(Unknowns)}


@pytest.mark.parametrize(
    ("personality", "header"),
    [
        ("tfe", "x-tfe-current-version"),
        ("tfe-before-rotation", "x-tfe-version"),
        ("tfe-before-scoping", "x-tfe-version"),
    ],
)
def test_tfe_says_its_version(serve, personality, header):
    response = serve(personality=personality)("GET", "/ping")
    assert header in response.headers
    assert response.headers["tfp-appname"] == "Terraform Enterprise"
    if personality == "tfe":
        assert response.headers[header] == "2.1.0"


def test_tfe_before_rotation_ignores_the_pat(serve):
    api = serve(personality="tfe-before-rotation")
    client = api.sandbox.store.add_client("acme")
    assert api.patch(client.id, oauth_token_string="new").status_code == 200
    assert api.sandbox.store.oauth_tokens(client)[0].personal_access_token == "sandbox-pat"


def test_tfe_before_scoping_knows_no_scope(serve):
    api = serve(personality="tfe-before-scoping")
    relationships = {"projects": {"data": [{"id": "prj-no", "type": "projects"}]}, "agent-pool": {"data": "nonsense"}}
    response = api.create(relationships=relationships, organization_scoped=False)
    data = response.json()["data"]
    assert response.status_code == 201
    assert not {"organization-scoped", "ado-org-name"} & set(data["attributes"])
    assert set(data["relationships"]) == {"organization", "oauth-tokens"}
    assert api.sandbox.store.client(data["id"]).organization_scoped is True
    assert api("POST", f"/oauth-clients/{data['id']}/relationships/projects", json={"data": []}).status_code == 404


class TestOtf:
    """What OTF 0.6.3 does, read in its source."""

    @pytest.fixture
    def otf(self, serve):
        return serve(personality="otf")

    def test_token_has_the_id_of_the_client(self, otf):
        data = otf.create(name="").json()["data"]
        assert data["id"].startswith("vcs-")
        assert data["relationships"]["oauth-tokens"] == {"data": [{"id": data["id"], "type": "oauth-tokens"}]}
        assert data["attributes"]["key"] == data["attributes"]["callback-url"] == ""
        assert data["attributes"]["name"] is None
        assert set(data["relationships"]) == {"organization", "oauth-tokens"}

    def test_no_links_anywhere(self, otf):
        otf.sandbox.store.add_client("acme")
        otf.sandbox.store.add_workspace("acme", "app")
        for path in (
            CLIENTS,
            "/organizations/acme",
            "/organizations/acme/workspaces",
            "/organizations/acme/agent-pools",
        ):
            response = otf("GET", path)
            assert response.status_code == 200
            assert "links" not in response.text

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PATCH", "/oauth-clients/{id}"),
            ("POST", "/oauth-clients/{id}/relationships/projects"),
            ("GET", "/oauth-clients/{id}/oauth-tokens"),
            ("GET", "/organizations/acme/oauth-tokens"),
            ("GET", "/organizations/acme/projects"),
            ("GET", "/nowhere"),
        ],
    )
    def test_routes_that_do_not_exist_are_404_as_plain_text(self, otf, method, path):
        client = otf.sandbox.store.add_client("acme")
        response = otf(method, path.format(id=client.id), json={})
        assert (response.status_code, response.text) == (404, "404 page not found\n")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"

    @pytest.mark.parametrize(
        ("path", "status", "title", "detail"),
        [
            ("/organizations/hidden/oauth-clients", 403, "Forbidden", "access to the resource is not permitted"),
            ("/oauth-clients/vcs-missing", 404, "Not Found", "resource not found"),
            ("/organizations/missing", 404, "Not Found", "resource not found"),
        ],
    )
    def test_errors_have_a_status_as_text_and_a_detail(self, otf, path, status, title, detail):
        response = otf("GET", path)
        assert response.status_code == status
        assert response.json()["errors"] == [{"status": str(status), "title": title, "detail": detail}]

    @pytest.mark.parametrize("what", ["oauth-clients", "agent-pools", "workspaces"])
    def test_lists_of_an_unknown_organization_are_empty(self, otf, what):
        response = otf("GET", f"/organizations/missing/{what}")
        assert (response.status_code, response.json()["data"]) == (200, [])

    def test_create_in_an_unknown_organization_is_500(self, otf):
        response = otf.create("missing")
        assert (response.status_code, response.json()["errors"][0]["status"]) == (500, "500")

    def test_delete(self, otf):
        client = otf.sandbox.store.add_client("acme")
        assert otf("DELETE", f"/oauth-clients/{client.id}").status_code == 204

    def test_clients_come_whole_and_sorted_by_name_but_workspaces_in_pages(self, otf):
        for name in ("b", "c", "a"):
            otf.sandbox.store.add_client("acme", name=name)
            otf.sandbox.store.add_workspace("acme", name)
        document = otf("GET", f"{CLIENTS}?page[size]=1").json()
        assert set(document) == {"data"}
        assert [client["attributes"]["name"] for client in document["data"]] == ["a", "b", "c"]
        assert otf("GET", "/organizations/acme/workspaces?page[size]=2").json()["meta"]["pagination"]["next-page"] == 2

    def test_401_is_plain_text(self, otf):
        otf.session.headers.pop("Authorization")
        response = otf("GET", CLIENTS)
        assert (response.status_code, response.text.strip()) == (401, "Unauthorized")

    @pytest.mark.parametrize(
        ("attributes", "status"),
        [
            ({"oauth_token_string": None}, 422),
            ({"http_url": None}, 422),
            ({"service_provider": ""}, 422),
            ({"secret": "s"}, 500),
            ({"secret": ""}, 500),
            ({"service_provider": "ado_services"}, 500),
            ({"service_provider": "forgejo"}, 201),
            ({"http_url": "github.com"}, 201),
            ({"http_url": ""}, 201),
            ({"http_url": "ftp://github.com"}, 422),
        ],
    )
    def test_create(self, otf, attributes, status):
        response = otf.create(**attributes)
        assert response.status_code == status
        if status == 201 and attributes.get("http_url") != "":
            assert response.json()["data"]["attributes"]["http-url"] == "https://github.com"

    def test_content_type_does_not_matter(self, otf):
        client = otf.sandbox.store.add_client("acme")
        assert otf("DELETE", f"/oauth-clients/{client.id}", headers={}).status_code == 204


class TestTerrence:
    @pytest.fixture
    def terrence(self, serve):
        return serve(personality="terrence")

    def test_no_creation_time_and_the_pat_is_dropped(self, terrence):
        data = terrence.create(name="x").json()["data"]
        assert not {"created-at", "key", "ado-org-name"} & set(data["attributes"])
        assert "data" not in data["relationships"]["oauth-tokens"]
        assert terrence("GET", f"/oauth-clients/{data['id']}/oauth-tokens").json()["data"] == []
        assert terrence.patch(data["id"], oauth_token_string="sandbox-pat").status_code == 200
        assert terrence.sandbox.store.oauth_tokens(terrence.sandbox.store.clients("acme")[0]) == []

    def test_url_of_a_client_can_be_changed(self, terrence):
        client = terrence.create(name="x").json()["data"]["id"]
        attributes = terrence.patch(client, http_url="https://x.example.com").json()["data"]["attributes"]
        assert attributes["http-url"] == "https://x.example.com"

    @pytest.mark.parametrize(
        ("attributes", "status"),
        [({}, 422), ({"name": "x", "service_provider": "gitlab_hosted"}, 422), ({"name": "x", "http_url": None}, 201)],
    )
    def test_create(self, terrence, attributes, status):
        assert terrence.create(**attributes).status_code == status

    def test_client_in_use_is_not_deleted(self, terrence):
        store = terrence.sandbox.store
        used, unused = store.add_client("acme", name="used"), store.add_client("acme", name="unused")
        store.add_policy_set("acme", "policies", vcs_repo={"connection": "used"})
        assert terrence("DELETE", f"/oauth-clients/{used.id}").status_code == 409
        assert terrence("DELETE", f"/oauth-clients/{unused.id}").status_code == 204
        assert store.clients("acme") == [used]


class TestTerrarun:
    @pytest.fixture
    def terrarun(self, serve):
        return serve(personality="terrarun")

    def test_create_is_200_with_whole_seconds_and_no_token(self, terrarun):
        response = terrarun.create(name="x")
        data = response.json()["data"]
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["attributes"]["created-at"])
        assert data["relationships"]["oauth-tokens"]["data"] == []

    def test_delete_is_200_with_null(self, terrarun):
        client = terrarun.sandbox.store.add_client("acme")
        response = terrarun("DELETE", f"/oauth-clients/{client.id}")
        assert (response.status_code, response.text) == (200, "null")
        assert terrarun.sandbox.store.clients("acme") == []

    def test_patch_changes_name_key_and_secret_only(self, terrarun):
        client = terrarun.sandbox.store.add_client("acme", name="old", rsa_public_key="old")
        assert terrarun.patch(client.id, name="new", rsa_public_key="new").status_code == 200
        changed = terrarun.sandbox.store.client(client.id)
        assert (changed.name, changed.rsa_public_key) == ("new", "old")

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_errors_say_nothing(self, terrarun, method):
        response = terrarun(method, "/oauth-clients/oc-missing", json={})
        assert (response.status_code, response.json()) == (404, {})


def test_rate_limit_is_shared_by_a_users_tokens(serve):
    api = serve(rate_limit=3)
    remaining = [api("GET", "/organizations/acme").headers["x-ratelimit-remaining"] for dummy in range(2)]
    api.session.headers["Authorization"] = "Bearer sandbox-second-token"
    remaining.append(api("GET", "/organizations/acme").headers["x-ratelimit-remaining"])
    refused = api("GET", "/organizations/acme")
    assert remaining == ["2", "1", "0"]
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["status"] == 429
    assert 0 < float(refused.headers["x-ratelimit-reset"]) <= 1
    assert "Retry-After" not in refused.headers
    api.session.headers["Authorization"] = "Bearer sandbox-reader-token"
    assert api("GET", "/organizations/acme").status_code == 200


def test_no_rate_limit_no_headers(api):
    assert not [name for name in api("GET", "/ping").headers if name.lower().startswith("x-ratelimit")]
