# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Selects the VCS links of a task and plans their targets. Uses no network and changes nothing."""

from __future__ import annotations

import typing as t
from fnmatch import fnmatchcase

from .._base.errors import Forbidden, InvalidAnswer, InvalidArgument, RepositoryUnreachable, VcsError
from .vcs_link import KINDS, Credential, VcsLink


class LinkFilter(t.NamedTuple):
    """Filters links by kind, name pattern and project. Empty ``names`` or ``projects`` (IDs) match all."""

    kinds: tuple[str, ...] = KINDS
    names: tuple[str, ...] = ()
    projects: frozenset[str] = frozenset()

    def fits(self, link: VcsLink) -> bool:
        """Whether a link matches. Only workspaces and stacks belong to a project."""
        return (
            link.kind in self.kinds
            and (not self.names or any(fnmatchcase(link.name, pattern) for pattern in self.names))
            and (not self.projects or link.project_id in self.projects)
        )


class RepositoryMap:
    """Maps repository identifiers by rules ``{from, to}``, exact or with one ``*`` on both sides.

    Exact rules win over patterns, earlier rules over later ones. VCS hosts ignore the case of identifiers, so rules do
    too. What no rule matches keeps its identifier. Raises InvalidArgument for a rule that cannot be followed.
    """

    def __init__(self, rules: t.Sequence[t.Mapping[str, str]]) -> None:
        self._exact: dict[str, str] = {}
        self._patterns: list[tuple[str, str, str]] = []
        for number, rule in enumerate(rules):
            before, after = (str(rule.get(side) or "").strip().strip("/") for side in ("from", "to"))
            stars = before.count("*"), after.count("*")
            if not before or not after or stars not in ((0, 0), (1, 1)):
                raise InvalidArgument(
                    f"repositories[{number}] needs 'from' and 'to', either both exact (org/repo) or both with one '*' "
                    "(old-group/* and new-group/*)."
                )
            if stars == (0, 0):
                self._exact.setdefault(before.lower(), after)
            else:
                head, _star, tail = before.partition("*")
                self._patterns.append((head.lower(), tail.lower(), after))

    def map(self, repository: str) -> str:
        """The identifier at the new connection."""
        lower = repository.lower()
        if lower in self._exact:
            return self._exact[lower]
        for head, tail, after in self._patterns:
            if len(lower) > len(head) + len(tail) and lower.startswith(head) and lower.endswith(tail):
                return after.replace("*", repository[len(head) : len(repository) - len(tail)])
        return repository


class Move(t.NamedTuple):
    """The plan of one link: ``action`` is ``moved`` or ``unchanged``.

    ``repository`` is its identifier after the move.
    """

    link: VcsLink
    action: str
    repository: str | None


def plan_moves(
    links: t.Iterable[VcsLink],
    sources: t.Collection[Credential],
    target: Credential,
    repositories: RepositoryMap,
) -> list[Move]:
    """Plan each link of the sources and of the target. Links of other connections are ignored."""
    moves = []
    for link in links:
        if link.credential == target:
            moves.append(Move(link, "unchanged", link.repository))
        elif link.credential in sources:
            moves.append(Move(link, "moved", repositories.map(link.repository) if link.repository else None))
    return moves


def refusal(move: Move, reachable: bool | None, target: str) -> VcsError | None:
    """Return why a link cannot be moved, before anything is sent. ``target`` describes the new connection."""
    link = move.link
    if link.repository is None:
        return InvalidAnswer(f"The server does not report the repository of {link.describe()}, so it was not moved.")
    if link.can_update is False:
        return Forbidden(
            f"The API token has no permission to change {link.describe()} of organization {link.organization!r}. "
            "Use the token of an owner, or of a team that administers it."
        )
    if reachable is False:
        return RepositoryUnreachable(
            f"{target} does not reach repository {move.repository!r} of {link.describe()}, so it was not moved. Give "
            "its personal access token access to the repository, or map the identifier with 'repositories'."
        )
    return None


def changed_settings(before: VcsLink, after: VcsLink) -> list[str]:
    """Return the settings of the repository that the server changed unasked. Unreported settings are unknown."""
    return [
        name
        for name, value in before.kept.items()
        if name in after.kept and (after.kept[name] or None) != (value or None)
    ]
