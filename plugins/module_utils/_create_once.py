# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Creates an OAuth client once, whatever becomes of the answer and whoever else creates the same one.

The server accepts any number of equal clients, so concurrent runs have to agree by themselves, by what they all read
alike: the list, and in it the age of each client (created-at, then ID). After its creates a run lists again:

* The oldest stays. A run that sees an older twin of its own client makes sure that the older one is there, removes its
  own, and only that, and returns the older one. The makers of all younger twins see it when they list, since they list
  after their creates were answered. So everybody returns the oldest.
* Except if the oldest was committed late, after a younger twin's maker had looked (created-at need not be the order of
  commits). That maker has returned its client's ID. Therefore a run that is the oldest waits for its twins to go, and
  if exactly one stays until GIVE_UP, one that can have been looked for before this run's create was answered, the run
  gives its own client up for it. Around that moment (BUSY) no younger twin's maker gives way, so that two runs never
  give way to each other unless one stands still for seconds between its check and its removal. They check once more
  after it, and fail if nothing is left; the next run creates.
* A create whose answer was lost is not sent again. What is in the list that was not there before is taken for it. Such
  a run cannot know what it made, so it waits until all others have settled (SETTLED). A younger twin that is still
  there then has no maker who knows of it: if the lost create can have made it and no workspace uses it, it is removed.
* A run that finds several which are fresh waits for them to settle. One that finds just one takes it.

Assumed of the server: a committed client shows in its maker's next list. Where the list is stale, a run looks again
until it sees its own client, for a while; if it never does, it warns and keeps what the server confirmed.

