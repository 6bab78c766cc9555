# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t
from contextlib import suppress
from importlib import import_module

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Writes what became of every task, one JSON document a line
description: For tests to read.
options:
  file:
    description: The file to append to.
    type: path
    required: true
    env:
      - name: RECORD_FILE
"""

# Ansible forks a process for each task. What is imported before is not imported anew in each of them, which would take
# a fifth of the time of the tests. Tests of a missing or broken library see the same errors, because a failed import is
# tried again.
_TASKS = "ansible_collections.hcptf.vcs.plugins.module_utils._tasks"
for _name in ("requests", f"{_TASKS}.run", f"{_TASKS}.oauth_client_info"):
    with suppress(Exception):
        import_module(_name)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._record(result, "ok")

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._record(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._record(result, "skipped")

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._record(result, "unreachable")

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        for host in stats.processed:
            self._write({"host": host, "recap": stats.summarize(host)})

    def _record(self, result: t.Any, status: str) -> None:
        # ansible-core 2.19 has renamed these
        public = hasattr(result, "result")
        task, host, content = (
            (result.task, result.host, result.result) if public else (result._task, result._host, result._result)
        )
        self._write({"task": task.name, "host": host.name, "status": status, "result": content})

    def _write(self, document: dict[str, t.Any]) -> None:
        with open(self.get_option("file"), "a", encoding="utf-8") as file:
            file.write(json.dumps(document, default=str) + "\n")
