# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Turns the outcomes of moved VCS links into the result of a task."""

from __future__ import annotations

import typing as t
from collections import Counter

from .._apply.link_predictor import LinkOutcome
from .._base.errors import NOT_PERMITTED, VcsError
from .._model.vcs_link import KINDS, VcsLink, plural
from .results import failed_result, failure_of


def result_of_moves(outcomes: t.Sequence[LinkOutcome], diff: bool) -> dict[str, t.Any]:
    """The part of the result that says what happened to each link."""
    result = {
        "changed": any(outcome.changed for outcome in outcomes),
        "links": [_entry(outcome) for outcome in outcomes],
        "counts": _counts(outcomes),
    }
    return {**result, "diff": _diff(outcomes)} if diff else result


def failure_of_moves(
    outcomes: t.Sequence[LinkOutcome],
    unread: t.Mapping[str, VcsError],
    named_kinds: t.Collection[str],
    organization: str,
) -> dict[str, t.Any]:
    """The part of the result that makes the task fail, if a link failed or a kind could not be read. Else empty.

    A kind that the API token may not read is only a warning, unless the task asks for it by name or reads nothing else.
    """
    failed = [outcome for outcome in outcomes if outcome.error]
    missing = {kind: error for kind, error in unread.items() if kind in KINDS}
    if len(missing) < len(KINDS):
        missing = {
            kind: why for kind, why in missing.items() if kind in named_kinds or not isinstance(why, NOT_PERMITTED)
        }
    if not failed and not missing:
        return {}
    errors: list[VcsError] = [*(outcome.error for outcome in failed if outcome.error), *missing.values()]
    reasons = list(dict.fromkeys(error.message for error in errors))
    more = f" And {len(reasons) - 5} more reasons, see the links of the result." if len(reasons) > 5 else ""
    what = [f"{len(failed)} of {len(outcomes)} VCS links of organization {organization!r} failed"] if failed else []
    what += [f"the {', the '.join(plural(kind) for kind in missing)} could not be read"] if missing else []
    message = " and ".join(what)
    return {**failed_result(errors[0]), "msg": f"{message[0].upper()}{message[1:]}. {' '.join(reasons[:5])}{more}"}


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
