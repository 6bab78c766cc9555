# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables for a terminal, in which no cell can forge a row or move the cursor."""

from __future__ import annotations

import unicodedata

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.printable import FilterModule as Printable
from ansible_collections.hcptf.vcs.plugins.filter.text_table import FilterModule as Table

printable = Printable().filters()["printable"]
text_table = Table().filters()["text_table"]
#: Control characters, format characters (zero width, bidirectional), surrogates, line and paragraph separators.
ACTIVE = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_no_active_character_is_left():
    assert set(printable("".join(ACTIVE))) == {"\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize("text", ["GitHub", "Größe", "日本語", "e\u0301", "a b", "{{ x }}", "<b>", ""])
def test_ordinary_text_is_kept(text):
    assert printable(text) == text


@pytest.mark.parametrize(("value", "text"), [(None, "None"), (7, "7"), (["a\n"], "['a\\\\n']")])
def test_anything_becomes_text(value, text):
    assert printable(value) == text.replace("\\\\", "\\")


def test_each_row_is_one_line_with_aligned_cells():
    rows = [["NAME", "ID"], ["a\nforged  row", "oc-1"], ["日本", "oc-2"], [None, "oc-3"], ["e\u0301", 4]]
    assert text_table(rows) == [
        "NAME           ID",
        "a\N{REPLACEMENT CHARACTER}forged  row  oc-1",
        "日本           oc-2",
        "               oc-3",
        "e\u0301              4",
    ]


def test_no_rows():
    assert text_table([]) == []


@pytest.mark.parametrize("rows", ["made-up", [["a"], ["a", "b"]], ["made-up"], [{"a": 1}], [7]])
def test_anything_but_rows_is_refused(rows):
    with pytest.raises(AnsibleFilterError) as refused:
        text_table(rows)
    assert "text_table" in str(refused.value)
    assert "made-up" not in str(refused.value)
