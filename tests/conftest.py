# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the collection importable, and usable by ansible-playbook, wherever the checkout lies."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest.ini says so, too, but ansible-test does not read that

from utils import collection_path


def _is_importable() -> bool:
    try:
        spec = find_spec("ansible_collections.hcptf.vcs")
    except ImportError:
        return False
    # Another copy, installed somewhere, does not count.
    locations = (spec and spec.submodule_search_locations) or ()
    return any(collection_path.CHECKOUT.samefile(location) for location in locations)


# ansible-test brings an import hook of its own.
if not _is_importable():
    sys.path.insert(0, str(collection_path.collections_path()))


# make mutants does without xdist
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are processors, because tests often wait for a server or a program."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def collections_path() -> Path:
    """A value for ANSIBLE_COLLECTIONS_PATH: the folder with ansible_collections/hcptf/vcs in it."""
    return collection_path.collections_path()
