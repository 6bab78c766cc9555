# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The desired state of one connection: its options, checked and completed from the catalogue of providers."""

from __future__ import annotations

import typing as t

from .._base import urls
from .._base.errors import InvalidArgument
from .._base.keys import clean_private_key, clean_public_key, clean_secret_or_private_key
from .._base.secrets import clean_line, clean_personal_access_token
from .._vcs.service_providers import SERVICE_PROVIDERS, ServiceProvider
from .._vcs.settings import CheckSettings
from .attributes import MANAGED, TRIMMED, tidy


class Desired(t.NamedTuple):
    """One connection as the task wants it.

    ``attributes`` holds only what the task sets, None for what it clears (``projects`` as a tuple of IDs or
    names); ``secrets`` just the secrets that it gives, by option name.
    """

    organization: str
    label: str
    present: bool = True
    oauth_client_id: str | None = None
    provider: ServiceProvider | None = None
    http_url: str | None = None
    api_url: str | None = None
    api_url_given: bool = False
    match_name: bool = False
    attributes: t.Mapping[str, t.Any] = {}
    secrets: t.Mapping[str, str] = {}
    ssh_key: str | None = None
    send_secrets: bool = False
    force: bool = False
    predict_missing: bool = False
    #: How to check the personal access token before it is sent; None: it is not checked.
    token_check: CheckSettings | None = None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Desired({self.organization!r}, {self.label!r})"

    @property
    def identity(self) -> tuple[t.Any, ...]:
        """The key by which entries of one task for the same connection are found."""
        if self.oauth_client_id:
            return (self.organization.lower(), self.oauth_client_id)
        return (
            self.organization.lower(),
            self.provider.value if self.provider else None,
            urls.normalize(self.http_url),
            (self.attributes.get("ado_org_name") or "").lower(),
            self.attributes.get("name") if self.match_name or not self.present else None,
        )

    def identifies(self, name: str) -> bool:
        """Whether an attribute is part of what identifies the connection."""
        if name == "name":
            return self.match_name
        return name in ("service_provider", "http_url") or bool(self.attributes.get(name))

    def removes_any_like(self, other: Desired) -> bool:
        """Whether this removal is so unspecific that it could remove the other connection of the same task."""
        if self.present or self.oauth_client_id or other.oauth_client_id or "name" in self.attributes:
            return False
        organization = (self.attributes.get("ado_org_name") or "").lower()
        return self.identity[:3] == other.identity[:3] and organization in ("", other.identity[3])

    @property
    def description(self) -> str:
        """The connection in one phrase, for messages."""
        if self.oauth_client_id:
            return f"OAuth client {self.oauth_client_id}"
        ado = self.attributes.get("ado_org_name")
        by_name = self.match_name or (not self.present and "name" in self.attributes)
        named = f" named {self.attributes.get('name')!r}" if by_name else ""
        provider = self.provider.value if self.provider else "unknown"
        return f"{provider} connection to {self.http_url}{f' ({ado})' if ado else ''}{named}"


def desired_from_options(options: t.Mapping[str, t.Any], organization: str) -> Desired:
    """The options of one connection, cleaned and completed from the catalogue of providers.

    Raises InvalidArgument for a value that is malformed by itself. Whether the values fit each other is checked in
    option_checks.py.
    """
    provider = SERVICE_PROVIDERS.get(options.get("service_provider") or "")
    present = is_present(options)
    client_id = (options.get("oauth_client_id") or "").strip() or None
    own_url = urls.optional(options.get("http_url"), "http_url")
    http_url = own_url or (provider.http_url if provider and not client_id else None)
    given_api_url = urls.optional(options.get("api_url"), "api_url")
    if provider and not http_url and not client_id:
        refuse_missing_url(provider)
    api_url = given_api_url or (provider.derive_api_url(http_url) if provider and http_url else None)
    return Desired(
        organization=organization,
        label=label(options, provider, http_url),
        present=present,
        oauth_client_id=client_id,
        provider=provider,
        http_url=http_url,
        api_url=api_url,
        api_url_given=given_api_url is not None,
        match_name=options.get("match_by") == "url_and_name",
        attributes=_attributes(options, present),
        secrets=_given_secrets(options) if present else {},
        ssh_key=clean_private_key(options.get("ssh_key"), "ssh_key") if present else None,
        send_secrets=options.get("update_secrets") == "always",
        force=bool(options.get("force")),
        predict_missing=options.get("missing_in_check_mode") == "predict",
        warnings=_warnings(present, http_url, api_url),
    )


def is_present(options: t.Mapping[str, t.Any]) -> bool:
    """Whether the options want the connection to exist."""
    state: str = options.get("state", "present")
    return state == "present"


def refuse_missing_url(provider: ServiceProvider) -> t.NoReturn:
    """Raise InvalidArgument because the URL of a self-hosted provider is not set."""
    raise InvalidArgument(
        f"http_url is needed for service_provider={provider.value}: the address of your instance, such as "
        "https://vcs.example.com."
    )


def label(options: t.Mapping[str, t.Any], provider: ServiceProvider | None, http_url: str | None) -> str:
    """The label of a connection: its name, else provider and host, else its ID, else its provider."""
    name = str(options.get("name") or "").strip()
    if name:
        return name
    if provider and http_url:
        ado = options.get("ado_org_name")
        shown = urls.without_credentials(http_url) or ""
        return f"{provider.value} {urls.without_scheme(shown)}" + (f" {ado}" if ado else "")
    return options.get("oauth_client_id") or (provider.value if provider else "connection")


def _attributes(options: t.Mapping[str, t.Any], present: bool) -> dict[str, t.Any]:
    given = {name: options[name] for name in MANAGED if options.get(name) is not None}
    for name in TRIMMED:
        if name in given:
            given[name] = tidy(given[name])
            if given[name] is None and not present:
                del given[name]  # an empty selector selects nothing
    if "rsa_public_key" in given:
        given["rsa_public_key"] = clean_public_key(given["rsa_public_key"], "rsa_public_key")
        if given["rsa_public_key"] is None:
            del given["rsa_public_key"]
    if "projects" in given:
        projects = dict.fromkeys(tidy(str(project)) for project in given["projects"])
        if None in projects:
            raise InvalidArgument("projects has an empty entry: set IDs (prj-…) or names, or [] for none.")
        given["projects"] = tuple(projects)
    return given


def _given_secrets(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    found = {
        "personal_access_token": clean_personal_access_token(options.get("personal_access_token")),
        "private_key": clean_private_key(options.get("private_key"), "private_key"),
        "key": clean_line(options.get("key"), "key"),
        "secret": clean_secret_or_private_key(options.get("secret"), "secret"),
    }
    return {option: value for option, value in found.items() if value}


def _warnings(present: bool, *urls: str | None) -> tuple[str, ...]:
    if present and any(url and url.lower().startswith("http://") for url in urls):
        return ("The VCS provider's URL is plain http: personal access tokens will cross the network unencrypted.",)
    return ()
