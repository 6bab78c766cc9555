# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""One connection to the host of the API: HTTP requests and their responses, bounded in time and in size."""

from __future__ import annotations

import json
import typing as t
from threading import Timer

from .._base import errors
from .._http.wire import Wire
from .body import Unreadable, read_body
from .failures import Failures
from .request import Request
from .response import Response
from .session import make_session
from .settings import Settings

#: How many times tfe_timeout a whole request can take, from connecting to the last byte. No real one takes as long.
LONGEST_ANSWER = 10


class HttpConnection:
    """One connection to the API's host. ``root`` is the URL below which all paths are."""

    def __init__(self, settings: Settings, failures: Failures) -> None:
        self.root = f"{settings.address.base}/api/v2"
        self._settings = settings
        self._failures = failures
        self._wire = Wire()
        self.is_aborted = False
        self._session = make_session(settings, self._wire)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def abort(self) -> None:
        """End the current request and send no other. Another thread calls this."""
        self.is_aborted = True
        self._wire.cut()

    def send(self, request: Request) -> Response:
        """Send one request and read its response. Raises a VcsError beginning with its ``what`` if there is none."""
        data = None if request.body is None else json.dumps(request.body)
        return self._send(request.method, request.what, f"{self.root}{request.path}", params=request.query, data=data)

    def get_without_token(self, url: str, what: str) -> Response:
        """Read another document from the API's host."""
        headers = {"Authorization": None, "Accept": "application/json", "Content-Type": None}
        return self._send("GET", what, url, headers=headers)

    def _send(self, method: str, what: str, url: str, **parts: t.Any) -> Response:
        import requests
        import urllib3

        self._wire.begin()
        if self.is_aborted:
            raise self._failures.aborted(what)
        watchdog = Timer(LONGEST_ANSWER * self._settings.timeout, self._wire.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            prepared = self._session.prepare_request(requests.Request(method, url, **parts))
            # The session itself would follow redirects a little way, and read their bodies without bounds.
            with self._session.get_adapter(url).send(
                prepared,
                stream=True,
                timeout=self._settings.timeout,
                verify=self._session.verify,
                proxies=self._session.proxies,
            ) as answer:
                content = read_body(answer.raw, answer.headers.get("Content-Encoding", ""))
            if not self._wire.is_cut.is_set():
                return Response(answer.status_code, answer.headers, content)
            failure = self._cut(method, what)
        except Unreadable as error:
            failure = self._failures.unreadable(method, what, str(error))
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            failure = self._failures.no_answer(method, what, error)
            if self._wire.is_cut.is_set():
                failure = self._cut(method, what)
        finally:
            watchdog.cancel()
        raise failure

    def _cut(self, method: str, what: str) -> errors.VcsError:
        return self._failures.aborted(what) if self.is_aborted else self._failures.late(method, what)
