# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An environment for ansible-playbook in which nothing of the user's own plays a part."""

from __future__ import annotations

import os
from pathlib import Path

from utils.collection_path import collections_path

#: Lets module processes reuse the bytecode of earlier ones.
CACHED_BYTECODE = {"PYTHONPATH": str(Path(__file__).parent / "site")}


def ansible_environment(home: Path, **variables: str) -> dict[str, str]:
    """No credentials, no configuration, no other collections; `variables` are added."""
    config = home / "ansible.cfg"
    config.touch()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        # that there is no inventory is how it should be
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **variables,
    }
