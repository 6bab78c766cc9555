# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""A text with some of its encodings undone.

Each reading maps its bytes to those that it was decoded from, so a secret found in it can be removed from the original
text.
"""

from __future__ import annotations

import typing as t
from bisect import bisect_right


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
