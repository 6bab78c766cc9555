# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that a playbook does not read. A misspelled one becomes an error instead of being ignored."""

from __future__ import annotations

DOCUMENTATION = r"""
name: unknown_variables
short_description: Find misspelled variables of a playbook or role
version_added: 0.2.0
description:
  - Returns a sentence for each unknown variable with the given prefix, and suggests the known variable that it
    resembles.
  - The playbooks of this collection refuse to run if there are any.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description:
      - The names of variables, for example from C(ansible.builtin.varnames). Names without the prefix are
        ignored, and so are names with a second underscore after the prefix, which are internal.
    type: list
    elements: str
    required: true
  prefix:
    description: The prefix of the names, with the final underscore.
    type: str
    required: true
  known:
    description: The names of all variables that have a meaning.
    type: list
    elements: str
    required: true
  known_prefix:
    description: The prefix of the O(known) names, if it is not O(prefix).
    type: str
  only_similar:
    description: Accept names that resemble none of O(known).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Refuse misspelled variables
  ansible.builtin.assert:
    that: misspelled | length == 0
    fail_msg: "{{ misspelled | join(' ') }}"
  vars:
    known: [deploy_organization, deploy_name]
    misspelled: >-
      {{ query('ansible.builtin.varnames', '^deploy_') | hcptf.vcs.unknown_variables(prefix='deploy_', known=known) }}
"""

RETURN = r"""
_value:
  description: A sentence for each unknown variable.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.hcptf.vcs.plugins.plugin_utils import _names


def unknown_variables(
    names: t.Iterable[str],
    prefix: str,
    known: t.Iterable[str],
    known_prefix: str | None = None,
    only_similar: bool = False,
) -> list[str]:
    """Return a sentence for each unknown variable with the prefix."""
    return _names.unknown_variables(names, prefix, set(known), known_prefix=known_prefix, only_similar=only_similar)


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"unknown_variables": unknown_variables}
