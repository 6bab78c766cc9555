# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the store with the users of connections: workspaces, policy sets, modules, components, stacks, events."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import not_found
from .model import (
    GithubAppInstallation,
    Linkable,
    PersonalAccessToken,
    PolicySet,
    RegistryComponent,
    RegistryModule,
    Stack,
    VcsEvent,
    VcsRepo,
    Workspace,
    new_id,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import OAuthClient, OAuthToken, Project

Linked = TypeVar("Linked", bound=Linkable)


class LinkedObjects:
    """Everything by ID, in the order made."""

    lock: threading.RLock

    if TYPE_CHECKING:

        def projects(self, organization: str) -> list[Project]:
            """Provided by the store."""

        def clients(self, organization: str) -> list[OAuthClient]:
            """Provided by the store."""

        def client(self, client_id: str) -> OAuthClient:
            """Provided by the store."""

        def oauth_tokens(self, client: OAuthClient) -> list[OAuthToken]:
            """Provided by the store."""

        def oauth_token(self, token_id: str) -> OAuthToken:
            """Provided by the store."""

        def personal_access_token(self, value: str) -> PersonalAccessToken:
            """Provided by the store."""

    def _clear_linked_objects(self) -> None:
        self._linked: dict[type[Linkable], dict[str, Any]] = {
            kind: {} for kind in (Workspace, PolicySet, RegistryModule, RegistryComponent, Stack)
        }
        self._events: dict[str, VcsEvent] = {}
        self._installations: dict[str, GithubAppInstallation] = {}

    # -- reading -------------------------------------------------------------------------------------------------

    def workspaces(self, organization: str) -> list[Workspace]:
        return self.linked(Workspace, organization)

    def policy_sets(self, organization: str) -> list[PolicySet]:
        return self.linked(PolicySet, organization)

    def registry_modules(self, organization: str) -> list[RegistryModule]:
        return self.linked(RegistryModule, organization)

    def registry_components(self, organization: str) -> list[RegistryComponent]:
        return self.linked(RegistryComponent, organization)

    def stacks(self, organization: str) -> list[Stack]:
        return self.linked(Stack, organization)

    def linked(self, kind: type[Linked], organization: str) -> list[Linked]:
        """All objects of one kind in an organization."""
        with self.lock:
            return [thing for thing in self._linked[kind].values() if thing.organization == organization]

    def linked_object(self, kind: type[Linked], wanted: str) -> Linked:
        with self.lock:
            if wanted not in self._linked[kind]:
                raise not_found()
            found: Linked = self._linked[kind][wanted]
            return found

    def vcs_events(self, organization: str) -> list[VcsEvent]:
        with self.lock:
            return [event for event in self._events.values() if event.organization == organization]

    def github_app_installations(self) -> list[GithubAppInstallation]:
        with self.lock:
            return list(self._installations.values())

    def identifiers_in_use(self, organization: str) -> tuple[str, ...]:
        """The repositories that something in an organization is linked to."""
        with self.lock:
            everything = [thing for kind in self._linked for thing in self.linked(kind, organization)]
            return tuple(sorted({thing.vcs_repo.identifier for thing in everything if thing.vcs_repo}))

    def reach_of(self, token: OAuthToken) -> PersonalAccessToken:
        """The rights of an OAuth token at the VCS host."""
        return self.personal_access_token(token.personal_access_token)

    # -- writing -------------------------------------------------------------------------------------------------

    def update_linked(self, thing: Linked, **fields: Any) -> Linked:
        with self.lock:
            updated = replace(self.linked_object(type(thing), thing.id), **fields, updated_at=timestamp())
            self._linked[type(thing)][thing.id] = updated
            return updated

    def _unlink(self, token_id: str, but_in: Iterable[str] | None = None) -> None:
        """Unlink silently, as the API does if an OAuth token is removed. `but_in`: only workspaces elsewhere."""
        for kind, things in self._linked.items():
            for thing in things.values():
                stays = but_in is not None and (kind is not Workspace or thing.project_id in but_in)
                if thing.oauth_token_id == token_id and not stays:
                    things[thing.id] = replace(thing, vcs_repo=None)

    # -- what seeds and tests put in, unchecked -------------------------------------------------------------------

    def add_workspace(self, organization: str, name: str, **fields: Any) -> Workspace:
        """`project` by name or ID, else the organization's first; `vcs_repo` as `vcs_repo_of` reads it."""
        with self.lock:
            projects = self.projects(organization)
            project = fields.pop("project", None)
            default = projects[0].id if projects else None
            project_id = next((p.id for p in projects if project in (p.id, p.name)), project or default)
            return self._add(Workspace, "ws", organization, name, {"project_id": project_id, **fields})

    def add_policy_set(self, organization: str, name: str, **fields: Any) -> PolicySet:
        with self.lock:
            linked = bool(fields.get("vcs_repo") or fields.get("oauth_token_id"))
            return self._add(PolicySet, "polset", organization, name, {"versioned": linked, **fields})

    def add_registry_module(self, organization: str, name: str, **fields: Any) -> RegistryModule:
        return self._add(RegistryModule, "mod", organization, name, {"namespace": organization, **fields})

    def add_registry_component(self, organization: str, name: str, **fields: Any) -> RegistryComponent:
        return self._add(RegistryComponent, "comp", organization, name, {"namespace": organization, **fields})

    def add_stack(self, organization: str, name: str, **fields: Any) -> Stack:
        with self.lock:
            projects = self.projects(organization)
            project_id = projects[0].id if projects else None
            return self._add(Stack, "st", organization, name, {"project_id": project_id, **fields})

    def add_vcs_event(
        self,
        organization: str,
        connection: str,
        message: str,
        *,
        level: str = "error",
        suggested_action: str | None = None,
        created_at: str | None = None,
    ) -> VcsEvent:
        """`connection`: the ID or the name of an OAuth client."""
        with self.lock:
            client = self._client_called(organization, connection)
            tokens = self.oauth_tokens(client)
            added = VcsEvent(
                id=new_id("ve"),
                organization=organization,
                created_at=created_at or timestamp(),
                level=level,
                message=message,
                suggested_action=suggested_action,
                oauth_client_id=client.id,
                oauth_token_id=tokens[0].id if tokens else None,
            )
            self._events[added.id] = added
            return added

    def add_github_app_installation(
        self,
        name: str,
        installation_id: int,
        *,
        id: str | None = None,  # noqa: A002 (the seed's key)
        users: Iterable[str] | None = None,
        organizations: Iterable[str] = (),
        repositories: Iterable[str] | None = None,
        installation_type: str = "Organization",
    ) -> GithubAppInstallation:
        """`users`: who can see it, None for everybody; `organizations`: those it is linked to."""
        with self.lock:
            added = GithubAppInstallation(
                id=id or new_id("ghain"),
                name=name,
                installation_id=installation_id,
                installation_type=installation_type,
                users=None if users is None else frozenset(users),
                organizations=frozenset(organizations),
                repositories=None if repositories is None else tuple(repositories),
            )
            self._installations[added.id] = added
            return added

    def vcs_repo_of(self, organization: str, name: str, value: Mapping[str, Any] | VcsRepo | None) -> VcsRepo | None:
        """A link from a seed: the fields of VcsRepo, or `connection`, the ID or name of a client, for the token."""
        if value is None or isinstance(value, VcsRepo):
            return value
        fields = {"identifier": f"{organization}/{name}", **value}
        if connection := fields.pop("connection", None):
            fields["oauth_token_id"] = self.oauth_tokens(self._client_called(organization, connection))[0].id
        return VcsRepo(**fields)

    def _client_called(self, organization: str, wanted: str) -> OAuthClient:
        found = next((c for c in self.clients(organization) if wanted in (c.id, c.name)), None)
        if found is None:
            raise TypeError(f"{organization} has no OAuth client {wanted}")
        return found

    def _add(self, kind: type[Linked], prefix: str, organization: str, name: str, given: Mapping[str, Any]) -> Linked:
        with self.lock:
            fields = dict(given)
            token_id = fields.pop("oauth_token_id", None)
            value = fields.pop("vcs_repo", None) or ({"oauth_token_id": token_id} if token_id else None)
            now = timestamp()
            added = kind(
                **{"id": new_id(prefix), "created_at": now, "updated_at": now, **fields},
                organization=organization,
                name=name,
                vcs_repo=self.vcs_repo_of(organization, name, value),
            )
            self._linked[kind][added.id] = added
            return added
