# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault matrix: every kind of fault, at every request of every operation, alone and as one entry among others.

After each run and after a rerun without the fault, what the promises forbid is looked for: duplicates, unlinked
workspaces, untrue results, failures that do not name their cause, secrets. Everything goes over real HTTP; only waits
are made short.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from unittest.mock import patch

import requests

from proofs import offline, scene
from proofs.scene import OPERATIONS, Operation, State
from sandbox import Fault, Sandbox, Unknowns
from sandbox.faults import (
    DataAndErrors,
    Delay,
    DrippingHeaders,
    EchoBody,
    EndlessContinue,
    Exchange,
    GzipBomb,
    HtmlPage,
    HugeBody,
    LyingPaging,
    NullBody,
    Redirect,
    Reset,
    StaleList,
    Status,
    Truncated,
    WrongContentType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from typing_extensions import Self
    from werkzeug.wrappers import Response

#: Where time matters, all times are a tenth of those that users have: the time-out is 0.3 s in place of 3.
SCALE = 0.1
TIMEOUT = 3.0
#: Requests that are about the organization acme.
ACME = "^(?!.*globex)"
FORMS = ("single", "among_others")


@dataclass(frozen=True)
class EchoAsText:
    """A server or proxy whose error page is what it was sent, the API token included."""

    kind: ClassVar[str] = "echo_as_text"
    status: int
    before: str = ""

    def apply(self, exchange: Exchange) -> Response:
        sent = exchange.body.decode(errors="replace") + exchange.request.headers["Authorization"]
        return Status(self.status, self.before + sent, "text/plain").apply(exchange)


@dataclass(frozen=True)
class NoFault:
    """No fault at all: what is tried is the server itself."""

    kind: ClassVar[str] = "no_fault"

    def apply(self, exchange: Exchange) -> Response:
        return exchange.proceed()


@dataclass(frozen=True)
class Kind:
    """A fault by name. ``effect`` is None for a refused connection, which no server can answer with."""

    effect: Callable[[str], Any] | None
    """Made from the address of a server that no request may reach."""
    count: int | None = 1
    slow: bool = False
    """Waits take a tenth of their time instead of none."""
    lies: bool = False
    """The server reports in good order what is not so: the result can then only be true to what it reports."""
    unknowns: Mapping[str, Any] = field(default_factory=dict)
    """How the server differs from the usual one."""
    forms: tuple[str, ...] = FORMS

    @property
    def is_server(self) -> bool:
        return self.effect is _NO_FAULT


def _same(effect: Any) -> Callable[[str], Any]:
    return lambda _elsewhere: effect


_NO_FAULT = _same(NoFault())


def _server(**unknowns: Any) -> Kind:
    return Kind(_NO_FAULT, None, unknowns=unknowns)


_LATE = (TIMEOUT + 1.5) * SCALE
KINDS: dict[str, Kind] = {
    **{
        f"{status}": Kind(_same(Status(status)))
        for status in (400, 401, 403, 404, 405, 408, 409, 415, 422, 429, 500, 501, 502, 503, 504, 520)
    },
    **{f"{status} for ever": Kind(_same(Status(status)), None) for status in (401, 404, 422, 429, 503)},
    **{
        f"{status} after commit": Kind(_same(Status(status, after_commit=True)))
        for status in (408, 429, 500, 501, 502, 503, 504, 524)
    },
    "429 with a date": Kind(_same(Status(429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}))),
    "429 with nonsense": Kind(_same(Status(429, headers={"Retry-After": "soon", "x-ratelimit-reset": "-1"}))),
    "refused": Kind(None),
    "refused for ever": Kind(None, None),
    "reset": Kind(_same(Reset())),
    "reset after commit": Kind(_same(Reset(after_commit=True))),
    "reset for ever": Kind(_same(Reset()), None),
    "reset after commit for ever": Kind(_same(Reset(after_commit=True)), None),
    "late": Kind(_same(Delay(before=_LATE)), slow=True),
    "late after commit": Kind(_same(Delay(after=_LATE)), slow=True),
    "truncated": Kind(_same(Truncated())),
    "truncated for ever": Kind(_same(Truncated()), None),
    "empty": Kind(_same(Truncated(0.0))),
    "html": Kind(_same(HtmlPage())),
    "html after commit": Kind(_same(HtmlPage(after_commit=True))),
    "html 503": Kind(_same(HtmlPage(503))),
    "no document": Kind(_same(Status(200, "[]"))),
    "another document": Kind(_same(Status(200, {"data": {"id": "x", "type": "users"}}))),
    "redirect": Kind(lambda elsewhere: Redirect(f"{elsewhere}{{target}}")),
    "redirect 303": Kind(lambda elsewhere: Redirect(f"{elsewhere}{{target}}", 303)),
    "content type": Kind(_same(WrongContentType())),
    "huge": Kind(_same(HugeBody())),
    "gzip bomb": Kind(_same(GzipBomb())),
    "stale list": Kind(_same(StaleList()), lies=True),
    "stale list thrice": Kind(_same(StaleList()), 3, lies=True),
    "same page": Kind(_same(LyingPaging("same_page")), None),
    "never ends": Kind(_same(LyingPaging("never_ends")), None),
    "no total": Kind(_same(LyingPaging("no_total")), None),
    "echo": Kind(_same(EchoBody())),
    "echo 500": Kind(_same(EchoBody(500))),
    "echo as text": Kind(_same(EchoAsText(400))),
    "data and errors": Kind(_same(DataAndErrors())),
    "errors and no data": Kind(_same(DataAndErrors(empty=True))),
    # Each takes seconds, so they are tried alone, and after the work: that is the worse case.
    "dripping headers": Kind(_same(DrippingHeaders(after_commit=True)), slow=True, forms=("single",)),
    "endless 100": Kind(_same(EndlessContinue(after_commit=True)), slow=True, forms=("single",)),
    "null after commit": Kind(_same(NullBody())),
    "null after commit for ever": Kind(_same(NullBody()), None),
    **{
        f"server with created-at {name}": _server(created_at=value)
        for name, value in (("in whole seconds", "seconds"), ("missing", "missing"))
    },
    # Every page holds one entry, so the list has at least two pages.
    **{
        f"server that announces pages by {name}": _server(page_announcement=name, largest_page=1)
        for name in ("full", "meta_only", "links_next", "total_pages", "next_page_null", "total_count")
    },
    "server without a word on pages": _server(page_announcement="nothing"),
    # It rewrites what the entries beside the one that is judged create, too.
    "server that rewrites URLs": replace(_server(stored_identity="url_rewritten"), forms=("single",)),
    **{
        f"reset after commit, created-at {name}": Kind(_same(Reset(after_commit=True)), unknowns={"created_at": name})
        for name in ("seconds", "missing")
    },
    **{f"echo as text, {n} on": Kind(_same(EchoAsText(500, "y" * n + " "))) for n in (20, 30, 120, 180)},
}


