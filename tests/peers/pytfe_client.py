# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HashiCorp's official Python SDK."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pytfe import TFEClient, TFEConfig
from pytfe.errors import NotFound
from pytfe.models import (
    OAuthClientAddProjectsOptions,
    OAuthClientCreateOptions,
    OAuthClientIncludeOpt,
    OAuthClientListOptions,
    OAuthClientReadOptions,
    OAuthClientRemoveProjectsOptions,
    OAuthClientUpdateOptions,
    OAuthTokenListOptions,
    OAuthTokenUpdateOptions,
    PolicySetCreateOptions,
    VCSRepoOptions,
    WorkspaceCreateOptions,
    WorkspaceUpdateOptions,
)

from .api_client import ApiClient, SeenClient, SeenLink, SeenToken
from .scene import ORGANIZATION, TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .scene import Connection


class Pytfe(ApiClient):
    name = f"pytfe {version('pytfe')}"
    not_found = NotFound
    sends_ado_org_name = False

    def __init__(self, address: str) -> None:
        self._client = TFEClient(TFEConfig(address=address, token=TOKEN, timeout=10, max_retries=0))

    def list(self) -> Sequence[SeenClient]:
        return [_seen(client) for client in self._client.oauth_clients.list(ORGANIZATION)]

    def list_all_pages(self) -> Sequence[SeenClient]:
        options = OAuthClientListOptions(page_size=2)
        return [_seen(client) for client in self._client.oauth_clients.list(ORGANIZATION, options)]

    def list_with(self, include: str) -> Sequence[SeenClient]:
        options = OAuthClientListOptions(include=[OAuthClientIncludeOpt(include)])
        return [_seen(client) for client in self._client.oauth_clients.list(ORGANIZATION, options)]

    def read(self, client_id: str) -> SeenClient:
        return _seen(self._client.oauth_clients.read(client_id))

    def included(self, client_id: str, include: str) -> Mapping[str, str]:
        options = OAuthClientReadOptions(include=[OAuthClientIncludeOpt(include)])
        read = self._client.oauth_clients.read_with_options(client_id, options)
        return {item["id"]: item["type"] for item in read.included}

    def create(
        self, connection: Connection, *, projects: Sequence[str] = (), agent_pool: str | None = None, **more: Any
    ) -> SeenClient:
        options = {
            **connection.options(),
            **more,
            "oauth_token": connection.personal_access_token,
            "projects": [{"type": "projects", "id": project} for project in projects] or None,
            "agent_pool": {"type": "agent-pools", "id": agent_pool} if agent_pool else None,
        }
        known = {name: value for name, value in options.items() if name in OAuthClientCreateOptions.model_fields}
        try:
            created = self._client.oauth_clients.create(ORGANIZATION, OAuthClientCreateOptions(**known))
        except ValueError as error:
            # pytfe checks options before it sends anything.
            raise self.left_out(f"refuses to create this client: {error}") from None
        return _seen(created)

    def update(self, client_id: str, **attributes: Any) -> SeenClient:
        return _seen(self._client.oauth_clients.update(client_id, OAuthClientUpdateOptions(**attributes)))

    def attach(self, client_id: str, projects: Sequence[str]) -> None:
        references = [{"type": "projects", "id": project} for project in projects]
        self._client.oauth_clients.add_projects(client_id, OAuthClientAddProjectsOptions(projects=references))

    def detach(self, client_id: str, projects: Sequence[str]) -> None:
        references = [{"type": "projects", "id": project} for project in projects]
        self._client.oauth_clients.remove_projects(client_id, OAuthClientRemoveProjectsOptions(projects=references))

    def delete(self, client_id: str) -> None:
        self._client.oauth_clients.delete(client_id)

    def tokens_of_organization(self) -> Sequence[SeenToken]:
        listed = self._client.oauth_tokens.list(ORGANIZATION, OAuthTokenListOptions(page_size=1))
        return [_seen_token(token) for token in listed]

    def token(self, token_id: str) -> SeenToken:
        return _seen_token(self._client.oauth_tokens.read(token_id))

    def set_ssh_key(self, token_id: str, ssh_key: str) -> SeenToken:
        options = OAuthTokenUpdateOptions(private_ssh_key=ssh_key)
        return _seen_token(self._client.oauth_tokens.update(token_id, options))

    def delete_token(self, token_id: str) -> None:
        self._client.oauth_tokens.delete(token_id)

    def create_workspace(self, name: str, link: Mapping[str, str] | None) -> SeenLink:
        options = WorkspaceCreateOptions(name=name, vcs_repo=VCSRepoOptions(**link) if link else None)
        return _seen_link(self._client.workspaces.create(ORGANIZATION, options))

    def workspace(self, workspace_id: str) -> SeenLink:
        return _seen_link(self._client.workspaces.read_by_id(workspace_id))

    def workspaces(self) -> Sequence[SeenLink]:
        return [_seen_link(workspace) for workspace in self._client.workspaces.list(ORGANIZATION)]

    def update_workspace(self, workspace: SeenLink, **attributes: Any) -> SeenLink:
        options = WorkspaceUpdateOptions(name=workspace.name, **attributes)
        self._client.workspaces.update_by_id(workspace.id, options)
        return _seen_link(self._client.workspaces.update(workspace.name, options, organization=ORGANIZATION))

    def unlink_workspace(self, workspace_id: str) -> SeenLink:
        return _seen_link(self._client.workspaces.remove_vcs_connection_by_id(workspace_id))

    def create_policy_set(self, name: str, link: Mapping[str, str]) -> SeenLink:
        options = PolicySetCreateOptions(name=name, vcs_repo=VCSRepoOptions(**link))
        return _seen_link(self._client.policy_sets.create(ORGANIZATION, options))

    def policy_set(self, policy_set_id: str) -> SeenLink:
        return _seen_link(self._client.policy_sets.read(policy_set_id))

    def policy_sets(self) -> Sequence[SeenLink]:
        return [_seen_link(policy_set) for policy_set in self._client.policy_sets.list(ORGANIZATION)]


def _seen(client: Any) -> SeenClient:
    return SeenClient(
        id=client.id,
        name=client.name,
        service_provider=client.service_provider.value,
        http_url=client.http_url,
        api_url=client.api_url,
        key=client.key,
        rsa_public_key=client.rsa_public_key,
        organization_scoped=client.organization_scoped,
        organization=client.organization["id"],
        projects=tuple(sorted(project["id"] for project in client.projects)),
        agent_pool=client.agent_pool["id"] if client.agent_pool else None,
        tokens=tuple(token["id"] for token in client.oauth_tokens),
    )


def _seen_token(token: Any) -> SeenToken:
    return SeenToken(token.id, token.service_provider_user, token.has_ssh_key)


def _seen_link(thing: Any) -> SeenLink:
    repository = thing.vcs_repo
    if repository is None:
        return SeenLink(thing.id, thing.name, None, None)
    return SeenLink(thing.id, thing.name, repository.identifier, repository.oauth_token_id)
