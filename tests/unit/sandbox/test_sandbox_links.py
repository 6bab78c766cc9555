# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VCS links: workspaces, policy sets, registry modules, stacks, and what tells which repository is reached."""

from __future__ import annotations

import json

import pytest

from sandbox import Unknowns

SEED = {
    "tokens": [
        {"name": "owner", "token": "sandbox-owner-token", "user": "olivia", "manages": ["acme", "globex"]},
        {
            "name": "team",
            "token": "sandbox-team-token",
            "kind": "team",
            "manages": ["acme"],
            "cannot_change": ["workspaces"],
            "cannot_read": ["policy_sets"],
        },
    ],
    "personal_access_tokens": [
        {"token": "sandbox-old-pat", "repositories": ["acme/app", "acme/infra"]},
        {"token": "sandbox-new-pat", "repositories": ["acme/app", "team/app"]},
        {"token": "sandbox-weak-pat", "webhooks": False},
    ],
    "github_app_installations": [
        {"name": "acme", "installation_id": 17, "id": "ghain-acme", "users": ["olivia"], "organizations": ["acme"]},
        {"name": "globex", "installation_id": 18, "id": "ghain-globex", "users": ["somebody-else"]},
    ],
    "organizations": [
        {
            "name": "acme",
            "projects": [{"name": "Default Project", "id": "prj-default"}, {"name": "Shop", "id": "prj-shop"}],
            "oauth_clients": [
                {"name": "old", "id": "oc-old", "personal_access_token": "sandbox-old-pat"},
                {"name": "new", "id": "oc-new", "personal_access_token": "sandbox-new-pat"},
                {"name": "weak", "id": "oc-weak", "personal_access_token": "sandbox-weak-pat"},
            ],
            "workspaces": [
                {
                    "name": "app",
                    "id": "ws-app",
                    "project": "Shop",
                    "vcs_repo": {
                        "connection": "old",
                        "branch": "main",
                        "tags_regex": "v.*",
                        "ingress_submodules": True,
                    },
                },
                {"name": "infra", "id": "ws-infra", "vcs_repo": {"connection": "old"}, "can_update": False},
                {"name": "by-app", "id": "ws-by-app", "vcs_repo": {"github_app_installation_id": "ghain-acme"}},
                {"name": "scratch", "id": "ws-scratch", "locked": True},
            ],
            "policy_sets": [{"name": "policies", "id": "polset-1", "vcs_repo": {"connection": "old"}}, "by-hand"],
            "registry_modules": [{"name": "net", "vcs_repo": {"connection": "old", "identifier": "acme/app"}}, "bare"],
            "registry_components": [{"name": "eks", "id": "comp-eks", "vcs_repo": {"connection": "old"}}, "by-api"],
            "stacks": [{"name": "platform", "id": "st-platform", "vcs_repo": {"connection": "old"}}],
            "vcs_events": [
                {"connection": "old", "message": "gone", "suggested_action": "Make it again"},
                {"connection": "new", "message": "fine", "level": "info"},
                {"connection": "old", "message": "ancient", "created_at": "2020-01-01T00:00:00.000Z"},
            ],
        },
        {"name": "globex", "oauth_clients": [{"name": "other", "id": "oc-globex"}]},
        {"name": "hidden"},
    ],
}
WORKSPACES = "/organizations/acme/workspaces"
MODULE = "/organizations/acme/registry-modules/private/acme/net/aws"


@pytest.fixture
def links(serve):
    def start(**answers):
        return serve(seed=SEED, unknowns=Unknowns(**answers))

    return start


@pytest.fixture
def api(links):
    return links()


def token_of(api, client_id):
    return api.sandbox.store.oauth_tokens(api.sandbox.store.client(client_id))[0].id


def patch(api, path, kind, vcs_repo):
    return api("PATCH", path, json={"data": {"type": kind, "attributes": {"vcs-repo": vcs_repo}}})


