# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reuses the bytecode that earlier module processes compiled.

Ansible sends a module as a zip archive of source files. Every process compiles all of them again, which takes half of
its processor time.
"""

from __future__ import annotations

import marshal
import os
import sys
import zipimport
from importlib.util import source_hash
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

FOLDER = os.path.join(
    os.path.dirname(__file__), *[os.pardir] * 3, "build", "bytecode", str(sys.implementation.cache_tag)
)

_compile = zipimport._compile_source  # type: ignore[attr-defined]


def _cached(path: str, source: bytes) -> CodeType:
    """Compile a file of a zip archive, or return the cached code if its source has not changed."""
    file = os.path.join(FOLDER, path.rpartition(".zip" + os.sep)[2] + "c")
    digest = source_hash(source)
    try:
        with open(file, "rb") as cached:
            if cached.read(len(digest)) == digest:
                code: CodeType = marshal.load(cached)
                return code
    except OSError:
        pass
    code = _compile(path, source)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    own = f"{file}.{os.getpid()}"
    with open(own, "wb") as new:
        new.write(digest + marshal.dumps(code))
    os.replace(own, file)
    return code


zipimport._compile_source = _cached  # type: ignore[attr-defined]
