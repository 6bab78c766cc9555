# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A VCS host beside the sandbox: one server that answers about personal access tokens as each VCS provider does.

Statuses, headers and bodies follow what GitHub, GitLab and Microsoft publish about these endpoints. The paths of the
providers differ, so one server stands for any of them:

    GET /user, /api/v3/user                                     GitHub, GitHub Enterprise Server
    GET /api/v4/personal_access_tokens/self, /api/v4/user       GitLab
    GET /_apis/connectionData, /ORGANIZATION/_apis/…            Azure DevOps, whole, or an organization or collection
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from .faults import Exchange, Faults
from .gateway import CONNECTION_NUMBER, OnAnswer
from .request_log import LoggedRequest, RequestLog
from .server import _POLL_SECONDS, _refuse_public_address, _Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from typing_extensions import Self

    from .model import PersonalAccessToken
    from .store import Store

_GITHUB_DOCUMENTATION = "https://docs.github.com/rest"
_NOBODY = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
_SIGN_IN_PAGE = (
    "<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head>"
    '<body><a href="https://app.vssps.visualstudio.com/_signin">Sign In</a></body></html>'
)


@dataclass
class VcsBehavior:
    """The differences between servers of one provider. They can change while the host runs."""

    github_expiration_header: bool = True
    """False: an older GitHub Enterprise Server."""
    gitlab_without_self: int | None = None
    """The status with which a GitLab before 15.5 answers for the endpoint that it does not have: 400, 404 or 405."""
    gitlab_fine_grained_reads_itself: bool = True
    """False: fine-grained tokens lack the permission to read themselves."""
    azure_refusal: int = 401
    """How Azure DevOps refuses a token: 401, 203 or 302."""
    azure_anonymous: bool = False
    """Azure DevOps answers 200 as to nobody, as it does for organizations with public projects."""


