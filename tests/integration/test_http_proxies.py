# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: malformed URLs, credentials in every form in which they could come back, and what they answer."""

from __future__ import annotations

import base64

import pytest

from sandbox.faults import Status
from utils.module_runner import assert_no_secret
from utils.raw_server import raw_server

pytest_plugins = ["utils.module_runner"]

PASSWORD = "fake/proxy+password"
ENCODED = "fake%2Fproxy%2Bpassword"
PROXY_VARIABLES = ["TFE_PROXIES", "http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"]


def clean(result, *secrets):
    basic = base64.b64encode(f"corp-user:{PASSWORD}".encode()).decode()
    raw = base64.b64encode(f"corp-user:{ENCODED}".encode()).decode()
    assert_no_secret(result.everything, [PASSWORD, ENCODED, basic, raw, *secrets])


@pytest.mark.parametrize(
    "url",
    [
        "http://corp-user:fake/proxy+password@proxy.example.com:3128",
        "http://corp-user:fake#proxy+password@proxy.example.com:3128",
        "http://corp-user:fake?proxy+password@proxy.example.com:3128",
        "http://corp-user:fakeproxypassword@[::1:3128",
        "http://corp-user:fakeproxypassword@proxy.example.com:port",
        "http://corp-user:fakeproxypassword@proxy.example.com:99999",
        "http://corp-user:fakeproxypassword@",
        "http://corp-user:fakeproxypassword@proxy example.com",
        "ftp://corp-user:fakeproxypassword@proxy.example.com",
        "corp-user:fakeproxypassword@:3128",
        "::nonsense::",
        "http://",
    ],
)
@pytest.mark.parametrize("source", ["option", "TFE_PROXIES", "http_proxy"])
def test_a_malformed_proxy_is_not_shown(server, monkeypatch, url, source):
    userinfo = url.rpartition("@")[0].rpartition("corp-user:")[2]
    server.secrets += [secret for secret in (userinfo,) if secret]
    if source != "option":
        monkeypatch.setenv(source, url)
    result = server.github(tfe_proxies=url if source == "option" else None, tfe_max_retries=0)
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert ("tfe_proxies" if source != "http_proxy" else "http_proxy") in result["msg"]
    assert url not in result["msg"].replace("http://proxy.example.com:3128", "")


@pytest.mark.parametrize("source", ["option", "TFE_PROXIES", "http_proxy"])
def test_a_407_page_that_echoes_the_header(server, monkeypatch, source):
    def handler(peer):
        request = peer.request().decode()
        header = next(line for line in request.split("\r\n") if line.lower().startswith("proxy-authorization"))
        decoded = base64.b64decode(header.rpartition(" ")[2]).decode()
        page = f"<p>refused {header} {decoded} {ENCODED} {PASSWORD}</p>".encode()
        peer.answer(page, "Content-Type: text/html", status="407 Proxy Authentication Required")

    with raw_server(handler) as port:
        proxy = f"http://corp-user:{ENCODED}@127.0.0.1:{port}"
        if source != "option":
            monkeypatch.setenv(source, proxy)
        result = server.github(
            tfe_address="http://tfe.invalid", tfe_proxies=proxy if source == "option" else None, tfe_max_retries=0
        )
    assert (result.code, result["failure"]["status"]) == ("unreachable", 407)
    assert "The proxy requires a user name and password" in result["msg"]
    clean(result)


def test_a_407_to_connect(server):
    def handler(peer):
        peer.request()
        peer.answer(b"", status="407 Proxy Authentication Required")

    with raw_server(handler) as port:
        proxy = f"http://corp-user:{ENCODED}@127.0.0.1:{port}"
        result = server.github(tfe_address="https://tfe.invalid", tfe_proxies=proxy, tfe_max_retries=0)
    assert result.code == "unreachable"
    assert "the proxy refused to connect (407)" in result["msg"]
    clean(result)


@pytest.mark.parametrize("variable", PROXY_VARIABLES)
def test_credentials_of_a_proxy_that_is_not_used_are_not_shown_either(server, monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://corp-user:{ENCODED}@proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "*")
    basic = base64.b64encode(f"corp-user:{PASSWORD}".encode()).decode()
    server.fault(Status(422, f"environment: {ENCODED} {PASSWORD} {basic}", "text/plain"), "GET")
    result = server.github()
    assert result.code == "rejected"
    clean(result)


def test_a_token_as_the_user_name_of_a_proxy(server):
    def handler(peer):
        peer.request()
        peer.answer(b"unknown user fake-token-of-a-proxy", status="403 Forbidden")

    with raw_server(handler) as port:
        proxy = f"http://fake-token-of-a-proxy@127.0.0.1:{port}"
        result = server.github(tfe_address="http://tfe.invalid", tfe_proxies=proxy, tfe_max_retries=0)
    assert result.code == "forbidden"
    assert_no_secret(result.everything, ["fake-token-of-a-proxy"])


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "SOCKS5"])
@pytest.mark.parametrize("source", ["option", "all_proxy"])
def test_a_socks_proxy_without_its_library(server, monkeypatch, scheme, source):
    monkeypatch.setattr("ansible_collections.hcptf.vcs.plugins.module_utils._tfe.proxies.find_spec", lambda _name: None)
    proxy = f"{scheme}://corp-user:{ENCODED}@127.0.0.1:1"
    if source != "option":
        monkeypatch.setenv(source, proxy)
    result = server.github(tfe_proxies=proxy if source == "option" else None)
    assert (result.code, result.calls) == ("library_missing", [])
    assert "requests[socks]" in result["msg"]
    clean(result)


# -- user names and passwords in other URLs


@pytest.mark.parametrize(
    "location",
    [
        "https://corp-user:fakeproxypassword@login.example.com/x",
        "//corp-user:fakeproxypassword@login.example.com/x",
        "https://corp-user:fakeproxypassword@login.example.com:port/x",
        "https://corp-user:fake/proxypassword@login.example.com/x",
        "/login/corp-user:fakeproxypassword@x",
        "https://login.example.com/?next=https://corp-user:fakeproxypassword@x",
    ],
)
def test_a_redirect_with_credentials_does_not_show_them(server, location):
    server.secrets.append("fakeproxypassword")
    server.secrets.append("proxypassword")

    def handler(peer):
        peer.request()
        peer.answer(b"", f"Location: {location}", status="302 Found")

    with raw_server(handler) as port:
        result = server.github(tfe_address=f"http://127.0.0.1:{port}")
    assert result.code == "redirected"


def test_a_clients_url_with_credentials_does_not_show_them(server):
    client = server.store.add_client(
        "acme",
        service_provider="gitlab_community_edition",
        http_url="https://corp-user:fakeproxypassword@gitlab.example.com",
        api_url="https://corp-user:fakeproxypassword@gitlab.example.com/api/v4",
    )
    server.secrets.append("fakeproxypassword")
    result = server.oauth_client(oauth_client_id=client.id)
    assert result["oauth_client"]["http_url"] == "https://gitlab.example.com"
    found = server.oauth_client(service_provider="gitlab_community_edition", http_url="https://gitlab.example.com")
    assert found["oauth_client_id"] == client.id


def test_an_error_with_a_url_with_credentials_does_not_show_them(server):
    server.secrets.append("fakeproxypassword")
    detail = "cannot reach https://corp-user:fakeproxypassword@gitlab.example.com/api"
    server.fault(Status(422, {"errors": [{"title": "invalid", "detail": detail}]}), "POST")
    assert "https://gitlab.example.com/api" in server.github()["msg"]
