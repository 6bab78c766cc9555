# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""An HTTP response of a VCS host."""

from __future__ import annotations

import json
import typing as t


class Response(t.NamedTuple):
    """An HTTP response. The names of ``headers`` are in lower case."""

    status: int
    headers: t.Mapping[str, str]
    body: str = ""

    @property
    def document(self) -> t.Any:
        """The JSON document, None if there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None
