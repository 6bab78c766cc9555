# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The transport adapter for the library requests."""

from __future__ import annotations

import http.client
import typing as t

from .wire import Wire


def needs_tls(url: str, proxies: t.Mapping[str, str]) -> bool:
    """Whether requests to a URL need a TLS context, for the server or for a proxy."""
    return any(map(_is_https, (url, *proxies.values())))


def _is_https(url: str) -> bool:
    return url.lower().startswith("https:")


def make_adapter(context: t.Any, wire: Wire) -> t.Any:
    """Sends requests with this TLS context, over connections that ``wire`` can cut."""
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: t.Any, **options: t.Any) -> None:
            super().init_poolmanager(*args, **options, ssl_context=context)

        def proxy_manager_for(self, proxy: str, **options: t.Any) -> t.Any:
            if _is_https(proxy):
                options["proxy_ssl_context"] = context
            return super().proxy_manager_for(proxy, **options, ssl_context=context)

        def cert_verify(self, conn: t.Any, _url: str, verify: t.Any, _cert: t.Any) -> None:
            """Do nothing, because the context has the certificates."""
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"

        def get_connection(self, *args: t.Any, **options: t.Any) -> t.Any:  # requests up to 2.31
            return _watched(super().get_connection(*args, **options), wire)

        def get_connection_with_tls_context(self, *args: t.Any, **options: t.Any) -> t.Any:
            return _watched(super().get_connection_with_tls_context(*args, **options), wire)

    return Adapter()


def _watched(pool: t.Any, wire: Wire) -> t.Any:
    """The pool, whose connections report to ``wire``, from before they connect until the request is sent."""
    kind = pool.ConnectionCls
    if getattr(kind, "is_watched", False):
        return pool

    class Connection(kind):  # type: ignore[misc,valid-type]  # a class of urllib3 that depends on the proxy
        is_watched = True
        response_class = _FinalResponse

        def connect(self) -> None:
            wire.use(self)
            super().connect()
            wire.use(self)

        def request(self, *args: t.Any, **options: t.Any) -> t.Any:
            wire.use(self)
            try:
                return super().request(*args, **options)
            finally:
                wire.use(self)  # http.client connects while it sends

    pool.ConnectionCls = Connection
    return pool


class _FinalResponse(http.client.HTTPResponse):
    """The response after any interim ones, of which http.client skips only 100 Continue.

    It would take another, such as 103 Early Hints, for the response itself, and the response itself for that to the
    next request (U(https://www.rfc-editor.org/rfc/rfc9110#section-15.2)).
    """

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed does not know it
            if status == http.client.SWITCHING_PROTOCOLS:
                raise http.client.BadStatusLine("101")  # what follows is no HTTP, and nobody asked for it
            if not 101 < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
