# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Plans the creation or the update of a connection that should exist. Uses no network."""

from __future__ import annotations

import re
import typing as t

from .._base.errors import InvalidArgument, SecretMissing
from .._vcs.service_providers import SERVICE_PROVIDERS, ServiceProvider
from .comparison import differs
from .desired import Desired
from .fixed_attributes import refuse_fixed
from .oauth_client import OAuthClient, OAuthToken, public_view
from .option_checks import refuse_foreign_secrets, refuse_no_project
from .plan import SENT, Plan, shown_values

#: The first Terraform Enterprise that documents a new personal access token by PATCH (release notes of 1.1.0).
_ROTATION_SINCE = (1, 1)


def plan(
    desired: Desired,
    client: OAuthClient | None,
    token: OAuthToken | None = None,
    server_version: str | None = None,
) -> Plan:
    """Plan a connection that should exist. Names of projects and agent pools in ``desired`` must be IDs by now.

    ``client`` is the one that matching found, ``token`` its newest OAuth token. Raises what check mode must predict,
    such as SecretMissing or FixedAttribute.
    """
    if client is None:
        return _plan_create(desired)
    return _plan_update(desired, client, token, server_version)


def _plan_create(desired: Desired) -> Plan:
    provider = desired.provider
    if provider is None:
        raise InvalidArgument("service_provider is needed to create a connection.")
    _refuse_incomplete(desired, provider)
    attributes = {
        "service_provider": provider.value,
        "http_url": desired.http_url,
        "api_url": desired.api_url,
        **{name: value for name, value in desired.attributes.items() if value not in (None, ())},
    }
    send_ssh_key = bool(desired.ssh_key) and provider.takes_pat
    return Plan(
        desired,
        "created",
        attributes=attributes,
        secrets=desired.secrets,
        send_ssh_key=send_ssh_key,
        after=_after(attributes, desired.secrets, send_ssh_key),
        predicted=public_view(attributes, desired.organization),
        warnings=tuple(_create_warnings(desired, provider)),
    )


def _refuse_incomplete(desired: Desired, provider: ServiceProvider) -> None:
    """Refuse a connection that the API cannot create from these options, or that nobody could use."""
    if not provider.secrets:
        raise InvalidArgument(
            f"Organization {desired.organization!r} has no {desired.description}, and the API cannot create one. "
            f"{provider.instead}"
        )
    # The public key is an attribute, because it is no secret.
    given = {**desired.attributes, **desired.secrets}
    missing = [option for option in provider.secrets if not given.get(option)]
    if missing:
        raise SecretMissing(
            f"Organization {desired.organization!r} has no {desired.description} yet, and creating it needs "
            f"{' and '.join(missing)}. Set {'them' if len(missing) > 1 else 'it'}, for example from a vault or an "
            "environment variable. An empty value counts as not set."
        )
    _refuse_unusable_token(provider, desired.secrets)
    if desired.attributes.get("organization_scoped") is False and not desired.attributes.get("projects"):
        refuse_no_project()


def _create_warnings(desired: Desired, provider: ServiceProvider) -> t.Iterator[str]:
    if provider.takes_pat:
        return
    yield "The connection has no OAuth token until somebody completes it in the browser (connect_path)."
    if desired.ssh_key:
        yield "ssh_key is kept with the OAuth token, so it can only be set once there is one."


def _after(values: t.Mapping[str, t.Any], secrets: t.Iterable[str], send_ssh_key: bool) -> dict[str, t.Any]:
    """What a diff shows of a client with these values after these secrets were sent."""
    sent = [*secrets, "ssh_key"] if send_ssh_key else secrets
    return {**shown_values(values), **dict.fromkeys(sent, SENT)}


def _refuse_unusable_token(provider: ServiceProvider | None, sent: t.Mapping[str, str]) -> None:
    """Refuse a token that cannot be of the provider, or that ends too soon. One that is not sent does no harm."""
    problem = provider.token_problem(sent.get("personal_access_token", "")) if provider else None
    if problem:
        raise InvalidArgument(f"personal_access_token was not sent: {problem}")


