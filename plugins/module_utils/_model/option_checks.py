# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Checks the options of one connection before any request."""

from __future__ import annotations

import re
import typing as t

from .._base import urls
from .._base.errors import InvalidArgument
from .._vcs.service_providers import ServiceProvider, owner_of
from .desired import Desired, desired_from_options

_TOKEN_ID = re.compile(r"^ot-[A-Za-z0-9]+$")
#: Naming rules of U(https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions).
_ADO_ORGANIZATION = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$"


def checked_desired(options: t.Mapping[str, t.Any], organization: str) -> Desired:
    """Return the connection that the options describe, complete and checked. Raises InvalidArgument."""
    desired = desired_from_options(options, organization)
    _refuse_early(desired)
    return desired


def _refuse_early(desired: Desired) -> None:
    """Refuse options that cannot work, before any request. Raises InvalidArgument."""
    _refuse_selectors(desired)
    provider, secrets = desired.provider, desired.secrets
    if provider and not desired.oauth_client_id:
        _refuse_url(provider, desired.http_url or "")
    if not desired.present:
        return
    if provider:
        _refuse_foreign_host(provider, desired.api_url, "api_url")
        refuse_foreign_secrets(provider, desired)
        _refuse_foreign_attributes(provider, desired)
    if desired.attributes.get("organization_scoped") is False and desired.attributes.get("projects") == ():
        refuse_no_project()
    if desired.send_secrets and not secrets and not desired.ssh_key:
        raise InvalidArgument(
            "update_secrets=always has nothing to send: set the secret to replace, such as personal_access_token."
        )


def refuse_no_project() -> t.NoReturn:
    """Raise InvalidArgument because neither the whole organization nor any project could use the connection."""
    raise InvalidArgument("organization_scoped=false with no project: nobody could use the connection. Set projects.")


def _refuse_selectors(desired: Desired) -> None:
    if not desired.oauth_client_id and not desired.provider:
        raise InvalidArgument(
            "Nothing selects a connection: set service_provider (and http_url if it is self-hosted), or "
            "oauth_client_id. Empty values count as omitted."
        )
    if _TOKEN_ID.match(desired.oauth_client_id or ""):
        raise InvalidArgument(
            f"oauth_client_id {desired.oauth_client_id!r} is the ID of an OAuth token. Give that of the OAuth client, "
            "which begins with 'oc-'. The module oauth_client_info lists both."
        )
    if desired.match_name and not desired.attributes.get("name"):
        raise InvalidArgument("match_by=url_and_name needs a name.")
    organization = desired.attributes.get("ado_org_name")
    if organization and not re.match(_ADO_ORGANIZATION, organization):
        raise InvalidArgument(
            f"ado_org_name {organization!r} is not the name of an Azure DevOps organization, which has 1 to 50 "
            "letters, digits and hyphens, and begins and ends with a letter or digit. It is the first part of the path "
            "in https://dev.azure.com/ORGANIZATION."
        )


def _refuse_url(provider: ServiceProvider, url: str) -> None:
    _refuse_foreign_host(provider, url, "http_url")
    problem = provider.url_problem(url)
    if problem:
        raise InvalidArgument(f"http_url {url!r} does not fit service_provider={provider.value}: {problem}")


def _refuse_foreign_host(provider: ServiceProvider, url: str | None, option: str) -> None:
    owner = owner_of(url) if url else None
    if owner and owner != provider.value:
        raise InvalidArgument(
            f"{option} is at {urls.hostname(url or '')}, which needs service_provider={owner}, not {provider.value}. "
            "The server refuses any other provider."
        )


def _refuse_foreign_attributes(provider: ServiceProvider, desired: Desired) -> None:
    for attribute, owner in (("ado_org_name", "ado_services"), ("rsa_public_key", "bitbucket_data_center")):
        if desired.attributes.get(attribute) and provider.value != owner:
            raise InvalidArgument(f"{attribute} is for service_provider={owner}, not {provider.value}. Remove it.")


def refuse_foreign_secrets(provider: ServiceProvider, desired: Desired) -> None:
    """Raise InvalidArgument for a secret that a connection to this provider cannot have."""
    secrets = desired.secrets
    if "personal_access_token" in secrets and not provider.takes_pat:
        raise InvalidArgument(
            f"service_provider={provider.value} cannot be connected with a personal access token. {provider.instead}"
        )
    for option in ("private_key", "key", "secret"):
        if option in secrets and option not in provider.secrets:
            raise InvalidArgument(
                f"{option} does not belong to service_provider={provider.value}: private_key is for ado_server, key "
                "and secret are for bitbucket_data_center. Connections based on an OAuth application are created in "
                "the browser."
            )
    may_create = not desired.oauth_client_id and not desired.send_secrets and "personal_access_token" in secrets
    if may_create and "private_key" in provider.secrets and "private_key" not in secrets:
        raise InvalidArgument(
            f"private_key is needed to connect {provider.display_name} (service_provider={provider.value}) besides the "
            "personal access token. To only find an existing connection, omit personal_access_token."
        )
