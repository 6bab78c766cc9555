# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The objects that use an OAuth client."""

from __future__ import annotations

import typing as t

from .._base.errors import NOT_PERMITTED, VcsError

Names = t.Optional[tuple[str, ...]]


class Usage(t.NamedTuple):
    """Who refers to an OAuth client. None means unknown, which is never the same as nobody.

    ``workspaces`` are names, ``workspaces_count`` can be higher if the server names only some. An API token sees only
    the workspaces that it has permission for, so names without a count can be incomplete, and none are not nobody.
    ``unseen_workspaces`` is how many more the server counts than its list of workspaces has. ``unread`` has the error
    for each kind of object that could not be read.
    """

    workspaces: Names = None
    workspaces_count: int | None = None
    policy_sets: Names = None
    registry_modules: Names = None
    stacks: Names = None
    registry_components: Names = None
    unseen_workspaces: int = 0
    unread: t.Mapping[str, VcsError] = {}

    @property
    def failed(self) -> dict[str, VcsError]:
        """The kinds that could not be read for another reason than a missing permission: a second try can succeed."""
        return {kind: error for kind, error in self.unread.items() if not isinstance(error, NOT_PERMITTED)}

    def describe(self) -> str:
        """Everything that is known to use the client, in one phrase; "" if nothing is."""
        parts = [_phrase("workspace", self.workspaces or (), self.workspaces_count or 0, self.unseen_workspaces)]
        parts += [
            _phrase(kind, names or (), len(names or ()))
            for kind, names in (
                ("policy set", self.policy_sets),
                ("registry module", self.registry_modules),
                ("stack", self.stacks),
                ("registry component", self.registry_components),
            )
        ]
        *first, last = [part for part in parts if part] or [""]
        return f"{', '.join(first)} and {last}" if first else last


#: It is known that nothing uses the client.
NOBODY = Usage((), 0, (), (), (), ())


def _phrase(kind: str, names: t.Sequence[str], count: int, unseen: int = 0) -> str:
    count = max(count, len(names))
    if not count:
        return ""
    hidden = " that this API token cannot see" if unseen else ""
    objects = f"{count} {kind}{'s' if count > 1 else ''}"
    if unseen == count:
        return f"{objects}{hidden}"
    more = [f"{count - len(names)} more{hidden}"] if count > len(names) else []
    return f"{objects} ({', '.join([*names, *more])})"
