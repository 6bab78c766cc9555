# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""terrasnek, a community client that leaves requests and answers as the API has them."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from terrasnek.api import TFC
from terrasnek.exceptions import TFCHTTPNotFound

from .api_client import ApiClient, SeenClient, SeenLink, SeenToken, seen_client
from .scene import ORGANIZATION, TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .scene import Connection


class Terrasnek(ApiClient):
    name = f"terrasnek {version('terrasnek')}"
    not_found = TFCHTTPNotFound

    def __init__(self, address: str) -> None:
        # Its check for a newer version would ask the package index.
        self._api = TFC(TOKEN, url=address, skip_version_check=True)
        self._api.set_org(ORGANIZATION)

    def list(self) -> Sequence[SeenClient]:
        return [seen_client(client) for client in self._api.oauth_clients.list()["data"]]

    def read(self, client_id: str) -> SeenClient:
        return seen_client(self._api.oauth_clients.show(client_id)["data"])

    def create(
        self, connection: Connection, *, projects: Sequence[str] = (), agent_pool: str | None = None, **more: Any
    ) -> SeenClient:
        data: dict[str, Any] = {"type": "oauth-clients", "attributes": {**connection.attributes(), **_dashed(more)}}
        data["relationships"] = {"projects": {"data": [{"type": "projects", "id": project} for project in projects]}}
        if agent_pool:
            data["relationships"]["agent-pool"] = {"data": {"type": "agent-pools", "id": agent_pool}}
        return seen_client(self._api.oauth_clients.create({"data": data})["data"])

    def update(self, client_id: str, **attributes: Any) -> SeenClient:
        renamed = {"oauth_token": "oauth_token_string"}
        sent = _dashed({renamed.get(name, name): value for name, value in attributes.items()})
        payload = {"data": {"type": "oauth-clients", "id": client_id, "attributes": sent}}
        return seen_client(self._api.oauth_clients.update(client_id, payload)["data"])

    def delete(self, client_id: str) -> None:
        self._api.oauth_clients.destroy(client_id)

    def tokens_of_client(self, client_id: str) -> Sequence[SeenToken]:
        return [_seen_token(token) for token in self._api.oauth_tokens.list(client_id)["data"]]

    def token(self, token_id: str) -> SeenToken:
        return _seen_token(self._api.oauth_tokens.show(token_id)["data"])

    def set_ssh_key(self, token_id: str, ssh_key: str) -> SeenToken:
        payload = {"data": {"id": token_id, "type": "oauth-tokens", "attributes": {"ssh-key": ssh_key}}}
        return _seen_token(self._api.oauth_tokens.update(token_id, payload)["data"])

    def delete_token(self, token_id: str) -> None:
        self._api.oauth_tokens.destroy(token_id)

    def create_workspace(self, name: str, link: Mapping[str, str] | None) -> SeenLink:
        attributes = {"name": name, **({"vcs-repo": _dashed(link)} if link else {})}
        payload = {"data": {"type": "workspaces", "attributes": attributes}}
        return _seen_link(self._api.workspaces.create(payload)["data"])

    def workspace(self, workspace_id: str) -> SeenLink:
        return _seen_link(self._api.workspaces.show(workspace_id=workspace_id)["data"])

    def workspaces(self) -> Sequence[SeenLink]:
        return [_seen_link(workspace) for workspace in self._api.workspaces.list_all()["data"]]

    def update_workspace(self, workspace: SeenLink, **attributes: Any) -> SeenLink:
        payload = {"data": {"type": "workspaces", "attributes": _dashed(attributes)}}
        self._api.workspaces.update(payload, workspace_id=workspace.id)
        return _seen_link(self._api.workspaces.update(payload, workspace_name=workspace.name)["data"])

    def unlink_workspace(self, workspace_id: str) -> SeenLink:
        payload = {"data": {"type": "workspaces", "attributes": {"vcs-repo": None}}}
        return _seen_link(self._api.workspaces.update(payload, workspace_id=workspace_id)["data"])

    def create_policy_set(self, name: str, link: Mapping[str, str]) -> SeenLink:
        payload = {"data": {"type": "policy-sets", "attributes": {"name": name, "vcs-repo": _dashed(link)}}}
        return _seen_link(self._api.policy_sets.create(payload)["data"])

    def policy_set(self, policy_set_id: str) -> SeenLink:
        return _seen_link(self._api.policy_sets.show(policy_set_id)["data"])

    def policy_sets(self) -> Sequence[SeenLink]:
        return [_seen_link(policy_set) for policy_set in self._api.policy_sets.list_all()["data"]]


def _dashed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in values.items()}


def _seen_token(resource: Mapping[str, Any]) -> SeenToken:
    attributes = resource["attributes"]
    return SeenToken(resource["id"], attributes["service-provider-user"], attributes["has-ssh-key"])


def _seen_link(resource: Mapping[str, Any]) -> SeenLink:
    attributes = resource["attributes"]
    repository = attributes["vcs-repo"] or {}
    return SeenLink(resource["id"], attributes["name"], repository.get("identifier"), repository.get("oauth-token-id"))
