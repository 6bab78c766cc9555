# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every API client can be asked, in one form. What a client has no method for is left out, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .rows import LeftOut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .scene import Connection


@dataclass(frozen=True)
class SeenClient:
    """An OAuth client as a peer shows it."""

    id: str
    name: str | None
    service_provider: str
    http_url: str
    api_url: str
    key: str | None
    rsa_public_key: str | None
    organization_scoped: bool
    organization: str
    projects: tuple[str, ...]
    agent_pool: str | None
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class SeenToken:
    """An OAuth token as a peer shows it."""

    id: str
    user: str
    has_ssh_key: bool


@dataclass(frozen=True)
class SeenLink:
    """A workspace or a policy set with its VCS link, as a peer shows it."""

    id: str
    name: str
    identifier: str | None
    token: str | None


class ApiClient:
    """One client at one sandbox. Errors are the client's own exceptions."""

    name = ""
    #: The exception for what does not exist.
    not_found: type[Exception]
    sends_ado_org_name = True

    def __init__(self, address: str) -> None:
        raise NotImplementedError

    def left_out(self, what: str) -> LeftOut:
        return LeftOut(f"{self.name} {what}")

    # -- OAuth clients -------------------------------------------------------------------------------------------------

    def list(self) -> Sequence[SeenClient]:
        raise NotImplementedError

    def list_all_pages(self) -> Sequence[SeenClient]:
        raise self.left_out("cannot page through OAuth clients")

    def list_with(self, include: str) -> Sequence[SeenClient]:
        raise self.left_out("cannot include related objects in the list of OAuth clients")

    def read(self, client_id: str) -> SeenClient:
        raise NotImplementedError

    def included(self, client_id: str, include: str) -> Mapping[str, str]:
        """The types of the included objects by ID."""
        raise self.left_out("cannot include related objects when it reads an OAuth client")

    def create(
        self, connection: Connection, *, projects: Sequence[str] = (), agent_pool: str | None = None, **more: Any
    ) -> SeenClient:
        """``more`` are attributes beside those of the connection."""
        raise NotImplementedError

    def update(self, client_id: str, **attributes: Any) -> SeenClient:
        raise NotImplementedError

    def attach(self, client_id: str, projects: Sequence[str]) -> None:
        raise self.left_out("has no method to attach projects")

    def detach(self, client_id: str, projects: Sequence[str]) -> None:
        raise self.left_out("has no method to detach projects")

    def delete(self, client_id: str) -> None:
        raise NotImplementedError

    # -- OAuth tokens --------------------------------------------------------------------------------------------------

    def tokens_of_organization(self) -> Sequence[SeenToken]:
        raise self.left_out("cannot list the OAuth tokens of an organization")

    def tokens_of_client(self, client_id: str) -> Sequence[SeenToken]:
        raise self.left_out("cannot list the OAuth tokens of an OAuth client")

    def token(self, token_id: str) -> SeenToken:
        raise NotImplementedError

    def set_ssh_key(self, token_id: str, ssh_key: str) -> SeenToken:
        raise NotImplementedError

    def delete_token(self, token_id: str) -> None:
        raise NotImplementedError

    # -- VCS links -----------------------------------------------------------------------------------------------------

    def create_workspace(self, name: str, link: Mapping[str, str] | None) -> SeenLink:
        """``link`` are the attributes of vcs-repo."""
        raise NotImplementedError

    def workspace(self, workspace_id: str) -> SeenLink:
        raise NotImplementedError

    def workspaces(self) -> Sequence[SeenLink]:
        raise NotImplementedError

    def update_workspace(self, workspace: SeenLink, **attributes: Any) -> SeenLink:
        """By ID and, where the client can, by name."""
        raise NotImplementedError

    def unlink_workspace(self, workspace_id: str) -> SeenLink:
        raise NotImplementedError

    def create_policy_set(self, name: str, link: Mapping[str, str]) -> SeenLink:
        raise NotImplementedError

    def policy_set(self, policy_set_id: str) -> SeenLink:
        raise NotImplementedError

    def policy_sets(self) -> Sequence[SeenLink]:
        raise NotImplementedError


def seen_client(resource: Mapping[str, Any]) -> SeenClient:
    """An OAuth client as JSON:API has it."""
    attributes, relationships = resource["attributes"], resource["relationships"]
    agent_pool = relationships["agent-pool"]["data"]
    return SeenClient(
        id=resource["id"],
        name=attributes["name"],
        service_provider=attributes["service-provider"],
        http_url=attributes["http-url"],
        api_url=attributes["api-url"],
        key=attributes["key"],
        rsa_public_key=attributes["rsa-public-key"],
        organization_scoped=attributes["organization-scoped"],
        organization=relationships["organization"]["data"]["id"],
        projects=tuple(sorted(project["id"] for project in relationships["projects"]["data"])),
        agent_pool=agent_pool["id"] if agent_pool else None,
        tokens=tuple(token["id"] for token in relationships["oauth-tokens"]["data"]),
    )