def patch_workspace(api, workspace="ws-app", **vcs_repo):
    sent = {name.replace("_", "-"): value for name, value in vcs_repo.items()}
    return patch(api, f"/workspaces/{workspace}", "workspaces", sent)


def names(response):
    return [item["attributes"]["name"] for item in response.json()["data"]]


class TestWorkspaces:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["app", "infra", "by-app", "scratch"]),
            ("?sort=name", ["app", "by-app", "infra", "scratch"]),
            ("?sort=-name", ["scratch", "infra", "by-app", "app"]),
            ("?search[name]=APP", ["app", "by-app"]),
            ("?search[wildcard-name]=*a", ["infra"]),
            ("?filter[project][id]=prj-shop", ["app"]),
            ("?page[size]=3&page[number]=2", ["scratch"]),
        ],
    )
    def test_list(self, api, query, found):
        response = api("GET", WORKSPACES + query)
        assert names(response) == found
        assert response.json()["meta"]["pagination"]["total-pages"] == (2 if "page" in query else 1)

    def test_pages_of_20_by_default_and_100_at_most(self, api):
        for number in range(130):
            api.sandbox.store.add_workspace("acme", f"many-{number:03}")
        assert len(api("GET", WORKSPACES).json()["data"]) == 20
        assert len(api("GET", f"{WORKSPACES}?page[size]=500").json()["data"]) == 100

    def test_link_and_permissions_are_shown(self, api):
        attributes = api("GET", "/workspaces/ws-app").json()["data"]["attributes"]
        assert attributes["vcs-repo"] == {
            "branch": "main",
            "display-identifier": "acme/app",
            "github-app-installation-id": None,
            "identifier": "acme/app",
            "ingress-submodules": True,
            "oauth-token-id": token_of(api, "oc-old"),
            "repository-http-url": "https://github.com/acme/app",
            "service-provider": "github",
            "tags-regex": "v.*",
            "webhook-url": attributes["vcs-repo"]["webhook-url"],
        }
        assert attributes["permissions"]["can-update"] is True
        assert api("GET", "/workspaces/ws-infra").json()["data"]["attributes"]["permissions"]["can-update"] is False
        assert api("GET", "/workspaces/ws-scratch").json()["data"]["attributes"]["vcs-repo"] is None

    def test_only_the_keys_sent_change(self, api):
        before = api.sandbox.store.workspaces("acme")[0].vcs_repo
        response = patch_workspace(api, oauth_token_id=token_of(api, "oc-new"))
        after = api.sandbox.store.workspaces("acme")[0].vcs_repo
        assert response.status_code == 200
        assert (after.branch, after.tags_regex, after.ingress_submodules) == ("main", "v.*", True)
        assert (before.oauth_token_id, after.oauth_token_id) == (token_of(api, "oc-old"), token_of(api, "oc-new"))

    def test_null_removes_the_link(self, api):
        assert patch(api, "/workspaces/ws-app", "workspaces", None).status_code == 200
        assert api.sandbox.store.workspaces("acme")[0].vcs_repo is None

    def test_a_patch_without_vcs_repo_keeps_the_link(self, api):
        body = {"data": {"type": "workspaces", "attributes": {"description": "new", "name": "renamed"}}}
        attributes = api("PATCH", "/workspaces/ws-app", json=body).json()["data"]["attributes"]
        assert (attributes["name"], attributes["description"]) == ("renamed", "new")
        assert attributes["vcs-repo"]["branch"] == "main"

    @pytest.mark.parametrize(
        ("vcs_repo", "text"),
        [
            ({"oauth_token_id": "ot-missing"}, "invalid oauth_token_id"),
            ({"identifier": "no-slash"}, "not a valid repository identifier"),
            ({"identifier": "acme/elsewhere"}, "was not found"),
            ({"github_app_installation_id": "ghain-missing"}, "invalid github_app_installation_id"),
            ({"oauth_token_id": "ot-x", "github_app_installation_id": "ghain-acme"}, "exclude each other"),
        ],
    )
    def test_refused_links(self, api, vcs_repo, text):
        before = api.sandbox.store.workspaces("acme")
        response = patch_workspace(api, **vcs_repo)
        assert response.status_code == 422
        assert text in response.json()["errors"][0]["detail"]
        assert api.sandbox.store.workspaces("acme") == before

    def test_the_first_link_needs_an_identifier(self, api):
        assert patch_workspace(api, "ws-scratch", oauth_token_id=token_of(api, "oc-old")).status_code == 422

    def test_who_may_not_change_it_gets_404(self, api):
        assert patch_workspace(api, "ws-infra", branch="x").status_code == 404
        api.session.headers["Authorization"] = "Bearer sandbox-team-token"
        attributes = api("GET", "/workspaces/ws-app").json()["data"]["attributes"]
        assert attributes["permissions"]["can-update"] is False
        assert patch_workspace(api, branch="x").status_code == 404

    def test_a_token_may_lack_one_kind_of_object_only(self, api):
        api.session.headers["Authorization"] = "Bearer sandbox-team-token"
        assert api("GET", "/organizations/acme/policy-sets").status_code == 404
        assert api("GET", "/policy-sets/polset-1").status_code == 404
        assert patch(api, MODULE, "registry-modules", {"branch": "x"}).status_code == 200

    @pytest.mark.parametrize("link", [{}, None], ids=["empty", "null"])
    def test_created_without_a_link(self, api, link):
        """pytfe sends an empty vcs-repo with every workspace that has none."""
        body = {"data": {"type": "workspaces", "attributes": {"name": "fresh", "vcs-repo": link}}}
        response = api("POST", WORKSPACES, json=body)
        assert response.status_code == 201
        assert response.json()["data"]["attributes"]["vcs-repo"] is None

    def test_an_empty_link_changes_nothing(self, api):
        before = api("GET", "/workspaces/ws-app").json()["data"]["attributes"]["vcs-repo"]
        assert before
        assert patch_workspace(api).json()["data"]["attributes"]["vcs-repo"] == before

    def test_changed_by_name(self, api):
        body = {"data": {"type": "workspaces", "attributes": {"description": "The app"}}}
        changed = api("PATCH", f"{WORKSPACES}/app", json=body).json()["data"]
        assert (changed["id"], changed["attributes"]["description"]) == ("ws-app", "The app")
        assert api("PATCH", f"{WORKSPACES}/nothing", json=body).status_code == 404
        assert api("PATCH", f"{WORKSPACES}/infra", json=body).status_code == 404  # may not be changed

    def test_created_with_a_project_and_a_link(self, api):
        body = {
            "data": {
                "type": "workspaces",
                "attributes": {
                    "name": "fresh",
                    "vcs-repo": {"identifier": "acme/app", "oauth-token-id": token_of(api, "oc-old")},
                },
                "relationships": {"project": {"data": {"type": "projects", "id": "prj-shop"}}},
            }
        }
        data = api("POST", WORKSPACES, json=body).json()["data"]
        assert data["relationships"]["project"]["data"]["id"] == "prj-shop"
        assert api("GET", f"{WORKSPACES}/fresh").json()["data"]["id"] == data["id"]
        assert api("POST", WORKSPACES, json=body).status_code == 422
        client = api("GET", "/oauth-clients/oc-old?show_affected_workspaces=true").json()["data"]["attributes"]
        assert client["affected-workspaces"] == ["app", "infra", "fresh"]

    def test_a_team_sees_only_its_own_but_the_client_counts_all(self, api):
        api.sandbox.store.add_api_token("few", "sandbox-few-token", manages=["acme"], workspaces=["app"])
        few = {"Authorization": "Bearer sandbox-few-token"}
        assert names(api("GET", WORKSPACES, headers=few)) == ["app"]
        for path in (f"{WORKSPACES}/infra", "/workspaces/ws-infra"):
            assert api("GET", path, headers=few).status_code == 404
        assert api("GET", "/workspaces/ws-app", headers=few).status_code == 200
        client = api("GET", "/oauth-clients/oc-old?show_affected_workspaces=true", headers=few).json()["data"]
        assert client["attributes"]["affected-workspaces-count"] == 2


