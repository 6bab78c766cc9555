# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.run import Run

OPTIONS = {"tfe_address": "https://tfe.example.com", "tfe_token": "fake-token-0001"}


def test_the_next_task_takes_the_connection_of_the_last():
    kept = {}
    with Run(OPTIONS, kept).connect() as first:
        pass
    with Run(OPTIONS, kept).connect() as second:
        assert second is first


def test_the_next_task_never_takes_an_aborted_connection():
    """Such as that of a loop's item that ran out of time."""
    kept = {}
    run = Run(OPTIONS, kept)
    with run.connect():
        run.abort()
    with Run(OPTIONS, kept).connect() as client:
        assert not client.is_aborted
