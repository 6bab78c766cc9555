# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages for users when the server refuses a request, has a problem, or does not answer as an API does.

Each failure is one message that says what was tried, where, why it failed and what to do, with a code for playbooks;
none is followed by a write.
"""

from __future__ import annotations

import json
import socket

import pytest

from sandbox.faults import (
    Delay,
    EchoBody,
    GzipBomb,
    HtmlPage,
    HugeBody,
    LyingPaging,
    Redirect,
    Reset,
    Status,
    Truncated,
    WrongContentType,
)
from utils.module_runner import CLIENTS, LIST, PAT, READER_TOKEN, REVOKED_TOKEN, TOKEN

pytest_plugins = ["utils.module_runner"]

HTML = (
    "<html><head><style>p {color: red}</style></head>"
    "<body><script>alert(1)</script><p>We are back soon</p></body></html>"
)


def problems(*entries):
    return {"errors": [dict(entry) for entry in entries]}


def assert_failure(server, result, code, status=None, *words):
    """One sentence: what, where, why and what to do; the same in `failure` as in `msg`."""
    message = result["msg"]
    assert result.code == code, message
    assert result["failure"]["status"] == status
    assert result["failure"]["message"] == message
    assert message.startswith("Could not ")
    assert "organization 'acme'" in message
    assert server.address in message
    assert "\n" not in message
    assert "<" not in message
    for word in words:
        assert word in message


# -- the server refuses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
def test_a_wrong_token(server, check):
    result = server.github(tfe_token=REVOKED_TOKEN, check=check)
    assert_failure(server, result, "unauthorized", 401, "option tfe_token", "wrong, expired or revoked")
    assert result.calls == [LIST]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("organization", ["nowhere", "hidden"])
def test_an_organization_that_is_unknown_or_not_permitted(server, organization, check):
    result = server.github(organization=organization, check=check)
    assert (result.code, result["failure"]["status"], result.methods) == ("not_found_or_forbidden", 404, ["GET"])
    for word in (f"organization '{organization}'", server.address, "does not exist", "option tfe_token", "permission"):
        assert word in result["msg"]


def test_no_permission_to_create(server):
    result = server.github(tfe_token=READER_TOKEN)
    assert_failure(server, result, "not_found_or_forbidden", 404, "create", "permission to manage VCS settings")
    assert result.methods == ["GET", "POST"]


def test_every_error_of_a_422_is_reported(server):
    errors = [
        {
            "status": "422",
            "title": "invalid attribute",
            "detail": "Http url cannot be gitlab.com",
            "source": {"pointer": "/data/attributes/http-url"},
        },
        {"status": "422", "title": "invalid attribute", "detail": "Api url cannot be gitlab.com"},
    ]
    server.fault(Status(422, problems(*errors)), "POST")
    result = server.github()
    assert_failure(
        server,
        result,
        "rejected",
        422,
        "invalid attribute: Http url cannot be gitlab.com (/data/attributes/http-url)",
        "invalid attribute: Api url cannot be gitlab.com",
    )
    assert result["failure"]["errors"] == [
        {
            "status": "422",
            "title": "invalid attribute",
            "detail": "Http url cannot be gitlab.com",
            "pointer": "/data/attributes/http-url",
        },
        {"status": "422", "title": "invalid attribute", "detail": "Api url cannot be gitlab.com"},
    ]
    assert (result.methods, server.clients()) == (["GET", "POST"], [])


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (400, "rejected", ""),
        (401, "unauthorized", "expired"),
        (403, "forbidden", "is not allowed to do this: use a token with more rights"),
        (404, "not_found_or_forbidden", "permission"),
        (405, "unsupported", "does not offer"),
        (409, "rejected", ""),
        (415, "rejected", ""),
        (422, "rejected", ""),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_statuses_that_are_final(server, method, status, code, hint):
    server.fault(Status(status, problems({"title": "made up", "detail": "for a test"})), method)
    result = server.github()
    assert_failure(server, result, code, status, f"{status}, made up: for a test.", hint)
    assert result.methods == (["GET"] if method == "GET" else ["GET", "POST"])
    assert (server.clients(), server.clock.waits) == ([], [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (problems({"title": "invalid"}), "422, invalid."),
        ({"errors": ["Validation failed", {"detail": "with detail"}]}, "422, Validation failed; with detail."),
        ({"errors": "no list"}, "422, no list."),
        ({"errors": [None, 7]}, "422, expected a JSON:API document, got application/vnd.api+json"),
        ("", "422, expected a JSON:API document, got application/vnd.api+json"),
        ("[]", "422, expected a JSON:API document, got application/vnd.api+json"),
    ],
)
def test_errors_in_other_shapes(server, body, expected):
    server.fault(Status(422, body), "POST")
    assert_failure(server, server.github(), "rejected", 422, expected)


# -- the server is in trouble -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 501, 502, 503, 504, 520])
def test_a_read_is_repeated_until_it_succeeds(server, status):
    client = server.store.add_client("acme")
    server.fault(Status(status), "GET", count=2)
    result = server.github()
    assert (result["oauth_client_id"], result.calls) == (client.id, [LIST] * 3)
    assert len(server.clock.waits) == len(result["waited"]) == 2
    assert server.clock.waits[0] < server.clock.waits[1]
    assert all(str(status) in notice for notice in result["waited"])


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({}, 0.5, 1.0),
        ({"x-ratelimit-reset": "0.713"}, 0.713, 1.213),
        ({"Retry-After": "7"}, 7.0, 7.5),
        ({"Retry-After": "4", "x-ratelimit-reset": "0.2"}, 4.0, 4.5),
        ({"Retry-After": "86400"}, 30.0, 30.0),
        ({"Retry-After": "Thu, 01 Jan 2015 00:00:00 GMT"}, 0.0, 0.5),
        ({"Retry-After": "Thu, 01 Jan 2099 00:00:00 GMT"}, 30.0, 30.0),
        ({"Retry-After": "Thu, 01 Jan 2099 00:00:00 GMT", "x-ratelimit-reset": "0.2"}, 30.0, 30.0),
        ({"Retry-After": "soon", "x-ratelimit-reset": "2"}, 2.0, 2.5),
        ({"Retry-After": "soon"}, 0.5, 1.0),
        ({"Retry-After": "-1"}, 0.5, 1.0),
        ({"Retry-After": "nan"}, 0.5, 1.0),
        ({"Retry-After": "inf"}, 0.5, 1.0),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_429_is_waited_for_as_the_server_says(server, method, headers, least, most):
    server.fault(Status(429, headers=headers), method)
    result = server.github()
    wait, *_for_twins = server.clock.waits
    assert least <= wait <= most
    assert (result["action"], len(server.clients())) == ("created", 1)
    assert result.methods.count("POST") == (2 if method == "POST" else 1)


def test_a_429_to_every_attempt(server):
    server.fault(Status(429), "GET", count=None)
    result = server.github(tfe_max_retries=3)
    assert_failure(server, result, "rate_limited", 429, "raise tfe_max_retries")
    assert len(result.calls) == 4
    assert result["changed"] is False


def test_the_rate_limit_that_the_server_reports_is_kept(serve):
    server = serve(rate_limit=1)
    result = server.github()
    assert (result["action"], len(server.clients())) == ("created", 1)
    assert [request.status for request in result.requests] == [200, 201, 200]
    assert all(wait <= 1.01 for wait in server.clock.waits)


def test_a_rate_limit_that_others_have_used_up_is_waited_for(serve):
    server = serve(rate_limit=1)
    server.sandbox._gateway.rate_limiter.take("owner", 1)
    result = server.github()
    assert [request.status for request in result.requests] == [429, 200, 201, 200]
    assert (result["action"], len(server.clients())) == ("created", 1)
    assert "429" in result["waited"][0]


def test_a_503_page_of_a_proxy(server):
    server.fault(Status(503, HTML, "text/html"), count=None)
    result = server.github(tfe_max_retries=1)
    assert_failure(server, result, "server_error", 503, "text/html", "We are back soon", "try again later")
    assert "alert" not in result["msg"]
    assert "color" not in result["msg"]
    assert result.calls == [LIST] * 2


@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (2, 3), (None, 6)])
def test_the_number_of_retries(server, retries, requests):
    server.fault(Status(500), count=None)
    result = server.github(tfe_max_retries=retries)
    assert_failure(server, result, "server_error", 500)
    assert result.calls == [LIST] * requests
    assert all(wait <= 30 for wait in server.clock.waits)


# -- there is no answer -----------------------------------------------------------------------------------------------


@pytest.fixture
def closed_port():
    """Nothing listens there: it is bound, and not listened on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_connection_refused(server, closed_port):
    address = f"http://127.0.0.1:{closed_port}"
    result = server.github(tfe_address=address, tfe_max_retries=2)
    assert (result.code, result["changed"]) == ("unreachable", False)
    for word in ("organization 'acme'", address, "connection was refused", "tfe_address"):
        assert word in result["msg"]
    assert len(server.clock.waits) == 2


