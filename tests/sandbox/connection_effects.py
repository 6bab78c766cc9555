# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in the delivery of an answer: late, partial, endless, or missing."""

from __future__ import annotations

import contextlib
import gzip
import os
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from werkzeug.wrappers import Response

from .answers import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .effect import Exchange

_CHUNK = b" " * 65536


@dataclass(frozen=True)
class Delay:
    """Seconds before and after the API does its work; `after` longer than a client waits loses the answer."""

    kind: ClassVar[str] = "delay"
    before: float = 0.0
    after: float = 0.0

    def apply(self, exchange: Exchange) -> Response:
        time.sleep(self.before)
        response = exchange.proceed()
        time.sleep(self.after)
        return response


@dataclass(frozen=True)
class Reset:
    """The connection is reset. `after_commit`: the API does its work first, and the answer is lost."""

    kind: ClassVar[str] = "reset"
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        if self.after_commit:
            exchange.proceed()
        raise _reset(exchange)


@dataclass(frozen=True)
class Truncated:
    """Less body than Content-Length promises, then the connection ends."""

    kind: ClassVar[str] = "truncated"
    keep: float = 0.5
    """The part of the body that is sent."""

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        whole = answer.get_data()

        def body() -> Iterator[bytes]:
            yield whole[: int(len(whole) * self.keep)]
            raise ConnectionAbortedError("body cut off by a fault")

        return _streamed(answer, body(), len(whole))


@dataclass(frozen=True)
class HugeBody:
    """A JSON document that is mostly white space, streamed."""

    kind: ClassVar[str] = "huge"
    megabytes: int = 64

    def apply(self, dummy: Exchange) -> Response:
        chunks = self.megabytes * 1024 * 1024 // len(_CHUNK)

        def body() -> Iterator[bytes]:
            yield b'{"data": ['
            for dummy in range(chunks):
                yield _CHUNK
            yield b"]}"

        return _streamed(Response(content_type=MEDIA_TYPE), body(), chunks * len(_CHUNK) + 12)


@dataclass(frozen=True)
class GzipBomb:
    """A few kilobytes that unpack to `megabytes` of JSON white space."""

    kind: ClassVar[str] = "gzip_bomb"
    megabytes: int = 64

    def apply(self, dummy: Exchange) -> Response:
        packed = gzip.compress(b'{"data": [' + b" " * (self.megabytes * 1024 * 1024) + b"]}", compresslevel=9)
        return Response(packed, content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"})


@dataclass(frozen=True)
class DrippingHeaders:
    """A header that comes byte by byte; after `lasts` seconds the connection is reset."""

    kind: ClassVar[str] = "dripping_headers"
    every: float = 0.05
    lasts: float = 60.0
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        if self.after_commit:
            exchange.proceed()
        start = b"HTTP/1.1 200 OK\r\nX-Padding: "
        raise _drip(exchange, start, b"x", self.every, self.lasts)


@dataclass(frozen=True)
class EndlessContinue:
    """Interim answers (100 Continue), and never a final one; after `lasts` seconds the connection is reset."""

    kind: ClassVar[str] = "endless_continue"
    every: float = 0.05
    lasts: float = 60.0
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        if self.after_commit:
            exchange.proceed()
        raise _drip(exchange, b"", b"HTTP/1.1 100 Continue\r\n\r\n", self.every, self.lasts)


def _reset(exchange: Exchange) -> ConnectionAbortedError:
    # SO_LINGER 0 makes the close a TCP reset; detaching keeps Python from a polite shutdown first.
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(exchange.connection.detach())
    return ConnectionAbortedError("connection reset by a fault")


def _drip(exchange: Exchange, start: bytes, piece: bytes, every: float, lasts: float) -> ConnectionAbortedError:
    """Sends on the bare connection until the client closes it."""
    with contextlib.suppress(OSError):
        exchange.connection.sendall(start)
        for dummy in range(int(lasts / every)):
            exchange.connection.sendall(piece)
            time.sleep(every)
    return _reset(exchange)


def _streamed(answer: Response, body: Iterator[bytes], length: int) -> Response:
    headers = {name: value for name, value in answer.headers if name.lower() != "content-length"}
    return Response(body, status=answer.status, headers={**headers, "Content-Length": str(length)})
