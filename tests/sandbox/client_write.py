# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies of writes to OAuth clients: read, and checked against the rules. Pure: no state, no HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .bodies import refuse_if, resource
from .client_relationships import Inventory, read_relationships, without_unusable_projects
from .errors import ApiError, Problem, invalid_attribute
from .model import CHANGEABLE_FIELDS
from .providers import ServiceProvider, provider_called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .model import OAuthClient
    from .personality import Personality
    from .settings import Settings

_FIELDS_BY_ATTRIBUTE = {name.replace("_", "-"): name for name in (*CHANGEABLE_FIELDS, "secret")}
_FIXED_FIELDS_BY_ATTRIBUTE = {
    "service-provider": "service_provider",
    "http-url": "http_url",
    "api-url": "api_url",
}
_CREATE_ONLY_FIELDS_BY_ATTRIBUTE = {**_FIXED_FIELDS_BY_ATTRIBUTE, "private-key": "private_key"}
_URLS = ("http-url", "api-url")
_ADO_ORG_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?")


@dataclass(frozen=True)
class ClientWrite:
    """The content of a valid body. `fields` are those of OAuthClient."""

    fields: Mapping[str, Any]
    personal_access_token: str | None = field(default=None, repr=False)


def read_create(document: Any, inventory: Inventory, settings: Settings) -> ClientWrite:
    data = resource(document, "oauth-clients")
    attributes, relationships = _known_parts(data, settings)
    _crash_like_the_server(attributes, settings)
    pat = attributes.get("oauth-token-string") or None
    problems = [
        *_missing(attributes, settings.personality),
        *_wrong_types(attributes),
        *_invalid_urls(attributes, settings),
    ]
    provider = provider_called(attributes.get("service-provider"))
    if attributes.get("service-provider") and provider.name not in settings.personality.providers:
        problems.append(invalid_attribute("service-provider", "service-provider is not one of the supported ones"))
    elif settings.personality.checks_clients:
        problems += [*_wrong_hosts(attributes, provider), *_wrong_credentials(attributes, provider, pat)]
    fields = _fields(attributes, {**_FIELDS_BY_ATTRIBUTE, **_CREATE_ONLY_FIELDS_BY_ATTRIBUTE}, settings)
    if fields.get("organization_scoped") is None:
        fields.pop("organization_scoped", None)
    if provider.name != "ado_services":
        fields.pop("ado_org_name", None)
    relationships = without_unusable_projects(relationships, inventory, settings)
    relationship_fields, relationship_problems = read_relationships(relationships, inventory, settings)
    refuse_if(problems + relationship_problems)
    _refuse_rejected_pat(pat, inventory)
    return ClientWrite(
        {**_rewritten(fields, settings), **relationship_fields},
        None if settings.unknowns.pat_in_create == "dropped" else pat,
    )


def read_patch(document: Any, client: OAuthClient, inventory: Inventory, settings: Settings) -> ClientWrite:
    data = resource(document, "oauth-clients")
    attributes, relationships = _known_parts(data, settings)
    if settings.personality.patchable is not None:
        attributes = {name: value for name, value in attributes.items() if name in settings.personality.patchable}
    fixed = settings.unknowns.fixed_attributes_in_patch
    if fixed == "ignored":
        attributes = {name: value for name, value in attributes.items() if name not in _FIXED_FIELDS_BY_ATTRIBUTE}
    problems = [*_wrong_types(attributes), *_invalid_urls(attributes, settings)]
    if fixed == "rejected":
        problems += [
            invalid_attribute(name, f"{name} cannot be changed")
            for name in _FIXED_FIELDS_BY_ATTRIBUTE
            if name in attributes
        ]
    provider = provider_called(attributes.get("service-provider", client.service_provider))
    pat = attributes.get("oauth-token-string") or None
    if provider.name not in settings.personality.providers:
        problems.append(invalid_attribute("service-provider", "service-provider is not one of the supported ones"))
    elif settings.personality.checks_clients:
        problems += _wrong_patch(attributes, provider, pat)
    fields = _fields(attributes, {**_FIELDS_BY_ATTRIBUTE, **_FIXED_FIELDS_BY_ATTRIBUTE}, settings)
    relationship_fields, relationship_problems = read_relationships(relationships, inventory, settings)
    if "agent_pool_id" not in relationship_fields and settings.unknowns.agent_pool_left_out_of_patch == "cleared":
        relationship_fields["agent_pool_id"] = None
    elif relationship_fields.get("agent_pool_id", "") is None and (
        settings.unknowns.agent_pool_null_in_patch == "ignored"
    ):
        del relationship_fields["agent_pool_id"]
    scope = settings.unknowns.organization_scope_when_projects_are_patched
    if relationship_fields.get("project_ids") and scope == "ended":
        fields.setdefault("organization_scoped", False)
    refuse_if(problems + relationship_problems)
    _refuse_rejected_pat(pat, inventory)
    return ClientWrite({**fields, **relationship_fields}, pat)


def read_ssh_key(document: Any) -> dict[str, str | None]:
    """The fields a PATCH of an OAuth token asks to change: `ssh_key`, or nothing."""
    attributes = resource(document, "oauth-tokens").get("attributes", {})
    if "ssh-key" not in attributes:
        return {}
    key = attributes["ssh-key"]
    if key is not None and not (isinstance(key, str) and "PRIVATE KEY-----" in key):
        raise ApiError(422, invalid_attribute("ssh-key", "Ssh key is invalid"))
    return {"ssh_key": key}