def _plan_update(
    desired: Desired,
    client: OAuthClient,
    token: OAuthToken | None,
    server_version: str | None,
) -> Plan:
    refuse_fixed(desired, client)
    known_provider = SERVICE_PROVIDERS.get(client.values.get("service_provider") or "")
    if known_provider and not desired.provider:
        refuse_foreign_secrets(known_provider, desired)
    changes = {name: value for name, value in desired.attributes.items() if differs(name, value, client)}
    _refuse_useless_scope(desired, client, changes)
    secrets = {name: value for name, value in desired.secrets.items() if _secret_differs(name, value, desired, client)}
    _refuse_unusable_token(known_provider or desired.provider, secrets)
    send_ssh_key = _ssh_key_differs(desired, token)
    after_values = {**client.values, **changes}
    return Plan(
        desired,
        "updated" if changes or secrets or send_ssh_key else "unchanged",
        client,
        attributes=changes,
        secrets=secrets,
        send_ssh_key=send_ssh_key,
        before=shown_values(client.values),
        after=_after(after_values, secrets, send_ssh_key),
        predicted=public_view(after_values, client.organization, client.id, client.oauth_token_ids),
        warnings=(
            *_update_warnings(desired, client, secrets, token, server_version),
            *_token_warnings(client, secrets),
        ),
    )


def _refuse_useless_scope(desired: Desired, client: OAuthClient, changes: t.Mapping[str, t.Any]) -> None:
    """Refuse a scope without any workspace. A task that sets no scope leaves such a connection as it is."""
    scoped = changes.get("organization_scoped", client.values.get("organization_scoped"))
    projects = changes.get("projects", client.values.get("projects"))
    set_useless = desired.attributes.get("organization_scoped") is False or desired.attributes.get("projects") == ()
    if set_useless and scoped is False and projects is not None and not projects:
        raise InvalidArgument(
            f"OAuth client {client.describe()} of organization {desired.organization!r} would be available neither to "
            "the whole organization nor to any project: nobody could use it. Set projects, or "
            "organization_scoped=true."
        )


def _secret_differs(name: str, value: str, desired: Desired, client: OAuthClient) -> bool:
    """Secrets cannot be read back, so update_secrets decides. Only Bitbucket's consumer key can be compared."""
    if name == "private_key":
        return False  # no endpoint takes a new one
    if name == "key" and client.values.get("key"):
        return bool(value != client.values["key"])
    return desired.send_secrets


def _ssh_key_differs(desired: Desired, token: OAuthToken | None) -> bool:
    if not desired.ssh_key or token is None:
        return False
    return desired.send_secrets or token.has_ssh_key is False


def _update_warnings(
    desired: Desired,
    client: OAuthClient,
    secrets: t.Mapping[str, str],
    token: OAuthToken | None,
    server_version: str | None,
) -> t.Iterator[str]:
    unreported = [name for name in desired.attributes if name not in client.values]
    if unreported:
        yield (
            f"The server does not report {', '.join(unreported)} of OAuth client {client.id}, as older and compatible "
            "servers do. It cannot be compared, so it was not changed."
        )
    if desired.ssh_key and token is None:
        yield f"OAuth client {client.id} has no OAuth token yet, so ssh_key cannot be set."
    elif desired.ssh_key and token and token.has_ssh_key is None and not desired.send_secrets:
        yield (
            f"The server does not report whether OAuth client {client.id} has an SSH key, so ssh_key was not sent. "
            "Set update_secrets=always to send it."
        )
    if desired.send_secrets and "private_key" in desired.secrets:
        yield "private_key of an existing OAuth client cannot be replaced through the API; it was not sent."
    if "personal_access_token" in secrets and before_rotation(server_version):
        yield (
            f"This Terraform Enterprise ({server_version}) is older than 1.1.0, the first release known to take a new "
            "personal access token for an existing OAuth client: check that the connection really uses the new one."
        )


def _token_warnings(client: OAuthClient, secrets: t.Mapping[str, str]) -> t.Iterator[str]:
    """Explain how to complete a connection that no workspace can use yet."""
    if client.oauth_token_ids or "personal_access_token" in secrets:
        return
    path = client.values.get("connect_path")
    advice = (
        f"Complete it in the browser at {path} on the server."
        if path
        else "Send its personal access token again with update_secrets=always, or complete it in the organization's "
        "settings."
    )
    yield f"The server shows no OAuth token of OAuth client {client.describe()}, and workspaces need one. {advice}"


def before_rotation(version: str | None) -> bool:
    """Whether a server's version (x-tfe-current-version or x-tfe-version) is known to be older than PAT rotation."""
    if not version:
        return False
    if re.match(r"^v?20\d{4}", version):
        return True  # monthly numbers ended before 1.0
    numbers = re.match(r"^v?(\d{1,6})\.(\d{1,6})", version)
    return numbers is not None and tuple(map(int, numbers.groups())) < _ROTATION_SINCE
