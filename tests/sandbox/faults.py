# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: which requests, and what goes wrong. A new kind is one small class with `apply`."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
import os
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, get_args, get_type_hints

from werkzeug.wrappers import Request, Response

from .answers import MEDIA_TYPE
from .oauth_clients import LIST_AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HTML_PAGE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Maintenance</h1></body></html>"
_CHUNK = b" " * 65536


@dataclass(frozen=True)
class Exchange:
    """The request a fault works on; its body is read already. `proceed` lets the API do its work and answer."""

    request: Request
    body: bytes
    proceed: Callable[[], Response]

    @property
    def connection(self) -> socket.socket:
        connection: socket.socket = self.request.environ["werkzeug.socket"]
        return connection


class Effect(Protocol):
    """What goes wrong."""

    kind: ClassVar[str]

    def apply(self, exchange: Exchange, /) -> Response:
        """What happens in place of, or around, the usual answer."""


@dataclass(frozen=True)
class Status:
    """Another answer instead of the API's; `after_commit`: the API has done its work all the same."""

    kind: ClassVar[str] = "status"
    status: int
    body: Any = None
    """Text as it is, anything else as JSON; None gives a JSON:API error for this status."""
    content_type: str = MEDIA_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        if self.after_commit:
            exchange.proceed()
        body = {"errors": [{"status": str(self.status), "title": "sandbox fault"}]} if self.body is None else self.body
        text = body if isinstance(body, str) else json.dumps(body)
        return Response(text, status=self.status, headers=dict(self.headers), content_type=self.content_type)


@dataclass(frozen=True)
class HtmlPage:
    """What a proxy or a maintenance page answers."""

    kind: ClassVar[str] = "html"
    status: int = 200
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        return Status(self.status, _HTML_PAGE, "text/html; charset=utf-8", after_commit=self.after_commit).apply(
            exchange
        )


@dataclass(frozen=True)
class Redirect:
    """To another address; `{target}` in it stands for the path and query asked for."""

    kind: ClassVar[str] = "redirect"
    location: str
    status: int = 307

    def apply(self, exchange: Exchange) -> Response:
        location = self.location.replace("{target}", exchange.request.environ["REQUEST_URI"])
        return Response("", status=self.status, headers={"Location": location})


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
    """The connection is reset; `after_commit`: the work is done, its answer lost."""

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
class WrongContentType:
    kind: ClassVar[str] = "content_type"
    content_type: str = "text/html; charset=utf-8"

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        answer.headers["Content-Type"] = self.content_type
        return answer


@dataclass(frozen=True)
class LyingPaging:
    """`same_page`: the next page is this one. `never_ends`: there always is one more. `no_total`: totals missing."""

    kind: ClassVar[str] = "paging"
    lie: Literal["same_page", "never_ends", "no_total"] = "same_page"

    def __post_init__(self) -> None:
        if self.lie not in get_args(get_type_hints(LyingPaging)["lie"]):
            raise ValueError(f"no such lie: {self.lie}")

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        if not answer.is_json:
            return answer
        document = json.loads(answer.get_data())
        pagination = document.get("meta", {}).get("pagination")
        if pagination:
            self._lie(pagination)
            answer.set_data(json.dumps(document))
        return answer

    def _lie(self, pagination: dict[str, Any]) -> None:
        if self.lie == "no_total":
            del pagination["total-pages"], pagination["total-count"]
        else:
            pagination["next-page"] = pagination["current-page"] + (self.lie == "never_ends")
            pagination["total-pages"] = pagination["next-page"] + 1


@dataclass(frozen=True)
class StaleList:
    """The list of OAuth clients as it was so many seconds ago, or (None) before the last write."""

    kind: ClassVar[str] = "stale_list"
    seconds: float | None = None

    def apply(self, exchange: Exchange) -> Response:
        exchange.request.environ[LIST_AS_OF] = self.seconds
        return exchange.proceed()