@dataclass(frozen=True)
class Case:
    operation: Operation
    kind: str
    position: int
    form: str

    def __str__(self) -> str:
        return f"{self.operation.name}:{self.kind}:{self.position}:{self.form}"


@dataclass(frozen=True)
class Verdict:
    case: Case
    outcome: str
    """ok, retried, failed or VIOLATION."""
    problems: Sequence[str] = ()


class Matrix:
    """Runs cases against one sandbox, over and over from its seed."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._sandbox = self._stack.enter_context(Sandbox(scene.SEED))
        self._elsewhere = self._stack.enter_context(Sandbox(scene.SEED))
        closed = self._stack.enter_context(contextlib.closing(socket.socket()))
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refuses, and stays ours
        self._closed = f"http://127.0.0.1:{closed.getsockname()[1]}"
        return self

    def __exit__(self, *dummy: object) -> None:
        self._stack.close()

    def positions(self, operation: Operation, form: str) -> int:
        """How many requests about acme the operation takes when nothing goes wrong."""
        self._start(operation)
        with waits(0.0):
            self._run(operation, form)
        return sum("globex" not in request.path for request in self._sandbox.requests)

    def judge(self, case: Case) -> Verdict:
        """One run under the fault and one without."""
        kind, operation = KINDS[case.kind], case.operation
        self._start(operation, kind.unknowns)
        before = State.of(self._sandbox.store)
        struck = range(case.position, sys.maxsize if kind.count is None else case.position + kind.count)
        if kind.effect:
            effect = kind.effect(self._elsewhere.address)
            self._sandbox.faults.add(Fault(effect, path=ACME, nth=case.position, count=kind.count))
        timeout = TIMEOUT * SCALE if kind.slow else 5.0
        with waits(SCALE if kind.slow else 0.0):
            with contextlib.nullcontext() if kind.effect else self._refusing(struck):
                result = self._run(operation, case.form, tfe_timeout=timeout)
            problems = [*self._problems(case, result, before, before, struck), *self._trapped()]
            outcome = "failed" if result.get("failed") else "retried" if "waited" in result else "ok"
            self._sandbox.faults.clear()
            self._sandbox.requests.clear()
            between = State.of(self._sandbox.store)
            again = self._run(operation, case.form)
        expected = [operation.fails]
        if kind.is_server and result.get("failed"):
            expected.append(result["failure"]["code"])  # the server is as it was
        if (again["failure"]["code"] if again.get("failed") else None) not in expected:
            problems.append(f"the rerun ended with {again.get('msg') or 'success'}")
        problems += [
            f"after the rerun: {problem}" for problem in self._problems(case, again, before, between, range(0))
        ]
        return Verdict(case, "VIOLATION" if problems else outcome, problems)

    def _start(self, operation: Operation, unknowns: Mapping[str, Any] = MappingProxyType({})) -> None:
        self._sandbox.reset()
        self._sandbox.settings.chosen = Unknowns(**{**operation.unknowns, **unknowns})
        operation.prepare(self._sandbox.store)

    def _run(self, operation: Operation, form: str, **options: Any) -> dict[str, Any]:
        address = self._sandbox.address
        if form == "single":
            result = scene.run(operation, address, **options)
        else:
            others: list[dict[str, Any]] = [
                {"service_provider": "gitlab_community_edition", "http_url": scene.GITLAB, "name": "GitLab"},
                {"organization": "globex", "personal_access_token": scene.PAT},
            ]
            entries = [operation.connection(), *({**operation.connection(), **_plain(), **other} for other in others)]
            entries = [{**entry, "force": bool(entry.get("force"))} for entry in entries]
            params = scene.task(address, connections=entries, **options)
            result = scene.product("_tasks.oauth_clients").run_oauth_clients(params, False, True)
        self._wait_for_late_requests()
        return result

    def _wait_for_late_requests(self) -> None:
        """The server may still be at work on what the task has given up."""
        deadline = time.monotonic() + 5
        while any(request.duration is None for request in self._sandbox.requests) and time.monotonic() < deadline:
            time.sleep(0.005)

    def _problems(
        self, case: Case, result: Mapping[str, Any], original: State, before: State, struck: range
    ) -> list[str]:
        """``original`` is how it was at first, ``before`` how this run has found it."""
        after, operation = State.of(self._sandbox.store), case.operation
        acme = [request for request in self._sandbox.requests if "globex" not in request.path]
        writes = [number for number, request in enumerate(acme, 1) if request.method != "GET"]
        lied = KINDS[case.kind].lies and bool(struck)
        own, problems = result, list[str]()
        if case.form == "among_others":
            if "connections" not in result:
                return [f"no results of the entries: {result.get('msg')}"]
            first, *others = result["connections"]
            own = {**first, "failed": first["failure"] is not None, "warnings": result["warnings"]}
            if not lied:
                problems += self._side_effects(own, others, struck)
        if not lied:
            problems += () if own.get("failed") else scene.reached(original, after, operation)
            problems += scene.truthful(own, before, after, operation, len(writes), self._lost(case, writes, struck))
        return [
            *problems,
            *scene.untouched(original, after, operation),
            *scene.explained(result, self._place(case), operation.fails),
            *scene.secrets_in(scene.as_text(result)),
        ]

    @staticmethod
    def _lost(case: Case, writes: Iterable[int], struck: range) -> bool:
        """Whether the answer to a write did not reach the task as the server gave it."""
        return bool(struck) and (KINDS[case.kind].slow or any(number in struck for number in writes))

    def _place(self, case: Case) -> str:
        return "http://127.0.0.1:" if case.kind.startswith("refused") else self._sandbox.address

    def _side_effects(
        self, own: Mapping[str, Any], others: Sequence[Mapping[str, Any]], struck: range
    ) -> Iterator[str]:
        """Only a list that nobody could read may take an organization's other entries with it, and no other one's."""
        neighbour, stranger = others
        if neighbour["failure"] and (1 not in struck or not own["failed"]):
            yield f"the entry beside it failed: {neighbour['failure']['message']}"
        if stranger["failure"]:
            yield f"another organization's entry failed: {stranger['failure']['message']}"
        if len(self._sandbox.store.clients("globex")) != 1:
            yield f"another organization has {len(self._sandbox.store.clients('globex'))} clients"

    def _trapped(self) -> Iterator[str]:
        if len(self._elsewhere.requests):
            self._elsewhere.requests.clear()
            yield "a redirect was followed"

    @contextlib.contextmanager
    def _refusing(self, struck: range) -> Iterator[None]:
        """Some requests about acme go to a port where nobody listens."""
        prepare, numbers = requests.Session.prepare_request, iter(range(1, sys.maxsize))

        def prepared(session: requests.Session, request: requests.Request) -> Any:
            if "globex" not in str(request.url) and next(numbers) in struck:
                request.url = str(request.url).replace(self._sandbox.address, self._closed)
            return prepare(session, request)

        with patch.object(requests.Session, "prepare_request", prepared):
            yield


def _plain() -> dict[str, Any]:
    """Options back at what they are when a task states nothing, for an entry that is copied from another."""
    arguments = scene.product("_tasks.argument_specs").CONNECTION
    return {**{name: option.get("default") for name, option in arguments.items()}, "service_provider": "github"}


@contextlib.contextmanager
def waits(scale: float) -> Iterator[None]:
    """Every wait takes this part of its time."""

    def shorter(seconds: float) -> None:
        time.sleep(seconds * scale)

    with offline.using_clock(offline.Clock(shorter)):
        yield


def cases(matrix: Matrix, operations: Iterable[str], kinds: Iterable[str], forms: Iterable[str]) -> Iterator[Case]:
    kinds = list(kinds)
    for form in forms:
        for name in operations:
            operation = OPERATIONS[name]
            if operation.reads and form != "single":
                continue
            positions = matrix.positions(operation, form)
            for kind in (name for name in kinds if form in KINDS[name].forms):
                for position in range(1, 2 if KINDS[kind].is_server else positions + 1):
                    yield Case(operation, kind, position, form)


def table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Kinds down, operations across; each cell counts ok, retried, failed cleanly and, if any, violations."""
    operations = list(dict.fromkeys(verdict.case.operation.name for verdict in verdicts))
    kinds = list(dict.fromkeys(verdict.case.kind for verdict in verdicts))
    counts = Counter((verdict.case.kind, verdict.case.operation.name, verdict.outcome) for verdict in verdicts)
    width = max(map(len, kinds))
    columns = [max(len(name), 12) for name in operations]

    def cell(kind: str, operation: str) -> str:
        found = [counts[kind, operation, outcome] for outcome in ("ok", "retried", "failed", "VIOLATION")]
        return "/".join(map(str, found[:3])) + (f" !{found[3]}" if found[3] else "")

    yield "ok/retried/failed cleanly, !violations; one run for each request of the operation, alone and among others"
    yield " " * width + "  " + "  ".join(name.ljust(size) for name, size in zip(operations, columns, strict=True))
    for kind in kinds:
        cells = (cell(kind, name).ljust(size) for name, size in zip(operations, columns, strict=True))
        yield f"{kind.ljust(width)}  {'  '.join(cells)}".rstrip()


