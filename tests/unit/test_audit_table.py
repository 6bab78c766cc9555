# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit in a terminal of 120 columns."""

from __future__ import annotations

import json
import unicodedata

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.audit_report import audit_report
from ansible_collections.hcptf.vcs.plugins.filter.audit_table import FilterModule
from utils.audit_answer import EVIL, FAILING, NOW, UNREAD, UNUSED, answer, connection, errors

audit_table = FilterModule().filters()["audit_table"]


def lines_of(*connections, links=None, **values):
    return audit_table(audit_report(answer(*connections, **values), NOW, links))


def columns(line):
    """How wide Ansible prints an entry of a list: indented, with quotation marks, escapes and a comma."""
    printed = json.dumps(line, ensure_ascii=False)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in printed)
    marks = sum(unicodedata.combining(character) > 0 for character in printed)
    return len(" " * 8 + printed + ",") + wide - marks


def test_short_values_are_shown_as_they_are():
    ado = {"service_provider": "ado_services", "http_url": "https://dev.azure.com/", "ado_org_name": "contoso"}
    tfe = {"id": "oc-3", "name": None, "http_url": "http://ghe.example.com", "affected_workspaces_count": None}
    *rows, summary = lines_of(
        connection(), connection(id="oc-2", **ado, **UNUSED), connection(**tfe, oauth_tokens=None)
    )
    assert rows == [
        "FINDING  ORGANIZATION  NAME       VCS HOST                 TOKEN OWNER  AGE   USED BY  OAUTH CLIENT ID",
        "unused   acme          GitHub     dev.azure.com (contoso)  acme-bot     10 d  0        oc-2",
        "healthy  acme          (unnamed)  http://ghe.example.com   -            -     unknown  oc-3",
        "healthy  acme          GitHub     github.com               acme-bot     10 d  1        oc-1",
    ]
    assert summary == "3 connections in 1 organization: 1 unused, 2 healthy"


def test_reasons_and_workspaces_stand_below_the_row_of_a_problem():
    workspaces = {"affected_workspaces": ["shop", "billing"], "affected_workspaces_count": 40}
    dummy, row, *notes, dummy = lines_of(connection(**FAILING, **workspaces))
    assert row.startswith("failing  acme")
    assert notes == ["    GitHub did not accept the token.", "    Workspaces: shop, billing and 38 more"]


def test_a_shortened_value_is_complete_below_the_row_of_a_problem():
    long = connection(name="n" * 40, http_url=f"https://{'h' * 60}", **FAILING)
    dummy, row, *notes, dummy = lines_of(long)
    assert "nnn..." in row
    assert notes[:2] == ["    Name: " + "n" * 40, "    VCS host: " + "h" * 60]


def test_a_long_reason_is_wrapped_and_at_last_shortened():
    reason = "This sentence goes on. " * 100
    dummy, dummy, *notes, dummy = lines_of(connection(health={"status": "failing", "reason": reason}), connection())
    notes = [note for note in notes if "sentence" in note]
    assert len(notes) == 6
    assert notes[-1].endswith("...")


def test_an_unreadable_organization_has_a_row_with_its_reason_below():
    dummy, row, reason, summary = lines_of(organizations=["gone"], unread=[UNREAD])
    assert row.split() == ["unreadable", "gone", *"------"]
    assert reason == "    Could not read 'gone'."
    assert summary == "0 connections in 1 organization; not readable: gone"


def test_links_are_counted_below_every_row():
    links = {"links": [], "unread": [{"organization": "acme", "kind": "policy_set"}]}
    for kind in ("workspace", "workspace", "stack"):
        links["links"].append({"kind": kind, "connection": {"oauth_client_id": "oc-1"}})
    dummy, dummy, note, dummy = lines_of(connection(), links=links)
    counts = "2 workspaces, unknown policy sets, 0 registry modules, 1 stack, 0 registry components"
    assert note == f"    VCS links: {counts}"


def test_the_newest_errors_stand_below_the_row():
    *_others, row, reason, first, second, third, summary = lines_of(
        connection(**errors("403", "404", "", "500", count=12, suggested_action="Ask for rights.")),
    )
    assert row.startswith("with errors  acme")
    assert reason == "    The server had 12 recent errors with the VCS provider."
    assert [first, second, third] == [
        f"    {NOW}: {message} Suggested action: Ask for rights." for message in ("403", "404", "no message")
    ]
    assert summary == "1 connection in 1 organization: 1 with errors"


@pytest.mark.parametrize("evil", EVIL)
def test_no_content_makes_a_line_too_wide_or_forges_a_row(evil):
    values = {
        **dict.fromkeys(("name", "service_provider", "ado_org_name", "http_url"), evil),
        "organization": evil or "acme",
        "oauth_tokens": [{"id": "ot-1", "created_at": NOW, "service_provider_user": evil}],
        "health": {"status": "failing", "reason": evil},
        **errors(*[evil] * 10, created_at=evil, suggested_action=evil),
        "affected_workspaces": [evil] * 25,
        "affected_workspaces_count": 10**30,
    }
    unread = [{**UNREAD, "organization": evil or "gone", "message": evil or "Gone."}]
    lines = lines_of(
        connection(**values),
        connection(id="oc-2" * 50, **values),
        connection(id="oc-3", http_url="https://c"),
        organizations=[evil or "gone", "acme"],
        unread=unread,
    )
    assert max(map(columns, lines)) <= 120
    assert all(line.isprintable() for line in lines)
    rows = [line.split()[0] for line in lines[:-1] if not line.startswith(" ")]
    # The summary can take more than one line.
    assert rows[:5] == ["FINDING", "unreadable", "failing", "failing", "healthy"]
    assert all(row[0].isdigit() or evil for row in rows[5:])
    assert any(line.endswith("oc-3") for line in lines)


def test_wrong_input():
    with pytest.raises(AnsibleFilterError, match="audit_table takes the report"):
        audit_table({"oauth_clients": []})
