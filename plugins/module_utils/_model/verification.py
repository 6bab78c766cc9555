# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Compares the stored values of a server with the request. Uses no network."""

from __future__ import annotations

import typing as t

from .comparison import differs
from .desired import Desired
from .oauth_client import OAuthClient


def rejected_changes(sent: t.Mapping[str, t.Any], client: OAuthClient) -> tuple[list[str], list[str]]:
    """The sent attributes that the server's answer contradicts, and those that it does not report."""
    contradicted = [name for name, value in sent.items() if differs(name, value, client)]
    unreported = [name for name in sent if name not in client.values]
    return contradicted, unreported


def changed_identity(desired: Desired, client: OAuthClient) -> list[str]:
    """The identifying attributes that the server stored with another value, so later runs would not find the client.

    An attribute that the server does not return counts too, if the connection cannot be found without it.
    """
    wanted = {"service_provider": desired.provider and desired.provider.value, "http_url": desired.http_url}
    wanted.update({name: desired.attributes.get(name) for name in ("name", "ado_org_name")})
    return [
        name
        for name, value in wanted.items()
        if value and (differs(name, value, client) if name in client.values else desired.identifies(name))
    ]


def with_added_tokens_first(before: OAuthClient, after: OAuthClient) -> OAuthClient:
    """The updated client with its new OAuth tokens first, because these have the secret that was just sent."""
    added = [token_id for token_id in after.oauth_token_ids if token_id not in before.oauth_token_ids]
    kept = [token_id for token_id in after.oauth_token_ids if token_id in before.oauth_token_ids]
    return after._replace(oauth_token_ids=(*added, *kept))


def added_token_warnings(before: OAuthClient, after: OAuthClient) -> t.Iterator[str]:
    """Warn if an update added an OAuth token to those of the client. Links keep using the one that they refer to."""
    if not before.oauth_token_ids or after.oauth_token_id in (None, *before.oauth_token_ids):
        return
    old, *more = before.oauth_token_ids
    source = f"oauth_client_id={after.id}" if more else f"oauth_token_id={old}"
    yield (
        f"The update gave OAuth client {after.id} another OAuth token ({after.oauth_token_id}). Workspaces and others "
        f"linked through {', '.join(before.oauth_token_ids)} keep using the old one (a known issue in Terraform "
        "Enterprise before 1.1.3). "
        "Move them with the module vcs_links (from oauth_token_id, to oauth_token_id) or with the playbook "
        f"hcptf.vcs.migrate (-e migrate_organization={after.organization} -e migrate_from_{source} "
        f"-e migrate_to_oauth_token_id={after.oauth_token_id})."
    )
