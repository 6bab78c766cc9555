# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's routes. HTTP only: what a request may do and what comes of it is decided in the other files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import HTTP_STATUS_CODES

from . import documents
from .client_write import read_create, read_patch, read_project_identifiers, read_ssh_key
from .errors import ApiError, Problem, not_found, unauthorized
from .paging import Page, members, next_page, page_asked_for
from .providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .model import ApiToken, OAuthClient, OAuthToken, Organization
    from .settings import Settings
    from .store import Store

MEDIA_TYPE = "application/vnd.api+json"
LIST_AS_OF = "sandbox.list_as_of"
"""The WSGI variable with which a fault asks for an older list."""

_OPEN_ENDPOINTS = frozenset({"ping", "discovery"})
_DISCOVERY = {
    **dict.fromkeys(("tfe.v2", "tfe.v2.1", "tfe.v2.2", "state.v2"), "/api/v2/"),
    "modules.v1": "/api/registry/v1/modules/",
}
_INCLUDES = frozenset({"oauth_tokens", "projects"})

Item = TypeVar("Item")


def bearer_token(store: Store, authorization: str | None) -> ApiToken | None:
    """Whose token it is. Basic authentication is nobody's."""
    scheme, dummy, value = (authorization or "").partition(" ")
    return store.api_token(value) if scheme.lower() == "bearer" else None


