# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Concurrent runs in made-up time: thousands of interleavings of the product's real code, each repeatable by its seed.

Every run is a thread, and one at a time goes on, whichever has the earliest event: a request arriving at the server,
its answer arriving at the run, the end of a wait. How long each takes is drawn at random, so a minute of waiting costs
nothing and orders turn up that a real machine shows once in a million times.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import patch

import requests

from proofs import offline, scene
from sandbox import model as sandbox_model
from sandbox import store as sandbox_store
from sandbox.app import LIST_AS_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


#: When every round begins: after all that was there before.
START = datetime(2026, 6, 1, tzinfo=timezone.utc)


class Time:
    """Made-up seconds. ``pass_`` is what threads call to let some go by."""

    def __init__(self) -> None:
        self.now = 0.0
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._awake = 0
        self._members: set[int] = set()
        self._threads: list[threading.Thread] = []

    def pass_(self, seconds: float) -> None:
        """Blocks until this much time has passed; returns at once in a thread that is none of the runs."""
        if threading.get_ident() not in self._members:
            return
        self._wait_for(seconds)

    def run(self, works: Sequence[Callable[[], None]]) -> None:
        """Runs all at once, in made-up time, to the end."""
        for work in works:
            self.later(0.0, work)
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._awake == 0, timeout=60):
                    raise RuntimeError("a run neither waits nor ends")
                if not self._waiting:
                    break
                self.now, dummy, event = heapq.heappop(self._waiting)
                self._awake = 1
            event.set()
        for thread in self._threads:
            thread.join()

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Let a thread of its own do the work, so many seconds from now. The order of calls decides ties."""
        event = self._scheduled(seconds)
        self._threads.append(threading.Thread(target=self._member, args=(work, event), daemon=True))
        self._threads[-1].start()

    def _member(self, work: Callable[[], None], turn: threading.Event) -> None:
        turn.wait()
        self._members.add(threading.get_ident())
        try:
            work()
        finally:
            with self._changed:
                self._members.discard(threading.get_ident())
                self._awake -= 1
                self._changed.notify_all()

    def _wait_for(self, seconds: float) -> None:
        event = self._scheduled(seconds)
        with self._changed:
            self._awake -= 1
            self._changed.notify_all()
        event.wait()

    def _scheduled(self, seconds: float) -> threading.Event:
        event = threading.Event()
        with self._changed:
            heapq.heappush(self._waiting, (self.now + max(seconds, 0.0), next(self._order), event))
        return event


@dataclass(frozen=True)
class Scenario:
    """How a server and the way to it behave, in seconds and probabilities."""

    latency: float = 0.05
    """The mean time of each way; exponentially distributed."""
    standstill: tuple[float, float] = (0.0, 0.0)
    """With this probability a way takes up to so many seconds more."""
    created_early: float = 0.0
    """created-at is up to so much before the commit; the product assumes 0.3 at most (YOUNG)."""
    created_at: Literal["milliseconds", "whole seconds", "rounded", "missing"] = "milliseconds"
    """How precisely the server reports when a client was created."""
    commit: tuple[float, float] = (0.0, 0.0)
    """A create takes from and up to so long until it is committed; created-at is when it began."""
    lost: float = 0.0
    """The probability with which an answer is lost, and the connection with it; the request was carried out."""
    unsent: float = 0.0
    """The probability with which a connection breaks before the server has read the request."""
    late: tuple[float, float] = (0.0, 0.0)
    """With this probability a create is carried out up to so many seconds after the run has given up on its answer."""
    stale: float = 0.0
    """Lists are up to so old."""
    clocks: float = 0.0
    """The clocks of the runs are up to so wrong, in both directions."""
    has_date: bool = True
    """Whether the server's answers have a Date."""
    assumed: bool = True
    """Whether this keeps to what the product assumes of the server and the network, so that nothing may go wrong."""
    assumed_mixed: bool = True
    """Whether that holds for runs that only find a client, too."""

    def promises(self, mixed: bool) -> bool:
        return self.assumed and (self.assumed_mixed or not mixed)


