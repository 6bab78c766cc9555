# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""This checkout as the repository that users clone, without a network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from utils.collection_path import CHECKOUT

REPOSITORY = "https://github.com/hcptf/vcs.git"

needs_a_clone = pytest.mark.skipif(
    not shutil.which("git") or not (CHECKOUT / ".git").exists(), reason="git is missing, or this is not a clone"
)


def publish(folder: Path) -> dict[str, str]:
    """Make a repository with the checkout as it is, uncommitted changes included.

    Returns the environment variables with which git finds it at the address of the project.
    """
    snapshot, published = folder / "snapshot", folder / "published.git"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, snapshot / name)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "--all"],
        [*identity, "commit", "--quiet", "--no-verify", "--message", "Everything"],
        ["clone", "--quiet", "--bare", ".", str(published)],
    ):
        subprocess.run(["git", *command], cwd=snapshot, check=True, capture_output=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