class VcsHost:
    """`with VcsHost(sandbox.store) as vcs:` knows the personal access tokens of the store, and refuses any other."""

    def __init__(
        self,
        store: Store,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: tuple[str | Path, str | Path] | None = None,
        on_answer: OnAnswer | None = None,
    ) -> None:
        _refuse_public_address(host)
        self.behavior = VcsBehavior()
        self.requests = RequestLog()
        self.faults = Faults()
        self._store = store
        self._bind = (host, port)
        self._tls = tls
        self._on_answer = on_answer
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server(*self._bind, self, self._tls)
        threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        return self

    def __exit__(self, *dummy: object) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_connections()
            self._server = None

    @property
    def address(self) -> str:
        if not self._server:
            raise RuntimeError("the VCS host is not running")
        return f"{'https' if self._tls else 'http'}://{self._bind[0]}:{self._server.port}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        logged = LoggedRequest(
            method=request.method,
            path=request.path,
            target=environ["REQUEST_URI"],
            query=request.args.to_dict(),
            headers=Headers(list(request.headers)),
            body=body.decode(errors="replace") or None,
            connection=environ[CONNECTION_NUMBER],
            started=time.monotonic(),
        )
        self.requests.add(logged)
        proceed: Callable[[], Response] = partial(self._answer, request)
        for fault in reversed(self.faults.striking(request.method, request.path)):
            proceed = partial(fault.effect.apply, Exchange(request, body, proceed))
        try:
            response = proceed()
            logged.status = response.status_code
        finally:
            logged.duration = time.monotonic() - logged.started
            if self._on_answer:
                self._on_answer(logged)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = request.path
        if request.method != "GET":
            return _json(405, {"message": "Method Not Allowed"})
        if path in ("/user", "/api/v3/user"):
            return self._github_user(request)
        if path == "/api/v4/personal_access_tokens/self":
            return self._gitlab_self(request)
        if path == "/api/v4/user":
            return self._gitlab_user(request)
        if azure := re.fullmatch(r"(?:/([^/]+))?/_apis/connectionData", path):
            return self._azure_connection_data(request, azure.group(1))
        return _json(404, {"message": "Not Found"})

    # -- GitHub

    def _github_user(self, request: Request) -> Response:
        scheme, dummy, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "token"):
            return _github_error(401, "Requires authentication")
        known = self._known(token)
        if known is None:
            return _github_error(401, "Bad credentials")
        if known.sso:
            answer = _github_error(
                403,
                "Resource protected by organization SAML enforcement. You must grant your Personal Access token access "
                "to this organization.",
            )
            answer.headers["X-GitHub-SSO"] = "required; url=https://github.com/orgs/acme/sso?authorization_request=A1"
            return answer
        answer = _json(200, {"login": known.user, "id": _number(known), "type": "User", "site_admin": False})
        if known.scopes is not None:
            answer.headers["X-OAuth-Scopes"] = ", ".join(known.scopes)
            answer.headers["X-Accepted-OAuth-Scopes"] = ""
        end = expiry(known)
        if end and self.behavior.github_expiration_header:
            answer.headers["github-authentication-token-expiration"] = end.strftime("%Y-%m-%d %H:%M:%S UTC")
        return answer

    # -- GitLab

    def _gitlab_self(self, request: Request) -> Response:
        refusal, known = self._gitlab_login(request)
        if known is None:
            return refusal
        if self.behavior.gitlab_without_self:
            status = self.behavior.gitlab_without_self
            text = {400: "id is invalid", 404: "404 Not Found", 405: "405 Not Allowed"}[status]
            return _json(status, {"error": text})
        if _is_fine_grained(known) and not self.behavior.gitlab_fine_grained_reads_itself:
            return _gitlab_lacks_permission()
        end = expiry(known)
        return _json(
            200,
            {
                "id": _number(known),
                "name": "HCP Terraform",
                "revoked": False,
                "created_at": "2026-01-02T03:04:05.678Z",
                "scopes": list(known.scopes or ()),
                "user_id": _number(known),
                "last_used_at": None,
                "active": True,
                "expires_at": end and end.strftime("%Y-%m-%d"),
            },
        )

    def _gitlab_user(self, request: Request) -> Response:
        refusal, known = self._gitlab_login(request)
        if known is None:
            return refusal
        if _is_fine_grained(known):
            return _gitlab_lacks_permission()
        if known.scopes is not None and not {"api", "read_api", "read_user"} & set(known.scopes):
            return _json(
                403,
                {
                    "error": "insufficient_scope",
                    "error_description": "The request requires higher privileges than provided by the access token.",
                    "scope": "api read_user",
                },
            )
        return _json(200, {"id": _number(known), "username": known.user, "state": "active"})

    def _gitlab_login(self, request: Request) -> tuple[Response, PersonalAccessToken | None]:
        token = request.headers.get("PRIVATE-TOKEN", "")
        listed = self._store.known_personal_access_token(token)
        if listed and listed.revoked:
            text = "Token was revoked. You have to re-authorize from the user."
            return _json(401, {"error": "invalid_token", "error_description": text}), None
        return _json(401, {"message": "401 Unauthorized"}), self._known(token)

    # -- Azure DevOps

    def _azure_connection_data(self, request: Request, organization: str | None) -> Response:
        known = self._known(_basic_password(request))
        if known and known.ado_organizations is not None and organization not in known.ado_organizations:
            known = None
        if self.behavior.azure_anonymous:
            return _azure_json({"id": _NOBODY, "providerDisplayName": "Anonymous", "properties": {}})
        if known is None:
            return self._azure_refusal()
        account = {"Account": {"$type": "System.String", "$value": known.user}}
        user = {"id": str(uuid5(NAMESPACE_URL, known.value)), "providerDisplayName": known.user, "properties": account}
        return _azure_json(user)

    def _azure_refusal(self) -> Response:
        status = self.behavior.azure_refusal
        headers = {"X-VSS-E2EID": "7b4a2a30-0000-4000-8000-000000000000", "X-TFS-ProcessId": "5f0c"}
        if status == 302:
            headers["Location"] = "https://spsprodcus1.vssps.visualstudio.com/_signin?realm=dev.azure.com"
            return Response("<html><head><title>Object moved</title></head></html>", status, headers, None, "text/html")
        if status == 203:
            return Response(_SIGN_IN_PAGE, status, headers, None, "text/html; charset=utf-8")
        headers["WWW-Authenticate"] = 'Basic realm="https://tfsprodcus1.app.visualstudio.com/"'
        return Response("", status, headers)

    def _known(self, token: str) -> PersonalAccessToken | None:
        """The token if it still works."""
        known = self._store.known_personal_access_token(token)
        if known is None or known.revoked or known.rejected:
            return None
        end = expiry(known)
        return None if end and end < datetime.now(timezone.utc) else known


def expiry(token: PersonalAccessToken) -> datetime | None:
    """When it ends; None if it never does."""
    if token.expires_in_days is not None:
        today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=token.expires_in_days + 1)
    if token.expires_at is None:
        return None
    return datetime.fromisoformat(token.expires_at.replace("Z", "+00:00")).replace(tzinfo=timezone.utc)


def _number(token: PersonalAccessToken) -> int:
    return uuid5(NAMESPACE_URL, token.value).int % 1_000_000


def _basic_password(request: Request) -> str:
    scheme, dummy, credentials = request.headers.get("Authorization", "").partition(" ")
    with contextlib.suppress(ValueError):
        if scheme.lower() == "basic":
            return base64.b64decode(credentials).decode().partition(":")[2]
    return ""


def _json(status: int, document: Any) -> Response:
    return Response(json.dumps(document), status, content_type="application/json; charset=utf-8")


def _github_error(status: int, message: str) -> Response:
    document = {"message": message, "documentation_url": _GITHUB_DOCUMENTATION, "status": str(status)}
    return _json(status, document)


def _is_fine_grained(token: PersonalAccessToken) -> bool:
    return token.scopes is not None and list(token.scopes) == ["granular"]


def _gitlab_lacks_permission() -> Response:
    text = "Access denied: Your Personal Access Token lacks the required permissions: [Personal Access Token: Read]."
    return _json(403, {"error": "insufficient_granular_scope", "error_description": text})


def _azure_json(user: dict[str, Any]) -> Response:
    answer = _json(200, {"authenticatedUser": user, "authorizedUser": user, "deploymentType": "hosted"})
    answer.headers["X-VSS-E2EID"] = "7b4a2a30-0000-4000-8000-000000000000"
    return answer
