# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The organizations that an API token can see, and what it may do there.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/organizations).
"""

from __future__ import annotations

from .._base.errors import VcsError
from .client import TfeClient
from .json_api import attributes_of, dictionary, quoted, text


def list_organizations(client: TfeClient) -> list[str]:
    """The names of all organizations that the API token can see, sorted. Raises the VcsError of TfeClient."""
    resources = client.get_all("/organizations", "list the organizations")
    return sorted({text(attributes_of(resource).get("name")) or resource["id"] for resource in resources})


def cannot_change_oauth_clients(client: TfeClient, organization: str) -> bool:
    """Whether the organization says that the API token cannot change its OAuth clients. False if it does not say.

    C(can-update-oauth) alone is not enough: OTF reports it as false for everybody, even for owners
    (C(DefaultOrganizationPermissions) in U(https://github.com/leg100/otf/blob/master/internal/organization/tfe_types.go)).
    """
    try:
        document = client.get(f"/organizations/{quoted(organization)}", f"read organization {organization!r}")
    except VcsError:
        return False
    permissions = dictionary(attributes_of(document.get("data")).get("permissions"))
    return permissions.get("can-update-oauth") is False and permissions.get("can-update") is not True