def totals(verdicts: Sequence[Verdict], seconds: float) -> str:
    found = Counter(verdict.outcome for verdict in verdicts)
    kinds = {verdict.case.kind for verdict in verdicts}
    operations = {verdict.case.operation.name for verdict in verdicts}
    return (
        f"{len(verdicts)} runs and as many reruns ({len(operations)} operations, {len(kinds)} kinds of faults) in "
        f"{seconds:.0f} s: {found['ok']} ok, {found['retried']} retried, {found['failed']} failed cleanly, "
        f"{found['VIOLATION']} violations"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--operation", action="append", choices=OPERATIONS, help="only this one; may be repeated")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this one; may be repeated")
    parser.add_argument("--only", metavar="CASE", help="just this case, as a violation is reported")
    options = parser.parse_args(arguments)
    started, verdicts = time.monotonic(), []
    with Matrix() as matrix:
        if options.only:
            name, kind, position, form = options.only.split(":")
            wanted: Iterable[Case] = [Case(OPERATIONS[name], kind, int(position), form)]
        else:
            wanted = cases(matrix, options.operation or OPERATIONS, options.kind or KINDS, FORMS)
        for case in wanted:
            verdict = matrix.judge(case)
            verdicts.append(verdict)
            for problem in verdict.problems:
                print(f"VIOLATION --only '{case}': {problem}", flush=True)
    print("\n".join(table(verdicts)))
    print(totals(verdicts, time.monotonic() - started))
    return 1 if any(verdict.problems for verdict in verdicts) else 0
