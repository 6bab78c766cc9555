# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""One pace for all requests of a task, whatever thread sends them: just below the server's rate limit.

The server reports with every answer how many requests are left and after how many (fractional) seconds there are more:
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs#rate-limiting). Terraform Enterprise may report nothing,
which means that there is no limit.
"""

from __future__ import annotations

import typing as t
from threading import Condition
from time import monotonic

#: Seconds: the longest wait for the server's limit to renew before a request is sent anyway.
LONGEST = 5.0
#: Seconds by which servers round.
MARGIN = 0.005
#: Requests per second if the server does not report them.
USUAL_LIMIT = 30.0


class Pace:
    """Keeps the number of open requests below the rest of the limit that the server reports.

    Some servers renew the whole allowance at once, others a little all the time. So from the moment of renewal on it
    grows by the limit's rate, until the next answer reports what is really left.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._left: int | None = None
        self._under_way = 0
        self._renewed_at = 0.0
        self._interval = 1 / USUAL_LIMIT
        self._grows = False

    def start(self) -> None:
        """Wait until a request may be sent."""
        with self._changed:
            while self._left is not None and self._left <= self._under_way:
                wait = self._renewed_at - monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                else:
                    self._left += 1
                    self._grows = True
                    self._renewed_at = monotonic() + self._interval
            self._under_way += 1

    def finish(self, headers: t.Mapping[str, str]) -> None:
        """Learn from the headers of an answer, or from none if there was no answer."""
        with self._changed:
            self._under_way -= 1
            try:
                # A negative rest counts as zero.
                left = max(int(float(headers["x-ratelimit-remaining"])), 0)
                renewed_in = min(max(0.0, float(headers["x-ratelimit-reset"])), LONGEST)
                limit = float(headers.get("x-ratelimit-limit", USUAL_LIMIT))
            except (KeyError, ValueError, OverflowError):
                if self._left is not None:
                    self._left = max(self._left - 1, 0)
                return
            now = monotonic()
            if self._left is not None and not self._grows and now < self._renewed_at:
                left = min(left, self._left)  # answers overtake each other
            self._left, self._grows = left, False
            self._renewed_at = now + renewed_in + MARGIN
            self._interval = 1 / max(1.0, limit)
            self._changed.notify_all()
