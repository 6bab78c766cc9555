# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Personal access tokens are known before they are sent: two real servers, HCP Terraform and a VCS host."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import socket
import subprocess
import threading
import time
from urllib.parse import quote

import pytest
import trustme

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import host
from sandbox import Fault, VcsHost
from sandbox.faults import Delay, EchoBody, GzipBomb, HtmlPage, HugeBody, Redirect, Reset, Status, Truncated
from utils.module_runner import LIST, NEW_PAT, PAT, PEM, TOKEN

pytest_plugins = ["utils.module_runner"]

WRONG = "fake-pat-that-nobody-issued"
EXPIRING = "fake-pat-that-ends-soon"
NARROW = "fake-pat-with-too-few-scopes"
UNAUTHORIZED = "fake-pat-without-single-sign-on"
ONE_ORGANIZATION = "fake-pat-of-one-organization"


@pytest.fixture
def vcs(server):
    """A VCS host that knows the tokens of the sandbox and some more."""
    server.store.add_personal_access_token(NEW_PAT, user="vcs-bot")
    server.store.add_personal_access_token(EXPIRING, user="vcs-bot", expires_in_days=5)
    server.store.add_personal_access_token(NARROW, user="vcs-bot", scopes=["public_repo", "read_api"])
    server.store.add_personal_access_token(UNAUTHORIZED, user="vcs-bot", sso=True)
    server.store.add_personal_access_token(ONE_ORGANIZATION, user="vcs-bot", ado_organizations=["example"])
    with VcsHost(server.store) as vcs:
        yield vcs


def connection(vcs, provider="github", **options):
    """A connection to the VCS host by this provider, to be checked."""
    urls = {
        "github": {"api_url": vcs.address},
        "gitlab_hosted": {"api_url": f"{vcs.address}/api/v4"},
        "ado_services": {"api_url": vcs.address},
        "ado_server": {"http_url": f"{vcs.address}/tfs", "private_key": PEM},
    }
    shared = {"service_provider": provider, "personal_access_token": PAT, "check_personal_access_token": True}
    return {**shared, **urls.get(provider, {"http_url": vcs.address}), **options}


def info(server, vcs, provider="github", **options):
    urls = connection(vcs, provider)
    options = {"service_provider": provider, "personal_access_token": PAT, **options}
    for name in ("http_url", "api_url"):
        if name in urls:
            options.setdefault(name, urls[name])
    result = server._run("personal_access_token_info", options, False, False)
    assert result.requests == []
    assert not result["changed"]
    return result


def asked(vcs):
    return [f"{request.method} {request.target}" for request in vcs.requests]


PROVIDERS = [
    "github",
    "github_enterprise",
    "gitlab_hosted",
    "gitlab_community_edition",
    "gitlab_enterprise_edition",
    "ado_server",
]


