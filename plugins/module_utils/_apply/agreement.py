# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Agrees with concurrent runs that create the same connection on the OAuth client that stays.

create_once.py describes the protocol. Its steps 1 to 4 are here.
"""

from __future__ import annotations

import typing as t

from .._base.errors import NotApplied, OutcomeUnknown, VcsError
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient
from .create_once import Creator
from .outcome import Outcome
from .settling import LOOKS, WATCHED, Settling

#: Seconds for which a run looks for its own client in lists that do not show it.
STALE = 3.0
#: Seconds between looks whether a client is gone whose removal the server did not confirm.
GONE_LOOKS = (0.2, 0.4, 0.8)
#: Seconds that a removal can take to arrive and to be seen.
MARGIN = 1.0

_REMOVE_ALL_BUT_ONE = "Remove all but one by oauth_client_id (state=absent)."


class Agreement:
    """Finds the client that stays for each connection that this run has created in one organization."""

    def __init__(self, client: TfeClient, organization: str, creator: Creator, settling: Settling) -> None:
        self._client = client
        self._organization = organization
        self._creator = creator
        self._settling = settling

    def list_twins(self) -> list[OAuthClient]:
        """List the organization's clients as soon as every older twin of what was created must be visible.

        Raises OutcomeUnknown if the list cannot be read: other runs are then not ruled out.
        """
        return self._list(self._creator.time_until_visible(self._now()))

    def reach(self, outcome: Outcome, clients: list[OAuthClient]) -> OAuthClient | None:
        """Return the client that stays, given the list of list_twins.

        The outcome stays true if an error is raised: once this run has removed its own client, it has none.
        """
        own = outcome.client
        if own is None:
            return None
        if not self._creator.is_own(own):
            outcome.client = None  # it can be another run's, and about to be removed
            outcome.client = self._surviving_client(outcome.desired, own, clients)
            return outcome.client
        return self._keep_or_give_way(outcome, own, clients)

    def _keep_or_give_way(self, outcome: Outcome, own: OAuthClient, clients: list[OAuthClient]) -> OAuthClient:
        """Watch the list until this run's own client is alone in it, or has to be removed."""
        watched = 0.0
        seen: float | None = None
        for look in LOOKS:
            twins = self._creator.fresh(outcome.desired, clients, own)
            if own.id in (twin.id for twin in twins):
                if len(twins) == 1:
                    return own if own.oauth_token_ids else twins[0]
            elif twins or watched >= STALE:
                if self._read(own) is None:
                    return self._continue_without(outcome, own)
                if not twins:
                    outcome.warnings.append(
                        f"The list of organization {self._organization!r} does not show OAuth client {own.id} yet."
                    )
                    return own
                twins = sorted([*twins, own], key=lambda each: each.age_key)
            others = [twin for twin in twins if twin.id != own.id]
            if others:
                seen = self._now() if seen is None else seen
                if self._must_give_way(own, twins, max(self._now() - seen, watched)):
                    self._remove(outcome, own, others)
                    return self._continue_without(outcome, own)
                if not any(map(self._settling.can_go, others)):
                    break
            clients = self._list(look)
            watched += look
        raise OutcomeUnknown(
            f"This run created OAuth client {own.id} for the {outcome.desired.description} of organization "
            f"{self._organization!r}, and duplicates that appeared at the same time remain: {_named(others)}. "
            f"{_REMOVE_ALL_BUT_ONE}"
        )

    def _must_give_way(self, own: OAuthClient, twins: list[OAuthClient], beside: float) -> bool:
        """Whether the own client must go, after it was beside the others for so many seconds."""
        is_first, timed = twins[0].id == own.id, self._are_timed(twins)
        if is_first:
            return not timed and WATCHED <= beside < 2 * WATCHED
        if not timed and self._last_removal(own) < self._now() and beside < 3 * WATCHED:
            return False  # another run can give way to this client until then
        return self._read(twins[0]) is not None  # the list can be older than its removal

    def _last_removal(self, own: OAuthClient) -> float:
        """When the own client can last be removed without ``created-at``: other runs wait for WATCHED seconds."""
        return self._creator.made_at(own) + WATCHED - MARGIN

    def _are_timed(self, twins: list[OAuthClient]) -> bool:
        return all(map(self._settling.is_timed, twins))

    def _remove(self, outcome: Outcome, own: OAuthClient, others: list[OAuthClient]) -> None:
        """Remove the run's own client. Raises VcsError if it stays, or if that is not known."""
        failure = self._try_to_remove(own, others)
        if failure is None:
            return
        try:
            gone = self._is_gone(own)
        except VcsError:
            outcome.client = None
            raise OutcomeUnknown(
                f"{failure.message} It is not known whether OAuth client {own.id}, which this run created, still "
                f"exists. Another run created the same connection at the same time ({_named(others)}). If {own.id} "
                "exists too, remove it by oauth_client_id (state=absent).",
                failure.status,
                failure.errors,
            ) from None
        if not gone:
            failure.message += (
                f" Another run created the same connection at the same time ({_named(others)}), and {own.id}, which "
                f"this run created, could not be removed. {_REMOVE_ALL_BUT_ONE}"
            )
            raise failure

    def _try_to_remove(self, own: OAuthClient, others: list[OAuthClient]) -> VcsError | None:
        """Return None if the server confirms the removal, otherwise what it did instead."""
        last = self._last_removal(own)
        if own.age_key > others[0].age_key and self._now() < last and not self._are_timed([own, *others]):
            self._client.retry_until = last
        try:
            if api.delete_client(self._client, own):
                return None
        except VcsError as error:
            return error
        finally:
            self._client.retry_until = float("inf")
        return NotApplied(f"The server did not confirm the removal of OAuth client {own.id}.")

    def _is_gone(self, own: OAuthClient) -> bool:
        for wait in GONE_LOOKS:
            if self._read(own) is None:
                return True
            self._client.pause(wait)
        return False

    def _continue_without(self, outcome: Outcome, own: OAuthClient) -> OAuthClient:
        """Continue with the client of another run, now that the own one is gone."""
        outcome.client, outcome.changed, outcome.action = None, False, "unchanged"
        outcome.client = kept = self._surviving_client(outcome.desired, own, self._list(0.0))
        outcome.warnings.append(
            f"Another run created the same connection at the same time: its OAuth client {kept.id} is kept, and "
            f"{own.id}, which this run had just created, was removed."
        )
        return kept

    def _surviving_client(self, desired: Desired, own: OAuthClient, clients: list[OAuthClient]) -> OAuthClient:
        """The only one of the clients that appeared, as soon as it is certain that it stays."""
        watched = 0.0
        for look in LOOKS:
            twins = self._creator.fresh(desired, clients, own)
            wait = look
            if len(twins) == 1:
                wait = self._settling.time_until_final(twins[0])
                if not wait:
                    return twins[0]
            elif not self._can_change(twins, watched):
                break
            clients = self._list(wait)
            watched += wait
        if not twins:
            raise OutcomeUnknown(
                f"The {desired.description} in organization {self._organization!r} was removed while several runs "
                "created it. Run again to create it."
            )
        raise OutcomeUnknown(
            f"Several runs created the {desired.description} of organization {self._organization!r} at the same time, "
            f"and more than one OAuth client remains: {_named(twins)}. {_REMOVE_ALL_BUT_ONE}"
        )

    def _can_change(self, twins: list[OAuthClient], watched: float) -> bool:
        """Whether a later list can show something else."""
        return any(map(self._settling.can_go, twins)) if twins else watched < STALE

    def _read(self, client: OAuthClient) -> OAuthClient | None:
        return api.read_client(self._client, client.id, self._organization)

    def _list(self, wait: float) -> list[OAuthClient]:
        try:
            return self._settling.read_again(wait)
        except VcsError as error:
            raise OutcomeUnknown(
                f"{error.message} It is therefore not known whether another run created the same connection at the "
                "same time. Run again.",
                error.status,
                error.errors,
            ) from None

    def _now(self) -> float:
        return self._client.clock.monotonic()


def _named(clients: t.Iterable[OAuthClient]) -> str:
    return ", ".join(client.describe() for client in clients)
