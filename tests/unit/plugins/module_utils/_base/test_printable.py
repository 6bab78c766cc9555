# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No message moves a cursor, starts a line, or hides or reorders text, whatever a server has put into it."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import NotFound
from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe import reasons

ACTIVE = {
    "escape": "\x1b",
    "bell": "\x07",
    "line break": "\n",
    "delete": "\x7f",
    "CSI of C1": "\x9b",
    "next line": "\x85",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "zero width": "\u200b",
    "surrogate": "\ud800",
}


@pytest.mark.parametrize("character", ACTIVE.values(), ids=ACTIVE)
def test_active_characters_reach_no_message(character):
    text = f"a{character}[2Jb"
    assert printable(text) == "a\N{REPLACEMENT CHARACTER}[2Jb"
    assert character not in NotFound(text).message
    assert character not in str(NotFound(text))
    assert character not in reasons.cleaned(text, str)


@pytest.mark.parametrize("text", ["", "acme", "Zürich \u4e2d\u6587 \N{NO-BREAK SPACE}x", "\N{ROCKET}", "e\u0301"])
def test_other_text_stays_as_it_is(text):
    assert printable(text) == text
    assert NotFound(text).message == text
