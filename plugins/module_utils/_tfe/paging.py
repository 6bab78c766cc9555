# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads lists page by page. Returns the whole list or raises an error, and never returns a part of it."""

from __future__ import annotations

import typing as t

from .page_hints import Broken, Document, Hints, Query, hints_of
from .response import Success

PAGE_SIZE = 100
#: Servers limit pages to round numbers: 10, 20, 25, 50. Some have a lower limit than what is asked for.
ROUND = 5
#: No list has more pages than this.
MAX_PAGES = 1000
#: How often a list of several pages is read again if it changed while it was read.
READS = 3

Fetch = t.Callable[[Query], Success]


def read_all(fetch: Fetch, query: t.Mapping[str, t.Any]) -> list[Document]:
    """All resources of a list, of which ``fetch`` reads one page. Raises Broken for a list that is inconsistent.

    A list that changes between two pages can hide an entry, so it is then read again from the start.
    """
    doubt = ""
    for _read in range(READS):
        resources, doubt = _read_pages(fetch, dict(query))
        if not doubt:
            return resources
    raise Broken(f"{doubt}, in several attempts")


def _read_pages(fetch: Fetch, query: Query) -> tuple[list[Document], str]:
    """One pass over the pages: the resources, and why they may not be all, "" if they certainly are."""
    found: dict[str, Document] = {}
    totals: set[int] = set()
    asked: Query = {"page[number]": 1, "page[size]": PAGE_SIZE}
    number, guessed = 1, False
    for _page in range(MAX_PAGES):
        response = fetch({**query, **asked})
        page = {resource["id"]: resource for resource in _resources(response.document)}
        hints = hints_of(response.document, response.headers)
        if number == 1 and hints.earlier:
            raise Broken("the first page of the list says that there is an earlier one")
        if page and page.keys() <= found.keys():
            if guessed:
                return list(found.values()), ""
            # The server repeats a page, or the list moved by a whole page.
            return list(found.values()), "the server repeats a page of the list"
        found.update(page)
        if hints.total is not None:
            totals.add(hints.total)
        following, guessed_now = _following(hints, asked, number, len(page), len(found))
        if following is None:
            announced_and_empty = number > 1 and not page and not guessed
            counted = not totals or totals == {len(found)}
            whole = counted and not announced_and_empty
            return list(found.values()), "" if whole else "the pages of the list do not add up to its total"
        if not page:
            raise Broken("a page of the list is empty although more are announced behind it")
        asked, guessed, number = following, guessed_now, number + 1
    raise Broken(f"the list does not end within {MAX_PAGES} pages")


def _following(hints: Hints, asked: Query, number: int, size: int, seen: int) -> tuple[Query | None, bool]:
    """Return the next request, None after the last page, and whether it is only a guess."""
    by_number: Query = {**asked, "page[number]": number + 1}
    if hints.next_number is not None:
        if hints.next_number != number + 1:
            raise Broken("the server's list does not lead to the page after this one")
        return by_number, False
    if hints.next_query is not None:
        following = {**asked, **hints.next_query}
        if "page[number]" not in hints.next_query:  # a cursor stands in its place
            following.pop("page[number]", None)
        if following.get("page[number]") in (number, str(number)):
            raise Broken("the server's list leads back to an earlier page")
        if {name: str(value) for name, value in following.items()} == {k: str(v) for k, v in asked.items()}:
            raise Broken("the server's list leads back to an earlier page")
        return following, False
    if hints.pages > number or hints.more:
        return by_number, False
    if not hints.pages and size and max(hints.total or 0, hints.at_least) > seen:
        return by_number, False
    # Without any announcement, a page that can be full is the whole list or only the beginning of it.
    if hints.silent and size and size % ROUND == 0:
        return by_number, True
    return None, False


def _resources(document: Document) -> list[Document]:
    data = document.get("data")
    if not isinstance(data, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"] for entry in data
    ):
        raise Broken("the answer holds no list of JSON:API resources")
    return data
