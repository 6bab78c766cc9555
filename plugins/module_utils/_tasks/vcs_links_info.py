# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads what uses the VCS connections of one, several or all organizations."""

from __future__ import annotations

import typing as t
from functools import partial

from .._apply.link_reader import read_links
from .._apply.planner import Planner
from .._apply.select_connection import Connection, select_connection
from .._base.errors import NotFound, VcsError
from .._model.link_plan import LinkFilter
from .._model.oauth_client import OAuthClient
from .._model.vcs_link import ALL_KINDS, KINDS, Credential, VcsLink, looks_missing, plural
from .._tfe.client import TfeClient
from .organizations import read_organizations
from .run import Kept, Run, guarded


def run_vcs_links_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """List VCS links with the connection behind each."""

    def work(run: Run) -> dict[str, t.Any]:
        links: list[dict[str, t.Any]] = []
        unread: list[dict[str, t.Any]] = []
        for organization, read, error in read_organizations(run, params, partial(_read_organization, params)):
            links += read.links if read else []
            errors: t.Iterable[tuple[str | None, VcsError]]
            errors = read.unread.items() if read else [(None, t.cast("VcsError", error))]
            for kind, why in errors:
                entry = _unread(organization, kind, why)
                unread.append(entry)
                if not kind or kind in (params.get("kinds") or ()) or not looks_missing(kind, why):
                    run.warnings.append(entry["message"])
        counts = {kind: sum(link["kind"] == kind for link in links) for kind in ALL_KINDS}
        return {"changed": False, "links": links, "counts": counts, "unread": unread}

    return guarded(params, work, kept)


class _Read(t.NamedTuple):
    links: list[dict[str, t.Any]]
    unread: t.Mapping[str, VcsError]


def _read_organization(params: t.Mapping[str, t.Any], client: TfeClient, organization: str) -> _Read:
    planner = Planner(client, organization)
    planner.read_clients()
    connection = _connection(planner, params.get("connection"))
    link_filter = make_filter(planner, params, ALL_KINDS)
    read = read_links(client, organization, link_filter.kinds)
    clients = {token_id: one for one in planner.clients for token_id in one.oauth_token_ids}
    links = [
        {**link.public(), "connection": _behind(link, clients)}
        for link in read.found
        if link_filter.fits(link) and (connection is None or link.credential in connection.credentials)
    ]
    return _Read(links, read.unread)


def make_filter(planner: Planner, params: t.Mapping[str, t.Any], kinds: tuple[str, ...] = KINDS) -> LinkFilter:
    """The filter that the options describe; names of projects become IDs. Raises NotFound for an unknown project."""
    projects = frozenset(planner.references.project_ids(params.get("projects") or ()))
    return LinkFilter(tuple(dict.fromkeys(params.get("kinds") or kinds)), tuple(params.get("names") or ()), projects)


def _connection(planner: Planner, options: t.Mapping[str, t.Any] | None) -> Connection | None:
    if not options:
        return None
    found = select_connection(planner, "connection", options)
    if found is None:
        raise NotFound(f"'connection' selects no connection of organization {planner.organization!r}.")
    return found


def _behind(link: VcsLink, clients: t.Mapping[str, OAuthClient]) -> dict[str, t.Any]:
    """The connection behind a link, in the words of the results."""
    client = clients.get(link.credential.id) if link.credential else None
    credentials: tuple[Credential, ...] = (link.credential,) if link.credential else ()
    return Connection(credentials, "", client).public()


def _unread(organization: str, kind: str | None, error: VcsError) -> dict[str, t.Any]:
    subject = plural(kind) if kind else "VCS links"
    return {
        "organization": organization,
        "kind": kind,
        "code": error.code,
        "message": f"The {subject} of organization {organization!r} could not be read. {error.message}",
    }
