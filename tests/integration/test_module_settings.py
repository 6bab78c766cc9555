# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where address, API token and organization come from, end to end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from utils.module_runner import LIST, READER_TOKEN, REVOKED_TOKEN, TOKEN

pytest_plugins = ["utils.module_runner"]


@pytest.fixture
def existing(server):
    """A connection that every run finds, so that one request tells which settings were used."""
    return server.store.add_client("acme")


@pytest.fixture
def set_source(server, monkeypatch):
    """Put an API token where its name says."""
    host = server.address.removeprefix("http://")

    def set_source(source, token):
        server.secrets.append(token)
        if source == "credentials.tfrc.json":
            path = Path(os.environ["HOME"], ".terraform.d", source)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps({"credentials": {host: {"token": token}}}), encoding="utf-8")
        elif source != "option":
            monkeypatch.setenv(source, token)

    return set_source


TOKEN_SOURCES = ["option", "TFE_TOKEN", "TF_TOKEN_127_0_0_1", "TF_TOKEN", "credentials.tfrc.json"]


@pytest.mark.parametrize("source", TOKEN_SOURCES)
def test_each_token_source_wins_over_those_behind_it(server, existing, set_source, source):
    position = TOKEN_SOURCES.index(source)
    for later in TOKEN_SOURCES[position + 1 :]:
        set_source(later, REVOKED_TOKEN)
    set_source(source, TOKEN)
    result = server.oauth_client(service_provider="github", tfe_token=TOKEN if source == "option" else None)
    assert result["oauth_client_id"] == existing.id


@pytest.mark.parametrize("source", TOKEN_SOURCES)
def test_a_refused_token_is_reported_with_its_source(server, set_source, source):
    set_source(source, REVOKED_TOKEN)
    result = server.oauth_client(service_provider="github", tfe_token=REVOKED_TOKEN if source == "option" else None)
    assert (result.code, result.calls) == ("unauthorized", [LIST])
    assert ("option tfe_token" if source == "option" else source) in result["msg"]


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_token_is_none(server, existing, set_source, empty):
    set_source("TFE_TOKEN", TOKEN)
    result = server.oauth_client(service_provider="github", tfe_token=empty)
    assert result.get("oauth_client_id") == existing.id


def test_the_alias_of_the_token(server, existing):
    result = server.oauth_client(service_provider="github", tfe_token=None, tf_token=TOKEN)
    assert result["oauth_client_id"] == existing.id


@pytest.mark.parametrize("spelled", [f"{TOKEN}\n", f" {TOKEN}\r\n"])
def test_white_space_around_the_token_is_dropped(server, existing, spelled):
    assert server.oauth_client(service_provider="github", tfe_token=spelled)["oauth_client_id"] == existing.id


@pytest.mark.parametrize("check", [True, False])
def test_no_token_says_where_it_was_looked_for(server, check):
    result = server.oauth_client(service_provider="github", tfe_token=None, check=check)
    assert (result.code, result.calls) == ("token_missing", [])
    for source in ("option tfe_token", "TFE_TOKEN", "TF_TOKEN_127_0_0_1", "TF_TOKEN", "credentials.tfrc.json"):
        assert source in result["msg"]
    assert "delegate_to: localhost" in result["msg"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"credentials": []}', '{"credentials": {"127.0.0.1": "x"}}'])
def test_a_broken_credentials_file_holds_no_token(server, content):
    path = Path(os.environ["HOME"], ".terraform.d", "credentials.tfrc.json")
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    assert server.oauth_client(service_provider="github", tfe_token=None).code == "token_missing"


def test_another_hosts_token_is_not_sent(server, set_source):
    set_source("TF_TOKEN_tfe_example_com", TOKEN)
    result = server.oauth_client(service_provider="github", tfe_token=None)
    assert (result.code, result.calls) == ("token_missing", [])


ADDRESS_SOURCES = ["option", "TFE_ADDRESS", "TFE_HOSTNAME", "TF_HOSTNAME"]


@pytest.mark.parametrize("source", ADDRESS_SOURCES)
def test_each_address_source_wins_over_those_behind_it(server, existing, monkeypatch, source):
    for later in ADDRESS_SOURCES[ADDRESS_SOURCES.index(source) + 1 :]:
        monkeypatch.setenv(later, "https://nobody.invalid")
    if source != "option":
        monkeypatch.setenv(source, server.address)
    result = server.oauth_client(
        service_provider="github", tfe_address=server.address if source == "option" else None, tfe_max_retries=0
    )
    assert result["oauth_client_id"] == existing.id


@pytest.mark.parametrize("source", ADDRESS_SOURCES)
def test_a_malformed_address_goes_nowhere_else(server, monkeypatch, source):
    for later in ADDRESS_SOURCES[ADDRESS_SOURCES.index(source) + 1 :]:
        monkeypatch.setenv(later, server.address)
    if source != "option":
        monkeypatch.setenv(source, "https://tfe example com")
    result = server.oauth_client(
        service_provider="github", tfe_address="https://tfe example com" if source == "option" else None
    )
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert source.replace("option", "option tfe_address") in result["msg"]


def test_a_path_before_the_api_is_kept(server):
    result = server.oauth_client(service_provider="github", tfe_address=f"{server.address}/terraform/")
    assert result.calls == [LIST.replace("/api/v2", "/terraform/api/v2")]


@pytest.mark.parametrize("path", ["/app/acme", "/api/v2/organizations/acme"])
def test_a_path_that_was_copied_from_a_browser_is_suspected_if_nothing_is_found(server, path):
    result = server.oauth_client(service_provider="github", tfe_address=server.address + path)
    assert result.code == "not_found_or_forbidden"
    assert f"Or the address should not have the path {path}." in result["msg"]
    assert "should not have" not in server.oauth_client(service_provider="github", organization="no-such")["msg"]


@pytest.mark.parametrize("source", ["option", "TFE_ORGANIZATION"])
def test_organization_sources(server, existing, monkeypatch, source):
    monkeypatch.setenv("TFE_ORGANIZATION", "globex" if source == "option" else "acme")
    result = server.oauth_client(service_provider="github", organization="acme" if source == "option" else None)
    assert (result["organization"], result["oauth_client_id"]) == ("acme", existing.id)


def test_no_organization_names_the_option_and_the_variable(server):
    result = server.oauth_client(service_provider="github", organization=None)
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert "TFE_ORGANIZATION" in result["msg"]


def test_a_reader_may_find_and_cannot_create(server, existing):
    assert server.github(tfe_token=READER_TOKEN)["oauth_client_id"] == existing.id
    result = server.oauth_client(
        service_provider="gitlab_hosted", personal_access_token="fake-gitlab-pat", tfe_token=READER_TOKEN
    )
    assert (result.code, result["failure"]["status"]) == ("not_found_or_forbidden", 404)
    assert "permission to manage VCS settings" in result["msg"]


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("TFE_TIMEOUT", "soon", "TFE_TIMEOUT"),
        ("TFE_MAX_RETRIES", "2.5", "TFE_MAX_RETRIES"),
        ("TFE_VERIFY_TLS", "perhaps", "TFE_VERIFY_TLS"),
    ],
)
def test_variables_that_are_no_such_thing(server, monkeypatch, variable, value, complaint):
    monkeypatch.setenv(variable, value)
    result = server.oauth_client(service_provider="github", tfe_timeout=None)
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert complaint in result["msg"]
