# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that nothing reads are found, with the one that was probably meant."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.filter.unknown_variables import FilterModule

unknown = FilterModule().filters()["unknown_variables"]
KNOWN = ["remove_name", "remove_organization", "remove_force"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("remove_nmae", "There is no variable remove_nmae. Did you mean remove_name?"),
        ("remove_Name", "There is no variable remove_Name. Did you mean remove_name?"),
        ("remove_organisation", "There is no variable remove_organisation. Did you mean remove_organization?"),
        (
            "remove_everything",
            "There is no variable remove_everything. Known are: remove_force, remove_name, remove_organization.",
        ),
    ],
)
def test_misspelled_and_unknown(name, sentence):
    assert unknown([name, *KNOWN], "remove_", KNOWN) == [sentence]


@pytest.mark.parametrize("name", ["remove__plan", "other_nmae", "removed", "remove_name"])
def test_known_internal_and_other_names(name):
    assert unknown([name], "remove_", KNOWN) == []


def test_only_similar():
    assert unknown(["remove_team", "remove_nmae"], "remove_", KNOWN, only_similar=True) == [
        "There is no variable remove_nmae. Did you mean remove_name?"
    ]


def test_known_names_with_another_prefix():
    assert unknown(["bootstrap_forse"], "bootstrap_", KNOWN, known_prefix="remove_") == [
        "There is no variable bootstrap_forse. Did you mean remove_force?"
    ]


def test_nothing_is_known():
    assert unknown(["a_b"], "a_", []) == ["There is no variable a_b. Known are: none."]
