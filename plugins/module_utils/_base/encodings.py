# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Undo the encodings that a server or a library might have put a text into."""

from __future__ import annotations

import typing as t

from .digit_runs import of_base64, of_hex_dump, of_hexadecimal
from .reading import Reading
from .substitutions import (
    of_quoted_printable,
    of_wide,
    unescaped,
    unescaped_by_kind,
    unescaped_punctuation,
    unfolded,
    visible,
)

#: How many encodings are undone, one inside another.
MOST_LAYERS = 6
#: How many bytes are decoded, as a multiple of the text's length. This bounds the time that a server can cost.
_BUDGET = 8
_LEAST_BUDGET = 1_000_000


def readings(data: bytes) -> t.Iterator[Reading]:
    """Yield every reading of a text, beginning with the text as it is."""
    layer = [Reading(data)]
    seen = {data}
    yield layer[0]
    budget = max(_LEAST_BUDGET, _BUDGET * len(data))
    for _layer in range(MOST_LAYERS):
        if budget < 0:
            return
        found = [reading for original in layer for reading in _next_readings(original)]
        layer = []
        for reading in found:
            if reading.data not in seen:
                seen.add(reading.data)
                layer.append(reading)
                budget -= len(reading.data)
        yield from layer


def plain_forms(data: bytes) -> set[bytes]:
    """Return the forms of a secret after the same decoding as the texts that are searched for it."""
    # The last character of a secret can be taken for the beginning of an escape.
    forms = {data, data[:-1] if data.endswith((b"\\", b"%", b"&", b"=")) else data}
    pending = list(forms)
    while pending and len(forms) < 20:
        reading = Reading(pending.pop())
        found = [each.data for each in (unescaped(reading), unfolded(reading), visible(reading)) if each]
        pending += [each for each in found if each not in forms]
        forms.update(found)
    return forms


def _next_readings(original: Reading) -> t.Iterator[Reading]:
    made = [
        unescaped(original),
        *unescaped_by_kind(original),
        unescaped_punctuation(original),
        of_quoted_printable(original),
        visible(original),
        unfolded(original),
    ]
    if not original.data.isascii():
        made += [of_wide(original, "utf-16-le"), of_wide(original, "utf-16-be")]
    made += [of_base64(original, offset) for offset in range(4)]
    made += [of_hexadecimal(original, offset) for offset in range(2)]
    made.append(of_hex_dump(original))
    return (reading for reading in made if reading)
