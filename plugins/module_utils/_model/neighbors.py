# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Warns of OAuth clients that a new connection could be mistaken for. Uses no network and changes nothing."""

from __future__ import annotations

import typing as t

from .._base import urls
from . import matching
from .desired import Desired
from .oauth_client import OAuthClient


def warnings_of_create(desired: Desired, clients: t.Sequence[OAuthClient]) -> list[str]:
    """The warnings about creating a connection in an organization that has these clients."""
    return [*_without_ado_organization(desired, clients), *_elsewhere_on_the_host(desired, clients)]


def _without_ado_organization(desired: Desired, clients: t.Iterable[OAuthClient]) -> t.Iterator[str]:
    organization = desired.attributes.get("ado_org_name")
    for other in matching.neighbors(desired, clients) if organization else ():
        if not other.values.get("ado_org_name"):
            yield (
                f"OAuth client {other.describe()} with the same URL has no Azure DevOps organization. If it is the "
                f"connection to {organization!r}, select it with oauth_client_id to label it."
            )


def _elsewhere_on_the_host(desired: Desired, clients: t.Iterable[OAuthClient]) -> t.Iterator[str]:
    """Warn of what is another connection, but often a mistake.

    That is another edition of GitLab, http in place of https, or a path in another case, which Azure DevOps Server
    ignores.
    """
    provider, url = desired.provider, urls.normalize(desired.http_url)
    if not provider or not url:
        return
    for other in clients:
        stored, its_provider = other.values.get("http_url"), other.values.get("service_provider")
        same_place = bool(its_provider) and _place(stored or "") == _place(url)
        if same_place and (its_provider, urls.normalize(stored)) != (provider.value, url):
            yield (
                f"OAuth client {other.describe()} is the {its_provider} connection to {stored}. The "
                f"{desired.description} is a different connection, and each workspace uses only one of them."
            )


def _place(url: str) -> str:
    return urls.without_scheme(url).casefold()
