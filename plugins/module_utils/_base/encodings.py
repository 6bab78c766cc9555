# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Undo the encodings that a server or a library might have put a text into, and find the way back.

A ``Reading`` is a text with some encodings undone. Each reading knows which bytes of the one it was made from stand for
which of its own, so that whatever is found in it can be removed from the original text.
"""

from __future__ import annotations

import base64
import re
import typing as t
from bisect import bisect_right

#: How many encodings are undone, one inside another.
MOST_LAYERS = 6
#: How many bytes are decoded, as a multiple of the text's length. This bounds the time that a server can cost.
_BUDGET = 8
_LEAST_BUDGET = 1_000_000
#: Shorter runs of base64 or hexadecimal digits cannot hold a secret of eight characters.
_SHORTEST_BASE64 = 11
_SHORTEST_TEXT = 8

# Patterns are compiled when there is something for them to find.
#: The kinds of escapes, by the mark that each begins with.
_ESCAPES = {
    b"%": rb"%(?P<percent>[0-9A-Fa-f]{2})",
    b"&": (
        rb"&\#(?P<decimal>[0-9]{1,7})(?:;|(?![0-9A-Za-z\s]))"
        rb"|&\#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,6})(?:;|(?![0-9A-Za-z\s]))"
        rb"|&(?P<entity>[A-Za-z][A-Za-z0-9]{1,30});"
    ),
    b"\\": (
        rb"(?P<surrogates>\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
        rb"|\\u\{?(?P<unicode>(?<=\{)[0-9A-Fa-f]{1,6}(?=\})|(?<!\{)[0-9A-Fa-f]{4})\}?"
        rb"|\\x(?P<byte>[0-9A-Fa-f]{2})"
        rb"|\\(?P<octal>[0-3][0-7]{2})"
        rb"|\\(?P<letter>[abfnrtv0])"
        rb"|\\(?P<mark>[^A-Za-z0-9])"
    ),
}
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"0": b"\0"}
_QUOTED_PRINTABLE = rb"=(?:(?P<byte>[0-9A-Fa-f]{2})|\s+)"
#: Line breaks and indentation inside a folded text.
_FOLDS = rb"\s+|<(?:w?br|BR|WBR)\s*/?>|\xe2\x80[\xa8\xa9]|\xc2[\x85\xa0]"
#: Invisible characters: NUL (UTF-16 read as bytes), zero-width characters, soft hyphens, byte order marks.
_INVISIBLE = rb"\x00+|\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xc2\xad|\xef\xbb\xbf"
#: Characters of two bytes or more, as UTF-16 gives them when its bytes are read in the wrong order.
_WIDE = rb"[\xe0-\xef][\x80-\xbf]{2}|[\xc4-\xdf][\x80-\xbf]"
_BASE64 = rb"[A-Za-z0-9+/_-]{%d,}" % _SHORTEST_BASE64
_HEXADECIMAL = rb"[0-9A-Fa-f]{%d,}" % (2 * _SHORTEST_TEXT)
_HEX_DUMP = rb"[0-9A-Fa-f]{2}(?:(?:[:,;. -]|0[xX])+[0-9A-Fa-f]{2}){%d,}" % (_SHORTEST_TEXT - 1)
_HEX_DIGITS = re.compile(rb"(?:0[xX])?([0-9A-Fa-f]{2})")
#: Random bytes are hardly ever text for this many characters, so most runs that only look encoded are skipped.
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x00]{%d,}" % _SHORTEST_TEXT)
_STANDARD_BASE64 = bytes.maketrans(b"-_", b"+/")


class Segment(t.NamedTuple):
    """Bytes of a reading and those that they were made from.

    ``numerator`` bytes of the original hold ``denominator`` of the reading, ``skipped`` of which are not in it; a
    numerator of 0 means that the original can only be seen as a whole.
    """

    start: int
    end: int
    original_start: int
    original_end: int
    numerator: int = 1
    denominator: int = 1
    skipped: int = 0


class Reading:
    """A text with some of its encodings undone."""

    def __init__(
        self,
        data: bytes,
        original: Reading | None = None,
        segments: t.Callable[[], t.Iterable[Segment]] | None = None,
    ) -> None:
        self.data = data
        self.original = original
        self._make_segments = segments
        self._segments: list[Segment] | None = None
        self._starts: list[int] = []

    def span_in_original(self, start: int, end: int) -> tuple[int, int]:
        """Where the bytes from ``start`` to ``end`` come from in the text that all readings were made of."""
        if self.original is None:
            return start, end
        first, last = self.segment_at(start), self.segment_at(end - 1)
        begin, finish = first.original_start, last.original_end
        if first.numerator:
            begin += (start - first.start + first.skipped) * first.numerator // first.denominator
        if last.numerator:
            used = (end - last.start + last.skipped) * last.numerator
            finish = min(finish, last.original_start - (-used // last.denominator))
        return self.original.span_in_original(begin, finish)

    def segment_at(self, position: int) -> Segment:
        """The segment that holds a byte of this reading."""
        if self._segments is None:
            self._segments = list(self._make_segments()) if self._make_segments else []
            self._starts = [segment.start for segment in self._segments]
        return self._segments[max(bisect_right(self._starts, position) - 1, 0)]


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
        found = [each.data for each in (_unescaped(reading), _unfolded(reading), _visible(reading)) if each]
        pending += [each for each in found if each not in forms]
        forms.update(found)
    return forms


def _next_readings(original: Reading) -> t.Iterator[Reading]:
    made = [
        _unescaped(original),
        *_unescaped_by_kind(original),
        _of_quoted_printable(original),
        _visible(original),
        _unfolded(original),
    ]
    if not original.data.isascii():
        made += [_of_wide(original, "utf-16-le"), _of_wide(original, "utf-16-be")]
    made += [_of_base64(original, offset) for offset in range(4)]
    made += [_of_hexadecimal(original, offset) for offset in range(2)]
    made.append(_of_hex_dump(original))
    return (reading for reading in made if reading)


def _marks(data: bytes) -> list[bytes]:
    return [mark for mark in _ESCAPES if mark in data]


def _unescaped(original: Reading) -> Reading | None:
    marks = _marks(original.data)
    return _unescaped_from(original, marks) if marks else None


def _unescaped_by_kind(original: Reading) -> t.Iterator[Reading | None]:
    """Undo one kind of escapes only: a secret's end and the next characters can look like one of another kind."""
    marks = _marks(original.data)
    return (_unescaped_from(original, [mark]) for mark in (marks if len(marks) > 1 else ()))


