# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the collection importable, and usable by ansible-playbook, wherever the checkout lies."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def _find_collections_path() -> Path:
    if CHECKOUT.parts[-3:] == ("ansible_collections", "hcptf", "vcs"):
        return CHECKOUT.parents[2]
    root = Path(tempfile.mkdtemp(prefix="hcptf-vcs-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    namespace = root / "ansible_collections" / "hcptf"
    namespace.mkdir(parents=True)
    (namespace / "vcs").symlink_to(CHECKOUT, target_is_directory=True)
    return root


def _is_importable() -> bool:
    try:
        spec = find_spec("ansible_collections.hcptf.vcs")
    except ImportError:
        return False
    # Another copy, installed somewhere, does not count.
    locations = (spec and spec.submodule_search_locations) or ()
    return any(CHECKOUT.samefile(location) for location in locations)


COLLECTIONS_PATH = _find_collections_path()

# ansible-test brings an import hook of its own.
if not _is_importable():
    sys.path.insert(0, str(COLLECTIONS_PATH))


@pytest.fixture(scope="session")
def collections_path() -> Path:
    """A value for ANSIBLE_COLLECTIONS_PATH: the folder with ansible_collections/hcptf/vcs in it."""
    return COLLECTIONS_PATH
