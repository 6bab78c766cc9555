# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Made by one, found unchanged by the other: an API client and the modules of this collection."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .rows import LeftOut, same
from .scene import CONNECTIONS, CREATABLE, GITHUB, NETWORK, NEW_PAT, ORGANIZATION, SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandbox import Sandbox

    from .api_client import ApiClient, SeenClient
    from .collection import Collection
    from .scene import Connection


class Crossing:
    """The checks of one client together with our modules; each begins with the seed."""

    def __init__(self, client: ApiClient, collection: Collection, sandbox: Sandbox) -> None:
        self._client = client
        self._collection = collection
        self._sandbox = sandbox

    def all(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Names of checks, and the checks."""
        yield "made by it, found unchanged by our modules", self.made_by_it
        yield "updated by it, found unchanged by our modules", self.updated_by_it
        yield "made by our modules, found unchanged by it", self.made_by_us
        yield "updated by our modules, found unchanged by it", self.updated_by_us
        yield "made by it, removed by our modules", self.removed_by_us
        yield "made by our modules, removed by it", self.removed_by_it

    def made_by_it(self) -> None:
        self._sandbox.reset()
        made = [(connection, self._made(connection)) for connection in CONNECTIONS.values()]
        clients = [(_as_found(connection, self._client), client) for connection, client in made if client]
        self._is_unchanged(clients)

    def updated_by_it(self) -> None:
        self._sandbox.reset()
        client = self._client.create(GITHUB, projects=[SHOP])
        self._client.update(client.id, name="GitHub, renamed", organization_scoped=False, oauth_token=NEW_PAT)
        renamed = replace(GITHUB, name="GitHub, renamed", personal_access_token=NEW_PAT)
        self._is_unchanged([(renamed, client)], organization_scoped=False, projects=["Shop"])

    def made_by_us(self) -> None:
        self._sandbox.reset()
        creatable = [CONNECTIONS[name] for name in CREATABLE]
        results = self._collection.apply(creatable)
        same("what our modules did", {result["action"] for result in results}, {"created"})
        before = self._stored()
        seen = {client.id: client for client in self._client.list()}
        for connection, result in zip(creatable, results, strict=True):
            client = seen[result["oauth_client_id"]]
            for name in ("service_provider", "http_url", "api_url", "name", "key", "rsa_public_key"):
                same(f"{name} of {connection.service_provider}", getattr(client, name), getattr(connection, name))
            token_id = result["oauth_token_id"]
            same(f"tokens of {connection.service_provider}", client.tokens, (token_id,) if token_id else ())
            self._client.update(client.id, name=client.name, organization_scoped=client.organization_scoped)
        same("what is stored after it has sent the same again", self._stored(), before)

    def updated_by_us(self) -> None:
        self._sandbox.reset()
        client = self._client.create(GITHUB)
        (result,) = self._collection.apply(
            [replace(GITHUB, name="GitHub, renamed")], organization_scoped=False, projects=["Network", "Shop"]
        )
        same("what our modules did", result["action"], "updated")
        expected = replace(
            client, name="GitHub, renamed", organization_scoped=False, projects=tuple(sorted((NETWORK, SHOP)))
        )
        same("the client", self._client.read(client.id), expected)
        same("the list", [*self._client.list()], [expected])

    def removed_by_us(self) -> None:
        self._sandbox.reset()
        client = self._client.create(GITHUB)
        (result,) = self._collection.apply([GITHUB], state="absent")
        same("what our modules did", (result["action"], result["oauth_client_id"]), ("deleted", client.id))
        same("the list", [*self._client.list()], [])

    def removed_by_it(self) -> None:
        self._sandbox.reset()
        (result,) = self._collection.apply([GITHUB])
        self._client.delete(result["oauth_client_id"])
        same("what is stored", self._stored(), [])

    def _made(self, connection: Connection) -> SeenClient | None:
        with suppress(LeftOut):  # has a row of its own
            return self._client.create(connection)
        return None

    def _is_unchanged(self, made: Sequence[tuple[Connection, SeenClient]], **options: Any) -> None:
        results = self._collection.apply([connection for connection, _client in made], **options)
        for (connection, client), result in zip(made, results, strict=True):
            found = (result["action"], result["oauth_client_id"], result["oauth_token_id"])
            expected = ("unchanged", client.id, client.tokens[0] if client.tokens else None)
            same(f"what our modules found of {connection.service_provider}", found, expected)

    def _stored(self) -> object:
        store = self._sandbox.store
        clients = store.clients(ORGANIZATION)
        return [(client, store.oauth_tokens(client)) for client in clients]


def _as_found(connection: Connection, client: ApiClient) -> Connection:
    """What a task of ours sets for a connection that this client has made."""
    if not client.sends_ado_org_name:
        connection = replace(connection, ado_org_name=None)
    # Our modules find connections by OAuth application, and make only those of Bitbucket Data Center.
    if connection.key and connection.service_provider not in CREATABLE:
        connection = replace(connection, key=None, secret=None, rsa_public_key=None)
    return connection
