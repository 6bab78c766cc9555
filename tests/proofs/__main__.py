# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes `python tests/proofs PROGRAM` work from any folder; without PROGRAM it lists them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

if not __package__:
    # Python put this folder itself on the path; its file names must not hide other top-level modules.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from utils.collection_path import collections_path

PROGRAMS = {
    "faults": "fault_matrix",
    "fuzz": "fuzz",
    "interleavings": "interleavings",
    "storm": "storm",
    "links": "link_faults",
    "tokens": "token_faults",
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in PROGRAMS:
        print(f"usage: python tests/proofs {{{','.join(PROGRAMS)}}} [--help]", file=sys.stderr)
        return 2
    sys.path.insert(1, str(collections_path()))
    status: int = importlib.import_module(f"proofs.{PROGRAMS[sys.argv[1]]}").main(sys.argv[2:])
    return status


if __name__ == "__main__":  # processes that are started anew import this file, too
    sys.exit(main())
