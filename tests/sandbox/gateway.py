# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of every API request: log, faults, latency, rate limit, contract checks."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from .answers import MEDIA_TYPE
from .app import bearer_token
from .faults import Exchange, Faults
from .rate_limit import Quota, RateLimiter
from .request_log import LoggedRequest, RequestLog

if TYPE_CHECKING:
    from flask import Flask

    from .openapi import Contract
    from .settings import Settings
    from .store import Store

CONNECTION_NUMBER = "sandbox.connection"
"""The WSGI variable in which the server numbers its connections."""

OnAnswer = Callable[[LoggedRequest], None]


class Gateway:
    """The WSGI application around the API and, beside it, the control routes."""

    def __init__(
        self,
        *,
        api: Flask,
        control: Flask,
        store: Store,
        settings: Settings,
        faults: Faults,
        log: RequestLog,
        contract: Contract | None,
        on_answer: OnAnswer | None,
    ) -> None:
        self._api = api
        self._control = control
        self._store = store
        self._settings = settings
        self._faults = faults
        self._log = log
        self._contract = contract
        self._on_answer = on_answer
        self.rate_limiter = RateLimiter()
        self.last_request = time.monotonic()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.last_request = time.monotonic()
        request = Request(environ)
        # Always read to the end, because the next request on this connection starts behind it.
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        if request.path.startswith("/sandbox/"):
            return self._control(environ, start_response)
        return self._logged_answer(request, body)(environ, start_response)

    def _logged_answer(self, request: Request, body: bytes) -> Response:
        logged = _logged(request, body)
        self._log.add(logged)
        try:
            response = self._answer(request, body)
            logged.status = response.status_code
            return response
        finally:
            logged.duration = time.monotonic() - logged.started
            if self._on_answer:
                self._on_answer(logged)

    def _answer(self, request: Request, body: bytes) -> Response:
        faults = self._faults.striking(request.method, request.path)
        proceed: Callable[[], Response] = partial(self._limited, request)
        for fault in reversed(faults):
            proceed = partial(fault.effect.apply, Exchange(request, body, proceed))
        response = proceed()
        if self._contract and not faults and self._settings.personality.name == "hcp":
            self._contract.check(request, body, response)
        for name, value in self._settings.personality.headers.items():
            response.headers.setdefault(name, value)
        response.headers["x-request-id"] = str(uuid4())
        return response

    def _limited(self, request: Request) -> Response:
        time.sleep(self._settings.latency)
        limit = self._settings.rate_limit
        if limit is None or not self._settings.personality.limits_rate:
            return self._api_response(request)
        caller = bearer_token(self._store, request.headers.get("Authorization"))
        quota = self.rate_limiter.take(caller.user if caller else f"{request.remote_addr}", limit)
        response = self._api_response(request) if quota.allowed else _too_many_requests(quota)
        response.headers.update(quota.headers)
        return response

    def _api_response(self, request: Request) -> Response:
        with self._store.lock:
            response = Response.from_app(self._api, request.environ, buffered=True)
        if response.status_code == 204:
            # An answer without a body has no content type, but the response class adds one.
            response.headers.pop("Content-Type", None)
        return response


def _logged(request: Request, body: bytes) -> LoggedRequest:
    return LoggedRequest(
        method=request.method,
        path=request.path,
        target=request.environ["REQUEST_URI"],
        query=request.args.to_dict(),
        headers=Headers(list(request.headers)),
        body=_json(body),
        connection=request.environ[CONNECTION_NUMBER],
        started=time.monotonic(),
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _too_many_requests(quota: Quota) -> Response:
    detail = f"You have exceeded the API's rate limit of {quota.limit} requests per second."
    # The one error whose status is a number.
    document = {"errors": [{"status": 429, "title": "Too many requests", "detail": detail}]}
    return Response(json.dumps(document), status=429, content_type=MEDIA_TYPE)
