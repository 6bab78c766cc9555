# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""One HTTP request and its answer, bounded in time and in size."""

from __future__ import annotations

import json
import os
import socket
import typing as t
from contextlib import suppress
from threading import Event, Timer

from .._base import errors
from . import failures
from .response import Response
from .session import make_session
from .settings import Settings

#: Limits that no real answer reaches: bytes of one decoded answer, and how many times tfe_timeout an answer can take.
MAX_BYTES = 32 * 1024 * 1024
LONGEST_ANSWER = 10


class Http:
    """One connection to the API's host."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = make_session(settings)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        what: str,
        query: t.Mapping[str, t.Any] | None = None,
        body: dict[str, t.Any] | None = None,
    ) -> Response:
        """Send one request and read its answer. Raises a VcsError beginning with ``what`` if there is no answer."""
        import requests

        try:
            with self._session.request(
                method,
                f"{self._settings.address.base}/api/v2{path}",
                params=query,
                data=None if body is None else json.dumps(body),
                timeout=self._settings.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Response(response.status_code, response.headers, self._read(method, response, what))
        except requests.exceptions.ContentDecodingError:
            raise failures.unreadable(self._settings, method, what, "the answer's compression is broken") from None
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            raise failures.no_answer(self._settings, method, what, error) from None

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

        watchdog = Timer(LONGEST_ANSWER * self._settings.timeout, cut)
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

    def _sentence(self, what: str, why: str, hint: str = "") -> str:
        return errors.sentence(what, self._settings.address.base, why, hint)


def _socket_of(response: t.Any) -> socket.socket | None:
    """A handle of its own on the socket that an answer comes by; None where there is nothing left to be read."""
    try:
        return socket.socket(fileno=os.dup(response.raw.fileno()))
    except (AttributeError, OSError, ValueError):
        return None
