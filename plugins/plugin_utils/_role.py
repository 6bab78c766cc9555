# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs the role's task: checks its arguments without showing them, and shares requests between hosts.

Every host of a play runs the role's task with its own variables. Hosts that ask for the same get the result of the
first one. Hosts never run at the same time, because different requests can still be about the same connection.
A lock and results, by a digest of what was asked, are kept in ansible-core's temporary directory for the run, which
only its user can read. It works with every strategy, unlike C(run_once), and whichever host is skipped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import typing as t
from contextlib import contextmanager

from ansible import constants
from ansible.playbook.task import Task

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_check import find_problem, kind_of
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.results import failed_result
from ansible_collections.hcptf.vcs.plugins.plugin_utils._names import unknown_variables

_PREFIX = "vcs_connections_"
#: The task's own variable with which the role marks its task.
MARK = f"{_PREFIX}_of_role"
#: The role's variable with the names of all that it reads.
_KNOWN = f"{_PREFIX}_variables"
_LIST = f"{_PREFIX}list"

Result = dict[str, t.Any]


def run_for_role(
    task: Task,
    environment: t.Mapping[str, str],
    variables: t.Mapping[str, t.Any],
    list_spec: t.Mapping[str, t.Any],
    run: t.Callable[[], Result],
) -> Result:
    """The result of the role's task on one host; ``list_spec`` is the argument spec of the list of connections."""
    problem = _problem(task.args, variables, list_spec)
    if problem:
        return {"changed": False, "connections": [], **failed_result(InvalidArgument(problem))}
    # The constant, because each reading of the configuration would make another folder.
    folder: str = constants.DEFAULT_LOCAL_TMP  # type: ignore[attr-defined]  # defined at run time
    with _locked(os.path.join(folder, "hcptf_vcs_role.lock")):
        request = _digest(task, environment)
        if request is None:
            return run()
        return _shared(os.path.join(folder, f"hcptf_vcs_role_{request}"), variables["inventory_hostname"], run)


def _shared(path: str, host: str, run: t.Callable[[], Result]) -> Result:
    """The result of another host for the same request. A host that asks again, as in a loop, starts another round."""
    served, result = _read(path)
    if result is not None and host not in served:
        _write(path, [*served, host], result)
        # This host changed nothing, and everything is already reported.
        kept = {key: value for key, value in result.items() if key not in ("diff", "warnings", "waited")}
        return {**kept, "changed": False}
    result = run()
    # Keys of ansible-core itself are not for another host, and may hold what must not be written to a file.
    _write(path, [host], {key: value for key, value in result.items() if not key.startswith("_ansible")})
    return result


def _read(path: str) -> tuple[list[str], Result | None]:
    try:
        with open(path, encoding="utf-8") as file:
            served, result = json.load(file)
    except FileNotFoundError:
        return [], None
    return served, result


def _write(path: str, served: list[str], result: Result) -> None:
    # Renamed when it is complete, because a task that runs out of time is interrupted anywhere.
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump([served, result], file, default=str)
    os.replace(f"{path}.new", path)


@contextmanager
def _locked(path: str) -> t.Iterator[None]:
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file ends the lock


def _digest(task: Task, environment: t.Mapping[str, str]) -> str | None:
    """The key of this request. None if it cannot be expressed, so the request is not shared."""
    asked = [_places(task), task.args, environment, bool(task.check_mode), bool(task.diff)]
    try:
        # str() decrypts what was encrypted in place.
        text = json.dumps(asked, sort_keys=True, default=str)
    except TypeError:  # names of different types
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _places(task: Task) -> list[str]:
    """Where the play runs the role: the tasks that include it, else the role's own task.

    They are the same for all hosts. Tasks and blocks that were included are not: a strategy can load them again for
    each host.
    """
    including = []
    parent = task._parent  # noqa: SLF001 - ansible-core has no public names for these
    while parent is not None:
        if isinstance(parent, Task):
            including.append(parent)
        parent = getattr(parent, "_parent", None)
    return [str(each._uuid) for each in including or [task]]  # noqa: SLF001 - as above


# -- problems of the arguments, without their values, which may be secrets in the wrong place


def _problem(
    arguments: t.Mapping[str, t.Any],
    variables: t.Mapping[str, t.Any],
    list_spec: t.Mapping[str, t.Any],
) -> str | None:
    misspelled = unknown_variables(variables, _PREFIX, variables[_KNOWN], only_similar=True)
    if misspelled:
        return " ".join(misspelled)
    connections = arguments.get("connections")
    if not isinstance(connections, list):
        return (
            f"{_LIST} is {kind_of(connections)}, not a list of connections. On the command line, give variables as "
            f"""JSON: -e '{{"{_LIST}": [...]}}'."""
        )
    return find_problem({_LIST: list_spec}, {_LIST: connections})