SCENARIOS = {
    "fast": Scenario(),
    "slow": Scenario(0.3),
    "created early": Scenario(0.05, created_early=0.25),
    "slow, created early": Scenario(0.2, created_early=0.25),
    # A run that only finds a client cannot know that older ones can appear for so long.
    "slow commits": Scenario(0.05, commit=(0.6, 1.6), assumed_mixed=False),
    "answers lost": Scenario(0.05, lost=0.15, unsent=0.05),
    "all of it": Scenario(0.15, created_early=0.25, lost=0.1, unsent=0.05),
    "late creates": Scenario(0.05, created_early=0.25, late=(0.3, 2.5)),
    "clocks differ": Scenario(0.1, created_early=0.25, clocks=3600.0),
    "no date": Scenario(0.1, created_early=0.25, has_date=False),
    "whole seconds": Scenario(0.1, created_early=0.25, created_at="whole seconds"),
    "rounded seconds": Scenario(0.1, created_early=0.25, created_at="rounded"),
    "whole seconds, clocks differ": Scenario(0.1, created_early=0.25, created_at="whole seconds", clocks=3600.0),
    "whole seconds, answers lost": Scenario(0.05, created_at="whole seconds", lost=0.15, unsent=0.05),
    "no created-at": Scenario(0.05, created_at="missing"),
    "no created-at, slower": Scenario(0.1, created_at="missing"),
    "no created-at, answers lost": Scenario(0.05, created_at="missing", lost=0.15, unsent=0.05),
    # The product waits 12 s for a twin to go: a run that stands still for longer is not waited for.
    "standstills": Scenario(0.1, standstill=(0.05, 8.0), created_early=0.25, assumed=False),
    "commits of any length": Scenario(0.05, commit=(0.0, 1.0), assumed=False),
    "stale lists": Scenario(0.05, stale=1.0, assumed=False),
    "no created-at, slow": Scenario(0.3, created_at="missing", assumed=False),
}


@dataclass
class Round:
    """What a round did."""

    seed: int
    scenario: str
    results: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    clients: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    rerun: Mapping[str, Any] = field(default_factory=dict)
    removals: set[str] = field(default_factory=set)
    """The runs with state=absent."""
    unanswered: set[str] = field(default_factory=set)
    """Clients whose makers never got the answer."""
    confirmed: dict[str, set[str]] = field(default_factory=dict)
    """By run: the clients that it knows to be its own."""
    last_seen: dict[str, list[str]] = field(default_factory=dict)
    """By run: the clients in the latest list that reached it."""
    trespasses: list[str] = field(default_factory=list)
    """Removals of what a run did not create itself."""

    @property
    def problems(self) -> Iterator[str]:
        """What must never happen where the product's assumptions hold."""
        yield from self.trespasses
        if len(self.clients) > 1 and not self.left_and_named:
            yield f"duplicates: {', '.join(self.clients)}"
        succeeded = {name: result for name, result in self.results.items() if not result.get("failed")}
        for name in succeeded:
            seen = self.last_seen.get(name, [])
            if name not in self.removals and len(seen) > 1:
                yield f"success beside an equal client: {name} saw {', '.join(seen)}"
        if not self.removals:
            ids = {result["oauth_client_id"] for result in succeeded.values()}
            if len(ids) > 1:
                yield f"different IDs returned: {', '.join(sorted(map(str, ids)))}"
            # A run that has failed may know nothing, but it must not name what is gone.
            named = {result.get("oauth_client_id") for result in self.results.values()} - {None}
            if lost := sorted(map(str, named - set(self.clients))):
                yield f"lost: {', '.join(lost)} was returned and is not there"
        for result in self.results.values():
            if result.get("failed") and result["failure"]["code"] not in scene.known_codes():
                yield f"failed with {result['failure']['code']}: {result['msg']}"
            yield from scene.secrets_in(scene.as_text(result))
        if self.rerun.get("failed") and not (self.left_and_named and self.rerun["failure"]["code"] == "ambiguous"):
            yield f"the rerun failed: {self.rerun['msg']}"

    @property
    def left_and_named(self) -> bool:
        """Whether more than one client is left because answers were lost, and a run has failed with all their IDs.

        Either the answer to the create was lost, or its maker could not list or remove it again, and has failed.
        """
        failed = {result.get("oauth_client_id") for result in self.results.values() if result.get("failed")}
        failed = failed if SCENARIOS[self.scenario].lost else set()
        orphans = [client for client in self.clients if client in self.unanswered | failed]
        messages = [result["msg"] for result in self.results.values() if result.get("failed")]
        return (
            len(self.clients) > 1
            and len(orphans) >= len(self.clients) - 1
            and any(all(client in message for client in self.clients) for message in messages)
        )


