# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads what uses an OAuth client before it is removed, or before it becomes available to fewer projects."""

from __future__ import annotations

import typing as t

from .._model.oauth_client import OAuthClient
from .._model.usage import NOBODY, Names, Usage
from .._model.vcs_link import ALL_KINDS, OAUTH_TOKEN, REGISTRY_COMPONENT, STACK, Credential
from .._tfe import oauth_tokens
from .._tfe.client import TfeClient
from .link_reader import Links, read_links

#: The kinds of objects that the count in the list of clients does not include.
_OTHER_KINDS = tuple(kind for kind in ALL_KINDS if kind != "workspace")


class UsageReader:
    """Reads the lists of one organization at most once."""

    def __init__(self, client: TfeClient, organization: str) -> None:
        self._client = client
        self._organization = organization
        self._read: dict[str, Links] = {}

    def usage_of(self, client: OAuthClient, clients: t.Iterable[OAuthClient]) -> Usage:
        """Who uses the client, one of the organization's ``clients``.

        The count of workspaces in the list of clients settles it only if it is a number. With a count of zero no
        workspace has to be read. If it is above, all names are read, because the server names 25 only. Without a count,
        an empty list of workspaces leaves the count unknown: the API token may not see all of them.
        """
        count = client.affected_workspaces_count
        tokens = oauth_tokens.ids_of_tokens(self._client, client)
        if tokens is not None and not tokens and not count:
            return NOBODY
        kinds = _OTHER_KINDS if count == 0 else ("workspace", *_OTHER_KINDS)
        elsewhere = {token_id for other in clients if other.id != client.id for token_id in other.oauth_token_ids}

        def refers(credential: Credential | None) -> bool:
            if credential is None or credential.attribute != OAUTH_TOKEN:
                return False
            # Without knowing its tokens, every link that is not known to belong elsewhere can be one to this client.
            return credential.id in tokens if tokens else credential.id not in elsewhere

        names = {kind: self._names(kind, refers) for kind in kinds}
        workspaces, counted, unseen = _workspaces(client, () if count == 0 else names["workspace"])
        return Usage(
            workspaces,
            counted,
            names["policy_set"],
            names["registry_module"],
            names[STACK],
            names[REGISTRY_COMPONENT],
            unseen,
            {kind: links.unread[kind] for kind, links in self._read.items() if kind in kinds and kind in links.unread},
        )

    def _names(self, kind: str, refers: t.Callable[[Credential | None], bool]) -> Names:
        links = self.links_of(kind)
        if kind in links.unread:
            return None
        return tuple(link.name for link in links.found if refers(link.credential))

    def links_of(self, kind: str) -> Links:
        """The links of one kind."""
        if kind not in self._read:
            self._read[kind] = read_links(self._client, self._organization, [kind])
        return self._read[kind]


def _workspaces(client: OAuthClient, listed: Names) -> tuple[Names, int | None, int]:
    """The names of the workspaces that use the client, their number, and how many of them are not in the list.

    ``listed`` are the names from the list of workspaces. None if that could not be read.
    """
    count = client.affected_workspaces_count
    if listed is None:
        return (tuple(client.affected_workspaces or ()) if count else None), count, 0
    known = None if count is None and not listed else max(count or 0, len(listed))
    return listed, known, max(0, (count or 0) - len(listed))
