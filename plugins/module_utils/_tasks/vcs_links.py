# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Points VCS links from one connection of an organization to another."""

from __future__ import annotations

import os
import typing as t

from .._apply.link_mover import LinkMover
from .._apply.link_predictor import LinkPredictor
from .._apply.link_reader import Links, read_links
from .._apply.planner import Planner
from .._apply.select_connection import Connection, select_connection, target_credential
from .._base.errors import InvalidArgument, NotFound
from .._model.link_plan import LinkFilter, RepositoryMap, plan_moves
from .._model.vcs_link import READ_ONLY
from .._tfe.pace import Pace
from .._tfe.settings import resolve_organization
from .link_results import failure_of_moves, result_of_moves
from .link_warnings import scope_warnings, uncertain_warnings, unmoved_warnings
from .run import Kept, Run, guarded
from .vcs_links_info import make_filter


def no_progress(_line: str) -> None:
    """Show nothing. A module cannot print while it runs; the action plugin shows lines of progress."""


def run_vcs_links(
    params: t.Mapping[str, t.Any],
    check_mode: bool,
    diff: bool,
    kept: Kept | None = None,
    progress: t.Callable[[str], None] = no_progress,
) -> dict[str, t.Any]:
    """Move the links; each has its own outcome, and the task fails if any of them does."""

    def work(run: Run) -> dict[str, t.Any]:
        organization = resolve_organization(params.get("organization"), os.environ)
        limit = params.get("limit")
        if limit is not None and limit < 1:
            raise InvalidArgument("limit must be at least 1.")
        repositories = RepositoryMap(params.get("repositories") or ())
        pace = Pace()
        with run.connect(pace) as client:
            planner = Planner(client, organization)
            planner.read_clients(affected_workspaces=True)
            source, target = _sides(planner, params)
            link_filter = make_filter(planner, params)
            kinds = (*link_filter.kinds, *READ_ONLY)
            read = read_links(client, organization, kinds) if source.credentials else Links([], {})
        unseen = _unseen_workspaces(read, source, link_filter)
        run.warnings += unmoved_warnings(read, source, organization, unseen)
        credential = target_credential(target)
        links = [link for link in read.found if link_filter.fits(link)]
        moves = plan_moves(links, source.credentials, credential, repositories)
        workers = run.workers(pace)
        predictor = LinkPredictor(workers, credential, target.description)
        outcomes = predictor.predict(moves, params.get("check_repositories", True), limit)
        if not check_mode:
            outcomes = LinkMover(workers, source.credentials, credential, progress).carry_out(outcomes)
        run.warnings += [*uncertain_warnings(outcomes), *scope_warnings(outcomes, target)]
        return {
            "organization": organization,
            "from": source.public(),
            "to": target.public(),
            "unseen_workspaces_count": unseen,
            **result_of_moves(outcomes, diff),
            **failure_of_moves(outcomes, read.unread, params.get("kinds") or (), organization),
        }

    return guarded(params, work, kept)


def _sides(planner: Planner, params: t.Mapping[str, t.Any]) -> tuple[Connection, Connection]:
    """Both connections, checked as far as that is possible before the links are read."""
    target = select_connection(planner, "to", params["to"])
    if target is None:
        raise NotFound(
            f"'to' selects no connection of organization {planner.organization!r}. Create it first with the module "
            "oauth_client."
        )
    source = select_connection(planner, "from", params["from"])
    if source is None:
        return Connection((), "the connection that 'from' selects"), target
    # Links refer to an OAuth token, not to its client. A client can have several: some servers add one to the old one
    # when the personal access token is replaced.
    credential = target_credential(target)
    others = tuple(one for one in source.credentials if one != credential)
    if source.credentials and (source.credentials == target.credentials or not others):
        raise InvalidArgument(f"'from' and 'to' are the same connection: {source.description}. Nothing was changed.")
    return source._replace(credentials=others), target


def _unseen_workspaces(read: Links, source: Connection, link_filter: LinkFilter) -> int | None:
    """How many more workspaces use the old connection than the API token can see. None if that is not known.

    The server counts the workspaces of all OAuth tokens of a client.
    """
    client = source.client
    unread = "workspace" in read.unread or "workspace" not in link_filter.kinds
    if client is None or client.affected_workspaces_count is None or not source.credentials or unread:
        return None
    visible = sum(
        link.kind == "workspace" and link.credential is not None and link.credential.id in client.oauth_token_ids
        for link in read.found
    )
    return max(0, client.affected_workspaces_count - visible)
