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
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
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
class Weather:
    """How a server and the way to it behave, in seconds and probabilities."""

    latency: float = 0.05
    """The mean time of each way; exponentially distributed."""
    standstill: tuple[float, float] = (0.0, 0.0)
    """With this probability a way takes up to so many seconds more."""
    created_early: float = 0.0
    """created-at is up to so much before the commit; the product assumes 0.3 at most (YOUNG)."""
    commit: tuple[float, float] = (0.0, 0.0)
    """A create takes from and up to so long until it is committed; created-at is when it began."""
    lost: float = 0.0
    """The probability with which an answer is lost, and the connection with it; the request was carried out."""
    unsent: float = 0.0
    """The probability with which a connection breaks before the server has read the request."""
    stale: float = 0.0
    """Lists are up to so old."""
    clocks: float = 0.0
    """The clocks of the runs are up to so wrong, in both directions."""
    tells_time: bool = True
    """Whether the server's answers have a Date."""
    kept: bool = True
    """Whether this keeps to what the product assumes of the server and the network, so that nothing may go wrong."""


WEATHERS = {
    "fair": Weather(),
    "slow": Weather(0.3),
    "created early": Weather(0.05, created_early=0.25),
    "slow, created early": Weather(0.2, created_early=0.25),
    "slow commits": Weather(0.05, commit=(0.6, 1.6)),
    "answers lost": Weather(0.05, lost=0.15, unsent=0.05),
    "all of it": Weather(0.15, created_early=0.25, lost=0.1, unsent=0.05),
    "clocks differ": Weather(0.1, created_early=0.25, clocks=3600.0),
    "no time told": Weather(0.1, created_early=0.25, tells_time=False),
    # The product waits 3 s for a twin to go: a run that stands still for longer is not waited for.
    "standstills": Weather(0.1, standstill=(0.05, 8.0), created_early=0.25, kept=False),
    "commits of any length": Weather(0.05, commit=(0.0, 1.0), kept=False),
    "stale lists": Weather(0.05, stale=1.0, kept=False),
}


