# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth tokens, and the repositories that the VCS host shows to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from . import documents
from .answers import answer, no_content
from .client_write import read_ssh_key
from .errors import ApiError, Problem, not_found
from .oauth_clients import client_to_manage, client_to_read, organization_to_read_clients_of
from .paging import Page, next_page
from .providers import provider_called

if TYPE_CHECKING:
    from .model import OAuthClient, OAuthToken
    from .routes import Routes


def add_routes(routes: Routes) -> None:
    app, store, settings = routes.app, routes.store, routes.settings

    def token_to_read(token_id: str) -> OAuthToken:
        token = store.oauth_token(token_id)
        client_to_read(routes, token.client_id)
        return token

    def token_to_manage(token_id: str) -> OAuthToken:
        token = store.oauth_token(token_id)
        client_to_manage(routes, token.client_id)
        return token

    @app.get("/api/v2/oauth-clients/<client_id>/oauth-tokens")
    def list_tokens_of_client(client_id: str) -> Response:
        return routes.list_answer(
            store.oauth_tokens(client_to_read(routes, client_id)), documents.oauth_token, routes.page()
        )

    @app.get("/api/v2/organizations/<name>/oauth-tokens")
    def list_tokens_of_organization(name: str) -> Response:
        organization = organization_to_read_clients_of(routes, name)
        provider = request.args.get("filter[provider]")
        clients = [c for c in store.clients(organization.name) if provider in (None, c.service_provider)]
        tokens = [token for client in clients for token in store.oauth_tokens(client)]
        return routes.list_answer(tokens, documents.oauth_token, routes.page())

    @app.get("/api/v2/oauth-tokens/<token_id>")
    def show_token(token_id: str) -> Response:
        return answer({"data": documents.oauth_token(token_to_read(token_id))})

    @app.patch("/api/v2/oauth-tokens/<token_id>")
    def patch_token(token_id: str) -> Response:
        token = token_to_manage(token_id)
        return answer(
            {"data": documents.oauth_token(store.update_oauth_token(token.id, **read_ssh_key(routes.document())))}
        )

    @app.delete("/api/v2/oauth-tokens/<token_id>")
    def delete_token(token_id: str) -> Response:
        store.delete_oauth_token(token_to_manage(token_id).id)
        return no_content()

    @app.get("/api/v2/oauth-tokens/<token_id>/authorized-repos")
    def list_authorized_repos(token_id: str) -> Response:
        token = token_to_read(token_id)
        client = store.client(token.client_id)
        if provider_called(client.service_provider).has_vcs_organizations and not request.args.get("organization"):
            raise ApiError(422, Problem("invalid parameter", "organization is required for Azure DevOps"))
        repositories = repositories_of(token, client)
        asked = routes.page() or Page()
        return answer(
            {
                "data": [documents.authorized_repository(name, token) for name in asked.of(repositories)],
                "meta": {"next-page": next_page(asked, len(repositories))},
            }
        )

    @app.get("/api/v2/oauth-tokens/<token_id>/vcs-organizations")
    def list_vcs_organizations(token_id: str) -> Response:
        token = token_to_read(token_id)
        client = store.client(token.client_id)
        if not provider_called(client.service_provider).has_vcs_organizations:
            raise not_found()
        owners = {name.partition("/")[0] for name in repositories_of(token, client)}
        names = sorted(owners | ({client.ado_org_name} if client.ado_org_name else set()))
        return answer({"data": [documents.vcs_organization(name) for name in names]})

    def repositories_of(token: OAuthToken, client: OAuthClient) -> tuple[str, ...]:
        """The repositories that the personal access token can see, if the VCS host still accepts it."""
        pat = store.personal_access_token(token.personal_access_token)
        if pat.revoked or pat.rejected:
            provider = provider_called(client.service_provider).display_name
            detail = f"{provider} did not accept the token: 401 Unauthorized, bad credentials"
            raise ApiError(settings.unknowns.revoked_pat_status, Problem("VCS provider error", detail))
        return store.identifiers_in_use(client.organization) if pat.repositories is None else pat.repositories
