# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the API tokens in a configuration file of the Terraform CLI, in JSON or in HCL.

U(https://developer.hashicorp.com/terraform/cli/config/config-file#credentials)
"""

from __future__ import annotations

import json
import re
import typing as t

_WORD = r"""(?xs)
      (?P<skip>    \s+ | (?:\#|//)[^\n]* | /\*.*?\*/ )
    | "(?P<text>   (?:[^"\\\n]|\\.)* )"
    | (?P<name>    [A-Za-z_][\w-]* )
    | (?P<other>   . )
    """


def tokens_by_host(content: str) -> dict[str, str]:
    """The API token of each host, by its name as it is written, in lower case; {} for a file that has none."""
    try:
        document = json.loads(content)
    except ValueError:
        return dict(_blocks(content))
    found: dict[str, str] = {}
    for hosts in _each(document.get("credentials") if isinstance(document, dict) else None):
        for host, blocks in hosts.items():
            for block in _each(blocks):
                if isinstance(block.get("token"), str):
                    found[str(host).lower()] = block["token"]
    return found


def _each(value: t.Any) -> list[dict[str, t.Any]]:
    """HCL's JSON form allows a list wherever a block can stand."""
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]


def _blocks(content: str) -> t.Iterator[tuple[str, str]]:
    """Host and token of each block: credentials "app.terraform.io" { token = "…" }."""
    words = [
        (match.lastgroup or "", match.group(match.lastgroup or 0))
        for match in re.finditer(_WORD, content)
        if match.lastgroup != "skip"
    ]
    depth, host = 0, ""
    for place, (kind, word) in enumerate(words):
        if (kind, word) == ("other", "{"):
            depth += 1
            two = words[max(place - 2, 0) : place]
            if depth == 1:
                is_block = len(two) == 2 and two[0][1] == "credentials" and two[1][0] in ("text", "name")
                host = _unescaped(two[1][1]).lower() if is_block else ""
        elif (kind, word) == ("other", "}"):
            depth -= 1
        elif depth == 1 and host and word == "token" and kind in ("name", "text"):
            three = words[place + 1 : place + 3]
            if len(three) == 2 and three[0] == ("other", "=") and three[1][0] == "text":
                yield host, _unescaped(three[1][1])


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
