# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Creates an OAuth client once, whatever becomes of the answer and whoever else creates the same one.

The server accepts any number of equal clients, so concurrent runs have to agree by themselves, by what they all read
alike: the list, and in it the order of age (created-at, then ID). Nobody ever removes the oldest of a race.

* The maker of a client lists again, YOUNG after its create was answered, when every older twin must be there to see.
  Where creates take long, it waits twice as long as its own took (up to LONGEST_YOUNG), as a slow server may commit
  others as late. If its own is the oldest, it stays, and the run waits to see the others go. Else the run makes sure
  that the oldest is there, removes its own, and only that, and goes on with the oldest. So of any number of makers all
  but one remove their clients, and all return the oldest.
* A create whose answer was lost is not sent again. What is in the list that was not there before is taken for it, the
  oldest. Such a run cannot know what it made. If a younger twin is still there when all makers have settled (SETTLED),
  none of them knows of it: if a lost create can have made it, and no workspace uses it, the run removes it.
* A run that finds a client younger than YOUNG lists again, since an older twin may not be there to see yet. One that
  finds several that have not settled waits until they have.

Assumed of the server: created-at lies at most YOUNG (or that multiple of a create's time) before the moment from which
on lists show the client. Where a
maker's list does not show its own client, it looks again for a while (STALE); if it never does, the run warns and keeps
what the server confirmed. If created-at is earlier than assumed, twins can stay; the next run finds them and fails with
their names. What this task itself made for other connections is never a twin.
"""

from __future__ import annotations

import typing as t

from .._base.errors import InvalidAnswer, Lost, OutcomeUnknown, VcsError
from .._model import matching, planning
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient

#: What created-at may lie before the moment from which on everybody's list shows the client.
YOUNG = 0.3
#: Where creates take long, it may lie so many times their time before that, up to LONGEST_YOUNG.
CREATES, LONGEST_YOUNG = 2, 2.0
#: For how long a run looks for its own client in a list that does not show it.
STALE = 3.0
#: The age at which all makers have removed what they give up, and the age at which lost creates are cleared away, too.
SETTLED, ALL_SETTLED = 10.0, 14.0
#: Seconds between looks at the list, in sum longer than ALL_SETTLED.
LOOKS = (0.2, 0.4, *(0.8,) * 19)
#: Seconds between looks for what a lost create has made, as long as nothing is seen of it.
LOST_LOOKS = (0.5, 1.0, 2.0, 4.0)

Settled = tuple[OAuthClient, t.Optional[str]]


class Creator:
    """Creates OAuth clients of one organization; ``known`` are the IDs of those that were there before the task."""

    def __init__(self, client: TfeClient, organization: str, known: t.Iterable[str]) -> None:
        self._client = client
        self._organization = organization
        self._known = frozenset(known)
        self._made: set[str] = set()
        #: What was taken for the work of a lost create, and before when, by the server's clock, that was not sent.
        self._adopted: dict[str, float] = {}
        self._took: list[float] = []

    def create(self, client: TfeClient, plan: planning.Plan) -> OAuthClient:
        """Send the create once, through this client, and find what it has made if its answer is lost.

        Several threads may create connections to different URLs. Raises OutcomeUnknown where nothing is found.
        """
        sent, error = self._client.now()
        try:
            made = api.create_client(client, self._organization, plan.attributes, plan.secrets)
        except (Lost, InvalidAnswer) as lost:
            made = self._adopt(client, plan.desired, lost)
            self._adopted[made.id] = sent - error - 1
        else:
            self._took.append(client.took)
        self._made.add(made.id)
        return made

    def wait_for_twins(self) -> None:
        """Let the time pass after which a list shows every older twin of what was created."""
        self._client.pause(max(YOUNG, min(CREATES * max(self._took, default=0.0), LONGEST_YOUNG)))

    def settle(self, desired: Desired, own: OAuthClient, clients: list[OAuthClient]) -> Settled:
        """Agree with concurrent runs, given a list read after wait_for_twins: the client that stays, and what to tell.

        Raises OutcomeUnknown where several stay that this run may not remove.
        """
        twins: list[OAuthClient] = []
        for wait in LOOKS:
            twins = self._fresh(desired, clients, own)
            if own.id in self._adopted and twins:
                return self._outlast(desired, own, twins)
            seen = own.id in (twin.id for twin in twins)
            if seen and len(twins) == 1:
                return (own if own.oauth_token_ids else twins[0]), None
            if seen and twins[0].id != own.id and api.read_client(self._client, twins[0].id, self._organization):
                return self._give_way(desired, own, twins[0])
            youngest = twins[-1] if seen else own
            if not self._client.may_be_younger(youngest.created, SETTLED if seen else STALE):
                break
            self._client.pause(wait)
            clients = self._list()
        others = ", ".join(twin.describe() for twin in twins if twin.id != own.id)
        if others:
            return (
                own,
                f"Beside {own.id}, which this run created, other runs left equal OAuth clients behind: {others}.",
            )
        return own, f"The list of organization {self._organization!r} does not show OAuth client {own.id} yet."

    def _give_way(self, desired: Desired, own: OAuthClient, oldest: OAuthClient) -> Settled:
        self._remove(own)
        kept = api.read_client(self._client, oldest.id, self._organization)
        if kept is None:
            raise OutcomeUnknown(
                f"The {desired.where} in organization {self._organization!r} was removed while several runs created "
                "it. Run again: it will be created."
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

    def _adopt(self, client: TfeClient, desired: Desired, lost: VcsError) -> OAuthClient:
        """The client that a lost create has made, or that another run has made meanwhile."""
        for wait in (0.0, *LOST_LOOKS):
            client.pause(wait)
            try:
                fresh = self._fresh(desired, api.list_clients(client, self._organization))
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
            if not twins or not self._client.may_be_younger(twins[-1].created, SETTLED):
                break
            self._client.pause(wait)
            twins = self._fresh(desired, self._list(affected_workspaces=True), own)
        if len(twins) > 1 and all(self._can_be_lost(twin, self._adopted[own.id]) for twin in twins[1:]):
            for twin in twins[1:]:
                self._remove(twin)
            return twins[0], (
                f"The answer to a create was lost, and {', '.join(twin.id for twin in twins[1:])} was left behind "
                f"beside {twins[0].id}: no run and no workspace used it, so it was removed again."
            )
        raise OutcomeUnknown(
            f"The answer to a create was lost, and the {desired.where} of organization {self._organization!r} has "
            f"several new OAuth clients: {', '.join(twin.describe() for twin in twins) or 'none any more'}. Remove all "
            "but one by oauth_client_id (state=absent)."
        )

    def _can_be_lost(self, twin: OAuthClient, sent: float) -> bool:
        """Whether a create that was not answered can have made it, and no workspace uses it."""
        return twin.created >= sent and twin.values.get("affected_workspaces_count") == 0

    def _list(self, affected_workspaces: bool = False) -> list[OAuthClient]:
        return api.list_clients(self._client, self._organization, affected_workspaces)

    def _fresh(self, desired: Desired, clients: list[OAuthClient], own: OAuthClient | None = None) -> list[OAuthClient]:
        """What fits the connection and was neither there before nor made by this task for another, the oldest first."""
        others = self._known | (self._made - {own.id if own else None})
        fresh = [client for client in matching.candidates(desired, clients) if client.id not in others]
        return sorted(fresh, key=lambda client: client.age_key)