What is left: a run that did not create anything can have returned the ID of a client that is alone in the list for a
moment, and gives way a moment later to an older one that was committed after it. And where created-at lies many seconds
before the commit, or clocks differ by more than a second or two while the server tells no time, twins can stay; a run
that sees that fails and names them. What this task itself made for other connections is never a twin.
"""

from __future__ import annotations

import typing as t

from . import _oauth_client_api as api
from . import _plan
from ._desired import Desired
from ._errors import Ambiguous, InvalidAnswer, OutcomeUnknown, VcsError
from ._oauth_client import OAuthClient
from ._race import ALL_SETTLED, BUSY, GIVE_UP, LOOKS, SETTLED, STALE
from ._tfe_client import Lost, TfeClient

#: Seconds between looks for what a lost create has made, as long as nothing is seen of it.
LOST_LOOKS = (0.5, 1.0, 2.0, 4.0)

Settled = tuple[OAuthClient, t.Optional[str]]


class Creator:
    """Creates OAuth clients of one organization; ``known`` are the IDs of those that were there before the task."""

    def __init__(self, client: TfeClient, organization: str, known: t.Iterable[str]) -> None:
        self._client = client
        self._organization = organization
        self._known = frozenset(known)
        #: When, by the server's clock, the create was answered; None for a client that was adopted.
        self._answered: dict[str, float | None] = {}
        self._sent = 0.0

    def create(self, plan: _plan.Plan) -> OAuthClient:
        """Send the create once, and find what it has made if its answer is lost.

        Raises OutcomeUnknown where that cannot be found.
        """
        self._sent = self._client.now()
        try:
            made = api.create_client(self._client, self._organization, plan.attributes, plan.secrets)
            self._answered[made.id] = self._client.now()
        except (Lost, InvalidAnswer) as lost:
            made = self._adopt(plan.desired, lost)
            self._answered[made.id] = None
        return made

    def settle(self, desired: Desired, own: OAuthClient, clients: list[OAuthClient]) -> Settled:
        """Agree with concurrent runs, given a list read after the create: the client that stays, and what to tell.

        Raises Ambiguous where others stay that this run may not remove, OutcomeUnknown where none stays.
        """
        for wait in LOOKS:
            twins = self._fresh(desired, clients, own)
            if [twin.id for twin in twins] == [own.id]:
                return (own if own.oauth_token_ids else twins[0]), None
            if self._answered[own.id] is None:
                if twins:
                    return self._outlast(desired, own, twins)
            else:
                kept = self._decide(desired, own, twins)
                if kept:
                    return kept
            if self._age(own) > (ALL_SETTLED if twins else STALE):
                break
            self._client.pause(wait)
            clients = self._list()
        if own.id not in (twin.id for twin in twins):
            return own, f"The list of organization {self._organization!r} does not show OAuth client {own.id} yet."
        raise Ambiguous(
            "Other runs created the same connection at the same time, and their OAuth clients stay: "
            f"{', '.join(twin.describe() for twin in twins if twin.id != own.id)}. This run created {own.id}. Remove the "
            "others by oauth_client_id (state=absent) if nobody uses them."
        )

    def _decide(self, desired: Desired, own: OAuthClient, twins: list[OAuthClient]) -> Settled | None:
        """What the maker of a client that it sees beside others does now; None to look again."""
        if own.id not in (twin.id for twin in twins):
            return None
        oldest, age = twins[0], self._age(twins[0])
        if oldest.id != own.id:
            return None if BUSY[0] <= age < BUSY[1] else self._give_way(desired, own, oldest)
        looked_before = len(twins) == 2 and twins[1].created <= (self._answered[own.id] or 0.0)
        return self._give_way(desired, own, twins[1]) if looked_before and GIVE_UP[0] <= age < GIVE_UP[1] else None

    def _give_way(self, desired: Desired, own: OAuthClient, other: OAuthClient) -> Settled | None:
        """Remove the client that this run has made in favour of another run's, which must stay to the end."""
        if api.read_client(self._client, other.id, self._organization) is None:
            return None
        self._remove(own)
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

    def _remove(self, client: OAuthClient) -> None:
        try:
            api.delete_client(self._client, client)
        except VcsError as error:
            if error.status != 404:  # gone is what was wanted
                raise

    def _adopt(self, desired: Desired, lost: VcsError) -> OAuthClient:
        """The client that a lost create has made, or that another run has made meanwhile."""
        for wait in (0.0, *LOST_LOOKS):
            self._client.pause(wait)
            try:
                fresh = self._fresh(desired, self._list())
            except VcsError:
                continue
            if fresh:
                return fresh[0]
        raise OutcomeUnknown(
            f"{lost.message} Whether the OAuth client was created is not known, so that was not repeated. None "
            "appeared so far. Run again: a client that is there by then will be found.",
            lost.status,
            lost.errors,
        )

    def _outlast(self, desired: Desired, own: OAuthClient, twins: list[OAuthClient]) -> Settled:
        """Of several clients that appeared since a lost create, the one that stays when all other runs have settled."""
        for wait in LOOKS:
            if len(twins) == 1:
                return twins[0], None
            if not twins or self._age(twins[-1]) > SETTLED:
                break
            self._client.pause(wait)
            twins = self._fresh(desired, self._list(affected_workspaces=True), own)
        if len(twins) == 2 and self._can_be_lost(twins[1]):
            self._remove(twins[1])
            return twins[0], (
                f"OAuth client {twins[1].id}, which a create of this run had made without being answered, was removed "
                f"again: another run's {twins[0].id} stays."
            )
        raise OutcomeUnknown(
            f"The answer to a create was lost, and the {desired.where} of organization {self._organization!r} has "
            f"several new OAuth clients: {', '.join(twin.describe() for twin in twins) or 'none any more'}. Remove all "
            "but one by oauth_client_id (state=absent)."
        )

    def _can_be_lost(self, twin: OAuthClient) -> bool:
        """Whether the create of this run that was not answered can have made it, and no workspace uses it."""
        return twin.created >= self._sent - 1 and twin.values.get("affected_workspaces_count") == 0

    def _age(self, client: OAuthClient) -> float:
        return self._client.now() - client.created

    def _list(self, affected_workspaces: bool = False) -> list[OAuthClient]:
        return api.list_clients(self._client, self._organization, affected_workspaces)

    def _fresh(self, desired: Desired, clients: list[OAuthClient], own: OAuthClient | None = None) -> list[OAuthClient]:
        """What fits the connection and was neither there before nor made by this task for another, the oldest first."""
        others = self._known | (self._answered.keys() - {own.id if own else None})
        fresh = [client for client in _plan.candidates(desired, clients) if client.id not in others]
        return sorted(fresh, key=lambda client: client.age_key)
