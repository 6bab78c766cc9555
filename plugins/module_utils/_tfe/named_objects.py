# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The lists of objects that a connection can refer to by name: projects and agent pools.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/projects),
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/agents).
"""

from __future__ import annotations

from .client import TfeClient
from .json_api import attributes_of, quoted


def named_ids(client: TfeClient, organization: str, collection: str) -> list[tuple[str, str]]:
    """ID and name of all ``projects`` or ``agent-pools`` of an organization."""
    what = f"list the {collection.replace('-', ' ')} of organization {organization!r}"
    resources = client.get_all(f"/organizations/{quoted(organization)}/{collection}", what)
    return [(resource["id"], str(attributes_of(resource).get("name"))) for resource in resources]
