# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Ends a module with the result of its run, in Ansible's terms."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._base.errors import LibraryMissing
from .argument_specs import masks_only_output, secret_values, without_secrets

Run = t.Callable[[t.Mapping[str, t.Any], bool, bool], dict[str, t.Any]]


class _Module(AnsibleModule):
    """Keeps secrets out of the places where ansible-core lets them through."""

    def _log_invocation(self) -> None:
        # suboptions are logged as a repr, in which line ends are spelled out
        self.no_log_values |= {repr(value)[1:-1] for value in self.no_log_values}
        super()._log_invocation()

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """Fail, with every secret known, which ansible-core 2.16 forgets when an entry of a list is no dictionary."""
        self.no_log_values |= set(secret_values(self.params))
        super().fail_json(msg, **result)

    def _return_formatted(self, kwargs: dict[str, t.Any]) -> None:
        if masks_only_output():
            kwargs.setdefault("invocation", {"module_args": without_secrets(self.params)})
        super()._return_formatted(kwargs)


def run_module(arguments: t.Mapping[str, t.Any], run: Run) -> None:
    """Check the task's arguments, run, show the warnings, and exit or fail with the result."""
    module = _Module(**arguments)
    missing = None
    result: dict[str, t.Any] = {}
    try:
        result = run(module.params, module.check_mode, module._diff)
    except LibraryMissing as error:
        missing = error.message
    if missing:
        module.fail_json(msg=missing_required_lib(missing), failure={"code": LibraryMissing.code, "message": missing})
    for warning in result.pop("warnings"):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
