# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time in every form in which servers and people write them."""

from __future__ import annotations

import math

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.timestamps import oldest_if_unknown, seconds_since_1970

MIDNIGHT = 1772582400.0  # 2026-03-04T00:00:00Z
MOMENT = 1772622245.0  # 2026-03-04T11:04:05Z


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-04T11:04:05Z", MOMENT),
        ("2026-03-04t11:04:05z", MOMENT),
        ("2026-03-04 11:04:05 UTC", MOMENT),
        ("2026-03-04 11:04:05  GMT", MOMENT),
        ("2026-03-04T11:04:05", MOMENT),
        (" 2026-03-04T11:04:05Z\n", MOMENT),
        ("2026-03-04T11:04Z", MOMENT - 5),
        ("20260304T110405Z", MOMENT),
        # Go writes as many digits as it needs, up to nine.
        ("2026-03-04T11:04:05.5Z", MOMENT + 0.5),
        ("2026-03-04T11:04:05,25Z", MOMENT + 0.25),
        ("2026-03-04T11:04:05.250Z", MOMENT + 0.25),
        ("2026-03-04T11:04:05.250000Z", MOMENT + 0.25),
        ("2026-03-04T11:04:05.125000000Z", MOMENT + 0.125),
        ("2026-03-04T11:04:05.125000000000Z", MOMENT + 0.125),
        ("2026-03-04T12:04:05.25+01:00", MOMENT + 0.25),
        ("2026-03-04T12:04:05+01", MOMENT),
        ("2026-03-04 06:04:05 -0500", MOMENT),
        ("2026-03-04T10:34:05-00:30", MOMENT),
        ("2026-03-04", MIDNIGHT),
        ("2026-03-04 UTC", MIDNIGHT),
        ("20260304", MIDNIGHT),
        ("1970-01-01", 0.0),
        ("0001-01-01T00:00:00Z", -62135596800.0),
    ],
)
def test_every_usual_form(text, seconds):
    assert seconds_since_1970(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        None, "", "soon", "11:04:05", "2026", "2026-03", "2026-0304", "2026-03-04T", "2026-03-04T11:0405",
        "2026-02-30", "2026-03-04T24:00:00Z", "2026-03-04T11:04:60Z", "2026-03-04T11:04:05.Z", "1772622245", 1772622245,
        {}, "2026-03-04T11:04:05Z x", "x 2026-03-04T11:04:05Z", "2026-03-04T11:04:05+24:00",
        "2026-03-04T11:04:05+01:60", "\u0662026-03-04", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
        "0000-01-01",
    ],
)  # fmt: skip
def test_anything_else_is_unknown(text):
    assert seconds_since_1970(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("2026-03-04T11:04:05Z", MOMENT), ("2026-03-04T11:04Z", None), ("2026-03-04", None)]
)
def test_a_time_without_seconds_where_they_are_needed(text, seconds):
    assert seconds_since_1970(text, needs_seconds=True) == seconds


@pytest.mark.parametrize("day", ["2026-03-04", "9999-12-31"])
def test_a_fraction_never_reaches_the_next_second(day):
    """The second after the last one of .NET is in a year that Python does not have."""
    whole = seconds_since_1970(f"{day}T23:59:59Z")
    assert math.floor(seconds_since_1970(f"{day}T23:59:59.{'9' * 40}Z")) == whole


def test_what_cannot_be_read_counts_as_the_oldest():
    texts = ["2026-03-04T11:04:05Z", "soon", "0001-01-01T00:00:00Z", "2026-03-04T12:04:04+01:00"]
    assert sorted(texts, key=oldest_if_unknown) == [texts[1], texts[2], texts[3], texts[0]]
    assert oldest_if_unknown(None) == float("-inf")
