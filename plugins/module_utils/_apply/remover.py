# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Removes an OAuth client after a last check of its usage, and verifies that it is gone."""

from __future__ import annotations

from .._base.errors import InvalidAnswer, NotApplied, Unreachable, VcsError
from .._model.oauth_client import OAuthClient
from .._model.removal import refuse_removal
from .._tfe import oauth_clients as api
from .outcome import Outcome
from .planner import Planner

#: Seconds between looks at a client that should be gone.
LOOK_AGAIN = (0.2, 0.4, 0.8, 1.6, 1.6)


def remove_client(planner: Planner, outcome: Outcome, client: OAuthClient) -> bool:
    """Remove a client, and wait until reads no longer show it, so no later task finds it.

    Returns False if another run was faster. Raises WorkspacesLinked if workspaces were linked since the plan was made.
    """
    _look_again(planner, outcome, client)
    failure: VcsError | None = None
    looks: tuple[float, ...] = LOOK_AGAIN
    confirmed = False
    try:
        confirmed = api.delete_client(planner.client, client)
    except InvalidAnswer as error:
        failure = error
    except Unreachable as error:
        failure, looks = error, LOOK_AGAIN[:1]
    except VcsError as error:
        # Gone already, or not permitted: only the list of the organization distinguishes the two.
        if error.status != 404 or _is_listed(planner, client):
            raise
        return False
    for wait in looks:
        try:
            if api.read_client(planner.client, client.id, planner.organization) is None:
                return True
        except VcsError as error:
            if not confirmed:
                raise (failure or error) from None
            break  # the server confirmed the removal
        planner.client.pause(wait)
    if failure:
        raise failure
    if not confirmed:
        raise NotApplied(
            f"The server accepted the removal of OAuth client {client.id} of organization {planner.organization!r} but "
            "still shows it. Run again later. If it stays, remove it in the organization's settings."
        )
    outcome.warnings.append(f"OAuth client {client.id} was removed, but some reads may still show it.")
    return True


def _is_listed(planner: Planner, client: OAuthClient) -> bool:
    return any(one.id == client.id for one in api.list_clients(planner.client, planner.organization))


def _look_again(planner: Planner, outcome: Outcome, client: OAuthClient) -> None:
    """Refuse the removal if the count of workspaces has risen since it was planned."""
    if outcome.desired.force or outcome.usage is None:
        return
    now = api.read_client(planner.client, client.id, planner.organization, affected_workspaces=True)
    if now is None or not now.affected_workspaces_count:
        return
    outcome.usage = outcome.usage._replace(
        workspaces=tuple(now.affected_workspaces or ()),
        workspaces_count=now.affected_workspaces_count,
        unseen_workspaces=0,
    )
    refuse_removal(outcome.desired, client, outcome.usage)
