# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common parts of the bodies of writes."""

from __future__ import annotations

from typing import Any

from .errors import ApiError, Problem


def resource(document: Any, kind: str) -> dict[str, Any]:
    """The `data` member of a JSON:API document, refused unless it is one object of that type."""
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise ApiError(422, Problem("invalid request", "data must be an object", "/data"))
    if data.get("type") != kind:
        raise ApiError(422, Problem("invalid request", f"data.type must be {kind}", "/data/type"))
    for member in ("attributes", "relationships"):
        if not isinstance(data.get(member, {}), dict):
            raise ApiError(422, Problem("invalid request", f"{member} must be an object", f"/data/{member}"))
    return data


def refuse_if(problems: list[Problem]) -> None:
    if problems:
        raise ApiError(422, *problems)
