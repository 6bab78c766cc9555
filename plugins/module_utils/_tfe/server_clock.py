# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Estimates the server's clock."""

from __future__ import annotations

import typing as t
from email.utils import parsedate_to_datetime

from .._base.clock import Clock

#: Seconds by which the server's clock and this host's can differ and still count as the same.
CLOCKS_AGREE = 1.0


class ServerClock:
    """The server's clock, learned from the ``Date`` header of its answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._date: float | None = None
        self._read_at = 0.0
        self._asked_at = 0.0
        #: Seconds from sending the latest answered request, after any wait for its turn, to its answer.
        self.took = 0.0

    def asked(self) -> None:
        """Note that a request is about to be sent."""
        self._asked_at = self._clock.monotonic()

    def answered(self, headers: t.Mapping[str, str]) -> None:
        """Learn from the headers of an answer."""
        self._date, self._read_at = timestamp(headers.get("Date")), self._clock.monotonic()
        self.took = self._read_at - self._asked_at

    def now(self) -> tuple[float, float]:
        """The server's time in seconds since 1970, and by how many seconds that can be wrong.

        The server reports whole seconds. This host's clock is finer, so it is used if the two agree.
        """
        if self._date is None:
            return self._clock.time(), 0.0
        now = self._date + 0.5 + self._clock.monotonic() - self._read_at
        here = self._clock.time()
        return (here, 0.0) if abs(here - now) < CLOCKS_AGREE else (now, CLOCKS_AGREE)

    def may_be_younger(self, created: float, seconds: float) -> bool:
        """Whether something created at a time (seconds since 1970) can have been younger than that when it was read.

        The server can have read it as soon as it was asked.
        """
        now, error = self.now()
        age = now - created - (self._clock.monotonic() - self._asked_at)
        return age < seconds + error


def timestamp(date: str | None) -> float | None:
    """Seconds since 1970 of a date in a header, None if it is not one."""
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