# -- before a token is sent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("check", [True, False])
def test_create_with_a_refused_token_sends_nothing_to_the_api_but_reads(server, vcs, provider, check):
    result = server.oauth_client(check=check, **connection(vcs, provider, personal_access_token=WRONG))
    assert (result.code, result["changed"]) == ("personal_access_token_refused", False)
    assert result.methods == ["GET"]
    assert server.clients() == []
    assert len(vcs.requests) == 1
    for words in (f"connection '{provider} ", "organization 'acme'", vcs.address, "401", "was not sent"):
        assert words in result["msg"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("check", [True, False])
def test_create_with_a_good_token_goes_on(server, vcs, provider, check):
    result = server.oauth_client(check=check, **connection(vcs, provider))
    assert result["action"] == "created"
    assert "token" not in result.warnings.replace("personal access tokens will cross the network", "")
    assert len(vcs.requests) == 1
    assert len(server.clients()) == (0 if check else 1)


@pytest.mark.parametrize("status", [401, 203, 302])
def test_azure_devops_services_with_organization(server, vcs, status):
    vcs.behavior.azure_refusal = status
    options = {"ado_org_name": "example", "personal_access_token": WRONG}
    result = server.oauth_client(check=True, **connection(vcs, "ado_services", **options))
    assert result.code == "personal_access_token_refused"
    assert asked(vcs) == ["GET /example/_apis/connectionData"]


def test_azure_devops_services_without_organization(server, vcs):
    """A token of one organization is refused elsewhere, and may be all right."""
    options = {"personal_access_token": ONE_ORGANIZATION}
    result = server.oauth_client(check=True, **connection(vcs, "ado_services", **options))
    assert result["action"] == "created"
    assert "ado_org_name" in result.warnings
    assert asked(vcs) == ["GET /_apis/connectionData"]
    options["ado_org_name"] = "example"
    assert server.oauth_client(check=True, **connection(vcs, "ado_services", **options)).warnings.count("unknown") == 0
    assert info(server, vcs, "ado_services", **options)["login"] == "vcs-bot"


def test_azure_devops_server_with_and_without_collection(server, vcs):
    for path in ("", "/tfs", "/tfs/Default%20Collection"):
        vcs.requests.clear()
        status = info(server, vcs, "ado_server", http_url=f"{vcs.address}{path}")
        # The stub host has servers and collections, not what is below them.
        assert status["status"] == ("unknown" if path.count("/") > 1 else "ok")
        assert asked(vcs) == [f"GET {path}/_apis/connectionData"]


@pytest.mark.parametrize("check", [True, False])
def test_rotation_with_a_refused_token_leaves_the_old_one(server, vcs, check):
    server.store.add_client("acme", api_url=vcs.address, name="GitHub", personal_access_token=PAT)
    for selected in ({"service_provider": "github"}, {"oauth_client_id": server.one_client().id}):
        result = server.oauth_client(
            check=check,
            personal_access_token=WRONG,
            update_secrets="always",
            check_personal_access_token=True,
            name="Renamed",
            **selected,
        )
        assert (result.code, result["changed"]) == ("personal_access_token_refused", False)
        assert set(result.methods) == {"GET"}
    (token,) = server.store.oauth_tokens(server.one_client())
    assert (token.personal_access_token, server.one_client().name) == (PAT, "GitHub")


@pytest.mark.parametrize(
    ("provider", "token", "reason"),
    [
        ("github", "glpat-" + "x" * 20, "a token of GitLab"),
        ("gitlab_hosted", "ghp_" + "x" * 36, "a token of GitHub"),
        ("gitlab_community_edition", "ghp_" + "x" * 36, "a token of GitHub"),
        ("ado_services", "github_pat_" + "x" * 36, "a token of GitHub"),
        ("github", "ghs_" + "x" * 36, "expires within hours"),
        ("gitlab_hosted", "glcbt-64_" + "x" * 20, "ends with the job"),
        ("gitlab_hosted", "gldt-" + "x" * 20, "a deploy token"),
    ],
)
@pytest.mark.parametrize("checked", [True, False])
def test_a_token_of_another_provider_or_kind_is_sent_to_nobody(server, vcs, provider, token, reason, checked):
    options = {"personal_access_token": token, "check_personal_access_token": checked}
    result = server.oauth_client(**connection(vcs, provider, **options))
    assert result.code == "invalid_argument"
    assert reason in result["msg"]
    asked = info(server, vcs, provider, personal_access_token=token)
    assert (asked["status"], reason in asked["reason"]) == ("refused", True)
    assert {request.method for request in server.sandbox.requests} == {"GET"}
    assert not vcs.requests


def test_a_token_of_a_job_does_no_harm_where_none_is_sent(server):
    """A role that reads GITHUB_TOKEN finds that of the workflow in GitHub Actions."""
    server.github()
    assert server.github(personal_access_token="ghs_" + "x" * 36)["action"] == "unchanged"


@pytest.mark.parametrize("check", [True, False])
def test_a_token_of_another_provider_replaces_none_that_works(server, check):
    """The provider of a connection that an ID selects is known when it was read."""
    known = server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", personal_access_token=PAT)
    token = "ghp_" + "x" * 36
    result = server.oauth_client(oauth_client_id=known.id, pat=token, update_secrets="always", check=check)
    assert result.code == "invalid_argument"
    assert "a token of GitHub" in result["msg"]
    assert {request.method for request in server.sandbox.requests} == {"GET"}


def test_rotation_asks_where_the_connection_leads(server, vcs):
    """With only the ID of the OAuth client, the URLs are those that the server returns."""
    client = server.store.add_client(
        "acme", "gitlab_community_edition", vcs.address, f"{vcs.address}/api/v4", personal_access_token=PAT
    )
    options = {"oauth_client_id": client.id, "personal_access_token": NEW_PAT, "update_secrets": "always"}
    result = server.oauth_client(**options, check_personal_access_token=True)
    assert result["action"] == "updated"
    assert asked(vcs) == ["GET /api/v4/personal_access_tokens/self"]


def test_a_token_that_is_not_sent_is_not_checked(server, vcs):
    server.store.add_client("acme", api_url=vcs.address)
    assert server.oauth_client(**connection(vcs, personal_access_token=WRONG))["action"] == "unchanged"
    absent = connection(vcs, personal_access_token=WRONG, state="absent")
    assert server.oauth_client(**absent)["action"] == "deleted"
    assert asked(vcs) == []


def test_without_the_option_nobody_is_asked(server, vcs):
    options = connection(vcs, personal_access_token=WRONG, check_personal_access_token=None)
    assert server.oauth_client(**options)["action"] == "created"
    assert asked(vcs) == []


def test_single_sign_on(server, vcs):
    result = server.oauth_client(**connection(vcs, personal_access_token=UNAUTHORIZED))
    assert result.code == "personal_access_token_refused"
    assert "single sign-on" in result["msg"]
    assert "authorization_request" not in result["msg"]


def test_missing_scopes_warn_and_never_refuse(server, vcs):
    for provider, scope in (("github", "repo"), ("gitlab_hosted", "api")):
        result = server.oauth_client(**connection(vcs, provider, personal_access_token=NARROW))
        assert result["action"] == "created"
        assert f"lacks the scope {scope}," in result.warnings


@pytest.mark.parametrize("readable", [True, False])
def test_a_fine_grained_token_of_gitlab_is_not_said_to_lack_a_scope(server, vcs, readable):
    vcs.behavior.gitlab_fine_grained_reads_itself = readable
    server.store.add_personal_access_token("fake-fine-grained-pat", user="vcs-bot", scopes=["granular"])
    result = server.oauth_client(**connection(vcs, "gitlab_hosted", personal_access_token="fake-fine-grained-pat"))
    assert result["action"] == "created"
    assert "scope" not in result.warnings
    assert "It is not known whether" not in result.warnings
    found = info(server, vcs, "gitlab_hosted", personal_access_token="fake-fine-grained-pat")
    assert (found["status"], found["missing_scopes"]) == ("ok", None)


@pytest.mark.parametrize(("minimum", "warned"), [(5, False), (6, True), (None, False)])
def test_minimum_days_warns(server, vcs, minimum, warned):
    options = {"personal_access_token": EXPIRING, "minimum_days": minimum}
    result = server.oauth_client(check=True, **connection(vcs, **options))
    assert result["action"] == "created"
    assert ("in 5 days" in result.warnings) is warned


@pytest.mark.parametrize(
    ("options", "message"),
    [({"vcs_timeout": 0}, "vcs_timeout"), ({"vcs_timeout": -1}, "vcs_timeout"), ({"minimum_days": -1}, "minimum_days"),
     ({"vcs_ca_bundle": "/nowhere/ca.pem"}, "vcs_ca_bundle /nowhere/ca.pem does not exist")],
)  # fmt: skip
def test_contradicting_options(server, vcs, options, message):
    result = server.oauth_client(**connection(vcs, **options))
    assert (result.code, result.calls, asked(vcs)) == ("invalid_argument", [], [])
    assert message in result["msg"]


def test_the_missing_url_of_an_instance_is_the_same_error_in_every_task(server):
    options = {"service_provider": "github_enterprise", "personal_access_token": PAT}
    checked = server._run("personal_access_token_info", options, False, False)
    created = server.oauth_client(**options)
    assert checked.code == created.code == "invalid_argument"
    assert "http_url is needed for service_provider=github_enterprise" in checked["msg"]
    assert checked["msg"] == created["msg"]


# -- many connections -------------------------------------------------------------------------------------------------


def test_a_refused_token_stops_no_other_connection(server, vcs):
    result = server.oauth_clients(
        connection(vcs, name="Good"),
        connection(vcs, "gitlab_hosted", name="Bad", personal_access_token=WRONG),
        connection(vcs, name="Elsewhere", organization="globex"),
    )
    assert [entry["action"] for entry in result["connections"]] == ["created", None, "created"]
    assert result["connections"][1]["failure"]["code"] == "personal_access_token_refused"
    assert sorted(request.path for request in result.requests if request.method == "POST") == [
        "/api/v2/organizations/acme/oauth-clients",
        "/api/v2/organizations/globex/oauth-clients",
    ]


def test_one_token_at_one_host_is_asked_about_once(server, vcs):
    entries = [
        connection(vcs, "gitlab_community_edition", name=f"{number}", match_by="url_and_name", organization=name,
                   http_url=url)
        for number, url in enumerate((vcs.address, f"{vcs.address}/"))
        for name in ("acme", "globex", "acme-labs")
    ]  # fmt: skip
    result = server.oauth_clients(*entries)
    assert {entry["action"] for entry in result["connections"]} == {"created"}
    assert asked(vcs) == ["GET /api/v4/personal_access_tokens/self"]


def test_a_refused_token_is_refused_for_all_and_asked_about_once(server, vcs):
    entries = [connection(vcs, personal_access_token=WRONG, organization=name) for name in ("acme", "globex")]
    result = server.oauth_clients(*entries, check=True)
    codes = [entry["failure"]["code"] for entry in result["connections"]]
    assert codes == ["personal_access_token_refused"] * 2
    assert len(vcs.requests) == 1


def test_options_of_the_task_are_those_of_its_connections(server, vcs):
    first = connection(vcs, name="Checked", personal_access_token=EXPIRING, check_personal_access_token=None)
    second = connection(vcs, "gitlab_hosted", personal_access_token=WRONG, check_personal_access_token=False)
    result = server.oauth_clients(first, second, check_personal_access_token=True, minimum_days=90)
    assert [entry["action"] for entry in result["connections"]] == ["created", "created"]
    assert "minimum_days=90" in result.warnings
    assert asked(vcs) == ["GET /user"]


# -- credentials ------------------------------------------------------------------------------------------------------


def credentials(request):
    return {
        name: value for name, value in request.headers.items() if PAT in value or TOKEN in value or _basic() in value
    }


def _basic():
    return base64.b64encode(f":{PAT}".encode()).decode()


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("github", {"Authorization": f"Bearer {PAT}"}),
        ("gitlab_hosted", {"Private-Token": PAT}),
        ("ado_server", {"Authorization": f"Basic {_basic()}"}),
    ],
)
def test_each_server_sees_only_its_own_credentials(server, vcs, monkeypatch, tmp_path, provider, expected):
    """Not even those of a .netrc, which HTTP libraries like to add."""
    (tmp_path / "home/.netrc").write_text("machine 127.0.0.1 login somebody password from-netrc\n", encoding="utf-8")
    monkeypatch.setenv("TFE_TOKEN", TOKEN)
    result = server.oauth_client(**connection(vcs, provider))
    (seen,) = vcs.requests
    assert credentials(seen) == expected
    assert (seen.body, seen.headers.get("Cookie")) == (None, None)
    assert {request.headers["Authorization"] for request in result.requests} == {f"Bearer {TOKEN}"}
    assert not any("Private-Token" in request.headers for request in result.requests)
    for request in [seen, *result.requests]:
        assert "from-netrc" not in str(request.headers)