class Simulation:
    """One server, used for round after round."""

    def __init__(self) -> None:
        self._server = offline.Server()

    def round(self, seed: int, scenario: str, runs: int, *, mixed: bool = False) -> Round:
        """Some runs at about the same time; with ``mixed`` some rotate and some remove."""
        chance, kind, clock = random.Random(seed), SCENARIOS[scenario], Time()
        made = Round(seed, scenario)
        self._server.store._clock = lambda: clock.now
        self._server.reset()
        self._server.store._history.clear()  # no list is so old that it comes before the seed
        start = START + timedelta(seconds=chance.random())
        names: dict[int, str] = {}
        wrong: dict[str, float] = {}
        committing: list[float] = []

        def run() -> str:
            return names.get(threading.get_ident(), "rerun")

        def date() -> dict[str, str]:
            moment = start + timedelta(seconds=clock.now)
            return {"Date": format_datetime(moment, usegmt=True)} if kind.has_date else {}

        def wall_clock() -> float:
            return start.timestamp() + clock.now + wrong.get(run(), 0.0)

        def timestamp() -> str:
            early = chance.uniform(0.0, kind.created_early) + sum(committing)
            moment = start + timedelta(seconds=clock.now - early)
            if kind.created_at == "milliseconds":
                return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            if kind.created_at == "rounded":
                moment += timedelta(seconds=0.5)
            return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

        def way() -> None:
            extra = chance.uniform(0.0, kind.standstill[1]) if chance.random() < kind.standstill[0] else 0.0
            clock.pass_(chance.expovariate(1 / kind.latency) + extra)

        def note(what: object) -> None:
            made.log.append(f"{clock.now:7.3f} {run()} {what}")

        def answered(sent: offline.Sent) -> offline.Answer:
            """The server's answer, with what it left out of it."""
            calm = run() == "rerun"
            environ = {LIST_AS_OF: chance.uniform(0.0, kind.stale)} if kind.stale and not calm else {}
            answer = self._server.answer(sent, environ)
            answer.headers.update(date())
            if kind.created_at == "missing":
                answer.body = _CREATED_AT.sub(b"", answer.body)
                answer.headers["Content-Length"] = str(len(answer.body))
            return answer

        def carry_out_late(name: str, sent: offline.Sent) -> Callable[[], None]:
            def work() -> None:
                names[threading.get_ident()] = name
                answer = answered(sent)
                made.unanswered |= _ids(answer)
                note(f"{sent.method} late {answer.status}")

            return work

        def transport(sent: offline.Sent) -> offline.Answer:
            name, path = run(), f"{sent.method} {sent.target.partition('?')[0]}"
            calm = name == "rerun"
            way()
            if not calm and chance.random() < kind.unsent:
                note(f"{path} broken")
                raise requests.exceptions.ConnectionError("broken")
            if sent.method == "POST":
                if not calm and chance.random() < kind.late[0]:
                    clock.later(chance.uniform(0.0, kind.late[1]), carry_out_late(name, sent))
                    note(f"{path} given up")
                    raise requests.exceptions.ReadTimeout("late")
                took = chance.uniform(*kind.commit)
                clock.pass_(took)
                committing.append(took)
            answer = answered(sent)
            committing.clear()
            if sent.method == "DELETE" and name not in made.removals:
                gone = path.rpartition("/")[2]
                if gone not in made.confirmed.get(name, ()):
                    made.trespasses.append(f"removed what it did not create: {name} removed {gone}")
            lost = not calm and chance.random() < kind.lost
            note(f"{path} {'lost' if lost else answer.status}")
            if sent.method == "POST" and answer.status == 201:
                if lost:
                    made.unanswered |= _ids(answer)
                else:
                    made.confirmed.setdefault(name, set()).update(_ids(answer))
            way()
            if lost:
                raise requests.exceptions.ConnectionError("lost")
            if sent.method == "GET" and path.endswith("/oauth-clients") and answer.status == 200:
                made.last_seen[name] = sorted(_ids(answer))
            return answer

        def work(name: str, options: Mapping[str, Any]) -> Callable[[], None]:
            def one() -> None:
                names[threading.get_ident()] = name
                wrong[name] = chance.uniform(-kind.clocks, kind.clocks)
                clock.pass_(chance.uniform(0.0, 0.5) if chance.random() < 0.5 else 0.0)
                result = _run(options)
                made.results[name] = result
                note(f"ends: {result.get('msg') or result['action']} {result.get('oauth_client_id')}")

            return one

        plans = {f"run {number}": _options(chance, mixed) for number in range(1, runs + 1)}
        made.removals = {name for name, options in plans.items() if options.get("state") == "absent"}
        with (
            patch.object(sandbox_store, "timestamp", timestamp),
            patch.object(sandbox_model, "secrets", SimpleNamespace(choice=chance.choice)),
            offline.using_clock(offline.Clock(clock.pass_, lambda: clock.now, wall_clock, chance)),
            offline.talking_to(transport),
        ):
            clock.run([work(name, options) for name, options in plans.items()])
            made.clients = [client.id for client in scene.State.of(self._server.store).github]
            clock.now += 60.0
            made.rerun = _run({})
        return made


