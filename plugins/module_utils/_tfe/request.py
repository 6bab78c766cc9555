# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""A request to the API."""

from __future__ import annotations

import typing as t


class Request(t.NamedTuple):
    """A request to a path below /api/v2. ``what`` says in words what it is for, for messages."""

    method: str
    path: str
    what: str
    query: t.Mapping[str, t.Any] | None = None
    body: dict[str, t.Any] | None = None
