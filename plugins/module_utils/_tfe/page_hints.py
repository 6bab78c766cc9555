# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds further pages of a list, in any of the ways in which servers announce them."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import parse_qsl, urlsplit

Document = dict[str, t.Any]
Query = dict[str, t.Any]

#: Names of the same thing, without capitals and separators. The last two of ``_NEXT`` can also hold a link.
_NEXT = ("nextpage", "nextpagenumber", "next")
_PAGES = ("totalpages", "pagecount", "lastpage", "pages", "numpages")
_TOTALS = (
    "totalcount",
    "total",
    "totalentries",
    "totalitems",
    "totalresults",
    "totalrecords",
    "totalelements",
    "count",
)
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "truncated", "istruncated", "incompleteresults")
_CURSORS = ("nextcursor", "nextpagetoken", "nexttoken", "continuationtoken")
_PREVIOUS = ("prevpage", "previouspage", "prev", "previous")
_NEXT_LINK = r"(?i)<([^>]*)>[^,]*\brel\s*=\s*\"?next\b"


class Broken(Exception):
    """The paging information is inconsistent. The text names the problem."""


class Hints(t.NamedTuple):
    """What a page says. ``total`` is the API's own count of entries; ``at_least`` are other counts that may be one."""

    next_number: int | None = None
    next_query: Query | None = None
    pages: int = 0
    total: int | None = None
    at_least: int = 0
    more: bool = False
    earlier: bool = False
    silent: bool = True


def hints_of(document: Document, headers: t.Mapping[str, str]) -> Hints:
    """Everything that a page says about other pages. Raises Broken."""
    meta = document.get("meta") or {}
    pagination = meta.get("pagination", meta) if isinstance(meta, dict) else meta
    if not isinstance(pagination, dict):
        raise Broken("the paging information of the list is broken")
    number, total, pages = (_official(pagination, name) for name in ("next-page", "total-count", "total-pages"))
    places = [pagination, meta, *(meta.get(name) for name in ("page", "paging")), document]
    members = list(_members([*places, *(document.get(name) for name in ("pagination", "paging", "page"))]))

    def values(*names: str) -> list[t.Any]:
        return [value for name, value in members if name in names]

    texts = [value for value in values(*_NEXT[1:]) if isinstance(value, str)]
    links = list(filter(None, (_link(document), _header_link(headers), *texts)))
    numbers = (number, *map(_whole, (*values(*_NEXT), headers.get("X-Next-Page"))))
    most_pages = _largest(pages, *values(*_PAGES), headers.get("X-Total-Pages"), _last_page(document))
    at_least = _largest(*values(*_TOTALS), headers.get("X-Total"), headers.get("X-Total-Count"))
    queries = [_query(link) for link in links]
    announced = links or most_pages or at_least or values(*_NEXT, *_PAGES, *_TOTALS, *_MORE, *_CURSORS)
    return Hints(
        next_number=next((each for each in numbers if each is not None), 0) or None,  # some servers send 0 for none
        next_query=queries[0] if queries else None,
        pages=most_pages,
        total=total,
        at_least=at_least,
        more=any(value is True for value in values(*_MORE)) or any(values(*_CURSORS)),
        earlier=any(values(*_PREVIOUS)) or bool(_target(document.get("links"), "prev")),
        silent=not announced and "next-page" not in pagination,
    )


def _official(pagination: Document, name: str) -> int | None:
    value = pagination.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise Broken("the page numbers of the list are not numbers")
    return value


def _members(places: t.Iterable[t.Any]) -> t.Iterator[tuple[str, t.Any]]:
    for place in places:
        if isinstance(place, dict):
            for key, value in place.items():
                if value is not None and not isinstance(value, (dict, list)):
                    yield re.sub(r"[^a-z]", "", str(key).lower()), value


def _whole(value: t.Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _largest(*values: t.Any) -> int:
    return max(_whole(value) or 0 for value in values)


def _link(document: Document) -> str | None:
    for name in ("links", "_links"):
        link = _target(document.get(name), "next")
        if link:
            return link
    meta = document.get("meta")
    return _target(meta.get("links"), "next") if isinstance(meta, dict) else None


def _target(links: t.Any, name: str) -> str | None:
    """A link of JSON:API: an address, or an object with one."""
    link = links.get(name) if isinstance(links, dict) else None
    if isinstance(link, dict):
        link = link.get("href")
    if link is None or link == "":
        return None
    if not isinstance(link, str):
        raise Broken("a link between the pages of the list is broken")
    return link


def _header_link(headers: t.Mapping[str, str]) -> str | None:
    link = headers.get("Link")
    match = re.search(_NEXT_LINK, link) if link else None
    return match.group(1) if match else None


def _last_page(document: Document) -> t.Any:
    link = _target(document.get("links"), "last")
    return _query(link).get("page[number]") if link and "?" in link else None


def _query(link: str) -> Query:
    """The query of a link. Its host and path are ignored, because the token is sent nowhere else."""
    try:
        query = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    except ValueError:
        query = {}
    if not query:
        raise Broken("a link to the next page of the list is broken")
    return query
