# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Warns of workspaces whose project an update takes out of the scope of their connection.

The API documents that a connection without organization scope is available only to its projects. It does not document
what then happens to workspaces of other projects that use it already.
"""

from __future__ import annotations

import typing as t

from .._base.printable import some
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .link_reader import Links


def warnings_of_scope(plan: Plan, read_workspaces: t.Callable[[], Links]) -> t.Iterator[str]:
    """Read the workspaces only if the plan makes the scope smaller."""
    before = plan.client
    if before is None or not plan.attributes:
        return
    after = before._replace(values={**before.values, **plan.attributes})
    if not _is_smaller(before, after):
        return
    links = read_workspaces()
    for error in links.unread.values():
        yield (
            f"It could not be checked whether workspaces of other projects use OAuth client {before.id}. "
            f"{error.message}"
        )
    names = [
        link.name
        for link in links.found
        if link.credential
        and link.credential.id in before.oauth_token_ids
        and before.is_available_to(link.project_id)
        and not after.is_available_to(link.project_id)
    ]
    if names:
        yield (
            f"The new scope of OAuth client {before.describe()} leaves out the projects of these workspaces, which use "
            f"it: {some(names)}. It is not documented whether they stay linked."
        )


def _is_smaller(before: OAuthClient, after: OAuthClient) -> bool:
    projects = before.values.get("projects") or ()
    if before.values.get("organization_scoped") is False:
        return not all(map(after.is_available_to, projects))
    return after.values.get("organization_scoped") is False
