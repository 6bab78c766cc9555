# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds Terraform and its provider hashicorp/tfe on this machine."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

PROVIDER = "terraform-provider-tfe"
_ADVICE = f"TERRAFORM_PROVIDER_TFE=/path/to/{PROVIDER} names it, TERRAFORM=/path/to/terraform names Terraform"


@dataclass(frozen=True)
class Programs:
    """The programs that were found, or what is missing."""

    terraform: str = ""
    provider: str = ""
    missing: str = ""


def find(terraform: str | None, provider: str | None) -> Programs:
    """The programs of these names or paths; without one, those on the PATH."""
    found = []
    for wanted, default in ((terraform, "terraform"), (provider, PROVIDER)):
        path = shutil.which(wanted or default)
        if path is None:
            where = f"{wanted} is no program" if wanted else f"{default} is not on the PATH"
            return Programs(missing=f"{where}; {_ADVICE}")
        found.append(os.path.abspath(path))
    return Programs(*found)
