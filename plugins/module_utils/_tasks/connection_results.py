# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Turns the outcomes of connections into the results of tasks."""

from __future__ import annotations

import typing as t

from .._apply.outcome import Outcome
from .._model.usage import NOBODY, Usage
from .results import failed_result, failure_of


def entry_of(outcome: Outcome, check_mode: bool) -> dict[str, t.Any]:
    """Return one connection's part of the result. Its keys are the same in check mode and in a real run."""
    plan, client = outcome.plan, outcome.client
    view = client.public() if client else None
    if plan and plan.predicted and check_mode:
        view = dict(plan.predicted)
    entry: dict[str, t.Any] = {
        "label": outcome.desired.label,
        "organization": outcome.desired.organization,
        "oauth_client_id": view["id"] if view else None,
        "oauth_token_id": view["oauth_token_id"] if view else None,
        "oauth_client": view,
        "action": outcome.action,
        "changed": outcome.changed,
        "failure": failure_of(outcome.error) if outcome.error else None,
    }
    if not outcome.desired.present:
        entry.update(_usage(outcome))
    return entry


def _usage(outcome: Outcome) -> dict[str, t.Any]:
    """What uses, or used, a client that should be absent; None for what is unknown."""
    # Only a plan is sure that there is no client. An error can come before anything was read.
    usage = outcome.usage or (NOBODY if outcome.plan and not outcome.client else Usage())
    shown = {
        # No names mean that nobody uses the client only if the count says so.
        "affected_workspaces": usage.workspaces or (() if usage.workspaces_count == 0 else None),
        "affected_policy_sets": usage.policy_sets,
        "affected_registry_modules": usage.registry_modules,
        "affected_stacks": usage.stacks,
        "affected_registry_components": usage.registry_components,
    }
    lists = {name: None if names is None else list(names) for name, names in shown.items()}
    return {**lists, "affected_workspaces_count": usage.workspaces_count}


def diff_of(outcome: Outcome) -> dict[str, t.Any]:
    if outcome.plan is None:
        return {"before": {}, "after": {}}
    return {"before": dict(outcome.plan.before), "after": dict(outcome.plan.after)}


def summary_of(outcomes: t.Sequence[Outcome], check_mode: bool) -> dict[str, t.Any]:
    """Say which connections failed and why, and what was done to the others. A shared reason appears only once."""
    errors = [(outcome.desired.label, outcome.error) for outcome in outcomes if outcome.error]
    if not errors:
        return {}
    whose: dict[str, list[str]] = {}
    for label, error in errors:
        whose.setdefault(error.message, []).append(label)
    reasons = " ".join(f"[{', '.join(labels)}] {message}" for message, labels in whose.items())
    others = ", ".join(_describe_action(outcome, check_mode) for outcome in outcomes if not outcome.error)
    message = f"{len(errors)} of {len(outcomes)} connections failed. {reasons}"
    if others:
        message += f" The others: {others}."
    return {**failed_result(errors[0][1]), "msg": message}


def _describe_action(outcome: Outcome, check_mode: bool) -> str:
    would = "would be " if check_mode and outcome.changed else ""
    return f"{outcome.desired.label} {would}{outcome.action}"
