# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of companies: mutual TLS, authorities of the system, gateway headers, other servers, service discovery."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from sandbox.faults import Status
from utils.module_runner import LIST, TOKEN
from utils.raw_server import raw_server

pytest_plugins = ["utils.module_runner"]

EMPTY = b'{"data": []}'


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Certificates of a private CA for a server and for a client: name -> path."""
    folder = tmp_path_factory.mktemp("tls")
    ca, other = trustme.CA(), trustme.CA()
    own, client, stranger = ca.issue_cert("127.0.0.1"), ca.issue_cert("task"), other.issue_cert("task")
    made = {name: folder / f"{name}.pem" for name in ("ca", "server", "client", "key", "both", "stranger", "encrypted")}
    ca.cert_pem.write_to_path(str(made["ca"]))
    own.private_key_and_cert_chain_pem.write_to_path(str(made["server"]))
    client.cert_chain_pems[0].write_to_path(str(made["client"]))
    client.private_key_pem.write_to_path(str(made["key"]))
    client.private_key_and_cert_chain_pem.write_to_path(str(made["both"]))
    stranger.private_key_and_cert_chain_pem.write_to_path(str(made["stranger"]))
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(made["key"].read_bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"fake-key-password")
    form = serialization.PrivateFormat.PKCS8
    made["encrypted"].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    return {name: str(path) for name, path in made.items()}


@pytest.fixture
def gateway(files):
    """The port of a server that wants a client certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=files["ca"])
    context.load_cert_chain(files["server"])
    context.verify_mode = ssl.CERT_REQUIRED

    def handler(peer):
        while True:
            peer.request()
            peer.answer(EMPTY)

    with raw_server(handler, context) as port:
        yield f"https://127.0.0.1:{port}"


def absent(server, **options):
    return server.oauth_client(service_provider="github", state="absent", tfe_max_retries=0, **options)


# -- proxies with TLS


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_a_proxy_with_a_certificate_of_a_private_ca(server, files, scheme):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files["server"])
    asked = []

    def handler(peer):
        while True:
            asked.append(peer.request().decode().split(" ")[1])
            peer.answer(EMPTY)

    with raw_server(handler, context) as port:
        proxy = f"{scheme}://127.0.0.1:{port}"
        result = absent(server, tfe_address="http://tfe.invalid", tfe_proxies=proxy, tfe_ca_bundle=files["ca"])
    assert result.get("action") == "absent", result["msg"]
    assert asked[0].startswith("http://tfe.invalid/api/v2/")


# -- client certificates


@pytest.mark.parametrize("pair", [("client", "key"), ("both", None)])
@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_client_certificate(server, gateway, files, monkeypatch, pair, verify, by):
    paths = {name: files[file] for name, file in zip(("tfe_client_cert", "tfe_client_key"), pair, strict=True) if file}
    if by == "environment":
        for name, path in paths.items():
            monkeypatch.setenv(name.upper(), path)
        paths = {}
    result = absent(server, tfe_address=gateway, tfe_ca_bundle=files["ca"], tfe_verify_tls=verify, **paths)
    assert result.get("action") == "absent", result["msg"]


@pytest.mark.parametrize("certificate", [None, "stranger"])
def test_a_server_that_wants_another_client_certificate(server, gateway, files, certificate):
    given = {"tfe_client_cert": files[certificate]} if certificate else {}
    result = absent(server, tfe_address=gateway, tfe_ca_bundle=files["ca"], **given)
    assert result.code in ("tls", "unreachable")
    if result.code == "tls":
        assert "tfe_client_cert" in result["msg"]


@pytest.mark.parametrize(
    "given",
    [("client", "encrypted"), ("client", "ca"), ("stranger", "key"), ("client", None), ("ca", None), ("key", None)],
)
def test_client_certificates_that_cannot_be_used(server, gateway, files, given):
    paths = {name: files[file] for name, file in zip(("tfe_client_cert", "tfe_client_key"), given, strict=True) if file}
    result = absent(server, tfe_address=gateway, tfe_ca_bundle=files["ca"], **paths)
    assert result.code == "invalid_argument"
    assert "tfe_client_cert" in result["msg"]
    assert "tfe_client_key" in result["msg"]


@pytest.mark.parametrize("option", ["tfe_client_cert", "tfe_client_key"])
def test_a_client_certificate_that_is_not_there(server, files, option):
    given = {"tfe_client_cert": files["client"], "tfe_client_key": files["key"], option: "/nowhere/x.pem"}
    result = absent(server, **given)
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert f"{option} /nowhere/x.pem" in result["msg"]


def test_a_key_alone(server, files):
    assert "needs tfe_client_cert" in absent(server, tfe_client_key=files["key"])["msg"]


# -- authorities


