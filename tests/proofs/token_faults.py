# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault matrix of VCS hosts: whatever one answers about a token before it is sent, no promise is broken.

Every kind of answer, for every VCS provider, when a connection is created and when its token is replaced, in check mode
and for real. Only the host's own refusal may stop a connection; nothing may send the API token to the host, the token
anywhere else, or show either.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from proofs import fault_matrix, scene
from sandbox import Fault, Sandbox, VcsHost
from sandbox.faults import Delay, GzipBomb, HtmlPage, HugeBody, Redirect, Reset, Status, Truncated, WrongContentType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typing_extensions import Self
    from werkzeug.wrappers import Response

    from sandbox.faults import Exchange

TIMEOUT = 0.5
#: Where the API of each provider is below the address of the VCS host.
PROVIDERS = {
    "github_enterprise": "/api/v3",
    "gitlab_community_edition": "/api/v4",
    "ado_server": "",
}
OPERATIONS = ("create", "rotate")


@dataclass(frozen=True)
class EchoHeaders:
    """A host that repeats all it was sent, in its headers and in its body."""

    kind = "echo_headers"
    status: int

    def apply(self, exchange: Exchange) -> Response:
        sent = " ".join(f"{name}: {value}" for name, value in exchange.request.headers.items())
        document: dict[str, Any] = dict.fromkeys(("login", "username", "message", "error"), sent)
        document |= {"scopes": [sent], "authenticatedUser": {"id": sent, "providerDisplayName": sent}}
        headers = {"X-OAuth-Scopes": sent, "X-GitHub-SSO": sent, "GitHub-Authentication-Token-Expiration": sent}
        return Status(self.status, document, "application/json", headers).apply(exchange)


#: What the host answers, and what that means: ok, refused or unknown. None: whatever it means to this provider.
KINDS: dict[str, tuple[Any, str | None]] = {
    "none": (None, "ok"),
    "401 of the host": (Status(401, {"message": "401 Unauthorized"}, "application/json"), "refused"),
    **{
        f"{status}": (Status(status, {"message": "x"}, "application/json"), "unknown")
        for status in (400, 403, 404, 405, 408, 409, 418, 429, 500, 502, 503, 504, 520)
    },
    **{f"html {status}": (HtmlPage(status), "unknown") for status in (200, 203, 401, 403, 407, 502)},
    "no document": (Status(200, "[]", "application/json"), "unknown"),
    "another document": (Status(200, {"data": {"id": "x"}}, "application/json"), "unknown"),
    "empty": (Status(200, "", "application/json"), "unknown"),
    "content type": (WrongContentType(), "ok"),
    "redirect": (Redirect("{elsewhere}{target}", 302), "unknown"),
    "permanent redirect": (Redirect("{elsewhere}{target}", 308), "unknown"),
    "reset": (Reset(), "unknown"),
    "truncated": (Truncated(), "unknown"),
    "late": (Delay(before=TIMEOUT * 2), "unknown"),
    "huge": (HugeBody(megabytes=8), "unknown"),
    "gzip bomb": (GzipBomb(megabytes=8), "unknown"),
    **{f"echo {status}": (EchoHeaders(status), None) for status in (200, 203, 400, 401, 403, 500)},
}


@dataclass(frozen=True)
class Case:
    kind: str
    provider: str
    operation: str
    check: bool

    def __str__(self) -> str:
        return f"{self.kind}:{self.provider}:{self.operation}:{'check' if self.check else 'real'}"


