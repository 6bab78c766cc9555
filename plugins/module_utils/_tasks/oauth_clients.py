# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The tasks of oauth_client and oauth_clients: check the options, plan, apply, and report."""

from __future__ import annotations

import typing as t

from .._apply.check_tokens import check_tokens
from .._apply.outcome import Outcome
from .._apply.permission import warn_of_missing_permission
from .._apply.planner import Planner
from .._apply.writer import Writer
from .._tfe.client import TfeClient
from .._tfe.pace import Pace
from .._vcs.token_checks import TokenChecks
from .connection_results import diff_of, entry_of, summary_of
from .desired_outcomes import by_organization, desired_outcomes
from .results import failed_result
from .run import MOST_CONNECTIONS, Kept, Run, guarded

#: How many creates are worth another connection, which takes two round trips before its first request.
CREATES_EACH = 2


def run_oauth_client(
    params: t.Mapping[str, t.Any], check_mode: bool, diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """Bring one connection to its desired state."""

    def work(run: Run) -> dict[str, t.Any]:
        outcome = _reconcile(run, {"organization": params["organization"]}, [params], check_mode)[0]
        result = entry_of(outcome, check_mode)
        if diff:
            result["diff"] = diff_of(outcome)
        del result["label"], result["failure"]
        return {**result, **failed_result(outcome.error)} if outcome.error else result

    return guarded(params, work, kept)


def run_oauth_clients(
    params: t.Mapping[str, t.Any], check_mode: bool, diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """Bring many connections to their desired state. Each has its own outcome; the task fails if any of them does."""

    def work(run: Run) -> dict[str, t.Any]:
        outcomes = _reconcile(run, params, params["connections"], check_mode)
        result: dict[str, t.Any] = {
            "connections": [entry_of(outcome, check_mode) for outcome in outcomes],
            "changed": any(outcome.changed for outcome in outcomes),
        }
        if diff:
            diffs = {outcome.desired.label: diff_of(outcome) for outcome in outcomes}
            result["diff"] = {
                side: {name: both[side] for name, both in diffs.items() if both["before"] != both["after"]}
                for side in ("before", "after")
            }
        return {**result, **summary_of(outcomes, check_mode)}

    return {"connections": [], **guarded(params, work, kept)}


def _reconcile(
    run: Run, shared: t.Mapping[str, t.Any], connections: t.Sequence[t.Mapping[str, t.Any]], check_mode: bool
) -> list[Outcome]:
    """Bring all connections to their desired state, organization by organization. The outcomes keep the order given."""
    outcomes = desired_outcomes(shared, connections)
    run.labels = [outcome.desired.label for outcome in outcomes]
    groups = by_organization(outcome for outcome in outcomes if outcome.error is None)
    if groups:
        _reconcile_organizations(run, groups, check_mode)
    run.warnings += [warning for outcome in outcomes for warning in outcome.warnings]
    return outcomes


def _reconcile_organizations(run: Run, groups: t.Mapping[str, list[Outcome]], check_mode: bool) -> None:
    """Plan and apply the connections of every organization, a few organizations at a time."""
    pace, token_checks = Pace(), TokenChecks()
    # Connections that the organizations do not use are for creates.
    share = MOST_CONNECTIONS // min(len(groups), MOST_CONNECTIONS)
    creators = run.workers(pace, share, CREATES_EACH)

    def reconcile(client: TfeClient, group: tuple[str, list[Outcome]]) -> None:
        organization, outcomes = group
        planner = Planner(client, organization, check_mode)
        planner.plan(outcomes)
        check_tokens(outcomes, token_checks)
        changing = [outcome for outcome in outcomes if outcome.changed]
        if changing and not check_mode:
            Writer(planner, creators).write(outcomes)
        elif changing and planner.has_read:
            warn_of_missing_permission(client, organization, changing)

    run.workers(pace).map(reconcile, list(groups.items()))