class TestUnknowns:
    @pytest.mark.parametrize(("answer", "status"), [("rejected", 422), ("accepted", 200)])
    def test_token_of_another_organization(self, links, answer, status):
        api = links(foreign_oauth_token=answer)
        assert patch_workspace(api, oauth_token_id=token_of(api, "oc-globex")).status_code == status

    def test_status_for_an_unknown_token(self, links):
        assert patch_workspace(links(invalid_oauth_token_status=400), oauth_token_id="ot-no").status_code == 400

    def test_unreachable_repository_accepted(self, links):
        api = links(unreachable_repository_in_write="accepted")
        assert patch_workspace(api, identifier="acme/elsewhere").status_code == 200

    @pytest.mark.parametrize(("answer", "status"), [("rejected", 422), ("ignored", 200)])
    def test_webhook_that_cannot_be_registered(self, links, answer, status):
        api = links(webhook_failure=answer)
        response = patch_workspace(api, oauth_token_id=token_of(api, "oc-weak"))
        assert response.status_code == status
        if status == 200:
            assert response.json()["data"]["attributes"]["vcs-repo"]["webhook-url"] is None

    @pytest.mark.parametrize(
        ("answer", "extra", "status"),
        [
            ("replaced", {}, 200),
            ("other_must_be_null", {}, 422),
            ("other_must_be_null", {"oauth_token_id": None}, 200),
            ("other_must_be_omitted", {}, 200),
            ("other_must_be_omitted", {"oauth_token_id": None}, 422),
        ],
    )
    def test_from_token_to_github_app(self, links, answer, extra, status):
        api = links(connection_switch=answer)
        response = patch_workspace(api, github_app_installation_id="ghain-acme", **extra)
        assert response.status_code == status
        if status == 200:
            assert api.sandbox.store.workspaces("acme")[0].oauth_token_id is None

    @pytest.mark.parametrize(
        ("answer", "extra", "branch"),
        [
            ("kept", {}, "main"),
            ("reset", {}, ""),
            ("reset", {"branch": "main"}, "main"),
            ("removes_link", {}, None),
            ("removes_link", {"identifier": "acme/app"}, "main"),
        ],
    )
    def test_what_a_change_leaves_out(self, links, answer, extra, branch):
        api = links(omitted_from_vcs_repo=answer)
        patch_workspace(api, branch="main", identifier="acme/app")
        response = patch_workspace(api, oauth_token_id=token_of(api, "oc-new"), **extra)
        repo = response.json()["data"]["attributes"]["vcs-repo"]
        assert (repo["branch"] if repo else None) == branch

    @pytest.mark.parametrize(("answer", "directory"), [("kept", "live"), ("reset", None)])
    def test_triggers_of_a_workspace_on_another_connection(self, links, answer, directory):
        api = links(triggers_when_connection_changes=answer)
        workspace = api.sandbox.store.workspaces("acme")[0]
        api.sandbox.store.update_linked(workspace, settings={"working-directory": "live"})
        assert patch_workspace(api, ingress_submodules=True).json()["data"]["attributes"]["working-directory"] == "live"
        response = patch_workspace(api, oauth_token_id=token_of(api, "oc-new"))
        assert response.json()["data"]["attributes"]["working-directory"] == directory

    @pytest.mark.parametrize("runs", [True, False])
    def test_runs_queued_by_a_changed_link(self, links, runs):
        api = links(vcs_change_queues_run=runs)
        for dummy in range(2):
            patch_workspace(api, oauth_token_id=token_of(api, "oc-new"))
        (app, *dummy) = api("GET", "/sandbox/state").json()["organizations"]["acme"]["workspaces"]
        assert app["queued_runs"] == int(runs)

    @pytest.mark.parametrize(("answer", "status"), [("accepted", 200), ("rejected", 409)])
    def test_locked_workspace(self, links, answer, status):
        api = links(locked_workspace_in_patch=answer)
        repo = {"identifier": "acme/app", "oauth_token_id": token_of(api, "oc-old")}
        assert patch_workspace(api, "ws-scratch", **repo).status_code == status

    @pytest.mark.parametrize(
        ("answer", "status", "moved"),
        [("changed", 200, True), ("ignored", 200, False), ("rejected", 422, False), ("no_route", 405, False)],
    )
    def test_connection_of_a_registry_module(self, links, answer, status, moved):
        api = links(registry_module_connection=answer)
        response = patch(api, MODULE, "registry-modules", {"oauth-token-id": token_of(api, "oc-new")})
        assert response.status_code == status
        module = api.sandbox.store.registry_modules("acme")[0]
        assert module.oauth_token_id == token_of(api, "oc-new" if moved else "oc-old")

    @pytest.mark.parametrize("answer", ["null", "left_out"])
    def test_module_without_a_link(self, links, answer):
        (dummy, bare) = links(empty_attributes_of_modules=answer)("GET", "/organizations/acme/registry-modules").json()[
            "data"
        ]
        assert ("vcs-repo" in bare["attributes"]) == (answer == "null")

    @pytest.mark.parametrize(
        ("answer", "status", "exists"),
        [("answered", 200, False), ("not_found", 404, None), ("no_route", 404, None)],
    )
    def test_repository_that_is_not_reached(self, links, answer, status, exists):
        api = links(repository_check=answer)
        query = f"oauth_token_id={token_of(api, 'oc-new')}&identifier=acme/infra"
        response = api("GET", f"/organizations/acme/vcs/repo?{query}")
        assert response.status_code == status
        if status == 200:
            assert response.json()["data"]["attributes"]["exists"] is exists

    def test_no_vcs_events(self, links):
        assert links(has_vcs_events=False)("GET", "/organizations/acme/vcs-events").status_code == 404

    @pytest.mark.parametrize(("answer", "status"), [("empty", 200), ("not_found", 404)])
    def test_github_app_for_a_team_token(self, links, answer, status):
        api = links(github_app_without_user=answer)
        api.session.headers["Authorization"] = "Bearer sandbox-team-token"
        assert api("GET", "/github-app/installations").status_code == status


