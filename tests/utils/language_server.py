# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for the Ansible language server, the one that editors such as VS Code use."""

from __future__ import annotations

import json
import subprocess
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = {"validation": {"enabled": False}}


class LanguageServer:
    """Speaks the Language Server Protocol to a server process, which ends after `timeout` seconds at the latest."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], timeout: float = 180) -> None:
        self._folder = folder
        self._last_id = 0
        self._process = subprocess.Popen(
            [*command, "--stdio"],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._watchdog = Timer(timeout, self._process.kill)
        self._watchdog.start()
        workspace = {"uri": folder.as_uri(), "name": "playbooks"}
        capabilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
        self._ask("initialize", {"processId": None, "workspaceFolders": [workspace], "capabilities": capabilities})
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._watchdog.cancel()

    def complete(self, text: str) -> set[str]:
        """What the server offers at the end of this text of a playbook."""
        uri = (self._folder / f"playbook-{self._last_id}.yml").as_uri()
        document = {"uri": uri, "languageId": "ansible", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        *lines_before, last_line = text.split("\n")
        position = {"line": len(lines_before), "character": len(last_line)}
        found = self._ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position}) or []
        return {item["label"] for item in (found["items"] if isinstance(found, dict) else found)}

    def _ask(self, method: str, params: Any) -> Any:
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": asked and [SETTINGS for dummy in asked]})
            elif message.get("id") == self._last_id:
                assert "error" not in message, message
                return message["result"]

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, dummy, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server ended, or took too long"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
