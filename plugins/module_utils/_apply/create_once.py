# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Creates an OAuth client once, even if the answer is lost or other runs create the same one at the same time.

The server accepts any number of equal clients, so concurrent runs have to agree by themselves. They go by what all of
them read alike: the list of clients, ordered by ``created-at`` and then by ID. A run never removes anything but the
client that the server confirmed to this very run.

1. After its create was answered, a run waits until every older client must be visible, and lists again. It waits 0.3
   seconds. Where creates take long, it waits twice as long as its own took, up to 2 seconds. Where the server reports
   whole seconds, it waits one second more.
2. If its client is the only new one, it stays.
3. If an older one is there, the run removes its own client and goes on with the one that stays.
4. If its own is the oldest, it stays. The run waits for the others to go, because their makers do step 3. If they do
   not go, the run fails and names them all. So a run never succeeds while an equal client is there.
5. A create whose answer was lost is not sent again. The run looks for what has appeared since its first list, and goes
   on with the one that stays. It removes nothing, because it cannot know which client it created. If several stay, it
   fails and names them. After 429, the run looks too before it sends the create again: a gateway can answer 429 to what
   the server has carried out.
6. A run that finds a client waits as long as the client's maker can still remove it (settling.py).

Without ``created-at`` nobody can see who was first. The order is then that of the IDs, and step 4 changes: another run
can have ended with its client before the first in this order was created. So if the others do not go, the run removes
its own client and goes on with what stays. No other run relies on that client, because it was never alone in the list.
Such a run gives way within 6 seconds. A run that is late with step 3 can be the one to which it gives way, so it waits
until 9 seconds are over before it removes its client.

This assumes of the server and the network:

* ``created-at`` is at most 0.3 seconds before the moment when lists begin to show the client. Where creates take
  longer, runs that create cope with that, but a run that only finds a client cannot know it.
* A list shows all that was committed before. If it does not show the run's own client, the run looks again for 3
  seconds.
* A run needs less than 12 seconds from its create to the removal of its client, and 3 without ``created-at``.
* A create whose answer was lost is carried out within 3 seconds, or not at all.

