# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that send bytes as they like, on 127.0.0.1, for answers that no HTTP library would send."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Seconds after which a server stops sending by itself.
LONGEST = 20.0


class Peer:
    """One connection, for the handler of a server."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._stopped = stopped
        self._until = time.monotonic() + LONGEST

    @property
    def goes_on(self) -> bool:
        return not self._stopped.is_set() and time.monotonic() < self._until

    def request(self) -> bytes:
        """The head of the next request, and its body."""
        received = b""
        while b"\r\n\r\n" not in received:
            more = self._connection.recv(65536)
            if not more:
                raise OSError("no request")
            received += more
        return received

    def send(self, content: bytes) -> None:
        self._connection.sendall(content)

    def answer(self, content: bytes, *headers: str, status: str = "200 OK") -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
        self.send("\r\n".join(head).encode() + b"\r\n\r\n" + content)

    def drip(self, content: bytes, every: float = 0.02) -> None:
        """Send the content again and again, with pauses, until the client has gone."""
        while self.goes_on:
            for byte in content:
                self.send(bytes([byte]))
                if self._stopped.wait(every):
                    return


@contextlib.contextmanager
def raw_server(handler: Callable[[Peer], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that runs the handler for each connection."""
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(LONGEST)
            wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            with wrapped:
                handler(Peer(wrapped, stopped))

    def accept() -> None:
        while not stopped.is_set():
            with contextlib.suppress(TimeoutError, socket.timeout):
                connection, _address = listening.accept()
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopped.set()
            for thread in (acceptor, *threads):
                thread.join(5)
