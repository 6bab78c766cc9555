# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from flask import request

from . import vcs_repo
from .answers import answer
from .bodies import resource
from .documents import identifier, organization_link
from .errors import ApiError, Problem, invalid_relationship, not_found
from .model import Kind, Workspace
from .routes import Routes, new_name, sorted_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

_VCS_REPO = (
    "branch",
    "display-identifier",
    "github-app-installation-id",
    "identifier",
    "ingress-submodules",
    "oauth-token-id",
    "repository-http-url",
    "service-provider",
    "tags-regex",
    "webhook-url",
)
_SETTINGS: Mapping[str, Any] = {
    "allow-destroy-plan": True,
    "auto-apply": False,
    "description": None,
    "execution-mode": "remote",
    "file-triggers-enabled": True,
    "queue-all-runs": False,
    "speculative-enabled": True,
    "terraform-version": "1.14.0",
    "trigger-patterns": [],
    "trigger-prefixes": [],
    "working-directory": None,
}
"""The default attributes of a workspace. They have no effect here."""
_TRIGGERS = {
    name: _SETTINGS[name]
    for name in ("file-triggers-enabled", "trigger-patterns", "trigger-prefixes", "working-directory")
}


def add_routes(routes: Routes) -> None:
    app, store, settings = routes.app, routes.store, routes.settings

    def may_update(workspace: Workspace) -> bool:
        return workspace.can_update and routes.caller.can_manage(workspace.organization, Kind.WORKSPACES)

    def render(workspace: Workspace) -> dict[str, Any]:
        return {
            "id": workspace.id,
            "type": "workspaces",
            "attributes": {
                **_SETTINGS,
                **workspace.settings,
                "name": workspace.name,
                "created-at": workspace.created_at,
                "updated-at": workspace.updated_at,
                "locked": workspace.locked,
                "vcs-repo": vcs_repo.render(workspace.vcs_repo, store, _VCS_REPO),
                "vcs-repo-identifier": workspace.vcs_repo.identifier if workspace.vcs_repo else None,
                "permissions": {
                    "can-update": may_update(workspace),
                    "can-read-settings": True,
                    "can-queue-run": may_update(workspace),
                    "can-lock": may_update(workspace),
                },
            },
            "relationships": {
                "organization": organization_link(workspace.organization),
                "project": {"data": identifier("projects", workspace.project_id) if workspace.project_id else None},
            },
            "links": {"self": f"/api/v2/organizations/{workspace.organization}/workspaces/{workspace.name}"},
        }

    def can_see(name: str) -> bool:
        return routes.caller.can_see(name)

    def to_read(workspace_id: str) -> Workspace:
        workspace = store.linked_object(Workspace, workspace_id)
        routes.organization_to_read(workspace.organization, Kind.WORKSPACES)
        if not can_see(workspace.name):
            raise not_found()
        return workspace

    @app.get("/api/v2/organizations/<name>/workspaces")
    def list_workspaces(name: str) -> Response:
        if routes.is_taken_for_empty(name):
            return routes.list_answer([], render, routes.page(always=True))
        organization = routes.organization_to_read(name, Kind.WORKSPACES)
        visible = [workspace for workspace in store.workspaces(organization.name) if can_see(workspace.name)]
        found = [workspace for workspace in visible if _matches(workspace)]
        if sort := request.args.get("sort"):
            found = sorted_by(found, sort, {"name": lambda workspace: workspace.name})
        else:
            found = store.in_list_order(found)
        return routes.list_answer(found, render, routes.page(always=True))

    @app.post("/api/v2/organizations/<name>/workspaces")
    def create_workspace(name: str) -> Response:
        organization = routes.organization_to_manage(name, Kind.WORKSPACES)
        data = resource(routes.document(), "workspaces")
        attributes = data.get("attributes", {})
        taken = [workspace.name for workspace in store.workspaces(organization.name)]
        fields: dict[str, Any] = {"settings": _settings_of(attributes)}
        if "project" in data.get("relationships", {}):
            fields["project"] = _project(routes, organization.name, data["relationships"]["project"])
        reader = vcs_repo.VcsRepoReader(routes, organization.name)
        fields["vcs_repo"] = reader.read(attributes.get("vcs-repo"), None)
        workspace = store.add_workspace(organization.name, new_name(attributes, taken), **fields)
        return answer({"data": render(workspace)}, 201)

    def to_read_by_name(name: str, workspace_name: str) -> Workspace:
        organization = routes.organization_to_read(name, Kind.WORKSPACES)
        found = [w for w in store.workspaces(organization.name) if w.name == workspace_name and can_see(w.name)]
        if not found:
            raise not_found()
        return found[0]

    @app.get("/api/v2/organizations/<name>/workspaces/<workspace_name>")
    def show_workspace_by_name(name: str, workspace_name: str) -> Response:
        return answer({"data": render(to_read_by_name(name, workspace_name))})

    @app.get("/api/v2/workspaces/<workspace_id>")
    def show_workspace(workspace_id: str) -> Response:
        return answer({"data": render(to_read(workspace_id))})

    @app.patch("/api/v2/organizations/<name>/workspaces/<workspace_name>")
    def patch_workspace_by_name(name: str, workspace_name: str) -> Response:
        return patched(to_read_by_name(name, workspace_name))

    @app.patch("/api/v2/workspaces/<workspace_id>")
    def patch_workspace(workspace_id: str) -> Response:
        return patched(to_read(workspace_id))

    def patched(workspace: Workspace) -> Response:
        if not may_update(workspace):
            raise routes.forbidden()
        attributes = resource(routes.document(), "workspaces").get("attributes", {})
        if workspace.locked and settings.unknowns.locked_workspace_in_patch == "rejected":
            raise ApiError(409, Problem("conflict", "the workspace is locked"))
        fields: dict[str, Any] = {"settings": {**workspace.settings, **_settings_of(attributes)}}
        if attributes.get("name", workspace.name) != workspace.name:
            taken = [other.name for other in store.workspaces(workspace.organization)]
            fields["name"] = new_name(attributes, taken)
        if "vcs-repo" in attributes:
            reader = vcs_repo.VcsRepoReader(routes, workspace.organization)
            fields["vcs_repo"] = reader.read(attributes["vcs-repo"], workspace.vcs_repo)
            changed = fields["vcs_repo"] not in (None, workspace.vcs_repo)
            if changed and settings.unknowns.vcs_change_queues_run:
                fields["queued_runs"] = workspace.queued_runs + 1
            repo = fields["vcs_repo"]
            moved = repo and workspace.vcs_repo and repo.oauth_token_id != workspace.vcs_repo.oauth_token_id
            if moved and settings.unknowns.triggers_when_connection_changes == "reset":
                fields["settings"] = {**workspace.settings, **_TRIGGERS, **_settings_of(attributes)}
        return answer({"data": render(store.update_linked(workspace, **fields))})


def _matches(workspace: Workspace) -> bool:
    query, name = request.args, workspace.name.lower()
    project = query.get("filter[project][id]")
    return (
        query.get("search[name]", "").lower() in name
        and fnmatchcase(name, query.get("search[wildcard-name]", "").lower() or "*")
        and project in (None, "", workspace.project_id)
    )


def _settings_of(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name in _SETTINGS}


def _project(routes: Routes, organization: str, relationship: Any) -> str:
    data = relationship.get("data") if isinstance(relationship, dict) else None
    wanted = data.get("id") if isinstance(data, dict) else None
    for project in routes.store.projects(organization):
        if project.id == wanted:
            return project.id
    raise ApiError(422, invalid_relationship("project", "the project does not exist"))
