# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Editors complete every option of every module.

The language server of the Ansible extension for VS Code reads documentation and doc fragments as text. It is installed
with npm, once, below build/.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from importlib import import_module
from typing import Any

import pytest

from utils.ansible_environment import ansible_environment
from utils.collection_path import CHECKOUT
from utils.language_server import LanguageServer
from utils.programs import PROGRAMS

PACKAGE = "@ansible/ansible-language-server@1.2.3"
MODULES = sorted(file.stem for file in CHECKOUT.glob("plugins/modules/*.py"))
argument_specs = import_module("ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_specs")


def installed_program() -> list[str]:
    """The command of the language server."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("npm, which installs the language server, is not on the PATH")
    folder = CHECKOUT / "build" / "language-server"
    program = folder / "node_modules/@ansible/ansible-language-server/bin/ansible-language-server"
    if not program.exists():
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot install the language server: {error}")
    return [node, str(program)]


def playbook(module: str, text: str) -> str:
    return f"- hosts: localhost\n  tasks:\n    - name: Complete this\n      hcptf.vcs.{module}:\n        {text}"


def options_and_aliases(spec: dict[str, Any]) -> set[str]:
    return set(spec) | {alias for option in spec.values() for alias in option.get("aliases", ())}


# One test for all modules, because tests in parallel would install the server at the same time.
def test_editor_completes_every_option(installed, tmp_path):
    environment = ansible_environment(tmp_path, ANSIBLE_COLLECTIONS_PATH=installed)
    environment["PATH"] = os.pathsep.join([str(PROGRAMS), environment["PATH"]])
    with contextlib.closing(LanguageServer(installed_program(), tmp_path, environment)) as server:
        for module in MODULES:
            check_completions(server, module, getattr(argument_specs, module)()["argument_spec"])


def check_completions(server: LanguageServer, module: str, spec: dict[str, Any]) -> None:
    """Options and their aliases, suboptions, and choices are what the argument spec has."""
    assert server.complete(playbook(module, "")) == options_and_aliases(spec), module
    for name, option in spec.items():
        if "options" in option:
            start = f"{name}:\n          - " if option["type"] == "list" else f"{name}:\n          "
            assert server.complete(playbook(module, start)) == options_and_aliases(option["options"]), name
        elif "choices" in option and option["type"] == "str":
            assert server.complete(playbook(module, f"{name}: ")) == set(option["choices"]), name
