# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth clients, the API's name for VCS connections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

from . import documents
from .answers import answer, no_content
from .client_relationships import read_project_identifiers
from .client_write import read_create, read_patch
from .errors import ApiError, Problem, not_found
from .model import Kind
from .routes import Routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import OAuthClient, Organization

LIST_AS_OF = "sandbox.list_as_of"
"""The WSGI variable with which a fault asks for an older list."""

_INCLUDES = frozenset({"oauth_tokens", "projects"})


def organization_to_read_clients_of(routes: Routes, name: str) -> Organization:
    readers_may = routes.settings.personality.readers_may_read
    if readers_may is None:
        readers_may = routes.settings.unknowns.read_without_manage_permission == "allowed"
    allowed = routes.organization_to_read if readers_may else routes.organization_to_manage
    return allowed(name, Kind.OAUTH_CLIENTS)


def client_to_read(routes: Routes, client_id: str) -> OAuthClient:
    client = routes.store.client(client_id)
    organization_to_read_clients_of(routes, client.organization)
    return client


def client_to_manage(routes: Routes, client_id: str) -> OAuthClient:
    client = routes.store.existing_client(client_id)
    routes.organization_to_manage(client.organization, Kind.OAUTH_CLIENTS)
    return client


def add_routes(routes: Routes) -> None:
    app, store, settings = routes.app, routes.store, routes.settings

    def client_document(client: OAuthClient, *, with_tokens: bool = True) -> dict[str, Any]:
        document = documents.oauth_client(
            client,
            store.organization(client.organization),
            store.oauth_tokens(client) if with_tokens else (),
            settings.personality,
            request.host_url.rstrip("/"),
            settings.unknowns.created_at,
        )
        if settings.personality.empty_name_is_null and not client.name:
            document["attributes"]["name"] = None
        wanted = request.args.get("show_affected_workspaces") == "true" and request.method == "GET"
        if wanted and "affected-workspaces" not in settings.personality.lacks:
            affected = store.affected_workspaces(client)
            if settings.unknowns.affected_workspaces_count == "stale":
                affected = store.as_first_read(client, affected)
            document["attributes"] |= documents.affected_workspaces(affected, settings.unknowns)
        return document

    def includes() -> frozenset[str]:
        wanted = frozenset(filter(None, request.args.get("include", "").split(",")))
        if unknown := sorted(wanted - _INCLUDES):
            raise ApiError(400, Problem("invalid include", f"include cannot be {', '.join(unknown)}"))
        return wanted

    def included(clients: Sequence[OAuthClient], wanted: frozenset[str]) -> list[dict[str, Any]]:
        tokens = [documents.oauth_token(t) for c in clients for t in store.oauth_tokens(c)]
        project_ids = {project_id for client in clients for project_id in client.project_ids}
        projects = [
            documents.project(project)
            for name in sorted({client.organization for client in clients})
            for project in store.projects(name)
            if project.id in project_ids
        ]
        return [*(tokens if "oauth_tokens" in wanted else ()), *(projects if "projects" in wanted else ())]

    @app.get("/api/v2/organizations/<name>/oauth-clients")
    def list_clients(name: str) -> Response:
        if routes.is_taken_for_empty(name):
            return answer({"data": []})
        organization = organization_to_read_clients_of(routes, name)
        wanted = includes()
        older = store.clients_before(request.environ[LIST_AS_OF]) if LIST_AS_OF in request.environ else None
        clients = store.clients(organization.name, older)
        asked = routes.page()
        response = routes.list_answer(clients, client_document, asked)
        if wanted:
            shown = asked.of(clients) if asked else clients
            response.set_data(json.dumps(json.loads(response.get_data()) | {"included": included(shown, wanted)}))
        return response

    @app.post("/api/v2/organizations/<name>/oauth-clients")
    def create_client(name: str) -> Response:
        if routes.is_taken_for_empty(name):
            detail = f'Key (organization_name)=({name}) is not present in table "organizations".'
            raise ApiError(500, Problem("internal error", detail))
        organization = routes.organization_to_manage(name, Kind.OAUTH_CLIENTS)
        write = read_create(routes.document(), store.inventory(organization), settings)
        client = store.create_client(organization, write)
        document = client_document(client, with_tokens=settings.unknowns.token_in_create_answer)
        response = answer({"data": document}, settings.personality.create_status)
        if settings.unknowns.location_on_create:
            response.headers["Location"] = f"{request.host_url.rstrip('/')}/api/v2/oauth-clients/{client.id}"
        return response

    @app.get("/api/v2/oauth-clients/<client_id>")
    def show_client(client_id: str) -> Response:
        client = client_to_read(routes, client_id)
        document: dict[str, Any] = {"data": client_document(client)}
        if wanted := includes():
            document["included"] = included([client], wanted)
        return answer(document)

    @app.patch("/api/v2/oauth-clients/<client_id>")
    def patch_client(client_id: str) -> Response:
        client = client_to_manage(routes, client_id)
        inventory = store.inventory(store.organization(client.organization))
        write = read_patch(routes.document(), client, inventory, settings)
        return answer({"data": client_document(store.patch_client(client, write))})

    @app.delete("/api/v2/oauth-clients/<client_id>")
    def delete_client(client_id: str) -> Response:
        client = client_to_manage(routes, client_id)
        if settings.personality.keeps_clients_in_use:
            refuse_if_in_use(client)
        store.delete_client(client.id)
        return no_content() if settings.personality.deleted_answer == "no_content" else answer(None)

    def refuse_if_in_use(client: OAuthClient) -> None:
        tokens = {token.id for token in store.oauth_tokens(client)}
        things = [*store.workspaces(client.organization), *store.policy_sets(client.organization)]
        if used_by := [thing.name for thing in things if thing.oauth_token_id in tokens]:
            raise ApiError(409, Problem("Conflict", f"the client is still used by {', '.join(used_by)}"))

    @app.post("/api/v2/oauth-clients/<client_id>/relationships/projects")
    def attach_projects(client_id: str) -> Response:
        client, ids = client_and_projects(client_id)
        kept = client.project_ids if settings.unknowns.attach_projects == "adds" else ()
        store.update_client(client_id, project_ids=tuple(dict.fromkeys((*kept, *ids))))
        return no_content()

    @app.delete("/api/v2/oauth-clients/<client_id>/relationships/projects")
    def detach_projects(client_id: str) -> Response:
        client, ids = client_and_projects(client_id)
        store.update_client(
            client_id, project_ids=tuple(project for project in client.project_ids if project not in ids)
        )
        return no_content()

    def client_and_projects(client_id: str) -> tuple[OAuthClient, tuple[str, ...]]:
        if "projects" in settings.personality.lacks:
            raise not_found()
        client = client_to_manage(routes, client_id)
        inventory = store.inventory(store.organization(client.organization))
        return client, read_project_identifiers(routes.document(), inventory)
