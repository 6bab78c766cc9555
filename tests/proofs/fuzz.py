# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fuzzing: of each run of an operation one answer of the server is changed at random, and no harm may come of it.

Never an error of ours, never a write upon a list that does not hold together, never a duplicate, a client lost or a
workspace unlinked. What reads like the truth and is not so (another URL, no such client) nobody can tell from the
truth; there the promises that do not rest on it are still looked at.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from proofs import offline, scene
from proofs.scene import OPERATIONS, Operation, State
from sandbox import Unknowns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Mutation = Callable[[offline.Answer, random.Random], offline.Answer]

_DEEP: Any = []
for _depth in range(500):
    _DEEP = [_DEEP]
#: What takes the place of a value, whatever that was.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.5, 1e308, float("nan"), float("inf"), 10**30, "", " ", "0", "1", "x", "null",
    "\ud800", "\x00", "\u202e", "é" * 50, "x" * 5000, "<b>", "{{ 1 }}", "..", "a/b", "a b", "?", "#", "https://",
    "https://github.com", "HTTPS://GITHUB.COM/", "https://[", "http://a:b", "oauth-clients", "oauth-tokens", "github",
    "gitlab_hosted", "oc-Bystander1111111", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "9999-12-31", [], {},
    [None], [[]], [{}], {"data": None}, {"data": []}, {"data": {}}, {"data": [None]}, {"id": 1}, _DEEP,
)  # fmt: skip
HEADERS: tuple[tuple[str, str], ...] = tuple(
    (name, value)
    for name, values in {
        "x-ratelimit-remaining": ("nan", "inf", "-inf", "-1", "1e400", "x", "", "0", "99999999999999999999"),
        "x-ratelimit-limit": ("nan", "inf", "0", "-5", "x"),
        "x-ratelimit-reset": ("nan", "inf", "-1", "x", "1e9"),
        "Retry-After": ("nan", "inf", "x", "-1", "1e400", "Mon, 01 Jan 0001 00:00:00 -0000", "Mon, 32 Jan 2026"),
        "Date": ("x", "", "Mon, 01 Jan 0001 00:00:00 -0000", "Fri, 31 Dec 9999 23:59:59 GMT", "1"),
        "Content-Type": ("", "x", "text/html; charset=nonsense", "application/json", ";;;"),
        "Content-Encoding": ("gzip", "deflate", "br", "x"),
        "x-tfe-version": ("", "v", "1", "1.", "999999999999.1", "v" + "9" * 5000 + ".1", "\u0661.\u0662"),
        "Location": ("", "//", "http://[", "x" * 5000, "https://h/" + "\udcff".encode("utf-8", "replace").decode()),
    }.items()
    for value in values
)


# -- mutations: each makes another answer of an answer -----------------------------------------------------------------


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from _places(item, (*path, key))