def test_deleting_a_client_unlinks_everything_silently(api):
    assert api("DELETE", "/oauth-clients/oc-old").status_code == 204
    store = api.sandbox.store
    everything = [*store.workspaces("acme"), *store.policy_sets("acme"), *store.registry_modules("acme")]
    everything += [*store.registry_components("acme"), *store.stacks("acme")]
    assert [thing.name for thing in everything if thing.vcs_repo] == ["by-app"]


def test_policy_sets(api):
    assert names(api("GET", "/organizations/acme/policy-sets")) == ["policies", "by-hand"]
    assert names(api("GET", "/organizations/acme/policy-sets?filter[versioned]=true")) == ["policies"]
    moved = patch(api, "/policy-sets/polset-1", "policy-sets", {"oauth-token-id": token_of(api, "oc-new")})
    assert moved.status_code == 422  # it does not reach acme/policies
    moved = patch(
        api,
        "/policy-sets/polset-1",
        "policy-sets",
        {"oauth-token-id": token_of(api, "oc-new"), "identifier": "team/app"},
    )
    assert moved.json()["data"]["attributes"]["vcs-repo"]["identifier"] == "team/app"


def test_a_policy_set_is_created_with_its_link(api):
    path = "/organizations/acme/policy-sets"
    link = {"identifier": "acme/app", "oauth-token-id": token_of(api, "oc-old")}
    attributes = {"name": "rules", "kind": "opa", "policies-path": "rules", "vcs-repo": link}
    body = {"data": {"type": "policy-sets", "attributes": attributes}}
    response = api("POST", path, json=body)
    assert response.status_code == 201
    created = response.json()["data"]["attributes"]
    assert {name: created[name] for name in ("name", "kind", "policies-path")} == {
        name: attributes[name] for name in ("name", "kind", "policies-path")
    }
    assert link.items() <= created["vcs-repo"].items()
    assert names(api("GET", f"{path}?filter[versioned]=true")) == ["policies", "rules"]
    assert api("POST", path, json=body).status_code == 422  # the name is taken


