# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""From options to result: what every module and action plugin calls. Knows nothing of Ansible's plumbing.

Each run takes the task's checked options and gives the task's result as a dictionary, failures included
(``failed``, ``msg``, ``failure``). ``warnings`` are for the caller to show. No secret is in it, whatever happened.
"""

from __future__ import annotations

import os
import traceback
import typing as t
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from .._apply.check_tokens import check_tokens
from .._apply.outcome import Outcome
from .._apply.planner import Planner
from .._apply.workers import Workers
from .._apply.writer import Writer
from .._base.errors import InvalidArgument, LibraryMissing, VcsError
from .._base.scrubber import Scrubber
from .._base.urls import is_loopback
from .._model.checks import checked_desired
from .._model.desired import Desired, label
from .._model.usage import Usage
from .._tfe import proxies
from .._tfe.client import TfeClient
from .._tfe.pace import Pace
from .._tfe.settings import Settings, resolve_organization, resolve_settings
from .._vcs import settings as vcs_settings
from .._vcs.service_providers import SERVICE_PROVIDERS
from .._vcs.token_checks import TokenChecks
from .argument_check import public_values, secret_values

#: How much is done at a time, each over a connection of its own: organizations, and creates in one of them.
MOST_CONNECTIONS = 8
#: How many creates are worth another connection, which takes two round trips before its first request.
CREATES_EACH = 2
ACTIONS = ("created", "updated", "deleted", "absent", "unchanged")
#: Connections that a caller keeps open from one run to the next, in one process.
Kept = dict[Settings, TfeClient]


def run_oauth_client(
    params: t.Mapping[str, t.Any], check_mode: bool, diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """Make one connection true: the list of one."""

    def work(run: Run) -> dict[str, t.Any]:
        outcome = run.reconcile({}, [params], check_mode)[0]
        result = _entry(outcome, check_mode)
        if diff:
            result["diff"] = _diff(outcome)
        del result["label"], result["failure"]
        return {**result, **failed_result(outcome.error)} if outcome.error else result

    return guarded(params, work, kept)


def run_oauth_clients(
    params: t.Mapping[str, t.Any], check_mode: bool, diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """Make many connections true; each has its own outcome, and the task fails if any of them does."""

    def work(run: Run) -> dict[str, t.Any]:
        outcomes = run.reconcile(params, params["connections"], check_mode)
        result: dict[str, t.Any] = {
            "connections": [_entry(outcome, check_mode) for outcome in outcomes],
            "changed": any(outcome.changed for outcome in outcomes),
        }
        if diff:
            diffs = {outcome.desired.label: _diff(outcome) for outcome in outcomes}
            result["diff"] = {
                side: {name: both[side] for name, both in diffs.items() if both["before"] != both["after"]}
                for side in ("before", "after")
            }
        return {**result, **_summary(outcomes, check_mode)}

    return {"connections": [], **guarded(params, work, kept)}


class Run:
    """What one task needs: its settings, its connection to the API, and the warnings on the way."""

    def __init__(self, params: t.Mapping[str, t.Any], kept: Kept | None = None) -> None:
        self._settings: Settings | None = None
        self._kept = kept
        self._params = params
        self._open: list[TfeClient] = []
        self.labels: list[str] = []
        self.warnings: list[str] = []
        self.notices: list[str] = []

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = resolve_settings(self._params, os.environ, os.path.expanduser("~"))
            address = self._settings.address
            if address.scheme == "http" and not is_loopback(address.hostname):
                self.warnings.append(f"{address.base} is plain http: the API token crosses the network unencrypted.")
        return self._settings

    @property
    def told(self) -> dict[str, t.Any]:
        """What every result tells of the way, whatever it led to."""
        told: dict[str, t.Any] = {"warnings": list(dict.fromkeys(self.warnings))}
        if self._settings:
            told["tfe_address"] = self._settings.address.base
        if self.notices:
            told["waited"] = self.notices
        return told

    @property
    def secrets(self) -> list[str]:
        """What must not be shown and is not an option: from the environment, from files, and parts of URLs."""
        known = [*proxies.secrets_of(self._params.get("tfe_proxies")), *proxies.secrets_of_environment(os.environ)]
        return known if self._settings is None else [*known, *self._settings.secrets]

    @contextmanager
    def connect(self, pace: Pace | None = None) -> t.Iterator[TfeClient]:
        """A connection to the API for as long as the block lasts."""
        client = (self._kept or {}).pop(self.settings, None) or TfeClient(self.settings)
        if pace:
            client.pace = pace
        client.failures.scrub = Scrubber([*secret_values(self._params), *self.secrets]).scrub
        self._open.append(client)
        try:
            yield client
        finally:
            self._open.remove(client)
            self.notices += client.notices
            client.notices = []
            if self._kept is None or self.settings in self._kept:
                client.close()
            else:
                self._kept[self.settings] = client

    def abort(self) -> None:
        """End what all connections do."""
        for client in list(self._open):
            client.abort()

    def reconcile(
        self, shared: t.Mapping[str, t.Any], connections: t.Sequence[t.Mapping[str, t.Any]], check_mode: bool
    ) -> list[Outcome]:
        """Bring all connections to their end, organization by organization; the outcomes are in the order given.

        ``shared`` are the options that a connection has if it does not set them itself.
        """
        home = shared.get("organization")
        outcomes = _with_own_labels([_named(home, _wanted(shared, options)) for options in connections])
        self.labels = [outcome.desired.label for outcome in outcomes]
        _refuse_twice(outcomes)
        sound = [outcome for outcome in outcomes if outcome.error is None]
        done: dict[int, Outcome] = {}
        if sound:
            for members, results in self._reconcile_all(_by_organization(sound), check_mode):
                done.update(zip(map(id, members), results))
        finished = [done.get(id(outcome), outcome) for outcome in outcomes]
        self.warnings += [warning for outcome in finished for warning in outcome.warnings]
        return finished

    def _reconcile_all(
        self, groups: t.Mapping[str, list[Outcome]], check_mode: bool
    ) -> list[tuple[list[Outcome], list[Outcome]]]:
        """Every organization's connections and what became of them; a few organizations at a time."""
        pace, token_checks = Pace(), TokenChecks()

        def connect() -> AbstractContextManager[TfeClient]:
            return self.connect(pace)

        # What the organizations leave of the connections is for creates.
        share = MOST_CONNECTIONS // min(len(groups), MOST_CONNECTIONS)
        helpers = Workers(connect, share, CREATES_EACH, self.abort)

        def reconcile(client: TfeClient, group: tuple[str, list[Outcome]]) -> tuple[list[Outcome], list[Outcome]]:
            name, members = group
            planner = Planner(client, name, check_mode)
            outcomes = planner.plan([one.desired for one in members])
            check_tokens(outcomes, token_checks)
            if not check_mode and any(outcome.changed for outcome in outcomes):
                Writer(planner, helpers).write(outcomes)
            return members, outcomes

        return Workers(connect, MOST_CONNECTIONS, abort=self.abort).map(reconcile, list(groups.items()))