def test_redirects_are_not_followed(server, vcs):
    with VcsHost(server.store) as elsewhere:
        vcs.faults.add(Fault(Redirect(f"{elsewhere.address}{{target}}", 302), count=None))
        result = server.oauth_client(**connection(vcs))
        assert (result["action"], asked(elsewhere), len(vcs.requests)) == ("created", [], 1)
    assert "a redirect" in result.warnings


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_token_comes_out_whatever_the_host_echoes(server, vcs, provider, status):
    """The fixture searches every run for the secrets that went into it."""

    class Echo:
        kind = "echo"

        def apply(self, exchange):
            sent = "".join(f"{name}: {value}\n" for name, value in exchange.request.headers.items())
            escaped = "".join(f"\\u{ord(letter):04x}" for letter in PAT)
            document = {
                **dict.fromkeys(
                    ("message", "error", "error_description", "login", "username"), sent.replace("\n", " ")
                ),
                "scopes": [PAT, base64.b64encode(PAT.encode()).decode(), quote(PAT, safe="")],
                "authenticatedUser": {"providerDisplayName": PAT, "id": PAT},
                "expires_at": PAT,
            }
            text = json.dumps(document).replace(json.dumps(PAT), f'"{escaped}"')
            headers = {"X-OAuth-Scopes": f"repo, {PAT}", "github-authentication-token-expiration": PAT}
            return Status(status, text, "application/json", headers).apply(exchange)

    vcs.faults.add(Fault(Echo(), count=None))
    server.oauth_client(**connection(vcs, provider), check=True)
    result = info(server, vcs, provider)
    assert result["status"] in ("ok", "unknown", "refused")


