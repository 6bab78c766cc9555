# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""One read-only request to a VCS host. It carries a personal access token and nothing else that is secret."""

from __future__ import annotations

import contextlib
import json
import queue
import ssl
import time
import typing as t
from functools import lru_cache
from threading import Thread

from .._base.errors import TlsFailed
from .._base.scrubber import Scrubber
from .._http.adapter import make_adapter, needs_tls
from .._http.causes import causes_of
from .._http.environment import environment_proxies
from .._http.library import load_requests
from .._http.trust import make_context
from .._http.wire import Wire
from .response import Response
from .settings import Transport

#: More bytes than any real response has.
MAX_BYTES = 1024 * 1024
THREAD_NAME = "hcptf.vcs asks a VCS host"
#: GitHub refuses requests without one.
USER_AGENT = "ansible-hcptf.vcs"


class NoResponse(Exception):
    """There is no usable response. The text is the reason and contains no secret."""


def ask(url: str, headers: t.Mapping[str, str], token: str, transport: Transport, timeout: float) -> Response:
    """Send one GET and return its response, without the token if the host repeats it.

    Raises NoResponse, after ``timeout`` seconds at the latest. That takes a thread: name resolution, several addresses
    of a host and headers that come one byte at a time are not bounded by any time-out of a socket.
    """
    if timeout <= 0:
        raise NoResponse(_late(transport))
    responses: queue.SimpleQueue[Response | BaseException] = queue.SimpleQueue()
    wire = Wire()
    load_requests()  # here, where the error that it raises is not taken for a failed request

    def work() -> None:
        try:
            responses.put(_send(url, headers, transport, wire, timeout))
        except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that waits
            responses.put(error)

    Thread(target=work, name=THREAD_NAME, daemon=True).start()
    try:
        response = responses.get(timeout=timeout)
    except queue.Empty:
        wire.cut()  # ends the thread too
        raise NoResponse(_late(transport)) from None
    if isinstance(response, NoResponse):
        raise response
    if isinstance(response, TlsFailed):
        raise NoResponse(response.message)
    if isinstance(response, BaseException):
        raise NoResponse(_why(response, transport)) from None
    return _without(token, response)


def _without(token: str, response: Response) -> Response:
    scrub = Scrubber([token]).scrub
    # The token can be escaped in the body, so it is found only after decoding.
    document = response.document
    body = scrub(response.body) if document is None else json.dumps(scrub(document))
    return Response(response.status, scrub(dict(response.headers)), body)


def _send(url: str, headers: t.Mapping[str, str], transport: Transport, wire: Wire, timeout: float) -> Response:
    requests = load_requests()

    if not transport.verify_tls:
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    deadline, proxies = time.monotonic() + timeout, environment_proxies(url)
    with requests.Session() as session:
        session.trust_env = False  # no .netrc
        request = requests.Request(
            "GET", url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
        )
        adapter = make_adapter(_context(transport) if needs_tls(url, proxies) else None, wire)
        # By the adapter: a session reads the body of a redirect, whatever its size, even if it does not follow it.
        with (
            contextlib.closing(adapter),
            adapter.send(
                session.prepare_request(request),
                stream=True,
                timeout=timeout,
                verify=transport.verify_tls,
                proxies=proxies,
            ) as response,
        ):
            kept = {name.lower(): value for name, value in response.headers.items()}
            if kept.get("content-encoding", "identity").lower() != "identity":
                raise NoResponse("it answered in an encoding that was not asked for.")
            return Response(response.status_code, kept, _body(response.raw, deadline))


@lru_cache(maxsize=8)  # reading all authorities takes time
def _context(transport: Transport) -> ssl.SSLContext:
    return make_context(transport.verify_tls, transport.ca_bundle, "vcs_ca_bundle")


def _body(raw: t.Any, deadline: float) -> str:
    content = bytearray()
    while time.monotonic() < deadline:
        chunk = raw.read(8192, decode_content=False)
        if not chunk:
            return content.decode("utf-8", "replace")
        content += chunk
        if len(content) > MAX_BYTES:
            raise NoResponse(f"its answer is larger than {MAX_BYTES >> 20} MiB.")
    raise TimeoutError


def _late(transport: Transport) -> str:
    return f"there was no answer within {transport.timeout:g} s (vcs_timeout)."


def _why(error: BaseException, transport: Transport) -> str:
    """Find the reason in the causes of the exception. Their texts can contain the request, so they are not shown."""
    causes = list(causes_of(error))
    names = {type(cause).__name__ for cause in causes}
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if isinstance(tls, ssl.SSLCertVerificationError) or "CertificateError" in names:
        why = getattr(tls, "verify_message", "") or "the certificate is for another host"
        return f"TLS failed: {why}. For a private CA set vcs_ca_bundle."
    if tls is not None:
        return f"TLS failed: {(tls.reason or 'no secure connection could be made').replace('_', ' ')}."
    if "ProxyError" in names:
        return "the proxy did not connect. Check https_proxy, http_proxy, all_proxy and no_proxy."
    if names & {"NameResolutionError", "gaierror"}:
        return "the host name is unknown here."
    if any("Timeout" in name for name in names):
        return _late(transport)
    if names & {"NewConnectionError", "ConnectionRefusedError"}:
        return "the connection was refused."
    if any(name.startswith(("Invalid", "LocationParse", "MissingSchema")) for name in names):
        return "the address or the proxy is not a valid URL."
    return "the connection broke before the answer was complete."
