# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the OAuth clients of an organization: which fit, and on demand tokens, use, health and recent errors."""

from __future__ import annotations

import typing as t
from functools import partial

from .._base import urls
from .._base.errors import Forbidden, Rejected, Unauthorized, VcsError
from .._base.printable import some
from .._model.oauth_client import OAuthClient, OAuthToken, newest_first
from .._tfe import oauth_clients as api
from .._tfe import oauth_tokens
from .._tfe.client import TfeClient
from .._tfe.vcs_events import Errors, list_errors
from .organizations import read_organizations
from .run import Kept, Run, guarded

#: What the API answers where the VCS provider refuses a token (unlike where it cannot be asked).
_REFUSALS = (Rejected, Unauthorized, Forbidden)


def run_oauth_client_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """List the OAuth clients that fit the filters, in the public view of oauth_client."""

    def work(run: Run) -> dict[str, t.Any]:
        urls.optional(params.get("http_url"), "http_url")
        found: list[dict[str, t.Any]] = []
        unread: list[dict[str, t.Any]] = []
        without_events: dict[str, VcsError] = {}
        parts = read_organizations(run, params, partial(_read_organization, params))
        for organization, read, error in parts:
            if read:
                found += read.clients
                if read.events_error:
                    without_events[organization] = read.events_error
            if error:
                unread.append({"organization": organization, "code": error.code, "message": error.message})
        run.warnings += [*_warnings_of_events(without_events), *(entry["message"] for entry in unread)]
        names = [organization for organization, _read, _error in parts]
        return {
            "changed": False,
            "organization": names[0] if len(names) == 1 else None,
            "organizations": names,
            "oauth_clients": found,
            "unread": unread,
        }

    return guarded(params, work, kept)


class _Read(t.NamedTuple):
    clients: list[dict[str, t.Any]]
    events_error: VcsError | None = None


def _warnings_of_events(errors: t.Mapping[str, VcsError]) -> list[str]:
    """One warning for all organizations that failed alike. A server without VCS events would cause one for each."""
    by_code: dict[str, list[str]] = {}
    for organization, error in errors.items():
        by_code.setdefault(error.code, []).append(organization)
    return [
        f"The VCS events of {_organizations(names)} could not be read. {errors[names[0]].message}"
        for names in by_code.values()
    ]


def _organizations(names: t.Sequence[str]) -> str:
    return f"organization{'s' if len(names) > 1 else ''} {some([repr(name) for name in names])}"


def _read_organization(params: t.Mapping[str, t.Any], client: TfeClient, organization: str) -> _Read:
    include = set(params.get("include") or ())
    listed = api.list_clients(client, organization, "affected_workspaces" in include)
    fitting = [one for one in listed if _fits(one, params)]
    read_tokens = _token_reader(client, organization, fitting, include)
    read = _Read([_described(client, one, include, read_tokens) for one in fitting])
    return _with_vcs_events(client, organization, read) if "vcs_events" in include and fitting else read


def _with_vcs_events(client: TfeClient, organization: str, read: _Read) -> _Read:
    """Give each connection its recent errors, None if they cannot be read. That must not hide the connections."""
    errors = failure = None
    try:
        errors = list_errors(client, organization)
    except VcsError as error:
        failure = error
    for described in read.clients:
        own = None if errors is None else errors.get(described["id"], Errors([], 0))
        described.update(vcs_events=own and own.newest, vcs_events_count=own and own.total)
    return read._replace(events_error=failure)


def _token_reader(
    client: TfeClient, organization: str, clients: t.Sequence[OAuthClient], include: set[str]
) -> t.Callable[[OAuthClient], list[OAuthToken] | None]:
    """Return the function that reads a client's OAuth tokens. Several clients share one list, if the server has one.

    It returns None if the tokens are unknown or not needed.
    """
    needed = {one.id for one in clients if "tokens" in include or len(one.oauth_token_ids) > 1}
    by_client = oauth_tokens.list_organization_tokens(client, organization) if len(needed) > 1 else None

    def read(one: OAuthClient) -> list[OAuthToken] | None:
        if one.id not in needed:
            return None
        return oauth_tokens.list_tokens(client, one) if by_client is None else by_client.get(one.id, [])

    return read


def _fits(client: OAuthClient, params: t.Mapping[str, t.Any]) -> bool:
    """Compare exactly, with URLs in normal form. An empty name selects clients without a name."""
    values, http_url = client.values, urls.normalize(params.get("http_url"))
    return (
        params.get("oauth_client_id") in (None, "", client.id)
        and params.get("service_provider") in (None, values.get("service_provider"))
        and http_url in (None, urls.normalize(values.get("http_url")))
        and (params.get("name") is None or (params["name"].strip() or None) == values.get("name"))
    )


def _described(
    client: TfeClient,
    one: OAuthClient,
    include: set[str],
    read_tokens: t.Callable[[OAuthClient], list[OAuthToken] | None],
) -> dict[str, t.Any]:
    tokens = read_tokens(one)
    one = one.with_tokens(tokens)
    described = one.public()
    if "tokens" in include:
        described["oauth_tokens"] = None if tokens is None else [token.public() for token in newest_first(tokens)]
    if "affected_workspaces" in include:
        described["affected_workspaces"] = one.affected_workspaces
        described["affected_workspaces_count"] = one.affected_workspaces_count
    if "health" in include:
        described["health"] = _health(client, one)
    return described


def _health(client: TfeClient, one: OAuthClient) -> dict[str, str | None]:
    """Whether the VCS provider still accepts the personal access token. Never fails the task."""
    if one.oauth_token_id is None:
        return {"status": "unknown", "reason": "The OAuth client has no OAuth token."}
    try:
        # Azure DevOps does not list the organizations of a token that is limited to one:
        # U(https://github.com/github/gh-gei/issues/6).
        vcs_organization = one.values.get("ado_org_name")
        if vcs_organization is None and str(one.values.get("service_provider")).startswith("ado_"):
            vcs_organization = next(iter(oauth_tokens.list_vcs_organizations(client, one.oauth_token_id)), None)
            if vcs_organization is None:
                return {
                    "status": "unknown",
                    "reason": "The token has access to no Azure DevOps organization, so it could not be checked.",
                }
        oauth_tokens.check_token(client, one.oauth_token_id, vcs_organization)
    except _REFUSALS as error:
        return {"status": "failing", "reason": error.message}
    except VcsError as error:
        return {"status": "unknown", "reason": error.message}
    return {"status": "ok", "reason": None}
