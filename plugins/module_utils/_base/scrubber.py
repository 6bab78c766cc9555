# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Removes secrets from everything that is returned or printed, however a server or a library has encoded them."""

from __future__ import annotations

import re
import typing as t

from .encodings import plain_forms, readings
from .reading import Reading
from .secrets import SHORTEST

MASK = "(secret)"

#: Between texts that are searched together: neither white space nor a digit of any encoding.
_BETWEEN = b"\x1e"
#: What the names of fields in results look like.
_OWN_KEY = re.compile(r"[a-z][a-z_]{0,39}")
_ID = re.compile(r"(?:oc|ot|prj|apool|ws|polset|mod|ghain)-[A-Za-z0-9]{16}")
# Compiled only if a secret is a key.
_PEM_FRAME = r"-----(?:BEGIN|END) [A-Z0-9 ]+-----"
_LINE_ENDS = r"(?:\\[rn]|\s)+"
#: What precedes a secret may look like the beginning of an escape, and take up to so many of its bytes.
_MOST_TAKEN = 4


class Scrubber:
    """Replaces every occurrence of some secrets by a fixed word.

    ``keep`` are texts of the task's own, such as labels and options that are no secrets: they are never changed where
    they are a whole value or key, and neither are IDs and the names of fields.
    """

    def __init__(self, secrets: t.Iterable[str | None], keep: t.Iterable[str] = ()) -> None:
        self._parts = {part for secret in secrets if secret for part in _parts(secret)}
        self._keep = frozenset(keep)
        self._needles: list[bytes] | None = None

    def scrub(self, value: t.Any) -> t.Any:
        """The same structure of dictionaries, lists and scalars, without the secrets."""
        if not self._parts:
            return value
        texts: list[str] = []
        self._collect(value, texts)
        changed = self._scrub_texts(texts)
        return self._replace(value, changed) if changed else value

    def _collect(self, value: t.Any, texts: list[str]) -> None:
        if isinstance(value, str):
            if len(value) >= SHORTEST and not self._is_kept(value):
                texts.append(value)
        elif isinstance(value, dict):
            for key, item in value.items():
                if not (isinstance(key, str) and _OWN_KEY.fullmatch(key)):
                    self._collect(key, texts)
                self._collect(item, texts)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._collect(item, texts)

    def _is_kept(self, text: str) -> bool:
        return text in self._keep or (_ID.fullmatch(text) is not None and text not in self._parts)

    def _scrub_texts(self, texts: t.Iterable[str]) -> dict[str, str]:
        """Map each text that holds a secret to the same text without it."""
        distinct = list(dict.fromkeys(texts))
        encoded = [text.encode("utf-8", "surrogatepass") for text in distinct]
        spans = _merged(self._find(_BETWEEN.join(encoded)))
        changed: dict[str, str] = {}
        offset = 0
        for text, data in zip(distinct, encoded):
            own = [
                (start - offset, end - offset) for start, end in spans if start < offset + len(data) and end > offset
            ]
            if own:
                changed[text] = _masked(data, own)
            offset += len(data) + len(_BETWEEN)
        return changed

    def _find(self, data: bytes) -> t.Iterator[tuple[int, int]]:
        if self._needles is None:
            forms = {form for part in self._parts for form in plain_forms(part.encode("utf-8", "surrogatepass"))}
            self._needles = sorted({form.lower() for form in forms if len(form) >= SHORTEST})
        for reading in readings(data):
            # In other letter case too: some tokens are hexadecimal or base32, where it means nothing.
            lowered = reading.data.lower()
            for needle in self._needles:
                yield from _occurrences(reading, lowered, needle)

    def _replace(self, value: t.Any, changed: t.Mapping[str, str]) -> t.Any:
        if isinstance(value, str):
            return value if self._is_kept(value) else changed.get(value, value)
        if isinstance(value, dict):
            return {
                key if isinstance(key, str) and _OWN_KEY.fullmatch(key) else self._replace(key, changed): (
                    self._replace(item, changed)
                )
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._replace(item, changed) for item in value]
        return value


def _parts(secret: str) -> t.Iterator[str]:
    """Return the parts of a secret to hide: all of it as it is sent, and each line of a key, however it is folded."""
    secret = secret.strip()
    if len(secret) >= SHORTEST:
        yield secret
    if "-----BEGIN " in secret or "\n" in secret:
        lines = re.split(_LINE_ENDS, re.sub(_PEM_FRAME, " ", secret))
        yield from (part for part in (*lines, "".join(lines)) if len(part) >= SHORTEST)


def _occurrences(reading: Reading, data: bytes, needle: bytes) -> t.Iterator[tuple[int, int]]:
    """Find a secret's place in the original text of a reading. ``data`` and ``needle`` are in lower case."""
    core = needle[_MOST_TAKEN:]
    position = data.find(core)
    while position >= 0:
        for taken in range(_MOST_TAKEN + 1):
            head = needle[taken:_MOST_TAKEN]
            start = position - len(head)
            if data.endswith(head, 0, position) and (not taken or _took(reading, start, needle[:taken])):
                yield reading.span_in_original(start - bool(taken), position + len(core))
        position = data.find(core, position + 1)


def _took(reading: Reading, start: int, missing: bytes) -> bool:
    """Whether the escape before ``start`` took the first characters of a secret."""
    if not start or reading.original is None:
        return False
    before = reading.segment_at(start - 1)
    return not before.numerator and reading.original.data[: before.original_end].lower().endswith(missing)


def _merged(spans: t.Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _masked(data: bytes, spans: t.Iterable[tuple[int, int]]) -> str:
    """The text without these spans."""
    pieces = []
    position = 0
    for first, last in spans:
        start, end = max(first, 0), min(last, len(data))
        pieces.append(_decoded(data[position:start]))
        position = end
    pieces.append(_decoded(data[position:]))
    return MASK.join(pieces)


def _decoded(piece: bytes) -> str:
    """Never fails, even if a span were to end inside a character: hiding a secret must not end in an error."""
    return piece.decode("utf-8", "backslashreplace")
