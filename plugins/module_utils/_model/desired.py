# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""What a task wants of one connection: its options, checked and completed from the catalogue of providers."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._base import urls
from .._base.errors import InvalidArgument
from .._base.secrets import clean_key, clean_personal_access_token, clean_secret
from .._vcs.service_providers import SERVICE_PROVIDERS, ServiceProvider, owner_of
from .._vcs.settings import CheckSettings
from .attributes import MANAGED, TRIMMED


@dataclass(frozen=True)
class Desired:
    """One connection as the task wants it.

    ``attributes`` holds just what the task states, None for what it clears (``projects`` as a tuple of IDs or
    names); ``secrets`` just the secrets that it gives, by option name.
    """

    organization: str
    label: str
    present: bool = True
    oauth_client_id: str | None = None
    provider: ServiceProvider | None = None
    http_url: str | None = None
    api_url: str | None = None
    api_url_stated: bool = False
    match_name: bool = False
    attributes: t.Mapping[str, t.Any] = field(default_factory=dict)
    secrets: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    ssh_key: str | None = field(default=None, repr=False)
    send_secrets: bool = False
    force: bool = False
    #: How to check the personal access token before it is sent; None: it is not checked.
    token_check: CheckSettings | None = None
    warnings: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[t.Any, ...]:
        """Equal for two connections that a task must not name twice."""
        if self.oauth_client_id:
            return (self.organization.lower(), self.oauth_client_id)
        return (
            self.organization.lower(),
            self.provider.value if self.provider else None,
            urls.normalize(self.http_url),
            (self.attributes.get("ado_org_name") or "").lower(),
            self.attributes.get("name") if self.match_name else None,
        )

    @property
    def where(self) -> str:
        """The connection in one phrase, for messages."""
        if self.oauth_client_id:
            return f"OAuth client {self.oauth_client_id}"
        ado = self.attributes.get("ado_org_name")
        named = f" named {self.attributes.get('name')!r}" if self.match_name else ""
        provider = self.provider.value if self.provider else "unknown"
        return f"{provider} connection to {self.http_url}{f' ({ado})' if ado else ''}{named}"


def desired_from_options(options: t.Mapping[str, t.Any], organization: str) -> Desired:
    """Check the options of one connection and complete them.

    Raises InvalidArgument for what can be told to be wrong without asking the server: in check mode too, before
    any request.
    """
    provider = SERVICE_PROVIDERS.get(options.get("service_provider") or "")
    present = options.get("state", "present") == "present"
    client_id = (options.get("oauth_client_id") or "").strip() or None
    http_url = _url(options, "http_url") or (provider.http_url if provider and not client_id else None)
    stated_api_url = _url(options, "api_url")
    if provider and not http_url and not client_id:
        raise InvalidArgument(
            f"http_url is needed for service_provider={provider.value}: the address of your instance, "
            "such as https://vcs.example.com."
        )
    api_url = stated_api_url or (provider.derive_api_url(http_url) if provider and http_url else None)
    desired = Desired(
        organization=organization,
        label=label(options, provider, http_url),
        present=present,
        oauth_client_id=client_id,
        provider=provider,
        http_url=http_url,
        api_url=api_url,
        api_url_stated=stated_api_url is not None,
        match_name=options.get("match_by") == "url_and_name",
        attributes=_attributes(options),
        secrets=_given_secrets(options) if present else {},
        ssh_key=clean_key(options.get("ssh_key"), "ssh_key") if present else None,
        send_secrets=options.get("update_secrets") == "always",
        force=bool(options.get("force")),
        warnings=_warnings(present, http_url, api_url),
    )
    if present:
        _refuse_early(desired)
    return desired


def label(options: t.Mapping[str, t.Any], provider: ServiceProvider | None, http_url: str | None) -> str:
    """What people call a connection: its name, else provider and host, else its ID."""
    name = str(options.get("name") or "").strip()
    if name:
        return name
    if provider and http_url:
        ado = options.get("ado_org_name")
        return f"{provider.value} {urls.without_scheme(http_url)}" + (f" {ado}" if ado else "")
    return options.get("oauth_client_id") or "connection"


def _url(options: t.Mapping[str, t.Any], option: str) -> str | None:
    url = urls.clean(options.get(option) or "")
    if not url:
        return None
    urls.parse(url, option)
    return url


def _attributes(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    given = {name: options[name] for name in MANAGED if options.get(name) is not None}
    for name in TRIMMED:
        if name in given:
            given[name] = given[name].strip() or None
    if "rsa_public_key" in given:
        given["rsa_public_key"] = clean_key(given["rsa_public_key"], "rsa_public_key")
        if given["rsa_public_key"] is None:
            del given["rsa_public_key"]
    if "projects" in given:
        projects = dict.fromkeys(str(project).strip() for project in given["projects"])
        if "" in projects:
            raise InvalidArgument("projects holds an empty entry: give IDs (prj-…) or names, or [] for none.")
        given["projects"] = tuple(projects)
    return given


def _given_secrets(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    found = {
        "personal_access_token": clean_personal_access_token(options.get("personal_access_token")),
        "private_key": clean_key(options.get("private_key"), "private_key"),
        "key": clean_secret(options.get("key"), "key"),
        "secret": clean_key(options.get("secret"), "secret"),
    }
    return {option: value for option, value in found.items() if value}


def _warnings(present: bool, *urls: str | None) -> tuple[str, ...]:
    if present and any(url and url.lower().startswith("http://") for url in urls):
        return ("The VCS provider's URL is plain http: personal access tokens will cross the network unencrypted.",)
    return ()


def _refuse_early(desired: Desired) -> None:
    """What the server is known to refuse, told better than by its answer."""
    provider, secrets = desired.provider, desired.secrets
    if provider:
        _refuse_foreign_host(provider, desired.http_url, "http_url")
        _refuse_foreign_host(provider, desired.api_url, "api_url")
        refuse_foreign_secrets(provider, desired)
        _refuse_foreign_attributes(provider, desired)
    if desired.attributes.get("organization_scoped") is False and desired.attributes.get("projects") == ():
        raise InvalidArgument(
            "organization_scoped=false with no project: nobody could use the connection. Name the projects."
        )
    if desired.send_secrets and not secrets and not desired.ssh_key:
        raise InvalidArgument(
            "update_secrets=always has nothing to send: give the secret to replace, such as personal_access_token."
        )


def _refuse_foreign_host(provider: ServiceProvider, url: str | None, option: str) -> None:
    owner = owner_of(url) if url else None
    if owner and owner != provider.value:
        raise InvalidArgument(
            f"{option} is at {urls.hostname(url or '')}, which needs service_provider={owner}, not {provider.value}. "
            "The server refuses any other; the provider is part of the identity and is never changed for you."
        )


def _refuse_foreign_attributes(provider: ServiceProvider, desired: Desired) -> None:
    for attribute, owner in (("ado_org_name", "ado_services"), ("rsa_public_key", "bitbucket_data_center")):
        if desired.attributes.get(attribute) and provider.value != owner:
            raise InvalidArgument(f"{attribute} is for service_provider={owner}, not {provider.value}: leave it out.")


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
                "and secret are for bitbucket_data_center. Connections by OAuth application are made in the browser."
            )
    may_create = not desired.oauth_client_id and not desired.send_secrets and "personal_access_token" in secrets
    if may_create and "private_key" in provider.secrets and "private_key" not in secrets:
        raise InvalidArgument(
            f"private_key is needed to connect {provider.display_name} (service_provider={provider.value}) besides the "
            "personal access token. To only find an existing connection, leave personal_access_token out."
        )
