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
from .http_connection import HttpConnection
from .json_api import invalid_answer
from .pace import Pace
from .page_hints import Broken
from .paging import read_all
from .reasons import is_json_api
from .request import Request
from .response import Response, Success
from .retries import advice_of, wait_before
from .server_clock import ServerClock
from .settings import Settings


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
        self.server_clock = ServerClock(self.clock)
        #: The time on ``clock.monotonic()`` after which no failed request is retried.
        self.retry_until = float("inf")
        self.failures = Failures(settings)
        self._http = HttpConnection(settings, self.failures)
        self._root_is_checked = False

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

    def get(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The JSON:API document at a path below /api/v2."""
        return self._retrying(Request("GET", path, what, query)).document

    def get_all(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
        """All resources of a list, page by page. Raises InvalidAnswer rather than return a part of the list."""

        def fetch(page: dict[str, t.Any]) -> Success:
            return self._retrying(Request("GET", path, what, page))

        try:
            return read_all(fetch, query or {})
        except Broken as broken:
            raise invalid_answer(self.could_not(what), str(broken)) from None

    def post(
        self, path: str, what: str, body: dict[str, t.Any], look: t.Callable[[], None] = lambda: None
    ) -> dict[str, t.Any]:
        """Create something. Retried only after 429 or when nothing was sent; otherwise raises Lost.

        ``look`` is called before each retry after 429. It raises Lost if the request was carried out nevertheless.
        """
        return self._retrying(Request("POST", path, what, body=body), look).document

    def patch(self, path: str, what: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """Change something; repeating it is safe."""
        return self._retrying(Request("PATCH", path, what, body=body)).document

    def delete(self, path: str, what: str) -> bool:
        """Remove something, and return whether the server confirmed it in the way that the API documents (204).

        A 404 to a repeated request means that the first one did it.
        """
        return self._retrying(Request("DELETE", path, what)).status in (204, 404)

    def could_not(self, what: str) -> str:
        """How every error begins: what could not be done, and where."""
        return errors.could_not(what, self.settings.address.base)

    def _retrying(self, request: Request, look: t.Callable[[], None] = lambda: None) -> Success:
        attempt = 0
        while True:
            try:
                return self._once(request)
            except (errors.RateLimited, errors.NotSent) as error:
                failure: errors.VcsError = error
            except errors.Lost as error:
                if request.method == "POST":
                    raise
                failure = error
            except errors.NotFoundOrForbidden:
                if request.method == "DELETE" and attempt:
                    return Success(404, {}, {})
                raise
            wait = wait_before(attempt, failure.retry_after, self.clock)
            if attempt >= self.settings.max_retries or self.clock.monotonic() + wait > self.retry_until:
                if attempt:
                    failure.message += f" It was tried {attempt + 1} times."
                raise failure
            attempt += 1
            self.notices.append(
                f"{request.method} {request.path}: {failure.status or failure.code}, waited {wait:.1f} s before "
                f"attempt {attempt + 1}"
            )
            self.clock.sleep(wait)
            if isinstance(failure, errors.RateLimited):
                look()

    def _once(self, request: Request) -> Success:
        response = self._at_pace(request)
        if not self._root_is_checked:
            self._root_is_checked = True
            if self._switch_root(response):
                response = self._at_pace(request)
        headers = response.headers
        # The response of a proxy does not have the version, which stays what it was.
        version = headers.get("x-tfe-current-version") or headers.get("x-tfe-version")
        self.server_version = version or self.server_version
        self.server_clock.answered(headers)
        return self._judge(request, response)

    def _at_pace(self, request: Request) -> Response:
        self.pace.start()
        self.server_clock.asked()
        headers: t.Mapping[str, str] = {}
        try:
            response = self._http.send(request)
            headers = response.headers
        finally:
            self.pace.finish(headers)
        return response

    def _switch_root(self, first: Response) -> bool:
        """Switch to the path that the host's service discovery names, if there is no API at the usual one."""
        if first.status != 404 or is_json_api(first.document):
            return False
        root = discover(self._http, self.settings)
        if root is None or root == self._http.root:
            return False
        self._http.root = root
        return True

    def _judge(self, request: Request, response: Response) -> Success:
        status, method, what = response.status, request.method, request.what
        good = 200 <= status < 300
        # Some servers answer a DELETE with 200 and nothing, or null.
        if good and (status == 204 or (method == "DELETE" and response.content.strip() in (b"", b"null"))):
            return Success(status, {}, response.headers)
        document = response.document
        if good and isinstance(document, dict):
            if document.get("errors"):
                raise self.failures.contradiction(method, what, response, document)
            return Success(status, document, response.headers)
        if good:
            raise self.failures.no_document(method, what, response)
        if 300 <= status < 400:
            raise self.failures.redirected(what, response)
        refusal = self.failures.refused(what, response, document)
        refusal.retry_after = advice_of(response.headers, self.clock)
        raise refusal
