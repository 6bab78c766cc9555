# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes `python tests/peers` work from any folder."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    # Python put this folder itself on the path; its file names must not hide other top-level modules.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from peers.cli import main

sys.exit(main())
