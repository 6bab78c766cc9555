# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dry runs of bootstrap roles: what an earlier task would create is not there yet."""

from __future__ import annotations

import pytest

from sandbox import Unknowns
from sandbox.faults import Status
from utils.module_runner import NETWORK, PAT, READER_TOKEN

pytest_plugins = ["utils.module_runner"]

PREDICT = {"missing_in_check_mode": "predict"}


@pytest.mark.parametrize("options", [{}, {"missing_in_check_mode": "fail"}])
@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"organization": "nowhere"}, "not_found_or_forbidden"),
        ({"projects": ["Nowhere"]}, "not_found"),
        ({"agent_pool": "Nowhere"}, "not_found"),
    ],
)
def test_missing_objects_fail_a_dry_run_by_default(server, missing, code, options):
    assert server.github(**missing, **options, check=True).code == code


@pytest.mark.parametrize("many", [True, False])
def test_an_organization_that_is_not_there_yet(server, many):
    wanted = {"service_provider": "github", "personal_access_token": PAT, "projects": ["Network"], "agent_pool": "x"}
    if many:
        result = server.oauth_clients(wanted, organization="nowhere", check=True, **PREDICT)
        (entry,) = result["connections"]
    else:
        result = entry = server.oauth_client(**wanted, organization="nowhere", check=True, **PREDICT)
    assert (result["changed"], entry["action"]) == (True, "created")
    assert (entry["oauth_client_id"], entry["oauth_token_id"]) == (None, None)
    view = entry["oauth_client"]
    assert (view["projects"], view["agent_pool_id"], view["organization"]) == (None, None, "nowhere")
    assert "'nowhere' does not exist yet" in result.warnings
    assert result.methods == ["GET"]


def test_projects_and_agent_pools_that_are_not_there_yet(server):
    client = server.store.add_client("acme")
    result = server.github(projects=["Network", "Later"], agent_pool="cloud", check=True, diff=True, **PREDICT)
    assert (result["action"], result["oauth_client_id"]) == ("updated", client.id)
    assert result["oauth_client"]["projects"] is None
    assert result["oauth_client"]["agent_pool_id"]
    assert result["diff"]["after"]["projects"] == ["Later", NETWORK]
    assert "projects 'Later'" in result.warnings


def test_workspaces_that_a_scope_of_a_missing_project_leaves_out_are_named(server):
    client = server.store.add_client("acme")
    (token,) = server.store.oauth_tokens(client)
    server.store.add_workspace("acme", "network", project=NETWORK, oauth_token_id=token.id)
    result = server.github(organization_scoped=False, projects=["Later"], check=True, **PREDICT)
    assert result["changed"]
    assert "which use it: network." in result.warnings


def test_nothing_is_predicted_where_nothing_is_missing(server):
    result = server.github(projects=["Network"], check=True, **PREDICT)
    assert (result["oauth_client"]["projects"], result.warnings) == ([NETWORK], "")


def test_a_real_run_is_not_affected(server):
    assert server.github(organization="nowhere", **PREDICT).code == "not_found_or_forbidden"
    assert server.github(projects=["Later"], **PREDICT).code == "not_found"
    assert server.clients() == []


def test_what_else_is_wrong_fails_a_prediction_too(server):
    assert (
        server.github(organization="nowhere", personal_access_token=None, check=True, **PREDICT).code
        == "secret_missing"
    )
    absent = server.oauth_client(
        service_provider="github", state="absent", organization="nowhere", check=True, **PREDICT
    )
    assert (absent["action"], absent["changed"]) == ("absent", False)
    by_id = server.oauth_client(oauth_client_id="oc-1", name="x", organization="nowhere", check=True, **PREDICT)
    assert by_id.code == "not_found_or_forbidden"
    assert server.github(tfe_token="made-up-wrong-token", check=True, **PREDICT).code == "unauthorized"


# -- an API token that may read, but not write

MAY_NOT = "may read the OAuth clients of organization 'acme' but not change them"
CHANGES = {
    "create": {"http_url": "https://ghe.example.com", "service_provider": "github_enterprise"},
    "update": {"name": "new"},
    "rotate": {"update_secrets": "always"},
    "remove": {"state": "absent"},
}


@pytest.fixture
def reader(serve):
    """Serves an organization with one connection to an API token that may only read."""

    def start(**unknowns):
        server = serve(unknowns=Unknowns(**unknowns))
        server.store.add_client("acme")
        return server

    return start


@pytest.mark.parametrize("options", CHANGES.values(), ids=CHANGES)
def test_a_dry_run_warns_of_a_token_that_may_only_read(reader, options):
    server = reader()
    foreseen = server.github(tfe_token=READER_TOKEN, **options, check=True)
    assert foreseen["changed"]
    assert MAY_NOT in foreseen.warnings
    assert "from option tfe_token" in foreseen.warnings
    assert server.github(tfe_token=READER_TOKEN, **options).code == "not_found_or_forbidden"
    assert MAY_NOT not in server.github(**options, check=True).warnings


def test_the_warning_comes_once_for_many_connections(reader):
    wanted = [{"service_provider": name, "personal_access_token": PAT} for name in ("gitlab_hosted", "github")]
    wanted[1]["name"] = "new"
    result = reader().oauth_clients(*wanted, organization="acme", tfe_token=READER_TOKEN, check=True)
    assert result["changed"]
    assert result.warnings.count(MAY_NOT) == 1


def test_a_dry_run_without_changes_does_not_ask(reader):
    result = reader().github(tfe_token=READER_TOKEN, check=True)
    assert (result["changed"], result.warnings, result.methods) == (False, "", ["GET"])


@pytest.mark.parametrize("answer", ["false", "missing"])
def test_a_server_that_does_not_know_causes_no_warning(reader, answer):
    """OTF says false to everybody, older servers may say nothing."""
    result = reader(oauth_permission=answer).github(name="new", check=True)
    assert (result["changed"], result.warnings) == (True, "")


@pytest.mark.parametrize("status", [404, 500])
def test_an_organization_that_cannot_be_read_causes_no_warning(reader, status):
    server = reader()
    server.fault(Status(status), "GET", "/organizations/acme$", count=None)
    result = server.github(tfe_token=READER_TOKEN, name="new", check=True)
    assert (result["changed"], result.warnings) == (True, "")