def test_registry_modules(api):
    assert names(api("GET", "/organizations/acme/registry-modules")) == ["net", "bare"]
    assert api("GET", MODULE).json()["data"]["attributes"]["vcs-repo"]["tags"] is True
    assert api("GET", f"{MODULE}x").status_code == 404


def test_stacks_are_read_only(api):
    for path in ("/stacks?filter[organization][name]=acme", "/organizations/acme/stacks"):
        (stack,) = api("GET", path).json()["data"]
        assert stack["attributes"]["vcs-repo"]["oauth-token-id"] == token_of(api, "oc-old")
    assert api("GET", "/stacks/st-platform").status_code == 200
    assert api("PATCH", "/stacks/st-platform", json={}).status_code == 405


COMPONENTS = "/organizations/acme/registry-components"


@pytest.mark.parametrize("shown", [True, False])
def test_stack_component_configurations_are_read_only(links, shown):
    api = links(repository_in_list_of_components=shown)
    assert names(api("GET", COMPONENTS)) == ["eks", "by-api"]
    assert all(("vcs-repo" in one["attributes"]) is shown for one in api("GET", COMPONENTS).json()["data"])
    component = api("GET", "/registry-components/comp-eks").json()["data"]
    assert component["attributes"]["vcs-repo"]["oauth-token-id"] == token_of(api, "oc-old")
    assert api("PATCH", "/registry-components/comp-eks", json={}).status_code == 405


