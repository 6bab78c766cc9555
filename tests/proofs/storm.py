# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The storm: many processes make the same connection at the same instant, round after round, with real waits.

In every other round nobody gets the first list before all have asked for it, so that all of them create; whole
ansible-playbook runs join every so often. In some rounds the server reports created-at in whole seconds or not at all.
Then rounds follow in which some create, some rotate and some remove.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from proofs import scene
from sandbox import Fault, Sandbox, Unknowns
from utils.ansible_environment import ansible_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.connection import Connection

    from typing_extensions import Self
    from werkzeug.wrappers import Response

    from sandbox.faults import Exchange

#: How the server reports created-at, in turn; in every other round all create.
CREATED_AT = (*("milliseconds",) * 2, "seconds", *("milliseconds",) * 3, "missing", *("milliseconds",) * 2, "seconds")
#: Seconds that a round may take before it counts as hung.
LONGEST_ROUND = 90.0

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - hcptf.vcs.oauth_client:
        service_provider: github
        personal_access_token: "{{ lookup('ansible.builtin.env', 'STORM_PAT') }}"
      register: made
    - ansible.builtin.copy:
        content: "{{ made | to_json }}"
        dest: "{{ lookup('ansible.builtin.env', 'STORM_RESULT') }}"
        mode: "0600"
