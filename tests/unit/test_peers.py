# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of `make peers`, its exit code, how it finds Terraform, and its checks of another server."""

from __future__ import annotations

import pytest
from peers import other_server, programs, rows
from peers.scene import ORGANIZATION, SEED, TOKEN

from sandbox import Sandbox


def fail(error):
    raise error


CHECKS = {
    "works": lambda: None,
    "cannot": lambda: fail(rows.LeftOut("the client\nhas no method")),
    "shows something else": lambda: rows.same("the name", "GitLab", "GitHub"),
    "fails": lambda: fail(ValueError("no such page")),
}


def test_every_check_has_a_row_with_its_reason():
    found = list(rows.run("client 1.0", CHECKS.items()))
    assert [(row.peer, row.check, row.outcome, row.reason) for row in found] == [
        ("client 1.0", "works", "ok", ""),
        ("client 1.0", "cannot", "left out", "the client\nhas no method"),
        ("client 1.0", "shows something else", "differs", "the name is 'GitLab', not 'GitHub'"),
        ("client 1.0", "fails", "differs", "ValueError: no such page"),
    ]
    assert rows.table(found).splitlines()[1] == ("client 1.0  cannot                left out  the client has no method")
    assert rows.summary(found) == (
        "Left out:\n"
        "- client 1.0, cannot: the client has no method\n"
        "Differs:\n"
        "- client 1.0, shows something else: the name is 'GitLab', not 'GitHub'\n"
        "- client 1.0, fails: ValueError: no such page\n"
        "1 ok, 2 differs, 1 left out"
    )


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["works"], 0),
        (["works", "cannot"], 0),
        (["works", "fails"], 1),
        (["shows something else"], 1),
        (["cannot"], 1),
        ([], 1),
    ],
)
def test_the_exit_code(names, code):
    assert rows.exit_code([row for name in names for row in rows.run("client", [(name, CHECKS[name])])]) == code


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """Puts programs of these names on an otherwise empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(*names):
        for name in names:
            (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
            (tmp_path / name).chmod(0o755)
        return tmp_path

    return put


def test_programs_on_the_path_are_found(on_path):
    folder = on_path("terraform", "terraform-provider-tfe")
    for nothing in (None, ""):
        found = programs.find(nothing, nothing)
        assert (found.terraform, found.provider) == (f"{folder}/terraform", f"{folder}/terraform-provider-tfe")
        assert not found.missing


def test_programs_that_are_named_are_found(on_path):
    folder = on_path("tofu", "terraform", "provider")
    found = programs.find("tofu", f"{folder}/provider")
    assert (found.terraform, found.provider) == (f"{folder}/tofu", f"{folder}/provider")


@pytest.mark.parametrize(
    ("present", "named", "missing"),
    [
        ([], (None, None), "terraform is not on the PATH"),
        (["terraform"], (None, None), "terraform-provider-tfe is not on the PATH"),
        (["terraform"], (None, "/no/such/program"), "/no/such/program is no program"),
        (["terraform-provider-tfe"], ("/no/such/terraform", None), "/no/such/terraform is no program"),
    ],
)
def test_a_missing_program_is_named_with_what_to_do(on_path, present, named, missing):
    on_path(*present)
    found = programs.find(*named)
    assert found.missing.startswith(f"{missing}; ")
    assert "TERRAFORM_PROVIDER_TFE=/path/to/terraform-provider-tfe" in found.missing


@pytest.mark.parametrize(
    ("address", "token", "reason"),
    [
        ("", "", "none is named"),
        ("http://127.0.0.1:1", "", "none is named"),
        ("https://tfe.example.com", TOKEN, "https://tfe.example.com is not on this machine"),
    ],
)
def test_another_server_must_be_named_and_on_this_machine(tmp_path, address, token, reason):
    (row,) = other_server.rows(other_server.Server(address, token), tmp_path)
    assert row.outcome == rows.LEFT_OUT
    assert row.reason.startswith(reason)
    assert "PEER_SERVER=http://127.0.0.1:PORT" in row.reason


def test_another_server_is_checked_and_left_as_it_was(tmp_path):
    with Sandbox(SEED) as sandbox:
        server = other_server.Server(sandbox.address, TOKEN)
        assert [row.outcome for row in other_server.rows(server, tmp_path)] == ["ok"] * 3
        assert sandbox.store.clients(ORGANIZATION) == []


def test_another_server_that_breaks_a_promise_differs(tmp_path):
    """This one lists no OAuth clients, so each run creates one."""
    with Sandbox(SEED, personality="terrarun") as sandbox:
        sandbox.store.clients = lambda _organization: []
        server = other_server.Server(sandbox.address, TOKEN)
        assert "differs" in [row.outcome for row in other_server.rows(server, tmp_path)]


def test_the_connections_of_another_server_are_left_alone(tmp_path):
    with Sandbox(SEED) as sandbox:
        client = sandbox.store.add_client(ORGANIZATION)
        found = list(other_server.rows(other_server.Server(sandbox.address, TOKEN), tmp_path))
        assert [row.outcome for row in found] == [rows.LEFT_OUT] * 3
        assert sandbox.store.clients(ORGANIZATION) == [client]
