# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs hcptf.vcs.oauth_client_info without a module process if that makes no difference."""

from __future__ import annotations

import typing as t

from ansible_collections.hcptf.vcs.plugins.plugin_utils._action import CoreAction


class ActionModule(CoreAction):
    def core(self) -> tuple[dict[str, t.Any], t.Callable[..., dict[str, t.Any]]]:
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
        from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_client_info import run_oauth_client_info

        return argument_specs.oauth_client_info(), run_oauth_client_info
