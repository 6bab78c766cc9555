# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as CSV for spreadsheets."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_csv
short_description: Write an audit report as CSV
version_added: 0.2.0
description:
  - Turns a report of P(hcptf.vcs.audit_report#filter) into CSV as RFC 4180 describes it, with a header and one row for
    each connection. An organization that could not be read has a row with the finding V(unreadable).
  - The columns are C(finding), C(trouble), C(organization), C(name), C(service_provider), C(http_url), C(ado_org_name),
    C(scope), C(oauth_client_id), C(oauth_token_id), C(token_owner), C(token_age_days), C(health),
    C(affected_workspaces_count), C(workspace_links), C(policy_set_links), C(registry_module_links), C(stack_links),
    C(registry_component_links), C(recent_errors), C(newest_error), C(reasons), C(command), C(audited_at). An empty cell
    means that the value is not known or does not exist.
  - Text that a spreadsheet would run as a formula gets an apostrophe before it. Line breaks and other control
    characters are replaced, as by P(hcptf.vcs.printable#filter), so each row is one line. The report as JSON has the
    exact names.
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

- name: Write them to a file
  ansible.builtin.copy:
    content: "{{ everything | hcptf.vcs.audit_report(time='2026-11-25T12:00:00Z') | hcptf.vcs.audit_csv }}"
    dest: connections.csv
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The content of a CSV file.
  type: str
"""

import csv
import io
import re
import typing as t

from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from ansible_collections.hcptf.vcs.plugins.plugin_utils._audit import check_report

#: Where a spreadsheet would begin a formula: at the start of a cell, or after a semicolon, which separates cells where
#: the comma is the decimal sign. The wide forms count too. Lines and tabs are gone by then.
_FORMULA = re.compile(r"(^|;)(?=[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_COLUMNS = (
    *("finding", "trouble", "organization", "name", "service_provider", "http_url", "ado_org_name", "scope"),
    *("oauth_client_id", "oauth_token_id", "token_owner", "token_age_days", "health", "affected_workspaces_count"),
    *("workspace_links", "policy_set_links", "registry_module_links", "stack_links", "registry_component_links"),
    *("recent_errors", "newest_error", "reasons", "command", "audited_at"),
)

Record = t.Mapping[str, t.Any]


def audit_csv(report: Record) -> str:
    """The content of a CSV file with a row for each connection."""
    check_report("audit_csv", report)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    unreadable = (_unreadable(one) for one in report["organizations"] if not one["readable"])
    for row in (*unreadable, *map(_connection, report["connections"])):
        writer.writerow({name: _cell(value) for name, value in {**row, "audited_at": report["audited_at"]}.items()})
    return text.getvalue()


def _unreadable(organization: Record) -> dict[str, t.Any]:
    return {"finding": "unreadable", "organization": organization["name"], "reasons": organization["reason"]}


def _connection(connection: Record) -> dict[str, t.Any]:
    links = connection["links"] or {}
    newest: Record = next(iter(connection["vcs_events"] or ()), {})
    return {
        **connection,
        "oauth_client_id": connection["id"],
        "health": (connection["health"] or {}).get("status"),
        "recent_errors": connection["vcs_events_count"],
        "newest_error": newest.get("message"),
        "reasons": " ".join(connection["reasons"]),
        **{f"{kind}_links": count for kind, count in links.items()},
    }


def _cell(value: t.Any) -> str:
    """The value as text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _FORMULA.sub(r"\1'", printable(value))


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"audit_csv": audit_csv}