"""


class Gate:
    """An effect that holds requests until as many as are awaited have come; for good measure not for ever."""

    kind: ClassVar[str] = "gate"

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        with contextlib.suppress(threading.BrokenBarrierError):
            self._barrier.wait(timeout=10)
        return answer


class Jitter:
    """An effect: up to so many seconds before and after the work."""

    kind: ClassVar[str] = "jitter"

    def __init__(self, chance: random.Random, most: float) -> None:
        self._chance = chance
        self._most = most

    def apply(self, exchange: Exchange) -> Response:
        time.sleep(self._chance.uniform(0.0, self._most))
        answer = exchange.proceed()
        time.sleep(self._chance.uniform(0.0, self._most))
        return answer


@dataclass
class Totals:
    rounds: int = 0
    runs: int = 0
    duplicates: int = 0
    different: int = 0
    lost: int = 0
    unlinked: int = 0
    secrets: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    """Failures that are faults of ours, whatever the round."""

    @property
    def bad(self) -> bool:
        return any((self.duplicates, self.different, self.lost, self.unlinked, self.secrets, self.faults))

    def __str__(self) -> str:
        failures = ", ".join(f"{count} {code}" for code, count in self.failures.most_common()) or "none"
        return (
            f"{self.rounds} rounds, {self.runs} runs: {self.duplicates} duplicates, {self.different} rounds with "
            f"different IDs returned, {self.lost} lost clients, {self.unlinked} workspaces unlinked, "
            f"{self.secrets} secrets shown; failures: {failures}"
        )


def _worker(pipe: Connection, address: str, path: list[str]) -> None:
    """One process: a run for each set of options that it is sent, kept alive so that a round is cheap."""
    sys.path[:] = path
    os.environ.clear()
    while (options := pipe.recv()) is not None:
        try:
            operation = scene.Operation("storm", options)
            result = scene.run(operation, address, tfe_timeout=30.0)
        except BaseException as error:  # noqa: BLE001 - it is reported and counted
            result = {"failed": True, "failure": {"code": f"raised {type(error).__name__}"}, "msg": repr(error)}
        pipe.send(result)


class Storm:
    """The server and the processes."""

    def __init__(self, processes: int, playbooks: int, seed: int) -> None:
        self._processes, self._playbooks = processes, playbooks
        self._chance = random.Random(seed)
        self.totals = {"creates": Totals(), "mixed": Totals()}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._sandbox = self._stack.enter_context(Sandbox(scene.SEED))
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="hcptf-vcs-storm-")))
        (self._folder / "play.yml").write_text(PLAYBOOK, encoding="utf-8")
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Any] = []
        for dummy in range(self._processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_worker, args=(theirs, self._sandbox.address, sys.path), daemon=True)
            process.start()
            self._pipes.append(ours)
            self._stack.callback(process.join, 10)
        return self

    def __exit__(self, *dummy: object) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        self._stack.close()

    def creates(self, *, with_playbooks: bool, at_once: bool, created_at: Any = "milliseconds") -> list[str]:
        """One round in which all create; what was wrong with it."""
        playbooks = self._playbooks if with_playbooks else 0
        self._prepare(self._processes + playbooks if at_once else 0, 0.05)
        self._sandbox.settings.chosen = Unknowns(created_at=created_at)
        with self._running_playbooks(playbooks) as finished:
            results = self._run([{} for dummy in self._pipes]) + finished()
        return self._judge("creates", results)

    def mixed(self) -> list[str]:
        """One round in which some create, some rotate and some remove what is there."""
        self._prepare(0, 0.1)
        if self._chance.random() < 0.5:
            self._sandbox.store.add_client("acme", personal_access_token=scene.PAT)
        kinds: list[dict[str, Any]] = [
            {},
            {"personal_access_token": scene.NEW_PAT, "update_secrets": "always"},
            {"state": "absent", "personal_access_token": None},
        ]
        return self._judge("mixed", self._run(self._chance.choices(kinds, (4, 2, 1), k=self._processes)))

    def _prepare(self, parties: int, delay: float) -> None:
        self._sandbox.reset()
        self._sandbox.settings.chosen = Unknowns()
        # The innermost effect comes last.
        if parties:
            self._sandbox.faults.add(Fault(Gate(parties), "GET", "/acme/oauth-clients$", count=parties))
        self._sandbox.faults.add(Fault(Jitter(self._chance, delay), count=None))

    def _run(self, plans: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        for pipe, options in zip(self._pipes, plans, strict=True):
            pipe.send(options)
        results = []
        deadline = time.monotonic() + LONGEST_ROUND
        for pipe in self._pipes:
            if not pipe.poll(max(0.0, deadline - time.monotonic())):
                raise RuntimeError("a run has not ended in time")
            results.append(pipe.recv())
        return results

    @contextlib.contextmanager
    def _running_playbooks(self, count: int) -> Iterator[Any]:
        """Whole runs of ansible-playbook; the value waits for their end and gives their results."""
        started = []
        for number in range(count):
            target = self._folder / f"result-{number}.json"
            target.unlink(missing_ok=True)
            environment = ansible_environment(
                self._folder,
                TFE_ADDRESS=self._sandbox.address,
                TFE_TOKEN=scene.TOKEN,
                TFE_ORGANIZATION="acme",
                STORM_PAT=scene.PAT,
                STORM_RESULT=str(target),
            )
            command = [str(Path(sys.executable).with_name("ansible-playbook")), str(self._folder / "play.yml")]
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            started.append((process, target))

        def finished() -> list[dict[str, Any]]:
            results = []
            for process, target in started:
                output = process.communicate(timeout=LONGEST_ROUND)[0].decode()
                if target.exists():
                    results.append({**json.loads(target.read_text(encoding="utf-8")), "output": output})
                else:
                    results.append({"failed": True, "failure": {"code": "playbook"}, "msg": output})
            return results

        try:
            yield finished
        finally:
            for process, dummy in started:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _judge(self, kind: str, results: Sequence[Mapping[str, Any]]) -> list[str]:
        totals, found = self.totals[kind], list[str]()
        state = scene.State.of(self._sandbox.store)
        there = {client.id for client in state.github}
        returned = {result["oauth_client_id"] for result in results if not result.get("failed")}
        totals.rounds += 1
        totals.runs += len(results)
        if len(there) > 1:
            totals.duplicates += len(there) - 1
            found.append(f"{len(there)} clients: {', '.join(sorted(there))}")
        if kind == "creates":
            if len(returned) > 1:
                totals.different += 1
                found.append(f"different IDs returned: {', '.join(sorted(map(str, returned)))}")
            if returned - there:
                totals.lost += len(returned - there)
                found.append("a client that was returned is not there")
        if state.links["bystander"] is None:
            totals.unlinked += 1
            found.append("the bystander's workspace was unlinked")
        for result in results:
            if problems := list(scene.secrets_in(scene.as_text(result))):
                totals.secrets += 1
                found += problems
            if result.get("failed"):
                code = result["failure"]["code"]
                totals.failures[code] += 1
                totals.faults += code not in scene.known_codes()
                found += [f"failed: {result['msg']}"] if kind == "creates" or totals.faults else []
        return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="storm", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="in which all create (200)")
    parser.add_argument("--mixed", type=int, default=50, help="rounds in which some rotate and remove (50)")
    parser.add_argument("--processes", type=int, default=16, help="Python processes (16)")
    parser.add_argument("--playbooks", type=int, default=4, help="runs of ansible-playbook that join (4)")
    parser.add_argument("--every", type=int, default=10, help="they join every so many rounds (10)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    with Storm(options.processes, options.playbooks, options.seed) as storm:
        for number in range(options.rounds):
            joined = options.playbooks > 0 and number % options.every == 0
            created_at = CREATED_AT[number % len(CREATED_AT)]
            for problem in storm.creates(with_playbooks=joined, at_once=number % 2 == 0, created_at=created_at):
                print(f"round {number} (created-at in {created_at}): {problem}", flush=True)
        for number in range(options.mixed):
            for problem in storm.mixed():
                print(f"mixed round {number}: {problem}", flush=True)
        for kind, totals in storm.totals.items():
            print(f"{kind}: {totals}")
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if any(totals.bad for totals in storm.totals.values()) else 0
