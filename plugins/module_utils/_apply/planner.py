# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds and plans the connections of one organization. writer.py carries the plans out."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._base.errors import Ambiguous, InvalidArgument, NotFound, VcsError
from .._model import matching, planning
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient, OAuthToken
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient
from .outcome import Outcome
from .settling import LOOKS, Settling


class Planner:
    """One organization's connections, through one TfeClient."""

    def __init__(self, client: TfeClient, name: str) -> None:
        self.client = client
        self.name = name
        self.settling = Settling(client, name)
        #: The clients of the first list. What is not among them appeared while the task ran.
        self.clients: list[OAuthClient] = []
        self._latest: list[OAuthClient] = []
        self._removes = False
        self._names: dict[str, list[tuple[str, str]]] = {}

    def plan(self, wanted: t.Sequence[Desired]) -> list[Outcome]:
        """Read the organization's clients and plan each connection. An error goes into the outcome that it concerns."""
        outcomes = [Outcome(desired, warnings=list(desired.warnings)) for desired in wanted]
        self._removes = any(not desired.present for desired in wanted)
        try:
            self.clients = self._latest = api.list_clients(self.client, self.name, self._removes)
        except VcsError as error:
            for outcome in outcomes:
                outcome.error = error
            return outcomes
        self.settling.note(self.clients)
        used: dict[str, str] = {}
        for outcome in outcomes:
            outcome.run_step(self.make_plan, self._latest, used)
        return outcomes

    # -- planning

    def make_plan(self, outcome: Outcome, clients: list[OAuthClient], used: dict[str, str]) -> None:
        """Find the connection among these clients, and plan; ``used`` tells which connection has which client."""
        desired = outcome.desired = self._with_ids(outcome.desired)
        client = self.find(desired, clients)
        token = None
        if client:
            if used.setdefault(client.id, desired.label) != desired.label:
                raise InvalidArgument(
                    f"Two connections of this task, {used[client.id]!r} and {desired.label!r}, are the same OAuth "
                    f"client {client.id}: state it once."
                )
            if desired.present:
                client, token = self.with_tokens(client, desired)
        outcome.client = client
        outcome.plan = planning.plan(desired, client, token, self.client.server_version)
        outcome.action, outcome.changed = outcome.plan.action, outcome.plan.changed
        outcome.warnings += outcome.plan.warnings

    def _with_ids(self, desired: Desired) -> Desired:
        """Names of projects and agent pools replaced by their IDs."""
        resolved = dict(desired.attributes)
        if resolved.get("projects"):
            resolved["projects"] = tuple(self._id_of("projects", "prj-", name) for name in resolved["projects"])
        if resolved.get("agent_pool"):
            resolved["agent_pool"] = self._id_of("agent-pools", "apool-", resolved["agent_pool"])
        return replace(desired, attributes=resolved)

    def _id_of(self, collection: str, prefix: str, name: str) -> str:
        if name.startswith(prefix) and len(name) == len(prefix) + 16 and name[len(prefix) :].isalnum():
            return name
        if collection not in self._names:
            self._names[collection] = api.named_ids(self.client, self.name, collection)
        found = [id_ for id_, its_name in self._names[collection] if name in (id_, its_name)]
        if len(found) == 1:
            return found[0]
        kind = collection.replace("-", " ")
        raise NotFound(
            f"Organization {self.name!r} has {len(found) or 'no'} {kind} with the exact name or ID {name!r} that the "
            f"API token from {self.client.settings.token_source} can see."
        )

    def find(self, desired: Desired, clients: list[OAuthClient]) -> OAuthClient | None:
        """The one client that the task means. Where other runs are just creating it, wait until they have settled."""
        for look in LOOKS:
            try:
                client = matching.find(desired, clients)
                # A removal does not rely on the client, so it never has to watch one whose age is not known.
                relies = client and not desired.oauth_client_id and (desired.present or self.settling.is_timed(client))
                wait = self.settling.time_until_final(client) if client and relies else 0.0
            except Ambiguous:
                if not any(map(self.settling.can_go, matching.candidates(desired, clients))):
                    raise
                wait = look
            if not wait:
                break
            clients = self._latest = self.settling.read_again(wait, self._removes)
        client = matching.find(desired, clients)
        if client is None and desired.oauth_client_id:
            self._refuse_unknown_id(desired)
        return client

    def _refuse_unknown_id(self, desired: Desired) -> None:
        """An ID that the organization does not list: another organization's is never touched, a gone one is gone."""
        elsewhere = api.read_client(self.client, desired.oauth_client_id or "", self.name)
        if elsewhere is not None:
            raise NotFound(
                f"OAuth client {desired.oauth_client_id} is not one of organization {self.name!r} but of "
                f"{elsewhere.organization!r}. Nothing was changed."
            )
        if desired.present:
            raise NotFound(
                f"Organization {self.name!r} at {self.client.settings.address.base} has no OAuth client "
                f"{desired.oauth_client_id}. To create one, leave oauth_client_id out and state service_provider."
            )

    def with_tokens(self, client: OAuthClient, desired: Desired) -> tuple[OAuthClient, OAuthToken | None]:
        """Read the OAuth tokens where the list of clients leaves open which one counts, or for the SSH key."""
        if len(client.oauth_token_ids) == 1 and not desired.ssh_key:
            return client, None
        tokens = api.list_tokens(self.client, client)
        if not tokens:
            return client, OAuthToken(client.oauth_token_id) if client.oauth_token_id else None
        client = client.with_tokens(tokens)
        return client, next(token for token in tokens if token.id == client.oauth_token_id)
