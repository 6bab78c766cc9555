# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Predicts a connection whose organization, projects or agent pool do not exist yet.

A dry run of a whole bootstrap role comes here before anything has been created. What is missing gets no ID, and a
warning names it.
"""

from __future__ import annotations

import typing as t

from .._base.errors import VcsError
from .._model import planning, removal
from .._model.desired import Desired
from .._model.plan import Plan

#: The options that refer to other objects, by their name in the public view.
_IN_VIEW = {"projects": "projects", "agent_pool": "agent_pool_id"}


def predict_in_missing_organization(desired: Desired, error: VcsError) -> tuple[Plan, str]:
    """The plan for an organization that cannot be found, and a warning. Raises the error for an OAuth client by ID."""
    if desired.oauth_client_id and desired.present:
        raise error
    plan = planning.plan(desired, None) if desired.present else removal.plan_removal(desired, None)
    options = [option for option in _IN_VIEW if desired.attributes.get(option)]
    return without_ids(plan, options), (
        f"Organization {desired.organization!r} does not exist yet, or the API token cannot see it. This "
        "prediction assumes that it is created first."
    )


def without_missing(desired: Desired, missing: t.Mapping[str, t.Sequence[str]]) -> Desired:
    """Return the connection with only the projects and agent pool that exist, so their names can be resolved."""
    attributes = dict(desired.attributes)
    if "projects" in missing:
        attributes["projects"] = tuple(name for name in attributes["projects"] if name not in missing["projects"])
    if "agent_pool" in missing:
        del attributes["agent_pool"]
    return desired._replace(attributes=attributes)


def with_missing(desired: Desired, missing: t.Mapping[str, t.Sequence[str]]) -> Desired:
    """Return the resolved connection with the names of the objects that do not exist yet, which have no ID."""
    attributes = dict(desired.attributes)
    if "projects" in missing:
        attributes["projects"] = (*attributes.get("projects", ()), *missing["projects"])
    if "agent_pool" in missing:
        attributes["agent_pool"] = missing["agent_pool"][0]
    return desired._replace(attributes=attributes)


def without_ids(plan: Plan, options: t.Iterable[str]) -> Plan:
    """The plan with no ID predicted for these options."""
    if plan.predicted is None:
        return plan
    return plan._replace(predicted={**plan.predicted, **{_IN_VIEW[option]: None for option in options}})


def missing_warning(desired: Desired, missing: t.Mapping[str, t.Sequence[str]]) -> str:
    """Return the warning that names the assumptions of a prediction."""
    named = " and ".join(f"{option} {', '.join(map(repr, names))}" for option, names in missing.items())
    return (
        f"Organization {desired.organization!r} does not have {named} yet. This prediction assumes that "
        "they are created first."
    )
