# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Fits text into the columns of a terminal."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

#: The task debug shows these with a backslash before them.
_ESCAPED = frozenset('"\\')
_DOTS = "..."
#: What separates two columns.
GAP = "  "
#: How many characters a column can hold. Combining marks take no column, and more than any script needs hide the text.
_MOST_CHARACTERS = 4


def width(text: str) -> int:
    """How many columns of a terminal the text takes when the task debug shows it."""
    return sum(map(_columns, text))


def padded(text: str, columns: int) -> str:
    """The text with spaces up to so many columns."""
    return text + " " * (columns - width(text))


def shorten(text: str, columns: int) -> str:
    """The text, or its beginning and three dots, in so many columns of a terminal."""
    if width(text) <= columns and len(text) <= columns * _MOST_CHARACTERS:
        return text
    kept = _beginning(text, columns - len(_DOTS))
    return kept.rstrip() + _DOTS


def wrap(text: str, columns: int) -> list[str]:
    """The words of a text in lines of so many columns; a longer word is cut."""
    lines = [""]
    for word in text.split():
        while width(f"{lines[-1]} {word}".lstrip()) > columns:
            if not lines[-1]:
                lines[-1] = _beginning(word, columns)
                word = word[len(lines[-1]) :]  # noqa: PLW2901 - what is left of it
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return list(filter(None, lines))


def _beginning(text: str, columns: int) -> str:
    """As much of the text as fits."""
    for end, taken in enumerate(accumulate(map(_columns, text))):
        if taken > columns or end >= columns * _MOST_CHARACTERS:
            return text[:end]
    return text


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    if character in _ESCAPED:
        return 2
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
