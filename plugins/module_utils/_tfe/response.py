# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The answer to a request as it came."""

from __future__ import annotations

import json
import re
import typing as t

_SURROGATE = re.compile(rb"\\u[dD][89A-Fa-f]")


class Response(t.NamedTuple):
    """An answer as it came: any status, the HTTP headers, and the decoded body."""

    status: int
    headers: t.Mapping[str, str]
    content: bytes

    @property
    def document(self) -> t.Any:
        """The JSON document, None if there is none."""
        return _json(self.content)


def _json(content: bytes) -> t.Any:
    """The document, None for what is none; half a character (a lone surrogate) could never be sent or shown again."""
    try:
        document = json.loads(content)
        if _SURROGATE.search(content):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return document
