# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The wait before a retry."""

from __future__ import annotations

import typing as t

from .._base.clock import Clock
from .server_clock import timestamp

#: Seconds: the first wait without advice from the server, and the longest wait with or without it.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0


def wait_before(attempt: int, advice: float | None, clock: Clock) -> float:
    """Seconds before the next attempt: the server's advice, else doubling; jittered to keep runs out of step."""
    step = FIRST_WAIT * 2**attempt
    wait, jitter = (advice, FIRST_WAIT) if advice is not None else (step, step)
    return min(wait + clock.jitter(jitter), LONGEST_WAIT)


def advice_of(headers: t.Mapping[str, str], clock: Clock) -> float | None:
    """Seconds that the server asks to wait: Retry-After (seconds or a date), else x-ratelimit-reset (seconds)."""
    after = headers.get("Retry-After", "")
    seconds, date = _seconds(after), timestamp(after)
    if seconds is None and date is not None:
        seconds = max(0.0, date - clock.time())
    return _seconds(headers.get("x-ratelimit-reset", "")) if seconds is None else seconds


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
