# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand."""

from __future__ import annotations

import socket
import time

import pytest
import requests

from sandbox.faults import (
    DataAndErrors,
    Delay,
    DrippingHeaders,
    EchoBody,
    EndlessContinue,
    Fault,
    GzipBomb,
    HtmlPage,
    HugeBody,
    LyingPaging,
    NullBody,
    Redirect,
    Reset,
    StaleList,
    Status,
    Truncated,
    WrongContentType,
)

CLIENTS = "/organizations/acme/oauth-clients"


def test_a_fault_strikes_the_nth_match_so_many_times(api):
    api.sandbox.faults.add(Fault(Status(503), method="GET", path="oauth-clients$", nth=2, count=2))
    statuses = []
    for dummy in range(4):
        assert api("GET", "/organizations/acme").status_code == 200
        statuses.append(api("GET", CLIENTS).status_code)
    assert statuses == [200, 503, 503, 200]


def test_a_fault_lasts_until_cleared(api):
    api.sandbox.faults.add(Fault(Status(500), count=None))
    assert [api("GET", "/ping").status_code for dummy in range(3)] == [500] * 3
    api.sandbox.faults.clear()
    assert api("GET", "/ping").status_code == 204


@pytest.mark.parametrize(("after_commit", "clients"), [(False, 0), (True, 1)])
def test_status(api, after_commit, clients):
    body = {"errors": ["text only"]}
    effect = Status(502, body, headers={"Retry-After": "7"}, after_commit=after_commit)
    api.sandbox.faults.add(Fault(effect))
    response = api.create()
    assert (response.status_code, response.json(), response.headers["Retry-After"]) == (502, body, "7")
    assert len(api.sandbox.store.clients("acme")) == clients


@pytest.mark.parametrize(("after_commit", "clients"), [(False, 0), (True, 1)])
def test_reset(api, after_commit, clients):
    api.sandbox.faults.add(Fault(Reset(after_commit)))
    with pytest.raises(requests.ConnectionError, match="reset"):
        api.create()
    assert len(api.sandbox.store.clients("acme")) == clients
    assert api.sandbox.requests[-1].status is None


@pytest.mark.parametrize(("effect", "clients"), [(Delay(before=0.4), 0), (Delay(after=0.4), 1)])
def test_delay_longer_than_the_client_waits(api, effect, clients):
    api.sandbox.faults.add(Fault(effect))
    with pytest.raises(requests.ReadTimeout):
        api("POST", CLIENTS, json=_create_body(api), timeout=0.15)
    assert len(api.sandbox.store.clients("acme")) == clients


def test_truncated_body(api):
    api.sandbox.faults.add(Fault(Truncated()))
    response = api("POST", CLIENTS, json=_create_body(api), stream=True)
    response.raw.enforce_content_length = True  # not the default of urllib3 1.26
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        assert response.content
    assert len(api.sandbox.store.clients("acme")) == 1


def test_html_page(api):
    api.sandbox.faults.add(Fault(HtmlPage()))
    response = api("GET", CLIENTS)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response.text.startswith("<!DOCTYPE html>")


def test_redirect(api):
    api.sandbox.faults.add(Fault(Redirect("https://tfe.example.com{target}", 301)))
    response = api("GET", f"{CLIENTS}?page[size]=1", allow_redirects=False)
    assert response.status_code == 301
    assert response.headers["Location"].startswith(f"https://tfe.example.com/api/v2{CLIENTS}?page")


def test_wrong_content_type(api):
    api.sandbox.faults.add(Fault(WrongContentType("text/plain")))
    response = api("GET", CLIENTS)
    assert response.headers["Content-Type"] == "text/plain"
    assert response.json() == {"data": []}


@pytest.mark.parametrize(
    ("lie", "next_page", "has_total"), [("same_page", 3, True), ("never_ends", 4, True), ("no_total", None, False)]
)
def test_lying_paging(api, lie, next_page, has_total):
    api.sandbox.faults.add(Fault(LyingPaging(lie)))
    pagination = api("GET", f"{CLIENTS}?page[number]=3").json()["meta"]["pagination"]
    assert pagination["next-page"] == next_page
    assert ("total-count" in pagination) == has_total