def create_app(store: Store, settings: Settings) -> Flask:
    app = Flask("sandbox", static_folder=None)
    # The provider is Flask's own; its base class, which is all that the type tells, has no such attribute.
    app.json.sort_keys = False  # type: ignore[attr-defined]

    # -- before and after every request ---------------------------------------------------------------------------

    @app.before_request
    def check_endpoint_exists() -> None:
        endpoints = settings.personality.endpoints
        if endpoints is None or request.url_rule is None or request.endpoint in endpoints:
            return
        methods = {
            method
            for rule in app.url_map.iter_rules()
            if rule.rule == request.url_rule.rule and rule.endpoint in endpoints
            for method in rule.methods or ()
        }
        raise MethodNotAllowed(valid_methods=methods) if methods else NotFound()

    @app.before_request
    def authenticate() -> None:
        g.caller = bearer_token(store, request.headers.get("Authorization"))
        if g.caller is None and request.endpoint not in _OPEN_ENDPOINTS:
            raise unauthorized()

    @app.before_request
    def check_media_type() -> None:
        # JSON:API: a media type with parameters, such as charset, is not the media type.
        writes = request.method in ("POST", "PATCH", "DELETE")
        if writes and settings.personality.demands_media_type and request.content_type != MEDIA_TYPE:
            raise ApiError(415, Problem("unsupported media type", f"Content-Type must be {MEDIA_TYPE}"))

    @app.errorhandler(ApiError)
    def api_error(error: ApiError) -> Response:
        if settings.personality.plain_errors:
            return _plain_error(error)
        return _answer({"errors": [_problem(error.status, problem) for problem in error.problems]}, error.status)

    @app.errorhandler(HTTPException)
    def framework_error(error: HTTPException) -> Response:
        status = error.code or 500
        response = api_error(ApiError(status, Problem(HTTP_STATUS_CODES[status].lower())))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    # -- who may do what ------------------------------------------------------------------------------------------

    def forbidden() -> ApiError:
        if settings.personality.forbidden_status == 404:
            return not_found()
        return ApiError(settings.personality.forbidden_status, Problem("forbidden"))

    def organization_to_read(name: str) -> Organization:
        organization = store.organization(name)
        if not g.caller.can_read(organization.name):
            raise forbidden()
        return organization

    def organization_to_manage(name: str) -> Organization:
        organization = store.organization(name)
        if not g.caller.can_manage(organization.name):
            raise forbidden()
        return organization

    def organization_to_read_clients_of(name: str) -> Organization:
        readers_may = settings.personality.readers_may_read
        if readers_may is None:
            readers_may = settings.unknowns.read_without_manage_permission == "allowed"
        return organization_to_read(name) if readers_may else organization_to_manage(name)

    def client_to_read(client_id: str) -> OAuthClient:
        client = store.client(client_id)
        organization_to_read_clients_of(client.organization)
        return client

    def client_to_manage(client_id: str) -> OAuthClient:
        client = store.existing_client(client_id)
        organization_to_manage(client.organization)
        return client

    def token_to_read(token_id: str) -> OAuthToken:
        token = store.oauth_token(token_id)
        client_to_read(token.client_id)
        return token

    def token_to_manage(token_id: str) -> OAuthToken:
        token = store.oauth_token(token_id)
        client_to_manage(token.client_id)
        return token

    # -- reading requests, rendering objects ----------------------------------------------------------------------

    def request_document() -> Any:
        try:
            return json.loads(request.get_data())
        except ValueError:
            raise ApiError(
                settings.unknowns.not_json_status, Problem("invalid request", "the body is not JSON")
            ) from None

    def page(*, always: bool = False) -> Page | None:
        if not settings.personality.pages:
            return None
        rejects_large = settings.unknowns.page_size_above_100 == "rejected"
        return page_asked_for(request.args, rejects_large=rejects_large) or (Page() if always else None)

    def list_answer(items: Sequence[Item], render: Callable[[Item], dict[str, Any]], page: Page | None) -> Response:
        if page is None:
            return _answer({"data": [render(item) for item in items]})
        query = {name: value for name, value in request.args.items() if not name.startswith("page[")}
        data = [render(item) for item in page.of(items)]
        return _answer({"data": data, **members(page, len(items), request.base_url, query)})

    def client_document(client: OAuthClient, *, with_tokens: bool = True) -> dict[str, Any]:
        document = documents.oauth_client(
            client,
            store.organization(client.organization),
            store.oauth_tokens(client) if with_tokens else (),
            settings.personality,
            request.host_url.rstrip("/"),
        )
        wanted = request.args.get("show_affected_workspaces") == "true" and request.method == "GET"
        if wanted and "affected-workspaces" not in settings.personality.lacks:
            as_ids = settings.unknowns.affected_workspaces == "ids"
            document["attributes"] |= documents.affected_workspaces(store.affected_workspaces(client), as_ids=as_ids)
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

    # -- ping, discovery, organization ----------------------------------------------------------------------------

    @app.get("/api/v2/ping")
    def ping() -> Response:
        return _no_content()

    @app.get("/.well-known/terraform.json")
    def discovery() -> Response:
        return Response(json.dumps(_DISCOVERY), content_type="application/json")

    @app.get("/api/v2/organizations/<name>")
    def show_organization(name: str) -> Response:
        organization = organization_to_read(name)
        return _answer(
            {"data": documents.organization(organization, can_manage=g.caller.can_manage(organization.name))}
        )

    @app.get("/api/v2/organizations/<name>/projects")
    def list_projects(name: str) -> Response:
        projects = store.projects(organization_to_read(name).name)
        if names := request.args.get("filter[names]"):
            projects = [project for project in projects if project.name in names.split(",")]
        return list_answer(projects, documents.project, page(always=True))

    @app.get("/api/v2/organizations/<name>/agent-pools")
    def list_agent_pools(name: str) -> Response:
        text = request.args.get("q", "").lower()
        pools = [p for p in store.agent_pools(organization_to_read(name).name) if text in p.name.lower()]
        return list_answer(pools, documents.agent_pool, page(always=True))

    # -- OAuth clients --------------------------------------------------------------------------------------------

    @app.get("/api/v2/organizations/<name>/oauth-clients")
    def list_clients(name: str) -> Response:
        organization = organization_to_read_clients_of(name)
        wanted = includes()
        older = store.clients_before(request.environ[LIST_AS_OF]) if LIST_AS_OF in request.environ else None
        clients = store.clients(organization.name, older)
        asked = page()
        answer = list_answer(clients, client_document, asked)
        if wanted:
            shown = asked.of(clients) if asked else clients
            answer.set_data(json.dumps(json.loads(answer.get_data()) | {"included": included(shown, wanted)}))
        return answer

    @app.post("/api/v2/organizations/<name>/oauth-clients")
    def create_client(name: str) -> Response:
        organization = organization_to_manage(name)
        write = read_create(request_document(), store.inventory(organization), settings)
        client = store.create_client(organization, write)
        document = client_document(client, with_tokens=settings.unknowns.token_in_create_answer)
        answer = _answer({"data": document}, 201)
        if settings.unknowns.location_on_create:
            answer.headers["Location"] = f"{request.host_url.rstrip('/')}/api/v2/oauth-clients/{client.id}"
        return answer

    @app.get("/api/v2/oauth-clients/<client_id>")
    def show_client(client_id: str) -> Response:
        client = client_to_read(client_id)
        document: dict[str, Any] = {"data": client_document(client)}
        if wanted := includes():
            document["included"] = included([client], wanted)
        return _answer(document)

    @app.patch("/api/v2/oauth-clients/<client_id>")
    def patch_client(client_id: str) -> Response:
        client = client_to_manage(client_id)
        inventory = store.inventory(store.organization(client.organization))
        write = read_patch(request_document(), client, inventory, settings)
        return _answer({"data": client_document(store.patch_client(client, write))})

    @app.delete("/api/v2/oauth-clients/<client_id>")
    def delete_client(client_id: str) -> Response:
        store.delete_client(client_to_manage(client_id).id)
        return _no_content()

    @app.post("/api/v2/oauth-clients/<client_id>/relationships/projects")
    def attach_projects(client_id: str) -> Response:
        client, ids = client_and_projects(client_id)
        kept = client.project_ids if settings.unknowns.attach_projects == "adds" else ()
        store.update_client(client_id, project_ids=tuple(dict.fromkeys((*kept, *ids))))
        return _no_content()

    @app.delete("/api/v2/oauth-clients/<client_id>/relationships/projects")
    def detach_projects(client_id: str) -> Response:
        client, ids = client_and_projects(client_id)
        store.update_client(
            client_id, project_ids=tuple(project for project in client.project_ids if project not in ids)
        )
        return _no_content()

    def client_and_projects(client_id: str) -> tuple[OAuthClient, tuple[str, ...]]:
        if "projects" in settings.personality.lacks:
            raise not_found()
        client = client_to_manage(client_id)
        inventory = store.inventory(store.organization(client.organization))
        return client, read_project_identifiers(request_document(), inventory)

    # -- OAuth tokens ---------------------------------------------------------------------------------------------

    @app.get("/api/v2/oauth-clients/<client_id>/oauth-tokens")
    def list_tokens_of_client(client_id: str) -> Response:
        return list_answer(store.oauth_tokens(client_to_read(client_id)), documents.oauth_token, page())

    @app.get("/api/v2/organizations/<name>/oauth-tokens")
    def list_tokens_of_organization(name: str) -> Response:
        organization = organization_to_read_clients_of(name)
        provider = request.args.get("filter[provider]")
        clients = [c for c in store.clients(organization.name) if provider in (None, c.service_provider)]
        tokens = [token for client in clients for token in store.oauth_tokens(client)]
        return list_answer(tokens, documents.oauth_token, page())

    @app.get("/api/v2/oauth-tokens/<token_id>")
    def show_token(token_id: str) -> Response:
        return _answer({"data": documents.oauth_token(token_to_read(token_id))})

    @app.patch("/api/v2/oauth-tokens/<token_id>")
    def patch_token(token_id: str) -> Response:
        token = token_to_manage(token_id)
        return _answer(
            {"data": documents.oauth_token(store.update_oauth_token(token.id, **read_ssh_key(request_document())))}
        )

    @app.delete("/api/v2/oauth-tokens/<token_id>")
    def delete_token(token_id: str) -> Response:
        store.delete_oauth_token(token_to_manage(token_id).id)
        return _no_content()

    @app.get("/api/v2/oauth-tokens/<token_id>/authorized-repos")
    def list_authorized_repos(token_id: str) -> Response:
        token = token_to_read(token_id)
        client = store.client(token.client_id)
        if PROVIDERS[client.service_provider].has_vcs_organizations and not request.args.get("organization"):
            raise ApiError(422, Problem("invalid parameter", "organization is required for Azure DevOps"))
        repositories = repositories_of(token, client)
        asked = page() or Page()
        return _answer(
            {
                "data": [documents.authorized_repository(name, token) for name in asked.of(repositories)],
                "meta": {"next-page": next_page(asked, len(repositories))},
            }
        )

    @app.get("/api/v2/oauth-tokens/<token_id>/vcs-organizations")
    def list_vcs_organizations(token_id: str) -> Response:
        token = token_to_read(token_id)
        client = store.client(token.client_id)
        if not PROVIDERS[client.service_provider].has_vcs_organizations:
            raise not_found()
        owners = {name.partition("/")[0] for name in repositories_of(token, client)}
        names = sorted(owners | ({client.ado_org_name} if client.ado_org_name else set()))
        return _answer({"data": [documents.vcs_organization(name) for name in names]})

    def repositories_of(token: OAuthToken, client: OAuthClient) -> tuple[str, ...]:
        """What the personal access token can see at its VCS host, if the host still takes it."""
        pat = store.personal_access_token(token.personal_access_token)
        if pat.revoked or pat.rejected:
            provider = PROVIDERS[client.service_provider].display_name
            detail = f"{provider} did not accept the token: 401 Unauthorized, bad credentials"
            raise ApiError(settings.unknowns.revoked_pat_status, Problem("VCS provider error", detail))
        return pat.repositories

    return app


def _answer(document: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, content_type=MEDIA_TYPE)


def _no_content() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _problem(status: int, problem: Problem) -> dict[str, Any]:
    entry: dict[str, Any] = {"status": str(status), "title": problem.title}
    if problem.detail:
        entry["detail"] = problem.detail
    if problem.pointer:
        entry["source"] = {"pointer": problem.pointer}
    return entry


def _plain_error(error: ApiError) -> Response:
    title = HTTP_STATUS_CODES[error.status]
    if error.status == 401:
        return Response(f"{title}\n", status=401, content_type="text/plain; charset=utf-8")
    details = [{"detail": problem.detail} if problem.detail else {} for problem in error.problems]
    return _answer({"errors": [{"status": error.status, "title": title, **detail} for detail in details]}, error.status)
