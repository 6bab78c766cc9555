# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The attributes of an OAuth client that the API never changes."""

from __future__ import annotations

from .._base.errors import FixedAttribute
from .comparison import differs
from .desired import Desired
from .oauth_client import OAuthClient

_MIGRATE = (
    "To change it, create a second connection beside it (match_by=url_and_name with a name of its own), move its "
    "workspaces with the playbook hcptf.vcs.migrate, then remove the old one."
)


def refuse_fixed(desired: Desired, client: OAuthClient) -> None:
    """Raise FixedAttribute if the task sets another value for an attribute that can never change."""
    given: dict[str, str | None] = {}
    if desired.oauth_client_id and desired.provider:
        given["service_provider"] = desired.provider.value
    if desired.oauth_client_id and desired.http_url:
        given["http_url"] = desired.http_url
    if desired.api_url_given:
        given["api_url"] = desired.api_url
    for name, value in given.items():
        if client.values.get(name) and differs(name, value, client):
            raise FixedAttribute(
                f"The {name} of OAuth client {client.describe()} of organization {desired.organization!r} is "
                f"{client.values[name]} and cannot be changed to {value}. To keep it, omit {name}. {_MIGRATE}"
            )
