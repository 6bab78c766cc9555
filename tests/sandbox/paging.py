# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of a list: query in, items, `meta` and `links` out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from .errors import ApiError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_SIZE = 20

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page:
    number: int = 1
    size: int = DEFAULT_SIZE

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        return items[(self.number - 1) * self.size : self.number * self.size]

    def count(self, total: int) -> int:
        return max(1, math.ceil(total / self.size))


def page_asked_for(query: Mapping[str, str], *, largest: int, rejects_large: bool) -> Page | None:
    """None if the query has no page parameter at all."""
    if not {"page[number]", "page[size]"} & set(query):
        return None
    size = _positive(query.get("page[size]"), DEFAULT_SIZE)
    if size > largest and rejects_large:
        raise ApiError(422, Problem("invalid parameter", f"page[size] is at most {largest}"))
    return Page(_positive(query.get("page[number]"), 1), min(size, largest))


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else default


def next_page(page: Page, total: int) -> int | None:
    return page.number + 1 if page.number < page.count(total) else None


def pagination(page: Page, total: int) -> dict[str, int | None]:
    return {
        "current-page": page.number,
        "page-size": page.size,
        "prev-page": page.number - 1 if page.number > 1 else None,
        "next-page": next_page(page, total),
        "total-pages": page.count(total),
        "total-count": total,
    }


def links(page: Page, total: int, url: str, query: Mapping[str, str]) -> dict[str, str | None]:
    """Absolute links; `url` is the list's address without its query."""
    numbers = pagination(page, total)

    def link(number: int | None) -> str | None:
        if number is None:
            return None
        return f"{url}?{urlencode({**query, 'page[number]': number, 'page[size]': page.size})}"

    return {
        "self": link(page.number),
        "first": link(1),
        "prev": link(numbers["prev-page"]),
        "next": link(numbers["next-page"]),
        "last": link(page.count(total)),
    }


def members(page: Page, total: int, url: str, query: Mapping[str, str], announcement: str) -> dict[str, Any]:
    """What a list document has beside its `data` when it comes in pages. Not every server says everything."""
    everything = pagination(page, total)
    all_links = links(page, total, url, query)
    if announcement == "nothing":
        return {}
    if announcement == "links_next":
        return {"links": {"next": all_links["next"]}}
    shown = {
        "full": everything,
        "meta_only": everything,
        "total_pages": {"total-pages": everything["total-pages"]},
        "next_page_null": {**everything, "next-page": None},
        "total_count": {"total-count": total},
    }[announcement]
    meta = {"meta": {"pagination": shown}}
    return {"links": all_links, **meta} if announcement == "full" else meta