@dataclass
class Round:
    """What a round did."""

    seed: int
    weather: str
    results: list[Mapping[str, Any]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    rerun: str | None = None
    removed: bool = False

    @property
    def problems(self) -> Iterator[str]:
        """What must never happen in fair weather."""
        ids = {result["oauth_client_id"] for result in self.results if not result.get("failed")}
        if len(self.clients) > 1:
            yield f"duplicates: {', '.join(self.clients)}"
        if not self.removed:
            if len(ids) > 1:
                yield f"different IDs returned: {', '.join(sorted(map(str, ids)))}"
            if ids - set(self.clients):
                yield "lost: a client that a run returned is not there"
        for result in self.results:
            if result.get("failed") and result["failure"]["code"] not in scene.known_codes():
                yield f"failed with {result['failure']['code']}: {result['msg']}"
            yield from scene.secrets_in(scene.as_text(result))
        if self.rerun:
            yield f"the rerun failed: {self.rerun}"


class Simulation:
    """One server, used for round after round."""

    def __init__(self) -> None:
        self._server = offline.Server()

    def round(self, seed: int, weather: str, runs: int, *, mixed: bool = False) -> Round:
        """Some runs at about the same time; with ``mixed`` some rotate and some remove."""
        chance, kind, clock = random.Random(seed), WEATHERS[weather], Time()
        made = Round(seed, weather)
        self._server.store._clock = lambda: clock.now
        self._server.reset()
        self._server.store._history.clear()  # no list is so old that it comes before the seed
        start = START + timedelta(seconds=chance.random())
        names: dict[int, str] = {}
        wrong: dict[int, float] = {}
        committing: list[float] = []

        def told() -> dict[str, str]:
            moment = start + timedelta(seconds=clock.now)
            return {"Date": format_datetime(moment, usegmt=True)} if kind.tells_time else {}

        def wall_clock() -> float:
            return start.timestamp() + clock.now + wrong.get(threading.get_ident(), 0.0)

        def timestamp() -> str:
            early = chance.uniform(0.0, kind.created_early) + sum(committing)
            moment = start + timedelta(seconds=clock.now - early)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

        def way() -> None:
            extra = chance.uniform(0.0, kind.standstill[1]) if chance.random() < kind.standstill[0] else 0.0
            clock.pass_(chance.expovariate(1 / kind.latency) + extra)

        def transport(sent: offline.Sent) -> offline.Answer:
            name = names.get(threading.get_ident(), "rerun")
            calm = name == "rerun"
            way()
            if not calm and chance.random() < kind.unsent:
                made.log.append(f"{clock.now:7.3f} {name} {sent.method} {sent.target.partition('?')[0]} broken")
                raise requests.exceptions.ConnectionError("broken")
            if sent.method == "POST":
                took = chance.uniform(*kind.commit)
                clock.pass_(took)
                committing.append(took)
            environ = {LIST_AS_OF: chance.uniform(0.0, kind.stale)} if kind.stale and not calm else {}
            answer = self._server.answer(sent, environ)
            committing.clear()
            answer.headers.update(told())
            lost = not calm and chance.random() < kind.lost
            status = "lost" if lost else answer.status
            made.log.append(f"{clock.now:7.3f} {name} {sent.method} {sent.target.partition('?')[0]} {status}")
            way()
            if lost:
                raise requests.exceptions.ConnectionError("lost")
            return answer

        def work(number: int, options: Mapping[str, Any]) -> Callable[[], None]:
            def one() -> None:
                names[threading.get_ident()] = f"run {number}"
                wrong[threading.get_ident()] = chance.uniform(-kind.clocks, kind.clocks)
                clock.pass_(chance.uniform(0.0, 0.5) if chance.random() < 0.5 else 0.0)
                result = _run(options)
                made.results.append(result)
                made.log.append(
                    f"{clock.now:7.3f} run {number} ends: {result.get('msg') or result['action']} "
                    f"{result.get('oauth_client_id')}"
                )

            return one

        plans = [_options(chance, mixed) for dummy in range(runs)]
        made.removed = any(options.get("state") == "absent" for options in plans)
        with (
            patch.object(sandbox_store, "timestamp", timestamp),
            patch.object(sandbox_model, "secrets", SimpleNamespace(choice=chance.choice)),
            offline.telling_time_by(offline.Clock(clock.pass_, lambda: clock.now, wall_clock, chance)),
            offline.talking_to(transport),
        ):
            clock.run([work(number, options) for number, options in enumerate(plans, 1)])
            made.clients = [client.id for client in scene.State.of(self._server.store).github]
            again = _run({})
        made.rerun = again.get("msg")
        return made


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
    parser.add_argument("--rounds", type=int, default=400, help="of each weather, alike and mixed (400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weather", action="append", choices=WEATHERS)
    parser.add_argument("--replay", metavar="WEATHER:RUNS:SEED:MIXED", help="one round, with its log")
    options = parser.parse_args(arguments)
    simulation = Simulation()
    if options.replay:
        weather, runs, seed, mixed = options.replay.split(":")
        made = simulation.round(int(seed), weather, int(runs), mixed=mixed == "True")
        print("\n".join([*made.log, *made.problems]))
        return 1 if any(made.problems) else 0
    started, bad, rounds = time.monotonic(), 0, 0
    for weather in options.weather or WEATHERS:
        for mixed in (False, True):
            found: Counter[str] = Counter()
            failures: Counter[str] = Counter()
            for seed in range(options.seed, options.seed + options.rounds):
                runs = 2 + seed % 7
                made = simulation.round(seed, weather, runs, mixed=mixed)
                rounds += 1
                failures.update(result["failure"]["code"] for result in made.results if result.get("failed"))
                for problem in made.problems:
                    found[problem.partition(":")[0]] += 1
                    if WEATHERS[weather].kept:
                        print(f"VIOLATION --replay '{weather}:{runs}:{seed}:{mixed}': {problem}", flush=True)
            bad += sum(found.values()) if WEATHERS[weather].kept else 0
            told = ", ".join(f"{count} {name}" for name, count in (found + failures).items())
            label = f"{weather}, {'mixed' if mixed else 'creates'}"
            print(f"{label.ljust(32)} {options.rounds} rounds: {told or 'nothing failed'}", flush=True)
    print(
        f"{rounds} rounds in {time.monotonic() - started:.0f} s: {bad} violations in weather as the product assumes it"
    )
    return 1 if bad else 0
