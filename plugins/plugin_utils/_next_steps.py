# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The command that fixes the findings of an audit about a connection."""

from __future__ import annotations

import json
import re
import shlex
import typing as t

from ansible_collections.hcptf.vcs.plugins.module_utils._base.timestamps import oldest_if_unknown

#: The address that the playbooks use if they are given none.
_DEFAULT_ADDRESS = "https://app.terraform.io"
#: Values that `-e NAME=VALUE` passes on as they are. Anything else has to be JSON.
_PLAIN = re.compile(r"[\w.:/-]+", re.ASCII)

Connection = t.Mapping[str, t.Any]


def command(connection: Connection, duplicates: t.Sequence[Connection], tfe_address: str | None) -> str | None:
    """The command for a shell that fits the finding of a connection, None if there is none.

    ``duplicates`` are the other connections of the organization to the same place. The command ends in ``--check``,
    so running it as it is changes nothing.
    """
    playbook, variables = _step(connection, duplicates)
    if playbook is None:
        return None
    values = {f"{playbook}_organization": connection["organization"], **variables}
    if tfe_address and tfe_address != _DEFAULT_ADDRESS:
        values["vcs_connections_tfe_address"] = tfe_address
    # Ansible evaluates templates in extra variables, and a template in a name must not be evaluated.
    if not all(isinstance(value, str) and "{" not in value and value.isprintable() for value in values.values()):
        return None
    return f"ansible-playbook hcptf.vcs.{playbook} {_extra_vars(values)} --check"


def _step(connection: Connection, duplicates: t.Sequence[Connection]) -> tuple[str | None, dict[str, t.Any]]:
    """The playbook that fixes the connection, with its variables."""
    client_id, findings = connection["id"], set(connection["findings"])
    kept = min([connection, *duplicates], key=_worth)
    if kept["id"] != client_id and _works(kept) and "unused" not in findings:
        return "migrate", {"migrate_from_oauth_client_id": client_id, "migrate_to_oauth_client_id": kept["id"]}
    if "failing" in findings and (kept["id"] == client_id or not _works(kept)):
        return "rotate", {"rotate_oauth_client_id": client_id}
    if findings & {"no_token", "unused"} and not (duplicates and kept["id"] == client_id):
        return "remove", {"remove_oauth_client_id": client_id}
    return None, {}


def _works(connection: Connection) -> bool:
    return bool(connection.get("oauth_token_id")) and "failing" not in connection["findings"]


def _worth(connection: Connection) -> tuple[t.Any, ...]:
    """Sorts the duplicate to keep first: one that works, that most workspaces use, and the oldest of these."""
    health = (connection.get("health") or {}).get("status")
    return (
        not connection.get("oauth_token_id"),
        ["ok", "unknown", "failing"].index(health) if health in ("ok", "failing") else 1,
        -(connection.get("affected_workspaces_count") or 0),
        oldest_if_unknown(connection.get("created_at")),
        connection["id"],
    )


def _extra_vars(values: t.Mapping[str, str]) -> str:
    if all(_PLAIN.fullmatch(value) for value in values.values()):
        return " ".join(f"-e {name}={value}" for name, value in values.items())
    return f"-e {shlex.quote(json.dumps(values, ensure_ascii=False))}"
