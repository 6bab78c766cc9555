# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of other kinds, and both answers wherever nobody outside HashiCorp knows the real one."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._apply.settling import YOUNG
from sandbox import PERSONALITIES, Unknowns
from utils.module_runner import CLIENTS, LIST, NETWORK, PAT, body_of_create

pytest_plugins = ["utils.module_runner"]

UNKNOWNS = {
    "list newest first": {"list_order": "newest_first"},
    "list in any order": {"list_order": "random"},
    "URLs without final slash": {"url_normalization": "slash_stripped"},
    "201 without OAuth token": {"token_in_create_answer": False},
    "201 without OAuth token, which comes later": {"token_in_create_answer": False, "token_visible_after": 0.5},
    "pages above 100 refused": {"page_size_above_100": "rejected"},
    "names of organizations in one case": {"organization_case": "matters"},
    "a Location header": {"location_on_create": True},
    "readers may not read": {"read_without_manage_permission": "not_found"},
}

DROP_THE_PAT = {name for name, kind in PERSONALITIES.items() if kind.settled.get("pat_in_create") == "dropped"}


@pytest.mark.parametrize("answers", UNKNOWNS.values(), ids=UNKNOWNS)
def test_create_and_find_again_whatever_the_answer(serve, answers):
    server = serve(unknowns=Unknowns(**answers))
    server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    created = server.github()
    client = next(client for client in server.clients() if client.service_provider == "github")
    (token,) = server.store.oauth_tokens(client)
    assert (created["action"], created.ids) == ("created", (client.id, token.id))
    assert created["oauth_client"]["oauth_token_ids"] == [token.id]
    assert created.methods.count("POST") == 1
    again = server.github()
    assert (again["changed"], again.ids, again.calls) == (False, created.ids, [LIST])


@pytest.mark.parametrize("visible_after", [0.0, 0.5, 3600.0])
def test_a_token_that_the_create_answer_lacks_is_read(serve, visible_after):
    server = serve(unknowns=Unknowns(token_in_create_answer=False, token_visible_after=visible_after))
    result = server.github()
    assert result["action"] == "created"
    assert (result["oauth_token_id"] is None) == (visible_after > 60)
    assert sum(server.clock.waits) < 10
    if visible_after == 0.0:
        assert result.calls == [LIST, f"POST {CLIENTS}", LIST]
        assert server.clock.waits == [YOUNG]


def test_a_token_that_never_comes_is_reported(serve):
    """Who uses oauth_token_id next would otherwise meet null without a word."""
    server = serve(unknowns=Unknowns(token_in_create_answer=False, token_visible_after=3600.0))
    result = server.github()
    assert result["oauth_token_id"] is None
    assert "OAuth token" in result.warnings


@pytest.mark.parametrize("normalization", ["kept", "slash_stripped"])
def test_urls_made_by_hand_are_found_whatever_the_server_makes_of_them(serve, normalization):
    server = serve(unknowns=Unknowns(url_normalization=normalization))
    stored = "https://gitlab.example.com/" if normalization == "kept" else "https://gitlab.example.com"
    client = server.store.add_client("acme", "gitlab_enterprise_edition", stored, f"{stored.rstrip('/')}/api/v4/")
    result = server.oauth_client(
        service_provider="gitlab_enterprise_edition",
        http_url="https://gitlab.example.com/",
        api_url="https://gitlab.example.com/api/v4",
        personal_access_token=PAT,
    )
    assert (result["changed"], result["oauth_client_id"]) == (False, client.id)


@pytest.mark.parametrize("personality", sorted(set(PERSONALITIES) - DROP_THE_PAT))
def test_every_kind_of_server_connects_and_finds_again(serve, personality):
    server = serve(personality=personality)
    predicted = server.github(name="GitHub", check=True)
    created = server.github(name="GitHub")
    client = server.one_client()
    (token,) = server.store.oauth_tokens(client)
    assert predicted["action"] == created["action"] == "created"
    assert set(predicted["oauth_client"]) == set(created["oauth_client"])
    assert created.ids == (client.id, token.id)
    assert created.writes == [("POST", CLIENTS, body_of_create(name="GitHub"))]
    again = server.github(name="GitHub")
    assert (again["changed"], again.ids, again.calls) == (False, created.ids, [LIST])
    assert again.warned == []


