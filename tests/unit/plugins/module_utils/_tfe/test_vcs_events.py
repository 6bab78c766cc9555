# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of the recent errors of an OAuth client."""

from __future__ import annotations

from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.vcs_events import errors_by_client


def event(number, created_at):
    return {
        "id": f"ve-{number}",
        "type": "vcs-events",
        "attributes": {"level": "error", "message": created_at, "created-at": created_at},
        "relationships": {"oauth-client": {"data": {"id": "oc-1", "type": "oauth-clients"}}},
    }


def test_the_newest_error_comes_first_however_its_time_is_written():
    oldest_first = [
        *(None, "soon", "2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z", "2026-01-01T09:00:00.500Z"),
        "2026-01-01T10:00:00.123456789Z",
    ]
    events = [event(number, created_at) for number, created_at in enumerate(oldest_first)]
    found = errors_by_client(events, "Could not list the VCS events", lambda text: text)["oc-1"]
    assert [error["created_at"] for error in found.newest] == oldest_first[::-1]
