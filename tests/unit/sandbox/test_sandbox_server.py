# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server itself: log, control routes, seeds, life and death, the command line."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

import sandbox as sandbox_package
from sandbox import Sandbox
from sandbox.faults import Fault, Reset
from sandbox.seed import SeedError

CLIENTS = "/organizations/acme/oauth-clients"
FOLDER = Path(sandbox_package.__file__).parent


def test_log_is_exact_in_process_and_without_secrets_over_http(api):
    api.create(secret="sandbox-secret", private_key="sandbox-key")
    logged = api.sandbox.requests[-1]
    assert (logged.method, logged.path, logged.status) == ("POST", f"/api/v2{CLIENTS}", 201)
    assert logged.body["data"]["attributes"]["oauth-token-string"] == "sandbox-pat"
    assert logged.headers["authorization"] == "Bearer sandbox-owner-token"
    assert logged.duration >= 0
    (public,) = api("GET", "/sandbox/requests").json()["requests"]
    attributes = public["body"]["data"]["attributes"]
    assert {attributes[name] for name in ("oauth-token-string", "secret", "private-key")} == {"(secret)"}
    assert public["headers"]["Authorization"] == "(secret)"


def test_log_keeps_query_target_and_order(api):
    api("GET", f"{CLIENTS}?page[size]=5&include=projects")
    api("GET", "/ping")
    first, second = api.sandbox.requests
    assert first.query == {"page[size]": "5", "include": "projects"}
    assert first.target == f"/api/v2{CLIENTS}?page%5Bsize%5D=5&include=projects"
    assert second.path == "/api/v2/ping"
    api.sandbox.clear()
    assert len(api.sandbox.requests) == 0


def test_connections_are_kept_and_numbered(api):
    for dummy in range(3):
        api("GET", CLIENTS)
    api("POST", CLIENTS, data=b"a body nobody parses")
    api.create()
    assert {request.connection for request in api.sandbox.requests} == {1}
    requests.get(f"{api.sandbox.address}/api/v2/ping", timeout=5)
    assert api.sandbox.requests[-1].connection == 2


def test_chunked_body(api):
    response = api("POST", CLIENTS, data=iter([b'{"data": ', b"{}}"]))
    assert response.status_code == 422
    assert api.sandbox.requests[-1].body == {"data": {}}


def test_control_routes_are_neither_logged_nor_limited(serve):
    api = serve(rate_limit=1)
    api.session.headers.pop("Authorization")
    for dummy in range(3):
        assert api("GET", "/sandbox/state").status_code == 200
        assert api("DELETE", "/sandbox/requests").status_code == 204
    assert len(api.sandbox.requests) == 0


def test_state(api):
    api.sandbox.store.add_client("acme", projects=["Shop"], workspaces=["app"])
    acme = api("GET", "/sandbox/state").json()["organizations"]["acme"]
    assert acme["workspaces"][0]["oauth_token_id"] == acme["oauth_tokens"][0]["id"]
    assert acme["oauth_clients"][0]["relationships"]["projects"]["data"][0]["id"] == "prj-shop"


@pytest.mark.parametrize("how", ["in process", "over HTTP"])
def test_reset(api, how):
    api.create()
    api.sandbox.settings.latency = 9.0
    if how == "in process":
        api.sandbox.reset()
    else:
        api("POST", "/sandbox/reset")
    assert api.sandbox.settings.latency == 0.0
    assert len(api.sandbox.requests) == 0
    assert api("GET", CLIENTS).json()["data"] == []
    assert api("GET", "/organizations/acme/projects").json()["data"][0]["id"] == "prj-default"


def test_concurrent_creates_all_count(api):
    with ThreadPoolExecutor(8) as pool:
        assert {response.status_code for response in pool.map(lambda dummy: api.create(), range(24))} == {201}
    assert len({client.id for client in api.sandbox.store.clients("acme")}) == 24


def test_latency(serve):
    api = serve(latency=0.1)
    assert api("GET", "/ping").elapsed.total_seconds() >= 0.1


