# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Asks VCS hosts about the personal access tokens of one task: each token once, and a host that is down only once."""

from __future__ import annotations

import typing as t
from threading import Lock

from .._base.clock import Clock
from .host import NoResponse, ask
from .settings import Transport
from .token_question import Question
from .token_response import lacks_endpoint, read
from .token_status import TokenStatus, unknown

#: The number of hosts that are asked at the same time.
MOST_HOSTS = 8

Asked = tuple[Question, Transport]


class TokenChecks:
    """The statuses of the tokens of one task. Can be used by several threads."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._lock = Lock()
        self._hosts: dict[str, _Host] = {}

    def statuses(self, asked: t.Sequence[Asked]) -> list[TokenStatus]:
        """The status for each question, in their order. Several hosts are asked at the same time."""
        hosts: dict[str, list[Asked]] = {}
        for one in asked:
            hosts.setdefault(one[0].origin, []).append(one)
        if len(hosts) > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(min(len(hosts), MOST_HOSTS)) as pool:
                list(pool.map(self._ask_host, hosts.values()))
        return [self._status(*one) for one in asked]

    def _ask_host(self, asked: t.Iterable[Asked]) -> None:
        for one in asked:
            self._status(*one)

    def _status(self, question: Question, transport: Transport) -> TokenStatus:
        with self._lock:
            host = self._hosts.setdefault(question.origin, _Host(self._clock))
        return host.status(question, transport)


class _Host:
    """One host: one question after another, so none is asked twice, and none once the host is known to be down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._known: dict[tuple[t.Any, ...], TokenStatus] = {}
        self._down: dict[Transport, TokenStatus] = {}

    def status(self, question: Question, transport: Transport) -> TokenStatus:
        key = (*question.key, transport)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._down.get(transport) or self._ask(question, transport)
            return self._known[key]

    def _ask(self, question: Question, transport: Transport) -> TokenStatus:
        deadline = self._clock.monotonic() + transport.timeout
        status = unknown("nothing was asked.")
        for endpoint in question.check.endpoints:
            left = deadline - self._clock.monotonic()
            try:
                response = ask(
                    question.url(endpoint), question.check.headers(question.token), question.token, transport, left
                )
            except NoResponse as error:
                self._down[transport] = unknown(f"{question.origin} could not be asked: {error}")
                return self._down[transport]
            status = read(question, endpoint, response, self._clock.time())
            if not lacks_endpoint(response):
                break
        return status
