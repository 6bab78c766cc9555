# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the API: one exception for every error answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One entry of the `errors` array."""

    title: str
    detail: str | None = None
    pointer: str | None = None


class ApiError(Exception):
    """An error answer; 422 may carry several problems."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__(status, *problems)
        self.status = status
        self.problems = problems


def invalid_attribute(name: str, detail: str) -> Problem:
    return Problem("invalid attribute", detail, f"/data/attributes/{name}")


def invalid_relationship(name: str, detail: str) -> Problem:
    return Problem("invalid attribute", detail, f"/data/relationships/{name}")


def unauthorized() -> ApiError:
    return ApiError(401, Problem("unauthorized"))


def not_found() -> ApiError:
    """Also the answer without permission. The API does not distinguish the two."""
    return ApiError(404, Problem("not found"))