# -- a host that cannot be asked --------------------------------------------------------------------------------------

ODD = {
    "503": Status(503),
    "429": Status(429, headers={"Retry-After": "60"}),
    "page": HtmlPage(),
    "page, 401": HtmlPage(401),
    "reset": Reset(),
    "truncated": Truncated(),
    "no document": Status(200, "[]"),
    "huge": HugeBody(megabytes=4),
    "gzip": GzipBomb(megabytes=4),
    "echo": EchoBody(401 + 21),
    "late": Delay(before=1.0),
}


@pytest.mark.parametrize("provider", ["github", "gitlab_hosted", "ado_server"])
@pytest.mark.parametrize("case", ODD)
def test_odd_answers_are_unknown_and_the_task_goes_on(server, vcs, provider, case):
    vcs.faults.add(Fault(ODD[case], count=None))
    result = server.oauth_client(**connection(vcs, provider, vcs_timeout=0.3))
    assert result["action"] == "created"
    assert f"works. {vcs.address} " in result.warnings
    assert len(vcs.requests) == 1


def test_a_host_that_does_not_exist(server, vcs):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        result = server.oauth_client(**connection(vcs, "github_enterprise", http_url=address))
    assert result["action"] == "created"
    assert f"{address} could not be asked: the connection was refused." in result.warnings
    assert info(server, vcs, api_url="http://no-such-host.invalid")["reason"].endswith("the host name is unknown here.")


