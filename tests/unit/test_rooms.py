# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of the rooms in plugins/module_utils: imports go down only, and no two files import each other."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

MODULE_UTILS = Path(__file__).resolve().parents[2] / "plugins" / "module_utils"
#: From the ground floor up. A file imports from its own room and from those before it.
ROOMS = ("_base", "_http", "_vcs", "_model", "_tfe", "_apply", "_tasks")
FILES = sorted(MODULE_UTILS.rglob("*.py"))


def imported(file: Path) -> set[Path]:
    """The files of module_utils that a file imports, by whatever form."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        folder = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        paths = [folder.with_suffix(".py"), *(folder / f"{alias.name}.py" for alias in node.names)]
        found |= {path for path in paths if path.is_file()}
    return found


def test_every_file_is_in_a_known_room():
    assert {file.relative_to(MODULE_UTILS).parts[0] for file in FILES} == set(ROOMS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(MODULE_UTILS)))
def test_imports_go_down_only(file):
    floor = ROOMS.index(file.parent.name)
    upwards = [path.name for path in imported(file) if ROOMS.index(path.parent.name) > floor]
    assert upwards == []


def test_no_circle_of_imports():
    assert list(TopologicalSorter({file: imported(file) for file in FILES}).static_order())


def test_the_imports_are_really_read():
    assert MODULE_UTILS / "_base" / "errors.py" in imported(MODULE_UTILS / "_apply" / "writer.py")
