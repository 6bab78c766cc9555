# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates, proxies, .netrc, cookies, and the library that does the talking."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest
import trustme

from sandbox.faults import Status
from utils.module_runner import LIST, TOKEN

pytest_plugins = ["utils.module_runner"]

CA_VARIABLES = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A private CA, with a certificate for 127.0.0.1 and one for another host: name -> file."""
    folder = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    files = {name: folder / f"{name}.pem" for name in ("ca", "good", "wrong host", "rubbish")}
    ca.cert_pem.write_to_path(str(files["ca"]))
    for name, host in (("good", "127.0.0.1"), ("wrong host", "other.example.com")):
        ca.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(str(files[name]))
    files["rubbish"].write_text("rubbish\n", encoding="utf-8")
    return {name: str(path) for name, path in files.items()}


@pytest.fixture
def tls_server(serve, authority):
    server = serve(tls=(authority["good"], authority["good"]))
    server.store.add_client("acme")
    return server


@pytest.fixture
def closed_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


# -- certificates -----------------------------------------------------------------------------------------------------


def assert_tls_failed(result, address, *words):
    assert (result.code, result["changed"], result.calls) == ("tls", False, [])
    for word in ("organization 'acme'", address, "TLS failed", "tfe_ca_bundle", *words):
        assert word in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_an_untrusted_certificate(tls_server, check):
    result = tls_server.github(check=check)
    assert_tls_failed(result, tls_server.address, "certificate")
    assert tls_server.clock.waits == []


def test_a_private_ca(tls_server, authority):
    result = tls_server.github(tfe_ca_bundle=authority["ca"])
    assert (result["action"], result.calls) == ("unchanged", [LIST])


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}/api/v2", "https://{}/", "HTTPS://{}/api/v2/", " {}\n"])
def test_spellings_of_the_address(tls_server, authority, spelling):
    """Without a scheme it is https."""
    address = spelling.format(tls_server.address.removeprefix("https://"))
    result = tls_server.github(tfe_address=address, tfe_ca_bundle=authority["ca"])
    assert (result["action"], result.calls) == ("unchanged", [LIST])


def test_a_certificate_for_another_host(serve, authority):
    server = serve(tls=(authority["wrong host"], authority["wrong host"]))
    result = server.github(tfe_ca_bundle=authority["ca"])
    assert_tls_failed(result, server.address, "127.0.0.1", "host name")


def test_certificates_need_not_be_checked(tls_server):
    assert tls_server.github(tfe_verify_tls=False)["action"] == "unchanged"


@pytest.mark.parametrize("variable", CA_VARIABLES)
def test_a_private_ca_by_the_usual_variables(tls_server, authority, monkeypatch, variable):
    monkeypatch.setenv(variable, authority["ca"])
    assert tls_server.github()["action"] == "unchanged"


@pytest.mark.parametrize("rubbish", ["rubbish", "nowhere"])
@pytest.mark.parametrize("option", ["tfe_ca_bundle", "tfe_verify_tls"])
def test_options_win_over_the_usual_variables(tls_server, authority, monkeypatch, option, rubbish):
    for variable in CA_VARIABLES:
        monkeypatch.setenv(variable, authority.get(rubbish, "/nowhere/ca.pem"))
    options = {"tfe_ca_bundle": authority["ca"]} if option == "tfe_ca_bundle" else {"tfe_verify_tls": False}
    assert tls_server.github(**options)["action"] == "unchanged"


def test_the_variable_for_checking_certificates(tls_server, monkeypatch):
    monkeypatch.setenv("TFE_VERIFY_TLS", "no")
    assert tls_server.github()["action"] == "unchanged"
    assert tls_server.github(tfe_verify_tls=True).code == "tls"


def test_a_bundle_without_certificates(tls_server, authority):
    result = tls_server.github(tfe_ca_bundle=authority["rubbish"])
    assert (result.code, result.calls) == ("tls", [])
    assert "tfe_ca_bundle" in result["msg"]


def test_https_to_a_server_that_speaks_http(server):
    result = server.github(tfe_address=server.address.replace("http:", "https:"), tfe_max_retries=0)
    assert (result.code, result.calls) == ("tls", [])
    assert "The port does not seem to use TLS" in result["msg"]


def test_http_to_a_server_that_speaks_https(tls_server):
    result = tls_server.github(tfe_address=tls_server.address.replace("https:", "http:"), tfe_max_retries=0)
    assert result.code in ("unreachable", "invalid_answer", "rejected")
    assert tls_server.address.replace("https:", "http:") in result["msg"]


# -- proxies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["option", "TFE_PROXIES", "http_proxy", "HTTP_PROXY"])
def test_a_proxy_that_does_not_answer(server, closed_port, monkeypatch, source):
    proxy = f"http://me:fake-proxy-password@127.0.0.1:{closed_port}"
    server.secrets.append("fake-proxy-password")
    if source != "option":
        monkeypatch.setenv(source, proxy)
    result = server.github(tfe_proxies=proxy if source == "option" else None, tfe_max_retries=1)
    assert (result.code, result["changed"], result.calls) == ("unreachable", False, [])
    for word in ("organization 'acme'", server.address, "proxy", "tfe_proxies", "no_proxy"):
        assert word in result["msg"]


@pytest.mark.parametrize("source", ["option", "TFE_PROXIES", "http_proxy"])
@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "*", "127.0.0.0/8"])
def test_no_proxy_bypasses(server, closed_port, monkeypatch, source, no_proxy):
    proxy = f"http://127.0.0.1:{closed_port}"
    monkeypatch.setenv("no_proxy", no_proxy)
    if source != "option":
        monkeypatch.setenv(source, proxy)
    result = server.github(tfe_proxies=proxy if source == "option" else None, tfe_max_retries=0)
    assert result.get("action") == "created"


def test_an_empty_option_means_no_proxy(server, closed_port, monkeypatch):
    for variable in ("TFE_PROXIES", "http_proxy", "all_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{closed_port}")
    assert server.github(tfe_proxies="")["action"] == "created"


def test_the_option_wins_over_the_environments_proxy(server, closed_port, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port}")
    result = server.github(tfe_address="http://tfe.invalid", tfe_proxies=server.address)
    assert result.get("action") == "created"


@pytest.mark.parametrize("source", ["option", "TFE_PROXIES", "http_proxy"])
def test_requests_go_through_the_proxy(server, monkeypatch, source):
    """The sandbox answers for any host, so it stands in for a proxy, too."""
    if source != "option":
        monkeypatch.setenv(source, server.address)
    result = server.github(tfe_address="http://tfe.invalid", tfe_proxies=server.address if source == "option" else None)
    assert result.get("action") == "created"
    assert {request.headers["Host"] for request in result.requests} == {"tfe.invalid"}
    assert "plain http" in result.warnings
    assert "http://tfe.invalid" in result.warnings


def test_a_proxy_that_is_no_url(server):
    result = server.github(tfe_proxies="::nonsense::")
    assert result["failed"] is True
    assert result.code in ("invalid_argument", "unreachable")
    assert "proxy" in result["msg"]
    assert result.calls == []


def test_plain_http_to_this_host_is_not_warned_of(server):
    assert server.github().warned == []


# -- what requests would do by itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["home", "NETRC"])
def test_netrc_changes_nothing(server, monkeypatch, tmp_path, by):
    path = Path(os.environ["HOME"], ".netrc") if by == "home" else tmp_path / "netrc"
    path.write_text("machine 127.0.0.1 login me password fake-netrc-password\n", encoding="utf-8")
    path.chmod(0o600)
    if by == "NETRC":
        monkeypatch.setenv("NETRC", str(path))
    result = server.github()
    assert result["action"] == "created"
    assert {request.headers["Authorization"] for request in result.requests} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("path", ["/", "/api/v2"])
def test_cookies_are_not_sent_back(server, path):
    cookie = {"Set-Cookie": f"session=fake-session; Path={path}"}
    server.fault(Status(429, headers=cookie), "GET")
    server.fault(Status(429, headers=cookie), "POST")
    result = server.github()
    # Each is sent again. Before the create is, the list is read.
    assert result["action"] == "created"
    assert result.methods == ["GET", "GET", "POST", "GET", "POST", "GET"]
    assert not any("Cookie" in request.headers for request in result.requests)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("many", [True, False])
def test_a_missing_requests_library_is_named(server, monkeypatch, many, check):
    for name in [name for name in sys.modules if name.partition(".")[0] == "requests"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "requests", None)
    run = server.oauth_clients if many else server.oauth_client
    task = [{"service_provider": "github"}] if many else []
    result = run(*task, check=check, **({} if many else {"service_provider": "github"}))
    assert (result["failed"], result.code, result.calls) == (True, "library_missing", [])
    assert "Failed to import the required Python library (requests)" in result["msg"]
    assert sys.executable in result["msg"]
    rest = {"code": "library_missing", "status": None, "errors": []}
    assert result["failure"] == {**rest, "message": result["msg"]}


def test_early_refusals_need_no_library(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    assert server.github(http_url="nonsense").code == "invalid_argument"
