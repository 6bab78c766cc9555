# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Functions that the filters of an audit share."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError


def counted(count: int | str, noun: str) -> str:
    """A count and what it counts, in the plural unless it is 1."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def check_report(name: str, report: t.Any) -> None:
    """Raise AnsibleFilterError, naming the filter, unless it got a report of audit_report."""
    if not isinstance(report, t.Mapping) or not {"summary", "organizations", "connections"} <= set(report):
        raise AnsibleFilterError(f"{name} takes the report of the filter hcptf.vcs.audit_report.")
