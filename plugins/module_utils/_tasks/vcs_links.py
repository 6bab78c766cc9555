# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Points VCS links from one connection of an organization to another."""

from __future__ import annotations

import os
import typing as t
from collections import Counter
from dataclasses import replace

from .._apply.link_mover import LinkMover
from .._apply.link_predictor import LinkOutcome, LinkPredictor
from .._apply.link_reader import Links, read_links
from .._apply.planner import Planner
from .._apply.select_connection import Connection, select_connection, target_credential
from .._base.errors import NOT_PERMITTED, InvalidArgument, NotFound, VcsError
from .._model.link_plan import LinkFilter, RepositoryMap, plan_moves
from .._model.vcs_link import KINDS, OAUTH_TOKEN, READ_ONLY, REGISTRY_COMPONENT, STACK, VcsLink, looks_missing
from .._tfe.pace import Pace
from .._tfe.settings import resolve_organization
from .._tfe.vcs_links import plural
from .results import failed_result, failure_of, some
from .run import Kept, Run, guarded
from .vcs_links_info import make_filter

#: What to do with the kinds that are never changed.
_BY_HAND = {
    STACK: "Change them in their settings.",
    REGISTRY_COMPONENT: "No endpoint can change them. Publish these Stack component configurations again.",
}


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
        run.warnings += _warnings(read, source, organization, unseen)
        credential = target_credential(target)
        links = [link for link in read.found if link_filter.fits(link)]
        moves = plan_moves(links, source.credentials, credential, repositories)
        workers = run.workers(pace)
        predictor = LinkPredictor(workers, credential, target.description)
        outcomes = predictor.predict(moves, params.get("check_repositories", True), limit)
        if not check_mode:
            outcomes = LinkMover(workers, source.credentials, credential, progress).carry_out(outcomes)
        run.warnings += [*_unsure(outcomes), *_out_of_scope(outcomes, target)]
        result = {
            "changed": any(outcome.changed for outcome in outcomes),
            "organization": organization,
            "from": source.public(),
            "to": target.public(),
            "links": [_entry(outcome) for outcome in outcomes],
            "counts": _counts(outcomes),
            "unseen_workspaces_count": unseen,
        }
        if diff:
            result["diff"] = _diff(outcomes)
        return {**result, **_failure(outcomes, read, params, organization)}

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
    return replace(source, credentials=others), target


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


def _warnings(read: Links, source: Connection, organization: str, unseen: int | None) -> list[str]:
    if not source.credentials:
        if source.client is None:
            return [f"'from' selects no connection of organization {organization!r}, so there is nothing to move."]
        return [f"{source.description} has no OAuth token, so no link can use it. There is nothing to move."]
    warnings = []
    used = any(link.credential in source.credentials for link in read.found)
    if source.client is None and source.credentials[0].attribute == OAUTH_TOKEN and not used:
        warnings.append(
            f"Organization {organization!r} has no {source.description}, and no link that could be read refers to it. "
            "There is nothing to move."
        )
    warnings += [
        f"The {plural(kind)} of organization {organization!r} could not be read, so none of them was moved. "
        f"{error.message}"
        for kind, error in read.unread.items()
        if not looks_missing(kind, error)
    ]
    if unseen and source.client:
        them = "workspaces" if unseen > 1 else "workspace"
        warnings.append(
            f"{source.client.describe()} is also used by {unseen} more {them} that this API token cannot see. Move "
            "them with an API token that can read all workspaces before you remove the OAuth client."
        )
    for kind, advice in _BY_HAND.items():
        names = [link.name for link in read.found if link.kind == kind and link.credential in source.credentials]
        if names:
            those = plural(kind)
            warnings.append(
                f"{those[0].upper()}{those[1:]} are never changed, and these still use {source.description}: "
                f"{', '.join(names)}. {advice}"
            )
    return warnings


