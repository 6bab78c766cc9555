# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests on every ansible-core from 2.16 up that the Pythons of this machine can run.

    python tests/matrix.py [--core 2.16 --core 2.21] [--pre] [--keep] [-- arguments for pytest]

Each ansible-core is run twice: on the oldest Python found for it with the oldest requests, and on the newest Python
with the newest requests. Warnings of Python and of Ansible, deprecations among them, are failures: pytest.ini and the
fixture `playbook` see to that. Prints a table of what passed, and ends with 1 if anything failed or nothing was run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "matrix"
#: The Pythons that each ansible-core supports on the controller, by minor version; pip only knows the lower bound.
PYTHONS = {
    "2.16": (10, 12),
    "2.17": (10, 12),
    "2.18": (11, 13),
    "2.19": (11, 13),
    "2.20": (12, 14),
    "2.21": (12, 14),
    "2.22": (13, 15),
}
OLDEST_REQUESTS = "requests==2.28.*"
NEWEST_REQUESTS = "requests"
NOT_RELEASED = "not released"


@dataclass
class Cell:
    """One run of the tests, and what became of it."""

    core: str
    python: tuple[int, Path]
    requests: str
    core_version: str = ""
    requests_version: str = ""
    outcome: str = "not run"
    seconds: float = 0.0

    @property
    def venv(self) -> Path:
        age = "newest" if self.requests == NEWEST_REQUESTS else "oldest"
        return BUILD / f"core-{self.core}-py3.{self.python[0]}-{age}-requests"


def main() -> int:
    options = arguments()
    found = pythons()
    print("Pythons:", ", ".join(f"3.{minor} ({path})" for minor, path in sorted(found.items())) or "none")
    cells = [cell for core in options.core or PYTHONS for cell in cells_of(core, found)]
    for cell in cells:
        start = time.monotonic()
        try:
            cell.outcome = run(cell, options)
        finally:
            if not options.keep:
                shutil.rmtree(cell.venv, ignore_errors=True)
        cell.seconds = time.monotonic() - start
        print(f"== {cell.core} on 3.{cell.python[0]}: {cell.outcome}", flush=True)
    print()
    print(table(cells))
    ran = [cell for cell in cells if cell.outcome != NOT_RELEASED]
    return 0 if ran and all(cell.outcome.startswith("passed") for cell in ran) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the tests on every ansible-core from 2.16 up.")
    parser.add_argument("--core", action="append", choices=PYTHONS, help="just this one; may be repeated")
    parser.add_argument("--pre", action="store_true", help="take pre-releases of ansible-core too")
    parser.add_argument("--keep", action="store_true", help="keep the virtual environments, for the next run")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    return parser.parse_args()


def pythons() -> dict[int, Path]:
    """The Pythons of this machine that can make virtual environments, by minor version."""
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    # A shim of pyenv stands for a Python that may not be there: look behind them.
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*sorted(root.glob("versions/3.*/bin")), *(folder for folder in folders if folder.name != "shims")]
    found: dict[int, Path] = {}
    check = "import ensurepip, sys, venv; print(sys.version_info.releaselevel == 'final' and sys._base_executable)"
    for minor in range(10, 16):
        for path in (folder / f"python3.{minor}" for folder in folders):
            if minor in found or not path.exists():
                continue
            done = subprocess.run([str(path), "-c", check], capture_output=True, text=True, check=False)
            if done.returncode == 0 and done.stdout.strip() != "False":
                found[minor] = Path(done.stdout.strip())
    return found


def cells_of(core: str, found: dict[int, Path]) -> list[Cell]:
    lowest, highest = PYTHONS[core]
    fitting = sorted(minor for minor in found if lowest <= minor <= highest)
    if not fitting:
        print(f"ansible-core {core}: no Python from 3.{lowest} to 3.{highest} was found")
        return []
    pairs = ((fitting[0], OLDEST_REQUESTS), (fitting[-1], NEWEST_REQUESTS))
    return [Cell(core, (minor, found[minor]), requests) for minor, requests in pairs]


def run(cell: Cell, options: argparse.Namespace) -> str:
    python = cell.venv / "bin" / "python"
    stamp = cell.venv / "ready"
    if not stamp.exists():
        shutil.rmtree(cell.venv, ignore_errors=True)
        subprocess.run([str(cell.python[1]), "-m", "venv", str(cell.venv)], check=True)
        major, minor = cell.core.split(".")
        # A bound that names a pre-release lets in those of this package, and of no other.
        core = f"ansible-core>={cell.core}.0{'a1' if options.pre else ''},<{major}.{int(minor) + 1}"
        installed = subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", core, cell.requests, "-r", "tests/requirements.txt"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if "No matching distribution found for ansible-core" in installed.stdout:
            return NOT_RELEASED
        if installed.returncode:
            print(installed.stdout)
            return "FAILED: cannot be installed"
        stamp.touch()
    show = "import importlib.metadata as m; print(m.version('ansible-core'), m.version('requests'))"
    output = subprocess.run([str(python), "-c", show], capture_output=True, text=True, check=True).stdout
    cell.core_version, cell.requests_version = output.split()
    print(
        f"\n== ansible-core {cell.core_version}, requests {cell.requests_version}, Python 3.{cell.python[0]}",
        flush=True,
    )
    environment = {name: value for name, value in os.environ.items() if name != "OLDEST_ANSIBLE_PLAYBOOK"}
    with subprocess.Popen(
        [str(python), "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", *options.pytest],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as tests:
        last = ""
        for line in tests.stdout or ():
            sys.stdout.write(line)
            last = line.strip() or last
    summary = re.sub(r"[= ]*(.*?) in [\d.]+s.*", r"\1", last)
    return f"passed: {summary}" if tests.returncode == 0 else f"FAILED: {summary}"


def table(cells: list[Cell]) -> str:
    head = ("ansible-core", "requests", "Python", "outcome", "seconds")
    rows = [
        (
            cell.core_version or cell.core,
            cell.requests_version or "-",
            f"3.{cell.python[0]}",
            cell.outcome,
            f"{cell.seconds:.0f}",
        )
        for cell in cells
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    )


if __name__ == "__main__":
    sys.exit(main())
