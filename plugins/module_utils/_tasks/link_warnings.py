# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Warnings of a task that moves VCS links."""

from __future__ import annotations

import typing as t

from .._apply.link_predictor import LinkOutcome
from .._apply.link_reader import Links
from .._apply.select_connection import Connection
from .._base.printable import some
from .._model.vcs_link import OAUTH_TOKEN, REGISTRY_COMPONENT, STACK, looks_missing, plural

#: What to do with the kinds that are never changed.
_HOW_TO_CHANGE = {
    STACK: "Change them in their settings.",
    REGISTRY_COMPONENT: "No endpoint can change them. Publish these Stack component configurations again.",
}


def unmoved_warnings(read: Links, source: Connection, organization: str, unseen: int | None) -> list[str]:
    """Warn of what stays with the old connection although no move of it fails."""
    if source.credentials:
        return [
            *_unknown(read, source, organization),
            *_unread(read, organization),
            *_unseen(source, unseen),
            *_by_hand(read, source),
        ]
    if source.client is None:
        return [f"'from' selects no connection of organization {organization!r}, so there is nothing to move."]
    return [f"{source.description} has no OAuth token, so no link can use it. There is nothing to move."]


def _unknown(read: Links, source: Connection, organization: str) -> t.Iterator[str]:
    used = any(link.credential in source.credentials for link in read.found)
    if source.client is None and source.credentials[0].attribute == OAUTH_TOKEN and not used:
        yield (
            f"Organization {organization!r} has no {source.description}, and no link that could be read refers to it. "
            "There is nothing to move."
        )


def _unread(read: Links, organization: str) -> t.Iterator[str]:
    for kind, error in read.unread.items():
        if not looks_missing(kind, error):
            yield (
                f"The {plural(kind)} of organization {organization!r} could not be read, so none of them was moved. "
                f"{error.message}"
            )


def _unseen(source: Connection, count: int | None) -> t.Iterator[str]:
    if count and source.client:
        them = "workspaces" if count > 1 else "workspace"
        yield (
            f"{source.client.describe()} is also used by {count} more {them} that this API token cannot see. Move "
            "them with an API token that can read all workspaces before you remove the OAuth client."
        )


def _by_hand(read: Links, source: Connection) -> t.Iterator[str]:
    for kind, advice in _HOW_TO_CHANGE.items():
        names = [link.name for link in read.found if link.kind == kind and link.credential in source.credentials]
        if names:
            those = plural(kind)
            yield (
                f"{those[0].upper()}{those[1:]} are never changed, and these still use {source.description}: "
                f"{', '.join(names)}. {advice}"
            )


def uncertain_warnings(outcomes: t.Sequence[LinkOutcome]) -> list[str]:
    """One warning for each reason that several links share."""
    unsure: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.changed and outcome.reason:
            unsure.setdefault(outcome.reason, []).append(outcome.link.name)
    return [f"{reason} ({some(names)})" for reason, names in unsure.items()]


def scope_warnings(outcomes: t.Sequence[LinkOutcome], target: Connection) -> t.Iterator[str]:
    """Warn of workspaces in projects for which the new connection is not available.

    Whether the API refuses them is not documented.
    """
    client = target.client
    moved = [outcome.link for outcome in outcomes if outcome.changed]
    names = [link.name for link in moved if client and not client.is_available_to(link.project_id)]
    if names:
        yield f"{target.description} is not available to the projects of these workspaces: {some(names)}."
