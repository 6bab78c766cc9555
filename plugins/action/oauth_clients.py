# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs hcptf.vcs.oauth_clients without a module process if that makes no difference, and the task of the role."""

from __future__ import annotations

import typing as t

from ansible_collections.hcptf.vcs.plugins.plugin_utils._action import CoreAction


class ActionModule(CoreAction):
    def result(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        from ansible_collections.hcptf.vcs.plugins.plugin_utils import _role

        if _role.MARK not in (self._task.vars or {}):
            return super().result(variables)
        arguments, _run = self.core()
        list_spec = arguments["argument_spec"]["connections"]
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        return _role.run_for_role(
            self._task, environment, variables, list_spec, lambda: super(ActionModule, self).result(variables)
        )

    def core(self) -> tuple[dict[str, t.Any], t.Callable[..., dict[str, t.Any]]]:
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_clients import run_oauth_clients

        return argument_specs.oauth_clients(), run_oauth_clients
