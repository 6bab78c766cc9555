# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests the sandbox got, for tests to read."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

SECRET = "(secret)"
_SECRET_KEYS = frozenset({"oauth-token-string", "secret", "private-key", "ssh-key"})
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "private-token"})


@dataclass
class LoggedRequest:
    """Exact, secrets included: only for tests in the same process. `status` is None until answered, or if never."""

    method: str
    path: str
    target: str
    """Path and query as they came over the wire."""
    query: dict[str, str]
    headers: Headers
    """Names in any case."""
    body: Any
    """Parsed JSON, None if there was none."""
    connection: int
    """The number of the TCP connection."""
    started: float
    """On the monotonic clock."""
    status: int | None = None
    duration: float | None = None

    def public(self) -> dict[str, Any]:
        """The entry without secrets, for other processes."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": {name: SECRET if name.lower() in _SECRET_HEADERS else value for name, value in self.headers},
            "body": without_secrets(self.body),
            "connection": self.connection,
            "status": self.status,
            "duration": self.duration,
        }


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: SECRET if key in _SECRET_KEYS else without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


class RequestLog(Sequence[LoggedRequest]):
    """In the order of arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []

    def add(self, request: LoggedRequest) -> None:
        with self._lock:
            self._requests.append(request)

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[LoggedRequest]:
        with self._lock:
            return iter(list(self._requests))

    @overload
    def __getitem__(self, index: int) -> LoggedRequest:
        """One request."""

    @overload
    def __getitem__(self, index: slice) -> list[LoggedRequest]:
        """Several, in order of arrival."""

    def __getitem__(self, index: int | slice) -> LoggedRequest | list[LoggedRequest]:
        with self._lock:
            return self._requests[index]

    def __repr__(self) -> str:
        return repr([f"{request.method} {request.target} {request.status}" for request in self])
