# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our own modules, in real runs of ansible-playbook."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from utils.ansible_environment import ansible_environment
from utils.run_program import run_program

from .rows import Differs
from .scene import ORGANIZATION, TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .scene import Connection

CALLBACKS = Path(__file__).resolve().parent.parent / "integration" / "callback_plugins"


class Collection:
    """Runs modules of this collection. ``variables`` go into the environment of ansible-playbook."""

    def __init__(self, address: str, folder: Path, **variables: str) -> None:
        self._folder = folder
        self._variables = {"TFE_ADDRESS": address, "TFE_TOKEN": TOKEN, **variables}

    def apply(
        self, connections: Sequence[Connection], check_mode: bool = False, **options: Any
    ) -> list[dict[str, Any]]:
        """The result of each connection; ``options`` are set for all of them. A failed task raises Differs."""
        listed = [{**connection.options(), **options} for connection in connections]
        arguments = {"organization": ORGANIZATION, "connections": listed}
        result = self._run({"hcptf.vcs.oauth_clients": arguments, "check_mode": check_mode})
        entries: list[dict[str, Any]] = result["connections"]
        return entries

    def _run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        playbook, record = self._folder / "playbook.yml", self._folder / "record"
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "it", **task}]}
        playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
        record.write_text("", encoding="utf-8")
        environment = ansible_environment(
            self._folder,
            **self._variables,
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="record",
            RECORD_FILE=str(record),
        )
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
        done = run_program(command, self._folder, environment, timeout=60)
        records = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        result: dict[str, Any] = next((each["result"] for each in records if each.get("task") == "it"), {})
        if done.returncode or not result:
            raise Differs(f"ansible-playbook ended with {done.returncode}: {result.get('msg') or done.stdout}")
        return result