@contextlib.contextmanager
def slow_host(reply, pause=0.02):
    """A host that takes connections and sends ``reply`` one byte at a time, for ever; counts its connections."""
    ended, connections = threading.Event(), []

    def serve(connection):
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            while not ended.wait(pause):
                for number in range(len(reply)):
                    connection.sendall(reply[number : number + 1])
                    if ended.wait(pause):
                        return

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                connections.append(connection)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        stop = threading.Timer(20, ended.set)
        stop.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", connections
        ended.set()
        stop.cancel()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X-Padding: 1\r\n" * 99,
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 9999,
    ],
    ids=["nothing", "headers", "status lines", "a body"],
)
def test_a_host_that_does_not_answer_costs_its_timeout_once(server, vcs, reply):
    """Several connections, tokens and organizations: the whole task waits once."""
    with slow_host(reply) as (address, connections):
        entries = [
            connection(vcs, "github_enterprise", http_url=address, organization=organization,
                       personal_access_token=token, name=f"{organization} {token[-1]}", match_by="url_and_name")
            for organization in ("acme", "globex", "acme-labs")
            for token in (PAT, NEW_PAT)
        ]  # fmt: skip
        began = time.monotonic()
        result = server.oauth_clients(*entries, check=True, vcs_timeout=0.5)
        took = time.monotonic() - began
        deadline = time.monotonic() + 5
        while any(thread.name == host.THREAD_NAME for thread in threading.enumerate()):
            assert time.monotonic() < deadline, "the request goes on after its time"
            time.sleep(0.02)
    assert {entry["action"] for entry in result["connections"]} == {"created"}
    assert "no answer within 0.5 s (vcs_timeout)" in result.warnings
    assert len(connections) == 1
    assert took < 1.5


