# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The client of the API of HCP Terraform and Terraform Enterprise: JSON:API documents, with safe retries.

Knows nothing about OAuth clients. Rules of the API:
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs).
"""

from __future__ import annotations

import typing as t

from .._base import errors
from .._base.clock import Clock
from .discovery import discover
from .failures import Failures
from .http import Http
from .pace import Pace
from .paging import Page, read_all
from .reasons import is_json_api
from .response import Response
from .retries import advice_of, wait_before
from .server_clock import ServerClock
from .settings import Settings


class Answer(t.NamedTuple):
    """A successful answer: its status, its JSON document ({} without a body) and the HTTP headers."""

    status: int
    document: dict[str, t.Any]
    headers: t.Mapping[str, str]


class TfeClient:
    """One connection to the API, for one thread; clients of several threads share one ``pace``.

    Every method takes ``what``, the step in words ("list the OAuth clients of organization 'acme'"), and raises a
    VcsError that says what, where, why and what to do. ``notices`` collects the waits before retries.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.pace = Pace()
        self.notices: list[str] = []
        self.server_version: str | None = None
        self._server_clock = ServerClock(self.clock)
        #: The time on ``clock.monotonic()`` after which no failed request is retried.
        self.retry_until = float("inf")
        self._advice: float | None = None
        self.failures = Failures(settings)
        self._http = Http(settings, self.failures)
        self._is_found = False

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def abort(self) -> None:
        """End what this client does in another thread: its request, its wait, and everything it would do next."""
        self._http.abort()
        self.clock.stop()

    @property
    def is_aborted(self) -> bool:
        """Whether abort was called. Such a client is of no further use."""
        return self._http.is_aborted

    def pause(self, seconds: float) -> None:
        """Wait before the next read."""
        if seconds:
            self.clock.sleep(seconds)

    @property
    def took(self) -> float:
        """Seconds from sending the latest answered request, after any wait for its turn, to its answer."""
        return self._server_clock.took

    def now(self) -> tuple[float, float]:
        """The server's time in seconds since 1970, and by how many seconds that can be wrong."""
        return self._server_clock.now()

    def may_be_younger(self, created: float, seconds: float) -> bool:
        """Whether something created at a time (seconds since 1970) can have been younger than that when it was read."""
        return self._server_clock.may_be_younger(created, seconds)

    def get(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The JSON:API document at a path below /api/v2."""
        return self._retrying("GET", path, what, query=query).document

    def get_all(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
        """All resources of a list, page by page. Raises InvalidAnswer rather than return a part of the list."""

        def invalid(why: str) -> errors.InvalidAnswer:
            return errors.InvalidAnswer(errors.sentence(what, self.settings.address.base, why))

        def fetch(page: dict[str, t.Any]) -> Page:
            answer = self._retrying("GET", path, what, query=page)
            return Page(answer.document, answer.headers)

        return read_all(fetch, invalid, query or {})

    def post(
        self, path: str, what: str, body: dict[str, t.Any], look: t.Callable[[], None] = lambda: None
    ) -> dict[str, t.Any]:
        """Create something. Retried only after 429 or when nothing was sent; otherwise raises Lost.

        ``look`` is called before each retry after 429. It raises Lost if the request was carried out nevertheless.
        """
        return self._retrying("POST", path, what, body=body, look=look).document

    def patch(self, path: str, what: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """Change something; repeating it is safe."""
        return self._retrying("PATCH", path, what, body=body).document

    def delete(self, path: str, what: str) -> bool:
        """Remove something, and return whether the server confirmed it in the way that the API documents (204).

        A 404 to a repeated request means that the first one did it.
        """
        return self._retrying("DELETE", path, what).status in (204, 404)

    def could_not(self, what: str) -> str:
        """How every error begins: what could not be done, and where."""
        return errors.could_not(what, self.settings.address.base)

    def _retrying(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None = None,
        body: dict[str, t.Any] | None = None,
        look: t.Callable[[], None] = lambda: None,
    ) -> Answer:
        attempt = 0
        while True:
            try:
                return self._once(method, path, what, query, body)
            except (errors.RateLimited, errors.NotSent) as error:
                failure: errors.VcsError = error
            except errors.Lost as error:
                if method == "POST":
                    raise
                failure = error
            except errors.NotFoundOrForbidden:
                if method == "DELETE" and attempt:
                    return Answer(404, {}, {})
                raise
            wait = wait_before(attempt, self._advice, self.clock)
            if attempt >= self.settings.max_retries or self.clock.monotonic() + wait > self.retry_until:
                if attempt:
                    failure.message += f" It was tried {attempt + 1} times."
                raise failure
            attempt += 1
            self.notices.append(
                f"{method} {path}: {failure.status or failure.code}, waited {wait:.1f} s before attempt {attempt + 1}"
            )
            self.clock.sleep(wait)
            if isinstance(failure, errors.RateLimited):
                look()

    def _once(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None,
        body: dict[str, t.Any] | None,
    ) -> Answer:
        self._advice = None
        response = self._at_pace(method, path, what, query, body)
        if not self._is_found:
            self._is_found = True
            if self._is_elsewhere(response):
                response = self._at_pace(method, path, what, query, body)
        headers = response.headers
        # The answer of a proxy does not have the version, which stays what it was.
        version = headers.get("x-tfe-current-version") or headers.get("x-tfe-version")
        self.server_version = version or self.server_version
        self._server_clock.answered(headers)
        return self._judge(method, what, response)

    def _at_pace(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None,
        body: dict[str, t.Any] | None,
    ) -> Response:
        self.pace.start()
        self._server_clock.asked()
        headers: t.Mapping[str, str] = {}
        try:
            response = self._http.send(method, path, what, query, body)
            headers = response.headers
        finally:
            self.pace.finish(headers)
        return response

    def _is_elsewhere(self, first: Response) -> bool:
        """Whether there is no API at the usual path, and the host's service discovery names another one."""
        if first.status != 404 or is_json_api(first.document):
            return False
        root = discover(self._http, self.settings)
        if root is None or root == self._http.root:
            return False
        self._http.root = root
        return True

    def _judge(self, method: str, what: str, response: Response) -> Answer:
        status = response.status
        good = 200 <= status < 300
        # Some servers answer a DELETE with 200 and nothing, or null.
        if good and (status == 204 or (method == "DELETE" and response.content.strip() in (b"", b"null"))):
            return Answer(status, {}, response.headers)
        document = response.document
        if good and isinstance(document, dict):
            if document.get("errors"):
                raise self.failures.contradiction(method, what, response, document)
            return Answer(status, document, response.headers)
        if good:
            raise self.failures.no_document(method, what, response)
        if 300 <= status < 400:
            raise self.failures.redirected(what, response)
        self._advice = advice_of(response.headers, self.clock)
        raise self.failures.refused(what, response, document)
