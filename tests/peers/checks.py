# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an API client can do at the sandbox. Every check compares what the client shows, and what is stored."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .rows import Differs, same
from .scene import CONNECTIONS, DATACENTER, GITHUB, NETWORK, NEW_PAT, ORGANIZATION, PAT, SHOP, SSH_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox import Sandbox

    from .api_client import ApiClient, SeenClient
    from .scene import Connection


class Checks:
    """The checks of one client; each begins with the seed."""

    def __init__(self, client: ApiClient, sandbox: Sandbox) -> None:
        self._client = client
        self._sandbox = sandbox
        self._store = sandbox.store

    def all(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Names of checks, and the checks."""
        for name, connection in CONNECTIONS.items():
            yield f"create {name}", self._from_seed(partial(self.create, connection))
        for name, check in (
            ("create with projects and an agent pool", self.create_with_relationships),
            ("create with an organization of Azure DevOps", self.create_with_ado_organization),
            ("list", self.list),
            ("list, several pages", self.list_pages),
            ("list, include OAuth tokens", partial(self.list_with, "oauth_tokens")),
            ("list, include projects", partial(self.list_with, "projects")),
            ("read", self.read),
            ("read, include OAuth tokens", partial(self.read_with, "oauth_tokens")),
            ("read, include projects", partial(self.read_with, "projects")),
            ("read what does not exist", self.read_missing),
            ("update the name", self.update),
            ("rotate the personal access token", self.rotate),
            ("change the scope", self.scope),
            ("attach projects", self.attach),
            ("detach projects", self.detach),
            ("delete", self.delete),
            ("list the OAuth tokens of the organization", self.tokens_of_organization),
            ("list the OAuth tokens of a client", self.tokens_of_client),
            ("read an OAuth token", self.read_token),
            ("set an SSH key", self.set_ssh_key),
            ("delete an OAuth token", self.delete_token),
            ("create, read and list linked workspaces", self.workspaces),
            ("create a workspace without a link", self.workspace_without_link),
            ("update a linked workspace, keep its link", self.update_workspace),
            ("unlink a workspace", self.unlink_workspace),
            ("create, read and list linked policy sets", self.policy_sets),
        ):
            yield name, self._from_seed(check)

    def _from_seed(self, check: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            self._sandbox.reset()
            check()

        return run

    # -- OAuth clients -------------------------------------------------------------------------------------------------

    def create(self, connection: Connection) -> None:
        created = self._client.create(connection)
        for name in ("service_provider", "http_url", "api_url", "name", "key", "rsa_public_key"):
            same(name, getattr(created, name), getattr(connection, name))
        same("organization", created.organization, ORGANIZATION)
        same("organization_scoped", created.organization_scoped, True)
        same("the number of OAuth tokens", len(created.tokens), 1 if connection.personal_access_token else 0)
        stored = self._store.client(created.id)
        for name in ("secret", "private_key"):
            same(f"the stored {name}", getattr(stored, name), getattr(connection, name))
        self._has_pats(created, connection.personal_access_token)
        same("the client as it is read again", self._client.read(created.id), created)

    def create_with_relationships(self) -> None:
        created = self._client.create(
            GITHUB, projects=[SHOP, NETWORK], agent_pool=DATACENTER, organization_scoped=False
        )
        same("projects", created.projects, (NETWORK, SHOP))
        same("agent_pool", created.agent_pool, DATACENTER)
        same("organization_scoped", created.organization_scoped, False)
        same("the stored agent pool", self._store.client(created.id).agent_pool_id, DATACENTER)

    def create_with_ado_organization(self) -> None:
        if not self._client.sends_ado_org_name:
            raise self._client.left_out("has no option for ado-org-name")
        connection = CONNECTIONS["ado_services"]
        created = self._client.create(connection)
        same("the stored name", self._store.client(created.id).ado_org_name, connection.ado_org_name)

    def list(self) -> None:
        same("the list of an organization without clients", [*self._client.list()], [])
        clients = [self._create(GITHUB), self._create(CONNECTIONS["gitlab_hosted"])]
        same("the list", _by_id(self._client.list()), _by_id(clients))

    def list_pages(self) -> None:
        made = [self._store.add_client(ORGANIZATION, name=str(number)) for number in range(5)]
        same("the IDs", sorted(client.id for client in self._client.list_all_pages()), sorted(c.id for c in made))

    def list_with(self, include: str) -> None:
        client = self._create(GITHUB, projects=[SHOP])
        same("the list", [*self._client.list_with(include)], [client])

    def read(self) -> None:
        client = self._create(GITHUB, projects=[SHOP])
        same("the client", self._client.read(client.id), client)

    def read_with(self, include: str) -> None:
        client = self._create(GITHUB, projects=[SHOP])
        wanted = client.tokens if include == "oauth_tokens" else client.projects
        kind = include.replace("_", "-")
        same("what is included", {**self._client.included(client.id, include)}, dict.fromkeys(wanted, kind))

    def read_missing(self) -> None:
        try:
            self._client.read("oc-NoSuchClient1111")
        except self._client.not_found:
            return
        raise Differs("a client was read that does not exist")

    def update(self) -> None:
        client = self._create(GITHUB)
        updated = self._client.update(client.id, name="GitHub, renamed")
        same("the updated client", updated, replace(client, name="GitHub, renamed"))
        same("the client as it is read again", self._client.read(client.id), updated)
        self._has_pats(client, PAT)

    def rotate(self) -> None:
        client = self._create(GITHUB)
        same(
            "the client with another personal access token", self._client.update(client.id, oauth_token=NEW_PAT), client
        )
        self._has_pats(client, NEW_PAT)
        same("the user of the OAuth token", self._client.token(client.tokens[0]).user, "new-vcs-bot")

    def scope(self) -> None:
        client = self._create(GITHUB, projects=[SHOP])
        for scoped in (False, True):
            updated = self._client.update(client.id, organization_scoped=scoped)
            same("the client", updated, replace(client, organization_scoped=scoped))

    def attach(self) -> None:
        client = self._create(GITHUB, projects=[SHOP])
        self._client.attach(client.id, [NETWORK])
        same("projects", self._client.read(client.id).projects, (NETWORK, SHOP))

    def detach(self) -> None:
        client = self._create(GITHUB, projects=[SHOP, NETWORK])
        self._client.detach(client.id, [SHOP])
        same("projects", self._client.read(client.id).projects, (NETWORK,))

    def delete(self) -> None:
        client, other = self._create(GITHUB), self._create(CONNECTIONS["gitlab_hosted"])
        self._client.delete(client.id)
        same("the list", [*self._client.list()], [other])

    # -- OAuth tokens --------------------------------------------------------------------------------------------------

    def tokens_of_organization(self) -> None:
        clients = [self._create(GITHUB), self._create(CONNECTIONS["gitlab_hosted"])]
        ids = sorted(client.tokens[0] for client in clients)
        same("the IDs", sorted(token.id for token in self._client.tokens_of_organization()), ids)

    def tokens_of_client(self) -> None:
        client, _other = self._create(GITHUB), self._create(CONNECTIONS["gitlab_hosted"])
        same("the IDs", tuple(token.id for token in self._client.tokens_of_client(client.id)), client.tokens)

    def read_token(self) -> None:
        token = self._client.token(self._create(GITHUB).tokens[0])
        same("user and SSH key", (token.user, token.has_ssh_key), ("vcs-bot", False))

    def set_ssh_key(self) -> None:
        (token_id,) = self._create(GITHUB).tokens
        same("has_ssh_key", self._client.set_ssh_key(token_id, SSH_KEY).has_ssh_key, True)
        same("the stored key", self._store.oauth_token(token_id).ssh_key, SSH_KEY)
        same("has_ssh_key as it is read again", self._client.token(token_id).has_ssh_key, True)

    def delete_token(self) -> None:
        client = self._create(GITHUB)
        self._client.delete_token(client.tokens[0])
        same("the client without its token", self._client.read(client.id), replace(client, tokens=()))

    # -- VCS links -----------------------------------------------------------------------------------------------------

    def workspaces(self) -> None:
        token_id = self._create(GITHUB).tokens[0]
        created = self._client.create_workspace("shop", _link("acme/shop", token_id))
        same("the link", (created.identifier, created.token), ("acme/shop", token_id))
        same("the workspace as it is read again", self._client.workspace(created.id), created)
        same("the list", [*self._client.workspaces()], [created])

    def workspace_without_link(self) -> None:
        created = self._client.create_workspace("shop", None)
        same("the link", (created.identifier, created.token), (None, None))
        same("the workspace as it is read again", self._client.workspace(created.id), created)

    def update_workspace(self) -> None:
        token_id = self._create(GITHUB).tokens[0]
        created = self._client.create_workspace("shop", _link("acme/shop", token_id))
        same("the workspace", self._client.update_workspace(created, description="The shop"), created)
        (stored,) = self._store.workspaces(ORGANIZATION)
        same("the stored description", stored.settings["description"], "The shop")
        same("the stored link", stored.oauth_token_id, token_id)

    def unlink_workspace(self) -> None:
        token_id = self._create(GITHUB).tokens[0]
        created = self._client.create_workspace("shop", _link("acme/shop", token_id))
        same("the workspace", self._client.unlink_workspace(created.id), replace(created, identifier=None, token=None))

    def policy_sets(self) -> None:
        token_id = self._create(GITHUB).tokens[0]
        created = self._client.create_policy_set("rules", _link("acme/rules", token_id))
        same("the link", (created.identifier, created.token), ("acme/rules", token_id))
        same("the policy set as it is read again", self._client.policy_set(created.id), created)
        same("the list", [*self._client.policy_sets()], [created])

    # ------------------------------------------------------------------------------------------------------------------

    def _create(self, connection: Connection, **more: Any) -> SeenClient:
        return self._client.create(connection, **more)

    def _has_pats(self, client: SeenClient, *expected: str | None) -> None:
        tokens = self._store.oauth_tokens(self._store.client(client.id))
        pats = [token.personal_access_token for token in tokens]
        same("the stored personal access tokens", pats, [pat for pat in expected if pat])


def _by_id(clients: Any) -> list[SeenClient]:
    return sorted(clients, key=lambda client: client.id)


def _link(identifier: str, token_id: str) -> dict[str, str]:
    return {"identifier": identifier, "oauth_token_id": token_id}