def test_an_authority_that_the_system_trusts(serve, files, monkeypatch, tmp_path):
    """OpenSSL's folder of certificates, which this variable moves."""
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(Path(files["ca"]).read_bytes())
    try:
        done = subprocess.run(
            ["openssl", "x509", "-hash", "-noout", "-in", files["ca"]], capture_output=True, check=True
        )
    except FileNotFoundError:
        pytest.skip(f"openssl is not installed, so there is no name for {certificate.subject.rfc4514_string()}")
    (tmp_path / f"{done.stdout.decode().strip()}.0").write_bytes(Path(files["ca"]).read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    forget_contexts()
    server = serve(tls=(files["server"], files["server"]))
    assert absent(server)["action"] == "absent"


def put_under_its_hash(file, folder):
    """Put a certificate where OpenSSL looks for it in a folder."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    done = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", file], capture_output=True, check=True)
    shutil.copy(file, folder / f"{done.stdout.decode().strip()}.0")


def forget_contexts():
    from ansible_collections.hcptf.vcs.plugins.module_utils._tfe import tls

    tls._context.cache_clear()


def test_a_folder_of_authorities(serve, files, tmp_path):
    put_under_its_hash(files["ca"], tmp_path)
    server = serve(tls=(files["server"], files["server"]))
    result = absent(server, tfe_ca_bundle=str(tmp_path))
    assert result.get("action") == "absent", result["msg"]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="only Python 3.13 and later are strict")
def test_a_certificate_whose_form_python_refuses(serve, tmp_path):
    """An authority without the extensions that RFC 5280 wants, as many companies have."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def name(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.timezone.utc)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def certificate(subject, public, ca):
        builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("Old CA")).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False)
        else:
            host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
        return builder.sign(ca_key, hashes.SHA256())

    pem = serialization.Encoding.PEM
    (tmp_path / "ca.pem").write_bytes(certificate("Old CA", ca_key.public_key(), ca=True).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "server.pem").write_bytes(private + certificate("server", key.public_key(), ca=False).public_bytes(pem))
    file = str(tmp_path / "server.pem")
    server = serve(tls=(file, file))
    result = absent(server, tfe_ca_bundle=str(tmp_path / "ca.pem"))
    assert result.code == "tls"
    assert "Python 3.13" in result["msg"]
    assert "issued again" in result["msg"]


# -- headers


HEADERS = {"X-Gateway-Key": "fake-gateway-key-0001", "CF-Access-Client-Id": "fake-client-id.access"}


@pytest.mark.parametrize("by", ["option", "environment"])
def test_headers_for_a_gateway(server, monkeypatch, by):
    server.secrets += HEADERS.values()
    if by == "environment":
        monkeypatch.setenv("TFE_HEADERS", json.dumps(HEADERS))
    server.fault(Status(403, "refused: fake-gateway-key-0001", "text/plain"), "POST")
    result = server.github(tfe_headers=HEADERS if by == "option" else None)
    assert result.code == "forbidden"
    for request in result.requests:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        for name, value in HEADERS.items():
            assert request.headers[name] == value


REFUSED_VALUES: tuple[object, ...] = (
    "short",
    "fake-value\r\nX: y",
    "fake-välue-of-it",
    None,
    ["fake-value-in-a-list"],
    {},
    True,
)


@pytest.mark.parametrize(
    "headers",
    [
        *({name: "fake-value-of-it"} for name in ("Authorization", "authorization", "Host", "Content-Type", "Accept")),
        *({name: "fake-value-of-it"} for name in ("Content-Length", "Transfer-Encoding", "Proxy-Authorization")),
        *({name: "fake-value-of-it"} for name in ("", "X Y", "X:Y", "X\nY", "Ü")),
        *({"X-Key": value} for value in REFUSED_VALUES),
    ],
)
@pytest.mark.parametrize("by", ["option", "environment"])
def test_headers_that_are_refused(server, monkeypatch, headers, by):
    server.secrets += [value for value in headers.values() if isinstance(value, str) and len(value) > 8]
    if by == "environment":
        monkeypatch.setenv("TFE_HEADERS", json.dumps(headers))
    result = server.github(tfe_headers=headers if by == "option" else None)
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert "tfe_headers" in result["msg"].lower()


@pytest.mark.parametrize("value", ["fake-key-0001", "[]", "{", '"fake-text"'])
def test_a_headers_variable_that_is_no_dictionary(server, monkeypatch, value):
    monkeypatch.setenv("TFE_HEADERS", value)
    server.secrets.append("fake-key-0001")
    result = server.github()
    assert (result.code, result.calls) == ("invalid_argument", [])
    assert "TFE_HEADERS" in result["msg"]


# -- what servers answer that are not this API, or not all of it


@pytest.mark.parametrize("body", ["404 page not found", "", "<html><h1>Not Found</h1></html>", "Cannot PATCH /api/v2"])
def test_a_server_without_patch(server, body):
    client = server.store.add_client("acme", name="old")
    server.fault(Status(404, body, "text/plain"), "PATCH")
    result = server.oauth_client(oauth_client_id=client.id, name="new")
    assert (result.code, result["failure"]["status"]) == ("unsupported", 404)
    assert "does not offer this operation" in result["msg"]
    assert "permission" not in result["msg"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": "no Route matched"}, "no Route matched"),
        ({"error": "Forbidden by policy"}, "Forbidden by policy"),
        ({"error": {"code": 7, "message": "denied"}}, "denied"),
        ({"error": "invalid_request", "error_description": "tenant unknown"}, "tenant unknown"),
        ({"type": "about:blank", "title": "Blocked", "detail": "by the firewall"}, "by the firewall"),
        ({"fault": {"faultstring": "quota exceeded"}}, "quota exceeded"),
        ({"errors": {"name": ["is too long"]}}, "name: is too long"),
        ({"errors": "one text"}, "one text"),
        ({"msg": "nope"}, "nope"),
        ([{"message": "in a list"}], "in a list"),
        ("plain words", "plain words"),
    ],
)
@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_gateways_json_error_is_shown(server, body, expected, status):
    server.fault(Status(status, json.dumps(body), "application/json"), "GET")
    result = server.github()
    assert result["failure"]["status"] == status
    assert expected in result["msg"]


