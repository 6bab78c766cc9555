# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as data: summary, organizations, connections and the command that fixes each."""

from __future__ import annotations

import json
import shlex

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.audit_report import FilterModule
from utils.audit_answer import EVIL, FAILING, NO_TOKEN, NOW, UNKNOWN, UNREAD, UNUSED, answer, connection, errors

build = FilterModule().filters()["audit_report"]


def report(*connections, links=None, **values):
    return build(answer(*connections, **values), NOW, links=links)


def only(**values):
    (found,) = report(connection(**values))["connections"]
    return found


def test_the_summary_counts_everything():
    built = report(
        connection(**FAILING),
        connection(id="oc-2", http_url="https://a", organization="ACME-labs"),
        organizations=["acme", "acme-labs", "gone"],
        unread=[UNREAD],
    )
    assert (built["version"], built["audited_at"], built["tfe_address"]) == (1, NOW, "https://app.terraform.io")
    counts = {"duplicate": 0, "no_token": 0, "useless_scope": 0, "with_errors": 0, "unused": 0, "unknown": 0}
    assert built["summary"] == {
        "organizations": 3,
        "unreadable_organizations": 1,
        "connections": 2,
        "connections_in_trouble": 1,
        "findings": {"failing": 1, **counts, "healthy": 1},
        "text": "2 connections in 3 organizations: 1 failing, 1 healthy; not readable: gone",
    }
    gone, acme, labs = built["organizations"]
    assert gone == {
        "name": "gone",
        "readable": False,
        "code": "not_found_or_forbidden",
        "reason": "Could not read 'gone'.",
        "settings_url": "https://app.terraform.io/app/gone/settings/version-control",
        # Not 0: nothing is known.
        "connections": None,
        "connections_in_trouble": None,
        "findings": None,
    }
    assert (acme["name"], acme["connections"], acme["connections_in_trouble"]) == ("acme", 1, 1)
    assert (labs["name"], labs["readable"], labs["findings"]["healthy"]) == ("acme-labs", True, 1)


def test_nothing_at_all():
    assert report(organizations=[])["summary"]["text"] == "0 connections in 0 organizations"
    assert report()["summary"]["text"] == "0 connections in 1 organization"


def test_the_sentence_names_only_some_of_many_unreadable_organizations():
    names = [f"o{n}" for n in range(7)]
    built = report(organizations=names, unread=[{**UNREAD, "organization": name} for name in names])
    assert built["summary"]["text"].endswith("not readable: o0, o1, o2, o3, o4, 2 more")


def test_a_connection_has_stable_keys_and_no_others():
    found = only(callback_url="https://a/auth", rsa_public_key="a key", organization_scoped=False, projects=["prj-1"])
    assert set(found) == {
        *("id", "organization", "name", "service_provider", "service_provider_display_name", "http_url"),
        *("ado_org_name", "created_at", "scope", "projects", "oauth_token_id", "token_owner", "token_created_at"),
        *("token_age_days", "health", "finding", "findings", "reasons", "trouble", "affected_workspaces"),
        *("affected_workspaces_count", "links", "vcs_events", "vcs_events_count", "settings_url", "vcs_url", "command"),
    }
    assert (found["scope"], found["token_owner"], found["token_age_days"]) == ("1 project", "acme-bot", 10)
    assert (found["links"], found["vcs_events"], found["vcs_events_count"]) == (None, None, None)


def test_recent_errors_are_in_the_report():
    given = errors("The webhook is gone", count=12)
    found = only(**given)
    assert {name: found[name] for name in given} == given
    assert (found["finding"], found["command"]) == ("with_errors", None)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://ghe.example.com/", "https://ghe.example.com/"),
        ("http://ghe.example.com:8080/git", "http://ghe.example.com:8080/git"),
        *((url, None) for url in (None, "", "javascript:alert(1)", "https://", "https://a b", "ftp://a", "//a")),
        ("https://github.com@example.com", None),
        ("https://example.com/\njavascript:alert(1)", None),
    ],
)
def test_only_plain_web_addresses_become_links(url, link):
    assert only(http_url=url)["vcs_url"] == link


def test_the_settings_page_of_any_organization_and_address():
    built = report(connection(organization='a/"b'), organizations=['a/"b'], tfe_address="https://tfe.example.com/tf")
    assert built["connections"][0]["settings_url"] == "https://tfe.example.com/tf/app/a%2F%22b/settings/version-control"
    assert report(connection(), tfe_address=None)["connections"][0]["settings_url"] is None


# -- the command ------------------------------------------------------------------------------------------------------

ROTATE = "ansible-playbook hcptf.vcs.rotate -e rotate_organization=acme -e rotate_oauth_client_id=oc-1 --check"
REMOVE = "ansible-playbook hcptf.vcs.remove -e remove_organization=acme -e remove_oauth_client_id=oc-1 --check"


@pytest.mark.parametrize(
    ("values", "command"),
    [
        ({}, None),
        (UNKNOWN, None),
        (FAILING, ROTATE),
        ({**FAILING, **UNUSED}, ROTATE),
        (NO_TOKEN, REMOVE),
        (UNUSED, REMOVE),
        ({"organization_scoped": False}, None),
        ({"organization_scoped": False, **UNUSED}, REMOVE),
    ],
)
def test_the_command_fits_the_finding(values, command):
    assert only(**values)["command"] == command


def test_the_command_names_another_address():
    (found,) = report(connection(**FAILING), tfe_address="https://tfe.example.com:8443")["connections"]
    assert found["command"] == ROTATE.replace("--", "-e vcs_connections_tfe_address=https://tfe.example.com:8443 --")


