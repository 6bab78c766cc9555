# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds the OAuth client of each connection of a task. Uses no network and changes nothing.

A connection that is given by name, or with an Azure DevOps organization, is more specific than one that is not, and is
matched first. What it has matched is then not available to the less specific ones.
"""

from __future__ import annotations

import typing as t

from .._base import urls
from .._base.errors import Ambiguous
from .desired import Desired
from .oauth_client import OAuthClient

Clients = t.Sequence[OAuthClient]


def candidates(desired: Desired, clients: t.Iterable[OAuthClient]) -> list[OAuthClient]:
    """The clients with the identity that the task sets.

    That is the provider, the URL, the Azure DevOps organization if given, and the name with match_by=url_and_name.
    """
    return [client for client in clients if all(equal is True for equal in _comparisons(desired, client))]


def find(desired: Desired, clients: Clients, claimed: t.Container[str] = ()) -> OAuthClient | None:
    """Find the one client of a connection, None if there is none.

    ``claimed`` are the IDs of clients that other connections of the task have matched. Raises Ambiguous, with all of
    them listed, if several fit; and if none fits for certain but one might, because the server does not report what is
    needed to tell.
    """
    if desired.oauth_client_id:
        return next((client for client in clients if client.id == desired.oauth_client_id), None)
    fitting = candidates(desired, clients)
    found = _narrowed(desired, fitting, claimed) if desired.present else _named(desired, fitting)
    if len(found) > 1:
        another = " To manage one beside them, set match_by=url_and_name." if desired.present else ""
        raise Ambiguous(
            f"Organization {desired.organization!r} has {len(found)} OAuth clients that match the "
            f"{desired.description}: {_listed(found)}. Nothing was changed. Select one with oauth_client_id or with "
            f"its exact name.{another}"
        )
    if not found:
        _refuse_possible(desired, clients, claimed)
    return next(iter(found), None)


def precedence(desired: Desired) -> tuple[bool, ...]:
    """Sorts connections from the most specific to the least specific."""
    named = "name" in desired.attributes
    return (
        not desired.oauth_client_id,
        not (named and (desired.match_name or not desired.present)),
        not named,
        not desired.attributes.get("ado_org_name"),
    )


def neighbors(desired: Desired, clients: t.Iterable[OAuthClient]) -> list[OAuthClient]:
    """The clients of the same provider and URL, with any name and Azure DevOps organization."""
    return [client for client in clients if all(equal is True for equal in _place(desired, client))]


# -- comparison of one client, None for unknown


def _comparisons(desired: Desired, client: OAuthClient) -> t.Iterator[bool | None]:
    if desired.match_name:  # first, because it rules out most clients
        yield _equal(client, "name", lambda known: known == desired.attributes.get("name"))
    yield from _place(desired, client)
    organization = desired.attributes.get("ado_org_name")
    # A misspelled URL can hold the organization.
    if organization and (client.values.get("ado_org_name") or not _is_misspelled(desired, client)):
        yield _equal(client, "ado_org_name", lambda known: (known or "").lower() == organization.lower())


def _place(desired: Desired, client: OAuthClient) -> t.Iterator[bool | None]:
    url = urls.normalize(desired.http_url)
    provider = desired.provider.value if desired.provider else None
    yield _equal(client, "service_provider", lambda known: known == provider) if provider else False
    same_url = _equal(client, "http_url", lambda known: urls.normalize(known) == url)
    yield None if _is_misspelled(desired, client) else same_url


def _is_misspelled(desired: Desired, client: OAuthClient) -> bool:
    """Whether the client has the URL in another spelling, so that it may be the same connection."""
    stored, provider = client.values.get("http_url"), desired.provider
    if not stored or not desired.http_url or not provider or urls.normalize(stored) == urls.normalize(desired.http_url):
        return False
    return provider.may_mean(stored, desired.http_url, desired.attributes.get("ado_org_name"))


def _equal(client: OAuthClient, name: str, is_equal: t.Callable[[t.Any], bool]) -> bool | None:
    return is_equal(client.values[name]) if name in client.values else None


def _refuse_possible(desired: Desired, clients: Clients, claimed: t.Container[str]) -> None:
    """Refuse to create a connection beside a client that might be the same one.

    Some servers do not report every attribute, so it cannot be compared. And the API stores URLs in spellings that a
    task cannot use.
    """
    if not desired.present:
        return
    possible = [
        client
        for client in clients
        if client.id not in claimed and not any(equal is False for equal in _comparisons(desired, client))
    ]
    misspelled = [client for client in possible if _is_misspelled(desired, client)]
    if misspelled:
        spellings = ", ".join(f"{client.values['http_url']} of {client.describe()}" for client in misspelled)
        raise Ambiguous(
            f"Organization {desired.organization!r} may have the {desired.description} already, with another spelling "
            f"of the URL: {spellings}. Nothing was changed. Select the client with oauth_client_id, or create another "
            "one beside it with match_by=url_and_name and a new name."
        )
    if possible:
        unknown = sorted(
            {
                name
                for client in possible
                for name in ("service_provider", "http_url", "name", "ado_org_name")
                if name not in client.values and desired.identifies(name)
            }
        )
        raise Ambiguous(
            f"Organization {desired.organization!r} may have the {desired.description} already: the server does not "
            f"report {', '.join(unknown)} of {_listed(possible)}. Nothing was changed. Select the client with "
            "oauth_client_id, or omit the options that the server does not report."
        )


# -- the choice among several


def _named(desired: Desired, found: list[OAuthClient]) -> list[OAuthClient]:
    """Select by exact name, without any preference. A removal relies on that."""
    if "name" not in desired.attributes:
        return found
    return [client for client in found if client.values.get("name") == desired.attributes["name"]]


def _narrowed(desired: Desired, found: list[OAuthClient], claimed: t.Container[str]) -> list[OAuthClient]:
    exact = _named(desired, found)
    if "name" in desired.attributes and (exact or desired.match_name):
        return exact
    left = [client for client in found if client.id not in claimed]
    if "name" in desired.attributes:
        return left  # the only one is renamed
    for label in ("ado_org_name", "name"):
        # A client that has such a label probably belongs to a more specific connection.
        left = [client for client in left if not client.values.get(label)] or left
    return left


def _listed(clients: t.Iterable[OAuthClient]) -> str:
    return ", ".join(client.describe() for client in sorted(clients, key=lambda client: client.age_key))
