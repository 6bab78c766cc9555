# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Readings of texts in which each escape, fold or unusual character is replaced by what it means."""

from __future__ import annotations

import re
import typing as t

from .reading import Reading, Segment

# Patterns are compiled when there is something for them to find.
_BEFORE_PUNCTUATION = rb"\\(?P<punctuation>[^A-Za-z0-9])"
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
        rb"|" + _BEFORE_PUNCTUATION
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


def _marks(data: bytes) -> list[bytes]:
    return [mark for mark in _ESCAPES if mark in data]


def unescaped(original: Reading) -> Reading | None:
    """Undo all escapes. None if there are none."""
    marks = _marks(original.data)
    return _unescaped_from(original, marks) if marks else None


def unescaped_by_kind(original: Reading) -> t.Iterator[Reading | None]:
    """Undo one kind of escapes only: a secret's end and the next characters can look like one of another kind."""
    marks = _marks(original.data)
    return (_unescaped_from(original, [mark]) for mark in (marks if len(marks) > 1 else ()))


def unescaped_punctuation(original: Reading) -> Reading | None:
    """Undo only backslashes before punctuation. One before a secret can turn its first letters into an escape."""
    return _substituted(original, _BEFORE_PUNCTUATION, _unescape) if b"\\" in original.data else None


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
    if kind == "punctuation":
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


def of_quoted_printable(original: Reading) -> Reading | None:
    """Undo quoted-printable. None if there is nothing to undo."""
    if b"=" not in original.data:
        return None
    return _substituted(original, _QUOTED_PRINTABLE, lambda match: bytes.fromhex((match["byte"] or b"").decode()))


def unfolded(original: Reading) -> Reading | None:
    """Remove line breaks and white space. None if there are none."""
    return _substituted(original, _FOLDS, lambda _match: b"")


def visible(original: Reading) -> Reading | None:
    """Remove invisible characters. None if there are none."""
    if original.data.isascii() and b"\0" not in original.data:
        return None
    return _substituted(original, _INVISIBLE, lambda _match: b"")


def of_wide(original: Reading, encoding: str) -> Reading | None:
    """Read wide characters as the bytes that they have in ``encoding``. None if there are none."""
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
