# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook audit with the recent errors between the server and the VCS providers."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest

from sandbox import Unknowns

AUDIT = "hcptf.vcs.audit"
FILES = {f"audit_{kind}_file": f"audit.{kind}" for kind in ("report", "json", "csv", "prometheus")}
YESTERDAY = (datetime.now(timezone.utc) - timedelta(days=1)).date().isoformat()
NEWEST = f"{YESTERDAY}T11:00:00.000Z"
#: What a repository can be called: a template, markup, a formula, and a line break with a row behind it.
EVIL = "{{ lookup('env', 'TFE_TOKEN') }} <b>=1+1\x1b[2K\nfailing  acme"
SHOWN = "{{ lookup('env', 'TFE_TOKEN') }} <b>=1+1\N{REPLACEMENT CHARACTER}[2K failing acme"


@pytest.fixture
def broken(sandbox):
    """A connection with twelve errors, and one without."""
    broken, _fine = (
        sandbox.store.add_client("acme", name=name, http_url=f"https://{name}", workspaces=["shop"])
        for name in ("broken", "fine")
    )
    action = {"suggested_action": "Give it admin rights.", "created_at": f"{YESTERDAY}T10:00:00.000Z"}
    for number in range(11):
        sandbox.store.add_vcs_event("acme", "broken", f"Old {number}", **action)
    sandbox.store.add_vcs_event("acme", "broken", EVIL, created_at=NEWEST)
    sandbox.store.add_vcs_event("acme", "fine", "All is well", level="info")
    return broken


def audit(playbook, *args, **keywords):
    """Run the audit of acme with all formats."""
    return playbook(AUDIT, "-e", json.dumps({"audit_organizations": "acme", **FILES}), *args, **keywords)


def content(tmp_path, kind):
    return (tmp_path / FILES[f"audit_{kind}_file"]).read_bytes().decode()


def events_requests(sandbox):
    return [request.path for request in sandbox.requests if request.path.endswith("/vcs-events")]


def test_every_format_has_the_errors(playbook, sandbox, broken, tmp_path):
    run = audit(playbook, "-e", "audit_vcs_events=yes", "-e", "audit_fail_on_trouble=true")
    # Errors of the last days can be over, so they alone are no trouble.
    assert run.rc == 0
    assert len(events_requests(sandbox)) == 1
    assert {request.method for request in sandbox.requests} == {"GET"}

    head, row, reason, *errors, fine, summary = run.result("Report")["msg"]
    assert (head[:7], row[:11], fine[:7]) == ("FINDING", "with errors", "healthy")
    assert reason == "    The server had 12 recent errors with the VCS provider."
    assert errors[0] == f"    {NEWEST}: {SHOWN}"
    assert len(errors) == 3
    assert errors[1].endswith(" Suggested action: Give it admin rights.")
    assert summary == "2 connections in 1 organization: 1 with errors, 1 healthy"
    printed = run.output.partition("TASK [Report]")[2].partition("TASK [")[0].splitlines()
    assert max(map(len, printed)) <= 120

    report = json.loads(content(tmp_path, "json"))
    first, second = report["connections"]
    assert (first["id"], first["finding"], first["trouble"]) == (broken.id, "with_errors", False)
    assert (len(first["vcs_events"]), first["vcs_events_count"]) == (10, 12)
    assert (second["vcs_events"], second["vcs_events_count"]) == ([], 0)

    names, *rows = csv.reader(io.StringIO(content(tmp_path, "csv"), newline=""), strict=True)
    start = names.index("recent_errors")
    assert [cells[start : start + 2] for cells in rows] == [["12", SHOWN], ["0", ""]]

    counts = re.findall(
        r"^hcptf_vcs_connection_recent_errors\{.*\} (\d+)$", content(tmp_path, "prometheus"), re.MULTILINE
    )
    assert counts == ["12", "0"]

    page = content(tmp_path, "report")
    assert ">With errors: 1</h2>" in page
    assert f"<small>{NEWEST}</small> {SHOWN}" in unescape(page)
    assert "<b>" not in page
    assert page.count("<small>Suggested action: Give it admin rights.</small>") == 9
    assert "<summary>Newest errors: 10</summary>" in page
    assert "All is well" not in page


@pytest.mark.usefixtures("broken")
def test_errors_are_read_only_on_request(playbook, sandbox, tmp_path):
    run = audit(playbook, "-e", "audit_vcs_events=")
    assert run.rc == 0
    assert events_requests(sandbox) == []
    assert [one["vcs_events"] for one in json.loads(content(tmp_path, "json"))["connections"]] == [None, None]
    assert "recent_errors{" not in content(tmp_path, "prometheus")
    assert run.result("Report")["msg"][-1] == "2 connections in 1 organization: 2 healthy"


@pytest.mark.usefixtures("broken")
def test_a_server_without_events_hides_no_connection(playbook, sandbox, tmp_path):
    sandbox.settings.chosen = Unknowns(has_vcs_events=False)
    warning = "The VCS events of organization 'acme' could not be read."
    run = audit(playbook, "-e", "audit_vcs_events=true", warnings=[warning])
    assert run.rc == 0
    report = json.loads(content(tmp_path, "json"))
    assert [(one["finding"], one["vcs_events"]) for one in report["connections"]] == [("healthy", None)] * 2
    # Unknown is not zero.
    assert "recent_errors{" not in content(tmp_path, "prometheus")