Where that does not hold, equal clients can stay. The next run finds them and fails with their names.
What the task itself created for other connections is never taken for a twin.
"""

from __future__ import annotations

import typing as t

from .._base.errors import InvalidAnswer, Lost, NotApplied, OutcomeUnknown, VcsError
from .._model import matching
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient
from .lost_create import what_was_created
from .outcome import Outcome
from .settling import LOOKS, WATCHED, YOUNG, Settling, uncertainty

#: How many times the duration of its own create a run waits for others, and the most that this can be, in seconds.
CREATES, LONGEST_CREATE = 2, 2.0
#: Seconds for which a run looks for its own client in lists that do not show it.
STALE = 3.0
#: Seconds in which a create can still be carried out after its answer was lost.
LATE = 3.0
#: Seconds between looks whether a client is gone whose removal the server did not confirm.
GONE_LOOKS = (0.2, 0.4, 0.8)
#: Seconds that a removal can take to arrive and to be seen.
MARGIN = 1.0


class Creator:
    """Creates OAuth clients of one organization; ``known`` are the IDs of those in the task's first list."""

    def __init__(self, client: TfeClient, organization: str, known: t.Iterable[str], settling: Settling) -> None:
        self._client = client
        self._organization = organization
        self._known = frozenset(known)
        self._settling = settling
        self._made: set[str] = set()
        #: What was taken for the work of creates whose answers were lost.
        self._adopted: set[str] = set()
        #: When each create was answered, on the monotonic clock.
        self._made_at: dict[str, float] = {}
        self._lost_at = float("-inf")
        self._wait = YOUNG

    def create(self, client: TfeClient, plan: Plan) -> OAuthClient:
        """Send the create once, through this client, and find what it has made if its answer is lost.

        Several threads can create connections to different URLs. Raises OutcomeUnknown if nothing is found.
        """

        def look() -> list[OAuthClient]:
            return self._fresh(plan.desired, api.list_clients(client, self._organization))

        def look_before_retry() -> None:
            if look():
                raise Lost(f"The server refused to create the {plan.desired.description}, but it appeared.", 429)

        try:
            made = api.create_client(client, self._organization, plan.attributes, plan.secrets, look_before_retry)
        except (Lost, InvalidAnswer) as lost:
            self._lost_at = self._now()
            made = what_was_created(client, look, lost)
            self._adopted.add(made.id)
        else:
            self._made_at[made.id] = client.clock.monotonic()
            if made.created is not None:  # without it, waiting for older clients has no use
                took = min(CREATES * client.took, LONGEST_CREATE)
                self._wait = max(self._wait, max(YOUNG, took) + uncertainty(made))
        self._made.add(made.id)
        return made

    def is_own(self, client: OAuthClient) -> bool:
        """Whether the server confirmed to this run that it created the client."""
        return client.id not in self._adopted

    def read_again(self) -> list[OAuthClient]:
        """List the clients when every older twin of what was created must be visible.

        Raises OutcomeUnknown if the list cannot be read: other runs are then not ruled out.
        """
        late = self._lost_at + LATE - self._now()
        return self._list(max(self._wait, late))

    def agree(self, outcome: Outcome, clients: list[OAuthClient]) -> OAuthClient | None:
        """Agree with concurrent runs, given the list of read_again, on the client that stays, and return it.

        The outcome stays true if an error is raised: once this run has removed its own client, it has none.
        """
        own = outcome.client
        if own is None:
            return None
        if own.id in self._adopted:
            outcome.client = None  # it can be another run's, and about to be removed
            outcome.client = self._the_one_that_stays(outcome.desired, own, clients)
            return outcome.client
        watched = 0.0
        since: float | None = None
        for look in LOOKS:
            twins = self._fresh(outcome.desired, clients, own)
            listed = own.id in (twin.id for twin in twins)
            if listed and len(twins) == 1:
                return own if own.oauth_token_ids else twins[0]
            if not listed and (twins or watched >= STALE):
                if self._read(own) is None:
                    return self._go_on_without(outcome, own)
                if not twins:
                    outcome.warnings.append(
                        f"The list of organization {self._organization!r} does not show OAuth client {own.id} yet."
                    )
                    return own
                twins = sorted([*twins, own], key=_age_key)
            others = [twin for twin in twins if twin.id != own.id]
            since = self._now() if since is None and others else since
            if others and since is not None and self._has_to_go(own, twins, max(self._now() - since, watched)):
                self._remove(outcome, own, others)
                return self._go_on_without(outcome, own)
            if others and not any(map(self._settling.can_go, others)):
                break
            clients = self._list(look)
            watched += look
        raise OutcomeUnknown(
            f"This run created OAuth client {own.id} for the {outcome.desired.description} of organization "
            f"{self._organization!r}, and equal ones appeared at the same time and stay: {_named(others)}. "
            f"{_REMOVE_ALL_BUT_ONE}"
        )

    def _removal_ends(self, own: OAuthClient) -> float:
        """When the own client can no longer be removed without ``created-at``: other runs wait for WATCHED seconds."""
        return self._made_at.get(own.id, 0.0) + WATCHED - MARGIN

    def _is_timed(self, twins: list[OAuthClient]) -> bool:
        return all(map(self._settling.is_timed, twins))

    def _now(self) -> float:
        return self._client.clock.monotonic()

    def _has_to_go(self, own: OAuthClient, twins: list[OAuthClient], beside: float) -> bool:
        """Whether the own client goes, after it was beside the others for so many seconds."""
        is_first, timed = twins[0].id == own.id, self._is_timed(twins)
        if is_first:
            return not timed and WATCHED <= beside < 2 * WATCHED
        if not timed and self._removal_ends(own) < self._now() and beside < 3 * WATCHED:
            return False  # another run can give way to this client until then
        return self._read(twins[0]) is not None  # the list can be older than its removal

    def _remove(self, outcome: Outcome, own: OAuthClient, others: list[OAuthClient]) -> None:
        """Remove the run's own client, and find out whether it is gone if the server does not confirm it."""
        in_time = self._now() < self._removal_ends(own)
        if own.age_key > others[0].age_key and in_time and not self._is_timed([own, *others]):
            self._client.retry_until = self._removal_ends(own)
        failure: VcsError = NotApplied(f"The server accepted the removal of OAuth client {own.id} but still shows it.")
        try:
            if api.delete_client(self._client, own):
                return
        except VcsError as error:
            failure = error
        finally:
            self._client.retry_until = float("inf")
        try:
            for wait in GONE_LOOKS:
                if self._read(own) is None:
                    return
                self._client.pause(wait)
        except VcsError:
            outcome.client = None
            raise OutcomeUnknown(
                f"{failure.message} Whether OAuth client {own.id}, which this run created, is still there is not "
                f"known. An equal one is there: {_named(others)}. If {own.id} is there too, remove it by "
                "oauth_client_id (state=absent).",
                failure.status,
                failure.errors,
            ) from None
        failure.message += (
            f" Another run created the same connection at the same time ({_named(others)}), and {own.id}, which this "
            f"run created, could not be removed again. {_REMOVE_ALL_BUT_ONE}"
        )
        raise failure

    def _go_on_without(self, outcome: Outcome, own: OAuthClient) -> OAuthClient:
        """Go on with the client of another run, now that the own one is gone."""
        outcome.client, outcome.changed, outcome.action = None, False, "unchanged"
        outcome.client = kept = self._the_one_that_stays(outcome.desired, own, self._list(0.0))
        outcome.warnings.append(
            f"Another run created the same connection at the same time: its OAuth client {kept.id} stays, and "
            f"{own.id}, which this run had just created, was removed again."
        )
        return kept

    def _the_one_that_stays(self, desired: Desired, own: OAuthClient, clients: list[OAuthClient]) -> OAuthClient:
        """The only one of the clients that appeared, as soon as it is certain that it stays."""
        watched = 0.0
        for look in LOOKS:
            twins = self._fresh(desired, clients, own)
            if len(twins) == 1:
                wait = self._settling.time_until_final(twins[0])
                if not wait:
                    return twins[0]
            elif watched >= STALE if not twins else not any(map(self._settling.can_go, twins)):
                break
            else:
                wait = look
            clients = self._list(wait)
            watched += wait
        if not twins:
            raise OutcomeUnknown(
                f"The {desired.description} in organization {self._organization!r} was removed while several runs "
                "created it. Run again to create it."
            )
        raise OutcomeUnknown(
            f"Several runs created the {desired.description} of organization {self._organization!r} at the same time, "
            f"and more than one OAuth client stays: {_named(twins)}. {_REMOVE_ALL_BUT_ONE}"
        )

    def _read(self, client: OAuthClient) -> OAuthClient | None:
        return api.read_client(self._client, client.id, self._organization)

    def _list(self, wait: float) -> list[OAuthClient]:
        try:
            return self._settling.read_again(wait)
        except VcsError as error:
            raise OutcomeUnknown(
                f"{error.message} So whether another run created the same connection at the same time could not be "
                "checked. Run again.",
                error.status,
                error.errors,
            ) from None

    def _fresh(self, desired: Desired, clients: list[OAuthClient], own: OAuthClient | None = None) -> list[OAuthClient]:
        """What fits the connection and was neither there before nor made by this task for another, the oldest first."""
        others = self._known | (self._made - {own.id if own else None})
        fresh = [client for client in matching.candidates(desired, clients) if client.id not in others]
        return sorted(fresh, key=_age_key)


_REMOVE_ALL_BUT_ONE = "Remove all but one by oauth_client_id (state=absent)."


def _age_key(client: OAuthClient) -> tuple[float, str]:
    return client.age_key


def _named(clients: t.Iterable[OAuthClient]) -> str:
    return ", ".join(client.describe() for client in clients)
