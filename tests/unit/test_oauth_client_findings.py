# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judgement on VCS connections that the playbook audit and its report rest on."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.oauth_client_findings import FilterModule
from utils.audit_answer import FAILING, NO_TOKEN, NOW, UNKNOWN, UNUSED, connection, errors

judge = FilterModule().filters()["oauth_client_findings"]
USELESS = {"organization_scoped": False}


@pytest.mark.parametrize(
    ("values", "findings", "trouble"),
    [
        ({}, [], False),
        (FAILING, ["failing"], True),
        (NO_TOKEN, ["no_token"], True),
        (USELESS, ["useless_scope"], True),
        (UNUSED, ["unused"], False),
        (UNKNOWN, ["unknown"], False),
        ({**UNUSED, **UNKNOWN}, ["unused", "unknown"], False),
        ({**UNUSED, **USELESS, **FAILING}, ["failing", "useless_scope", "unused"], True),
        ({**UNUSED, **NO_TOKEN}, ["no_token", "unused"], True),
        (errors("gone"), ["with_errors"], False),
        ({**errors("gone"), **UNUSED, **UNKNOWN}, ["with_errors", "unused", "unknown"], False),
        ({**errors("gone"), **FAILING}, ["failing", "with_errors"], True),
        (errors(), [], False),
        ({"vcs_events": None, "vcs_events_count": None}, [], False),
        # What the server does not tell is no finding.
        ({"affected_workspaces_count": None}, [], False),
        ({"affected_workspaces_count": False}, [], False),
        ({"affected_workspaces_count": -1}, [], False),
        ({"affected_workspaces": None, "affected_workspaces_count": None}, [], False),
        ({"health": None}, [], False),
        ({"health": {"status": "failing"}}, ["failing"], True),
        ({"health": {"status": "unknown", "reason": None}}, ["unknown"], False),
        ({"organization_scoped": None, "projects": None}, [], False),
    ],
)
def test_what_is_found(values, findings, trouble):
    (judged,) = judge([connection(**values)], NOW)
    assert (judged["findings"], judged["trouble"]) == (findings, trouble)
    assert judged["finding"] == (findings[0] if findings else "healthy")
    assert len(judged["reasons"]) == len(findings)
    assert {**judged, **connection(**values)} == judged


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 recent error"), (2, "2 recent errors"), (250, "250 recent errors")]
)
def test_the_reason_counts_all_errors(count, words):
    (judged,) = judge([connection(**errors("gone", count=count))], NOW)
    assert judged["reasons"] == [f"The server had {words} with the VCS provider."]


def test_the_reason_for_the_health_is_that_of_the_server():
    failing, unknown = judge([connection(**FAILING), connection(id="oc-2", http_url="https://a", **UNKNOWN)], NOW)
    assert failing["reasons"] == ["GitHub did not accept the token."]
    assert unknown["reasons"] == ["The server is having problems."]


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ({}, True),
        ({"name": "Another name"}, True),
        ({"http_url": "https://GitHub.com:443/"}, True),
        ({"http_url": "https://github.example.com"}, False),
        ({"service_provider": "github_enterprise"}, False),
        ({"organization": "acme-labs"}, False),
        ({"ado_org_name": "contoso"}, False),
    ],
)
def test_duplicates(values, same):
    judged = judge([connection(), connection(id="oc-2", **values)], NOW)
    assert [one["finding"] for one in judged] == (["duplicate"] * 2 if same else ["healthy"] * 2)
    if same:
        assert sorted(one["reasons"][0] for one in judged) == [f"The same connection as oc-{n}." for n in (1, 2)]


def test_three_of_one_kind_and_connections_without_url():
    ado = {"service_provider": "ado_services", "http_url": "https://dev.azure.com"}
    judged = judge(
        [
            connection(**ado, ado_org_name="Contoso"),
            connection(id="oc-2", **ado, ado_org_name="contoso"),
            connection(id="oc-3", **ado, ado_org_name="CONTOSO"),
            connection(id="oc-4", http_url=None),
            connection(id="oc-5", http_url=""),
        ],
        NOW,
    )
    assert [one["finding"] for one in judged] == ["duplicate"] * 3 + ["healthy"] * 2
    assert judged[0]["reasons"] == ["The same connection as oc-2 and oc-3."]


@pytest.mark.parametrize(
    ("values", "scope"),
    [
        ({}, "organization"),
        # Kept by the server for the day on which the connection is no longer for all.
        ({"projects": ["prj-1"]}, "organization"),
        ({"organization_scoped": False, "projects": ["prj-1"]}, "1 project"),
        ({"organization_scoped": False, "projects": ["prj-1", "prj-2"]}, "2 projects"),
        ({"organization_scoped": False, "projects": []}, "nobody"),
        ({"organization_scoped": None, "projects": None}, "unknown"),
        ({"organization_scoped": False, "projects": None}, "unknown"),
    ],
)
def test_the_scope_in_words(values, scope):
    assert judge([connection(**values)], NOW)[0]["scope"] == scope


@pytest.mark.parametrize(
    ("created_at", "days"),
    [
        ("2026-11-15T11:59:59.999Z", 10),
        ("2026-11-24T12:00:01Z", 0),
        ("2026-11-24T12:00:00+00:00", 1),
        ("2026-11-15T12:00:00", 10),
        ("2026-11-15T12:00:00.25Z", 9),
        ("2026-11-15T12:00:00.123456789Z", 9),
        ("soon", None),
        (None, None),
    ],
)
def test_the_age_of_the_oauth_token(created_at, days):
    (judged,) = judge([connection(oauth_tokens=[{"created_at": created_at, "service_provider_user": "bot"}])], NOW)
    assert (judged["token_owner"], judged["token_age_days"]) == ("bot", days)


@pytest.mark.parametrize("now", [NOW, "20261125T120000", datetime(2026, 11, 25, 12, tzinfo=timezone.utc)])
def test_ages_at_a_given_time(now):
    assert judge([connection()], now)[0]["token_age_days"] == 10


def test_what_was_not_read_is_not_judged():
    unread = ("oauth_tokens", "affected_workspaces", "affected_workspaces_count", "health")
    bare = {name: value for name, value in connection().items() if name not in unread}
    (judged,) = judge([bare])
    assert (judged["finding"], judged["token_owner"], judged["token_age_days"]) == ("healthy", None, None)


def test_trouble_stands_first():
    several = [{}, UNKNOWN, UNUSED, errors("gone"), USELESS, NO_TOKEN, FAILING]
    connections = [connection(id=f"oc-{n}", http_url=f"https://{n}", **values) for n, values in enumerate(several)]
    expected = ["failing", "no_token", "useless_scope", "with_errors", "unused", "unknown", "healthy"]
    assert [one["finding"] for one in judge(connections, NOW)] == expected


def test_alike_they_stand_by_organization_provider_url_and_name():
    order = ["organization", "service_provider", "http_url"]
    connections = [connection(id=f"oc-{name}", **{name: "zz"}) for name in order]
    judged = judge([*connections, connection(id="oc-first", http_url="https://a", name=None)], NOW)
    assert [one["id"] for one in judged] == ["oc-first", "oc-http_url", "oc-service_provider", "oc-organization"]


@pytest.mark.parametrize(
    ("connections", "now"), [(["oc-1"], NOW), ({"oauth_clients": []}, NOW), ([connection()], "today")]
)
def test_wrong_input(connections, now):
    with pytest.raises(AnsibleFilterError, match="oauth_client_findings"):
        judge(connections, now)
