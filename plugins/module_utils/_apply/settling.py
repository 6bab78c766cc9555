# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Decides whether an OAuth client is final, or whether a concurrent run can still remove it.

create_once.py describes the protocol. A run that only looks for a client has to wait in two cases:

* There is one client, so new that an older one can still appear. The run that created it would then remove it.
* There are several equal clients, some so new that the runs that created them can still be about to remove them.

The age of a client is known from ``created-at`` and the server's clock, or from how long this run has watched it. If
the server reports whole seconds, every age is uncertain by one second. Without ``created-at``, a run can only watch.
"""

from __future__ import annotations

import typing as t

from .._model.oauth_client import OAuthClient
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient

#: Seconds by which created-at can be earlier than the moment when lists begin to show a client.
YOUNG = 0.3
#: Seconds by which created-at is uncertain if the server returns whole seconds.
WHOLE_SECONDS = 1.0
#: Seconds for which a client without created-at is watched before it counts as settled.
WATCHED = 3.0
#: Age in seconds at which every run has removed the client that it gave up.
SETTLED = 12.0
#: Seconds between reads of the list while there are several equal clients. Their sum is longer than SETTLED.
LOOKS = (0.2, 0.4, *(0.8,) * 16)
#: A created-at that is this many seconds ahead of the server's clock is not reliable.
DAY = 86400.0


class Settling:
    """Records how long one task has watched the OAuth clients of one organization."""

    def __init__(self, client: TfeClient, organization: str) -> None:
        self._client = client
        self._clock = client.server_clock
        self._organization = organization
        self._watched: dict[str, float] = {}

    def note(self, clients: t.Iterable[OAuthClient]) -> None:
        """Begin to watch the clients of a list that was just read."""
        for client in clients:
            self._watched.setdefault(client.id, 0.0)

    def read_again(self, wait: float, affected_workspaces: bool = False) -> list[OAuthClient]:
        """Wait so many seconds, then list the organization's clients again."""
        self._client.pause(wait)
        for client_id in self._watched:
            self._watched[client_id] += wait
        clients = api.list_clients(self._client, self._organization, affected_workspaces)
        self.note(clients)
        return clients

    def is_timed(self, client: OAuthClient) -> bool:
        """Whether the server reports when it created the client."""
        return client.created is not None and client.created - self._clock.now()[0] < DAY

    def time_until_final(self, client: OAuthClient) -> float:
        """Seconds to wait until a client that is alone in the list is known to stay; 0 if it is known already."""
        needed = YOUNG + uncertainty(client) if self.is_timed(client) else WATCHED
        left = max(0.0, needed - self._watched.get(client.id, 0.0))
        if client.created is None or not self.is_timed(client) or self._clock.may_be_younger(client.created, needed):
            return left
        return 0.0

    def can_go(self, client: OAuthClient) -> bool:
        """Whether one of several equal clients is so new that its run can still be about to remove it."""
        watched = self._watched.get(client.id, 0.0)
        if client.created is None or not self.is_timed(client):
            return watched < SETTLED
        return watched < SETTLED and self._clock.may_be_younger(client.created, SETTLED + uncertainty(client))


def uncertainty(client: OAuthClient) -> float:
    """Seconds by which a client's created-at can differ from the time of its creation."""
    return WHOLE_SECONDS if client.created is not None and client.created % 1 == 0 else 0.0
