# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tests in a copy of the checkout, in a fork of this process, which has imported everything but the collection.

A mutant takes a fraction of a second this way, most of which would otherwise go into starting Python.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Before the forks, so none of them has to.
import_module("hypothesis")

_OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "--no-header", "--no-summary", "--hypothesis-seed=0"),
    # hypothesis was imported before pytest could change its asserts.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class Tree:
    """A copy of what git tracks or would track, where files can be mutated."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.root = folder / "ansible_collections" / "hcptf" / "vcs"
        shutil.rmtree(folder, ignore_errors=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=checkout,
            stdout=subprocess.PIPE,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (checkout / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(checkout / name, self.root / name)

    def write(self, path: str, source: str) -> None:
        file = self.root / path
        file.write_text(source, encoding="utf-8")
        for bytecode in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            bytecode.unlink()

    def passes(self, tests: Sequence[str], timeout: float, *, mutated: bool = True) -> bool | None:
        """Whether all these tests pass; None if they take longer than that."""
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if not child:
            self._test(tests, mutated)
        status = _wait(child, time.monotonic() + timeout)
        return None if status is None else status == 0

    def _test(self, tests: Sequence[str], mutated: bool) -> None:
        """In the child, which never returns."""
        status = 70
        try:
            os.setsid()
            os.chdir(self.root)
            sys.path.pop(0)  # the tests of the checkout itself
            silent = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(silent, descriptor)
            # The bytecode of a mutant must not outlive it; that of everything else saves time.
            sys.dont_write_bytecode = mutated
            # One file at a time: what comes after the first failure need not be collected.
            status = next(filter(None, (int(pytest.main([*_OPTIONS, test])) for test in tests)), 0)
        finally:
            os._exit(status)


def _wait(child: int, deadline: float) -> int | None:
    """The child's exit status; None if it had to be killed."""
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.01)
