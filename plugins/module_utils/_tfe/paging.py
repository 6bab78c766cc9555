# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Lists that come in pages: all of a list, or an error, and never a part of it."""

from __future__ import annotations

import typing as t

from .._base.errors import InvalidAnswer

PAGE_SIZE = 100
#: No list has more pages than this.
MAX_PAGES = 1000
#: How often a list of several pages is read again if it changed while it was read.
READS = 3

Document = dict[str, t.Any]
Fetch = t.Callable[[dict[str, t.Any]], Document]
Invalid = t.Callable[[str], InvalidAnswer]


def read_all(fetch: Fetch, invalid: Invalid, query: t.Mapping[str, t.Any]) -> list[Document]:
    """All resources of a list; ``fetch`` reads one page, ``invalid`` makes an error from a reason.

    A list that changes between two pages can hide an entry, so it is then read again from the start.
    """
    for _read in range(READS):
        resources, whole = _read_pages(fetch, invalid, dict(query))
        if whole:
            return resources
    raise invalid("the pages of the list do not add up to its total, in several attempts")


def _read_pages(fetch: Fetch, invalid: Invalid, query: dict[str, t.Any]) -> tuple[list[Document], bool]:
    """One pass over the pages: the resources, and whether they are certainly all."""
    found: dict[str, Document] = {}
    totals: set[int] = set()
    number = 1
    for _page in range(MAX_PAGES):
        document = fetch({**query, "page[number]": number, "page[size]": PAGE_SIZE})
        page = {resource["id"]: resource for resource in _resources(document, invalid)}
        if page and page.keys() <= found.keys():
            raise invalid("the server repeats a page of the list")
        found.update(page)
        following, total = _pagination(document, invalid)
        if total is not None:
            totals.add(total)
        if following is None:
            return list(found.values()), not totals or totals == {len(found)}
        if following <= number or not page:
            raise invalid("the server's list leads back to an earlier page")
        number = following
    raise invalid(f"the list does not end within {MAX_PAGES} pages")


def _pagination(document: Document, invalid: Invalid) -> tuple[int | None, int | None]:
    """The next page's number and the total; servers without paging send no pagination at all."""
    meta = document.get("meta") or {}
    pagination = meta.get("pagination", meta) if isinstance(meta, dict) else meta
    if not isinstance(pagination, dict):
        raise invalid("the paging information of the list is broken")
    following, total = pagination.get("next-page"), pagination.get("total-count")
    for value in (following, total):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise invalid("the page numbers of the list are no numbers")
    return following, total


def _resources(document: Document, invalid: Invalid) -> list[Document]:
    data = document.get("data")
    if not isinstance(data, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"] for entry in data
    ):
        raise invalid("the answer holds no list of JSON:API resources")
    return data
