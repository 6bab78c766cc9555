# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds the OAuth client of a create whose answer was lost, without sending the create again."""

from __future__ import annotations

import typing as t

from .._base.errors import OutcomeUnknown, VcsError
from .._model.oauth_client import OAuthClient
from .._tfe.client import TfeClient

#: Seconds between looks, as long as nothing is seen.
LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
#: Seconds after which no further look is begun, and no failed one repeated.
LONGEST_SEARCH = 20.0


def what_was_created(client: TfeClient, look: t.Callable[[], list[OAuthClient]], lost: VcsError) -> OAuthClient:
    """Return the oldest client that appears in ``look``. The lost create or another run has created it.

    Raises OutcomeUnknown if none appears.
    """
    end = client.clock.monotonic() + LONGEST_SEARCH
    client.retry_until, why = end, ""
    try:
        for wait in LOOKS:
            if client.clock.monotonic() + wait > end:
                break
            client.pause(wait)
            try:
                found = look()
            except VcsError as error:
                why = f"The list of OAuth clients could not be read ({error.code})"
                continue
            if found:
                return found[0]
            why = "None appeared so far"
    finally:
        client.retry_until = float("inf")
    raise OutcomeUnknown(
        f"{lost.message} It is not known whether the OAuth client was created, so the request was not retried. {why}. "
        "Run again: if the client exists by then, it is found.",
        lost.status,
        lost.errors,
    )
