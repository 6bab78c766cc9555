# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where ansible-playbook and Python find the collection, wherever the checkout lies."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def collections_path() -> Path:
    """The folder with ansible_collections/hcptf/vcs in it; if there is none, one that lasts as long as the process."""
    if CHECKOUT.parts[-3:] == ("ansible_collections", "hcptf", "vcs"):
        return CHECKOUT.parents[2]
    root = Path(tempfile.mkdtemp(prefix="hcptf-vcs-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    namespace = root / "ansible_collections" / "hcptf"
    namespace.mkdir(parents=True)
    (namespace / "vcs").symlink_to(CHECKOUT, target_is_directory=True)
    return root
