# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that announce further pages in whatever way: followed to their end or an error, never taken for complete."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from proofs import offline
from proofs.paging import PATH, read

ENTRIES = [f"oc-{number}" for number in range(7)]
SIZE = 3
HERE = f"{offline.ADDRESS}/api/v2{PATH}"


def query(number):
    return f"page%5Bnumber%5D={number}&page%5Bsize%5D={SIZE}"


def announced(make):
    """A server whose pages are announced by what ``make`` gives for a page's number (None: no further one)."""
    asked = []

    def answer(sent):
        wanted = parse_qs(urlsplit(sent.target).query)
        number = int(wanted.get("page[number]", wanted.get("page[after]", ["1"]))[0])
        asked.append(number)
        shown = ENTRIES[(number - 1) * SIZE : number * SIZE]
        more, headers = make(number, number + 1 if number * SIZE < len(ENTRIES) else None)
        data = [{"id": entry, "type": "oauth-clients", "attributes": {}} for entry in shown]
        return offline.Answer(200, json.dumps({"data": data, **more}).encode(), headers)

    answer.asked = asked
    return answer


def link(address):
    return lambda _number, following: ({"links": {"next": following and f"{address}?{query(following)}"}}, {})


def pagination(**members):
    """Members of the pagination; one that is a function gets the page's number and the next one's."""

    def make(number, following):
        values = {
            name.replace("_", "-"): value(number, following) if callable(value) else value
            for name, value in members.items()
        }
        return {"meta": {"pagination": values}}, {}

    return make


