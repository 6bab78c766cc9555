# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The causes of a failed request."""

from __future__ import annotations

import typing as t


def causes_of(error: BaseException) -> t.Iterator[BaseException]:
    """An exception and everything it was made from; their texts are never shown, since they can hold the request."""
    seen: set[int] = set()
    todo: list[t.Any] = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            todo += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
