# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as a running server, and its handle for tests in the same process."""

from __future__ import annotations

import contextlib
import dataclasses
import ipaddress
import itertools
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from . import seed as seeds
from .app import create_app
from .control import create_control_app
from .faults import Faults
from .gateway import CONNECTION_NUMBER, Gateway, OnAnswer
from .openapi import Contract
from .personalities import PERSONALITIES
from .request_log import RequestLog
from .settings import Settings
from .store import Store
from .unknowns import Unknowns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _typeshed.wsgi import WSGIApplication
    from typing_extensions import Self

_POLL_SECONDS = 0.01


class Sandbox:
    """`with Sandbox(seed=…) as sandbox:` serves until the block ends."""

    def __init__(
        self,
        seed: seeds.Seed = seeds.SEEDS / "empty.yml",
        *,
        personality: str = "hcp",
        unknowns: Unknowns | None = None,
        rate_limit: int | None = None,
        latency: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: tuple[str | Path, str | Path] | None = None,
        openapi: str | Path | None = None,
        on_answer: OnAnswer | None = None,
    ) -> None:
        """`tls`: certificate and key files. `openapi`: documents to check against, else those of TFE_OPENAPI."""
        _refuse_public_address(host)
        self._seed = seeds.read_seed(seed)
        self.settings = Settings(PERSONALITIES[personality], unknowns or Unknowns(), rate_limit, latency)
        self._first_settings = dataclasses.replace(self.settings)
        self.store = Store(self.settings)
        self.faults = Faults()
        self.requests = RequestLog()
        spec = openapi or os.environ.get("TFE_OPENAPI")
        contract = Contract.from_files(spec) if spec else None
        self.contract_violations: list[str] = contract.violations if contract else []
        self._gateway = Gateway(
            api=create_app(self.store, self.settings),
            control=create_control_app(
                self.store, self.settings, self.faults, self.requests, self.contract_violations, self.reset
            ),
            store=self.store,
            settings=self.settings,
            faults=self.faults,
            log=self.requests,
            contract=contract,
            on_answer=on_answer,
        )
        self._bind = (host, port)
        self._tls = tls
        self._server: _Server | None = None
        seeds.load(self.store, self._seed)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *dummy: object) -> None:
        self.stop()

    def start(self) -> Self:
        self._server = _Server(*self._bind, self._gateway, self._tls)
        threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Connections kept open are closed, too."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_connections()
            self._server = None

    @property
    def address(self) -> str:
        if not self._server:
            raise RuntimeError("the sandbox is not running")
        host = f"[{self._bind[0]}]" if ":" in self._bind[0] else self._bind[0]
        return f"{'https' if self._tls else 'http'}://{host}:{self._server.port}"

    @property
    def last_request(self) -> float:
        """When the latest request came, control requests included, on the monotonic clock."""
        return self._gateway.last_request

    def clear(self) -> None:
        """Forget the logged requests."""
        self.requests.clear()

    def reset(self) -> None:
        """Restore the seed and the first settings: no faults, no logged requests, a full rate limit."""
        with self.store.lock:
            for field in dataclasses.fields(Settings):
                setattr(self.settings, field.name, getattr(self._first_settings, field.name))
            self.store.clear()
            seeds.load(self.store, self._seed)
        self.faults.clear()
        self.requests.clear()
        self._gateway.rate_limiter.clear()


def _refuse_public_address(host: str) -> None:
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"the sandbox serves loopback addresses only, not {host}")


class _Handler(WSGIRequestHandler):
    """Keeps connections open, which werkzeug's own handler does not: the gateway reads every body to its end."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._number = self.server.opened(self.connection)

    def finish(self) -> None:
        super().finish()
        self.server.closed(self.connection)

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        environ[CONNECTION_NUMBER] = self._number

        def start_response(status: str, headers: Iterable[tuple[str, str]], dummy: Any = None) -> Any:
            code, dummy, reason = status.partition(" ")
            self.send_response(int(code), reason)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            return self.wfile.write

        for chunk in self.server.app(environ, start_response):
            self.wfile.write(chunk)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The sandbox has its own log."""


class _Server(ThreadedWSGIServer):
    """Numbers its connections and can close those still open."""

    def __init__(self, host: str, port: int, app: WSGIApplication, tls: tuple[str | Path, str | Path] | None) -> None:
        self._numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        certificate = (str(tls[0]), str(tls[1])) if tls else None
        super().__init__(host, port, app, _Handler, ssl_context=certificate)

    def opened(self, connection: socket.socket) -> int:
        with self._lock:
            self._open.add(connection)
            return next(self._numbers)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def close_connections(self) -> None:
        with self._lock:
            for connection in self._open:
                # The client may already have closed it.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