@pytest.mark.parametrize("personality", sorted(set(PERSONALITIES) - DROP_THE_PAT))
def test_every_kind_of_server_removes(serve, personality):
    server = serve(personality=personality)
    server.github()
    removed = server.oauth_client(service_provider="github", state="absent")
    assert (removed["action"], server.clients()) == ("deleted", [])
    assert server.oauth_client(service_provider="github", state="absent")["action"] == "absent"


@pytest.mark.parametrize("personality", sorted(DROP_THE_PAT))
def test_servers_that_drop_the_pat_get_one_client_and_no_second(serve, personality):
    server = serve(personality=personality)
    server.github(name="GitHub")
    client = server.one_client()
    again = server.github(name="GitHub")
    assert server.one_client() == client
    assert again.ids == (client.id, None)
    assert f"no OAuth token of OAuth client {client.id}" in again.warnings
    server.oauth_client(service_provider="github", name="GitHub", state="absent")
    assert server.clients() == []


@pytest.mark.parametrize("personality", ["tfe-before-scoping", "otf"])
def test_unreported_values_are_null(serve, personality):
    view = serve(personality=personality).github()["oauth_client"]
    assert {key: view[key] for key in ("organization_scoped", "projects", "agent_pool_id", "ado_org_name")} == {
        "organization_scoped": None,
        "projects": None,
        "agent_pool_id": None,
        "ado_org_name": None,
    }


def test_a_look_alikes_ids_and_empty_texts(serve):
    result = serve(personality="otf").github()
    client_id, token_id = result.ids
    assert client_id == token_id
    assert client_id.startswith("vcs-")
    assert result["oauth_client"]["callback_url"] is None
    assert result["oauth_client"]["service_provider_display_name"] is None


@pytest.mark.parametrize("personality", ["tfe-before-scoping", "otf"])
def test_scope_that_the_server_ignores_at_the_create_is_reported(serve, personality):
    server = serve(personality=personality)
    result = server.github(organization_scoped=False, projects=[NETWORK])
    assert result["oauth_client_id"] == server.one_client().id
    for attribute in ("organization_scoped", "projects"):
        assert attribute in result.get("msg", "") + result.warnings


def test_a_look_alike_that_refuses_by_403(serve):
    server = serve(personality="otf")
    result = server.github(organization="hidden")
    assert (result.code, result["failure"]["status"]) == ("forbidden", 403)
    assert "Forbidden" in result["msg"]


def test_a_look_alike_that_answers_401_in_plain_text(serve):
    result = serve(personality="otf").github(tfe_token="fake-token-unknown")
    assert (result.code, result["failure"]["status"]) == ("unauthorized", 401)
    assert "text/plain (Unauthorized)" in result["msg"]


@pytest.mark.parametrize("number", [20, 21, 100, 101, 200])
@pytest.mark.parametrize("personality", ["hcp", "otf"])
def test_lists_of_any_length(serve, personality, number):
    server = serve(personality=personality)
    for n in range(number - 1):
        server.store.add_client("acme", "gitlab_hosted", f"https://git{n}.example.com", "https://x.example.com")
    wanted = server.store.add_client("acme")
    result = server.github()
    assert (result["changed"], result["oauth_client_id"]) == (False, wanted.id)
    # What could be a full page of a server that says nothing about pages may not be all.
    at_once = 2 if number % 5 == 0 else 1
    assert len(result.calls) == (at_once if personality == "otf" else -(-number // 100))


def test_azure_devops_organization_on_a_server_that_does_not_know_it(serve):
    """The next run could not tell whose token it is, so nothing is left behind, however often it is tried."""
    server = serve(personality="tfe")
    options = {"service_provider": "ado_services", "ado_org_name": "example", "personal_access_token": PAT}
    for dummy in range(2):
        result = server.oauth_client(**options)
        assert (result.code, result["changed"], result.ids) == ("not_applied", False, (None, None))
        assert "ado_org_name" in result["msg"]
        assert server.clients() == []
    server.store.add_client("acme", "ado_services", "https://dev.azure.com", "https://dev.azure.com")
    result = server.oauth_client(**options)
    assert (result.code, result.writes, len(server.clients())) == ("ambiguous", [], 1)
    assert "does not report ado_org_name" in result["msg"]
