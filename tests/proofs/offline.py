# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox's API without sockets: the product's real sessions, whose adapter calls the API in this process.

For proofs by number: a run takes milliseconds, and what stands between product and server can do as it likes.
"""

from __future__ import annotations

import contextlib
import io
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from proofs import scene
from sandbox import Unknowns
from sandbox.app import create_app
from sandbox.seed import load
from sandbox.settings import Settings
from sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Transport = Callable[["Sent"], "Answer"]

ADDRESS = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Sent:
    """A request as the product sends it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        return self.method != "GET"


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Server:
    """The API on a store of its own."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.store = Store(self.settings)
        self._app = create_app(self.store, self.settings)
        load(self.store, scene.SEED)

    def reset(self, unknowns: Unknowns | None = None) -> None:
        self.settings.chosen = unknowns or Unknowns()
        self.store.clear()
        load(self.store, scene.SEED)

    def answer(self, sent: Sent, more: Mapping[str, Any] | None = None) -> Answer:
        """``more``: WSGI variables with which faults ask the API for something else."""
        environ = EnvironBuilder(
            path=sent.target.partition("?")[0],
            query_string=sent.target.partition("?")[2],
            base_url=ADDRESS,
            method=sent.method,
            headers=list(sent.headers.items()),
            data=sent.body or None,
        ).get_environ()
        with self.store.lock:
            response = Response.from_app(self._app, {**environ, **(more or {})}, buffered=True)
        return Answer(response.status_code, response.get_data(), dict(response.headers))


class _Adapter(HTTPAdapter):
    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def send(self, request: requests.PreparedRequest, *dummy: Any, **_options: Any) -> requests.Response:
        body = request.body or b""
        if not isinstance(body, (bytes, str)):
            raise TypeError("the product sends no streams")
        sent = Sent(
            request.method or "GET",
            (request.url or "").removeprefix(ADDRESS),
            {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()},
            body if isinstance(body, bytes) else body.encode(),
        )
        answer = self._transport(sent)
        raw = HTTPResponse(
            io.BytesIO(answer.body), answer.headers, answer.status, preload_content=False, request_method=sent.method
        )
        return self.build_response(request, raw)


class Clock:
    """A product's clock that another source of time is behind; it waits with ``sleep``, which by default takes no time.

    ``chance`` makes the jitter of its waits the same each time.
    """

    def __init__(
        self,
        sleep: Callable[[float], None] = lambda _seconds: None,
        monotonic: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        chance: random.Random | None = None,
    ) -> None:
        self.sleep, self.monotonic, self.time = sleep, monotonic, wall_clock
        self._chance = chance or random.Random(0)

    def jitter(self, most: float) -> float:
        return self._chance.uniform(0, most)


def using_clock(clock: Clock) -> Any:
    """The product's connections are given this clock."""
    return patch.object(scene.product("_tfe.client"), "Clock", lambda: clock)


@contextlib.contextmanager
def talking_to(transport: Transport) -> Iterator[None]:
    """The product's requests go to ``transport``."""
    http = scene.product("_tfe.http_connection")
    make = http.make_session

    def session(settings: Any, wire: Any) -> Any:
        made = make(settings, wire)
        made.mount(ADDRESS, _Adapter(transport))
        return made

    with patch.object(http, "make_session", session):
        yield