def test_hosts_are_asked_side_by_side(server):
    with contextlib.ExitStack() as stack:
        addresses = [stack.enter_context(slow_host(b""))[0] for _number in range(6)]
        began = time.monotonic()
        entries = [{"service_provider": "github_enterprise", "http_url": one, "pat": PAT} for one in addresses]
        options = {"connections": entries, "vcs_timeout": 0.5}
        result = server._run("personal_access_token_info", options, False, False)
        took = time.monotonic() - began
    assert {entry["status"] for entry in result["personal_access_tokens"]} == {"unknown"}
    assert took < 1.5


def test_an_older_gitlab_costs_one_timeout_too(server, vcs):
    """The answer that the endpoint is not there is followed by a second request, within the same time."""
    vcs.behavior.gitlab_without_self = 404
    vcs.faults.add(Fault(Delay(before=2.0), path="/user"))
    began = time.monotonic()
    assert info(server, vcs, "gitlab_hosted", vcs_timeout=0.5)["status"] == "unknown"
    assert time.monotonic() - began < 1.5


# -- certificates and proxies -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder, ca = tmp_path_factory.mktemp("tls"), trustme.CA()
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "host.pem"))
    return str(folder / "ca.pem"), str(folder / "host.pem")


def test_a_private_ca_of_the_vcs_host(server, vcs, authority, monkeypatch):
    ca, certificate = authority
    with VcsHost(server.store, tls=(certificate, certificate)) as https:
        untrusted = info(server, vcs, api_url=https.address)
        assert (untrusted["status"], len(https.requests)) == ("unknown", 0)
        assert "TLS failed" in untrusted["reason"]
        assert "vcs_ca_bundle" in untrusted["reason"]
        # The API's certificate authority is another matter.
        result = server.oauth_client(check=True, **connection(vcs, api_url=https.address), tfe_ca_bundle=ca)
        assert "TLS failed" in result.warnings
        assert info(server, vcs, api_url=https.address, vcs_ca_bundle=ca)["status"] == "ok"
        assert info(server, vcs, api_url=https.address, vcs_verify_tls=False)["status"] == "ok"
        monkeypatch.setenv("SSL_CERT_FILE", ca)
        assert info(server, vcs, api_url=https.address)["status"] == "ok"


def test_authorities_that_the_system_trusts(server, vcs, authority, monkeypatch, tmp_path):
    """A folder of the system, in which OpenSSL finds certificates by the hash of their names."""
    ca, certificate = authority
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    command = ["openssl", "x509", "-hash", "-noout", "-in", ca]
    name = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    shutil.copy(ca, tmp_path / f"{name}.0")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    host._context.cache_clear()
    with VcsHost(server.store, tls=(certificate, certificate)) as https:
        assert info(server, vcs, api_url=https.address)["status"] == "ok"
    host._context.cache_clear()


@pytest.mark.parametrize("bundle", ["rubbish", "missing"])
def test_a_bundle_that_cannot_be_used(server, authority, tmp_path, bundle):
    file = tmp_path / "ca.pem"
    if bundle == "rubbish":
        file.write_text("rubbish", encoding="utf-8")
    with VcsHost(server.store, tls=(authority[1], authority[1])) as https:
        options = {"service_provider": "github", "personal_access_token": PAT, "api_url": https.address}
        result = server._run("personal_access_token_info", {**options, "vcs_ca_bundle": str(file)}, False, False)
    assert (result.code == "invalid_argument") if bundle == "missing" else (result["status"] == "unknown")
    assert str(file) in (result.get("msg") or result["reason"])
    assert "vcs_ca_bundle" in (result.get("msg") or result["reason"])


def test_proxies_come_from_the_environment_alone(server, vcs, monkeypatch):
    """tfe_proxies is for the API. A proxy on 127.0.0.1 is asked for a whole URL, which the stub host does not know."""
    with VcsHost(server.store) as proxy:
        url = "http://vcs.example.com"
        result = server.oauth_client(check=True, **connection(vcs), tfe_proxies="")
        assert (result["action"], len(vcs.requests)) == ("created", 1)
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert info(server, vcs, api_url=url)["status"] in ("ok", "unknown")
        assert [request.target for request in proxy.requests] == [f"{url}/user"]
        assert info(server, vcs)["status"] == "ok"
        assert len(proxy.requests) == 1