def _unescaped_from(original: Reading, marks: t.Iterable[bytes]) -> Reading | None:
    return _substituted(original, b"|".join(_ESCAPES[mark] for mark in marks), _unescape)


def _unescape(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup or ""
    value = match[kind]
    if kind in ("percent", "byte"):
        return bytes([int(value, 16)])
    if kind == "octal":
        return bytes([int(value, 8)])
    if kind == "letter":
        return _LETTERS[value]
    if kind == "mark":
        return value
    if kind == "entity":
        import html

        text = html.unescape(match[0].decode())
        return text.encode()
    if kind == "surrogates":
        pair = bytes.fromhex((value[2:6] + value[8:12]).decode())
        return pair.decode("utf-16-be").encode()
    code = int(value, 10 if kind == "decimal" else 16)
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else match[0]


def _of_quoted_printable(original: Reading) -> Reading | None:
    if b"=" not in original.data:
        return None
    return _substituted(original, _QUOTED_PRINTABLE, lambda match: bytes.fromhex((match["byte"] or b"").decode()))


def _unfolded(original: Reading) -> Reading | None:
    return _substituted(original, _FOLDS, lambda _match: b"")


def _visible(original: Reading) -> Reading | None:
    if original.data.isascii() and b"\0" not in original.data:
        return None
    return _substituted(original, _INVISIBLE, lambda _match: b"")


def _of_wide(original: Reading, encoding: str) -> Reading | None:
    return _substituted(original, _WIDE, lambda match: match[0].decode("utf-8", "replace").encode(encoding, "replace"))


def _substituted(original: Reading, pattern: bytes, replace: t.Callable[[re.Match[bytes]], bytes]) -> Reading | None:
    data = re.sub(pattern, replace, original.data)
    if data == original.data:
        return None
    return Reading(data, original, lambda: _substituted_segments(original.data, pattern, replace))


def _substituted_segments(
    data: bytes, pattern: bytes, replace: t.Callable[[re.Match[bytes]], bytes]
) -> t.Iterator[Segment]:
    new = old = 0
    for match in re.finditer(pattern, data):
        if match.start() > old:
            yield Segment(new, new + match.start() - old, old, match.start())
            new += match.start() - old
        size = len(replace(match))
        if size:
            yield Segment(new, new + size, match.start(), match.end(), 0)
            new += size
        old = match.end()
    if old < len(data):
        yield Segment(new, new + len(data) - old, old, len(data))


def _of_base64(original: Reading, offset: int) -> Reading | None:
    def decode(run: bytes) -> bytes:
        digits = run.translate(_STANDARD_BASE64)
        return base64.b64decode(digits + b"A" * (-len(digits) % 4))

    return _decoded(original, _BASE64, decode, offset, (4, 3))


def _of_hexadecimal(original: Reading, offset: int) -> Reading | None:
    def decode(run: bytes) -> bytes:
        return bytes.fromhex(run[: len(run) // 2 * 2].decode())

    return _decoded(original, _HEXADECIMAL, decode, offset, (2, 1))


def _of_hex_dump(original: Reading) -> Reading | None:
    def decode(run: bytes) -> bytes:
        return bytes.fromhex(b"".join(_HEX_DIGITS.findall(run)).decode())

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
    for text in _TEXT.finditer(decoded):
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
