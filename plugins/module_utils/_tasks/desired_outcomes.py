# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Turns the options of a task into the connections that it wants, with distinct labels, by organization."""

from __future__ import annotations

import os
import typing as t
from itertools import count

from .._apply.outcome import Outcome
from .._base.errors import InvalidArgument, VcsError
from .._model.desired import Desired, is_present, label
from .._model.option_checks import checked_desired
from .._tfe.settings import resolve_organization
from .._vcs import settings as vcs_settings
from .._vcs.service_providers import SERVICE_PROVIDERS


def desired_outcomes(shared: t.Mapping[str, t.Any], connections: t.Sequence[t.Mapping[str, t.Any]]) -> list[Outcome]:
    """Return one outcome for each connection, in the given order. Raises InvalidArgument if two contradict each other.

    ``shared`` are the options that a connection has if it does not set them itself.
    """
    task_organization = shared.get("organization")
    outcomes = _with_distinct_labels(
        [_label_with_organization(task_organization, _desired_outcome(shared, options)) for options in connections]
    )
    _refuse_duplicates(outcomes)
    return outcomes


def _desired_outcome(shared: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> Outcome:
    """The outcome of one connection before anything was done: it has an error if its options are not valid."""
    try:
        organization = resolve_organization(options.get("organization") or shared.get("organization"), os.environ)
    except InvalidArgument as error:
        return _refused("", options, error)
    try:
        missing = options.get("missing_in_check_mode") or shared.get("missing_in_check_mode")
        desired = checked_desired({**options, "missing_in_check_mode": missing}, organization)
        if vcs_settings.is_wanted(options, shared):
            desired = desired._replace(token_check=vcs_settings.resolve(options, shared, os.environ))
    except VcsError as error:
        return _refused(organization, options, error)
    return Outcome(desired)


def _refused(organization: str, options: t.Mapping[str, t.Any], error: VcsError) -> Outcome:
    return Outcome(Desired(organization, _label(options), is_present(options)), error)


def _label(options: t.Mapping[str, t.Any]) -> str:
    provider = SERVICE_PROVIDERS.get(options.get("service_provider") or "")
    return label(options, provider, options.get("http_url") or (provider.http_url if provider else None))


def _label_with_organization(task_organization: str | None, outcome: Outcome) -> Outcome:
    """Begin the label with the organization, unless it is the organization of the task."""
    desired = outcome.desired
    shared = (task_organization or os.environ.get("TFE_ORGANIZATION") or "").strip().lower()
    if desired.organization and desired.organization.lower() != shared:
        outcome.desired = desired._replace(label=f"{desired.organization}/{desired.label}")
    return outcome


def _with_distinct_labels(outcomes: list[Outcome]) -> list[Outcome]:
    """Extend labels that several connections share, so results can be looked up by label."""
    labels = [outcome.desired.label for outcome in outcomes]
    described = [
        # Options that are not valid give no description.
        each if outcome.error or labels.count(each) == 1 else f"{each} ({_whole_description(outcome.desired)})"
        for each, outcome in zip(labels, outcomes)
    ]
    for outcome, distinct in zip(outcomes, _numbered(described)):
        outcome.desired = outcome.desired._replace(label=distinct)
    return outcomes


def _whole_description(desired: Desired) -> str:
    return f"{desired.description} of {desired.organization}"


def _numbered(labels: t.Iterable[str]) -> list[str]:
    """Append a number to the second, third, ... of equal labels."""
    distinct: dict[str, None] = {}
    for each in labels:
        numbers = count(2)
        candidate = each
        while candidate in distinct:
            candidate = f"{each} ({next(numbers)})"
        distinct[candidate] = None
    return list(distinct)


def _refuse_duplicates(outcomes: t.Sequence[Outcome]) -> None:
    """Refuse, before any request, connections that are listed twice or that another entry would remove."""
    seen: set[tuple[t.Any, ...]] = set()
    wanted = [outcome.desired for outcome in outcomes if outcome.error is None]
    for desired in wanted:
        if desired.identity in seen:
            raise InvalidArgument(
                f"The {desired.description} of organization {desired.organization!r} is listed twice. List each "
                "connection only once. For several connections to one URL give each a name and match_by=url_and_name."
            )
        seen.add(desired.identity)
    for removal in (desired for desired in wanted if not desired.present):
        for other in wanted:
            if removal is not other and removal.removes_any_like(other):
                raise InvalidArgument(
                    f"{removal.label!r} of this task, which should be absent, can be the same connection as "
                    f"{other.label!r}. Give the name of the one that should be absent, or its oauth_client_id."
                )


def by_organization(outcomes: t.Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Group the outcomes by organization. The API ignores the case of organization names."""
    groups: dict[str, list[Outcome]] = {}
    names: dict[str, str] = {}
    for outcome in outcomes:
        organization = outcome.desired.organization
        groups.setdefault(names.setdefault(organization.lower(), organization), []).append(outcome)
    return groups