#: A client's created-at in an answer, which ends at the next attribute.
_CREATED_AT = re.compile(rb'"created-at": ?"[^"]*",?')


def _ids(answer: offline.Answer) -> set[str]:
    """The IDs of the GitHub clients in an answer."""
    data = json.loads(answer.body)["data"]
    clients = data if isinstance(data, list) else [data]
    return {one["id"] for one in clients if one["attributes"]["service-provider"] == "github"}


def _run(options: Mapping[str, Any]) -> dict[str, Any]:
    operation = scene.Operation("create", options)
    return scene.run(operation, offline.ADDRESS)


def _options(chance: random.Random, mixed: bool) -> dict[str, Any]:
    kinds: tuple[dict[str, Any], ...] = (
        {},
        {},
        {"personal_access_token": scene.NEW_PAT, "update_secrets": "always"},
        {"state": "absent", "personal_access_token": None},
    )
    return chance.choice(kinds) if mixed else {}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="interleavings", description=__doc__)
    parser.add_argument("--rounds", type=int, default=400, help="of each scenario, all creating and mixed (400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", action="append", choices=SCENARIOS)
    parser.add_argument("--replay", metavar="SCENARIO:RUNS:SEED:MIXED", help="one round, with its log")
    options = parser.parse_args(arguments)
    simulation = Simulation()
    if options.replay:
        scenario, runs, seed, mixed = options.replay.split(":")
        made = simulation.round(int(seed), scenario, int(runs), mixed=mixed == "True")
        print("\n".join([*made.log, *made.problems]))
        return 1 if any(made.problems) else 0
    started, bad, rounds = time.monotonic(), 0, 0
    for scenario in options.scenario or SCENARIOS:
        for mixed in (False, True):
            found: Counter[str] = Counter()
            failures: Counter[str] = Counter()
            for seed in range(options.seed, options.seed + options.rounds):
                runs = 2 + seed % 7
                made = simulation.round(seed, scenario, runs, mixed=mixed)
                rounds += 1
                failures["left and named"] += made.left_and_named
                failures.update(result["failure"]["code"] for result in made.results.values() if result.get("failed"))
                for problem in made.problems:
                    found[problem.partition(":")[0]] += 1
                    if SCENARIOS[scenario].promises(mixed):
                        print(f"VIOLATION --replay '{scenario}:{runs}:{seed}:{mixed}': {problem}", flush=True)
            bad += sum(found.values()) if SCENARIOS[scenario].promises(mixed) else 0
            summary = ", ".join(f"{count} {name}" for name, count in (found + failures).items() if count)
            label = f"{scenario}, {'mixed' if mixed else 'creates'}"
            print(f"{label.ljust(32)} {options.rounds} rounds: {summary or 'nothing failed'}", flush=True)
    print(
        f"{rounds} rounds in {time.monotonic() - started:.0f} s: {bad} violations in scenarios that the product assumes"
    )
    return 1 if bad else 0
