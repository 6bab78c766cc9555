# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""HTTP and JSON:API with HCP Terraform and Terraform Enterprise: requests, paging, retries.

Knows nothing about OAuth clients. Rules of the API:
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs).
"""

from __future__ import annotations

import json
import os
import re
import socket
import typing as t
from contextlib import suppress
from email.utils import parsedate_to_datetime
from threading import Event, Timer

from .._base import errors
from .._base.clock import Clock
from .pace import Pace
from .settings import Settings

USER_AGENT = "ansible-hcptf.vcs/0.1.0"
MEDIA_TYPE = "application/vnd.api+json"
PAGE_SIZE = 100
#: Bounds that no honest answer reaches: bytes of one decoded answer, pages of one list, and how many times tfe_timeout
#: an answer may take to arrive whole.
MAX_BYTES = 32 * 1024 * 1024
MAX_PAGES = 1000
LONGEST_ANSWER = 10
#: Seconds: what a wait starts from without advice of the server, and the most that one wait lasts with or without it.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
#: Seconds by which the server's clock and this host's may differ and still be the same.
CLOCKS_AGREE = 1.0
#: How often a list of several pages is read again when it changed while it was read.
LIST_ATTEMPTS = 3

_SURROGATE = re.compile(rb"\\u[dD][89A-Fa-f]")


class Answer(t.NamedTuple):
    """A good answer: its status, its JSON document ({} without a body) and the HTTP headers."""

    status: int
    document: dict[str, t.Any]
    headers: t.Mapping[str, str]


class TfeClient:
    """One connection to the API, for one thread; clients of several threads are given one ``pace``.

    Every method takes ``what``, the step in words ("list the OAuth clients of organization 'acme'"), and raises a
    VcsError that says what, where, why and what to do. ``notices`` collects what was waited for.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.pace = Pace()
        self.notices: list[str] = []
        self.server_version: str | None = None
        self._told_time: tuple[float | None, float] = (None, 0.0)
        self._advice: float | None = None
        self._asked = 0.0
        self._session = _session(settings)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def pause(self, seconds: float) -> None:
        """Wait before looking again."""
        if seconds:
            self.clock.sleep(seconds)

    def now(self) -> tuple[float, float]:
        """The server's time in seconds since 1970, and by how many seconds that may be wrong.

        It tells its time to the second. This host's clock is finer, and is taken if the two agree.
        """
        told, when = self._told_time
        if told is None:
            return self.clock.time(), 0.0
        now = told + 0.5 + self.clock.monotonic() - when
        return (self.clock.time(), 0.0) if abs(self.clock.time() - now) < CLOCKS_AGREE else (now, CLOCKS_AGREE)

    def may_be_younger(self, created: float, seconds: float) -> bool:
        """Whether something created at a time (seconds since 1970) may have been younger than that when it was read.

        The server can have read it as soon as it was asked.
        """
        now, error = self.now()
        age = now - created - (self.clock.monotonic() - self._asked)
        return age < seconds + error and now - created >= -error

    def get(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The JSON:API document at a path below /api/v2."""
        return self._retrying("GET", path, what, query=query).document

    def get_all(self, path: str, what: str, query: t.Mapping[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
        """All resources of a list, page by page. Raises InvalidAnswer rather than return a part of the list.

        A list that changes between two pages can hide an entry, so it is then read again from the start.
        """
        for _attempt in range(LIST_ATTEMPTS):
            resources, whole = self._read_pages(path, what, dict(query or {}))
            if whole:
                return resources
        raise errors.InvalidAnswer(
            self._sentence(what, "the pages of the list do not add up to its total, in several attempts")
        )

    def post(self, path: str, what: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """Create something. Sent once: repeated only after 429 or when nothing was sent; otherwise raises Lost."""
        return self._retrying("POST", path, what, body=body).document

    def patch(self, path: str, what: str, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """Change something; repeating it is safe."""
        return self._retrying("PATCH", path, what, body=body).document

    def delete(self, path: str, what: str) -> bool:
        """Remove something, and tell whether the server said so in the way that the API documents (204).

        A 404 to a repeated request means that the first one did it.
        """
        return self._retrying("DELETE", path, what).status in (204, 404)

    # -- paging

    def _read_pages(self, path: str, what: str, query: dict[str, t.Any]) -> tuple[list[dict[str, t.Any]], bool]:
        """One pass over the pages: the resources, and whether they are certainly all."""
        found: dict[str, dict[str, t.Any]] = {}
        totals: set[int] = set()
        number = 1
        for _page in range(MAX_PAGES):
            document = self.get(path, what, {**query, "page[number]": number, "page[size]": PAGE_SIZE})
            page = {resource["id"]: resource for resource in self._resources(document, what)}
            if page and page.keys() <= found.keys():
                raise errors.InvalidAnswer(self._sentence(what, "the server repeats a page of the list"))
            found.update(page)
            following, total = self._pagination(document, what)
            if total is not None:
                totals.add(total)
            if following is None:
                return list(found.values()), not totals or totals == {len(found)}
            if following <= number or not page:
                raise errors.InvalidAnswer(self._sentence(what, "the server's list leads back to an earlier page"))
            number = following
        raise errors.InvalidAnswer(self._sentence(what, f"the list does not end within {MAX_PAGES} pages"))

    def _pagination(self, document: dict[str, t.Any], what: str) -> tuple[int | None, int | None]:
        """The next page's number and the total; servers without paging send no pagination at all."""
        meta = document.get("meta") or {}
        pagination = meta.get("pagination", meta) if isinstance(meta, dict) else meta
        if not isinstance(pagination, dict):
            raise errors.InvalidAnswer(self._sentence(what, "the paging information of the list is broken"))
        following, total = pagination.get("next-page"), pagination.get("total-count")
        for value in (following, total):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                raise errors.InvalidAnswer(self._sentence(what, "the page numbers of the list are no numbers"))
        return following, total

    def _resources(self, document: dict[str, t.Any], what: str) -> list[dict[str, t.Any]]:
        data = document.get("data")
        if not isinstance(data, list) or not all(
            isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"] for entry in data
        ):
            raise errors.InvalidAnswer(self._sentence(what, "the answer holds no list of JSON:API resources"))
        return data

    # -- one request, repeated where that is safe

    def _retrying(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None = None,
        body: dict[str, t.Any] | None = None,
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
            if attempt >= self.settings.max_retries:
                raise failure
            wait = _wait(attempt, self._advice, self.clock)
            attempt += 1
            self.notices.append(
                f"{method} {path}: {failure.status or failure.code}, waited {wait:.1f} s before attempt {attempt + 1}"
            )
            self.clock.sleep(wait)

    def _once(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None,
        body: dict[str, t.Any] | None,
    ) -> Answer:
        import requests

        self._advice = None
        self.pace.start()
        self._asked = self.clock.monotonic()
        told: t.Mapping[str, str] = {}
        try:
            with self._session.request(
                method,
                f"{self.settings.address.base}/api/v2{path}",
                params=query,
                data=None if body is None else json.dumps(body),
                timeout=self.settings.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                told = response.headers
                content = self._read(method, response, what)
        except requests.exceptions.ContentDecodingError:
            from . import failures

            raise failures.unreadable(self.settings, method, what, "the answer's compression is broken") from None
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            from . import failures

            raise failures.no_answer(self.settings, method, what, error) from None
        finally:
            self.pace.finish(told)
        self.server_version = told.get("x-tfe-current-version") or told.get("x-tfe-version")
        self._told_time = (_timestamp(told.get("Date")), self.clock.monotonic())
        return self._judge(method, what, response, content)

    def _read(self, method: str, response: t.Any, what: str) -> bytes:
        """The decoded body, bounded in size and in time, so that no server can fill the memory or hold the task.

        The time-out of a socket begins anew with every byte, so a slow drip has to be ended from outside.
        """
        response.raw.enforce_content_length = True  # not the default of urllib3 1.26
        late, connection = Event(), _socket_of(response)

        def cut() -> None:
            late.set()
            with suppress(OSError):  # it has ended by itself at this very moment
                if connection:
                    connection.shutdown(socket.SHUT_RDWR)

        watchdog = Timer(LONGEST_ANSWER * self.settings.timeout, cut)
        watchdog.daemon = True
        watchdog.start()
        content = bytearray()
        try:
            for chunk in response.iter_content(65536):
                content += chunk
                if len(content) > MAX_BYTES:
                    size = f"{MAX_BYTES >> 20} MiB"
                    raise errors.InvalidAnswer(self._sentence(what, f"the answer is larger than {size}"))
        except OSError:
            if not late.is_set():
                raise
        finally:
            watchdog.cancel()
            if connection:
                connection.close()
        if late.is_set():
            kind = errors.Lost if method == "POST" else errors.Unreachable
            raise kind(
                self._sentence(what, "the answer did not end in time", "Raise tfe_timeout if the server is slow.")
            )
        return bytes(content)

    def _judge(self, method: str, what: str, response: t.Any, content: bytes) -> Answer:
        status = response.status_code
        good = 200 <= status < 300
        if good and (status == 204 or (method == "DELETE" and not content)):
            return Answer(status, {}, response.headers)
        document = _json(content)
        if good and isinstance(document, dict):
            return Answer(status, document, response.headers)
        from . import failures

        if good:
            raise failures.no_document(self.settings, method, what, response, content)
        if 300 <= status < 400:
            raise failures.redirected(self.settings, what, response)
        self._advice = _advice(response.headers, self.clock.time())
        raise failures.refused(self.settings, what, response, content, document)

    def could_not(self, what: str) -> str:
        """How every error begins: what could not be done, and where."""
        return errors.could_not(what, self.settings.address.base)

    def _sentence(self, what: str, why: str, hint: str = "") -> str:
        return errors.sentence(what, self.settings.address.base, why, hint)


def _session(settings: Settings) -> t.Any:
    """A session that takes nothing from .netrc, cookies or CA variables behind the back of the options."""
    try:
        import requests
        from requests.cookies import RequestsCookieJar
        from requests.utils import get_environ_proxies, should_bypass_proxies
    except ImportError:
        raise errors.LibraryMissing("requests") from None
    from http.cookiejar import DefaultCookiePolicy

    session = requests.Session()
    session.trust_env = False
    session.headers.update(
        {
            "Authorization": f"Bearer {settings.token}",
            "Accept": MEDIA_TYPE,
            "Content-Type": MEDIA_TYPE,  # also without a body: a DELETE without it is answered 415
            "User-Agent": USER_AGENT,
        }
    )
    session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    session.verify = (settings.ca_bundle or True) if settings.verify_tls else False
    base = settings.address.base
    if settings.proxies is None:
        session.proxies = get_environ_proxies(base)
    elif settings.proxies and not should_bypass_proxies(base, no_proxy=None):
        session.proxies = {"http": settings.proxies, "https": settings.proxies}
    if not settings.verify_tls:
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session


def _socket_of(response: t.Any) -> socket.socket | None:
    """A handle of its own on the socket that an answer comes by; None where there is nothing left to be read."""
    try:
        return socket.socket(fileno=os.dup(response.raw.fileno()))
    except (AttributeError, OSError, ValueError):
        return None


def _wait(attempt: int, advice: float | None, clock: Clock) -> float:
    """Seconds before the next attempt: the server's advice, else doubling; jittered, to keep runs out of step."""
    wait = advice if advice is not None else FIRST_WAIT * 2**attempt
    return min(wait + clock.jitter(FIRST_WAIT * (1 if advice is not None else 2**attempt)), LONGEST_WAIT)


def _advice(headers: t.Mapping[str, str], now: float) -> float | None:
    """Seconds that the server asks to wait: Retry-After (seconds or a date), x-ratelimit-reset (fractional seconds)."""
    after = headers.get("Retry-After", "")
    for text in (after, headers.get("x-ratelimit-reset", "")):
        try:
            seconds = float(text)
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - now)
    except (TypeError, ValueError, IndexError):
        return None


def _timestamp(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _json(content: bytes) -> t.Any:
    """The document, None for what is none; half a character (a lone surrogate) could never be sent or shown again."""
    try:
        document = json.loads(content)
        if _SURROGATE.search(content):
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return document