def test_an_unknown_host(server):
    result = server.github(tfe_address="https://tfe.invalid")
    assert result.code == "unreachable"
    for word in ("https://tfe.invalid", "host tfe.invalid is unknown", "tfe_address", "DNS"):
        assert word in result["msg"]
    assert server.clock.waits == []


@pytest.mark.parametrize("effect", [Reset(), Truncated(), Delay(before=0.8)], ids=lambda effect: effect.kind)
def test_a_read_without_a_whole_answer_is_repeated(server, effect):
    client = server.store.add_client("acme")
    server.fault(effect, "GET")
    result = server.github(tfe_timeout=0.5 if isinstance(effect, Delay) else 5)
    assert (result["oauth_client_id"], result.calls) == (client.id, [LIST] * 2)


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (Reset(), "connection broke"),
        (Truncated(), "connection broke"),
        (Delay(before=0.25), "no answer within 0.1 s"),
    ],
    ids=["reset", "truncated", "delay"],
)
@pytest.mark.parametrize("check", [True, False])
def test_no_whole_answer_ever(server, effect, expected, check):
    server.fault(effect, "GET", count=None)
    timeout = 0.1 if isinstance(effect, Delay) else 5
    result = server.github(tfe_timeout=timeout, tfe_max_retries=1, check=check)
    assert_failure(server, result, "unreachable", None, expected)
    assert result.calls == [LIST] * 2


