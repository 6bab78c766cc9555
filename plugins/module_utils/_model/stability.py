# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Checks that the next run of the same task would find the clients that this run is about to leave.

Two connections of a task can be so similar that a later run cannot distinguish them, or that each run undoes the last
one. So the plans are matched against their own results first. If a plan does not match the same client again, nothing
is written.
"""

from __future__ import annotations

import typing as t

from .._base.errors import VcsError
from .attributes import READ
from .desired import Desired
from .matching import find, precedence
from .oauth_client import OAuthClient
from .plan import Plan


def unstable(plans: t.Sequence[Plan], clients: t.Sequence[OAuthClient]) -> list[Plan]:
    """The plans of one organization that a later run would not confirm, and those that they collide with."""
    ends = [_end_of(plan, number) for number, plan in enumerate(plans)]
    touched = {plan.client.id for plan in plans if plan.client}
    later = [client for client in clients if client.id not in touched] + [end for end in ends if end]
    owners = {end.id: plan for plan, end in zip(plans, ends) if end}
    found: list[Plan] = []
    claimed: set[str] = set()
    for plan, end in sorted(zip(plans, ends), key=lambda pair: precedence(pair[0].desired)):
        matched = _matched(plan.desired, later, claimed)
        if matched is not None:
            claimed.add(matched.id)
        if (matched and matched.id) != (end and end.id):
            found.append(plan)
            if matched and matched.id in owners:
                found.append(owners[matched.id])
    return [plan for plan in plans if any(plan is other for other in found)]


def _matched(desired: Desired, clients: t.Sequence[OAuthClient], claimed: set[str]) -> OAuthClient | None:
    """Return the client that a later run finds. An ambiguous match is as bad as a wrong one."""
    try:
        return find(desired, clients, claimed)
    except VcsError:
        return OAuthClient("(ambiguous)", desired.organization)


def _end_of(plan: Plan, number: int) -> OAuthClient | None:
    """Return the client that exists after the plan, or None."""
    if plan.action in ("deleted", "absent"):
        return None
    if plan.client is None:
        values = {**dict.fromkeys(READ), **plan.attributes}
        return OAuthClient(f"(new {number})", plan.desired.organization, values)
    return plan.client._replace(values={**plan.client.values, **plan.attributes})
