# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the store with API tokens, the data of VCS hosts, and organizations with projects and agent pools."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import not_found
from .model import AgentPool, ApiToken, Kind, Organization, PersonalAccessToken, Project, new_id, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .settings import Settings

Found = TypeVar("Found")
Owned = TypeVar("Owned", Project, AgentPool)


class Directory:
    """Everything by ID or name, in the order made."""

    lock: threading.RLock
    _settings: Settings

    def _clear_directory(self) -> None:
        self._api_tokens: dict[str, ApiToken] = {}
        self._pats: dict[str, PersonalAccessToken] = {}
        self._organizations: dict[str, Organization] = {}
        self._projects: dict[str, Project] = {}
        self._agent_pools: dict[str, AgentPool] = {}

    # -- reading -------------------------------------------------------------------------------------------------

    def api_tokens(self) -> list[ApiToken]:
        with self.lock:
            return list(self._api_tokens.values())

    def api_token(self, value: str) -> ApiToken | None:
        with self.lock:
            return self._api_tokens.get(value)

    def organizations(self) -> list[Organization]:
        with self.lock:
            return list(self._organizations.values())

    def organization(self, name: str) -> Organization:
        with self.lock:
            if self._settings.unknowns.organization_case == "matters":
                found = self._organizations.get(name)
            else:
                found = next((o for o in self._organizations.values() if o.name.lower() == name.lower()), None)
        if found is None:
            raise not_found()
        return found

    def projects(self, organization: str) -> list[Project]:
        return self._owned(self._projects, organization)

    def project(self, project_id: str) -> Project:
        with self.lock:
            return self._present(self._projects, project_id)

    def agent_pools(self, organization: str) -> list[AgentPool]:
        return self._owned(self._agent_pools, organization)

    def agent_pool(self, pool_id: str) -> AgentPool:
        with self.lock:
            return self._present(self._agent_pools, pool_id)

    def personal_access_token(self, value: str) -> PersonalAccessToken:
        """The VCS host's data about the token. It accepts every token that is not in the seed."""
        with self.lock:
            return self._pats.get(value, PersonalAccessToken(value))

    def known_personal_access_token(self, value: str) -> PersonalAccessToken | None:
        """The personal access token, None if it was not added."""
        with self.lock:
            return self._pats.get(value)

    # -- what seeds and tests put in, unchecked -------------------------------------------------------------------

    def add_api_token(
        self,
        name: str,
        token: str,
        *,
        user: str | None = None,
        manages: Iterable[str] = (),
        reads: Iterable[str] = (),
        kind: str = "user",
        cannot_read: Iterable[str] = (),
        cannot_change: Iterable[str] = (),
        workspaces: Iterable[str] | None = None,
    ) -> ApiToken:
        """`user` is who the rate limit counts for; by default the token's name."""
        if unknown := {*cannot_read, *cannot_change} - set(Kind.ALL):
            raise TypeError(f"unknown kinds of objects {', '.join(sorted(unknown))}; there are {', '.join(Kind.ALL)}")
        with self.lock:
            added = ApiToken(
                name,
                token,
                user or name,
                frozenset(manages),
                frozenset(reads),
                kind,
                frozenset(cannot_read),
                frozenset(cannot_change),
                None if workspaces is None else frozenset(workspaces),
            )
            self._api_tokens[token] = added
            return added

    def let_manage(self, token: ApiToken, organization: str) -> None:
        with self.lock:
            self._api_tokens[token.value] = replace(token, manages=token.manages | {organization})

    def add_personal_access_token(
        self,
        token: str,
        *,
        user: str | None = None,
        rejected: bool = False,
        revoked: bool = False,
        repositories: Iterable[str] | None = None,
        webhooks: bool = True,
        scopes: Iterable[str] | None = ("repo", "api"),
        ado_organizations: Iterable[str] | None = None,
        **fields: Any,
    ) -> PersonalAccessToken:
        """Rejected: cannot be used for a connection. Revoked: was accepted once, fails now."""
        with self.lock:
            added = PersonalAccessToken(
                token,
                user,
                rejected,
                revoked,
                repositories=None if repositories is None else tuple(repositories),
                webhooks=webhooks,
                scopes=None if scopes is None else tuple(scopes),
                ado_organizations=None if ado_organizations is None else tuple(ado_organizations),
                **fields,
            )
            self._pats[token] = added
            return added

    def add_organization(self, name: str, *, private_vcs: bool = True) -> Organization:
        with self.lock:
            number = 10001 + len(self._organizations)
            added = Organization(name, new_id("org"), number, timestamp(), private_vcs)
            self._organizations[name] = added
            return added

    def add_project(self, organization: str, name: str, **fields: Any) -> Project:
        with self.lock:
            added = Project(
                **{"id": new_id("prj"), "created_at": timestamp(), **fields}, organization=organization, name=name
            )
            self._projects[added.id] = added
            return added

    def add_agent_pool(self, organization: str, name: str, **fields: Any) -> AgentPool:
        with self.lock:
            added = AgentPool(
                **{"id": new_id("apool"), "created_at": timestamp(), **fields}, organization=organization, name=name
            )
            self._agent_pools[added.id] = added
            return added

    # -- inside --------------------------------------------------------------------------------------------------

    def _owned(self, objects: Mapping[str, Owned], organization: str) -> list[Owned]:
        with self.lock:
            return [thing for thing in objects.values() if thing.organization == organization]

    @staticmethod
    def _present(objects: Mapping[str, Found], wanted: str) -> Found:
        try:
            return objects[wanted]
        except KeyError:
            raise not_found() from None