def test_a_time_out_names_the_option(server):
    server.fault(Delay(before=0.25), "GET")
    assert "tfe_timeout" in server.github(tfe_timeout=0.1, tfe_max_retries=0)["msg"]


# -- the answer is none of an API -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_never_followed(server, serve, method, status):
    other = serve()
    server.fault(Redirect(other.address + "/login?back={target}&fake-secret=1", status), method, count=None)
    result = server.github()
    assert_failure(server, result, "redirected", status, other.address, "tfe_address")
    assert "fake-secret" not in result["msg"]
    assert len(other.sandbox.requests) == 0
    assert (server.clients(), other.clients()) == ([], [])
    assert result.methods == (["GET"] if method == "GET" else ["GET", "POST"])


def resource(**attributes):
    return {"id": "oc-1", "type": "oauth-clients", "attributes": {"service-provider": "github", **attributes}}


BROKEN_LISTS = {
    "a login page": Status(200, HTML, "text/html"),
    "a maintenance page": HtmlPage(),
    "a page that says it is JSON": Status(200, HTML),
    "no body": Status(200, ""),
    "204": Status(204, ""),
    "truncated JSON": Status(200, '{"data": [{"id": "oc-1", "type": "oauth-cl'),
    "no document": Status(200, "[]"),
    "null": Status(200, "null"),
    "deep nesting": Status(200, "[" * 100000),
    "missing data": Status(200, {"meta": {}}),
    "data null": Status(200, {"data": None}),
    "data an object": Status(200, {"data": resource()}),
    "entries that are no objects": Status(200, {"data": [1, 2]}),
    "entries without id": Status(200, {"data": [{"type": "oauth-clients", "attributes": {}}]}),
    "an id that is a number": Status(200, {"data": [{**resource(), "id": 7}]}),
    "a broken relationship": Status(
        200, {"data": [{**resource(), "relationships": {"oauth-tokens": {"data": [{"type": "oauth-tokens"}]}}}]}
    ),
    "pagination that is a list": Status(200, {"data": [], "meta": {"pagination": []}}),
    "a page number that is a text": Status(200, {"data": [], "meta": {"pagination": {"next-page": "2"}}}),
    "a next page before this one": Status(
        200, {"data": [resource()], "meta": {"pagination": {"next-page": 1, "total-count": 1}}}
    ),
    "more promised than given": Status(
        200, {"data": [resource()], "meta": {"pagination": {"next-page": None, "total-count": 2}}}
    ),
    "fewer promised than given": Status(
        200, {"data": [resource()], "meta": {"pagination": {"next-page": None, "total-count": 0}}}
    ),
    "an empty page before the next": Status(200, {"data": [], "meta": {"pagination": {"next-page": 2}}}),
    "the same page for ever": LyingPaging("same_page"),
    "more bytes than any list": HugeBody(40),
    "a gzip bomb": GzipBomb(40),
    "broken compression": Status(200, "no gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("effect", BROKEN_LISTS.values(), ids=BROKEN_LISTS)
def test_nothing_is_written_upon_a_list_that_does_not_hold_together(server, effect, check):
    server.fault(effect, "GET", count=None)
    result = server.github(check=check)
    assert set(result.methods) == {"GET"}
    assert_failure(server, result, "invalid_answer", None)
    assert (result["changed"], server.clients()) == (False, [])
    assert len(result["msg"]) < 600


#: One entry that cannot be understood, in a list that holds together.
ODD_ENTRIES = {
    "another type": Status(200, {"data": [{**resource(), "type": "projects"}]}),
    "no attributes": Status(200, {"data": [{"id": "oc-1", "type": "oauth-clients"}]}),
    "attributes that are a list": Status(200, {"data": [{"id": "oc-1", "type": "oauth-clients", "attributes": []}]}),
    "a provider that is a number": Status(200, {"data": [resource(**{"service-provider": 7})]}),
    "a URL that is a list": Status(200, {"data": [resource(**{"http-url": ["https://github.com"]})]}),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("effect", ODD_ENTRIES.values(), ids=ODD_ENTRIES)
def test_nothing_is_created_beside_an_entry_that_cannot_be_understood(server, effect, check):
    server.fault(effect, "GET", count=None)
    result = server.github(check=check)
    assert set(result.methods) == {"GET"}
    assert (result.code, result["changed"], server.clients()) == ("ambiguous", False, [])
    assert "oc-1" in result["msg"]


def test_a_login_page_says_what_to_check(server):
    server.fault(Status(200, HTML, "text/html"), "GET")
    result = server.github()
    assert_failure(server, result, "invalid_answer", None, "got text/html (We are back soon)", "login page")


def test_a_list_that_never_ends_is_left(server):
    for number in range(3):
        server.store.add_client("acme", name=f"client {number}")
    server.fault(LyingPaging("never_ends"), "GET", count=None)
    result = server.github(name="client 1")
    assert_failure(server, result, "invalid_answer", None)
    assert len(result.calls) <= 3


def test_totals_are_not_needed(server):
    wanted = [server.store.add_client("acme", name=f"client {number}") for number in range(150)][-1]
    server.fault(LyingPaging("no_total"), "GET", count=None)
    result = server.github(name="client 149")
    assert (result["oauth_client_id"], len(result.calls)) == (wanted.id, 2)


def test_json_by_another_name_is_still_json(server):
    """Some proxies rewrite the header; what counts is that the document holds together."""
    client = server.store.add_client("acme")
    server.fault(WrongContentType("text/plain"), "GET")
    assert server.github()["oauth_client_id"] == client.id


def test_a_list_that_changes_while_it_is_read_is_read_again(server):
    clients = [server.store.add_client("acme", name=f"client {number}") for number in range(120)]
    answers = []

    def remove_one_after_the_first_page(_request):
        answers.append(1)
        if len(answers) == 1:
            server.store.delete_client(clients[0].id)

    server.sandbox._gateway._on_answer = remove_one_after_the_first_page
    result = server.github(name="client 100")
    assert (result["oauth_client_id"], len(result.calls)) == (clients[100].id, 4)


# -- secrets in what the server says ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422, 500, 503])
def test_a_server_that_echoes_what_it_was_sent(server, status):
    """That no secret comes out is checked by every run of the tests."""
    server.fault(EchoBody(status), "POST", count=None)
    result = server.github(tfe_max_retries=0)
    assert result["failed"] is True
    assert "cannot process" in result["msg"] + json.dumps(result["failure"])
    assert "(secret)" in result["msg"] or "****" in result["msg"]


def test_a_page_that_echoes_the_token(server):
    server.fault(Status(503, f"<p>Bearer {TOKEN} and {PAT} to {CLIENTS}</p>", "text/html"), count=None)
    result = server.github(tfe_max_retries=0)
    assert_failure(server, result, "server_error", 503, CLIENTS)
