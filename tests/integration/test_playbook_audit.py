# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook audit: its table, its page, and that it only reads."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from ansible_collections.hcptf.vcs.plugins.filter.audit_report import audit_report
from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from sandbox import Fault
from sandbox.faults import Status
from utils.audit_answer import NOW, answer, connection

AUDIT = "hcptf.vcs.audit"
BOTH = json.dumps({"audit_organizations": ["acme", "acme-labs"]})
PATS = {
    "personal_access_tokens": [
        {"token": "made-up-good", "user": "acme-bot"},
        {"token": "made-up-revoked", "user": "someone-who-left", "revoked": True},
    ]
}
GHE = {"service_provider": "github_enterprise", "api_url": "https://ghe.example.com/api/v3"}
BITBUCKET = {"service_provider": "bitbucket_data_center", "api_url": "https://bitbucket.example.com"}
LONG_URL = "https://source-code-management.engineering.internal.acme-labs.example.com:8443/gitlab/instances/emea"
SCRIPT = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
TEMPLATE = "{{ lookup('env', 'TFE_TOKEN') }}"
TEMPLATE_FILE = Path(__file__).parents[2] / "playbooks" / "templates" / "audit.html.j2"
VOID = {"meta", "col"}

with_pats = pytest.mark.parametrize("sandbox", [PATS], indirect=True)


@pytest.fixture
def connections(sandbox):
    """Connections of every kind, in two organizations; by finding, in the order in which a report has them."""

    def add(organization="acme", **fields):
        client = sandbox.store.add_client(organization, **{"personal_access_token": "made-up-good", **fields})
        for token in sandbox.store.oauth_tokens(client):
            ten_days_ago = datetime.now(timezone.utc) - timedelta(days=10, hours=1)
            sandbox.store.update_oauth_token(token.id, created_at=ten_days_ago.isoformat())
        return client

    revoked = "made-up-revoked"
    unknown = add("acme-labs", name="Moody", workspaces=["one"])
    (token,) = sandbox.store.oauth_tokens(unknown)
    sandbox.faults.add(Fault(Status(503), path=f"/oauth-tokens/{token.id}/authorized-repos", count=None))
    return [
        ("failing", add(**GHE, http_url="https://GHE.example.com/", name="GHE again", personal_access_token=revoked)),
        ("failing", add("acme-labs", name="Revoked", http_url=LONG_URL, personal_access_token=revoked)),
        ("duplicate", add(**GHE, http_url="https://ghe.example.com", workspaces=["billing"])),
        ("no token", add(**BITBUCKET, http_url="https://bitbucket.example.com", oauth_tokens=0)),
        ("useless scope", add("acme-labs", http_url="https://a", organization_scoped=False, workspaces=["old"])),
        ("unused", add(service_provider="ado_services", http_url="https://dev.azure.com", ado_org_name="contoso")),
        ("unknown", unknown),
        ("healthy", add(name="GitHub", workspaces=["network", "shop"])),
        (
            "healthy",
            add(service_provider="gitlab_hosted", http_url="https://gitlab.com", name=SCRIPT, workspaces=["x"]),
        ),
        ("healthy", add("acme-labs", http_url="https://b", name="n" * 90, workspaces=[f"w{n:02}" for n in range(40)])),
        ("healthy", add("acme-labs", http_url="https://c", name=TEMPLATE, workspaces=[TEMPLATE])),
        ("healthy", add("acme-labs", http_url=LONG_URL + "/2", name="A name", workspaces=["w" * 90])),
    ]


def table(run) -> list[list[str]]:
    """The cells of each row of the table on the screen, with the notes below it; the last is the summary."""
    lines = run.result("Report")["msg"]
    end = next(n for n, line in enumerate(lines) if line[0].isdigit())
    rows: list[list[str]] = []
    for line in lines[:end]:
        if line.startswith(" "):
            rows[-1].append(line.strip())
        else:
            rows.append(re.split(r" {2,}", line))
    return [*rows, [" ".join(lines[end:])]]


def write_page(playbook, tmp_path, *args, **environment):
    """Run the audit; give back the run and the page."""
    variables = {"audit_organizations": "acme, acme-labs", "audit_report_file": "audit.html"}
    run = playbook(AUDIT, "-e", json.dumps({**variables, "vcs_connections_tfe_max_retries": 0}), *args, **environment)
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert "made-up-" not in page  # so begin all secrets here
    return run, page


