# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The response to a request: as it came, and what a successful one holds."""

from __future__ import annotations

import json
import re
import typing as t

_SURROGATE = re.compile(rb"\\u[dD][89A-Fa-f]")


class Response(t.NamedTuple):
    """A response as it came: any status, the HTTP headers, and the decoded body."""

    status: int
    headers: t.Mapping[str, str]
    content: bytes

    @property
    def document(self) -> t.Any:
        """The JSON document, None if there is none."""
        try:
            document = json.loads(self.content)
            if _SURROGATE.search(self.content):  # half a character could never be sent or shown again
                json.dumps(document, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return None
        return document


class Success(t.NamedTuple):
    """A successful response: its status, its JSON document ({} without a body) and the HTTP headers."""

    status: int
    document: dict[str, t.Any]
    headers: t.Mapping[str, str]
