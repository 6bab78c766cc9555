# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose own work is too little to be measured with that of its clients.

The sandbox keeps the whole contract and is written to be read, not to be fast: of ten thousand clients it would look
through all of them for each of the hundred pages. Here a list is rendered once, and what an organization has is in its
name: `acme-100` begins with 100 clients. The documents are the sandbox's, so both send the same bytes.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from sandbox import PERSONALITIES, documents
from sandbox.model import OAuthClient, OAuthToken, Organization
from sandbox.paging import Page, pagination
from sandbox.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from typing_extensions import Self

_LIST = re.compile(r"^/api/v2/organizations/([a-z0-9-]+)/oauth-clients$")
_HCP = PERSONALITIES["hcp"]
_CREATED_AT = "2026-01-02T03:04:05.678Z"


def http_url(number: int) -> str:
    """The VCS host of an organization's client of that number."""
    return f"https://ghe{number}.example.com"


@dataclass
class Seen:
    """What came in since the last reset."""

    methods: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    refused: int = 0


class TokenBucket:
    """A rate limit that is renewed a little all the time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._level, self._at = float(limit), time.monotonic()

    def take(self) -> tuple[bool, Mapping[str, str]]:
        now = time.monotonic()
        self._level = min(self._limit, self._level + (now - self._at) * self._limit)
        self._at = now
        allowed = self._level >= 1
        self._level -= allowed
        reset = max(0.0, 1 - self._level) / self._limit
        return allowed, _quota(self._limit, int(self._level), reset)


class Windows:
    """A rate limit that is renewed as a whole every second, as the sandbox has it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._limiter = RateLimiter()

    def take(self) -> tuple[bool, Mapping[str, str]]:
        quota = self._limiter.take("everybody", self._limit)
        return quota.allowed, quota.headers


def _quota(limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": f"{reset:.3f}",
    }


class Server:
    """Serves in a thread: plain HTTP `near`, and HTTPS `far` away."""

    #: Seconds that a request to `far` takes longer, and the first one of a connection besides: TCP and TLS need two
    #: round trips before it.
    LATENCY, HANDSHAKES = 0.05, 0.1
    LIMITERS: ClassVar[dict[str, Callable[[int], TokenBucket | Windows]]] = {"bucket": TokenBucket, "windows": Windows}

    def __init__(self, certificate: Path, key: Path) -> None:
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(certificate, key)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._created: dict[str, list[dict[str, Any]]] = {}
        self.reset()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def reset(self, limiter: str | None = None) -> None:
        """Forget what was seen and created; `limiter` names the kind of rate limit from now on, of 30 a second."""
        self.seen = Seen()
        self._created.clear()
        self._limiter = self.LIMITERS[limiter](30) if limiter else None

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        near = await asyncio.start_server(self._near, "127.0.0.1", 0)
        far = await asyncio.start_server(self._far, "127.0.0.1", 0, ssl=self._tls)
        self.near = f"http://127.0.0.1:{near.sockets[0].getsockname()[1]}"
        self.far = f"https://127.0.0.1:{far.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        near.close()
        far.close()

    async def _near(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._converse(reader, writer, 0.0, 0.0)

    async def _far(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._converse(reader, writer, self.HANDSHAKES, self.LATENCY)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, before: float, latency: float
    ) -> None:
        self.seen.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"^content-length: *(\d+)", head, re.MULTILINE | re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                await asyncio.sleep(before + latency)
                before = 0.0
                method, target, _version = head.partition("\r\n")[0].split(" ")
                writer.write(self._answer(method, target, body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, method: str, target: str, body: bytes) -> bytes:
        headers: Mapping[str, str] = {}
        if self._limiter:
            allowed, headers = self._limiter.take()
            if not allowed:
                self.seen.refused += 1
                return _response(429, b'{"errors": [{"status": 429, "title": "Too many requests"}]}', headers)
        self.seen.methods[method] = self.seen.methods.get(method, 0) + 1
        parts = urlsplit(target)
        found = _LIST.match(parts.path)
        if not found:
            return _response(404, b'{"errors": [{"status": "404", "title": "not found"}]}', headers)
        created = self._created.setdefault(found[1], [])
        if method == "POST":
            created.append(_created(found[1], len(created), json.loads(body)["data"]["attributes"]))
            return _response(201, json.dumps({"data": created[-1]}).encode(), headers)
        query = parse_qs(parts.query)
        page = Page(int(query.get("page[number]", ["1"])[0]), int(query.get("page[size]", ["20"])[0]))
        return _response(200, _list(found[1], page, created), headers)


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: application/vnd.api+json; charset=utf-8",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


def _list(organization: str, page: Page, created: list[dict[str, Any]]) -> bytes:
    if not created:
        return _rendered(organization, page)
    total = _size(organization) + len(created)
    return _document([*_resources(organization, page), *created][: page.size], page, total)


@cache
def _rendered(organization: str, page: Page) -> bytes:
    return _document(_resources(organization, page), page, _size(organization))


def _document(resources: list[dict[str, Any]], page: Page, total: int) -> bytes:
    return json.dumps({"data": resources, "meta": {"pagination": pagination(page, total)}}).encode()


def _size(organization: str) -> int:
    return int(organization.rpartition("-")[2])


def _resources(organization: str, page: Page) -> list[dict[str, Any]]:
    numbers = page.of(range(_size(organization)))
    return [_resource(organization, number, http_url(number), None) for number in numbers]


def _created(organization: str, number: int, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return _resource(organization, 100_000 + number, attributes["http-url"], attributes.get("name"))


def _resource(organization: str, number: int, url: str, name: str | None) -> dict[str, Any]:
    client = OAuthClient(
        f"oc-{number:016}",
        organization,
        f"00000000-0000-0000-0000-{number:012}",
        _CREATED_AT,
        "github_enterprise",
        url,
        f"{url}/api/v3",
        name,
    )
    token = OAuthToken(f"ot-{number:016}", client.id, _CREATED_AT, "vcs-bot", "")
    owner = Organization(organization, "org-1", 1, _CREATED_AT)
    return documents.oauth_client(client, owner, [token], _HCP, "https://app.terraform.io")
