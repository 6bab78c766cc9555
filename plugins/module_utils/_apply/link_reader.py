# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the VCS links of one organization, kind by kind. If one kind cannot be read, the others are still returned."""

from __future__ import annotations

import typing as t

from .._base.errors import Unsupported, VcsError
from .._model.vcs_link import READ_ONLY, VcsLink
from .._tfe import vcs_links as api
from .._tfe.client import TfeClient


class Links(t.NamedTuple):
    """The links that could be read, and the error for each kind that could not."""

    found: list[VcsLink]
    unread: dict[str, VcsError]


def read_links(client: TfeClient, organization: str, kinds: t.Iterable[str]) -> Links:
    """Read all links of these kinds. A server that does not have the endpoint of a read-only kind has no such objects.

    The API answers 404 both for a missing endpoint and for a missing permission, so then it is not known.
    """
    links = Links([], {})
    for kind in kinds:
        _read_kind(client, organization, kind, links)
    return links


def _read_kind(client: TfeClient, organization: str, kind: str, links: Links) -> None:
    try:
        links.found.extend(api.list_links(client, organization, kind))
    except VcsError as error:
        # A 404 that is not a document of the API has this code too.
        if kind not in READ_ONLY or error.code != Unsupported.code:
            links.unread[kind] = error