def _unsure(outcomes: t.Sequence[LinkOutcome]) -> list[str]:
    """One warning for each reason that several links share."""
    unsure: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.changed and outcome.reason:
            unsure.setdefault(outcome.reason, []).append(outcome.link.name)
    return [f"{reason} ({some(names)})" for reason, names in unsure.items()]


def _out_of_scope(outcomes: t.Sequence[LinkOutcome], target: Connection) -> t.Iterator[str]:
    """Warn of workspaces in projects for which the new connection is not available.

    Whether the API refuses them is not documented.
    """
    values: t.Mapping[str, t.Any] = target.client.values if target.client else {}
    projects = values.get("projects")
    if projects is None or values.get("organization_scoped") is not False:
        return
    moved = [outcome.link for outcome in outcomes if outcome.changed]
    names = [link.name for link in moved if link.project_id and link.project_id not in projects]
    if names:
        yield f"{target.description} is not available to the projects of these workspaces: {some(names)}."


def _entry(outcome: LinkOutcome) -> dict[str, t.Any]:
    before, after = outcome.move.link.public(), outcome.link.public()
    return {
        **{name: before[name] for name in ("kind", "id", "name", "project_id")},
        "repository_before": before["repository"],
        "repository": after["repository"],
        "oauth_token_id_before": before["oauth_token_id"],
        "oauth_token_id": after["oauth_token_id"],
        "github_app_installation_id_before": before["github_app_installation_id"],
        "github_app_installation_id": after["github_app_installation_id"],
        "action": outcome.action,
        "changed": outcome.changed,
        "reason": outcome.reason,
        "failure": failure_of(outcome.error) if outcome.error else None,
    }


def _counts(outcomes: t.Sequence[LinkOutcome]) -> dict[str, int]:
    counted = Counter("failed" if outcome.error else str(outcome.action) for outcome in outcomes)
    return {name: counted[name] for name in ("moved", "unchanged", "left", "failed")}


def _diff(outcomes: t.Sequence[LinkOutcome]) -> dict[str, t.Any]:
    changed = [outcome for outcome in outcomes if outcome.changed]
    return {
        side: {f"{link.kind} {link.name}": _pointer(link) for link in map(pick, changed)}
        for side, pick in (("before", lambda outcome: outcome.move.link), ("after", lambda outcome: outcome.link))
    }


def _pointer(link: VcsLink) -> dict[str, t.Any]:
    shown = link.public()
    names = ("repository", "oauth_token_id", "github_app_installation_id")
    return {name: shown[name] for name in names if shown[name]}


def _failure(
    outcomes: t.Sequence[LinkOutcome], read: Links, params: t.Mapping[str, t.Any], organization: str
) -> dict[str, t.Any]:
    """The task fails if a link failed, or if a kind could not be read.

    A kind that the API token may not read is only a warning, unless the task asks for it by name or reads nothing else.
    """
    failed = [outcome for outcome in outcomes if outcome.error]
    missing = {kind: error for kind, error in read.unread.items() if kind in KINDS}
    if len(missing) < len(KINDS):
        named = params.get("kinds") or ()
        missing = {kind: why for kind, why in missing.items() if kind in named or not isinstance(why, NOT_PERMITTED)}
    if not failed and not missing:
        return {}
    errors: list[VcsError] = [*(outcome.error for outcome in failed if outcome.error), *missing.values()]
    reasons = list(dict.fromkeys(error.message for error in errors))
    more = f" And {len(reasons) - 5} more reasons, see the links of the result." if len(reasons) > 5 else ""
    what = [f"{len(failed)} of {len(outcomes)} VCS links of organization {organization!r} failed"] if failed else []
    what += [f"the {', the '.join(plural(kind) for kind in missing)} could not be read"] if missing else []
    message = " and ".join(what)
    return {**failed_result(errors[0]), "msg": f"{message[0].upper()}{message[1:]}. {' '.join(reasons[:5])}{more}"}
