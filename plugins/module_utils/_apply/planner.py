# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds and plans the connections of one organization. writer.py carries out the plans."""

from __future__ import annotations

import typing as t
from functools import partial

from .._base.errors import Ambiguous, InvalidArgument, NotFound, NotFoundOrForbidden, VcsError
from .._model import matching, neighbors, planning, removal
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient, OAuthToken
from .._model.plan import Plan
from .._model.stability import unstable
from .._tfe import oauth_clients as api
from .._tfe import oauth_tokens
from .._tfe.client import TfeClient
from .outcome import Outcome
from .prediction import (
    missing_warning,
    predict_in_missing_organization,
    with_missing,
    without_ids,
    without_missing,
)
from .references import References
from .scope import warnings_of_scope
from .settling import LOOKS, Settling
from .usage_reader import UsageReader


class Planner:
    """Plans the connections of one organization, through one TfeClient."""

    def __init__(self, client: TfeClient, organization: str, check_mode: bool = False) -> None:
        self.client = client
        self.organization = organization
        self._check_mode = check_mode
        self.settling = Settling(client, organization)
        #: The clients of the first list. What is not among them appeared while the task ran.
        self.clients: list[OAuthClient] = []
        #: Whether that list was read. If it was not, the organization may not exist yet.
        self.has_read = False
        self._latest: list[OAuthClient] = []
        self._removes = False
        self.references = References(client, organization)
        self._usage = UsageReader(client, organization)

    def plan(self, outcomes: t.Sequence[Outcome]) -> None:
        """Read the organization's clients and plan each connection. An error goes into the outcome that it concerns."""
        self._removes = any(not outcome.desired.present for outcome in outcomes)
        try:
            self.read_clients(self._removes)
        except VcsError as error:
            for outcome in outcomes:
                outcome.run_step(self._without_organization, error)
            return
        claimed: dict[str, Outcome] = {}
        for outcome in sorted(outcomes, key=lambda outcome: matching.precedence(outcome.desired)):
            outcome.run_step(self.make_plan, self._latest, claimed)
        _refuse_unstable(outcomes, self._latest)

    def read_clients(self, affected_workspaces: bool = False) -> None:
        """Read the first list of the organization's clients."""
        self.clients = self._latest = api.list_clients(self.client, self.organization, affected_workspaces)
        self.has_read = True
        self.settling.note(self.clients)

    def _without_organization(self, outcome: Outcome, error: VcsError) -> None:
        """Give up, or predict what a real run would do after the organization was created."""
        if not self._predicts(outcome.desired) or not isinstance(error, NotFoundOrForbidden):
            raise error
        plan, warning = predict_in_missing_organization(outcome.desired, error)
        outcome.accept(plan, [warning])

    def _predicts(self, desired: Desired) -> bool:
        return self._check_mode and desired.predict_missing

    # -- planning

    def make_plan(self, outcome: Outcome, clients: list[OAuthClient], claimed: dict[str, Outcome]) -> None:
        """Find the connection among these clients, and plan. ``claimed`` are the connections by their client's ID."""
        missing = self.references.missing_from(outcome.desired) if self._predicts(outcome.desired) else {}
        existing = self.references.with_ids(without_missing(outcome.desired, missing))
        desired = outcome.desired = with_missing(existing, missing)
        outcome.client = client = self.find(desired, clients, claimed) or _same_by_id(desired, clients, claimed)
        if client:
            _claim(outcome, client, claimed)
        if desired.present:
            plan = self._plan_present(desired, client)
            warnings = [] if client else neighbors.warnings_of_create(desired, clients)
        else:
            outcome.usage = self._usage.usage_of(client, clients) if client else None
            others = [other for other in matching.neighbors(desired, clients) if other.id not in claimed]
            plan = removal.plan_removal(desired, client, outcome.usage, others)
            warnings = []
        if missing:
            plan = without_ids(plan, missing)
            warnings.append(missing_warning(desired, missing))
        elif plan.changed:
            warnings += self.references.check(plan.attributes)
        warnings += warnings_of_scope(plan, partial(self._usage.links_of, "workspace"))
        outcome.accept(plan, warnings)

    def _plan_present(self, desired: Desired, client: OAuthClient | None) -> Plan:
        token = None
        if client:
            tokens = self._tokens_of(client, desired)
            client = client.with_tokens(tokens)
            token = _newest(client, tokens)
        return planning.plan(desired, client, token, self.client.server_version)

    def find(self, desired: Desired, clients: list[OAuthClient], claimed: t.Container[str] = ()) -> OAuthClient | None:
        """Find the one client of a connection. If other runs are just creating it, wait until they have settled."""
        for look in LOOKS:
            try:
                client = matching.find(desired, clients, claimed)
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
        client = matching.find(desired, clients, claimed)
        if client is None and desired.oauth_client_id:
            self._refuse_unknown_id(desired)
        return client

    def _refuse_unknown_id(self, desired: Desired) -> None:
        """Refuse an ID that the organization does not list, except for a removal of a client that no longer exists."""
        elsewhere = api.read_client(self.client, desired.oauth_client_id or "", self.organization)
        if elsewhere is not None:
            raise NotFound(
                f"OAuth client {desired.oauth_client_id} belongs to organization {elsewhere.organization!r}, not to "
                f"{self.organization!r}. Nothing was changed."
            )
        if desired.present:
            raise NotFound(
                f"Organization {self.organization!r} at {self.client.settings.address.base} has no OAuth client "
                f"{desired.oauth_client_id}. To create one, omit oauth_client_id and set service_provider."
            )

    def with_tokens(self, client: OAuthClient, desired: Desired) -> OAuthClient:
        """The client with its OAuth tokens, the newest first."""
        return client.with_tokens(self._tokens_of(client, desired))

    def _tokens_of(self, client: OAuthClient, desired: Desired) -> list[OAuthToken] | None:
        """The OAuth tokens, read only if the list of clients leaves open which one counts, or for the SSH key.

        None if they were not read, or if the server has no list of them.
        """
        if len(client.oauth_token_ids) == 1 and not desired.ssh_key:
            return None
        return oauth_tokens.list_tokens(self.client, client)


