# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the sandbox. They can change while it runs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .personalities import PERSONALITIES
from .unknowns import Unknowns

if TYPE_CHECKING:
    from .personality import Personality


@dataclass
class Settings:
    personality: Personality = PERSONALITIES["hcp"]
    chosen: Unknowns = field(default_factory=Unknowns)
    """The answers asked for; `unknowns` has those in force."""
    rate_limit: int | None = None
    """Requests a second and user; None: no limit and no headers."""
    latency: float = 0.0
    """Seconds every API request takes at least."""

    @property
    def unknowns(self) -> Unknowns:
        return dataclasses.replace(self.chosen, **self.personality.settled)
