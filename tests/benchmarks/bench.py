# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-playbook, round by round, and keeps what each run took.

A machine is never as fast as a moment ago. So a job's rows run one shortly after the other, in another order in every
round, and only times of the same round are divided by each other.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme
import yaml

from utils.ansible_environment import ansible_environment
from utils.collection_path import CHECKOUT

from . import report
from .limited import LimitedServer
from .rows import JOBS, Job, Row
from .server import Seen, Server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

HERE = Path(__file__).parent
ROUNDS, ROUNDS_OF_SLOW = 11, 3
_RECAP = re.compile(r"^localhost +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=0 ", re.MULTILINE)


class Unsound(Exception):
    """A run did not do what its time would be counted for."""


@dataclass(frozen=True)
class Sample:
    """What one run took; `megabytes` are those of the largest of its processes."""

    seconds: float
    cpu: float
    megabytes: float
    refused: int


#: By job and row, the rounds' samples; slow rows have none in most rounds.
Samples = dict[tuple[str, str], list[Sample | None]]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    jobs = _selected(options.only)
    samples: Samples = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, Bench(Path(folder)) as bench:
        for row in jobs[0].rows:  # not counted: the first runs write bytecode that later ones find
            if not row.slow:
                bench.run(jobs[0], row)
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for job in random.sample(jobs, len(jobs)):
                for row in random.sample(job.rows, len(job.rows)):
                    left_out = row.slow and number >= ROUNDS_OF_SLOW
                    samples[job.name, row.name].append(None if left_out else bench.run(job, row))
    text = report.markdown(jobs, samples, _circumstances(options.rounds))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "benchmark.md").write_text(text, encoding="utf-8")
    (options.output / "benchmark.svg").write_text(report.picture(jobs, samples), encoding="utf-8")
    print(text)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Compare what tasks cost.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    parser.add_argument(
        "--only", nargs="+", metavar="JOB[/ROW]", help=f"jobs ({', '.join(job.name for job in JOBS)}), or rows of them"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=CHECKOUT / "build" / "benchmark",
        help="folder for benchmark.md and benchmark.svg (default: build/benchmark)",
    )
    return parser.parse_args(arguments)


def _selected(only: Sequence[str] | None) -> list[Job]:
    """The jobs, or those named, with the rows that can be run here."""
    wanted = set(only or (job.name for job in JOBS))
    jobs = [
        replace(job, rows=[row for row in job.rows if {job.name, f"{job.name}/{row.name}"} & wanted and _can_run(row)])
        for job in JOBS
    ]
    jobs = [job for job in jobs if job.rows]
    if not jobs:
        sys.exit(f"There is no {' and no '.join(wanted)}.")
    return jobs


def _can_run(row: Row) -> bool:
    return all(map(shutil.which, row.needs))


class Bench:
    """A folder with the playbooks, and the servers."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        self._authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self._authority))
        certificate.cert_chain_pems[0].write_to_path(str(folder / "certificate.pem"))
        certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
        self._tls = (folder / "certificate.pem", folder / "key.pem")
        self._server = Server(*self._tls)
        self._limited: dict[str, LimitedServer] = {}
        self._open = contextlib.ExitStack()
        self._folder = folder

    def __enter__(self) -> Self:
        self._open.enter_context(self._server)
        return self

    def __exit__(self, *dummy: object) -> None:
        self._open.close()

    def _server_of(self, job: Job) -> Server | LimitedServer:
        if job.seed is None:
            return self._server
        if job.name not in self._limited:
            server = LimitedServer(job.seed, job.latency, self._tls if job.tls else None)
            self._limited[job.name] = self._open.enter_context(server)
        return self._limited[job.name]

    def run(self, job: Job, row: Row) -> Sample:
        server = self._server_of(job)
        server.reset(row.limiter)
        environment = ansible_environment(
            self._folder,
            TFE_ADDRESS=server.far if job.far else server.near,
            TFE_TOKEN="made-up-api-token",
            SSL_CERT_FILE=str(self._authority),
            ANSIBLE_REMOTE_TMP=str(self._folder / "remote"),
            ANSIBLE_ACTION_PLUGINS=str(HERE / "compared" / "action"),
            ANSIBLE_LIBRARY=str(HERE / "compared" / "modules"),
        )
        output = self._folder / "output"
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            if row.prepare and isinstance(server, LimitedServer):
                server.watch(limiter=None)
                with output.open("wb") as file:
                    subprocess.run(
                        self._script(row.prepare, server), cwd=folder, env=environment, stdout=file, check=True
                    )
                server.watch(row.limiter)
            command = self._script(row.script, server) if row.script else self._play(row)
            measured = subprocess.run(
                [sys.executable, "-IS", str(HERE / "measure.py"), str(output), *command],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                check=True,
            )
        sample = json.loads(measured.stdout)
        self._verify(job, row, server.seen, sample.pop("rc"), output.read_text(encoding="utf-8"))
        return Sample(**sample, refused=server.seen.refused)

    def _script(self, script: Sequence[str], server: Server | LimitedServer) -> list[str]:
        name, *arguments = script
        tokens = server.oauth_tokens if isinstance(server, LimitedServer) else {}
        return [str(HERE / "compared" / "scripts" / name), *(argument.format_map(tokens) for argument in arguments)]

    def _play(self, row: Row) -> list[str]:
        return [str(Path(sys.executable).with_name("ansible-playbook")), str(self._playbook(row))]

    def _playbook(self, row: Row) -> Path:
        play: dict[str, Any] = {"hosts": "localhost", "gather_facts": False, **(row.play or {})}
        if row.tasks:
            play["tasks"] = row.tasks
        for name, tasks in (row.files or {}).items():
            (self._folder / name).write_text(yaml.safe_dump(tasks), encoding="utf-8")
        playbook = self._folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
        return playbook

    def _verify(self, job: Job, row: Row, seen: Seen, rc: int, output: str) -> None:
        recap = _RECAP.search(output)
        # curl needs another connection for each request that it repeats.
        connections = row.connections + (seen.refused if row.script else 0)
        sound = (
            rc == 0
            and (row.script or (recap is not None and int(recap[1]) == row.changed))
            and [seen.methods.get(method, 0) for method in ("GET", "POST", "PATCH")] == [row.get, row.post, row.patch]
            and seen.connections <= connections
        )
        if not sound:
            raise Unsound(f"{job.name}/{row.name} made {seen}, ended with {rc}, and printed\n{output}")


def _circumstances(rounds: int) -> dict[str, str]:
    """What a reader must know to compare with another machine."""
    model = re.search(r"^model name\s*: (.*)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return {
        "processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "Python": platform.python_version(),
        **{name: version(name) for name in ("ansible-core", "requests")},
        "rounds": str(rounds),
    }


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
