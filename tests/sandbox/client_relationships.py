# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects and the agent pool in the bodies of writes to OAuth clients. Pure: no state, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .bodies import refuse_if
from .errors import ApiError, Problem, invalid_relationship

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import Settings


@dataclass(frozen=True)
class Inventory:
    """The objects of an organization that a body can refer to, and the VCS hosts' answers about tokens."""

    private_vcs: bool
    project_ids: frozenset[str]
    foreign_project_ids: frozenset[str]
    agent_pool_ids: frozenset[str]
    rejected_pats: frozenset[str]


def read_project_identifiers(document: Any, inventory: Inventory) -> tuple[str, ...]:
    """The body of the attach and detach endpoints."""
    ids, problems = _read_projects(document, inventory)
    refuse_if(problems)
    return ids


def read_relationships(
    relationships: Mapping[str, Any], inventory: Inventory, settings: Settings
) -> tuple[dict[str, Any], list[Problem]]:
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    if "projects" in relationships:
        fields["project_ids"], found = _read_projects(relationships["projects"], inventory)
        problems += found
    if "agent-pool" in relationships:
        fields["agent_pool_id"], found = _read_agent_pool(relationships["agent-pool"], inventory)
        if found and settings.unknowns.agent_pool_error_status == 404:
            raise ApiError(404, Problem("not found", found[0].detail))
        problems += found
    return fields, problems


def without_unusable_projects(
    relationships: Mapping[str, Any], inventory: Inventory, settings: Settings
) -> dict[str, Any]:
    """Omit projects of other organizations, or those that do not exist, without an error."""
    ids, problems = _read_projects(relationships.get("projects", {"data": []}), inventory)
    if not problems or not ids:
        return dict(relationships)
    unknowns = settings.unknowns
    foreign = inventory.foreign_project_ids if unknowns.foreign_project_in_create == "dropped" else frozenset()
    known = inventory.project_ids | inventory.foreign_project_ids
    missing = set(ids) - known if unknowns.missing_project_in_create == "dropped" else set()
    kept = [{"id": project, "type": "projects"} for project in ids if project not in foreign | missing]
    return {**relationships, "projects": {"data": kept}}


def _read_projects(document: Any, inventory: Inventory) -> tuple[tuple[str, ...], list[Problem]]:
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list) or any(
        not isinstance(item, dict) or item.get("type") != "projects" or not isinstance(item.get("id"), str)
        for item in data
    ):
        return (), [invalid_relationship("projects", "projects must be a list of {id, type: projects}")]
    ids = tuple(dict.fromkeys(item["id"] for item in data))
    return ids, [
        invalid_relationship("projects", f"project {project_id} was not found, or may not be used")
        for project_id in ids
        if project_id not in inventory.project_ids
    ]


def _read_agent_pool(document: Any, inventory: Inventory) -> tuple[str | None, list[Problem]]:
    data = document.get("data") if isinstance(document, dict) else None
    if isinstance(document, dict) and "data" in document and data is None:
        return None, []
    if not isinstance(data, dict) or data.get("type") != "agent-pools":
        return None, [invalid_relationship("agent-pool", "agent-pool must be null or {id, type: agent-pools}")]
    if data.get("id") not in inventory.agent_pool_ids:
        detail = "the provided agent pool does not exist or you are not authorized to use it"
        return None, [invalid_relationship("agent-pool", detail)]
    if not inventory.private_vcs:
        return None, [invalid_relationship("agent-pool", "the organization does not have private VCS enabled")]
    return data["id"], []
