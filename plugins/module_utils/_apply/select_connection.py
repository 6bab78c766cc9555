# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds the connection that a task selects as a whole: an OAuth client, an OAuth token or a GitHub App installation."""

from __future__ import annotations

import typing as t

from .._base.errors import Ambiguous, InvalidArgument, NotApplied, NotFound
from .._model.oauth_client import OAuthClient
from .._model.option_checks import checked_desired
from .._model.vcs_link import GITHUB_APP, OAUTH_TOKEN, Credential
from .._tfe import oauth_tokens
from .planner import Planner

#: What selects a connection, as in the module oauth_client.
CLIENT_SELECTORS = ("oauth_client_id", "service_provider", "http_url", "name", "ado_org_name")


class Connection(t.NamedTuple):
    """One side of a move. ``credentials`` are what links can refer to, the newest OAuth token first.

    ``client`` has all of its OAuth tokens, even if only one of them is selected.
    """

    credentials: tuple[Credential, ...]
    description: str
    client: OAuthClient | None = None

    def public(self) -> dict[str, t.Any]:
        """What tasks return of it."""
        first = self.credentials[0] if self.credentials else None
        values: t.Mapping[str, t.Any] = self.client.values if self.client else {}
        return {
            "oauth_client_id": self.client.id if self.client else None,
            "oauth_token_id": first.id if first and first.attribute == OAUTH_TOKEN else None,
            "github_app_installation_id": first.id if first and first.attribute == GITHUB_APP else None,
            "name": values.get("name"),
            "service_provider": values.get("service_provider"),
            "http_url": values.get("http_url"),
        }


def select_connection(planner: Planner, side: str, options: t.Mapping[str, t.Any]) -> Connection | None:
    """The connection that ``options`` select; None if the organization has no such OAuth client.

    ``side`` is the option's name, for messages. ``planner`` has read the organization's OAuth clients. Raises
    InvalidArgument, and Ambiguous or NotFound as the module oauth_client does.
    """
    given = {name: str(value).strip() for name, value in options.items() if value and str(value).strip()}
    ways = [name for name in ("oauth_token_id", "github_app_installation_id") if name in given]
    by_client = {name: given[name] for name in CLIENT_SELECTORS if name in given}
    if not given:
        raise InvalidArgument(
            f"'{side}' must select a connection, but all of its values are blank. In check mode, a connection that an "
            "earlier task would create has no ID yet: create it first."
        )
    if len(ways) + bool(by_client) != 1:
        raise InvalidArgument(
            f"'{side}' must select one connection in one way: by service_provider (with http_url, name or ado_org_name "
            "if needed), by oauth_client_id, by oauth_token_id, or by github_app_installation_id."
        )
    if "github_app_installation_id" in given:
        return _installation(given["github_app_installation_id"], side)
    if "oauth_token_id" in given:
        return _by_token(planner, side, given["oauth_token_id"])
    return _by_client(planner, side, by_client)


def _installation(installation_id: str, side: str) -> Connection:
    if not installation_id.startswith("ghain-"):
        raise InvalidArgument(
            f"'{side}' names GitHub App installation {installation_id!r}. Its ID in HCP Terraform begins with ghain-; "
            "the module github_app_installation_info finds it by GitHub's number or by name."
        )
    return Connection((Credential(GITHUB_APP, installation_id),), f"GitHub App installation {installation_id}")


def _by_token(planner: Planner, side: str, token_id: str) -> Connection:
    """Accept only a token of this organization, except to move links away from it.

    The API has accepted a token of another organization, and then creates hung. Links can still refer to such a
    token, or to one that no longer exists.
    """
    for client in planner.clients:
        tokens = oauth_tokens.ids_of_tokens(planner.client, client) or ()
        if token_id in tokens:
            owner = client._replace(oauth_token_ids=tokens)
            return Connection((Credential(OAUTH_TOKEN, token_id),), f"OAuth token {token_id}", owner)
    if side == "from":
        return Connection((Credential(OAUTH_TOKEN, token_id),), f"OAuth token {token_id}")
    raise NotFound(
        f"Organization {planner.organization!r} has no OAuth token {token_id}. A token of another organization "
        "cannot be used."
    )


def _by_client(planner: Planner, side: str, selectors: t.Mapping[str, str]) -> Connection | None:
    if "oauth_client_id" not in selectors and "service_provider" not in selectors:
        raise InvalidArgument(f"'{side}' needs service_provider or oauth_client_id besides {', '.join(selectors)}.")
    # As for a removal, all selectors must match exactly, and nothing is guessed.
    desired = checked_desired({**selectors, "state": "absent"}, planner.organization)
    try:
        client = planner.find(desired, planner.clients)
    except Ambiguous as error:
        raise Ambiguous(f"'{side}' is ambiguous. {error.message}") from None
    if client is None:
        return None
    client = planner.with_tokens(client, desired)
    credentials = tuple(Credential(OAUTH_TOKEN, token_id) for token_id in client.oauth_token_ids)
    return Connection(credentials, f"OAuth client {client.describe()}", client)


def target_credential(connection: Connection) -> Credential:
    """Return the credential for links to this connection. Raises NotApplied if it has no OAuth token."""
    if not connection.credentials:
        raise NotApplied(
            f"{connection.description} has no OAuth token, so no link can use it. Complete it first: create it again "
            "with a personal access token, or complete it in the browser."
        )
    return connection.credentials[0]
