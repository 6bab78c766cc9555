# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""A VCS link: the reference from a workspace, policy set or another object to its VCS connection."""

from __future__ import annotations

import typing as t

from .._base.errors import NotFoundOrForbidden, VcsError

#: The kinds of links that can be moved, in the order in which they are read and shown.
KINDS = ("workspace", "policy_set", "registry_module")
#: An update of a stack is documented to reset the agent pool and other settings that it omits
#: (U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/stacks#update-a-stack)), and no endpoint can change
#: the repository of a Stack component configuration in the registry.
STACK = "stack"
REGISTRY_COMPONENT = "registry_component"
#: The kinds that are reported, never changed. Many servers do not have them.
READ_ONLY = (STACK, REGISTRY_COMPONENT)
ALL_KINDS = (*KINDS, *READ_ONLY)


def plural(kind: str) -> str:
    """Several objects of a kind, in words."""
    return f"{kind.replace('_', ' ')}s"


def looks_missing(kind: str, error: VcsError) -> bool:
    """Whether a server without this kind of objects answers like this. A missing permission looks the same."""
    return kind in READ_ONLY and isinstance(error, NotFoundOrForbidden)


class Credential(t.NamedTuple):
    """What a VCS link refers to: an OAuth token (``ot-…``) or a GitHub App installation (``ghain-…``).

    ``attribute`` is the key in ``vcs-repo``; the two keys exclude each other.
    """

    attribute: str
    id: str

    @property
    def other_attribute(self) -> str:
        """The key that must be empty when this one is set."""
        return GITHUB_APP if self.attribute == OAUTH_TOKEN else OAUTH_TOKEN


OAUTH_TOKEN = "oauth-token-id"  # noqa: S105 - the name of an attribute
GITHUB_APP = "github-app-installation-id"


class VcsLink(t.NamedTuple):
    """One link as the server returned it.

    ``name`` of a registry module is NAMESPACE/NAME/PROVIDER, that of a registry component NAMESPACE/NAME. ``kept`` are
    the other attributes that a move must leave as they are (branch, submodules, tags, triggers). ``can_update`` is None
    if the server does not report it.
    """

    kind: str
    id: str
    name: str
    organization: str
    credential: Credential | None
    repository: str | None
    kept: t.Mapping[str, t.Any] = {}
    project_id: str | None = None
    locked: bool | None = None
    can_update: bool | None = None

    def describe(self) -> str:
        """The link in one phrase, for messages."""
        return f"{self.kind.replace('_', ' ')} {self.name!r} ({self.id})"

    def public(self) -> dict[str, t.Any]:
        """What tasks return of it: always the same keys, None for what the server did not return."""
        credential = self.credential
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "organization": self.organization,
            "project_id": self.project_id,
            "repository": self.repository,
            "branch": self.kept.get("branch") or None,
            "oauth_token_id": credential.id if credential and credential.attribute == OAUTH_TOKEN else None,
            "github_app_installation_id": credential.id if credential and credential.attribute == GITHUB_APP else None,
            "locked": self.locked,
        }
