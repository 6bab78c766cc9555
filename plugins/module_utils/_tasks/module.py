# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs a module: checks its arguments, runs its core, and ends with the result in Ansible's terms."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._base.errors import InvalidArgument, LibraryMissing
from .._base.scrubber import Scrubber
from .argument_check import find_problem
from .results import failure_of
from .secret_values import secret_values
from .shown_arguments import shown_arguments

Run = t.Callable[[t.Mapping[str, t.Any], bool, bool], dict[str, t.Any]]


class _JobResult(dict[str, t.Any]):
    """The result of a background job, without the secrets that ansible-core 2.22 adds to every result.

    The controller needs them to mask its output, but ansible-core would leave them in the job's result file.
    """

    def __setitem__(self, key: str, value: t.Any) -> None:
        if key != "_ansible_new_secrets":
            super().__setitem__(key, value)


class _Module(AnsibleModule):
    """Keeps secrets out of the places where ansible-core lets them through."""

    def _set_internal_properties(self, *args: t.Any, **options: t.Any) -> None:
        """Check the arguments as soon as they are known, before ansible-core's check, which shows values."""
        super()._set_internal_properties(*args, **options)
        problem = find_problem(self.argument_spec, self.params)
        if problem:
            self.fail_json(msg=problem)

    def _log_invocation(self) -> None:
        params, self.params = self.params, shown_arguments(self.argument_spec, self.params)
        try:
            super()._log_invocation()
        finally:
            self.params = params

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """Fail, with a code for playbooks where ansible-core itself refuses the arguments."""
        if "failure" not in result:
            msg = Scrubber(secret_values(self.params)).scrub(msg)
        super().fail_json(msg, **{"changed": False, "failure": failure_of(InvalidArgument(msg)), **result})

    def _return_formatted(self, kwargs: dict[str, t.Any]) -> None:
        shown = shown_arguments(self.argument_spec, self.params)
        # The result has been scrubbed. Masking it again would only damage IDs and labels.
        self.no_log_values = set()
        # ansible-core sets this variable for background jobs.
        kind = _JobResult if "ANSIBLE_ASYNC_DIR" in os.environ else dict
        super()._return_formatted(kind({"invocation": {"module_args": shown}, **kwargs}))


def run_module(arguments: t.Mapping[str, t.Any], run: Run) -> None:
    """Check the task's arguments, run, show the warnings, and exit or fail with the result."""
    module = _Module(**arguments)
    missing: LibraryMissing | None = None
    result: dict[str, t.Any] = {}
    try:
        result = run(module.params, module.check_mode, module._diff)
    except LibraryMissing as error:
        missing = LibraryMissing(missing_required_lib(error.message))
    if missing:  # not in the block above, because ansible-core would add its traceback
        module.fail_json(msg=missing.message, failure=failure_of(missing))
    for warning in result.pop("warnings"):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
