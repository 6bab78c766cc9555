# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the API. They are immutable: the store replaces them, so a list that was read never changes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class Kind:
    """Kinds of objects that an API token can be kept from reading or changing."""

    OAUTH_CLIENTS = "oauth_clients"
    PROJECTS = "projects"
    AGENT_POOLS = "agent_pools"
    WORKSPACES = "workspaces"
    POLICY_SETS = "policy_sets"
    REGISTRY_MODULES = "registry_modules"
    REGISTRY_COMPONENTS = "registry_components"
    STACKS = "stacks"
    VCS_EVENTS = "vcs_events"
    ALL = (
        *(OAUTH_CLIENTS, PROJECTS, AGENT_POOLS, WORKSPACES, POLICY_SETS, REGISTRY_MODULES, REGISTRY_COMPONENTS),
        *(STACKS, VCS_EVENTS),
    )


@dataclass(frozen=True)
class ApiToken:
    """A bearer token. "*" in `manages` or `reads` means every organization."""

    name: str
    value: str = field(repr=False)
    user: str
    manages: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    kind: str = "user"
    """`user`, `team` or `organization`: only users have GitHub App installations."""
    cannot_read: frozenset[str] = frozenset()
    cannot_change: frozenset[str] = frozenset()
    """Kinds of objects, see `Kind`."""
    workspaces: frozenset[str] | None = None
    """The names of the workspaces that it can see. None: all."""

    def can_manage(self, organization: str, kind: str | None = None) -> bool:
        return bool(self.manages & {"*", organization}) and kind not in self.cannot_read | self.cannot_change

    def can_read(self, organization: str, kind: str | None = None) -> bool:
        return bool((self.manages | self.reads) & {"*", organization}) and kind not in self.cannot_read

    def can_see(self, workspace: str) -> bool:
        return self.workspaces is None or workspace in self.workspaces


@dataclass(frozen=True)
class PersonalAccessToken:
    """The data of a VCS host about a personal access token."""

    value: str = field(repr=False)
    user: str | None = None
    rejected: bool = False
    revoked: bool = False
    repositories: tuple[str, ...] | None = None
    """The repositories that it reaches. None: all."""
    webhooks: bool = True
    """Whether it may register webhooks."""
    scopes: tuple[str, ...] | None = ("repo", "api")
    """The scopes that the VCS host reports. None: not reported, as by GitHub for fine-grained tokens."""
    expires_at: str | None = None
    """A date or a point in time, in UTC; None: never."""
    expires_in_days: int | None = None
    """The same in whole days from now."""
    sso: bool = False
    """Not authorized for the single sign-on of a GitHub organization."""
    ado_organizations: tuple[str, ...] | None = None
    """The Azure DevOps organizations that it is limited to; None: no limit."""

    def reaches(self, identifier: str) -> bool:
        if self.revoked or self.rejected:
            return False
        return self.repositories is None or identifier in self.repositories


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
class VcsRepo:
    """A link to a repository: by an OAuth token or by a GitHub App installation."""

    identifier: str
    oauth_token_id: str | None = None
    github_app_installation_id: str | None = None
    branch: str = ""
    ingress_submodules: bool = False
    tags_regex: str | None = None
    tags: bool = True
    tag_prefix: str | None = None
    source_directory: str | None = None
    has_webhook: bool = True


@dataclass(frozen=True)
class Linkable:
    """An object that can have a VCS link."""

    id: str
    organization: str
    name: str
    created_at: str
    updated_at: str
    vcs_repo: VcsRepo | None = None
    can_update: bool = True
    """False: nobody can change this object, even with rights for its kind."""

    @property
    def oauth_token_id(self) -> str | None:
        return self.vcs_repo.oauth_token_id if self.vcs_repo else None


@dataclass(frozen=True)
class Workspace(Linkable):
    project_id: str | None = None
    locked: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that the sandbox stores and returns, and does nothing else with."""
    queued_runs: int = 0
    """How many runs changes of the VCS link have queued."""


@dataclass(frozen=True)
class PolicySet(Linkable):
    versioned: bool = False
    kind: str = "sentinel"
    description: str | None = None
    policies_path: str | None = None
    policy_update_patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegistryModule(Linkable):
    provider: str = "aws"
    namespace: str = ""
    registry_name: str = "private"
    test_config: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RegistryComponent(Linkable):
    """A Stack component configuration in the private registry."""

    namespace: str = ""


@dataclass(frozen=True)
class Stack(Linkable):
    project_id: str | None = None


@dataclass(frozen=True)
class VcsEvent:
    id: str
    organization: str
    created_at: str
    level: str
    message: str | None
    suggested_action: str | None
    oauth_client_id: str
    oauth_token_id: str | None


@dataclass(frozen=True)
class GithubAppInstallation:
    """`users`: the users who can see it; None means all. `organizations`: those it is linked to."""

    id: str
    name: str
    installation_id: int
    installation_type: str = "Organization"
    users: frozenset[str] | None = None
    organizations: frozenset[str] = frozenset()
    repositories: tuple[str, ...] | None = None

    def is_seen_by(self, caller: ApiToken) -> bool:
        return caller.kind == "user" and (self.users is None or caller.user in self.users)

    def reaches(self, identifier: str) -> bool:
        return self.repositories is None or identifier in self.repositories


#: What writes can set of an OAuth client and answers show, by the name of the field.
CHANGEABLE_FIELDS = ("name", "key", "rsa_public_key", "ado_org_name", "organization_scoped")


@dataclass(frozen=True)
class OAuthClient:
    id: str
    organization: str
    uuid: str
    created_at: str
    service_provider: str
    http_url: str | None = None
    api_url: str | None = None
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
