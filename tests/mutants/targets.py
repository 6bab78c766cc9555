# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that are mutated, and the unit tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CODE = "plugins/module_utils"
TESTS = "tests/unit/plugins/module_utils"
#: Tries examples found by chance: a mutant must be noticed without it.
_PROPERTIES = "test_properties.py"

#: The files outside _model, each with the tests beside those of its own name.
_OTHERS: dict[str, tuple[str, ...]] = {
    "_base/urls.py": ("_vcs/test_service_providers.py", "_model/test_matching.py"),
    "_base/secrets.py": ("_base/test_scrubber.py",),
    "_base/secret_shapes.py": ("_base/test_secrets.py",),
    "_base/scrubber.py": (),
    "_base/keys.py": (),
    "_base/timestamps.py": (),
    "_vcs/response.py": ("_vcs/test_token_response.py", "_model/test_immutable.py"),
    "_vcs/refusals.py": ("_vcs/test_token_response.py",),
    "_vcs/token_response.py": ("_vcs/test_refusals.py",),
    "_vcs/token_status.py": ("_model/test_immutable.py",),
    "_vcs/token_checks.py": (),
}


@dataclass(frozen=True)
class Target:
    """``name`` is relative to plugins/module_utils; ``tests`` run in this order, up to the first that fails."""

    name: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{CODE}/{self.name}"


def targets(checkout: Path, only: Iterable[str] = ()) -> list[Target]:
    """All targets, or those whose names contain one of these words."""
    model = sorted(f"_model/{path.name}" for path in (checkout / CODE / "_model").glob("*.py"))
    wanted = tuple(only)
    return [
        Target(name, _tests(checkout, name))
        for name in (*_OTHERS, *model)
        if not wanted or any(word in name for word in wanted)
    ]


def _tests(checkout: Path, name: str) -> tuple[str, ...]:
    folder, _slash, file = name.partition("/")
    # test_planning_create.py belongs to planning.py.
    own = sorted((checkout / TESTS / folder).glob(f"test_{file.removesuffix('.py')}*.py"))
    if name in _OTHERS:
        others = [checkout / TESTS / test for test in _OTHERS[name]]
    else:
        room = sorted((checkout / TESTS / "_model").glob("test_*.py"))
        others = [path for path in room if path not in own and path.name != _PROPERTIES]
    return tuple(str(path.relative_to(checkout)) for path in (*own, *others))