@pytest.mark.oldest_core_too
@with_pats
def test_the_table(playbook, sandbox, connections):
    run = playbook(AUDIT, "-e", BOTH, "-e", "vcs_connections_tfe_max_retries=0")
    head, *rows, (summary,) = table(run)
    assert run.rc == 0
    assert head[:3] == ["FINDING", "ORGANIZATION", "NAME"]
    assert [(row[0], row[1]) for row in rows] == [(kind, client.organization) for kind, client in connections]
    assert all(client.id in " ".join(row) for row, (dummy, client) in zip(rows, connections, strict=True))

    ghe, github = connections[0][1], connections[7][1]
    assert rows[7][2:] == ["GitHub", "github.com", "acme-bot", "10 d", "2", github.id]
    assert rows[2][2:] == [
        *("(unnamed)", "ghe.exampl...", "acme-bot", "10 d", "1", connections[2][1].id),
        *("VCS host: ghe.example.com", f"The same connection as {ghe.id}.", "Workspaces: billing"),
    ]
    assert "Token owner: someone-who-left" in rows[0]
    assert "401 Unauthorized" in " ".join(rows[0])
    assert rows[10][2].startswith("{{ lookup")
    assert summary == (
        "12 connections in 2 organizations: 2 failing, 1 duplicate, 1 no token, 1 useless scope, 1 unused, 1 unknown, "
        "5 healthy"
    )
    # Aligned: the last column begins at the same place in every line.
    ids = [client.id for dummy, client in connections]
    assert len({line.index(one) for line in run.result("Report")["msg"] for one in ids if line.endswith(one)}) == 1
    # As Ansible prints it, with its own indentation.
    printed = run.output.partition("TASK [Report]")[2].partition("TASK [")[0].splitlines()
    assert len(printed) > len(rows)
    assert max(len(line) for line in printed if ids[0] in line or "Workspaces: " in line) <= 120
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_one_organization_from_the_environment(playbook, sandbox):
    sandbox.store.add_client("acme", personal_access_token="made-up-pat", workspaces=["shop"])
    run = playbook(AUDIT, TFE_ORGANIZATION="acme")
    assert run.rc == 0
    assert table(run)[-1] == ["1 connection in 1 organization: 1 healthy"]


def test_the_variables_of_the_role_count(playbook, sandbox):
    shared = {"vcs_connections_organization": "acme", "vcs_connections_tfe_address": sandbox.address}
    run = playbook(AUDIT, "-e", json.dumps(shared), TFE_ADDRESS="http://127.0.0.1:1", TFE_ORGANIZATION="acme-labs")
    assert run.rc == 0
    assert table(run)[-1] == ["0 connections in 1 organization"]
    assert "acme-labs" not in "".join(request.path for request in sandbox.requests)


def test_all_organizations_in_one_task(playbook, sandbox):
    """Each has one list of clients and, with several clients, one of tokens."""
    for organization in ("acme", "acme-labs"):
        for url in ("https://a", "https://b"):
            sandbox.store.add_client(organization, http_url=url, personal_access_token="made-up-pat", workspaces=["x"])
    run = playbook(AUDIT, "-e", "audit_organizations=all")
    assert run.rc == 0
    assert table(run)[-1] == ["4 connections in 2 organizations: 4 healthy"]
    lists = [request.path.split("?")[0] for request in sandbox.requests if "/authorized-repos" not in request.path]
    expected = [
        f"/api/v2/organizations/{name}/oauth-{kind}" for name in ("acme", "acme-labs") for kind in ("clients", "tokens")
    ]
    assert sorted(lists) == sorted(["/api/v2/organizations", *expected])


@pytest.mark.oldest_core_too
def test_an_api_token_that_sees_no_organization_is_a_failure(playbook, sandbox):
    """Otherwise a nightly audit stays green when the token loses its permissions."""
    sandbox.store.add_api_token("former member", "made-up-other-token", manages=[])
    run = playbook(AUDIT, "-e", "audit_organizations=all", TFE_TOKEN="made-up-other-token")
    assert run.rc == 2
    assert table(run)[-1] == ["0 connections in 0 organizations"]
    assert "can see no organization" in run.result("Fail if there was nothing to audit")["msg"]


@pytest.mark.parametrize("named", [{}, {"audit_organizations": ""}, {"audit_organizations": []}])
def test_no_organization(playbook, sandbox, named):
    run = playbook(AUDIT, "-e", json.dumps(named))
    assert run.rc == 2
    assert "Set audit_organizations" in run.result("Look for organizations")["msg"]
    assert not list(sandbox.requests)


