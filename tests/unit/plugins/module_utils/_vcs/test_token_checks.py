# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each token is asked about once, and a host that is down is left alone."""

from __future__ import annotations

import json
import threading

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import token_checks
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.host import NoResponse
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.response import Response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.settings import Transport
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_question import Question

GITHUB, GITLAB = (SERVICE_PROVIDERS[name].token_check for name in ("github_enterprise", "gitlab_community_edition"))
USUAL, PATIENT = Transport(timeout=5.0), Transport(timeout=60.0)
OK = Response(200, {}, json.dumps({"login": "acme-bot"}))
REFUSED = Response(401, {}, json.dumps({"message": "Bad credentials"}))
OLD_GITLAB = Response(404, {}, "{}")


class Hosts:
    """VCS hosts that give one response to each token, and a clock that goes on only while they are asked."""

    def __init__(self):
        self.responses = {}
        self.asked = []
        self.now = 1000.0

    def ask(self, url, headers, token, _transport, timeout):
        assert token in "".join(headers.values())
        self.asked.append((url.partition("://")[2], token, timeout))
        self.now += 2.0
        response = self.responses.get(url, self.responses.get(token, OK))
        if isinstance(response, NoResponse):
            raise response
        return response

    def monotonic(self):
        return self.now

    def time(self):
        return 0.0

    @property
    def urls(self):
        return [url for url, _token, _timeout in self.asked]


@pytest.fixture
def hosts(monkeypatch):
    hosts = Hosts()
    monkeypatch.setattr(token_checks, "ask", hosts.ask)
    monkeypatch.setattr(token_checks, "Clock", lambda: hosts)
    return hosts


def question(token="token-1", host="a.example.com", check=GITHUB):
    return Question(check, f"https://{host}", token)


def statuses(checks, *questions, transport=USUAL):
    return [found.status for found in checks.statuses([(one, transport) for one in questions])]


def test_each_token_is_asked_about_once(hosts):
    hosts.responses = {"token-2": REFUSED}
    checks = token_checks.TokenChecks()
    assert statuses(checks, question(), question("token-2"), question()) == ["ok", "refused", "ok"]
    assert statuses(checks, question("token-2")) == ["refused"]
    assert [token for _url, token, _timeout in hosts.asked] == ["token-1", "token-2"]


def test_statuses_are_in_the_order_of_the_questions(hosts):
    hosts.responses = {"bad": REFUSED}
    listed = [question(token, host) for host in ("a.example.com", "b.example.com") for token in ("bad", "good")]
    assert statuses(token_checks.TokenChecks(), *listed) == ["refused", "ok"] * 2
    assert statuses(token_checks.TokenChecks(), *listed[::-1]) == ["ok", "refused"] * 2
    assert len(hosts.asked) == 8


def test_no_question_needs_no_response(hosts):
    assert token_checks.TokenChecks().statuses([]) == []
    assert hosts.asked == []


def test_a_host_that_is_down_is_asked_only_once(hosts):
    hosts.responses = {"token-2": NoResponse("it is down.")}
    checks = token_checks.TokenChecks()
    asked = [(question(f"token-{number}"), USUAL) for number in (1, 2, 3)]
    first, second, third = checks.statuses(asked)
    assert (first.status, second.status, third) == ("ok", "unknown", second)
    assert second.reason == "https://a.example.com could not be asked: it is down."
    # Another host, or the same one with other settings, can be there.
    assert statuses(checks, question("token-3", "b.example.com")) == ["ok"]
    assert statuses(checks, question("token-3"), transport=PATIENT) == ["ok"]
    assert [token for _url, token, _timeout in hosts.asked] == ["token-1", "token-2", "token-3", "token-3"]


def test_an_older_gitlab_is_asked_for_the_user_within_the_same_time(hosts):
    own, user = "a.example.com/personal_access_tokens/self", "a.example.com/user"
    hosts.responses = {
        f"https://{own}": OLD_GITLAB,
        f"https://{user}": Response(200, {}, json.dumps({"username": "bot"})),
    }
    (found,) = token_checks.TokenChecks().statuses([(question(check=GITLAB), USUAL)])
    assert (found.status, found.login) == ("ok", "bot")
    assert hosts.asked == [(own, "token-1", 5.0), (user, "token-1", 3.0)]


def test_a_host_that_responds_is_not_asked_for_the_user(hosts):
    for response in (REFUSED, Response(500, {}, "")):
        hosts.responses = {"token-1": response}
        token_checks.TokenChecks().statuses([(question(check=GITLAB), USUAL)])
    assert hosts.urls == ["a.example.com/personal_access_tokens/self"] * 2


def test_a_host_without_any_of_the_endpoints_says_nothing(hosts):
    hosts.responses = {"token-1": OLD_GITLAB}
    (found,) = token_checks.TokenChecks().statuses([(question(check=GITLAB), USUAL)])
    assert (found.status, len(hosts.asked)) == ("unknown", 2)
    assert "404" in found.reason


def test_several_hosts_are_asked_at_the_same_time(monkeypatch):
    together = threading.Barrier(2, timeout=10)

    def ask(*_arguments):
        together.wait()
        return OK

    monkeypatch.setattr(token_checks, "ask", ask)
    asked = [question(host=host) for host in ("a.example.com", "b.example.com")]
    assert statuses(token_checks.TokenChecks(), *asked) == ["ok", "ok"]