def test_stop_ends_kept_connections(serve):
    api = serve()
    address = api.sandbox.address
    api("GET", "/ping")
    api.sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        api.session.get(f"{address}/api/v2/ping", timeout=5)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_tls(serve, tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=sandbox"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    api = serve(tls=(certificate, key))
    with pytest.raises(requests.exceptions.SSLError):
        api("GET", "/ping", verify=True)
    assert api.sandbox.address.startswith("https://")
    assert api("GET", CLIENTS, verify=str(certificate)).status_code == 200
    api.sandbox.faults.add(Fault(Reset()))
    with pytest.raises(requests.ConnectionError):
        api("GET", CLIENTS, verify=str(certificate))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_only_loopback(host):
    with pytest.raises(ValueError, match="loopback"):
        Sandbox(host=host)


def test_default_seed_is_one_organization_without_connections():
    sandbox = Sandbox()
    assert [organization.name for organization in sandbox.store.organizations()] == ["acme"]
    assert sandbox.store.clients("acme") == []


def test_demo_seed_and_json_seed(tmp_path):
    demo = Sandbox(FOLDER / "seeds" / "demo.yml").store
    assert [client.name for client in demo.clients("acme")] == ["GitHub", "Company GitLab"]
    seed = tmp_path / "seed.json"
    seed.write_text('{"organizations": [{"name": "acme", "oauth_clients": [{"name": "x"}]}]}')
    assert Sandbox(seed).store.clients("acme")[0].name == "x"


def test_time_stamps_in_seeds_stay_text(tmp_path):
    seed = tmp_path / "seed.yml"
    seed.write_text("organizations: [{name: acme, oauth_clients: [{created_at: 2026-01-02T03:04:05.678Z}]}]")
    assert Sandbox(seed).store.clients("acme")[0].created_at == "2026-01-02T03:04:05.678Z"


@pytest.mark.parametrize(
    ("seed", "text"),
    [
        ({"organisations": []}, "organisations"),
        ({"organizations": [{"name": "acme", "colour": "red"}]}, "unknown key 'colour' in organizations"),
        ({"organizations": [{"name": "acme", "oauth_clients": [{"pat": "x"}]}]}, "unknown key 'pat' in oauth_clients"),
        ({"organizations": [{"name": "acme", "workspaces": [{"nam": "x"}]}]}, "in workspaces"),
        ({"tokens": [{"name": "a", "token": "x", "raeds": []}]}, "unknown key 'raeds' in tokens"),
    ],
)
def test_seeds_with_unknown_keys(seed, text):
    with pytest.raises(SeedError, match=text):
        Sandbox(seed)


def test_seeds_that_are_not_yaml(tmp_path):
    seed = tmp_path / "seed.yml"
    seed.write_text("organizations: [")
    with pytest.raises(SeedError, match=r"seed\.yml is not valid YAML: .*line 1"):
        Sandbox(seed)


class TestCommandLine:
    @pytest.fixture
    def start(self, tmp_path):
        processes = []

        def start(*options):
            port_file = tmp_path / "port"
            command = [sys.executable, str(FOLDER), "--port", "0", "--port-file", str(port_file), *options]
            process = subprocess.Popen(
                command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            processes.append(process)
            deadline = time.monotonic() + 10
            while not port_file.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            return process, port_file

        yield start
        for process in processes:
            process.kill()
            process.communicate()

    @pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
    def test_serves_and_stops_on_a_signal(self, start, signal_number):
        process, port_file = start("--rate-limit", "5", "--unknown", "list_order=random")
        address = f"http://127.0.0.1:{port_file.read_text()}"
        headers = {"Authorization": "Bearer sandbox-owner-token"}
        response = requests.get(f"{address}/api/v2/organizations/acme/oauth-clients", headers=headers, timeout=5)
        assert len(response.json()["data"]) == 2
        assert response.headers["x-ratelimit-limit"] == "5"
        process.send_signal(signal_number)
        output, dummy = process.communicate(timeout=5)
        assert process.returncode == 0
        assert address in output
        assert "token owner: manages acme, globex" in output
        assert "organization acme: 2 OAuth clients" in output
        assert "GET /api/v2/organizations/acme/oauth-clients 200" in output
        assert "sandbox-owner-token" not in output

    def test_ends_when_idle_and_is_quiet(self, start):
        process, dummy = start("--idle-exit", "0.1", "--quiet")
        output, dummy = process.communicate(timeout=5)
        assert (process.returncode, output) == (0, "")

    @pytest.mark.parametrize(
        "options", [["--host", "0.0.0.0"], ["--unknown", "x=y"], ["--seed", "missing.yml"], ["--tls-cert", "x.pem"]]
    )
    def test_refuses_invalid_input(self, start, options):
        process, dummy = start(*options)
        output, dummy = process.communicate(timeout=5)
        assert process.returncode == 2
        assert output.startswith("sandbox: ")
        assert output.count("\n") == 1

    def test_port_in_use(self, start):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            process, dummy = start("--port", str(taken.getsockname()[1]))
            output, dummy = process.communicate(timeout=5)
        assert process.returncode != 0
        assert "in use" in output