def _newest(client: OAuthClient, tokens: t.Sequence[OAuthToken] | None) -> OAuthToken | None:
    """Return the newest OAuth token. Its other values are unknown if the tokens were not read."""
    if client.oauth_token_id is None:
        return None
    known = [token for token in tokens or () if token.id == client.oauth_token_id]
    return known[0] if known else OAuthToken(client.oauth_token_id)


def _same_by_id(desired: Desired, clients: list[OAuthClient], claimed: t.Mapping[str, Outcome]) -> OAuthClient | None:
    """The client that would fit if another connection of the task had not selected it by ID: it is not created anew."""
    others = [id_ for id_, other in claimed.items() if not other.desired.oauth_client_id]
    selectable = desired.present and not desired.oauth_client_id and len(others) < len(claimed)
    return matching.find(desired, clients, others) if selectable else None


def _claim(outcome: Outcome, client: OAuthClient, claimed: dict[str, Outcome]) -> None:
    """Record which connection has the client. Fails both connections if another one has it already."""
    other = claimed.setdefault(client.id, outcome)
    if other is not outcome:
        error = InvalidArgument(
            f"{other.desired.label!r} and {outcome.desired.label!r} of this task are the same OAuth client "
            f"{client.describe()} of organization {outcome.desired.organization!r}. Nothing was changed for either. "
            "List each connection only once. For several connections to one URL give each a name and "
            "match_by=url_and_name."
        )
        other.refuse(error)
        raise error


def _refuse_unstable(outcomes: t.Sequence[Outcome], clients: list[OAuthClient]) -> None:
    """Refuse connections that the next run would not recognize, before anything is written."""
    planned = [outcome for outcome in outcomes if outcome.plan]
    if len(planned) < 2:
        return
    refused = unstable([outcome.plan for outcome in planned if outcome.plan], clients)
    colliding = [outcome for outcome in planned if any(outcome.plan is plan for plan in refused)]
    labels = " and ".join(repr(outcome.desired.label) for outcome in colliding)
    for outcome in colliding:
        outcome.refuse(
            InvalidArgument(
                f"{labels} of this task contradict each other: the next run could not distinguish their OAuth "
                "clients, or would undo this run. Nothing was changed for them. Give each a name and "
                "match_by=url_and_name, also the one that should be absent."
            )
        )
