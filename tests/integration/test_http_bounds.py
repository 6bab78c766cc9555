# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No server can hold a task or fill its memory: requests end in time, and answers and waits have bounds."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from sandbox.faults import Status
from utils.module_runner import LIST
from utils.raw_server import raw_server
from utils.run_program import run_program

pytest_plugins = ["utils.module_runner"]

#: Ten of these are the time for a whole request.
TIMEOUT = 0.1
LIST_BODY = b'{"data": []}'


def ask(server, port, **options):
    """Run one task against a raw server, and say how long it took."""
    began = time.monotonic()
    options = {"tfe_address": f"http://127.0.0.1:{port}", "tfe_timeout": TIMEOUT, "tfe_max_retries": 0, **options}
    result = server.oauth_client(service_provider="github", **options)
    return result, time.monotonic() - began


def drip_status_line(peer):
    peer.request()
    peer.drip(b"HTTP/1.1 200 OK" + b" " * 60000, every=0.03)


def drip_headers(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.drip(b"x", every=0.03)


def many_headers(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.drip(b"X-Drip: 1\r\n", every=0.01)


def endless_continue(peer):
    peer.request()
    while peer.goes_on:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def endless_continue_with_headers(peer):
    peer.request()
    peer.drip(b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n", every=0.001)


def endless_early_hints(peer):
    peer.request()
    while peer.goes_on:
        peer.send(b"HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n")
        time.sleep(0.01)


def drip_body(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    peer.drip(b" ", every=0.03)


def drip_chunk_sizes(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    peer.drip(b"1;x", every=0.03)


def endless_chunks(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    peer.drip(b"1\r\n \r\n", every=0.01)


def endless_trailers(peer):
    peer.request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    peer.drip(b"X: 1\r\n", every=0.01)


def drip_a_redirect(peer):
    peer.request()
    peer.send(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 100000\r\n\r\n")
    peer.drip(b" ", every=0.03)


DRIPS = [
    drip_status_line,
    drip_headers,
    many_headers,
    endless_continue,
    endless_continue_with_headers,
    endless_early_hints,
    drip_body,
    drip_chunk_sizes,
    endless_chunks,
    endless_trailers,
    drip_a_redirect,
]


@pytest.mark.parametrize("handler", DRIPS, ids=lambda handler: handler.__name__)
def test_a_drip_ends_in_time(server, handler):
    with raw_server(handler) as port:
        result, took = ask(server, port)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result.code in ("unreachable", "invalid_answer"), result["msg"]
    assert took < 10 * TIMEOUT + 3


@pytest.mark.parametrize("handler", [drip_headers, endless_continue, drip_body], ids=lambda handler: handler.__name__)
def test_a_drip_by_way_of_a_proxy_ends_in_time(server, handler):
    """A proxy's answer to CONNECT can drip, too."""
    with raw_server(handler) as port:
        result, took = ask(server, port, tfe_address="https://tfe.invalid", tfe_proxies=f"http://127.0.0.1:{port}")
    assert result.code == "unreachable"
    assert took < 10 * TIMEOUT + 3


def test_a_late_answer_names_the_option(server):
    with raw_server(drip_headers) as port:
        result, _took = ask(server, port)
    for word in ("organization 'acme'", f"127.0.0.1:{port}", "did not end in time", "Raise tfe_timeout"):
        assert word in result["msg"]


def test_a_create_whose_answer_drips_may_have_been_carried_out(server):
    """It is looked for, and not sent again."""
    sent = []

    def handler(peer):
        while True:
            request = peer.request()
            sent.append(request.split(b" ")[0])
            if request.startswith(b"POST"):
                peer.send(b"HTTP/1.1 201 Created\r\n")
                peer.drip(b"x", every=0.03)
            peer.answer(LIST_BODY)

    with raw_server(handler) as port:
        result, _took = ask(server, port, personal_access_token="fake-pat-for-bounds")
    assert result.code == "outcome_unknown"
    assert (sent.count(b"POST"), sent[0], sent[-1]) == (1, b"GET", b"GET")


@pytest.mark.parametrize("remaining", ["-1000", "-1e9", "-1", "0", "nan", "-inf"])
def test_a_rate_limit_below_zero_waits_no_longer_than_none_left(server, remaining):
    server.store.add_client("acme")
    headers = {"x-ratelimit-remaining": remaining, "x-ratelimit-reset": "0.2", "x-ratelimit-limit": "30"}
    server.fault(Status(503, headers=headers), "GET")
    assert server.github()["action"] == "unchanged"
    assert sum(server.clock.waits) < 5


@pytest.mark.parametrize("reset", ["nan", "inf", "-5", "1e300"])
@pytest.mark.parametrize("limit", ["nan", "inf", "0", "-3", "1e-9"])
def test_nonsense_about_the_rate_limit_holds_nobody(server, reset, limit):
    server.store.add_client("acme")
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, "x-ratelimit-limit": limit}
    server.fault(Status(503, headers=headers), "GET")
    assert server.github()["action"] == "unchanged"
    assert sum(server.clock.waits) < 45


# -- memory


def test_a_long_error_is_cut(server):
    detail = "a secret is never cut in two " * 200_000
    problems = {"errors": [{"status": "422", "title": "invalid", "detail": detail}, *[{"title": "short"}] * 49]}
    server.fault(Status(422, problems), "POST")
    result = server.github()
    assert result.code == "rejected"
    assert "invalid: a secret is never cut" in result["msg"]
    assert "30 more errors" in result["msg"]
    assert len(json.dumps(result)) < 60_000


LONG_PAGES = ["x" * 5_000_000, "<p>" + "word " * 1_000_000, '{"message": "' + "y" * 5_000_000 + '"}']


@pytest.mark.parametrize("body", LONG_PAGES, ids=["one word", "a page", "JSON"])
def test_a_long_page_is_cut(server, body):
    server.fault(Status(403, body, "text/html"), "GET")
    result = server.github()
    assert result.code == "forbidden"
    assert len(json.dumps(result)) < 5_000


BOMB = b'{"data": [' + b" " * (200 * 1024 * 1024) + b"]}"


@pytest.fixture(scope="module")
def bombs():
    once = gzip.compress(BOMB)
    return {
        "gzip": once,
        "gzip, gzip": gzip.compress(once),
        "deflate": zlib.compress(BOMB),
        "x-gzip": once,
        "GZIP": once,
    }


#: Runs one task in a process of its own, which reports its peak of memory above what it began with.
MEASURE = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
import requests, urllib3
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import VcsError
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.client import TfeClient
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.settings import resolve_settings
params = {"tfe_token": "fake-token-for-bounds", "tfe_address": sys.argv[2], "tfe_max_retries": 0, "tfe_timeout": 5}
client = TfeClient(resolve_settings(params, {}, None))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    client.get("/organizations/acme/oauth-clients", "list")
    end = "answer"
except VcsError as error:
    end = error.code
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([end, (after - before) // 1024, urllib3.__version__]))
"""


def measure(address, python=sys.executable):
    import ansible_collections.hcptf

    root = Path(next(iter(ansible_collections.hcptf.__path__))).parent.parent
    command = [python, "-c", MEASURE, str(root), address]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
    end, megabytes, _version = json.loads(done.stdout)
    return end, megabytes


#: Another Python with another urllib3 (1.26), if there is one.
PYTHONS = [sys.executable, *filter(None, [os.environ.get("PYTHON_WITH_URLLIB3_1")])]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate", "x-gzip", "GZIP"])
def test_a_gzip_bomb_does_not_fill_the_memory(bombs, encoding, python):
    def handler(peer):
        peer.request()
        peer.answer(bombs[encoding], f"Content-Encoding: {encoding}")

    with raw_server(handler) as port:
        end, megabytes = measure(f"http://127.0.0.1:{port}", python)
    assert end == "invalid_answer"
    assert megabytes < 100


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 400000000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Location: /x\r\n\r\n",
    ],
    ids=["one body", "a line without end between chunks", "until the connection ends"],
)
@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"500 Oops"])
def test_an_endless_body_does_not_fill_the_memory(head, status, python):
    def handler(peer):
        peer.request()
        peer.send(b"HTTP/1.1 " + status + b"\r\n" + head)
        for _number in range(6000):
            peer.send(b"1" * 65536)

    with raw_server(handler) as port:
        end, megabytes = measure(f"http://127.0.0.1:{port}", python)
    assert end in ("invalid_answer", "unreachable")
    assert megabytes < 100


def test_packed_answers_are_unpacked(server):
    parts = LIST_BODY[:5], LIST_BODY[5:]

    def handler(peer):
        for content, encoding in (
            (gzip.compress(LIST_BODY), "gzip"),
            (zlib.compress(LIST_BODY), "deflate"),
            (b"".join(map(gzip.compress, parts)), "gzip"),
            (LIST_BODY, "identity"),
        ):
            assert b"Accept-Encoding: gzip\r\n" in peer.request()
            peer.answer(content, f"Content-Encoding: {encoding}")

    with raw_server(handler) as port:
        for _kind in range(4):
            result, _took = ask(server, port, tfe_timeout=5, state="absent")
            assert result["action"] == "absent"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (gzip.compress(LIST_BODY, mtime=0)[:-3], "gzip"),
        (gzip.compress(LIST_BODY, mtime=0)[:-3], "deflate"),
        (b"\x1f\x8b no gzip", "gzip"),
        (LIST_BODY, "br"),
        (LIST_BODY, "zstd"),
        (LIST_BODY, "gzip, br"),
        (gzip.compress(LIST_BODY, mtime=0) + b"more", "gzip"),
    ],
    # without ids of its own, a test would be named by compressed bytes
    ids=["cut", "mislabeled", "no gzip", "br", "zstd", "two", "more behind"],
)
def test_broken_or_unknown_compression_is_no_answer(server, content, encoding):
    def handler(peer):
        peer.request()
        peer.answer(content, f"Content-Encoding: {encoding}")

    with raw_server(handler) as port:
        result, _took = ask(server, port, state="absent")
    assert result.code == "invalid_answer"
    assert "compression" in result["msg"]


# -- a task's own time


@pytest.mark.parametrize(
    ("module", "organizations"),
    [
        (
            "oauth_clients",
            {"connections": [{"organization": name, "service_provider": "github"} for name in ("acme", "globex")]},
        ),
        ("oauth_client_info", {"organizations": ["acme", "globex"]}),
    ],
)
def test_a_tasks_timeout_ends_it_with_several_organizations(sandbox_address, run_playbook, module, organizations):
    """ansible-core ends the task in the main thread; the threads of the organizations must end with it."""
    settings = {"tfe_address": sandbox_address, "tfe_token": "fake-token-for-bounds", "tfe_timeout": 30}
    output, took = run_playbook([{"name": "Many", f"hcptf.vcs.{module}": {**settings, **organizations}, "timeout": 2}])
    assert re.search("[Tt]imed out|exceeded|expected time frame", output), output
    assert took < 15


@pytest.fixture
def sandbox_address():
    with raw_server(drip_body) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def run_playbook(tmp_path):
    import yaml

    from utils.ansible_environment import ansible_environment

    def run(tasks):
        play = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
        (tmp_path / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
        began = time.monotonic()
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml"]
        done = run_program(command, tmp_path, ansible_environment(tmp_path))
        return done.stdout, time.monotonic() - began

    return run


def test_the_requests_of_a_task_are_what_they_were(server):
    """Nothing of this costs a request."""
    server.store.add_client("acme")
    assert server.github().calls == [LIST]
