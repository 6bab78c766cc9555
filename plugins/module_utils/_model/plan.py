# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The plan of one connection: what will be sent, and what results and diffs show of it."""

from __future__ import annotations

import typing as t

from .attributes import IN_DIFF
from .desired import Desired
from .oauth_client import OAuthClient

#: What diffs show in place of a secret that is sent.
SENT = "(secret, never shown)"


class Plan(t.NamedTuple):
    """The plan of one connection. ``attributes`` and ``secrets`` are exactly the values that will be sent.

    ``before`` and ``after`` are for the diff. ``predicted`` is the public view of the client at the end of the task.
    """

    desired: Desired
    action: str
    client: OAuthClient | None = None
    attributes: t.Mapping[str, t.Any] = {}
    secrets: t.Mapping[str, str] = {}
    send_ssh_key: bool = False
    before: t.Mapping[str, t.Any] = {}
    after: t.Mapping[str, t.Any] = {}
    predicted: t.Mapping[str, t.Any] | None = None
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Plan({self.desired!r}, {self.action!r})"

    @property
    def changed(self) -> bool:
        """Whether anything must be sent."""
        return self.action in ("created", "updated", "deleted")


def shown_values(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The part of a client's values that a diff shows."""
    shown = {name: values[name] for name in IN_DIFF if name in values}
    if "projects" in shown:
        shown["projects"] = sorted(shown["projects"] or ())
    if "agent_pool" in shown:
        shown["agent_pool_id"] = shown.pop("agent_pool")
    return shown
