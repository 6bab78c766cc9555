# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make` says which Python a target needs, and what to install where it is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from utils.collection_path import CHECKOUT

MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(not MAKE, reason="make is not installed")

#: What the Makefile calls besides Python.
TOOLS = ("awk", "bash", "cat", "echo", "git", "ls", "rm", "sh", "touch")
#: A Python that reports another version, and lacks some modules.
PYTHON = """\
#!/bin/sh
shift
exec {real} -c '
import sys
code = sys.argv.pop(1)
class Version(tuple):
    releaselevel = "{level}"
sys.version_info = Version({version})
for name in {missing}:
    sys.modules[name] = None
exec(code)
' "$@"
"""


class Machine:
    """A checkout without virtual environments, and a PATH with nothing but these Pythons."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.bin = folder / "bin"
        self.bin.mkdir()
        (self.checkout / "tests").mkdir(parents=True)
        shutil.copy(CHECKOUT / "Makefile", self.checkout)
        for name in ("utils", "sandbox"):
            shutil.copytree(CHECKOUT / "tests" / name, self.checkout / "tests" / name)
        for file in CHECKOUT.glob("tests/*requirements.txt"):
            shutil.copy(file, self.checkout / "tests")
        for name in TOOLS:
            if path := shutil.which(name):
                (self.bin / name).symlink_to(path)

    def add(self, name: str, version: tuple[int, ...], *, missing: tuple[str, ...] = (), level: str = "final") -> str:
        text = PYTHON.format(real=sys.executable, version=version, missing=json.dumps(missing), level=level)
        (self.bin / name).write_text(text, encoding="utf-8")
        (self.bin / name).chmod(0o755)
        return str(self.bin / name)

    def make(self, *arguments: str) -> str:
        """What `make` says when it fails."""
        assert MAKE
        done = self._run(MAKE, *arguments)
        assert done.returncode != 0, done.stdout
        assert "Making" not in done.stdout
        return done.stderr

    def find(self, lowest: str, highest: str, *python: str) -> str:
        """The path that is found for a target."""
        done = self._run("sh", "tests/utils/find_python.sh", "make it", lowest, highest, *python)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "HOME": str(self.checkout), "LC_ALL": "C"}
        return subprocess.run(
            command, env=environment, cwd=self.checkout, capture_output=True, text=True, timeout=180, check=False
        )


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.mark.parametrize("target", ["docs", "lint"])
def test_make_docs_and_lint_on_3_11_say_that_they_need_3_12(machine, target):
    machine.add("python3", (3, 11, 7))
    said = machine.make(target)
    assert f"make {target} needs Python 3.12 or newer, with the modules venv and ensurepip.\n" in said
    assert "Found: python3 is 3.11.7.\n" in said
    assert f"make {target} PYTHON=/path/to/python3\n" in said


@pytest.mark.parametrize("missing", ["ensurepip", "venv"])
@pytest.mark.parametrize("target", ["demo", "test", "generate", "faults"])
def test_missing_ensurepip_is_a_package_to_install(machine, target, missing):
    machine.add("python3", (3, 11, 2), missing=(missing,))
    said = machine.make(target)
    assert f"make {target} needs Python 3.10 or newer, with the modules venv and ensurepip.\n" in said
    assert "python3 is Python 3.11.2, but it lacks one of these modules." in said
    assert "apt install python3-venv\n" in said


@pytest.mark.parametrize("target", ["demo", "docs", "matrix"])
def test_no_python_at_all(machine, target):
    said = machine.make(target)
    assert f"make {target} needs Python 3.1" in said
    assert "No Python 3 was found on the PATH.\n" in said


def test_a_package_does_not_help_a_python_that_is_too_old(machine):
    machine.add("python3", (3, 9, 2), missing=("ensurepip",))
    said = machine.make("demo")
    assert "Found: python3 is 3.9.2.\n" in said
    assert "apt" not in said


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("python3.9", "Found: python3.9 is 3.9.18."),
        ("python3.15", "Found: python3.15 is 3.15.0 (a pre-release)."),
        ("/no/such/python", "/no/such/python cannot be run, or is not Python 3."),
    ],
)
def test_a_python_that_is_named_does_not_fit(machine, named, words):
    machine.add("python3", (3, 13, 0))
    machine.add("python3.9", (3, 9, 18))
    machine.add("python3.15", (3, 15, 0), level="candidate")
    said = machine.make("demo", f"PYTHON={named}")
    assert "make demo needs Python 3.10 or newer" in said
    assert words in said


def test_the_newest_python_that_fits_is_found(machine):
    """Behind one that is incomplete, one that is not final, and a shim of one that is not installed."""
    machine.add("python3.15", (3, 15, 0), level="beta")
    (machine.bin / "python3.14").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (machine.bin / "python3.14").chmod(0o755)
    machine.add("python3.13", (3, 13, 1), missing=("ensurepip",))
    machine.add("python3.11", (3, 11, 7))
    real = str(Path(getattr(sys, "_base_executable", sys.executable)))
    assert os.path.samefile(machine.find("3.10", "3.99"), real)
    assert os.path.samefile(machine.find("3.10", "3.12"), real)
    assert "python3.13 is Python 3.13.1, but it lacks" in machine.make("docs")


def test_help_names_the_python_of_targets_that_need_a_newer_one(machine):
    assert MAKE
    listed = machine._run(MAKE, "help").stdout
    for target in ("lint", "docs"):
        assert "Python 3.12 or newer" in next(
            line for line in listed.splitlines() if line.startswith(f"make {target} ")
        )
