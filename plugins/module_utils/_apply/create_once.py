# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Creates an OAuth client once, even if the answer is lost or other runs create the same one at the same time.

The server accepts any number of equal clients, so concurrent runs have to agree by themselves. They decide by what all
of them see: the list of clients, ordered by ``created-at`` and then by ID. A run never removes anything but the client
that the server confirmed to this very run.

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

from .._base.errors import InvalidAnswer, Lost
from .._model import matching
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient
from .lost_create import what_was_created
from .settling import YOUNG, uncertainty

#: How many times the duration of its own create a run waits for others, and the most that this can be, in seconds.
CREATES, LONGEST_CREATE = 2, 2.0
#: Seconds in which a create can still be carried out after its answer was lost.
LATE = 3.0


class Creator:
    """Creates OAuth clients of one organization; ``known`` are the IDs of those in the task's first list.

    Several threads can create at the same time, so each only adds to what is kept here.
    """

    def __init__(self, organization: str, known: t.Iterable[str]) -> None:
        self._organization = organization
        self._known = frozenset(known)
        self._made: set[str] = set()
        #: What was taken for the work of creates whose answers were lost.
        self._adopted: set[str] = set()
        #: When each create was answered, on the monotonic clock.
        self._made_at: dict[str, float] = {}
        #: When answers to creates were found to be lost.
        self._lost_at: list[float] = []
        #: Seconds until older twins of what was created must be visible.
        self._waits = [YOUNG]

    def create(self, client: TfeClient, plan: Plan) -> OAuthClient:
        """Send the create once, through this client, and find what it has made if its answer is lost.

        Several threads can create connections to different URLs. Raises OutcomeUnknown if nothing is found.
        """

        def look() -> list[OAuthClient]:
            return self.fresh(plan.desired, api.list_clients(client, self._organization))

        def look_before_retry() -> None:
            if look():
                raise Lost(f"The server refused to create the {plan.desired.description}, but it appeared.", 429)

        try:
            made = api.create_client(client, self._organization, plan.attributes, plan.secrets, look_before_retry)
        except (Lost, InvalidAnswer) as lost:
            self._lost_at.append(client.clock.monotonic())
            made = what_was_created(client, look, lost)
            self._adopted.add(made.id)
        else:
            self._made_at[made.id] = client.clock.monotonic()
            if made.created is not None:  # without it, waiting for older clients has no use
                took = min(CREATES * client.server_clock.took, LONGEST_CREATE)
                self._waits.append(max(YOUNG, took) + uncertainty(made))
        self._made.add(made.id)
        return made

    def is_own(self, client: OAuthClient) -> bool:
        """Whether the server confirmed to this run that it created the client."""
        return client.id not in self._adopted

    def made_at(self, client: OAuthClient) -> float:
        """When the create of an own client was answered, on the monotonic clock."""
        return self._made_at[client.id]

    def time_until_visible(self, now: float) -> float:
        """Seconds until every older twin of what was created must be visible."""
        return max([*self._waits, *(lost + LATE - now for lost in self._lost_at)])

    def fresh(self, desired: Desired, clients: list[OAuthClient], own: OAuthClient | None = None) -> list[OAuthClient]:
        """What fits the connection and was neither there before nor made by this task for another, the oldest first."""
        others = self._known | (self._made - {own.id if own else None})
        fresh = [client for client in matching.candidates(desired, clients) if client.id not in others]
        return sorted(fresh, key=lambda each: each.age_key)