def test_an_organization_that_cannot_be_read_does_not_hide_the_others(playbook, sandbox, tmp_path):
    sandbox.store.add_client("acme", personal_access_token="made-up-pat", workspaces=["shop"])
    variables = {"audit_organizations": "no<where,acme", "audit_report_file": str(tmp_path / "audit.html")}
    run = playbook(AUDIT, "-e", json.dumps(variables), warnings=["Could not list the OAuth clients of organization"])
    head, unreadable, healthy, (summary,) = table(run)
    assert (unreadable[:2], healthy[:2], len(head)) == (["unreadable", "no<where"], ["healthy", "acme"], 8)
    assert "organization 'no<where'" in unreadable[8]
    assert summary == "1 connection in 2 organizations: 1 healthy; not readable: no<where"
    # The report is not whole: whoever runs this by a timer must notice.
    assert run.rc == 2
    assert "organization 'no<where'" in run.result("Fail if an organization could not be read")["msg"]
    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert "<strong>no&lt;where</strong>" in page
    assert page.index("no&lt;where") < page.index("Healthy: 1")


@with_pats
def test_trouble_fails_only_when_told_to(playbook, sandbox):
    revoked = sandbox.store.add_client("acme", personal_access_token="made-up-revoked")
    args = (AUDIT, "-e", "audit_organizations=acme")
    assert playbook(*args).rc == 0
    run = playbook(*args, "-e", "audit_fail_on_trouble=true")
    assert run.rc == 2
    assert revoked.id in run.result("Fail if a connection has a problem")["msg"]
    assert playbook(AUDIT, "-e", "audit_organizations=acme-labs", "-e", "audit_fail_on_trouble=true").rc == 0


@with_pats
@pytest.mark.usefixtures("connections")
def test_check_mode_writes_no_file_and_shows_it(playbook, sandbox, tmp_path):
    variables = {"audit_organizations": "acme", "audit_report_file": "audit.html", "audit_csv_file": "audit.csv"}
    run = playbook(AUDIT, "-e", json.dumps(variables), "--check", "--diff")
    assert run.rc == 0
    assert run.result("Write the report")["changed"] is True
    assert "+finding,trouble,organization" in run.output
    assert not (tmp_path / "audit.csv").exists()
    assert "+<h1>Audit of VCS connections</h1>" in run.output
    assert not (tmp_path / "audit.html").exists()
    assert {request.method for request in sandbox.requests} == {"GET"}


@pytest.mark.oldest_core_too
@with_pats
@pytest.mark.usefixtures("connections")
def test_all_formats_have_the_same_connections_and_time(playbook, tmp_path):
    names = {"audit_json_file": "a.json", "audit_csv_file": "a.csv", "audit_prometheus_file": "a.prom"}
    run, page = write_page(playbook, tmp_path, "-e", json.dumps(names))
    assert run.rc == 0
    texts = {suffix: (tmp_path / f"a.{suffix}").read_bytes().decode() for suffix in ("json", "csv", "prom")}
    assert all(text.isascii() or text.isprintable() for text in texts["json"].splitlines())
    report = json.loads(texts["json"])
    assert [one["name"] for one in report["connections"]].count(TEMPLATE) == 1
    assert report["summary"]["text"] == table(run)[-1][0]
    ids = [row[7] for row in table(run)[1:-1]]
    assert [one["id"] for one in report["connections"]] == ids
    head, *rows = csv.reader(io.StringIO(texts["csv"], newline=""), strict=True)
    assert [row[head.index("oauth_client_id")] for row in rows] == ids
    assert f'name="{TEMPLATE}"' in texts["prom"]
    moment = report["audited_at"]
    assert {row[head.index("audited_at")] for row in rows} == {moment}
    assert moment.replace("T", " ").replace("Z", " UTC") in page
    seconds = datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
    assert f"\nhcptf_vcs_audit_timestamp_seconds {seconds:.0f}\n" in texts["prom"]
    # Each ends in one line break, of the kind that its format wants.
    ends = {suffix: text[len(text.rstrip("\r\n")) :] for suffix, text in texts.items()}
    assert ends == {"json": "\n", "csv": "\r\n", "prom": "\n"}
    assert {oct((tmp_path / f"a.{suffix}").stat().st_mode & 0o777) for suffix in texts} == {"0o644"}
    # Nothing is left beside them that node_exporter would read.
    assert {file.name for file in tmp_path.iterdir() if file.suffix == ".prom"} == {"a.prom"}


