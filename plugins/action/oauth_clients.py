# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs hcptf.vcs.oauth_clients without a module process if that makes no difference, and the task of the role."""

from __future__ import annotations

import typing as t

from ansible_collections.hcptf.vcs.plugins.plugin_utils._action import CoreAction


class ActionModule(CoreAction):
    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        from ansible_collections.hcptf.vcs.plugins.plugin_utils import _role

        if _role.MARK not in (self._task.vars or {}):
            return super().run(tmp, task_vars)
        arguments, _run = self.core()
        list_spec = arguments["argument_spec"]["connections"]
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        return _role.run_for_role(
            self._task, environment, task_vars or {}, list_spec, lambda: super(ActionModule, self).run(tmp, task_vars)
        )

    def core(self) -> tuple[dict[str, t.Any], t.Callable[..., dict[str, t.Any]]]:
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_clients import run_oauth_clients

        return argument_specs.oauth_clients(), run_oauth_clients
