# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run programs that are installed beside the Python that runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from utils.ansible_environment import ansible_environment

PROGRAMS = Path(sys.executable).parent


def tool(name: str) -> str:
    """The program that belongs to the Python that runs the tests."""
    path = PROGRAMS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed beside {sys.executable}")
    return str(path)


def call(*command: Any, home: Path, **variables: str) -> str:
    """What the command prints; it must end well, and warn of nothing of ours."""
    done = subprocess.run(
        [str(part) for part in command],
        env={
            **ansible_environment(home, **variables),
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        },
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    warnings = [line for line in (done.stdout + done.stderr).splitlines() if "WARNING" in line]
    # ansible-doc warns of a collection inside of ansible-core.
    assert not [warning for warning in warnings if "_protomatter" not in warning]
    return done.stdout