@pytest.mark.parametrize(
    ("first", "second", "commands"),
    [
        # The one with more workspaces stays, and gets no command.
        ({"affected_workspaces_count": 5}, {}, [None, "migrate"]),
        ({}, {"affected_workspaces_count": 5}, ["migrate", None]),
        # The older stays, if there is nothing else to choose by.
        ({"created_at": "2026-11-02T12:00:00.000Z"}, {}, ["migrate", None]),
        ({"created_at": "2026-11-01T13:00:00.000+02:00"}, {}, [None, "migrate"]),
        ({}, UNUSED, [None, "remove"]),
        (UNUSED, UNUSED, [None, "remove"]),
        # One that works is better than one that more workspaces use.
        ({"affected_workspaces_count": 5, **UNKNOWN}, {}, ["migrate", None]),
        ({"affected_workspaces_count": 5, **FAILING}, {}, ["migrate", None]),
        ({**UNUSED, **FAILING}, {}, ["remove", None]),
        (FAILING, {**UNUSED, **FAILING}, ["rotate", "rotate"]),
        ({"affected_workspaces_count": 5, **NO_TOKEN}, {}, ["migrate", None]),
        (NO_TOKEN, NO_TOKEN, [None, "remove"]),
    ],
)
def test_one_of_several_duplicates_is_kept(first, second, commands):
    found = {one["id"]: one for one in report(connection(**first), connection(id="oc-2", **second))["connections"]}
    got = [found[one]["command"] for one in ("oc-1", "oc-2")]
    assert [command and command.split()[1].rpartition(".")[2] for command in got] == commands
    for command in filter(None, got):
        if "migrate" in command:
            moved = ["oc-1", "oc-2"] if commands[0] else ["oc-2", "oc-1"]
            assert f"-e migrate_from_oauth_client_id={moved[0]} -e migrate_to_oauth_client_id={moved[1]} " in command


@pytest.mark.parametrize("name", ["it's", 'a"b', "$(touch x)", "`touch x`", "a b", "a;b", "!1", "größe", "a=b"])
def test_no_name_escapes_from_the_command(name):
    (found,) = report(connection(organization=name, **FAILING), organizations=[name])["connections"]
    program, playbook, option, variables, check = shlex.split(found["command"])
    assert (program, playbook, option, check) == ("ansible-playbook", "hcptf.vcs.rotate", "-e", "--check")
    assert json.loads(variables) == {"rotate_organization": name, "rotate_oauth_client_id": "oc-1"}


@pytest.mark.parametrize("name", ["{{ lookup('pipe', 'id') }}", "{% x %}", "a\nb", "\x1b[2K", "\u202e", None])
def test_no_command_with_a_template_or_control_characters(name):
    assert only(id="oc-1" if name is None else name, **FAILING, **({"organization": name} if name else {}))[
        "command"
    ] == (None if name else ROTATE)


@pytest.mark.parametrize("evil", EVIL)
def test_names_stay_what_they_are(evil):
    """The report is data. Only the formats made of it need care."""
    found = only(name=evil, token_owner=evil, http_url=f"https://{evil}")
    assert json.loads(json.dumps(found))["name"] == evil


# -- VCS links --------------------------------------------------------------------------------------------------------

KINDS = ("workspace", "policy_set", "registry_module", "stack", "registry_component")


def link(kind, client_id="oc-1"):
    return {"kind": kind, "connection": {"oauth_client_id": client_id}}


def links(*found, unread=()):
    unread = [{"organization": organization, "kind": kind} for organization, kind in unread]
    return {"links": list(found), "unread": unread}


def counted(*found, unread=(), **values):
    (one,) = report(connection(**values), links=links(*found, unread=unread))["connections"]
    return one


def test_links_are_counted_by_kind():
    found = [*map(link, ("workspace", "workspace", "policy_set")), link("workspace", "oc-2"), link("stack", None)]
    assert counted(*found)["links"] == dict(zip(KINDS, (2, 1, 0, 0, 0), strict=True))


@pytest.mark.parametrize(
    ("unread", "counts"),
    [
        ([("ACME", "policy_set")], (1, None, 0, 0, 0)),
        ([("acme", None)], (None, None, None, None, None)),
        ([("acme-labs", "policy_set")], (1, 0, 0, 0, 0)),
    ],
)
def test_what_could_not_be_read_is_unknown_and_not_zero(unread, counts):
    assert counted(link("workspace"), unread=unread)["links"] == dict(zip(KINDS, counts, strict=True))


@pytest.mark.parametrize(
    ("found", "unread", "values", "reasons"),
    [
        ([link("policy_set")], (), UNUSED, []),
        ([], (), UNUSED, ["Nothing uses it."]),
        ([], (), {"affected_workspaces_count": None}, ["Nothing that the API token can see uses it."]),
        ([], [("acme", "stack")], UNUSED, ["Nothing that the API token can see uses it."]),
        ([], [("acme", "policy_set")], UNUSED, ["No workspace uses it."]),
        ([], [("acme", "policy_set")], {"affected_workspaces_count": None}, []),
        ([], (), {}, []),
    ],
)
def test_links_of_any_kind_make_a_connection_used(found, unread, values, reasons):
    one = counted(*found, unread=unread, **values)
    assert (one["reasons"], one["finding"]) == (reasons, "unused" if reasons else "healthy")


@pytest.mark.parametrize(
    ("given", "read"), [([], None), ({}, None), ("made-up", None), (None, None), (answer(), {}), (answer(), [])]
)
def test_wrong_input(given, read):
    with pytest.raises(AnsibleFilterError, match="audit_report") as refused:
        build(given, NOW, links=read)
    assert "made-up" not in str(refused.value)
