# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds names of variables and options that are unknown, usually because they are misspelled."""

from __future__ import annotations

import re
import typing as t
from difflib import SequenceMatcher

#: How similar two names must be for one to count as a misspelling of the other.
_SIMILAR = 0.75
#: A name that can be shown. Anything else may be a secret in the place of a name.
_PLAIN = re.compile(r"[a-z][a-z_]{0,59}")


def _nearest(name: str, known: t.Iterable[str]) -> str | None:
    """The known name that the given one most resembles, None if it resembles none."""
    compared = [(SequenceMatcher(None, name.lower(), other).ratio(), other) for other in known]
    ratio, other = max(compared, default=(0.0, None))
    return other if ratio >= _SIMILAR else None


def shown(name: t.Any) -> str:
    """Return a name for a message. Anything that does not look like the name of an option is not shown."""
    return name if isinstance(name, str) and _PLAIN.fullmatch(name) else "(a name that is not shown)"


def unknown_variables(
    names: t.Iterable[str],
    prefix: str,
    known: t.Collection[str],
    *,
    known_prefix: str | None = None,
    only_similar: bool = False,
) -> list[str]:
    """Return a sentence for each unknown variable with the prefix. A second underscore marks internal names.

    Known names can have another prefix. With ``only_similar``, names that resemble no known one are taken for the
    user's own variables.
    """
    own = sorted(name for name in names if name.startswith(prefix) and not name.startswith(f"{prefix}_"))
    suffixes = {other.removeprefix(known_prefix or prefix): other for other in known}
    sentences = []
    for name in own:
        if name in known:
            continue
        similar = _nearest(name[len(prefix) :], suffixes)
        if similar:
            sentences.append(f"There is no variable {name}. Did you mean {suffixes[similar]}?")
        elif not only_similar:
            sentences.append(f"There is no variable {name}. Known are: {', '.join(sorted(known)) or 'none'}.")
    return sentences