def _changed(document: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy in which ``change(container, key)`` was called for the place."""
    holder = {"": copy.deepcopy(document)}
    container: Any = holder
    *way, last = ("", *path)
    for key in way:
        container = container[key]
    change(container, last)
    return holder.get("")


def _document(answer: offline.Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _with(answer: offline.Answer, document: Any) -> offline.Answer:
    return replace(answer, body=json.dumps(document).encode("utf-8", "surrogatepass"))


def replace_value(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    document, value = _document(answer), chance.choice(VALUES)
    path = chance.choice(list(_places(document)))
    return _with(answer, _changed(document, path, lambda container, key: container.__setitem__(key, value)))


def change_type(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    """A value as another type that looks alike."""
    document = _document(answer)
    path = chance.choice(list(_places(document)))

    def change(container: Any, key: Any) -> None:
        old = container[key]
        container[key] = chance.choice([[old], {"value": old}, str(old), [old, old], {str(old): None}, bool(old)])

    return _with(answer, _changed(document, path, change))


def remove_key(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    document = _document(answer)
    path = chance.choice(list(_places(document)))
    return _with(answer, _changed(document, path, lambda container, key: container.pop(key)))


def add_twice(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    """An entry of a list once more, or a key under another name."""
    document = _document(answer)
    path = chance.choice(list(_places(document)))

    def change(container: Any, key: Any) -> None:
        if isinstance(container, list):
            container.append(container[key])
        else:
            container[f"{key}-2"] = container.pop(key)

    return _with(answer, _changed(document, path, change))


def swap(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    """Two values change places."""
    document = _document(answer)
    one, other = (chance.choice(list(_places(document))) for dummy in range(2))
    values = []
    for path in (one, other):
        value = document
        for key in path:
            value = value[key]
        values.append(copy.deepcopy(value))
    try:
        changed = _changed(document, one, lambda container, key: container.__setitem__(key, values[1]))
        changed = _changed(changed, other, lambda container, key: container.__setitem__(key, values[0]))
    except (KeyError, IndexError, TypeError, AttributeError):
        return answer  # one lay within the other
    return _with(answer, changed)


def damage_bytes(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    body = bytearray(answer.body or b"x")
    for dummy in range(chance.randint(1, 4)):
        place = chance.randrange(len(body))
        match chance.randrange(4):
            case 0:
                body[place] = chance.randrange(256)
            case 1:
                del body[place:]
            case 2:
                body[place:place] = bytes(chance.randrange(256) for dummy in range(3))
            case _:
                body[place : place + chance.randint(1, 40)] = b""
        body = body or bytearray(b"x")
    return replace(answer, body=bytes(body))


def another_header(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    headers = dict(chance.sample(HEADERS, chance.randint(1, 3)))
    if "x-ratelimit-remaining" in headers:
        headers.setdefault("x-ratelimit-reset", "0")
    return replace(answer, headers={**answer.headers, **headers})


def another_status(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    status = chance.choice((200, 201, 202, 203, 204, 205, 206, 226, 299, 300, 304, 308, 400, 418, 429, 451, 499, 599))
    return another_header(replace(answer, status=status), chance)


def another_document(answer: offline.Answer, chance: random.Random) -> offline.Answer:
    """Some whole document, errors among them."""
    value = chance.choice(VALUES)
    errors = {"errors": chance.choice([value, [value], [{"title": value, "detail": value, "source": value}]])}
    status = chance.choice((answer.status, 400, 404, 422, 500))
    return _with(replace(answer, status=status), chance.choice([value, errors, {"data": value}, {"meta": value}]))


MUTATIONS: tuple[Mutation, ...] = (
    replace_value, replace_value, replace_value, change_type, remove_key, add_twice, swap, damage_bytes, another_header,
    another_status, another_document,
)  # fmt: skip


# -- one run -----------------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """One operation of which one answer was changed."""

    operation: Operation
    seed: int
    position: int
    mutation: str = ""
    sent: list[offline.Sent] = field(default_factory=list)
    honest: offline.Answer | None = None
    mutated: offline.Answer | None = None
    result: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.operation.name}:{self.seed}"

    def story(self) -> str:
        """All of it, to look at."""
        lines = [f"{sent.method} {sent.target}" for sent in self.sent]
        answers = [
            f"{name}: {made.status} {made.body!r} {made.headers}"
            for name, made in (("honest", self.honest), ("mutated", self.mutated))
            if made
        ]
        return "\n".join([*lines, f"answer {self.position}, {self.mutation}", *answers, json.dumps(self.result)])


#: How the servers differ whose answers are changed.
SERVERS: tuple[Mapping[str, Any], ...] = (
    {},
    {},
    {"created_at": "seconds"},
    {"created_at": "missing"},
    {"page_announcement": "links_next", "largest_page": 1},
    {"page_announcement": "total_pages", "largest_page": 1},
)


class Fuzzer:
    """One server, used for run after run."""

    def __init__(self) -> None:
        self._server = offline.Server()
        self._positions = {name: self._count(operation) for name, operation in OPERATIONS.items()}

    def run(self, operation: Operation, seed: int) -> Run:
        chance = random.Random(f"{operation.name}:{seed}")
        run = Run(operation, seed, chance.randint(1, self._positions[operation.name]))
        mutate = chance.choice(MUTATIONS)
        run.mutation = mutate.__name__

        def transport(sent: offline.Sent) -> offline.Answer:
            run.sent.append(sent)
            answer = self._server.answer(sent)
            if len(run.sent) != run.position:
                return answer
            run.honest, run.mutated = answer, mutate(answer, chance)
            return run.mutated

        before = self._prepare(operation, chance.choice(SERVERS))
        try:
            with _no_waits(), offline.talking_to(transport):
                run.result = scene.run(operation, offline.ADDRESS)
        except Exception as error:  # noqa: BLE001 - this is what must not happen
            run.problems = [f"raised {type(error).__name__}: {error}"]
            return run
        run.problems = list(_problems(run, before, State.of(self._server.store)))
        return run

    def _prepare(self, operation: Operation, server: Mapping[str, Any]) -> State:
        self._server.reset(Unknowns(**{**operation.unknowns, **server}))
        operation.prepare(self._server.store)
        return State.of(self._server.store)

    def _count(self, operation: Operation) -> int:
        self._prepare(operation, {})
        sent: list[offline.Sent] = []

        def transport(one: offline.Sent) -> offline.Answer:
            sent.append(one)
            return self._server.answer(one)

        with _no_waits(), offline.talking_to(transport):
            scene.run(operation, offline.ADDRESS)
        return len(sent)


def _no_waits() -> Any:
    return offline.using_clock(offline.Clock())


def _problems(run: Run, before: State, after: State) -> Iterator[str]:
    operation, result = run.operation, run.result
    yield from scene.secrets_in(scene.as_text(result))
    for failure in [result["failure"]] if result.get("failed") else []:
        if failure["code"] not in scene.known_codes():
            yield f"failed with the code {failure['code']}: {failure['message']}"
    if _is_plausible(run):
        # A removal relies on the workspaces that the server reports; all else still holds.
        affected = "affected-workspaces" in _differences(run)
        yield from () if affected else (p for p in scene.untouched(before, after, operation) if "clients for" not in p)
    else:
        yield from scene.untouched(before, after, operation)
    first = run.sent[run.position - 1] if len(run.sent) >= run.position else None
    refused = result.get("failed") and result["failure"]["code"] == "invalid_answer"
    if run.position == 1 and refused and any(sent.writes for sent in run.sent):
        yield f"wrote something upon a list that does not hold together: {first}"


#: What a list says of a client that decides which one it is, and what a removal goes by.
_DECISIVE = ("service-provider", "http-url", "type", "affected-workspaces", "affected-workspaces-count", "ado-org-name")


def _differences(run: Run) -> str:
    """The places at which the two documents differ, as text."""
    if run.honest is None or run.mutated is None:
        return ""
    honest, mutated = (dict(_leaves(_document(answer))) for answer in (run.honest, run.mutated))
    return " ".join(
        ".".join(map(str, path))
        for path in honest.keys() | mutated.keys()
        if repr(honest.get(path, "absent")) != repr(mutated.get(path, "absent"))
    )


def _leaves(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for path in _places(value):
        found = value
        for key in path:
            found = found[key]
        if not isinstance(found, (dict, list)) or not found:
            yield path, found


def _is_plausible(run: Run) -> bool:
    """Whether the changed list is one that a server could have sent: it then only does not tell the truth."""
    if run.honest is None or run.mutated is None or run.mutated.status != run.honest.status:
        return False
    if run.sent[run.position - 1].method != "GET":
        return False
    document = _document(run.mutated)
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list):
        return False
    return all(map(_is_sound, data)) and _total(document) in (None, len(data))


def _total(document: Mapping[str, Any]) -> Any:
    meta = document.get("meta") or {}
    pagination = meta.get("pagination", meta) if isinstance(meta, dict) else None
    return pagination.get("total-count") if isinstance(pagination, dict) else None


def _is_sound(resource: Any) -> bool:
    """A resource whose decisive attributes have the types that they should have."""
    attributes = resource.get("attributes") if isinstance(resource, dict) else None
    if not isinstance(attributes, dict):
        return False
    texts = all(isinstance(attributes.get(name), (str, type(None))) for name in ("http-url", "ado-org-name"))
    counts = isinstance(attributes.get("affected-workspaces-count"), (int, type(None)))
    names = attributes.get("affected-workspaces")
    return (
        texts
        and counts
        and isinstance(attributes.get("service-provider"), str)
        and resource.get("type") == "oauth-clients"
        and (names is None or (isinstance(names, list) and all(isinstance(name, str) for name in names)))
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, help="mutations in all (20000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operation", action="append", choices=OPERATIONS)
    parser.add_argument("--only", metavar="OPERATION:SEED", help="one run, with all that was sent and answered")
    options = parser.parse_args(arguments)
    fuzzer = Fuzzer()
    if options.only:
        name, seed = options.only.split(":")
        run = fuzzer.run(OPERATIONS[name], int(seed))
        print("\n".join([run.story(), *run.problems]))
        return 1 if run.problems else 0
    operations = [OPERATIONS[name] for name in options.operation or OPERATIONS]
    outcomes: Counter[str] = Counter()
    started, bad = time.monotonic(), 0
    for number in range(options.runs):
        run = fuzzer.run(operations[number % len(operations)], options.seed + number)
        outcomes[run.result["failure"]["code"] if run.result.get("failed") else "succeeded"] += 1
        bad += bool(run.problems)
        for problem in run.problems:
            print(f"VIOLATION --only '{run}' ({run.mutation}): {problem}", flush=True)
    summary = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
    print(f"{options.runs} mutated answers in {time.monotonic() - started:.0f} s: {summary}; {bad} violations")
    return 1 if bad else 0
