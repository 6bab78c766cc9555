# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs a module's core in the controller's own process if the task would run on the controller anyway.

A module costs a new Python process, its packing and its imports for every task and every item of a loop. Results must
not depend on this, so every task that does not qualify runs as a module.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import typing as t
from functools import partial

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

if t.TYPE_CHECKING:
    from ansible.playbook.task import Task

    from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.run import Kept

_RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
#: Connections that stay open between the items of a loop, which run in one process one after another.
_KEPT: Kept = {}


class CoreAction(ActionBase):
    """The action plugin of a module."""

    _supports_async = True  # by the module

    def core(self) -> tuple[dict[str, t.Any], t.Callable[..., dict[str, t.Any]]]:
        """The module's argument spec and its run function, imported when a task runs."""
        raise NotImplementedError

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """The task's result."""
        super().run(tmp, task_vars)
        self._hide_secrets()
        return self.result(task_vars or {})

    def _hide_secrets(self) -> None:
        """Remove the secrets from ansible-core's dump of the task, which a rescue can print (ansible_failed_task).

        Callback plugins get this dump too. In a loop, this task is a copy for one item, but ansible-core dumps the
        original in its block.
        """
        block = self._task._parent
        listed = [each for part in ("block", "rescue", "always") for each in getattr(block, part, ())]
        for task in [self._task, *(each for each in listed if each._uuid == self._task._uuid)]:
            task.dump_attrs = partial(_dump, task, self._shown_arguments(task.args))

    def result(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """The task's result: from this process if it would be the same, else from the module."""
        checked = self._checked() if self._is_plain(variables) else None
        if checked is None:
            result: dict[str, t.Any] = self._execute_module(task_vars=variables, wrap_async=self._task.async_val)
            return result
        result = self.core()[1](checked, self._task.check_mode, self._task.diff, _KEPT)
        if not result["warnings"]:
            del result["warnings"]
        if _shows_invocation(variables):
            result["invocation"] = {"module_args": self._shown_arguments(checked)}
        return result

    def _is_plain(self, variables: dict[str, t.Any]) -> bool:
        """Whether the task runs on the controller, by its Python, as its user, in its environment, and right now."""
        return (
            self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or ())
            and _is_this_python(self._interpreter(variables))
            and _has_requests()
        )

    def _interpreter(self, variables: dict[str, t.Any]) -> str | None:
        """The interpreter of the module: a variable of the host that the task is delegated to, or the configuration."""
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, variables)
        chosen = constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        interpreter: str | None = self._templar.template(chosen)
        return interpreter

    def _checked(self) -> dict[str, t.Any] | None:
        """The task's arguments as the module would see them. None if they are invalid, which the module reports."""
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_check import find_problem

        arguments, _core = self.core()
        spec = arguments["argument_spec"]
        if _is_twice_named(spec, self._task.args):
            return None
        rules = {rule: arguments.get(rule) for rule in _RULES}
        validator = ArgumentSpecValidator(spec, **rules)
        try:
            sent = _as_sent(self._task.args)
            if find_problem(spec, sent):
                return None
            validated = validator.validate(sent)
        except (AnsibleError, TypeError, ValueError):
            return None
        if validated.error_messages or validated._deprecations:
            return None
        parameters: dict[str, t.Any] = validated.validated_parameters
        return parameters

    def _shown_arguments(self, parameters: dict[str, t.Any]) -> t.Any:
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.shown_arguments import shown_arguments

        return shown_arguments(self.core()[0]["argument_spec"], parameters)


def _dump(task: Task, arguments: t.Any) -> dict[str, t.Any]:
    """The dump of a task with these arguments, and without the fields from which they can be templated."""
    dumped: dict[str, t.Any] = type(task).dump_attrs(task)
    return {**dumped, "args": arguments, "environment": [], "module_defaults": [], "vars": {}}


def _as_sent(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """The arguments as a module would get them, by JSON: without the marks of ansible-core, which are slow to copy."""
    try:
        sent: dict[str, t.Any] = json.loads(json.dumps(arguments, default=_date_as_text))
    except (TypeError, ValueError):  # for example vault-encrypted text, which only ansible-core can serialize
        return arguments
    return sent


def _date_as_text(value: t.Any) -> str:
    """A date or time, which YAML makes of text without quotation marks, as ansible-core sends it to modules."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError


def _has_requests() -> bool:
    """Whether the library works here. If not, the module reports it."""
    from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import LibraryMissing
    from ansible_collections.hcptf.vcs.plugins.module_utils._http.library import load_requests

    try:
        load_requests()
    except LibraryMissing:
        return False
    return True


def _is_this_python(interpreter: str | None) -> bool:
    """Whether a task's interpreter is the controller's own. So is one that nobody has set."""
    if not interpreter or interpreter.startswith("auto"):
        return True
    return os.path.realpath(interpreter) == os.path.realpath(sys.executable) and (
        os.path.dirname(os.path.abspath(interpreter)) == os.path.dirname(os.path.abspath(sys.executable))
    )


def _shows_invocation(variables: dict[str, t.Any]) -> bool:
    """Whether ansible-core puts a module's arguments into its result: always, until 2.21 made it an option."""
    known = constants.config.get_configuration_definitions()
    return "INJECT_INVOCATION" not in known or constants.config.get_config_value(
        "INJECT_INVOCATION", variables=variables
    )


def _is_twice_named(spec: t.Mapping[str, t.Any], options: t.Any) -> bool:
    """Whether an option is set together with its alias, at any depth. A module warns of that."""
    if isinstance(options, list):
        return any(_is_twice_named(spec, each) for each in options)
    if not isinstance(options, dict):
        return False
    return any(
        len(options.keys() & {name, *option.get("aliases", ())}) > 1
        or ("options" in option and _is_twice_named(option["options"], options.get(name)))
        for name, option in spec.items()
    )
