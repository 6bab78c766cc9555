# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Makes text from people and servers safe for a terminal and a log."""

from __future__ import annotations

import typing as t

#: Shown in place of a character that would move the cursor, start a line or hide or reorder text.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Control characters, invisible formatting (such as right-to-left overrides), surrogates, line and paragraph ends.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(value: t.Any) -> str:
    """The value as one line of text that a terminal shows as it is."""
    text = str(value)
    if text.isprintable():
        return text
    import unicodedata

    return "".join(REPLACEMENT if unicodedata.category(each) in _ACTIVE else each for each in text)


def some(names: t.Sequence[str], most: int = 10) -> str:
    """The first names, and how many more there are, for a message."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
