# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences of one kind of server, as data for the code that answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .answers import MEDIA_TYPE
from .providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Personality:
    """The defaults are HCP Terraform today."""

    name: str
    summary: str
    headers: Mapping[str, str]
    settled: Mapping[str, Any] = field(default_factory=dict)
    """Answers to open questions that are known for this server."""

    # -- routes
    endpoints: frozenset[str] | None = None
    """The endpoints that exist; None means all."""
    unpaged: frozenset[str] = frozenset()
    """Endpoints of lists that ignore page parameters."""
    missing_route: Literal["error", "text"] = "error"
    """How a route that does not exist is answered. With `text`, a method that does not exist is the same."""
    demands_media_type: bool = True
    limits_rate: bool = True

    # -- answers
    media_type: str = MEDIA_TYPE
    errors: Literal["json_api", "reason_phrases", "empty"] = "json_api"
    """`reason_phrases`: those as titles, always with a detail, 401 as text. `empty`: an object with nothing in it."""
    forbidden_status: int = 404
    unknown_organization: Literal["not_found", "empty"] = "not_found"
    """`empty`: lists of it are empty, and a create ends in 500."""
    shows_links: bool = True
    """Whether resources and relationships have links."""
    sorts_by_name: bool = False

    # -- OAuth clients
    lacks: frozenset[str] = frozenset()
    """Attributes and relationships of an OAuth client: missing in answers, ignored in writes."""
    fixed_attributes: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of an OAuth client that are the same in every answer."""
    providers: frozenset[str] = frozenset(PROVIDERS)
    unknown_provider_status: int = 422
    required_attributes: tuple[str, ...] = ("service-provider", "http-url", "api-url")
    may_be_blank: frozenset[str] = frozenset()
    """Required attributes that may be empty."""
    crashing_attributes: frozenset[str] = frozenset()
    """Attributes whose use ends in 500."""
    patchable: frozenset[str] | None = None
    """Attributes that a PATCH changes; it ignores the others. None means all."""
    checks_clients: bool = True
    """Whether a create is checked against the provider's rules (hosts, secrets)."""
    client_id_prefix: str = "oc"
    token_shares_client_id: bool = False
    lists_tokens: bool = True
    """Whether the oauth-tokens relationship of a client has data."""
    completes_urls: bool = False
    """Puts https:// in front of a URL without scheme."""
    empty_name_is_null: bool = False
    readers_may_read: bool | None = None
    """Reading clients without the right to manage; None leaves it to the unknowns."""
    create_status: int = 201
    deleted_answer: Literal["no_content", "null"] = "no_content"
    """The answer to the DELETE of a client: 204, or 200 with `null`."""
    keeps_clients_in_use: bool = False
    """Whether the DELETE of a client that workspaces or policy sets use is a 409."""

    def has(self, endpoint: str | None) -> bool:
        return self.endpoints is None or endpoint in self.endpoints
