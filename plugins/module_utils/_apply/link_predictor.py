# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Predicts which VCS links can be moved to another connection, with read requests only."""

from __future__ import annotations

import typing as t

from .._base.errors import NotFoundOrForbidden, VcsError
from .._model.link_plan import Move, refusal
from .._model.vcs_link import OAUTH_TOKEN, Credential, VcsLink
from .._tfe import vcs_links as api
from .._tfe.client import TfeClient
from .workers import Workers


class LinkOutcome(t.NamedTuple):
    """The outcome of one link: its latest state, and the ``reason`` why it was not moved or a note about the move.

    ``reached`` is whether the server has said that the new connection reaches the repository.
    """

    move: Move
    link: VcsLink
    action: str | None
    reason: str | None = None
    error: VcsError | None = None
    reached: bool = False

    @property
    def changed(self) -> bool:
        """Whether the link was moved, or would be in check mode."""
        return self.action == "moved"


class LinkPredictor:
    """Predicts moves to one target, which ``description`` names in messages."""

    def __init__(self, workers: Workers, target: Credential, description: str) -> None:
        self._workers = workers
        self._target = target
        self._description = description
        #: Whether the target reaches a repository, as far as the server has been asked. Keys are repositories.
        self._answers: dict[str | None, bool | VcsError | None] = {}

    def predict(self, moves: t.Sequence[Move], check_repositories: bool, limit: int | None = None) -> list[LinkOutcome]:
        """Ask whether the target reaches each repository, with read requests only, and predict each link's outcome.

        If the server cannot tell, the link would be moved, and its reason says so. ``limit`` is how many links may be
        moved; those beyond it are ``left``. Links that are refused do not count, or a rerun would never get past them.
        """
        outcomes = [_untried(move) for move in moves]
        waiting = [number for number, move in enumerate(moves) if move.action == "moved"]
        room = len(waiting) if limit is None else limit
        while waiting and room:
            tried, waiting = waiting[:room], waiting[room:]
            reachable = self._ask_for([moves[number] for number in tried]) if check_repositories else {}
            for number in tried:
                outcomes[number] = self._predicted(moves[number], reachable, check_repositories)
                room -= outcomes[number].changed
        return outcomes

    def _ask_for(self, moves: t.Sequence[Move]) -> dict[str | None, bool | None]:
        """Whether the target reaches the repositories of the moves, by repository."""
        wanted = {move.repository: move for move in moves if move.repository and move.repository not in self._answers}
        if wanted and self._target.attribute == OAUTH_TOKEN:
            self._answers.update(zip(wanted, self._workers.map(self._ask, list(wanted.values()))))
        # The endpoint is undocumented: 404 means something only if another repository got an answer.
        absent = False if any(isinstance(answer, bool) for answer in self._answers.values()) else None
        return {
            repository: absent if isinstance(answer, NotFoundOrForbidden) else _known(answer)
            for repository, answer in self._answers.items()
        }

    def _ask(self, client: TfeClient, move: Move) -> bool | VcsError | None:
        """Whether the target reaches the repository, None if the server cannot tell, or why it could not be asked."""
        try:
            return api.repository_exists(client, move.link.organization, self._target.id, move.repository or "")
        except VcsError as error:
            return error

    def _predicted(self, move: Move, reachable: t.Mapping[str | None, bool | None], checked: bool) -> LinkOutcome:
        known = reachable.get(move.repository)
        error = refusal(move, known, self._description)
        if error:
            return LinkOutcome(move, move.link, None, error=error)
        unsure = checked and known is None
        reason = f"The server cannot tell whether {self._description} reaches the repository." if unsure else None
        after = move.link._replace(credential=self._target, repository=move.repository)
        return LinkOutcome(move, after, "moved", reason, reached=known is True)


def _untried(move: Move) -> LinkOutcome:
    """The outcome of a link for which nothing is asked or sent."""
    if move.action == "unchanged":
        return LinkOutcome(move, move.link, "unchanged")
    return LinkOutcome(move, move.link, "left", "The limit of this run was reached. Run again to continue.")


def _known(answer: bool | VcsError | None) -> bool | None:
    return answer if isinstance(answer, bool) else None