@pytest.mark.parametrize(("seconds", "shown"), [(None, ["first"]), (60.0, []), (0.0, ["first", "second"])])
def test_stale_list(api, seconds, shown):
    for name in ("first", "second"):
        api.create(name=name)
    api.sandbox.faults.add(Fault(StaleList(seconds)))
    assert [client["attributes"]["name"] for client in api("GET", CLIENTS).json()["data"]] == shown
    assert len(api("GET", CLIENTS).json()["data"]) == 2


def test_echo_of_the_body(api):
    api.sandbox.faults.add(Fault(EchoBody()))
    assert "sandbox-pat" in api.create().json()["errors"][0]["detail"]


def test_huge_body_is_streamed(api):
    api.sandbox.faults.add(Fault(HugeBody(megabytes=2)))
    assert api("GET", CLIENTS).json() == {"data": []}
    api.sandbox.faults.add(Fault(HugeBody(megabytes=64)))
    with api("GET", CLIENTS, stream=True) as response:
        assert int(response.headers["Content-Length"]) > 64 * 1024 * 1024


def test_gzip_bomb(api):
    api.sandbox.faults.add(Fault(GzipBomb(megabytes=2)))
    response = api("GET", CLIENTS)
    assert int(response.headers["Content-Length"]) < 10_000
    assert len(response.content) > 2 * 1024 * 1024


@pytest.mark.parametrize("effect", [DrippingHeaders, EndlessContinue])
@pytest.mark.parametrize(("after_commit", "clients"), [(False, 0), (True, 1)])
def test_no_answer_ever_although_bytes_keep_coming(api, effect, after_commit, clients):
    api.sandbox.faults.add(Fault(effect(every=0.01, lasts=0.1, after_commit=after_commit)))
    with pytest.raises(requests.ConnectionError):
        # No single read takes long, so that the time-out never strikes.
        api("POST", CLIENTS, json=_create_body(api), timeout=2.0)
    assert len(api.sandbox.store.clients("acme")) == clients


def test_dripping_ends_when_the_client_leaves(api):
    api.sandbox.faults.add(Fault(DrippingHeaders(every=0.01, lasts=3600.0)))
    connection = socket.create_connection(("127.0.0.1", int(api.sandbox.address.rpartition(":")[2])), timeout=5)
    connection.sendall(b"GET /api/v2/ping HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(17) == b"HTTP/1.1 200 OK\r\n"
    connection.close()
    (request,) = api.sandbox.requests
    deadline = time.monotonic() + 10
    while request.duration is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert request.duration is not None


@pytest.mark.parametrize(("empty", "shown"), [(False, 1), (True, 0)])
def test_data_and_errors_in_one_document(api, empty, shown):
    api.create()
    api.sandbox.faults.add(Fault(DataAndErrors(empty)))
    document = api("GET", CLIENTS).json()
    assert (len(document["data"]), document["errors"][0]["status"]) == (shown, "500")


def test_null_in_answer_to_a_delete(api):
    client = api.create().json()["data"]["id"]
    api.sandbox.faults.add(Fault(NullBody(), method="DELETE"))
    response = api("DELETE", f"/oauth-clients/{client}")
    assert (response.status_code, response.json()) == (200, None)
    assert api.sandbox.store.clients("acme") == []


def test_faults_combine(api):
    api.sandbox.faults.add(Fault(Delay(before=0.1)))
    api.sandbox.faults.add(Fault(Status(503)))
    assert api("GET", CLIENTS).status_code == 503
    assert api.sandbox.requests[-1].duration >= 0.1


def test_faults_over_http(api):
    fault = {"kind": "status", "status": 503, "method": "GET", "path": "/oauth-clients$", "count": None}
    assert api("POST", "/sandbox/faults", json=fault).status_code == 201
    assert api("GET", CLIENTS).status_code == 503
    assert api("DELETE", "/sandbox/faults").status_code == 204
    assert api("GET", CLIENTS).status_code == 200


@pytest.mark.parametrize(
    "document",
    [None, {"kind": "earthquake"}, {"kind": "status"}, {"kind": "reset", "path": "("}, {"kind": "paging", "lie": "x"}],
)
def test_nonsense_faults_over_http(api, document):
    response = api("POST", "/sandbox/faults", json=document)
    assert response.status_code == 400
    assert response.json()["error"]


def _create_body(api):
    return api.body(
        **{
            "service-provider": "github",
            "http-url": "https://github.com",
            "api-url": "https://api.github.com",
            "oauth-token-string": "sandbox-pat",
        }
    )