def _known_parts(data: Mapping[str, Any], settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    lacks = settings.personality.lacks
    return (
        {name: value for name, value in data.get("attributes", {}).items() if name not in lacks},
        {name: value for name, value in data.get("relationships", {}).items() if name not in lacks},
    )


def _rewritten(fields: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Some servers store another identity than they received."""
    kind = settings.unknowns.stored_identity
    if kind == "name_collapsed" and fields.get("name"):
        return {**fields, "name": " ".join(fields["name"].split())}
    if kind == "url_rewritten" and fields.get("http_url"):
        return {**fields, "http_url": re.sub(r"://(?!www\.)", "://www.", fields["http_url"])}
    return fields


def _crash_like_the_server(attributes: Mapping[str, Any], settings: Settings) -> None:
    personality = settings.personality
    crashing = sorted(name for name in personality.crashing_attributes if attributes.get(name) is not None)
    name = attributes.get("service-provider")
    if name and name not in personality.providers and personality.unknown_provider_status == 500:
        crashing.append("service-provider")
    if crashing:
        raise ApiError(500, Problem("internal error", f"not supported: {', '.join(crashing)}"))


def _missing(attributes: Mapping[str, Any], personality: Personality) -> Iterator[Problem]:
    for name in personality.required_attributes:
        value = attributes.get(name)
        if value is None or (value == "" and name not in personality.may_be_blank):
            yield invalid_attribute(name, f"{name} is required")


def _wrong_types(attributes: Mapping[str, Any]) -> Iterator[Problem]:
    scoped = attributes.get("organization-scoped")
    if scoped is not None and not isinstance(scoped, bool):
        yield invalid_attribute("organization-scoped", "organization-scoped must be true or false")
    for name in (*_FIELDS_BY_ATTRIBUTE, *_CREATE_ONLY_FIELDS_BY_ATTRIBUTE, "oauth-token-string"):
        if name != "organization-scoped" and not isinstance(attributes.get(name), (str, type(None))):
            yield invalid_attribute(name, f"{name} must be a string")


def _invalid_urls(attributes: Mapping[str, Any], settings: Settings) -> Iterator[Problem]:
    for name in _URLS:
        url = attributes.get(name)
        if isinstance(url, str) and url:
            parts = urlsplit(_stored_url(url, settings))
            if parts.scheme not in ("http", "https") or not (
                parts.hostname or name in settings.personality.may_be_blank
            ):
                yield invalid_attribute(name, f"{name} is not a valid URL")


def _stored_url(url: str, settings: Settings) -> str:
    if settings.personality.completes_urls and "://" not in url:
        url = f"https://{url}"
    return url.rstrip("/") if settings.unknowns.url_normalization == "slash_stripped" else url


def _wrong_hosts(attributes: Mapping[str, Any], provider: ServiceProvider) -> Iterator[Problem]:
    for name in _URLS:
        url = attributes.get(name)
        host = urlsplit(url).hostname if isinstance(url, str) else None
        if host in provider.refused_hosts or (host and provider.only_hosts and host not in provider.only_hosts):
            yield invalid_attribute(name, f"{name} cannot be on {host} for {provider.display_name}")


def _wrong_credentials(attributes: Mapping[str, Any], provider: ServiceProvider, pat: str | None) -> Iterator[Problem]:
    has_key_and_secret = attributes.get("key") and attributes.get("secret")
    if pat and not provider.takes_pat:
        yield _takes_no_pat(provider)
    if provider.needs_credentials and not pat and not has_key_and_secret:
        yield invalid_attribute("oauth-token-string", "oauth-token-string is required, or both key and secret")
    if provider.needs_private_key and not attributes.get("private-key"):
        yield invalid_attribute("private-key", f"private-key is required for {provider.display_name}")
    yield from _wrong_ado_org_name(attributes, provider)


def _wrong_patch(attributes: Mapping[str, Any], provider: ServiceProvider, pat: str | None) -> Iterator[Problem]:
    if pat and not provider.takes_pat:
        yield _takes_no_pat(provider)
    if provider.name == "bitbucket_data_center" and attributes.get("key") == "":
        detail = "The Consumer Key for BitBucket Server must be present. Please add a value for `key`."
        yield invalid_attribute("key", detail)
    if attributes.get("organization-scoped", True) is None:
        yield invalid_attribute("organization-scoped", "organization-scoped must be true or false")
    yield from _wrong_ado_org_name(attributes, provider)


def _takes_no_pat(provider: ServiceProvider) -> Problem:
    return invalid_attribute(
        "oauth-token-string", f"{provider.display_name} cannot be connected with a personal access token"
    )


def _wrong_ado_org_name(attributes: Mapping[str, Any], provider: ServiceProvider) -> Iterator[Problem]:
    name = attributes.get("ado-org-name")
    if provider.name == "ado_services" and isinstance(name, str) and not _ADO_ORG_NAME.fullmatch(name):
        yield invalid_attribute(
            "ado-org-name",
            "ado-org-name must be at most 50 letters, digits and hyphens, and begin and end with a letter or digit",
        )


def _fields(attributes: Mapping[str, Any], names: Mapping[str, str], settings: Settings) -> dict[str, Any]:
    return {
        names[name]: _stored_url(value, settings) if name in _URLS and isinstance(value, str) else value
        for name, value in attributes.items()
        if name in names
    }


def _refuse_rejected_pat(pat: str | None, inventory: Inventory) -> None:
    if pat in inventory.rejected_pats:
        detail = "the VCS provider did not accept the personal access token"
        raise ApiError(422, invalid_attribute("oauth-token-string", detail))
