# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Points in time as servers and people write them.

Up to Python 3.10, ``fromisoformat`` reads only some of the forms.
"""

from __future__ import annotations

import math
import re
import typing as t
from datetime import datetime, timedelta, timezone

_TIMESTAMP = re.compile(
    r"""
    (?P<year>\d{4}) (?P<dash>-?) (?P<month>\d\d) (?P=dash) (?P<day>\d\d)
    (?:
        [T ] (?P<hour>\d\d) (?P<colon>:?) (?P<minute>\d\d)
        (?: (?P=colon) (?P<second>\d\d) (?: [.,] (?P<fraction>\d+) )? )?
    )?
    \ * (?: Z | UTC | GMT | (?P<sign>[+-]) (?P<hours>\d\d) (?: :? (?P<minutes>[0-5]\d) )? )?
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def seconds_since_1970(text: t.Any, *, needs_seconds: bool = False) -> float | None:
    """Read a date or a time in ISO 8601, with a fraction of any length. None for anything else.

    A date or a minute is its first second, unless ``needs_seconds``. Without a time zone it is UTC.
    """
    found = _TIMESTAMP.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or (needs_seconds and not found["second"]):
        return None
    year, month, day, hour, minute, second, hours, minutes = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second", "hours", "minutes")
    )
    ahead = timedelta(hours=hours, minutes=minutes)
    try:
        zone = timezone(-ahead if found["sign"] == "-" else ahead)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        whole = moment.astimezone(timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None
    # Rounding must not lead to the next second, which can be in the year 10000, unknown to Python.
    return min(whole + float(f"0.{found['fraction'] or 0}"), math.nextafter(whole + 1, whole))


def oldest_if_unknown(text: t.Any) -> float:
    """Sorts timestamps from the oldest to the newest. One that cannot be read counts as the oldest."""
    seconds = seconds_since_1970(text)
    return float("-inf") if seconds is None else seconds