def test_servers_without_stack_component_configurations(links):
    api = links(has_registry_components=False)
    for path in (COMPONENTS, "/registry-components/comp-eks"):
        assert api("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("client", "identifier", "status", "exists"),
    [
        ("oc-old", "acme/infra", 200, True),
        ("oc-weak", "any/thing", 200, True),
        ("oc-new", "acme/infra", 200, False),
        ("oc-globex", "acme/app", 404, None),
    ],
)
def test_vcs_repo(api, client, identifier, status, exists):
    query = f"oauth_token_id={token_of(api, client)}&identifier={identifier}"
    response = api("GET", f"/organizations/acme/vcs/repo?{query}")
    assert response.status_code == status
    if status == 200:
        assert response.json()["data"]["attributes"] == {"exists": exists, "identifier": identifier}


def test_a_pat_without_a_list_of_repositories_reaches_all_that_is_in_use(api):
    repos = api("GET", f"/oauth-tokens/{token_of(api, 'oc-weak')}/authorized-repos").json()["data"]
    assert [repo["id"] for repo in repos] == [
        *("acme/app", "acme/by-app", "acme/eks", "acme/infra", "acme/platform", "acme/policies"),
    ]


def test_vcs_events(api):
    path = "/organizations/acme/vcs-events"
    messages = {
        query: [event["attributes"]["message"] for event in api("GET", f"{path}?{query}").json()["data"]]
        for query in (
            "",
            "filter[levels]=error",
            "filter[oauth_client_external_ids]=oc-new,oc-weak",
            "filter[from]=2019-01-01T00:00:00Z&filter[to]=2021-01-01T00:00:00Z",
        )
    }
    assert list(messages.values()) == [["gone", "fine"], ["gone"], ["fine"], ["ancient"]]
    event = api("GET", path).json()["data"][0]
    assert event["relationships"]["oauth-client"]["data"]["id"] == "oc-old"
    assert event["attributes"]["suggested-action"] == "Make it again"
    assert api("GET", f"{path}?filter[from]=yesterday").status_code == 400


