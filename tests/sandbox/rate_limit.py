# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's rate limit: so many requests in every second, counted for each user."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Quota:
    """What is left after one request; `reset` is in seconds, fractional."""

    allowed: bool
    limit: int
    remaining: int
    reset: float

    @property
    def headers(self) -> dict[str, str]:
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": f"{self.reset:.3f}",
        }


class RateLimiter:
    """Windows of one second, opened by a user's first request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, user: str, limit: int) -> Quota:
        with self._lock:
            now = self._clock()
            start, used = self._windows.get(user, (now, 0))
            if now - start >= 1.0:
                start, used = now, 0
            self._windows[user] = (start, used + 1)
        return Quota(used < limit, limit, max(0, limit - used - 1), 1.0 - (now - start))

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()
