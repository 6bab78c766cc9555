# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for tests that run the real ansible-playbook, of the newest and of the oldest ansible-core."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sandbox import Sandbox
from utils.ansible_environment import CACHED_BYTECODE, ansible_environment
from utils.collection_path import CHECKOUT
from utils.preloaded_ansible import PreloadedAnsible
from utils.programs import call, tool
from utils.run_program import run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

API_TOKEN = "made-up-api-token-value"
PLAYBOOKS = {"newest": Path(sys.executable).parent / "ansible-playbook"}
if os.environ.get("OLDEST_ANSIBLE_PLAYBOOK"):
    PLAYBOOKS["oldest"] = Path(os.environ["OLDEST_ANSIBLE_PLAYBOOK"])
RECORDING = {
    "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
    "ANSIBLE_CALLBACKS_ENABLED": "record",
}


@dataclass
class Run:
    """What a run of ansible-playbook has printed and done."""

    rc: int
    output: str
    records: list[dict[str, Any]]

    @property
    def everything(self) -> str:
        """All that anybody could get to see: output and results."""
        return self.output + json.dumps(self.records, ensure_ascii=False)

    def recap(self, host: str = "localhost") -> dict[str, int]:
        return next(record["recap"] for record in self.records if "recap" in record and record["host"] == host)

    def results(self, task: str) -> list[dict[str, Any]]:
        """The results of the task of that name, in the order they came."""
        return [record["result"] for record in self.records if record.get("task", "").endswith(task)]

    def result(self, task: str) -> dict[str, Any]:
        """The result of the one task of that name, on its one host."""
        (result,) = self.results(task)
        return result

    def hosts(self, task: str, status: str = "ok") -> list[str]:
        """Where the task of that name came to this end."""
        found = [r for r in self.records if r.get("task", "").endswith(task) and r["status"] == status]
        return sorted(record["host"] for record in found)


@pytest.fixture
def sandbox(request):
    """A fresh server with two organizations; `indirect` parameters are the seed's other parts."""
    seed = {
        "tokens": [{"name": "owner", "token": API_TOKEN, "manages": ["acme", "acme-labs"]}],
        "organizations": [{"name": "acme"}, {"name": "acme-labs"}],
        **getattr(request, "param", {}),
    }
    with Sandbox(seed=seed) as running:
        yield running
        assert not running.contract_violations


def pytest_generate_tests(metafunc):
    """Run each playbook test with the newest ansible-core, and those that are marked so with the oldest too.

    `make matrix` runs all of them with every ansible-core.
    """
    if "playbook" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("oldest_core_too")
        metafunc.parametrize("playbook", PLAYBOOKS if marked else ["newest"], indirect=True)


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., PreloadedAnsible]]:
    """Return the newest or oldest ansible-playbook, preloaded. ANSIBLE_COLLECTIONS_PATH replaces the checkout."""
    folder = tmp_path_factory.mktemp("ansible")
    with contextlib.ExitStack() as open_:

        @functools.cache
        def get(age: str, **collections: str) -> PreloadedAnsible:
            environment = ansible_environment(folder, **{**CACHED_BYTECODE, **RECORDING, **collections})
            return open_.enter_context(PreloadedAnsible(PLAYBOOKS[age], environment))

        yield get


def _are_settings(variables: Iterable[str]) -> bool:
    """Whether any of these is read when Ansible or Python starts."""
    return any(name.startswith(("ANSIBLE_", "PYTHON", "LC_", "PATH")) for name in variables)


@pytest.fixture
def playbook(request, sandbox, tmp_path, preloaded):
    """Runs a playbook, given as content or by its name, against the sandbox.

    Secrets in these tests begin with "made-up-": one in the output or in a result fails the test. So does any warning
    but `warnings` and `allowed_warnings`, and the lack of one of `warnings`.
    """

    def run(
        play: str | list[dict[str, Any]],
        *args: str,
        warnings: Sequence[str] = (),
        allowed_warnings: Sequence[str] = (),
        **environment: str,
    ) -> Run:
        if not isinstance(play, str):
            file = tmp_path / "playbook.yml"
            file.write_text(yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
            play = str(file)
        record = tmp_path / "record"
        record.write_text("", encoding="utf-8")
        variables = {
            "HOME": str(tmp_path),
            "TFE_ADDRESS": sandbox.address,
            "TFE_TOKEN": API_TOKEN,
            "RECORD_FILE": str(record),
            **environment,
        }
        collections = {name: path for name, path in environment.items() if name == "ANSIBLE_COLLECTIONS_PATH"}
        if _are_settings(environment.keys() - collections.keys()):
            command = [str(PLAYBOOKS[request.param]), play, *args]
            whole = ansible_environment(tmp_path, **{**CACHED_BYTECODE, **RECORDING, **variables})
            done = run_program(command, tmp_path, whole, timeout=60)
        else:
            done = preloaded(request.param, **collections).run([play, *args], tmp_path, variables, timeout=60)
        records = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        result = Run(done.returncode, done.stdout, records)
        assert "made-up-" not in result.everything, done.stdout
        shown = " ".join(result.everything.split())
        for warning in warnings:
            assert f"[WARNING]: {warning}" in shown, done.stdout
        for warning in (*warnings, *allowed_warnings):
            shown = shown.replace(f"[WARNING]: {warning}", "")
        assert "WARNING" not in shown, done.stdout
        return result

    return run


@pytest.fixture(scope="session")
def artefact(tmp_path_factory):
    """The collection as it is published."""
    folder = tmp_path_factory.mktemp("artefact")
    call(tool("ansible-galaxy"), "collection", "build", CHECKOUT, "--output-path", folder, home=folder)
    (file,) = folder.glob("*.tar.gz")
    return file


@pytest.fixture(scope="session")
def installed(artefact, tmp_path_factory):
    """A path of collections into which it was installed."""
    folder = tmp_path_factory.mktemp("installed")
    # As a variable too, or Ansible warns that it does not search this path.
    call(
        *(tool("ansible-galaxy"), "collection", "install", artefact, "--collections-path", folder),
        home=folder,
        ANSIBLE_COLLECTIONS_PATH=str(folder),
    )
    return str(folder)
