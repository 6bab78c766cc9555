# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server stored, compared with what was sent."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model import verification
from utils.model_objects import client


@pytest.mark.parametrize(
    ("sent", "answer", "rejected", "unreported"),
    [
        ({}, {}, [], []),
        ({"name": "x"}, {"name": "x"}, [], []),
        ({"name": "x"}, {"name": "y"}, ["name"], []),
        ({"name": None}, {"name": "x"}, ["name"], []),
        ({"name": None}, {"name": ""}, [], []),
        ({"organization_scoped": False}, {"organization_scoped": True}, ["organization_scoped"], []),
        ({"projects": ("prj-b", "prj-a")}, {"projects": ("prj-a", "prj-b")}, [], []),
        ({"projects": ("prj-a",)}, {"projects": ("prj-a", "prj-b")}, ["projects"], []),
        ({"projects": ()}, {"projects": ("prj-a",)}, ["projects"], []),
        ({"agent_pool": "apool-1"}, {"agent_pool": None}, ["agent_pool"], []),
        ({"agent_pool": None}, {"agent_pool": None}, [], []),
        ({"http_url": "https://GitHub.com"}, {"http_url": "https://github.com/"}, [], []),
        (
            {"name": "x", "organization_scoped": False, "agent_pool": "apool-1"},
            {"name": "y", "organization_scoped": False, "agent_pool": ...},
            ["name"],
            ["agent_pool"],
        ),
        ({"organization_scoped": False}, {"organization_scoped": ...}, [], ["organization_scoped"]),
    ],
)
def test_rejected_and_unreported_changes(sent, answer, rejected, unreported):
    missing = [name for name, value in answer.items() if value is ...]
    reported = {name: value for name, value in answer.items() if value is not ...}
    assert verification.rejected_changes(sent, client(without=missing, **reported)) == (rejected, unreported)
