# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Text from people and servers, made safe for a terminal."""

from __future__ import annotations

import typing as t
import unicodedata

#: Shown in place of a character that would move the cursor, start a line or hide or reorder text.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Control characters, invisible formatting (such as right-to-left overrides), surrogates, line and paragraph ends.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(value: t.Any) -> str:
    """The value as one line of text that a terminal shows as it is."""
    return "".join(REPLACEMENT if unicodedata.category(each) in _ACTIVE else each for each in str(value))


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