def test_links_are_counted_only_on_request(playbook, sandbox, tmp_path):
    client = sandbox.store.add_client("acme", name="GitHub", personal_access_token="made-up-pat")
    sandbox.store.add_policy_set("acme", "cis", vcs_repo={"connection": "GitHub"})
    sandbox.faults.add(Fault(Status(404), path="/organizations/acme/registry-modules", count=None))
    variables = {
        "audit_organizations": "acme,no-where",
        "audit_json_file": "audit.json",
        "audit_report_file": "audit.html",
    }
    unreadable = "Could not list the OAuth clients of organization"
    run = playbook(AUDIT, "-e", json.dumps(variables), warnings=[unreadable])
    (found,) = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["connections"]
    assert (found["links"], found["finding"]) == (None, "unused")
    assert "audit_links=true" in (tmp_path / "audit.html").read_text(encoding="utf-8")
    paths = "".join(request.path for request in sandbox.requests)
    assert not re.search("workspaces/|policy-sets|registry-modules|registry-components|stacks", paths)

    unknown = "The registry modules of organization 'acme' could not be read."
    variables["audit_links"] = "yes"
    run = playbook(AUDIT, "-e", json.dumps(variables), warnings=[unreadable, unknown])
    (found,) = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["connections"]
    assert found["links"] == {
        "workspace": 0,
        "policy_set": 1,
        "registry_module": None,
        "stack": 0,
        "registry_component": 0,
    }
    # A policy set uses it, so it is neither unused nor offered for removal.
    assert (found["finding"], found["command"]) == ("healthy", None)
    assert "audit_links=true" not in (tmp_path / "audit.html").read_text(encoding="utf-8")
    dummy, dummy, row, dummy = table(run)
    assert row[-2:] == [
        client.id,
        "VCS links: 0 workspaces, 1 policy set, unknown registry modules, 0 stacks, 0 registry components",
    ]
    # An organization that cannot be read is not asked for its links.
    assert not [request for request in sandbox.requests if re.search("no-where/(workspaces|policy-sets)", request.path)]
    assert {request.method for request in sandbox.requests} == {"GET"}


@with_pats
def test_the_commands_of_the_report_run_and_change_nothing(playbook, sandbox, tmp_path):
    """One to rotate, one to remove, and one to migrate to the duplicate that more workspaces use."""
    github = {"http_url": "https://github.com", "api_url": "https://api.github.com"}
    revoked = sandbox.store.add_client("acme", **github, personal_access_token="made-up-revoked", workspaces=["a"])
    gitlab = {
        "service_provider": "gitlab_hosted",
        "http_url": "https://gitlab.com",
        "api_url": "https://gitlab.com/api/v4",
    }
    unused = sandbox.store.add_client("acme-labs", **gitlab, personal_access_token="made-up-good")
    few, many = (
        sandbox.store.add_client("acme-labs", **github, personal_access_token="made-up-good", workspaces=workspaces)
        for workspaces in (["b"], ["c", "d"])
    )
    run = playbook(AUDIT, "-e", BOTH, "-e", "audit_json_file=audit.json")
    assert run.rc == 0
    report = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    commands = {one["id"]: one["command"] for one in report["connections"]}
    assert commands.pop(many.id) is None
    assert sorted(commands) == sorted((revoked.id, unused.id, few.id))
    for client, expected in (
        (revoked, f"Would send the new personal access token to {revoked.id}"),
        (unused, "to be removed"),
        (few, "1 to be moved"),
    ):
        program, *args = shlex.split(commands[client.id])
        assert program == "ansible-playbook"
        # The hosts of the VCS providers are out of reach here.
        extra = ("-e", "rotate_check=false") if client is revoked else ()
        run = playbook(*args, *extra, GITHUB_TOKEN="made-up-new")
        assert run.rc == 0, run.output
        assert expected in " ".join(run.output.split()), run.output
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_two_formats_do_not_share_a_file(playbook, sandbox, tmp_path):
    names = {"audit_organizations": "acme", "audit_json_file": "report", "audit_csv_file": "./report"}
    run = playbook(AUDIT, "-e", json.dumps(names))
    assert run.rc == 2
    assert "Give each format its own file" in run.result("Refuse one file for two formats")["msg"]
    assert not list(sandbox.requests)
    assert not (tmp_path / "report").exists()


