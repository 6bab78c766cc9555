# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Which OAuth client a task means. Sees no network and changes nothing."""

from __future__ import annotations

import typing as t

from .._base import urls
from .._base.errors import Ambiguous
from .desired import Desired
from .oauth_client import OAuthClient


def candidates(desired: Desired, clients: t.Iterable[OAuthClient]) -> list[OAuthClient]:
    """The clients with the identity that the task states: provider, http-url, and what else belongs to it."""
    url = urls.normalize(desired.http_url)
    found = [
        client
        for client in clients
        if desired.provider
        and client.values.get("service_provider") == desired.provider.value
        and urls.normalize(client.values.get("http_url")) == url
        and (not desired.match_name or client.values.get("name") == desired.attributes.get("name"))
    ]
    return _of_ado_organization(desired, found)


def find(desired: Desired, clients: t.Sequence[OAuthClient]) -> OAuthClient | None:
    """The one client that the task means, None where there is none.

    Raises Ambiguous, with all of them listed, where several fit and the name does not pick exactly one.
    """
    if desired.oauth_client_id:
        return next((client for client in clients if client.id == desired.oauth_client_id), None)
    found = candidates(desired, clients)
    if len(found) > 1 and "name" in desired.attributes:
        named = [client for client in found if client.values.get("name") == desired.attributes["name"]]
        found = named if len(named) == 1 else found
    if len(found) > 1:
        listed = ", ".join(client.describe() for client in sorted(found, key=lambda client: client.age_key))
        raise Ambiguous(
            f"Organization {desired.organization!r} has {len(found)} OAuth clients that fit the {desired.where}: "
            f"{listed}. Nothing was changed. Pick one by oauth_client_id or by its exact name, or state "
            "match_by=url_and_name for one beside them."
        )
    return found[0] if found else None


def _of_ado_organization(desired: Desired, found: list[OAuthClient]) -> list[OAuthClient]:
    """With an Azure DevOps organization stated, one of another organization is another connection.

    One without organization (an older connection) is adopted only where none names the organization itself.
    Azure DevOps ignores the case of these names.
    """
    wanted = desired.attributes.get("ado_org_name")
    if not wanted:
        return found
    exact = [client for client in found if (client.values.get("ado_org_name") or "").lower() == wanted.lower()]
    return exact or [client for client in found if not client.values.get("ado_org_name")]
