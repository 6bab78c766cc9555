# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The clock and random numbers. Tests replace them."""

from __future__ import annotations

import random
import time
from threading import Event


class Clock:
    """The clock of this host and a source of random numbers."""

    def __init__(self) -> None:
        self._stopped = Event()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep for so many seconds, or until another thread calls ``stop``."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """End this and all later sleeps at once."""
        self._stopped.set()

    def jitter(self, most: float) -> float:
        """A random number of seconds between 0 and ``most``."""
        return random.uniform(0, most)