def test_a_file_in_a_folder_that_is_not_there_fails_before_anything_is_read(playbook, sandbox, tmp_path):
    run = playbook(AUDIT, "-e", "audit_organizations=acme", "-e", f"audit_csv_file={tmp_path}/nowhere/audit.csv")
    assert run.rc == 2
    assert f"There is no folder {tmp_path}/nowhere." in run.result("Require the folders of the files")["msg"]
    (tmp_path / "nowhere").write_text("a file", encoding="utf-8")
    run = playbook(AUDIT, "-e", "audit_organizations=acme", "-e", f"audit_csv_file={tmp_path}/nowhere/audit.csv")
    assert f"There is no folder {tmp_path}/nowhere." in run.result("Require the folders of the files")["msg"]
    assert not list(sandbox.requests)


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("name", [".", "reports/", "/dev/null"])
def test_a_folder_or_a_device_is_not_a_file(playbook, sandbox, tmp_path, name):
    (tmp_path / "reports").mkdir()
    # In check mode, because what would be replaced is a device of this machine.
    run = playbook(AUDIT, "-e", "audit_organizations=acme", "-e", f"audit_json_file={name}", "--check")
    assert run.rc == 2
    assert "Not a file: /" in run.result("Refuse folders and devices as files")["msg"]
    assert not list(sandbox.requests)


@pytest.mark.oldest_core_too
def test_what_is_neither_true_nor_false_is_refused(playbook, sandbox):
    run = playbook(AUDIT, "-e", "audit_organizations=acme", "-e", "audit_fail_on_trouble=ture")
    assert run.rc == 2
    assert "audit_fail_on_trouble" in run.result("Require true or false")["msg"]
    assert not list(sandbox.requests)


@pytest.mark.parametrize("blank", ["", " ", None, []])
def test_blank_list_of_organizations_leaves_the_organization_of_the_other_variable(playbook, sandbox, blank):
    variables = {"audit_organizations": blank, "vcs_connections_organization": "acme-labs", "audit_report_file": ""}
    run = playbook(
        AUDIT, "-e", json.dumps(variables), "-e", "audit_csv_file= audit_fail_on_trouble=", TFE_ORGANIZATION="acme"
    )
    assert run.rc == 0
    assert {request.path.split("/")[4] for request in sandbox.requests} == {"acme-labs"}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("blank", [["", " "], [None], " , "])
def test_a_list_with_nothing_but_blank_names_is_refused(playbook, sandbox, blank):
    """Its author meant some organization, and not another one."""
    run = playbook(AUDIT, "-e", json.dumps({"audit_organizations": blank}), TFE_ORGANIZATION="acme")
    assert run.rc == 2
    assert "only blank names" in run.output
    assert not list(sandbox.requests)


@pytest.mark.oldest_core_too
@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({"audit_organizations": [2024, None, "acme"]}, ["2024", "acme"]),
        ({"audit_organizations": 0}, ["0"]),
        ({"audit_organizations": False}, ["False"]),
        ({"vcs_connections_organization": False}, ["False"]),
    ],
)
def test_numbers_are_names_and_null_is_blank(playbook, sandbox, variables, names):
    unreadable = "Could not list the OAuth clients"
    run = playbook(AUDIT, "-e", json.dumps(variables), TFE_ORGANIZATION="acme-labs", warnings=[unreadable])
    assert run.rc == 2
    assert sorted(request.path.split("/")[4] for request in sandbox.requests) == names


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("audit_organization", "Did you mean audit_organizations?"),
        ("audit_file", "Known are: audit_csv_file"),
        ("vcs_connections_organisation", "Did you mean vcs_connections_organization?"),
    ],
)
def test_misspelled_variable_is_an_error_before_any_request(playbook, sandbox, misspelled, meant):
    run = playbook(AUDIT, "-e", f"{misspelled}=acme", TFE_ORGANIZATION="acme")
    assert run.rc == 2
    assert f"There is no variable {misspelled}. {meant}" in run.result("Refuse misspelled variables")["msg"]
    assert not list(sandbox.requests)


def test_names_with_control_characters_forge_no_row(playbook, sandbox, tmp_path):
    """A line break, a terminal's escape or an override of the direction is shown, but does nothing."""
    evil = "x\nfailing  acme\r\x1b[2K\x85\u2028\u2029\u202e\u200b\x0b"
    client = sandbox.store.add_client(
        "acme", name=evil, workspaces=[f"{n}{evil}" for n in range(5)], personal_access_token="made-up-pat"
    )
    (token,) = sandbox.store.oauth_tokens(client)
    sandbox.store.update_oauth_token(token.id, user=evil)
    problem = {"errors": [{"status": "422", "title": evil, "detail": evil}]}
    sandbox.faults.add(Fault(Status(422, problem), path="/oauth-tokens/.*/authorized-repos", count=None))
    run, page = write_page(playbook, tmp_path)
    lines = run.result("Report")["msg"]
    assert [line[:7] for line in lines] == [
        "FINDING",
        "failing",
        *["    " + line[4:7] for line in lines[2:-1]],
        "1 conne",
    ]
    assert client.id in lines[1]
    assert all(line.isprintable() for line in lines)
    assert not [character for character in page if not character.isprintable() and character != "\n"]
    assert "5x\N{REPLACEMENT CHARACTER}" not in page  # there are five: 0 to 4
    assert "4x\N{REPLACEMENT CHARACTER}failing" in page


