# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the parts of a JSON:API document, and writes the names and IDs in requests."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from .._base.errors import InvalidAnswer


def quoted(part: str) -> str:
    """A name or an ID as one part of a path."""
    return quote(part, safe="")


def hyphens(name: str) -> str:
    """The JSON:API name of an attribute."""
    return name.replace("_", "-")


def invalid_answer(failed: str, why: str) -> InvalidAnswer:
    """The error for a document that is not what the API promises. ``failed`` says what failed, and where."""
    return InvalidAnswer(
        f"{failed}: {why}. Check that tfe_address is the address of the API. If it is, the server, or a proxy in front "
        "of it, has a problem: run again later."
    )


def resource_of(resource: t.Any, kind: str, failed: str) -> dict[str, t.Any]:
    """The resource, if it is one of that kind. Raises InvalidAnswer, beginning with ``failed``, for anything else."""
    if not isinstance(resource, dict) or resource.get("type") != kind or not isinstance(resource.get("id"), str):
        raise invalid_answer(failed, f"the answer holds no JSON:API resource of type {kind}")
    return resource


def attributes_of(resource: t.Any) -> dict[str, t.Any]:
    """The attributes of a resource, by their JSON:API names."""
    return dictionary(dictionary(resource).get("attributes"))


def related_ids(resource: t.Mapping[str, t.Any], name: str, failed: str) -> list[str] | None:
    """The IDs of a relationship to one or to many; None if the server does not report them, as with links alone."""
    relationship = dictionary(dictionary(resource.get("relationships")).get(name))
    if "data" not in relationship:
        return None
    data = relationship["data"]
    entries = data if isinstance(data, list) else [] if data is None else [data]
    if not all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries):
        raise invalid_answer(failed, "a relationship in the answer is broken")
    return [entry["id"] for entry in entries]


def related_id(resource: t.Mapping[str, t.Any], name: str, failed: str) -> str | None:
    """The ID of a relationship to one; None if there is none, or the server does not report it."""
    return next(iter(related_ids(resource, name, failed) or ()), None)


def dictionary(value: t.Any) -> dict[str, t.Any]:
    """The value if it is a dictionary, else an empty one."""
    return value if isinstance(value, dict) else {}


def boolean(value: t.Any) -> bool | None:
    """The value if it is true or false, else None."""
    return value if isinstance(value, bool) else None


def text(value: t.Any) -> str | None:
    """The value if it is a text with content, else None."""
    return value if isinstance(value, str) and value else None
