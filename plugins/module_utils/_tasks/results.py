# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""What the results of all tasks have in common."""

from __future__ import annotations

import typing as t

from .._base.errors import VcsError

#: What a task can have done for a connection.
ACTIONS = ("created", "updated", "deleted", "absent", "unchanged")


def failure_of(error: VcsError) -> dict[str, t.Any]:
    """An error in the form that playbooks can test."""
    return {"code": error.code, "message": error.message, "status": error.status, "errors": error.errors}


def failed_result(error: VcsError) -> dict[str, t.Any]:
    """The part of a result that makes the task fail."""
    return {"failed": True, "msg": error.message, "failure": failure_of(error)}