# -- the page ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Elements and text of a page; every element that is opened must be closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"] and data.strip():
            self.texts.append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@with_pats
def test_the_page_says_what_the_table_says(playbook, connections, tmp_path):
    run, content = write_page(playbook, tmp_path)
    assert run.rc == 0
    page = Page(content)
    ids = [client.id for dummy, client in connections]
    assert [text for text in page.texts if text in ids] == ids
    assert [row[7] for row in table(run)[1:-1]] == ids
    assert table(run)[-1][0] + "." in page.texts
    headings = [text for text in page.texts if re.fullmatch(r"[A-Z][a-z ]+: \d+", text)]
    assert ", ".join(headings) == (
        "Organizations: 2, Failing: 2, Duplicate: 1, No token: 1, Useless scope: 1, Unused: 1, Unknown: 1, Healthy: 5"
    )
    for expected in (
        "someone-who-left",
        "10 days old",
        "(unnamed)",
        "Azure DevOps Services, organization contoso",
    ):
        assert expected in page.texts
    for name in (SCRIPT, TEMPLATE, "n" * 90, "w24"):
        assert name in unescape(content)
    assert page.texts[page.texts.index("w24") + 1] == "and 15 more"


@with_pats
@pytest.mark.usefixtures("connections")
def test_the_page_stands_alone_and_is_accessible(playbook, tmp_path):
    content = write_page(playbook, tmp_path)[1]
    page = Page(content)
    assert content.startswith('<!DOCTYPE html>\n<html lang="en">\n')
    assert page.texts[0] == "Audit of VCS connections"
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    tags = [tag for tag, dummy in page.elements]
    assert set(tags).isdisjoint({"link", "img", "iframe", "object", "base", "form"})
    assert (tags.count("script"), tags.count("style")) == (1, 1)
    names = {name for dummy, attributes in page.elements for name in attributes}
    assert names.isdisjoint({"src", "srcset", "action", "style"})
    assert not [name for name in names if name.startswith("on")]
    links = [link["href"] for link in page.all("a")]
    anchors = {attributes["id"] for dummy, attributes in page.elements if "id" in attributes}
    assert {link[1:] for link in links if link.startswith("#")} == anchors - {"organizations"}
    assert LONG_URL in links
    assert [link for link in links if not re.match(r"https?://[^\s]+$|#", link)] == []
    assert not re.search(r"url\(|@import|@font-face", content)
    assert {header.get("scope") for header in page.all("th")} == {"col", "row"}
    # The style takes tables apart on a phone: they have to say that they are tables.
    roles = {"table": "table", "tr": "row", "td": "cell", "thead": "rowgroup", "tbody": "rowgroup"}
    assert all(attributes.get("role") == roles[tag] for tag, attributes in page.elements if tag in roles)
    labelled = {table["aria-labelledby"] for table in page.all("table")}
    assert labelled == {heading["id"] for heading in page.all("h2") if "id" in heading}


def test_the_browser_runs_only_the_style_and_script_of_the_page():
    """The Content-Security-Policy has their hashes, so whatever else got into the page would not run."""
    template = TEMPLATE_FILE.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', template)[1]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", template, re.DOTALL)
        assert not re.search("{[{%#]", content)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert directives.pop(f"{tag}-src") == f"'sha256-{digest}'", f"{tag}-src has to be 'sha256-{digest}'"
    assert directives == dict.fromkeys(("default-src", "base-uri", "form-action"), "'none'")


def test_every_expression_of_the_page_is_escaped():
    """Ansible does not heed Jinja's autoescape: each has to end in the filter e."""
    template = re.sub(r"{#.*?#}", "", TEMPLATE_FILE.read_text(encoding="utf-8"), flags=re.DOTALL)
    expressions = re.findall(r"{{(.*?)}}", template, flags=re.DOTALL)
    assert expressions
    assert [expression for expression in expressions if not expression.rstrip().endswith("| e")] == []


