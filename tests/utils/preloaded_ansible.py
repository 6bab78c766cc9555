# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook in forks of a process that has loaded ansible-core, its plugins and this collection already.

Loading them is most of what a short playbook takes. A fork does everything else as the program does, from its command
line and environment on. Ansible's settings are those of the process that is forked, so runs with others need the
program itself.

As a program, this file serves one PreloadedAnsible, with the Python of the ansible-core that it imports.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self


class PreloadedAnsible:
    """One ansible-core, loaded once, with the settings in `environment`; `program` is its ansible-playbook."""

    def __init__(self, program: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._environment = environment

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [str(self._program.with_name("python")), __file__, str(self._program)],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.communicate()

    def run(
        self, args: Sequence[str], folder: Path, variables: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run ansible-playbook in this folder, with these variables in its environment. All output is in ``stdout``.

        Raises subprocess.TimeoutExpired after `timeout` seconds. The exit code is left to the caller.
        """
        assert self._server.stdin
        assert self._server.stdout
        environment = {**self._environment, **variables}
        with tempfile.NamedTemporaryFile() as output:
            job = {"args": args, "folder": str(folder), "environment": environment, "output": output.name}
            print(json.dumps({**job, "timeout": timeout}), file=self._server.stdin, flush=True)
            rc = json.loads(self._server.stdout.readline())
            text = Path(output.name).read_text(encoding="utf-8")
        if rc is None:
            raise subprocess.TimeoutExpired(list(args), timeout, text)
        return subprocess.CompletedProcess(list(args), rc, text)


# -- the program ------------------------------------------------------------------------------------------------------


def serve(program: str) -> None:
    """Fork for each job that is read from stdin, and print the exit code, or null if the time was up."""
    # As if the program had been started: its folder is searched, and not this one.
    sys.path[0] = str(Path(program).parent)
    from ansible.cli.playbook import main

    _load_plugins()
    gc.freeze()  # or the first collection in each fork copies all of the memory
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if not child:
            answers.close()
            _run(main, program, job)
        print(json.dumps(_wait(child, job["timeout"])), file=answers, flush=True)


def _load_plugins() -> None:
    """Load what every playbook needs, the configured callback plugins, and the core of this collection."""
    from ansible.constants import config
    from ansible.executor import playbook_executor, task_queue_manager  # noqa: F401  # main imports them late
    from ansible.plugins import loader

    loader.init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    for plugins, names in (
        (loader.inventory_loader, config.get_config_value("INVENTORY_ENABLED")),
        (loader.callback_loader, ("default", *config.get_config_value("CALLBACKS_ENABLED"))),
        (loader.strategy_loader, ("linear",)),
        (loader.connection_loader, ("local",)),
        (loader.shell_loader, ("sh",)),
        (loader.action_loader, ("debug", "set_fact", "assert", "normal")),
        # One of these loads all others.
        (loader.filter_loader, ("default",)),
        (loader.test_loader, ("defined",)),
    ):
        for name in names:
            plugins.get(name, class_only=True)
    import requests  # noqa: F401

    from ansible_collections.hcptf.vcs.plugins.module_utils import _tasks

    for module in pkgutil.iter_modules(_tasks.__path__, f"{_tasks.__name__}."):
        importlib.import_module(module.name)


def _run(main: Any, program: str, job: Mapping[str, Any]) -> None:
    """Become ansible-playbook. Does not return."""
    from ansible import constants

    os.setpgid(0, 0)
    # What is to be done at the end of the server, such as to remove its temporary folder, is not for its forks.
    atexit._clear()
    _redirect(job["output"])
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["folder"])
    # Each run has its own temporary folder. Evaluating the setting makes one, which is removed at the end. It links to
    # the modules that earlier runs packed.
    values = vars(constants)
    packed = Path(values["DEFAULT_LOCAL_TMP"], "ansiballz_cache")
    packed.mkdir(exist_ok=True)
    values["DEFAULT_LOCAL_TMP"] = constants.config.get_config_value("DEFAULT_LOCAL_TMP")
    Path(values["DEFAULT_LOCAL_TMP"], packed.name).symlink_to(packed)
    sys.argv = [program, *job["args"]]
    rc: Any = 0
    try:
        main()
    except SystemExit as error:
        rc = error.code or 0
    except BaseException:  # noqa: BLE001  # as an interpreter does at its end
        traceback.print_exc()
        rc = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(rc if isinstance(rc, int) else 1)


def _redirect(output: str) -> None:
    nothing, file = os.open(os.devnull, os.O_RDONLY), os.open(output, os.O_WRONLY | os.O_APPEND)
    for descriptor, stream in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(descriptor, stream)


def _wait(child: int, timeout: float) -> int | None:
    """The child's exit code; None if it and its children had to be killed."""

    def kill(*_signal: object) -> None:
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, kill)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    status = os.waitpid(child, 0)[1]
    signal.setitimer(signal.ITIMER_REAL, 0)
    return (
        None if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else os.waitstatus_to_exitcode(status)
    )


if __name__ == "__main__":
    serve(sys.argv[1])