# -- the module -------------------------------------------------------------------------------------------------------


def test_everything_that_github_reports(server, vcs):
    result = info(server, vcs, personal_access_token=EXPIRING, minimum_days=30)
    (entry,) = result["personal_access_tokens"]
    assert {name: result[name] for name in entry} == entry
    assert entry["expires_at"].endswith("T00:00:00Z")
    del entry["expires_at"]
    assert entry == {
        "label": "github github.com",
        "service_provider": "github",
        "http_url": "https://github.com",
        "status": "ok",
        "reason": None,
        "login": "vcs-bot",
        "scopes": ["repo", "api"],
        "missing_scopes": [],
        "days_left": 5,
        "expires_soon": True,
    }


@pytest.mark.parametrize("status", [400, 404, 405])
def test_gitlab_before_15_5(server, vcs, status):
    vcs.behavior.gitlab_without_self = status
    result = info(server, vcs, "gitlab_community_edition")
    assert (result["status"], result["login"], result["scopes"]) == ("ok", "vcs-bot", None)
    assert asked(vcs) == ["GET /api/v4/personal_access_tokens/self", "GET /api/v4/user"]
    refused = info(server, vcs, "gitlab_community_edition", personal_access_token=WRONG)
    assert refused["status"] == "refused"


def test_github_enterprise_server_without_the_header(server, vcs):
    vcs.behavior.github_expiration_header = False
    result = info(server, vcs, "github_enterprise", personal_access_token=EXPIRING)
    assert (result["status"], result["expires_at"], result["expires_soon"]) == ("ok", None, False)
    assert asked(vcs) == ["GET /api/v3/user"]


def test_a_list_of_connections_as_the_role_has_it(server, vcs):
    connections = [
        connection(vcs, name="Good"),
        connection(vcs, "gitlab_hosted", name="Soon", personal_access_token=EXPIRING, minimum_days=30),
        connection(vcs, "gitlab_community_edition", name="Bad", personal_access_token=WRONG),
        connection(vcs, name="Without", personal_access_token=None),
        {"service_provider": "bitbucket_hosted", "name": "Cloud"},
        {"oauth_client_id": "oc-SomeClient111111", "name": "By ID", "personal_access_token": PAT},
        {**connection(vcs, name="Gone"), "state": "absent"},
    ]
    connections = [{name: value for name, value in one.items() if value is not None} for one in connections]
    result = server._run("personal_access_token_info", {"connections": connections}, False, False)
    entries = {entry["label"]: entry for entry in result["personal_access_tokens"]}
    assert {name: entry["status"] for name, entry in entries.items()} == {
        "Good": "ok",
        "Soon": "ok",
        "Bad": "refused",
        "Without": "unknown",
        "Cloud": "unknown",
        "By ID": "unknown",
    }
    assert {name: entry["expires_soon"] for name, entry in entries.items()}["Soon"] is True
    assert "status" not in result


def test_the_same_connection_of_two_organizations_has_two_labels(server, vcs):
    connections = [connection(vcs), connection(vcs, organization=" acme-labs ")]
    result = server._run("personal_access_token_info", {"connections": connections}, False, False)
    first, second = (entry["label"] for entry in result["personal_access_tokens"])
    assert second == f"acme-labs/{first}"


def test_a_wrong_list_is_a_mistake_in_the_task(server):
    result = server._run("personal_access_token_info", {"connections": [{"service_provider": "github_enterprise",
                         "personal_access_token": PAT}]}, False, False)  # fmt: skip
    assert result.code == "invalid_argument"
    result = server._run("personal_access_token_info", {"service_provider": "github"}, False, False)
    assert "personal_access_token" in result["msg"]


def test_no_api_token_and_no_address_are_needed(server, vcs):
    result = info(server, vcs)
    assert result["status"] == "ok"
    assert "tfe_address" not in result


def test_the_only_request_to_the_api_is_the_list(server, vcs):
    result = server.oauth_client(check=True, **connection(vcs, personal_access_token=WRONG))
    assert result.calls == [LIST]
