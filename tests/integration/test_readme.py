# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README, followed from top to bottom in a fresh clone with an empty home."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from utils.collection_path import CHECKOUT
from utils.published_repository import needs_a_clone, publish
from utils.run_program import run_program
from utils.yaml_blocks import yaml_blocks

README = CHECKOUT / "README.md"


def shell_blocks() -> list[str]:
    """The commands of README, in their order."""
    return re.findall(r"^```shell\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Newcomer:
    """Somebody with Python, git and an empty home, who types what README says."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self._programs = folder / "bin"
        self._programs.mkdir()
        (self._programs / "python3").symlink_to(getattr(sys, "_base_executable", sys.executable))
        self._git = publish(folder)

    def types(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run the commands in one shell; what they start in the background ends with it."""
        environment = {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(self._programs), "/usr/local/bin", "/usr/bin", "/bin"]),
            "LC_ALL": "C.UTF-8",
            **self._git,
        }
        script = f"set -e\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{commands}"
        return run_program(["bash", "-c", script], self.home, environment, timeout=300)


@needs_a_clone
def test_readme_can_be_followed_from_top_to_bottom(tmp_path):
    newcomer = Newcomer(tmp_path)
    install, run, sandbox, in_ci, rotate = shell_blocks()
    play, variables = yaml_blocks(README)
    (newcomer.home / "connect.yml").write_text(play, encoding="utf-8")
    (newcomer.home / "vars.yml").write_text(variables, encoding="utf-8")

    installed = newcomer.types(install)
    if installed.returncode and "No matching distribution found" in installed.stdout:
        pytest.skip("pip reaches no package index")
    assert installed.returncode == 0, installed.stdout

    # The port is the only thing that is changed: 8080 may be in use here.
    sandbox = sandbox.replace("8080", str(free_port()))
    rotate = rotate.replace("read -rs GITHUB_TOKEN", "read -rs GITHUB_TOKEN <<< another-text")
    followed = newcomer.types(f". ~/hcptf/bin/activate\n{sandbox}\n{run}\n{in_ci}\n{rotate}")
    assert followed.returncode == 0, followed.stdout
    recaps = [int(changed) for changed in re.findall(r"^localhost .* changed=(\d+)", followed.stdout, re.MULTILINE)]
    #                first run, dry run, again; dry run, bootstrap, audit; rotation
    assert recaps == [1, 0, 0, 0, 0, 0, 1], followed.stdout
    (client,) = set(re.findall(r"OAuth client (oc-\w+)", followed.stdout))
    (token,) = set(re.findall(r"OAuth token (ot-\w+)", followed.stdout))
    assert client in followed.stdout.rpartition("\nPLAY [")[2], "the rotation is of another connection"
    assert token
    # Ansible says that there is no inventory, which a newcomer does not have.
    shown = re.sub(r"\[WARNING\]: (No inventory was parsed|provided hosts list is empty)", "", followed.stdout)
    for unwanted in ("any-text-will-do", "another-text", "sandbox-owner-token", "WARNING", "Traceback"):
        assert unwanted not in shown
