# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The endpoints of OAuth tokens, which hold the personal access tokens of OAuth clients.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-tokens).
Every function raises the VcsError of TfeClient, and InvalidAnswer for an inconsistent document.
"""

from __future__ import annotations

import typing as t

from .._base.errors import NotFoundOrForbidden, Unsupported
from .._model.oauth_client import OAuthClient, OAuthToken
from .client import TfeClient
from .json_api import attributes_of, boolean, invalid_answer, quoted, related_id, resource_of, text


def list_tokens(client: TfeClient, existing: OAuthClient) -> list[OAuthToken] | None:
    """The OAuth tokens of an OAuth client; None, which means unknown, on a server without such a list (404)."""
    what = f"list the OAuth tokens of OAuth client {existing.id} of organization {existing.organization!r}"
    try:
        resources = client.get_all(f"/oauth-clients/{quoted(existing.id)}/oauth-tokens", what)
    except NotFoundOrForbidden:
        return None
    return [_oauth_token(resource, client.could_not(what)) for resource in resources]


def ids_of_tokens(client: TfeClient, existing: OAuthClient) -> tuple[str, ...] | None:
    """The IDs of the OAuth tokens of an OAuth client, read only if it does not name them. None means unknown."""
    if existing.oauth_token_ids:
        return existing.oauth_token_ids
    tokens = list_tokens(client, existing)
    return None if tokens is None else tuple(token.id for token in tokens)


def list_organization_tokens(client: TfeClient, organization: str) -> dict[str, list[OAuthToken]] | None:
    """All OAuth tokens of an organization by the ID of their OAuth client, in one list.

    None on a server without such a list (404), or with tokens that do not name their client.
    U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-tokens#list-oauth-tokens).
    """
    what = f"list the OAuth tokens of organization {organization!r}"
    try:
        resources = client.get_all(f"/organizations/{quoted(organization)}/oauth-tokens", what)
    except (NotFoundOrForbidden, Unsupported):
        return None
    failed = client.could_not(what)
    tokens: dict[str, list[OAuthToken]] = {}
    for resource in resources:
        owner = related_id(resource, "oauth-client", failed)
        if not owner:
            return None
        tokens.setdefault(owner, []).append(_oauth_token(resource, failed))
    return tokens


def set_ssh_key(client: TfeClient, existing: OAuthClient, token_id: str, ssh_key: str) -> None:
    """Give an OAuth token an SSH key, in place of the one that it may have."""
    what = f"set the SSH key of OAuth token {token_id} (OAuth client {existing.id} of {existing.organization!r})"
    data = {"id": token_id, "type": "oauth-tokens", "attributes": {"ssh-key": ssh_key}}
    document = client.patch(f"/oauth-tokens/{quoted(token_id)}", what, {"data": data})
    failed = client.could_not(what)
    if _oauth_token(document.get("data"), failed).id != token_id:
        raise invalid_answer(failed, "the server answered with another OAuth token")


def list_vcs_organizations(client: TfeClient, token_id: str) -> list[str]:
    """The names of the Azure DevOps organizations that an OAuth token reaches."""
    what = f"list the Azure DevOps organizations of OAuth token {token_id}"
    resources = client.get_all(f"/oauth-tokens/{quoted(token_id)}/vcs-organizations", what)
    return [str(attributes_of(resource).get("name") or resource["id"]) for resource in resources]


def check_token(client: TfeClient, token_id: str, vcs_organization: str | None = None) -> None:
    """Have the server ask the VCS provider for a repository. Raises its refusal if the OAuth token does not work."""
    what = f"list the authorized repositories of OAuth token {token_id}"
    query: dict[str, t.Any] = {"page[number]": 1, "page[size]": 1}
    if vcs_organization:
        query["organization"] = vcs_organization
    client.get(f"/oauth-tokens/{quoted(token_id)}/authorized-repos", what, query)


def _oauth_token(resource: t.Any, failed: str) -> OAuthToken:
    data = resource_of(resource, "oauth-tokens", failed)
    attributes = attributes_of(data)
    return OAuthToken(
        data["id"],
        text(attributes.get("created-at")),
        text(attributes.get("service-provider-user")),
        boolean(attributes.get("has-ssh-key")),
    )
