# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters given and given_list: which values of a variable are blank."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.given import FilterModule as Given
from ansible_collections.hcptf.vcs.plugins.filter.given_list import FilterModule as GivenList

given = Given().filters()["given"]
given_list = GivenList().filters()["given_list"]

OMIT = "__omit_place_holder__0123456789abcdef"


@pytest.mark.parametrize("value", ["", "  \n", None, [], {}, OMIT])
def test_blank_values(value):
    assert given(value) == ""
    assert given_list(value) == []


@pytest.mark.parametrize(
    ("value", "text"), [("acme", "acme"), (" acme\n", "acme"), (0, "0"), (False, "False"), (2024, "2024"), (0.5, "0.5")]
)
def test_zero_and_false_are_names(value, text):
    assert given(value) == text
    assert given_list(value) == given_list([value]) == [text]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("acme,acme-labs", ["acme", "acme-labs"]),
        (" acme , , 0", ["acme", "0"]),
        (["acme", None, " ", 0, OMIT], ["acme", "0"]),
        (("acme",), ["acme"]),
    ],
)
def test_lists_and_texts_with_commas(value, names):
    assert given_list(value) == names


@pytest.mark.parametrize("value", [[""], [None], ["", " "], [OMIT], ",", " , "], ids=repr)
def test_nothing_but_blank_names_is_refused(value):
    with pytest.raises(AnsibleFilterError, match="only blank names"):
        given_list(value)