WAYS = {
    "links.next": link(HERE),
    "links.next without a host": link(f"/api/v2{PATH}"),
    "links.next as an object": lambda _n, f: ({"links": {"next": f and {"href": f"{HERE}?{query(f)}"}}}, {}),
    "links.next to another host": link("https://internal.invalid/api/v2/list"),
    "links.next with a cursor": lambda _n, f: ({"links": {"next": f and f"{HERE}?page%5Bafter%5D={f}"}}, {}),
    "links.last": lambda _n, _f: ({"links": {"next": None, "last": f"{HERE}?{query(3)}"}}, {}),
    "_links.next": lambda _n, f: ({"_links": {"next": {"href": f and f"{HERE}?{query(f)}"}}}, {}),
    "meta.next": lambda _n, f: ({"meta": {"next": f and f"{HERE}?{query(f)}"}}, {}),
    "a Link header": lambda _n, f: (
        {},
        {"Link": f'<{HERE}?{query(1)}>; rel="first", <{HERE}?{query(f)}>; rel="next"'} if f else {},
    ),
    "X-Next-Page": lambda _n, f: ({}, {"X-Next-Page": str(f or "")}),
    "X-Total-Pages": lambda _n, _f: ({}, {"X-Total-Pages": "3"}),
    "X-Total": lambda _n, _f: ({}, {"X-Total": "7"}),
    "next-page": pagination(next_page=lambda _n, f: f),
    "next-page 0 for none": pagination(next_page=lambda _n, f: f or 0, total_pages=3),
    "total-pages alone": pagination(total_pages=3),
    "total-pages beside next-page null": pagination(next_page=None, total_pages=3),
    "total-count alone": pagination(total_count=7),
    "total-count beside next-page null": pagination(next_page=None, total_count=7),
    "has-more": pagination(has_more=lambda _n, f: f is not None),
    "meta without pagination": lambda _n, _f: ({"meta": {"total-pages": 3}}, {}),
    "snake case": lambda _n, f: ({"meta": {"pagination": {"next_page": f, "total_pages": 3}}}, {}),
    "camel case": lambda _n, f: ({"meta": {"nextPage": f, "totalPages": 3}}, {}),
    "meta.page": lambda _n, _f: ({"meta": {"page": {"total": 7}}}, {}),
    "pagination at the top": lambda _n, _f: ({"pagination": {"total_pages": 3}}, {}),
    "next at the top": lambda _n, f: ({"next": f and f"{HERE}?{query(f)}"}, {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_pages_announced_by(way):
    server = announced(WAYS[way])
    assert read(server) == ENTRIES
    assert server.asked == [1, 2, 3]


def only_first(more, headers=None):
    """A server with one page, which always says the same of others."""
    return announced(lambda _number, _following: (more, headers or {}))


#: A page says that there are others, and no request finds them.
NOT_TO_BE_FOLLOWED = {
    "a link to this page": {"links": {"next": f"{HERE}?{query(1)}"}},
    "a link without a query": {"links": {"next": HERE}},
    "a link that is a number": {"links": {"next": 2}},
    "a page further on": {"meta": {"pagination": {"next-page": 3}}},
    "this page": {"meta": {"pagination": {"next-page": 1}}},
    "an earlier page": {"meta": {"pagination": {"prev-page": 1, "next-page": None}}},
    "a link to an earlier page": {"links": {"prev": f"{HERE}?{query(1)}"}},
    "more pages than there are": {"meta": {"pagination": {"total-pages": 9}}},
    "more entries than there are": {"meta": {"pagination": {"total-count": 70}}},
    "always more": {"meta": {"has-more": True}},
    "a cursor": {"meta": {"next-cursor": "opaque"}},
}


@pytest.mark.parametrize("what", NOT_TO_BE_FOLLOWED)
def test_pages_that_cannot_be_found_are_an_error(what):
    server = only_first(NOT_TO_BE_FOLLOWED[what])
    assert read(server) is None
    assert len(server.asked) < 30


def test_a_list_is_read_again_if_it_moved_by_a_whole_page():
    """One entry appeared in front and the last one went: its page now has only an entry that was seen before."""
    before, after = [f"oc-{number}" for number in range(101)], ["oc-new", *(f"oc-{number}" for number in range(100))]
    asked = []

    def answer(sent):
        number = int(parse_qs(urlsplit(sent.target).query)["page[number]"][0])
        entries = after if asked else before
        asked.append(number)
        meta = {"next-page": 2 if number == 1 else None, "total-pages": 2, "total-count": 101}
        data = [{"id": id_, "type": "oauth-clients", "attributes": {}} for id_ in entries[(number - 1) * 100 :][:100]]
        return offline.Answer(200, json.dumps({"data": data, "meta": {"pagination": meta}}).encode(), {})

    assert read(answer) == after
    assert asked == [1, 2, 1, 2]


@pytest.mark.parametrize("largest", [10, 20, 25, 50, 100])
@pytest.mark.parametrize("size", [0, 1, 10, 19, 20, 99, 100, 101, 200, 250])
def test_what_can_be_a_full_page_of_a_server_that_says_nothing_is_asked_behind(size, largest):
    """It announces no pages, and its largest can be smaller than what was asked for."""
    entries = [f"oc-{number}" for number in range(size)]

    def answer(sent):
        number = int(parse_qs(urlsplit(sent.target).query)["page[number]"][0])
        shown = entries[(number - 1) * largest : number * largest]
        data = [{"id": entry, "type": "oauth-clients", "attributes": {}} for entry in shown]
        return offline.Answer(200, json.dumps({"data": data}).encode(), {})

    found = read(answer)
    assert found == entries


@pytest.mark.parametrize(
    "errors", [[{"status": "500", "title": "shard missing"}], ["shard missing"], {"x": "y"}, "text"]
)
def test_a_list_with_data_and_errors_is_not_used(errors):
    def answer(_sent):
        return offline.Answer(200, json.dumps({"data": [], "errors": errors}).encode(), {})

    assert read(answer) is None


@pytest.mark.parametrize("errors", [[], None, {}])
def test_an_empty_member_errors_means_none(errors):
    def answer(_sent):
        return offline.Answer(200, json.dumps({"data": [], "errors": errors}).encode(), {})

    assert read(answer) == []