class Matrix:
    """Runs cases against one sandbox and one VCS host, over and over from their start."""

    def __enter__(self) -> Self:
        self._sandbox = Sandbox(scene.SEED).start()
        self._vcs = VcsHost(self._sandbox.store).__enter__()
        self._elsewhere = VcsHost(self._sandbox.store).__enter__()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._elsewhere.__exit__()
        self._vcs.__exit__()
        self._sandbox.stop()

    def judge(self, case: Case) -> list[str]:
        """What went wrong."""
        self._start(case)
        before = self._tokens()
        # Waits for concurrent runs, of which there are none.
        with fault_matrix.waits(0.0):
            result = scene.product("_tasks.oauth_clients").run_oauth_client(self._task(case), case.check, True)
        self._wait_for_late_requests()
        return [
            *self._outcome(case, result, before),
            *self._seen(),
            *scene.secrets_in(scene.as_text(result)),
            *([] if not case.check or self._writes() == [] else ["check mode wrote something"]),
        ]

    def _start(self, case: Case) -> None:
        self._sandbox.reset()
        for host in (self._vcs, self._elsewhere):
            host.requests.clear()
            host.faults.clear()
        for token in (scene.PAT, scene.NEW_PAT):
            self._sandbox.store.add_personal_access_token(token, user="vcs-bot")
        effect = KINDS[case.kind][0]
        if isinstance(effect, Redirect):
            effect = Redirect(effect.location.replace("{elsewhere}", self._elsewhere.address), effect.status)
        if effect:
            self._vcs.faults.add(Fault(effect, count=None))
        if case.operation == "rotate":
            urls = (self._vcs.address, self._vcs.address + PROVIDERS[case.provider])
            self._sandbox.store.add_client(
                "acme", case.provider, *urls, created_at=scene.LONG_AGO, personal_access_token=scene.PAT
            )

    def _task(self, case: Case) -> dict[str, Any]:
        options = {
            "service_provider": case.provider,
            "http_url": self._vcs.address,
            "personal_access_token": scene.NEW_PAT,
            "check_personal_access_token": True,
            "vcs_timeout": TIMEOUT,
            "private_key": scene.SSH_KEY if case.provider == "ado_server" and case.operation == "create" else None,
            "update_secrets": "always" if case.operation == "rotate" else "on_create",
        }
        defaults = scene.product("_tasks.argument_specs").CONNECTION
        plain = {name: option.get("default") for name, option in defaults.items()}
        return scene.task(self._sandbox.address, **{**plain, **options, "organization": "acme"})

    def _tokens(self) -> list[str]:
        """The personal access tokens of the connection that the case is about."""
        store = self._sandbox.store
        clients = [client for client in store.clients("acme") if client.http_url == self._vcs.address]
        return [token.personal_access_token for client in clients for token in store.oauth_tokens(client)]

    def _writes(self) -> list[str]:
        return [request.method for request in self._sandbox.requests if request.method != "GET"]

    def _outcome(self, case: Case, result: Mapping[str, Any], before: list[str]) -> Iterator[str]:
        meaning = KINDS[case.kind][1]
        refused = bool(result.get("failed"))
        if refused and result["failure"]["code"] != "personal_access_token_refused":
            yield f"failed with {result['failure']['code']}: {result['msg']}"
        if meaning and refused != (meaning == "refused"):
            yield f"{'stopped' if refused else 'went on'}, though the answer means {meaning}"
        if refused and (self._writes() or result["changed"] or self._tokens() != before):
            yield "sent something though the token is refused"
        if not refused and not case.check and self._tokens() != [scene.NEW_PAT]:
            yield "does not have the new token"
        warned = any("It is not known whether" in warning for warning in result["warnings"])
        if meaning and warned != (meaning == "unknown"):
            yield f"{'warns' if warned else 'does not warn'}, though the answer means {meaning}: {result['warnings']}"

    def _seen(self) -> Iterator[str]:
        if len(self._elsewhere.requests):
            yield "a redirect was followed"
        # A GitLab that does not have the endpoint is asked for another one.
        if not 1 <= len(self._vcs.requests) <= 2:
            yield f"the VCS host was asked {len(self._vcs.requests)} times"
        for request in self._vcs.requests:
            if scene.TOKEN in str(request.headers) or request.method != "GET" or request.body:
                yield "the VCS host got more than the token"
        for request in self._sandbox.requests:
            if scene.NEW_PAT in str(request.headers) or (request.method == "GET" and request.body):
                yield "the API got the token in a header"

    def _wait_for_late_requests(self) -> None:
        deadline = time.monotonic() + 5
        while any(request.duration is None for request in self._vcs.requests) and time.monotonic() < deadline:
            time.sleep(0.005)


def cases(kinds: Sequence[str] = tuple(KINDS)) -> Iterator[Case]:
    for kind, provider, operation, check in product(kinds, PROVIDERS, OPERATIONS, (True, False)):
        yield Case(kind, provider, operation, check)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python tests/proofs tokens", description=__doc__)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="only this kind; may be repeated")
    options = parser.parse_args(arguments)
    began, counts = time.monotonic(), Counter[bool]()
    with Matrix() as matrix:
        for case in cases(options.kind or tuple(KINDS)):
            problems = matrix.judge(case)
            counts[bool(problems)] += 1
            for problem in problems:
                print(f"{case}: {problem}")
    print(
        f"{counts[False]} answers of VCS hosts without and {counts[True]} with a violation in "
        f"{time.monotonic() - began:.0f} s"
    )
    return 1 if counts[True] else 0