def test_nothing_that_people_or_servers_say_becomes_markup(playbook, sandbox, tmp_path):
    evil = "<b title='\"'>&amp;"
    client = sandbox.store.add_client(
        *("acme", "ado_services", f"https://a/{evil}"),
        name=evil,
        ado_org_name=evil,
        workspaces=[f"{n}{evil}" for n in range(5)],
        personal_access_token="made-up-pat",
    )
    (token,) = sandbox.store.oauth_tokens(client)
    sandbox.store.update_oauth_token(token.id, user=evil)
    problem = {"errors": [{"status": "422", "title": evil, "detail": evil}]}
    sandbox.faults.add(Fault(Status(422, problem), path="/oauth-tokens/.*", count=None))
    content = write_page(playbook, tmp_path)[1]
    assert not Page(content).all("b")
    # Name, URL, Azure DevOps organization, owner and five workspaces, at least.
    assert unescape(content).count(evil) >= 9


@pytest.mark.parametrize("count", [None, 0, 2, 25, 40])
@pytest.mark.parametrize("names", [None, [], ["w1"], [f"w{n}" for n in range(4)], [f"w{n}" for n in range(25)]])
def test_page_with_every_count_and_any_number_of_names(page_on_data, count, names):
    """Servers can report workspaces without a count, and a count without workspaces."""
    shown = Page(page_on_data(affected_workspaces_count=count, affected_workspaces=names)).texts
    assert all(name in shown for name in names or ())
    assert ("unknown number of" in " ".join(shown)) == (count is None)
    rest = (count or 0) - len(names or ())
    assert (f"and {rest} more" in shown) == (rest > 0 and len(names or ()) > 3)


@pytest.fixture
def page_on_data():
    """Renders the page for one connection with these values."""
    environment = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters["hcptf.vcs.printable"] = printable
    template = environment.from_string(TEMPLATE_FILE.read_text(encoding="utf-8"))

    def render(*connections, links=None, **values):
        clients = connections or [connection(**values)]
        organizations = sorted({client["organization"] for client in clients})
        given = answer(*clients, organizations=organizations, tfe_address="https://tfe.example.com")
        return template.render(audit__report=audit_report(given, NOW, links))

    return render


