# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads share the objects of these rooms, so nothing can change one after it was made."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from ansible_collections.hcptf.vcs.plugins import module_utils

CORE = module_utils.__name__
MODULES = sorted(
    f"{CORE}.{room}.{file.stem}"
    for folder in module_utils.__path__
    for room in ("_model", "_vcs")
    for file in (Path(folder) / room).glob("*.py")
)
KINDS = [
    kind
    for name in MODULES
    for kind in vars(import_module(name)).values()
    if isinstance(kind, type) and issubclass(kind, tuple) and kind.__module__ == name
]
#: What works on such objects, or is raised, and is not shared as a value.
OTHERS = {"NoResponse", "RepositoryMap", "TokenChecks", "_Host"}


def test_every_class_is_known():
    classes = {
        kind.__name__
        for name in MODULES
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and kind.__module__ == name
    }
    assert classes - {kind.__name__ for kind in KINDS} == OTHERS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_object_cannot_be_changed(kind):
    thing = kind._make(kind._fields)
    for name in (*kind._fields, "another"):
        with pytest.raises(AttributeError):
            setattr(thing, name, None)
