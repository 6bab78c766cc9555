# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""An OAuth client and its OAuth tokens as a server describes them, and the view of them that tasks return."""

from __future__ import annotations

import typing as t

from .._base.timestamps import oldest_if_unknown, seconds_since_1970
from .attributes import IN_VIEW


class OAuthToken(t.NamedTuple):
    """One OAuth token. Workspaces refer to its ``id``; its secret cannot be read by any endpoint.

    ``service_provider_user`` is the VCS login that owns the personal access token; ``has_ssh_key`` is None if the
    server does not report it.
    """

    id: str
    created_at: str | None = None
    service_provider_user: str | None = None
    has_ssh_key: bool | None = None

    @property
    def age_key(self) -> tuple[float, str]:
        """Sorts tokens from the oldest to the newest. A token whose age is not known counts as the oldest."""
        return (oldest_if_unknown(self.created_at), self.id)

    def public(self) -> dict[str, t.Any]:
        """What tasks return of it."""
        return self._asdict()


class OAuthClient(t.NamedTuple):
    """One OAuth client.

    ``values`` holds what the server sent: attributes, ``projects`` (IDs) and ``agent_pool`` (ID or None). What it
    did not send (older Terraform Enterprise, look-alike servers) is missing there, which means unknown.
    """

    id: str
    organization: str
    values: t.Mapping[str, t.Any] = {}
    oauth_token_ids: tuple[str, ...] = ()

    @property
    def age_key(self) -> tuple[float, str]:
        """Sorts clients from the oldest to the newest. Every run that reads the same list gets the same order."""
        created = self.created
        return (float("inf") if created is None else created, self.id)

    @property
    def created(self) -> float | None:
        """When it was created, in seconds since 1970. None if the server does not report it properly."""
        # A date or a minute would make a client that was just created look older.
        seconds = seconds_since_1970(self.values.get("created_at"), needs_seconds=True)
        # Go programs write a time that was never set as the first second of the year 1.
        return seconds if seconds is not None and seconds > 0 else None

    @property
    def affected_workspaces(self) -> list[str] | None:
        """The names of workspaces that use the client, 25 at most. None if the server does not report them."""
        names = self.values.get("affected_workspaces")
        return [str(name) for name in names] if isinstance(names, (list, tuple)) else None

    @property
    def affected_workspaces_count(self) -> int | None:
        """How many workspaces use the client; None if the server reports no number or a negative one."""
        count, names = self.values.get("affected_workspaces_count"), self.affected_workspaces
        if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
            return max(count, len(names or ()))
        return len(names) if names else None

    @property
    def oauth_token_id(self) -> str | None:
        """The OAuth token ID for workspaces: the newest one (with_tokens puts it first), None if there is none."""
        return self.oauth_token_ids[0] if self.oauth_token_ids else None

    def is_available_to(self, project_id: str | None) -> bool:
        """Whether the workspaces of a project can use the client. True if the server does not report its scope."""
        projects = self.values.get("projects")
        scoped = projects is not None and self.values.get("organization_scoped") is False
        return not scoped or project_id is None or project_id in (projects or ())

    def with_tokens(self, tokens: t.Iterable[OAuthToken] | None) -> OAuthClient:
        """The same client with these OAuth tokens, the newest first. Keeps its own IDs if there are none."""
        ids = tuple(token.id for token in newest_first(tokens or ()))
        return self._replace(oauth_token_ids=ids) if ids else self

    def describe(self) -> str:
        """The client in one phrase, for messages."""
        name = self.values.get("name")
        return f"{self.id} ({repr(name) if name else 'unnamed'})"

    def public(self) -> dict[str, t.Any]:
        """What tasks return of it: always the same keys, None for what is unknown, never a secret."""
        return public_view(self.values, self.organization, self.id, self.oauth_token_ids)


def newest_first(tokens: t.Iterable[OAuthToken]) -> list[OAuthToken]:
    """The tokens from the newest to the oldest."""
    return sorted(tokens, key=lambda token: token.age_key, reverse=True)


def public_view(
    values: t.Mapping[str, t.Any], organization: str, client_id: str | None = None, token_ids: t.Sequence[str] = ()
) -> dict[str, t.Any]:
    """The public view of an existing client, or of one that is still to be created (no IDs)."""
    projects = values.get("projects")
    return {
        "id": client_id,
        "organization": organization,
        **{name: values.get(name) for name in IN_VIEW},
        "projects": None if projects is None else sorted(projects),
        "agent_pool_id": values.get("agent_pool"),
        "oauth_token_id": token_ids[0] if token_ids else None,
        "oauth_token_ids": list(token_ids),
    }
