# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects the API speaks of. Immutable: the store replaces them, so a list once read stays as it was."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def new_id(prefix: str) -> str:
    return f"{prefix}-{''.join(secrets.choice(_BASE58) for dummy in range(16))}"


#: How long seeded clients have been there: long enough that no run takes them for just created.
_SEEDED_AGE = timedelta(hours=1)


def timestamp() -> str:
    return _timestamp(datetime.now(timezone.utc))


def seeded_timestamp() -> str:
    return _timestamp(datetime.now(timezone.utc) - _SEEDED_AGE)


def _timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class ApiToken:
    """A bearer token. "*" in `manages` or `reads` stands for every organization."""

    name: str
    value: str = field(repr=False)
    user: str
    manages: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()

    def can_manage(self, organization: str) -> bool:
        return bool(self.manages & {"*", organization})

    def can_read(self, organization: str) -> bool:
        return self.can_manage(organization) or bool(self.reads & {"*", organization})


@dataclass(frozen=True)
class PersonalAccessToken:
    """What a VCS host says about a personal access token."""

    value: str = field(repr=False)
    user: str | None = None
    rejected: bool = False
    revoked: bool = False
    repositories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organization:
    name: str
    external_id: str
    number: int
    created_at: str
    private_vcs: bool = True


@dataclass(frozen=True)
class Project:
    id: str
    organization: str
    name: str
    created_at: str


@dataclass(frozen=True)
class AgentPool:
    id: str
    organization: str
    name: str
    created_at: str


@dataclass(frozen=True)
class Workspace:
    id: str
    organization: str
    name: str
    oauth_token_id: str | None = None


@dataclass(frozen=True)
class OAuthClient:
    id: str
    organization: str
    uuid: str
    created_at: str
    service_provider: str
    http_url: str
    api_url: str
    name: str | None = None
    key: str | None = None
    secret: str | None = field(default=None, repr=False)
    rsa_public_key: str | None = None
    private_key: str | None = field(default=None, repr=False)
    ado_org_name: str | None = None
    organization_scoped: bool = True
    project_ids: tuple[str, ...] = ()
    agent_pool_id: str | None = None


@dataclass(frozen=True)
class OAuthToken:
    """`visible_from` is on the store's clock."""

    id: str
    client_id: str
    created_at: str
    user: str | None
    personal_access_token: str = field(repr=False)
    ssh_key: str | None = field(default=None, repr=False)
    visible_from: float = 0.0
