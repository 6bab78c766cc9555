# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as CSV, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.audit_csv import DOCUMENTATION, FilterModule
from ansible_collections.hcptf.vcs.plugins.filter.audit_report import audit_report
from utils.audit_answer import EVIL, FAILING, NOW, UNREAD, answer, connection, errors

audit_csv = FilterModule().filters()["audit_csv"]
#: What begins a formula in a spreadsheet, with the wide forms.
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


def write(*connections, links=None, **values):
    return audit_csv(audit_report(answer(*connections, **values), NOW, links))


def rows(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=delimiter == ","))


def test_one_row_for_each_connection():
    text = write(
        connection(**FAILING, name=None),
        connection(id="oc-2", http_url="https://b", affected_workspaces_count=None),
        organizations=["acme", "gone"],
        unread=[UNREAD],
    )
    head, gone, failing, healthy = rows(text)
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == 4
    assert dict(zip(head, failing, strict=True)) == {
        "finding": "failing",
        "trouble": "true",
        "organization": "acme",
        "name": "",
        "service_provider": "github",
        "http_url": "https://github.com",
        "ado_org_name": "",
        "scope": "organization",
        "oauth_client_id": "oc-1",
        "oauth_token_id": "ot-1",
        "token_owner": "acme-bot",
        "token_age_days": "10",
        "health": "failing",
        "affected_workspaces_count": "1",
        **dict.fromkeys(("workspace_links", "policy_set_links", "registry_module_links"), ""),
        **dict.fromkeys(("stack_links", "registry_component_links"), ""),
        **dict.fromkeys(("recent_errors", "newest_error"), ""),
        "reasons": "GitHub did not accept the token.",
        "command": "ansible-playbook hcptf.vcs.rotate -e rotate_organization=acme "
        "-e rotate_oauth_client_id=oc-1 --check",
        "audited_at": NOW,
    }
    assert dict(zip(head, healthy, strict=True))["affected_workspaces_count"] == ""
    assert {name: value for name, value in zip(head, gone, strict=True) if value} == {
        "finding": "unreadable",
        "organization": "gone",
        "reasons": "Could not read 'gone'.",
        "audited_at": NOW,
    }


def test_the_documentation_names_the_columns_in_their_order():
    described = DOCUMENTATION.partition("The columns are")[2].partition(". An empty")[0]
    assert re.findall(r"C\((\w+)\)", described) == rows(write())[0]


def test_counted_links_have_a_column_each():
    links = {
        "links": [{"kind": "workspace", "connection": {"oauth_client_id": "oc-1"}}],
        "unread": [{"organization": "acme", "kind": "stack"}],
    }
    head, found = rows(write(connection(), links=links))
    assert found[head.index("workspace_links") : head.index("registry_component_links") + 1] == [
        *("1", "0", "0"),
        *("", "0"),
    ]


def test_recent_errors_are_counted_and_the_newest_is_shown():
    several = connection(**errors("403", "404", count=12))
    head, found, healthy = rows(write(several, connection(id="oc-2", http_url="https://b", **errors())))
    start = head.index("recent_errors")
    assert (found[start : start + 2], healthy[start : start + 2]) == (["12", "403"], ["0", ""])


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_cell_is_a_formula_and_no_name_makes_a_row(evil, delimiter):
    values = {
        **dict.fromkeys(("name", "ado_org_name", "http_url", "service_provider", "oauth_token_id"), evil),
        "organization": evil or "acme",
        "oauth_tokens": [{"id": evil, "created_at": NOW, "service_provider_user": evil}],
        "health": {"status": evil, "reason": evil},
        **errors(evil),
    }
    unread = [{**UNREAD, "organization": evil or "gone", "message": evil}]
    text = write(connection(**values), organizations=[evil or "gone"], unread=unread)
    assert len(text.splitlines()) == 3
    assert [character for character in text if not character.isprintable() and character not in "\r\n"] == []
    # A spreadsheet removes quotation marks and white space before it looks for a sign.
    cells = [cell.strip().lstrip('" ') for row in rows(text, delimiter) for cell in row]
    assert [cell for cell in cells if cell[:1] and cell[0] in SIGNS] == []


@pytest.mark.parametrize("name", ["GitHub", "a=b", "a-b+c@d", 'say "hi", twice', "Größe 日本", "'quoted'", "a; b"])
def test_ordinary_names_stay_as_they_are(name):
    head, found = rows(write(connection(name=name)))
    assert found[head.index("name")] == name


def test_a_formula_is_shown_as_text():
    head, found = rows(write(connection(name="=1+1")))
    assert found[head.index("name")] == "'=1+1"


def test_wrong_input():
    with pytest.raises(AnsibleFilterError, match="audit_csv takes the report"):
        audit_csv([])
