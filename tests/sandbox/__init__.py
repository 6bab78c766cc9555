# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local server that implements the API of HCP Terraform and Terraform Enterprise around OAuth clients."""

from __future__ import annotations

from .faults import Fault
from .personalities import PERSONALITIES
from .request_log import LoggedRequest
from .server import Sandbox
from .unknowns import Unknowns
from .vcs_host import VcsHost

__all__ = ["PERSONALITIES", "Fault", "LoggedRequest", "Sandbox", "Unknowns", "VcsHost"]
