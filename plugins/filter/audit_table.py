# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as a table for a terminal."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_table
short_description: Lay out an audit report for a terminal
version_added: 0.2.0
description:
  - Turns a report of P(hcptf.vcs.audit_report#filter) into lines of text - one row for each connection, problems first,
    and the summary.
  - A list of these lines that C(ansible.builtin.debug) shows fits a terminal of 120 columns, whatever the report
    contains. Long values are shortened, and are repeated below the row if the connection has a problem. The ID of the
    OAuth client is always complete.
  - Reasons, the three newest errors, the workspaces of connections with problems, and counted VCS links are in indented
    lines below the row.
  - Names with line breaks or terminal escapes cannot forge a row, as with P(hcptf.vcs.printable#filter).
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The report of P(hcptf.vcs.audit_report#filter).
    type: dict
    required: true
seealso:
  - plugin: hcptf.vcs.audit_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the connections of several organizations
  hcptf.vcs.oauth_client_info:
    organizations: [acme, acme-labs]
    include: [tokens, affected_workspaces, health]
  register: everything

- name: Show them
  ansible.builtin.debug:
    msg: "{{ everything | hcptf.vcs.audit_report(time='2026-11-25T12:00:00Z') | hcptf.vcs.audit_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table. The summary is at the end.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from ansible_collections.hcptf.vcs.plugins.plugin_utils._audit import check_report, counted
from ansible_collections.hcptf.vcs.plugins.plugin_utils._terminal import GAP, padded, shorten, width, wrap

#: 120 columns, less the eight spaces, two quotation marks and comma that debug puts around an entry of a list.
_WIDTH = 120 - 11
_INDENT = " " * 4
_COLUMNS = ("Finding", "Organization", "Name", "VCS host", "Token owner", "Age", "Used by", "OAuth client ID")
#: An ID is there to be copied, so it is shortened only if it is longer than the IDs of any known server.
_LONGEST_ID = 30
#: How many lines a reason or a list of workspaces can take.
_MOST_LINES = 6
#: How many errors of a connection are shown. The other formats have more.
_MOST_ERRORS = 3

Record = t.Mapping[str, t.Any]


def audit_table(report: Record) -> list[str]:
    """The lines of the table, with the summary at the end."""
    check_report("audit_table", report)
    entries = [
        *(_unreadable(one) for one in report["organizations"] if not one["readable"]),
        *(_connection(one) for one in report["connections"]),
    ]
    head = [name.upper() for name in _COLUMNS]
    widths = _fitting_widths([head, *(row for row, _notes in entries)])
    table = [_line(head, widths)]
    for row, notes in entries:
        table.append(_line(row, widths))
        cut = [f"{name}: {cell}" for name, cell, columns in zip(_COLUMNS, row, widths) if width(cell) > columns]
        below = [*cut, *notes] if notes else []
        table += [_INDENT + part for note in below for part in _folded(note, _WIDTH - len(_INDENT))]
    return table + _folded(report["summary"]["text"], _WIDTH)


def _unreadable(organization: Record) -> tuple[list[str], list[str]]:
    row = ["unreadable", printable(organization["name"]), *["-"] * (len(_COLUMNS) - 2)]
    return row, [organization["reason"]]


def _connection(connection: Record) -> tuple[list[str], list[str]]:
    """The cells of a row, and the notes below it."""
    count, age = connection["affected_workspaces_count"], connection["token_age_days"]
    cells = (
        connection["finding"].replace("_", " "),
        connection["organization"],
        connection["name"] or "(unnamed)",
        _host(connection),
        connection["token_owner"] or "-",
        "-" if age is None else f"{age} d",
        "unknown" if count is None else count,
        shorten(printable(connection["id"]), _LONGEST_ID),
    )
    return [printable(cell) for cell in cells], list(_notes(connection))


def _host(connection: Record) -> str:
    host = (connection["http_url"] or "-").removeprefix("https://").rstrip("/")
    return f"{host} ({connection['ado_org_name']})" if connection["ado_org_name"] else host


def _notes(connection: Record) -> t.Iterator[str]:
    for finding, reason in zip(connection["findings"], connection["reasons"]):
        if finding != "unused":  # the row says so already
            yield reason
    yield from map(_error, (connection["vcs_events"] or ())[:_MOST_ERRORS])
    names, links = connection["affected_workspaces"] or (), connection["links"]
    if links is not None:
        counts = (
            counted("unknown" if count is None else count, kind.replace("_", " ")) for kind, count in links.items()
        )
        yield f"VCS links: {', '.join(counts)}"
    if connection["trouble"] and names:
        more = (connection["affected_workspaces_count"] or 0) - len(names)
        yield f"Workspaces: {', '.join(names)}" + (f" and {more} more" if more > 0 else "")


def _error(event: Record) -> str:
    action = f" Suggested action: {event['suggested_action']}" if event["suggested_action"] else ""
    return f"{event['created_at'] or 'Unknown time'}: {event['message'] or 'no message'}{action}"


def _folded(text: str, columns: int) -> list[str]:
    lines = wrap(shorten(printable(text), columns * _MOST_LINES * 2), columns)
    rest = " ".join(lines[_MOST_LINES - 1 :])
    return [*lines[: _MOST_LINES - 1], shorten(rest, columns)] if rest else lines


def _fitting_widths(rows: t.Sequence[t.Sequence[str]]) -> list[int]:
    """The width of each column, so that a line fits. The widest columns give way; the last one, the ID, does not."""
    *widths, last = [min(max(map(width, column)), _WIDTH) for column in zip(*rows)]
    room = _WIDTH - len(GAP) * len(widths) - last
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return [*widths, last]


def _line(row: t.Sequence[str], widths: t.Sequence[int]) -> str:
    return GAP.join(padded(shorten(cell, columns), columns) for cell, columns in zip(row, widths)).rstrip()


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"audit_table": audit_table}