@dataclass(frozen=True)
class EchoBody:
    """A server that puts what it was sent, secrets included, into its error."""

    kind: ClassVar[str] = "echo"
    status: int = 422

    def apply(self, exchange: Exchange) -> Response:
        detail = f"cannot process: {exchange.body.decode(errors='replace')}"
        body = {"errors": [{"status": str(self.status), "title": "invalid attribute", "detail": detail}]}
        return Status(self.status, body).apply(exchange)


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


@dataclass(frozen=True)
class DataAndErrors:
    """A document with data and errors, which JSON:API forbids. `empty`: the data is gone, too."""

    kind: ClassVar[str] = "data_and_errors"
    empty: bool = False

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        if not answer.is_json:
            return answer
        document = json.loads(answer.get_data())
        if self.empty:
            document = {"data": []}
        document["errors"] = [{"status": "500", "title": "internal error", "detail": "part of the data is missing"}]
        answer.set_data(json.dumps(document))
        return answer


@dataclass(frozen=True)
class NullBody:
    """The work is done, and the answer is JSON's null."""

    kind: ClassVar[str] = "null_body"
    status: int = 200
    content_type: str = "application/json"

    def apply(self, exchange: Exchange) -> Response:
        exchange.proceed()
        return Response("null", status=self.status, content_type=self.content_type)


EFFECTS: Mapping[str, type[Any]] = {
    effect.kind: effect
    for effect in (
        Status,
        HtmlPage,
        Redirect,
        Delay,
        Reset,
        Truncated,
        WrongContentType,
        LyingPaging,
        StaleList,
        EchoBody,
        HugeBody,
        GzipBomb,
        DrippingHeaders,
        EndlessContinue,
        DataAndErrors,
        NullBody,
    )
}


@dataclass
class Fault:
    """Of the requests that match, the `nth` is the first to suffer, `count` of them do (None: all from there on)."""

    effect: Effect
    method: str | None = None
    path: str = ""
    """A regular expression, searched in the path."""
    nth: int = 1
    count: int | None = 1
    seen: int = field(default=0, init=False)

    def strikes(self, method: str, path: str) -> bool:
        """Counts the request if it matches."""
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.count is None or self.seen < self.nth + self.count)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Fault:
        """`kind` and the effect's own fields beside those of the fault."""
        options = dict(document)
        kind = options.pop("kind", None)
        if kind not in EFFECTS:
            raise ValueError(f"kind must be one of {', '.join(sorted(EFFECTS))}")
        own = {f.name for f in dataclasses.fields(cls) if f.init} - {"effect"}
        matching = {name: options.pop(name) for name in own & set(options)}
        try:
            re.compile(matching.get("path", ""))
            return cls(EFFECTS[kind](**options), **matching)
        except (TypeError, re.error) as error:
            raise ValueError(f"{kind}: {error}") from None


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def striking(self, method: str, path: str) -> list[Fault]:
        """Those this request suffers; every matching fault counts it."""
        with self._lock:
            return [fault for fault in self._faults if fault.strikes(method, path)]


def _streamed(answer: Response, body: Iterator[bytes], length: int) -> Response:
    headers = {name: value for name, value in answer.headers if name.lower() != "content-length"}
    return Response(body, status=answer.status, headers={**headers, "Content-Length": str(length)})


def _reset(exchange: Exchange) -> ConnectionAbortedError:
    # SO_LINGER 0 makes the close a TCP reset; detaching keeps Python from a polite shutdown first.
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(exchange.connection.detach())
    return ConnectionAbortedError("connection reset by a fault")


def _drip(exchange: Exchange, start: bytes, piece: bytes, every: float, lasts: float) -> ConnectionAbortedError:
    """Sends on the bare connection until the client has enough of it."""
    with contextlib.suppress(OSError):
        exchange.connection.sendall(start)
        for dummy in range(int(lasts / every)):
            exchange.connection.sendall(piece)
            time.sleep(every)
    return _reset(exchange)
