# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Moves VCS links to another connection. A link that fails does not stop the others."""

from __future__ import annotations

import typing as t
from threading import Lock

from .._base.errors import (
    ChangedMeanwhile,
    InvalidAnswer,
    NotApplied,
    NotFoundOrForbidden,
    OutcomeUnknown,
    Rejected,
    Unreachable,
    VcsError,
)
from .._model.link_plan import changed_settings
from .._model.vcs_link import Credential, VcsLink
from .._tfe import vcs_links as api
from .._tfe.client import TfeClient
from .link_predictor import LinkOutcome
from .workers import Workers

#: How many links are moved between two lines of progress.
PROGRESS_STEP = 100
#: If this many links in a row are refused again, the host is not merely busy, and the rest are not tried again.
_MOST_REFUSALS = 10


class LinkMover:
    """Carries out the moves of one organization to one target."""

    def __init__(
        self,
        workers: Workers,
        sources: t.Collection[Credential],
        target: Credential,
        progress: t.Callable[[str], None],
    ) -> None:
        self._workers = workers
        self._sources = sources
        self._target = target
        self._progress = progress
        self._lock = Lock()
        self._done = 0

    def carry_out(self, predicted: t.Sequence[LinkOutcome]) -> list[LinkOutcome]:
        """Move the links that were predicted to move. The others keep their outcome."""
        to_move = [outcome for outcome in predicted if outcome.changed]
        moved = iter(self._again(to_move, self._workers.map(self._counted, to_move)) if to_move else ())
        return [next(moved) if outcome.changed else outcome for outcome in predicted]

    def _again(self, to_move: t.Sequence[LinkOutcome], moved: list[LinkOutcome]) -> list[LinkOutcome]:
        """Try again, one after another, the links that were refused although the connection reaches their repository.

        The server asks the VCS host about each change. If the host gets too many requests, the server reports that the
        repository does not exist: U(https://github.com/hashicorp/terraform-provider-tfe/issues/112).
        """
        refused = [
            number for number, outcome in enumerate(moved) if outcome.reached and isinstance(outcome.error, Rejected)
        ]
        if refused:
            (results,) = self._workers.map(self._try_each, [[to_move[number] for number in refused]])
            for number, result in zip(refused, results):
                moved[number] = result
        return moved

    def _counted(self, client: TfeClient, outcome: LinkOutcome) -> LinkOutcome:
        moved = self._try(client, outcome)
        with self._lock:
            self._done += 1
            if self._done % PROGRESS_STEP == 0:
                self._progress(f"{self._done} VCS links done")
        return moved

    def _try(self, client: TfeClient, outcome: LinkOutcome) -> LinkOutcome:
        try:
            return self._move(client, outcome)
        except VcsError as error:
            return outcome._replace(link=outcome.move.link, action=None, error=error)

    def _try_each(self, client: TfeClient, outcomes: t.Sequence[LinkOutcome]) -> list[LinkOutcome]:
        tried: list[LinkOutcome] = []
        refused = 0
        for outcome in outcomes:
            tried.append(self._try(client, outcome))
            refused = refused + 1 if isinstance(tried[-1].error, Rejected) else 0
            if refused == _MOST_REFUSALS:
                break
        return tried

    def _move(self, client: TfeClient, outcome: LinkOutcome) -> LinkOutcome:
        planned, repository = outcome.move.link, outcome.move.repository
        now = api.read_link(client, planned)
        if now is None:
            failed = client.could_not(f"read {planned.describe()} of organization {planned.organization!r}")
            raise NotFoundOrForbidden(f"{failed}: it is gone, or the API token may not read it any more.", 404)
        if now.credential == self._target:
            return outcome._replace(link=now, action="unchanged", reason="It was moved meanwhile.")
        if now.credential not in self._sources:
            reason = "Its connection was changed while this task was running, so it was not moved."
            return outcome._replace(link=now, action="left", reason=reason)
        if now.repository != planned.repository:
            raise ChangedMeanwhile(
                f"{_sentence(planned)} was pointed at repository {now.repository!r} while this task was running, so it "
                "was not moved. Run again."
            )
        try:
            after = self._update(client, now, repository if repository != now.repository else None)
        except (Unreachable, InvalidAnswer) as error:
            after = self._read_back(client, now, error)
        notes = [outcome.reason]
        changes = _unasked_changes(now, after)
        if changes:
            after = self._restore(client, now, after, repository)
            notes.append(f"The server also changed {changes}, which was undone.")
        problem = self._problem(now, after, repository)
        action = "moved" if after.credential == self._target else None
        known = None if problem else " ".join(note for note in notes if note) or None
        return outcome._replace(link=after, action=action, reason=known, error=problem)

    def _restore(self, client: TfeClient, before: VcsLink, after: VcsLink, repository: str | None) -> VcsLink:
        """Send the lost settings again, and return the link as it is then. An error is left to the check that follows.

        The API documents that an update keeps what it omits, but not for every kind of object or every server.
        """
        lost = set(changed_settings(before, after))
        unlinked = after.repository is None
        settings = {name: value for name, value in before.kept.items() if name in lost or (unlinked and value)}
        try:
            return self._send(client, after, repository, settings=settings)
        except VcsError:
            try:
                return api.read_link(client, before) or after
            except VcsError:
                return after

    def _read_back(self, client: TfeClient, link: VcsLink, lost: VcsError) -> VcsLink:
        """The link after a change whose answer was lost: the change may have been made. Raises OutcomeUnknown."""
        try:
            after = api.read_link(client, link)
        except VcsError:
            after = None
        if after is None:
            raise OutcomeUnknown(
                f"{lost.message} It is not known whether {link.describe()} was moved. Run again to move the "
                "links that are left.",
                lost.status,
                lost.errors,
            )
        if after.credential == link.credential and after.repository == link.repository:
            raise lost
        return after

    def _update(self, client: TfeClient, link: VcsLink, repository: str | None) -> VcsLink:
        """Send the change. How the other kind of credential is cleared is not documented: every way is tried."""
        crosses = link.credential is not None and link.credential.attribute != self._target.attribute
        rejected: Rejected | None = None
        after: VcsLink | None = None
        for clear_with in api.WAYS_TO_CLEAR if crosses else (api.OMITTED,):
            try:
                after = self._send(client, link, repository, clear_with)
            except Rejected as error:
                rejected = rejected or error
                continue
            if after.credential == self._target:
                return after
        if after is None and rejected:
            raise rejected
        return after or link

    def _send(
        self,
        client: TfeClient,
        link: VcsLink,
        repository: str | None,
        clear_with: t.Any = api.OMITTED,
        settings: t.Mapping[str, t.Any] | None = None,
    ) -> VcsLink:
        """Update the link and return it. If the response does not show the new connection, read the link again."""
        after = api.update_link(client, link, self._target, repository, clear_with, settings)
        if after.credential != self._target or after.repository is None:
            # The response can be incomplete, or older than the change.
            after = api.read_link(client, link) or after
        return after

    def _problem(self, before: VcsLink, after: VcsLink, repository: str | None) -> NotApplied | None:
        """Return an error if the link differs from the request, else None."""
        changes = _unasked_changes(before, after)
        if after.repository is None:
            problem = f"the server removed its link to {before.repository!r} (branch {before.kept.get('branch')!r})"
        elif after.credential != self._target:
            problem = "the server accepted the change but did not make it"
        elif repository and after.repository.lower() != repository.lower():
            problem = f"it was moved, but its repository is {after.repository!r} instead of {repository!r}"
        elif changes:
            problem = f"it was moved, but the server also changed {changes}"
        else:
            return None
        return NotApplied(
            f"{_sentence(before)} of organization {before.organization!r}: {problem}. Check its settings."
        )


def _unasked_changes(before: VcsLink, after: VcsLink) -> str:
    """Describe, for a message, the changes that nobody requested. Empty if there are none."""
    lost = changed_settings(before, after)
    changes = [f"{name} from {before.kept[name]!r} to {after.kept[name]!r}" for name in lost]
    return ", ".join([*(["the link to the repository"] if after.repository is None else []), *changes])


def _sentence(link: VcsLink) -> str:
    description = link.describe()
    return description[0].upper() + description[1:]
