# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The organizations that an API token can see.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/organizations).
"""

from __future__ import annotations

from .client import TfeClient
from .json_api import dictionary, text


def list_organizations(client: TfeClient) -> list[str]:
    """The names of all organizations that the API token can see, sorted. Raises the VcsError of TfeClient."""
    resources = client.get_all("/organizations", "list the organizations")
    return sorted(
        {text(dictionary(resource.get("attributes")).get("name")) or resource["id"] for resource in resources}
    )