def test_github_app_installations_are_those_of_the_user(api):
    path = "/github-app/installations"
    assert names(api("GET", path)) == ["acme"]
    assert names(api("GET", f"{path}?filter[name]=globex")) == []
    assert names(api("GET", f"{path}?filter[installation_id]=17")) == ["acme"]
    assert api("GET", "/github-app/installation/ghain-acme").json()["data"]["attributes"]["installation-id"] == 17
    assert api("GET", "/github-app/installation/ghain-globex").status_code == 404
    assert names(api("GET", "/organizations/acme/github-app-installations")) == ["acme"]


@pytest.mark.parametrize(
    ("token", "installation", "status"),
    [
        ("sandbox-owner-token", "ghain-acme", 200),
        ("sandbox-owner-token", "ghain-globex", 422),
        ("sandbox-team-token", "ghain-acme", 422),
    ],
)
def test_link_by_a_github_app_installation_that_the_caller_does_not_see(api, token, installation, status):
    api.session.headers["Authorization"] = f"Bearer {token}"
    response = patch(api, MODULE, "registry-modules", {"github-app-installation-id": installation})
    assert response.status_code == status


def test_organizations_that_the_token_can_see(api):
    assert names(api("GET", "/organizations")) == ["acme", "globex"]
    assert names(api("GET", "/organizations?q[name]=GLO")) == ["globex"]
    assert api("GET", "/organizations?page[size]=1").json()["meta"]["pagination"]["total-pages"] == 2


class TestBootstrap:
    """What a role with ansible.builtin.uri needs before there is a connection."""

    @staticmethod
    def create(api, path, kind, **attributes):
        return api("POST", path, json={"data": {"type": kind, "attributes": attributes}})

    def test_everything_from_nothing(self, api):
        made = self.create(api, "/organizations", "organizations", name="fresh", email="it@example.com")
        assert (made.status_code, made.json()["data"]["id"]) == (201, "fresh")
        project = self.create(api, "/organizations/fresh/projects", "projects", name="Shop").json()["data"]["id"]
        pool = self.create(api, "/organizations/fresh/agent-pools", "agent-pools", name="cloud").json()["data"]["id"]
        assert self.create(api, "/organizations/fresh/workspaces", "workspaces", name="app").status_code == 201
        assert names(api("GET", "/organizations/fresh/projects")) == ["Default Project", "Shop"]
        assert api("GET", f"/projects/{project}").json()["data"]["attributes"]["name"] == "Shop"
        assert api("GET", f"/agent-pools/{pool}").json()["data"]["attributes"]["name"] == "cloud"
        assert api.create("fresh").status_code == 201

    @pytest.mark.parametrize(
        ("path", "kind", "attributes"),
        [
            ("/organizations", "organizations", {"name": "ACME", "email": "it@example.com"}),
            ("/organizations", "organizations", {"name": "has space", "email": "it@example.com"}),
            ("/organizations", "organizations", {"name": "no-mail"}),
            ("/organizations/acme/projects", "projects", {"name": "Shop"}),
            ("/organizations/acme/projects", "projects", {}),
            ("/organizations/acme/agent-pools", "agent-pools", {"name": " "}),
        ],
    )
    def test_refused(self, api, path, kind, attributes):
        assert self.create(api, path, kind, **attributes).status_code == 422

    def test_only_users_create_organizations(self, api):
        api.session.headers["Authorization"] = "Bearer sandbox-team-token"
        assert self.create(api, "/organizations", "organizations", name="x", email="it@example.com").status_code == 404


def test_a_seed_that_names_a_missing_connection_is_refused(serve):
    seed = json.loads(json.dumps(SEED))
    seed["organizations"][0]["workspaces"][0]["vcs_repo"]["connection"] = "nobody"
    with pytest.raises(ValueError, match="no OAuth client nobody"):
        serve(seed=seed)