def _wanted(shared: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> Outcome:
    """One connection's options as an outcome still to come, or as one that failed already."""
    try:
        organization = resolve_organization(options.get("organization") or shared.get("organization"), os.environ)
    except InvalidArgument as error:
        return Outcome(Desired("", _label(options)), error=error)
    try:
        way = options.get("missing_in_check_mode") or shared.get("missing_in_check_mode")
        desired = checked_desired({**options, "missing_in_check_mode": way}, organization)
        if vcs_settings.is_wanted(options, shared):
            desired = replace(desired, token_check=vcs_settings.resolve(options, shared, os.environ))
    except VcsError as error:
        return Outcome(Desired(organization, _label(options)), error=error)
    return Outcome(desired)


def _label(options: t.Mapping[str, t.Any]) -> str:
    provider = SERVICE_PROVIDERS.get(options.get("service_provider") or "")
    return label(options, provider, options.get("http_url") or (provider.http_url if provider else None))


def _named(shared: str | None, outcome: Outcome) -> Outcome:
    """Let the label of a connection of another organization than the task's begin with that organization."""
    desired = outcome.desired
    home = (shared or os.environ.get("TFE_ORGANIZATION") or "").strip().lower()
    if desired.organization and desired.organization.lower() != home:
        outcome.desired = replace(desired, label=f"{desired.organization}/{desired.label}")
    return outcome


def _with_own_labels(outcomes: list[Outcome]) -> list[Outcome]:
    """Make labels that several connections share distinct, so that results can be looked up by them."""
    taken = [outcome.desired.label for outcome in outcomes]
    for outcome in outcomes:
        desired = outcome.desired
        if taken.count(desired.label) > 1:
            outcome.desired = replace(desired, label=f"{desired.label} ({desired.where} of {desired.organization})")
    return outcomes


def _refuse_twice(outcomes: t.Sequence[Outcome]) -> None:
    """Refuse, before any request, connections that are listed twice or that one of them would remove."""
    seen: set[tuple[t.Any, ...]] = set()
    wanted = [outcome.desired for outcome in outcomes if outcome.error is None]
    for desired in wanted:
        if desired.identity in seen:
            raise InvalidArgument(
                f"The {desired.where} of organization {desired.organization!r} is listed twice. List each "
                "connection only once. For several connections to one URL give each a name and match_by=url_and_name."
            )
        seen.add(desired.identity)
    for desired in wanted:
        for other in wanted:
            if desired is not other and desired.removes_any_like(other):
                raise InvalidArgument(
                    f"{desired.label!r} of this task, which should be absent, can be the same connection as "
                    f"{other.label!r}. Give the name of the one that should be absent, or its oauth_client_id."
                )


def _by_organization(outcomes: t.Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes by organization; the API takes names of organizations in any case."""
    groups: dict[str, list[Outcome]] = {}
    names: dict[str, str] = {}
    for outcome in outcomes:
        organization = outcome.desired.organization
        groups.setdefault(names.setdefault(organization.lower(), organization), []).append(outcome)
    return groups


def _entry(outcome: Outcome, check_mode: bool) -> dict[str, t.Any]:
    """One connection's part of the result: the same keys in check mode and for real."""
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
    """What uses, or used, a client that should not be there; None for what is unknown."""
    usage = outcome.usage or (Usage() if outcome.client else Usage((), 0, (), (), ()))
    shown = {
        "affected_workspaces": usage.workspaces,
        "affected_policy_sets": usage.policy_sets,
        "affected_registry_modules": usage.registry_modules,
        "affected_stacks": usage.stacks,
    }
    lists = {name: None if names is None else list(names) for name, names in shown.items()}
    return {**lists, "affected_workspaces_count": usage.workspaces_count}


def _diff(outcome: Outcome) -> dict[str, t.Any]:
    if outcome.plan is None:
        return {"before": {}, "after": {}}
    return {"before": dict(outcome.plan.before), "after": dict(outcome.plan.after)}


def failure_of(error: VcsError) -> dict[str, t.Any]:
    """An error as results hold it: what playbooks can test."""
    return {"code": error.code, "message": error.message, "status": error.status, "errors": error.errors}


def failed_result(error: VcsError) -> dict[str, t.Any]:
    """The part of a result that makes the task fail."""
    return {"failed": True, "msg": error.message, "failure": failure_of(error)}


def _summary(outcomes: t.Sequence[Outcome], check_mode: bool) -> dict[str, t.Any]:
    """Which connections failed and why, a reason that they share once, and what was done to the others."""
    failed = [outcome for outcome in outcomes if outcome.error]
    if not failed:
        return {}
    whose: dict[str, list[str]] = {}
    for outcome in failed:
        whose.setdefault(t.cast("VcsError", outcome.error).message, []).append(outcome.desired.label)
    reasons = " ".join(f"[{', '.join(labels)}] {message}" for message, labels in whose.items())
    others = ", ".join(_deed(outcome, check_mode) for outcome in outcomes if not outcome.error)
    message = f"{len(failed)} of {len(outcomes)} connections failed. {reasons}"
    if others:
        message += f" The others: {others}."
    first = t.cast("VcsError", failed[0].error)
    return {**failed_result(first), "msg": message}


def _deed(outcome: Outcome, check_mode: bool) -> str:
    would = "would be " if check_mode and outcome.changed else ""
    return f"{outcome.desired.label} {would}{outcome.action}"


def guarded(
    params: t.Mapping[str, t.Any], work: t.Callable[[Run], dict[str, t.Any]], kept: Kept | None = None
) -> dict[str, t.Any]:
    """Run the work; every error becomes a failed result, and no secret leaves in any of it."""
    run = Run(params, kept)
    try:
        result = work(run)
    except LibraryMissing:
        raise
    except VcsError as error:
        result = {"changed": False, **failed_result(error)}
    except Exception as error:  # a fault of ours: say where, but not its text, which may hold what was sent
        place = traceback.extract_tb(error.__traceback__)[-1]
        message = (
            f"Internal error of hcptf.vcs: {type(error).__name__} in {os.path.basename(place.filename)}, line "
            f"{place.lineno}. Please report it with this line."
        )
        result = {"changed": False, **failed_result(VcsError(message))}
    result.update(run.told)
    own = [
        text for text in (*public_values(params), *run.labels) if not any(one and one in text for one in run.secrets)
    ]
    scrubber = Scrubber([*secret_values(params), *run.secrets], keep=[*own, *_own_words()])
    scrubbed: dict[str, t.Any] = scrubber.scrub(result)
    return scrubbed


def _own_words() -> t.Iterator[str]:
    """The fixed words of results: a secret that happens to equal one must not make them unusable."""
    yield from ACTIONS
    for provider in SERVICE_PROVIDERS.values():
        yield from (provider.value, provider.display_name, provider.http_url or "")
    pending = [VcsError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        yield error.code
