# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret comes out of a run: not in its result (before and after Ansible's masking), its output, or its log.

Every run of the module tests is searched; these make runs whose answers are meant to carry secrets out.
"""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from sandbox.faults import EchoBody, Status
from utils.module_runner import (
    CONSUMER_KEY,
    MODULE_UTILS,
    NEW_PAT,
    PAT,
    PEM,
    REJECTED_PAT,
    RSA_PUBLIC_KEY,
    SSH_KEY,
    TOKEN,
    assert_no_secret,
)

pytest_plugins = ["utils.module_runner"]

BITBUCKET = {
    "service_provider": "bitbucket_data_center",
    "http_url": "https://bitbucket.example.com",
    "key": CONSUMER_KEY,
    "secret": PEM,
    "rsa_public_key": RSA_PUBLIC_KEY,
}
AZURE = {
    "service_provider": "ado_server",
    "http_url": "https://ado.example.com",
    "personal_access_token": PAT,
    "private_key": PEM,
}
GITHUB = {"service_provider": "github", "personal_access_token": PAT, "ssh_key": SSH_KEY}
TASKS = {"github": GITHUB, "azure": AZURE, "bitbucket": BITBUCKET}


def test_the_search_finds_what_it_is_for():
    for spelling in (PAT, quote(PAT, safe=""), base64.b64encode(f"x:{PAT}".encode()).decode(), json.dumps([PAT])):
        with pytest.raises(AssertionError, match="a secret came out"):
            assert_no_secret(f"before {spelling} after", [PAT])
    with pytest.raises(AssertionError, match="a secret came out"):
        assert_no_secret(PEM.splitlines()[1], [PEM])


def test_the_search_reads_what_ansible_does_not_mask(server, monkeypatch):
    """From ansible-core 2.22 on Ansible masks only what is printed."""
    monkeypatch.setattr(f"{MODULE_UTILS}._base.scrubber.Scrubber.scrub", lambda _self, value: value)
    server.fault(Status(422, {"errors": [{"title": f"{PAT} is bad"}]}), "POST")
    with pytest.raises(AssertionError, match="a secret came out"):
        server.github()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("diff", [True, False])
def test_create_again_and_rotate(server, task, check, diff):
    for _run in range(2):
        assert "failed" not in server.oauth_client(**task, check=check, diff=diff)
    rotated = server.oauth_client(**task, update_secrets="always", check=check, diff=diff)
    assert rotated["changed"] is True


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("status", [400, 422, 500, 502])
@pytest.mark.parametrize("many", [True, False])
def test_a_server_that_echoes_the_body(server, task, status, many):
    server.fault(EchoBody(status), "POST", count=None)
    if many:
        result = server.oauth_clients(task, {"service_provider": "gitlab_hosted", "pat": NEW_PAT}, diff=True)
    else:
        result = server.oauth_client(**task, diff=True)
    assert result["failed"] is True
    assert result["failure"]["errors"][0]["title"] == "invalid attribute"


ENCODINGS = {
    "plain": str,
    "URL": lambda secret: quote(secret, safe=""),
    "form": quote_plus,
    "lower-case URL": lambda secret: quote(secret, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "HTML": html.escape,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "URL-safe base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 of a user and it": lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    "base64 inside a text": lambda secret: base64.b64encode(f"PRIVATE-TOKEN: {secret}\n".encode()).decode(),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("shape", ["errors", "page"])
def test_a_server_that_echoes_a_secret_in_some_encoding(server, encode, shape):
    for secret in (PAT, TOKEN):
        text = f"cannot use {encode(secret)} here"
        if shape == "page":
            server.fault(Status(422, f"<html><p>{text}</p></html>", "text/html"), "POST")
        else:
            errors = [{"title": text, "detail": text, "source": {"pointer": text}, "status": text}]
            server.fault(Status(422, {"errors": errors}), "POST")
        result = server.github(diff=True)
        assert result.code == "rejected"
        assert "cannot use" in result["msg"]
        assert encode(secret)[4:-4] not in result.everything
        server.sandbox.faults.clear()


@pytest.mark.parametrize("before", range(150, 205, 5))
def test_a_page_that_is_cut_short_within_a_secret(server, before):
    """Only the beginning of a page is told: a part of a secret would pass for none."""
    page = f"<p>{'x' * before} {TOKEN} is the token</p>"
    server.fault(Status(503, page, "text/html"), "GET", count=None)
    result = server.github(tfe_max_retries=0)
    assert result.code == "server_error"
    assert not any(TOKEN[:length] in result.everything for length in range(8, len(TOKEN)))


@pytest.mark.parametrize("attribute", ["name", "callback-url", "connect-path", "service-provider-display-name"])
def test_a_server_that_puts_a_secret_into_a_client(server, attribute):
    attributes = {
        "service-provider": "github",
        "http-url": "https://github.com",
        "oauth-token-string": PAT,
        attribute: f"here is {PAT} and {TOKEN}",
    }
    resource = {"id": "oc-1", "type": "oauth-clients", "attributes": attributes}
    server.fault(Status(200, {"data": [resource]}), "GET", "/organizations/", count=None)
    assert server.github(diff=True)["oauth_client_id"] == "oc-1"


def test_secrets_of_one_connection_do_not_come_out_by_another(server):
    server.fault(Status(422, {"errors": [{"detail": f"{PAT} {NEW_PAT} {REJECTED_PAT}"}]}), "POST", nth=2)
    result = server.oauth_clients(
        {"service_provider": "github", "personal_access_token": PAT},
        {"service_provider": "gitlab_hosted", "personal_access_token": NEW_PAT},
        {"service_provider": "ado_services", "personal_access_token": REJECTED_PAT},
        diff=True,
    )
    assert result.code == "rejected"
    assert [entry["action"] for entry in result["connections"]] == ["created", "unchanged", "unchanged"]


def test_a_token_of_the_environment(server, monkeypatch):
    token = "fake/environment+token=0001"
    server.secrets.append(token)
    server.store.add_api_token("environment", token, manages=["acme"])
    monkeypatch.setenv("TFE_TOKEN", token)
    server.fault(Status(422, {"errors": [{"detail": f"token {token} and {quote(token, safe='')}"}]}), "POST")
    assert server.github(tfe_token=None, diff=True).code == "rejected"
    assert server.github(tfe_token=None, diff=True)["action"] == "created"


@pytest.mark.parametrize(
    "options",
    [
        {"personal_access_token": "fake-pat-0001\nfake-pat-0002"},
        {"personal_access_token": "fake-pat-0001 fake-pat-0002"},
        {"tfe_token": "fake-token-0001\x00fake-token-0002"},
        {"service_provider": "bitbucket_hosted", "personal_access_token": PAT},
        {"service_provider": "nonsense", "personal_access_token": PAT},
        {"private_key": PEM},
        {"organization_scoped": "perhaps"},
        {"projects": {"no": "list"}},
        {"no_such_option": 1},
    ],
)
@pytest.mark.parametrize("many", [True, False])
def test_arguments_that_are_refused(server, options, many):
    connection = {"service_provider": "github", "personal_access_token": PAT, **options}
    shared = {name: connection.pop(name) for name in ("tfe_token",) if name in connection}
    server.secrets += ["fake-pat-0001", "fake-pat-0002", "fake-token-0001", "fake-token-0002"]
    result = server.oauth_clients(connection, **shared) if many else server.oauth_client(**connection, **shared)
    assert (result["failed"], result.calls) == (True, [])


@pytest.mark.parametrize(
    "where",
    [
        "_model.planning.plan",
        "_model.matching.find",
        "_tfe.oauth_clients.list_clients",
        "_tfe.oauth_clients.create_client",
        "_tasks.oauth_clients.entry_of",
    ],
)
def test_a_bug_of_the_collection_is_reported_with_its_place_and_no_value(server, monkeypatch, where):
    module, _dot, function = where.rpartition(".")

    def crash(*args, **_options):
        raise ValueError(f"crashed with {args!r} {PAT} {TOKEN}")

    monkeypatch.setattr(f"{MODULE_UTILS}.{module}.{function}", crash)
    result = server.github()
    assert result.code == "internal"
    assert "ValueError" in result["msg"]
    assert "report" in result["msg"]