def test_the_page_offers_links_ids_and_a_command(page_on_data):
    name = 'it\'s "a" $(touch x)'
    page = Page(page_on_data(organization=name, health={"status": "failing", "reason": "It is refused."}))
    assert [link["href"] for link in page.all("a")] == [
        *("#failing", "https://github.com"),
        "https://tfe.example.com/app/it%27s%20%22a%22%20%24%28touch%20x%29/settings/version-control",
    ]
    command = next(text for text in page.texts if text.startswith("ansible-playbook"))
    variables = json.loads(shlex.split(command)[3])
    assert (variables["rotate_organization"], variables["rotate_oauth_client_id"]) == (name, "oc-1")
    buttons = [button["aria-label"] for button in page.all("button")]
    assert buttons == ["Copy the OAuth client ID oc-1", "Copy the OAuth token ID ot-1", "Copy the command for oc-1"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//example.com", None])
def test_only_web_addresses_become_links(page_on_data, url):
    page = Page(page_on_data(http_url=url))
    assert [link["href"] for link in page.all("a")][1:] == ["https://tfe.example.com/app/acme/settings/version-control"]
    assert (url or "(no URL)") in page.texts


def test_the_page_shows_links_by_kind_and_unknown_as_unknown(page_on_data):
    links = {"links": [], "unread": [{"organization": "acme", "kind": "policy_set"}]}
    links["links"] += [{"kind": "workspace", "connection": {"oauth_client_id": "oc-1"}}] * 57
    shown = Page(page_on_data(links=links, affected_workspaces=[], affected_workspaces_count=57)).texts
    for expected in ("57 workspaces", "unknown policy sets", "0 registry modules", "0 stacks"):
        assert expected in shown


def contrast(one: str, other: str) -> float:
    """By WCAG 2, of two colours as in #abc or #aabbcc."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_colours_have_contrast():
    """At least 4.5, which WCAG 2 asks for at level AA: light, dark and printed."""
    schemes = re.findall(r":root {(.*?)}", TEMPLATE_FILE.read_text(encoding="utf-8"))
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#\w+)", scheme))
        for name in ("text", "muted", "link", "trouble", "hint", "good"):
            for ground in ("page", "card"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground, scheme)


# -- in a browser -----------------------------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
#: Shows the page in a frame as wide as a screen (a browser's own window cannot be as narrow as a phone), takes every
#: <details> apart, and leaves in the title what it has measured.
MEASURE = """<!DOCTYPE html><meta charset="utf-8"><iframe id="frame" style="width: {width}px" srcdoc="{page}"></iframe>
<script>
frame.onload = async () => {{
  const page = frame.contentDocument, result = {{title: page.title}};
  const shown = selector => [...page.querySelectorAll(selector)].filter(element => element.checkVisibility()).length;
  result.folded = shown('section > details:not([open]) tr');
  result.closed = [...page.querySelectorAll('section > details:not([open]) h2')].map(heading => heading.textContent);
  for (const details of page.querySelectorAll('details')) details.open = true;
  result.width = page.documentElement.scrollWidth;
  result.cells = [...page.querySelectorAll('th, td')].filter(cell => cell.scrollWidth > cell.clientWidth + 1).length;
  result.heads = shown('thead');
  result.headings = [...page.querySelectorAll('h2')].map(heading => heading.textContent);
  const copied = [], copy = async () => {{
    for (const button of [...page.querySelectorAll('button')].slice(0, 4)) {{
      button.click();
      await new Promise(done => setTimeout(done));
      copied.push(button.textContent);
    }}
  }};
  const browser = frame.contentWindow.navigator, clipboard = {{writeText: async text => copied.push(text)}};
  Object.defineProperty(browser, 'clipboard', {{value: clipboard, configurable: true}});
  await copy();
  // Without a clipboard the text is selected, and the browser is asked to copy that.
  Object.defineProperty(browser, 'clipboard', {{value: undefined}});
  page.execCommand = command => copied.push(command + ' ' + frame.contentWindow.getSelection()) > 0;
  await copy();
  result.copied = copied;
  result.buttons = shown('button') === page.querySelectorAll('button').length;
  document.title = JSON.stringify(result);
}};
</script>"""


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH (Debian: apt-get install chromium)")
@with_pats
def test_the_page_in_a_real_browser(playbook, connections, tmp_path):
    content = write_page(playbook, tmp_path)[1]
    headings = [
        *("Organizations: 2", "Failing: 2", "Duplicate: 1", "No token: 1", "Useless scope: 1", "Unused: 1"),
        *("Unknown: 1", "Healthy: 5"),
    ]
    # The IDs of the first connection and the command that removes it, because another one works and is in use.
    ghe = connections[0][1].id
    command = next(text for text in Page(content).texts if text.startswith("ansible-playbook") and ghe in text)
    for width, heads in ((1280, 8), (833, 8), (832, 0), (390, 0), (320, 0)):
        measured = measure(content, width, tmp_path)
        copied, selected = (measured["copied"][start : start + 8] for start in (0, 8))
        del measured["copied"]
        # Not wider than the screen, nothing out of its cell, a table or cards, trouble first, and no other script.
        assert measured == {
            "title": "Audit of VCS connections",
            "width": width,
            "cells": 0,
            "heads": heads,
            "headings": headings,
            "closed": ["Unused: 1", "Healthy: 5"],
            "folded": 0,
            "buttons": True,
        }
        assert copied[0] == ghe
        assert copied[2].startswith("ot-")
        assert copied[4] == command
        assert set(copied[1::2]) == {"Copied"}
        assert selected == [f"copy {text}" if text != "Copied" else text for text in copied]


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH (Debian: apt-get install chromium)")
def test_a_page_with_400_connections_in_a_real_browser(page_on_data, tmp_path):
    failing = {"health": {"status": "failing", "reason": f"The provider said no: {'x' * 200}"}}
    connections = [
        connection(
            id=f"oc-{n:016}",
            oauth_token_id=f"ot-{n:016}",
            organization=f"acme-{n % 40}-{'o' * 28}",
            name="n" * (n % 90),
            http_url=f"{LONG_URL}/{n}",
            affected_workspaces=["w" * 90] * (n % 5),
            affected_workspaces_count=n,
            **(failing if n % 8 == 0 else {}),
        )
        for n in range(400)
    ]
    content = page_on_data(*connections)
    for width in (1280, 390):
        measured = measure(content, width, tmp_path)
        assert (measured["width"], measured["cells"], measured["folded"]) == (width, 0, 0)
        assert measured["headings"] == ["Organizations: 40", "Failing: 50", "Healthy: 350"]
        assert measured["closed"] == ["Organizations: 40", "Healthy: 350"]


def measure(content: str, width: int, folder: Path):
    wrapper = folder / f"{width}.html"
    wrapper.write_text(MEASURE.format(width=width, page=escape(content)), encoding="utf-8")
    return run_browser(wrapper, folder / "profile")


def run_browser(wrapper: Path, profile: Path):
    options = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
        *(
            "--virtual-time-budget=10000",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ),
    )
    done = subprocess.run(
        [CHROMIUM, *options, f"--user-data-dir={profile}", "--dump-dom", wrapper.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(unescape(done.stdout.partition("<title>")[2].partition("</title>")[0]))
