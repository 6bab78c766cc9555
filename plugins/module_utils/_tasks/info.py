# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the OAuth clients of an organization: which fit, and on demand their tokens, their use and their health."""

from __future__ import annotations

import os
import typing as t

from .._base import urls
from .._base.errors import Forbidden, Rejected, Unauthorized, VcsError
from .._model.oauth_client import OAuthClient, OAuthToken
from .._tfe import oauth_clients as api
from .._tfe.client import TfeClient
from .._tfe.settings import resolve_organization
from .runner import Kept, Run, guarded

#: What the API answers where the VCS provider refuses a token (unlike where it cannot be asked).
_REFUSALS = (Rejected, Unauthorized, Forbidden)


def run_oauth_client_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """List the OAuth clients that fit the filters, in the public view of oauth_client."""

    def work(run: Run) -> dict[str, t.Any]:
        organization = resolve_organization(params.get("organization"), os.environ)
        include = set(params.get("include") or ())
        if params.get("http_url"):
            urls.parse(urls.clean(params["http_url"]), "http_url")
        with run.connect() as client:
            clients = api.list_clients(client, organization, "affected_workspaces" in include)
            found = [_described(client, one, include) for one in clients if _fits(one, params)]
        return {"changed": False, "organization": organization, "oauth_clients": found}

    return guarded(params, work, kept)


def _fits(client: OAuthClient, params: t.Mapping[str, t.Any]) -> bool:
    """Exact comparison only, on normal forms of URLs; an empty name stands for unnamed clients."""
    values, http_url = client.values, params.get("http_url")
    return (
        params.get("oauth_client_id") in (None, "", client.id)
        and params.get("service_provider") in (None, values.get("service_provider"))
        and (not http_url or urls.normalize(http_url) == urls.normalize(values.get("http_url")))
        and (params.get("name") is None or (params["name"].strip() or None) == values.get("name"))
    )


def _described(client: TfeClient, one: OAuthClient, include: set[str]) -> dict[str, t.Any]:
    tokens: list[OAuthToken] = []
    if "tokens" in include or len(one.oauth_token_ids) > 1:
        tokens = api.list_tokens(client, one)
        one = one.with_tokens(tokens) if tokens else one
    described = one.public()
    if "tokens" in include:
        described["oauth_tokens"] = [token.public() for token in sorted(tokens, key=_newest_first, reverse=True)]
    if "affected_workspaces" in include:
        described["affected_workspaces"] = list(one.values.get("affected_workspaces") or [])
        described["affected_workspaces_count"] = one.values.get("affected_workspaces_count")
    if "health" in include:
        described["health"] = _health(client, one)
    return described


def _newest_first(token: OAuthToken) -> tuple[str, str]:
    return (token.created_at or "", token.id)


def _health(client: TfeClient, one: OAuthClient) -> dict[str, str | None]:
    """Whether the VCS provider still takes the personal access token; never an error of the task."""
    if one.oauth_token_id is None:
        return {"status": "unknown", "reason": "The OAuth client has no OAuth token."}
    try:
        vcs_organization = None
        if str(one.values.get("service_provider")).startswith("ado_"):
            reachable = api.list_vcs_organizations(client, one.oauth_token_id)
            vcs_organization = next(iter(reachable), one.values.get("ado_org_name"))
            if vcs_organization is None:
                return {
                    "status": "unknown",
                    "reason": "The token reaches no Azure DevOps organization to be asked about.",
                }
        api.has_authorized_repositories(client, one.oauth_token_id, vcs_organization)
    except _REFUSALS as error:
        return {"status": "failing", "reason": error.message}
    except VcsError as error:
        return {"status": "unknown", "reason": error.message}
    return {"status": "ok", "reason": None}
