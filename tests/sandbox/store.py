# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's state and its changes. Thread-safe by one lock; no HTTP."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .client_relationships import Inventory
from .client_write import ClientWrite
from .directory import Directory, Found
from .linked_objects import LinkedObjects
from .model import (
    AgentPool,
    OAuthClient,
    OAuthToken,
    Organization,
    Project,
    new_id,
    seeded_timestamp,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .model import Workspace
    from .settings import Settings

_REMEMBERED_WRITES = 200


class Store(Directory, LinkedObjects):
    """Everything by ID, in the order made. Hold `lock` to do several steps as one."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.lock = threading.RLock()
        self._settings = settings
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        with self.lock:
            self._clear_directory()
            self._clear_linked_objects()
            self._clients: dict[str, OAuthClient] = {}
            self._tokens: dict[str, OAuthToken] = {}
            self._first_read: dict[str, list[Workspace]] = {}
            self._deleted: dict[str, tuple[OAuthClient, float]] = {}
            self._history: deque[tuple[float, dict[str, OAuthClient]]] = deque(maxlen=_REMEMBERED_WRITES)

    # -- reading -------------------------------------------------------------------------------------------------

    def clients(self, organization: str, among: Mapping[str, OAuthClient] | None = None) -> list[OAuthClient]:
        """In the server's order; `among` is an older state, see `clients_before`."""
        with self.lock:
            everything = {**self._clients, **self._still_readable()} if among is None else among
            return self._in_order([client for client in everything.values() if client.organization == organization])

    def clients_before(self, seconds: float | None) -> Mapping[str, OAuthClient]:
        """All OAuth clients as they were so many seconds ago, or (None) before the last write."""
        with self.lock:
            if seconds is None:
                return self._history[-1][1] if self._history else self._clients
            moment = self._clock() - seconds
            return next((clients for written, clients in self._history if written > moment), self._clients)

    def client(self, client_id: str) -> OAuthClient:
        with self.lock:
            return self._present({**self._clients, **self._still_readable()}, client_id)

    def existing_client(self, client_id: str) -> OAuthClient:
        """As `client`, but one that is deleted and yet readable does not count."""
        with self.lock:
            return self._present(self._clients, client_id)

    def oauth_tokens(self, client: OAuthClient) -> list[OAuthToken]:
        """Those that reads show already."""
        with self.lock:
            now = self._clock()
            return [t for t in self._tokens.values() if t.client_id == client.id and t.visible_from <= now]

    def oauth_token(self, token_id: str) -> OAuthToken:
        with self.lock:
            return self._present(self._tokens, token_id)

    def affected_workspaces(self, client: OAuthClient) -> list[Workspace]:
        with self.lock:
            token_ids = {token.id for token in self._tokens.values() if token.client_id == client.id}
            return [w for w in self.workspaces(client.organization) if w.oauth_token_id in token_ids]

    def as_first_read(self, client: OAuthClient, affected: list[Workspace]) -> list[Workspace]:
        """The users of a client when they were first read."""
        with self.lock:
            return self._first_read.setdefault(client.id, affected)

    def inventory(self, organization: Organization) -> Inventory:
        with self.lock:
            return Inventory(
                private_vcs=organization.private_vcs,
                project_ids=frozenset(project.id for project in self.projects(organization.name)),
                foreign_project_ids=frozenset(
                    project.id
                    for other in self.organizations()
                    for project in self.projects(other.name)
                    if other.name != organization.name
                ),
                agent_pool_ids=frozenset(pool.id for pool in self.agent_pools(organization.name)),
                rejected_pats=frozenset(pat.value for pat in self._pats.values() if pat.rejected),
            )

    # -- what the API's writes do --------------------------------------------------------------------------------

    def create_client(self, organization: Organization, write: ClientWrite) -> OAuthClient:
        with self.lock:
            client = self._insert_client(organization.name, write.fields)
            if write.personal_access_token:
                unknowns = self._settings.unknowns
                delay = 0.0 if unknowns.token_in_create_answer else unknowns.token_visible_after
                self._insert_token(client, write.personal_access_token, visible_from=self._clock() + delay)
            return client

    def patch_client(self, client: OAuthClient, write: ClientWrite) -> OAuthClient:
        with self.lock:
            self.update_client(client.id, **write.fields)
            if write.personal_access_token:
                self._rotate(client, write.personal_access_token)
            return self._clients[client.id]

    def update_client(self, client_id: str, **fields: Any) -> OAuthClient:
        with self.lock:
            client = replace(self.existing_client(client_id), **fields)
            self._remember()
            self._clients[client_id] = client
            if self._settings.unknowns.links_outside_scope == "removed" and not client.organization_scoped:
                for token in self.oauth_tokens(client):
                    self._unlink(token.id, but_in=client.project_ids)
            return client

    def delete_client(self, client_id: str) -> None:
        """The client, its OAuth tokens, and every VCS link that uses them."""
        with self.lock:
            client = self.existing_client(client_id)
            self._remember()
            del self._clients[client_id]
            self._deleted[client_id] = (client, self._clock() + self._settings.unknowns.deleted_readable_for)
            for token in [token for token in self._tokens.values() if token.client_id == client_id]:
                self.delete_oauth_token(token.id)

    def delete_oauth_token(self, token_id: str) -> None:
        with self.lock:
            del self._tokens[self.oauth_token(token_id).id]
            self._unlink(token_id)

    def update_oauth_token(self, token_id: str, **fields: Any) -> OAuthToken:
        with self.lock:
            self._tokens[token_id] = replace(self.oauth_token(token_id), **fields)
            return self._tokens[token_id]

    # -- what seeds and tests put in, unchecked -------------------------------------------------------------------

    def add_client(
        self,
        organization: str,
        service_provider: str = "github",
        http_url: str = "https://github.com",
        api_url: str = "https://api.github.com",
        *,
        personal_access_token: str = "sandbox-pat",
        oauth_tokens: int = 1,
        ssh_key: str | None = None,
        projects: Iterable[str] = (),
        agent_pool: str | None = None,
        workspaces: Iterable[str] = (),
        **fields: Any,
    ) -> OAuthClient:
        """A client that has been there for an hour.

        `projects` and `agent_pool` by ID or name; `workspaces` (names) are made and linked to the first token.
        """
        with self.lock:
            client = self._insert_client(
                organization,
                {
                    "service_provider": service_provider,
                    "http_url": http_url,
                    "api_url": api_url,
                    "project_ids": tuple(_id_of(self.projects(organization), project) for project in projects),
                    "agent_pool_id": _id_of(self.agent_pools(organization), agent_pool) if agent_pool else None,
                    "created_at": seeded_timestamp(),
                    **fields,
                },
            )
            tokens = [
                self._insert_token(client, personal_access_token, ssh_key=ssh_key) for dummy in range(oauth_tokens)
            ]
            for name in workspaces:
                self.add_workspace(organization, name, oauth_token_id=tokens[0].id)
            return client

    def in_list_order(self, things: list[Found]) -> list[Found]:
        """The default order of lists."""
        order = self._settings.unknowns.list_order
        if order == "newest_first":
            return things[::-1]
        if order == "random":
            return random.sample(things, len(things))
        return things

    # -- inside --------------------------------------------------------------------------------------------------

    def _still_readable(self) -> dict[str, OAuthClient]:
        now = self._clock()
        return {client.id: client for client, until in self._deleted.values() if until > now}

    def _in_order(self, clients: list[OAuthClient]) -> list[OAuthClient]:
        if self._settings.personality.sorts_by_name:
            return sorted(clients, key=lambda client: client.name or "")
        return self.in_list_order(clients)

    def _remember(self) -> None:
        self._history.append((self._clock(), dict(self._clients)))

    def _insert_client(self, organization: str, fields: Mapping[str, Any]) -> OAuthClient:
        client = OAuthClient(
            **{
                "id": new_id(self._settings.personality.client_id_prefix),
                "organization": organization,
                "uuid": str(uuid.uuid4()),
                "created_at": timestamp(),
                **fields,
            }
        )
        self._remember()
        self._clients[client.id] = client
        return client

    def _insert_token(
        self, client: OAuthClient, pat: str, *, ssh_key: str | None = None, visible_from: float = 0.0
    ) -> OAuthToken:
        token = OAuthToken(
            id=client.id if self._settings.personality.token_shares_client_id else new_id("ot"),
            client_id=client.id,
            created_at=timestamp(),
            user=self._vcs_user(client, pat),
            personal_access_token=pat,
            ssh_key=ssh_key,
            visible_from=visible_from,
        )
        self._tokens[token.id] = token
        return token

    def _rotate(self, client: OAuthClient, pat: str) -> None:
        effect = self._settings.unknowns.pat_in_patch
        if effect == "ignored":
            return
        tokens = [token for token in self._tokens.values() if token.client_id == client.id]
        if effect == "second_token" or not tokens:
            self._insert_token(client, pat)
            return
        for token in tokens:
            self.update_oauth_token(token.id, personal_access_token=pat, user=self._vcs_user(client, pat))

    def _vcs_user(self, client: OAuthClient, pat: str) -> str:
        return self.personal_access_token(pat).user or f"{client.service_provider}-user"


def _id_of(things: Iterable[Project] | Iterable[AgentPool], wanted: str) -> str:
    """By ID or name; what is neither is taken as the ID of something the caller cannot see."""
    return next((thing.id for thing in things if wanted in (thing.id, thing.name)), wanted)
