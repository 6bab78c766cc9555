# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status of a token in the form of results."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_status import TokenStatus


@pytest.mark.parametrize("scopes", [None, (), ("repo", "user")], ids=["unknown", "none", "two"])
def test_results_have_lists_of_scopes_or_null(scopes):
    known = TokenStatus("ok", "a reason", "acme-bot", scopes, scopes, "2026-12-24T00:00:00Z", 27)
    assert known.public() == {
        "status": "ok",
        "reason": "a reason",
        "login": "acme-bot",
        "scopes": None if scopes is None else list(scopes),
        "missing_scopes": None if scopes is None else list(scopes),
        "expires_at": "2026-12-24T00:00:00Z",
        "days_left": 27,
    }
