# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of server the sandbox can be: data, read by the code that answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Personality:
    """What sets one kind of server apart; the defaults are HCP Terraform today."""

    name: str
    summary: str
    headers: Mapping[str, str]
    lacks: frozenset[str] = frozenset()
    """Attributes and relationships of an OAuth client: missing in answers, ignored in writes."""
    settled: Mapping[str, Any] = field(default_factory=dict)
    """Unknowns that are known for this server."""
    endpoints: frozenset[str] | None = None
    """The endpoints there are; None means all."""
    providers: frozenset[str] = frozenset(PROVIDERS)
    unknown_provider_status: int = 422
    required_attributes: tuple[str, ...] = ("service-provider", "http-url", "api-url")
    crashing_attributes: frozenset[str] = frozenset()
    """Attributes whose use ends in 500."""
    checks_clients: bool = True
    """Whether a create is checked against the provider's rules (hosts, secrets)."""
    always_empty: frozenset[str] = frozenset()
    """Attributes of an OAuth client that are an empty string in every answer."""
    client_id_prefix: str = "oc"
    token_shares_client_id: bool = False
    completes_urls: bool = False
    """Puts https:// in front of a URL without scheme."""
    sorts_by_name: bool = False
    pages: bool = True
    demands_media_type: bool = True
    forbidden_status: int = 404
    readers_may_read: bool | None = None
    """Reading clients without the right to manage; None leaves it to the unknowns."""
    plain_errors: bool = False
    """Titles are HTTP reason phrases, statuses integers, 401 plain text."""
    limits_rate: bool = True

    def has(self, endpoint: str | None) -> bool:
        return self.endpoints is None or endpoint in self.endpoints


_TFE = {"tfp-api-version": "2.6", "tfp-appname": "Terraform Enterprise"}

PERSONALITIES: Mapping[str, Personality] = {
    personality.name: personality
    for personality in (
        Personality(
            "hcp",
            "HCP Terraform today",
            {"tfp-api-version": "2.6", "tfp-appname": "HCP Terraform"},
        ),
        Personality(
            "tfe",
            "Terraform Enterprise today: no ado-org-name",
            _TFE | {"x-tfe-current-version": "1.2.0"},
            lacks=frozenset({"ado-org-name"}),
        ),
        Personality(
            "tfe-before-rotation",
            "Terraform Enterprise before 1.1.0: a personal access token in a PATCH is ignored with 200",
            _TFE | {"x-tfe-version": "v202505-1"},
            lacks=frozenset({"ado-org-name", "affected-workspaces"}),
            settled={
                "pat_in_patch": "ignored",
                "registry_module_connection": "ignored",
                "repository_check": "no_route",
                "has_vcs_events": False,
            },
        ),
        Personality(
            "tfe-before-scoping",
            "Terraform Enterprise before v202404: no organization-scoped, projects or agent-pool",
            _TFE | {"x-tfe-version": "v202312-1"},
            lacks=frozenset({"ado-org-name", "affected-workspaces", "organization-scoped", "projects", "agent-pool"}),
            settled={
                "pat_in_patch": "ignored",
                "registry_module_connection": "ignored",
                "repository_check": "no_route",
                "has_vcs_events": False,
            },
        ),
        Personality(
            "otf",
            "a sparse look-alike: no PATCH, no paging, empty strings, 403 for forbidden",
            {"TFP-API-Version": "2.5"},
            lacks=frozenset({"ado-org-name", "affected-workspaces", "organization-scoped", "projects", "agent-pool"}),
            endpoints=frozenset(
                {
                    "ping",
                    "discovery",
                    "show_organization",
                    "list_clients",
                    "create_client",
                    "show_client",
                    "delete_client",
                }
            ),
            providers=frozenset(
                {
                    "github",
                    "github_enterprise",
                    "gitlab_hosted",
                    "gitlab_community_edition",
                    "gitlab_enterprise_edition",
                }
            ),
            unknown_provider_status=500,
            required_attributes=("oauth-token-string", "service-provider", "api-url", "http-url"),
            crashing_attributes=frozenset({"private-key", "secret", "rsa-public-key"}),
            checks_clients=False,
            always_empty=frozenset(
                {"callback-url", "connect-path", "key", "secret", "rsa-public-key", "service-provider-display-name"}
            ),
            client_id_prefix="vcs",
            token_shares_client_id=True,
            completes_urls=True,
            sorts_by_name=True,
            pages=False,
            demands_media_type=False,
            forbidden_status=403,
            readers_may_read=True,
            plain_errors=True,
            limits_rate=False,
        ),
    )
}
