# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Readings of texts that hold other texts as runs of base64 or hexadecimal digits."""

from __future__ import annotations

import base64
import re
import typing as t

from .reading import Reading, Segment

#: Shorter runs of base64 or hexadecimal digits cannot hold a secret of eight characters.
_SHORTEST_BASE64 = 11
_SHORTEST_TEXT = 8

# Patterns are compiled when there is something for them to find.
_BASE64 = rb"[A-Za-z0-9+/_-]{%d,}" % _SHORTEST_BASE64
_HEXADECIMAL = rb"[0-9A-Fa-f]{%d,}" % (2 * _SHORTEST_TEXT)
_HEX_DUMP = rb"[0-9A-Fa-f]{2}(?:(?:[:,;. -]|0[xX])+[0-9A-Fa-f]{2}){%d,}" % (_SHORTEST_TEXT - 1)
_HEX_DIGITS = rb"(?:0[xX])?([0-9A-Fa-f]{2})"
#: Random bytes are hardly ever text for this many characters, so most runs that only look encoded are skipped.
_TEXT = rb"[\t\n\r\x20-\x7e\x00]{%d,}" % _SHORTEST_TEXT
_STANDARD_BASE64 = bytes.maketrans(b"-_", b"+/")


def of_base64(original: Reading, offset: int) -> Reading | None:
    """Decode runs of base64 digits. None if no run holds text."""

    def decode(run: bytes) -> bytes:
        digits = run.translate(_STANDARD_BASE64)
        return base64.b64decode(digits + b"A" * (-len(digits) % 4))

    return _decoded(original, _BASE64, decode, offset, (4, 3))


def of_hexadecimal(original: Reading, offset: int) -> Reading | None:
    """Decode runs of hexadecimal digits. None if no run holds text."""

    def decode(run: bytes) -> bytes:
        return bytes.fromhex(run[: len(run) // 2 * 2].decode())

    return _decoded(original, _HEXADECIMAL, decode, offset, (2, 1))


def of_hex_dump(original: Reading) -> Reading | None:
    """Decode hexadecimal bytes with separators between them. None if no run holds text."""

    def decode(run: bytes) -> bytes:
        return bytes.fromhex(b"".join(re.findall(_HEX_DIGITS, run)).decode())

    return _decoded(original, _HEX_DUMP, decode, 0, (0, 1))


def _texts(decoded: bytes) -> t.Iterator[tuple[int, bytes]]:
    """Where in decoded bytes there is text, and the text."""
    if not decoded.isascii():
        try:
            decoded.decode()
        except UnicodeDecodeError:
            pass
        else:
            yield 0, decoded
            return
    for text in re.finditer(_TEXT, decoded):
        yield text.start(), text[0]


def _decoded(
    original: Reading,
    pattern: bytes,
    decode: t.Callable[[bytes], bytes],
    offset: int,
    ratio: tuple[int, int],
) -> Reading | None:
    """All texts that runs of digits hold, one a line; ``offset`` digits at the beginning of each run are left out."""
    pieces: list[bytes] = []
    segments: list[Segment] = []
    size = 0
    for run in re.finditer(pattern, original.data):
        start = run.start() + offset
        for skipped, piece in _texts(decode(original.data[start : run.end()])):
            segments.append(Segment(size, size + len(piece), start, run.end(), *ratio, skipped))
            pieces.append(piece)
            size += len(piece) + 1
    return Reading(b"\n".join(pieces), original, lambda: segments) if pieces else None
