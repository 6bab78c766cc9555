# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Selects the organizations of a task that only reads, and reads several at the same time."""

from __future__ import annotations

import os
import typing as t

from .._base.errors import InvalidArgument, VcsError
from .._tfe.client import TfeClient
from .._tfe.organizations import list_organizations
from .._tfe.pace import Pace
from .._tfe.settings import resolve_organization
from .run import Run

#: The value of ``organizations`` that means all that the API token can see.
ALL = "all"

Part = t.TypeVar("Part")
Read = t.Callable[[TfeClient, str], Part]


def read_organizations(
    run: Run, params: t.Mapping[str, t.Any], read: Read[Part]
) -> list[tuple[str, Part | None, VcsError | None]]:
    """Read every organization that the options name, several at a time, at one pace.

    Returns each organization with what ``read`` returned, or with the error that it raised. With the option
    ``organization`` there is only one, and its error is raised.
    """
    pace = Pace()
    names = _names(run, params, pace)

    def read_one(client: TfeClient, name: str) -> tuple[str, Part | None, VcsError | None]:
        try:
            return name, read(client, resolve_organization(name, {})), None
        except VcsError as error:
            return name, None, error

    parts = run.workers(pace).map(read_one, names)
    error = parts[0][2] if parts and not params.get("organizations") else None
    if error:
        raise error
    return parts


def _names(run: Run, params: t.Mapping[str, t.Any], pace: Pace) -> list[str]:
    """The organizations that the options name; the first spelling of each counts. Raises InvalidArgument."""
    listed = [str(name).strip() for name in params.get("organizations") or ()]
    if not listed:
        return [resolve_organization(params.get("organization"), os.environ)]
    if params.get("organization"):
        raise InvalidArgument("organization and organizations cannot be used together: set only one of them.")
    if ALL in listed:
        if len(listed) > 1:
            raise InvalidArgument(f"organizations has both {ALL!r} and other names: use one or the other.")
        with run.connect(pace) as client:
            listed = list_organizations(client)
    if "" in listed:
        raise InvalidArgument("organizations has a blank entry: set the name of an organization, or remove the entry.")
    spellings = {name.lower(): name for name in reversed(listed)}
    return [spellings[name] for name in dict.fromkeys(map(str.lower, listed))]
