# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Creates an OAuth client once, whatever becomes of the answer and whoever else creates the same one.

The server accepts any number of equal clients, so concurrent runs have to agree by themselves. After its creates a run
lists again and settles (settle). Of the clients that raced, let the order be their age (created-at, then ID), which is
the same for all who read it:

* A run that sees an older twin removes its own client, and only that, and returns the older one. It makes sure that
  the older one is still there immediately before, and again after.
* A run whose own client is the oldest keeps it and waits for the younger ones to go. Their makers created them before
  they list, so they will see it, unless it was committed after they looked (created-at need not be the order of
  commits). Such a twin stays; its maker has returned its ID already. If exactly one stays, the run therefore gives its
  own client up for that one, with the same two checks.
* Two runs could give way to each other only if one stood still for the whole wait of the other, between its first
  check and its removal. The second check finds that; the run fails, says so, and the next one creates.

A create whose answer was lost is not sent again: what appeared in the list that was not there before is taken to be
it. A run that adopts cannot know what it made, so it removes nothing; a racing twin's maker gives way to it by the
rules above, and it looks for longer than those take.

Assumed of the server: a committed client shows in its maker's next list. Where the list is stale, a run looks again
until it sees its own client, a bounded number of times; if it never does, it warns and keeps what the server confirmed.
What this task itself made for other connections is never a twin.
"""

from __future__ import annotations

import typing as t

from . import _oauth_client_api as api
from . import _plan
from ._desired import Desired
from ._errors import Ambiguous, InvalidAnswer, OutcomeUnknown, VcsError
from ._oauth_client import OAuthClient
from ._tfe_client import Lost, TfeClient

#: Seconds between looks at the list: for twins to go, and (longer) for a create whose answer was lost to appear.
TWIN_WAITS = (0.2, 0.4, 0.8, 1.6)
LOST_WAITS = (0.5, 1.0, 2.0, 4.0)


class Creator:
    """Creates OAuth clients of one organization; ``known`` are the IDs of those that were there before the task."""

    def __init__(self, client: TfeClient, organization: str, known: t.Iterable[str]) -> None:
        self._client = client
        self._organization = organization
        self._known = frozenset(known)
        self._made: set[str] = set()

    def create(self, plan: _plan.Plan) -> OAuthClient:
        """Send the create once, and find what it has made if its answer is lost.

        Raises OutcomeUnknown where that cannot be found.
        """
        try:
            made = api.create_client(self._client, self._organization, plan.attributes, plan.secrets)
        except (Lost, InvalidAnswer) as lost:
            made = self._adopt(plan.desired, lost)
        self._made.add(made.id)
        return made

    def settle(self, desired: Desired, own: OAuthClient, clients: list[OAuthClient]) -> tuple[OAuthClient, str | None]:
        """Agree with concurrent runs, given a list read after the create: the client that stays, and what to tell.

        Raises Ambiguous where several stay that this run may not remove, OutcomeUnknown where none does.
        """
        twins: list[OAuthClient] = []
        for wait in (*TWIN_WAITS, None):
            twins = self._fresh(desired, clients, own)
            if [twin.id for twin in twins] == [own.id]:
                return (own if own.oauth_token_ids else twins[0]), None
            seen = own.id in (twin.id for twin in twins)
            if seen and twins[0].id != own.id:
                return self._give_way(desired, own, twins[0])
            if wait is not None:
                self._client.pause(wait)
                clients = api.list_clients(self._client, self._organization)
        if own.id not in (twin.id for twin in twins):
            return own, f"The list of organization {self._organization!r} does not show OAuth client {own.id} yet."
        if len(twins) == 2:
            return self._give_way(desired, own, twins[1])
        raise Ambiguous(
            "Other runs created the same connection at the same time, and their OAuth clients stay: "
            f"{', '.join(twin.describe() for twin in twins)}. This run created {own.id}. Remove all but one by "
            "oauth_client_id (state=absent)."
        )

    def _fresh(self, desired: Desired, clients: list[OAuthClient], own: OAuthClient | None = None) -> list[OAuthClient]:
        """What fits the connection and was neither there before nor made by this task for another, the oldest first."""
        others = self._known | (self._made - {own.id if own else None})
        fresh = [client for client in _plan.candidates(desired, clients) if client.id not in others]
        return sorted(fresh, key=lambda client: client.age_key)

    def _adopt(self, desired: Desired, lost: VcsError) -> OAuthClient:
        fresh: list[OAuthClient] = []
        for wait in (0.0, *LOST_WAITS):
            self._client.pause(wait)
            try:
                fresh = self._fresh(desired, api.list_clients(self._client, self._organization))
            except VcsError:
                continue
            if len(fresh) == 1:
                return fresh[0]
        found = f"Several appeared since: {', '.join(one.describe() for one in fresh)}." if fresh else "None appeared."
        raise OutcomeUnknown(
            f"{lost.message} Whether the OAuth client was created is not known, so that was not repeated. {found} "
            "Run again: a client that is there by then will be found.",
            lost.status,
            lost.errors,
        )

    def _give_way(self, desired: Desired, own: OAuthClient, other: OAuthClient) -> tuple[OAuthClient, str | None]:
        """Remove the client that this run has made in favour of a concurrent run's, which must stay to the end."""
        if api.read_client(self._client, other.id, self._organization) is None:
            clients = api.list_clients(self._client, self._organization)
            return self.settle(desired, own, [client for client in clients if client.id != other.id])
        api.delete_client(self._client, own)
        kept = api.read_client(self._client, other.id, self._organization)
        if kept is None:
            raise OutcomeUnknown(
                f"Concurrent runs removed each other's OAuth clients of the {desired.where} in organization "
                f"{self._organization!r}. Run again: it will be created."
            )
        return kept, (
            f"Another run created the same connection at the same time: its OAuth client {kept.id} stays, and "
            f"{own.id}, which this run had just created, was removed again."
        )