def test_a_refusal_sent_as_500_says_that_it_may_be_one(server):
    server.fault(Status(500, {"errors": [{"title": "organization not found"}]}), "GET", count=None)
    result = server.github(tfe_max_retries=1)
    assert result.code == "server_error"
    for word in ("organization not found", "the server is refusing this request", "It was tried 2 times"):
        assert word in result["msg"]


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("retries", [0, 1, 3])
def test_the_last_failure_says_how_often_it_was_tried(server, status, retries):
    server.fault(Status(status), "GET", count=None)
    result = server.github(tfe_max_retries=retries)
    assert (f"It was tried {retries + 1} times" in result["msg"]) == (retries > 0)


# -- service discovery


def discovering(service, *, at="/custom/api/v2", status=200):
    """A server whose API is below a path of its own."""
    asked = []

    def handler(peer):
        while True:
            head = peer.request().decode()
            path = head.split(" ")[1].partition("?")[0]
            asked.append((path, "authorization:" in head.lower()))
            if path == "/.well-known/terraform.json":
                peer.answer(json.dumps({"tfe.v2": service}).encode(), status=f"{status} X")
            elif path.startswith(f"{at}/organizations/"):
                peer.answer(EMPTY)
            else:
                peer.answer(b"404 page not found", status="404 Not Found")

    return handler, asked


@pytest.mark.parametrize(
    "service", ["/custom/api/v2/", "/custom/api/v2", "custom/../custom/api/v2", "{}/custom/api/v2"]
)
def test_an_api_below_another_path_is_found(server, service):
    handlers = []

    def handle(peer):  # the handler is known only when the port is
        handlers[0](peer)

    with raw_server(handle) as port:
        handler, asked = discovering(service.format(f"http://127.0.0.1:{port}"))
        handlers.append(handler)
        result = absent(server, tfe_address=f"http://127.0.0.1:{port}")
    if service.startswith("custom"):  # relative to /.well-known/
        assert result.code == "unsupported"
    else:
        assert result.get("action") == "absent", result["msg"]
    assert ("/.well-known/terraform.json", False) in asked
    assert ("/.well-known/terraform.json", True) not in asked


@pytest.mark.parametrize(
    "service", ["https://elsewhere.invalid/api/v2/", "//elsewhere.invalid/api/v2/", "http://127.0.0.1:1/"]
)
def test_an_api_on_another_host_never_gets_the_token(server, service):
    handler, _asked = discovering(service)
    with raw_server(handler) as port:
        result = absent(server, tfe_address=f"http://127.0.0.1:{port}")
    assert result.code == "redirected"
    assert "tfe_address" in result["msg"]


@pytest.mark.parametrize(("service", "status"), [(None, 200), ({"x": 1}, 200), ("", 200), ("/custom/api/v2", 404)])
def test_a_host_that_names_no_api(server, service, status):
    handler, _asked = discovering(service, status=status)
    with raw_server(handler) as port:
        result = absent(server, tfe_address=f"http://127.0.0.1:{port}")
    assert (result.code, result["failure"]["status"]) == ("unsupported", 404)


def test_an_unknown_organization_is_not_looked_for_elsewhere(server):
    assert server.github(organization="nowhere").calls == [LIST.replace("acme", "nowhere")]


# -- the library


@pytest.mark.parametrize("problem", ["ImportError", "AttributeError", "RuntimeError", "SyntaxError"])
def test_a_broken_requests_library_is_reported_as_missing(tmp_path, problem):
    """In the controller's process, and by the module."""
    import yaml

    from utils.ansible_environment import ansible_environment

    (tmp_path / "broken" / "requests").mkdir(parents=True)
    (tmp_path / "broken" / "requests" / "__init__.py").write_text(f"raise {problem}('broken')\n", encoding="utf-8")
    task = {
        "hcptf.vcs.oauth_client": {"organization": "acme", "service_provider": "github", "tfe_token": "fake-api-token"},
        "ignore_errors": True,
    }
    tasks = [task, {**task, "environment": {"ANY": "thing"}}]
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml"],
        env=ansible_environment(tmp_path, PYTHONPATH=str(tmp_path / "broken")),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    results = done.stdout.split("\nTASK [")[1:]
    assert len(results) == 2
    for result in results:
        assert "Failed to import the required Python library (requests)" in result, done.stdout
    assert "Traceback" not in done.stdout
