# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in pages against a model of a server: all of the list, or an error, and never a part of it in silence."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs import offline
from proofs.paging import read

#: What the product asks for at most; the model's own pages may be smaller.
ASKED = 100


class Pages:
    """A server with one list, which may change before any of its answers."""

    def __init__(self, size, *, largest=ASKED, paged=True, totals=True, changes=()):
        self.entries = [f"oc-{number}" for number in range(size)]
        self.requests = 0
        self.always = set(self.entries)
        """What was there all the time."""
        self._largest, self._paged, self._totals = largest, paged, totals
        self._changes = dict(changes)
        self._made = 0

    def __call__(self, sent):
        self.requests += 1
        for kind, place in self._changes.get(self.requests, ()):
            self._change(kind, place)
        query = {name: int(values[0]) for name, values in parse_qs(urlsplit(sent.target).query).items()}
        document = self._page(query["page[number]"], min(query["page[size]"], self._largest))
        return offline.Answer(200, json.dumps(document).encode(), {"Content-Type": "application/vnd.api+json"})

    def _page(self, number, size):
        if not self._paged:
            return {"data": [self._resource(entry) for entry in self.entries]}
        pages = max(1, -(-len(self.entries) // size))
        shown = self.entries[(number - 1) * size : number * size]
        pagination = {"current-page": number, "next-page": number + 1 if number < pages else None}
        if self._totals:
            pagination |= {"total-pages": pages, "total-count": len(self.entries)}
        return {"data": [self._resource(entry) for entry in shown], "meta": {"pagination": pagination}}

    def _change(self, kind, place):
        if kind == "add":
            self._made += 1
            self.entries.insert(int(place * len(self.entries)), f"oc-new-{self._made}")
        elif self.entries:
            gone = self.entries.pop(int(place * (len(self.entries) - 1)))
            self.always.discard(gone)

    @staticmethod
    def _resource(entry):
        return {"id": entry, "type": "oauth-clients", "attributes": {}}


@given(size=st.integers(0, 450), largest=st.integers(1, 100), totals=st.booleans())
@settings(max_examples=60, deadline=None)
def test_all_of_a_list_whatever_its_size_and_that_of_its_pages(size, largest, totals):
    pages = Pages(size, largest=largest, totals=totals)
    assert read(pages) == pages.entries
    assert pages.requests == max(1, -(-size // largest))


@given(size=st.integers(0, 450))
@settings(max_examples=20, deadline=None)
def test_all_of_a_list_that_does_not_come_in_pages(size):
    pages = Pages(size, paged=False)
    assert read(pages) == pages.entries
    # A round number of entries can be the first of several pages.
    assert pages.requests == (2 if size and size % 5 == 0 else 1)


@pytest.mark.parametrize("kind", ["add", "remove"])
@given(
    size=st.integers(0, 350),
    largest=st.integers(20, 100),
    changes=st.dictionaries(st.integers(1, 8), st.lists(st.floats(0, 1), min_size=1, max_size=3), max_size=4),
)
@settings(max_examples=80, deadline=None)
def test_nothing_is_missed_of_a_list_that_grows_or_shrinks_while_it_is_read(kind, size, largest, changes):
    """What was there all the time is in what was read; what is in it was there at some time."""
    planned = {request: [(kind, place) for place in places] for request, places in changes.items()}
    pages = Pages(size, largest=largest, changes=planned)
    found = read(pages)
    assert found is None or pages.always <= set(found)
    assert found is None or len(found) == len(set(found))


@given(
    size=st.integers(101, 350),
    before=st.integers(2, 4),
    lie=st.sampled_from(["repeat", "back", "skip", "empty", "part", "text", "negative", "no list"]),
)
@settings(max_examples=80, deadline=None)
def test_a_server_that_lies_about_its_pages(size, before, lie):
    """From some page on it does. What comes of it is the whole list or an error, in a bounded number of requests."""
    pages = Pages(size, largest=50)

    def lying(sent):
        answer = pages(sent)
        if pages.requests < before:
            return answer
        document = json.loads(answer.body)
        pagination = document["meta"]["pagination"]
        number = pagination["current-page"]
        if lie == "repeat":
            document["data"] = [pages._resource(entry) for entry in pages.entries[:50]]
        elif lie == "back":
            pagination["next-page"] = 1
        elif lie == "skip":
            pagination["next-page"] = pagination["next-page"] and number + 2
        elif lie == "empty":
            document["data"] = []
        elif lie == "part":
            document["data"] = document["data"][:-1]
        elif lie == "text":
            pagination["next-page"] = str(number + 1)
        elif lie == "negative":
            pagination["next-page"] = -1
        else:
            document["data"] = {str(number): entry for number, entry in enumerate(document["data"])}
        return offline.Answer(200, json.dumps(document).encode(), answer.headers)

    found = read(lying)
    assert found is None or found == pages.entries
    assert pages.requests <= 40
