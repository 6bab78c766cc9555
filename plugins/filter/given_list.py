# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names in a variable that is a list or a text with commas."""

from __future__ import annotations

DOCUMENTATION = r"""
name: given_list
short_description: Return the names in a list or in a text with commas
version_added: 0.2.0
description:
  - Returns the names as texts, without white space around them. Blank names are skipped. What is blank is the same as
    for P(hcptf.vcs.given#filter), so V(0) and V(false) are names.
  - A list or a text with commas that has nothing but blank names is an error, because its author meant to name
    something. An empty list, like any other blank variable, is not.
  - The playbooks of this collection use it for variables that contain several names.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The value of the variable.
    type: raw
    required: true
seealso:
  - plugin: hcptf.vcs.given
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the VCS links of some projects, given as -e projects=Network,Shop
  hcptf.vcs.vcs_links_info:
    organization: acme
    projects: "{{ (projects | default | hcptf.vcs.given_list) or omit }}"
"""

RETURN = r"""
_value:
  description: The names.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.given import given


def given_list(value: t.Any) -> list[str]:
    """The names that the variable holds. Raises AnsibleFilterError if it lists nothing but blank names."""
    if isinstance(value, (list, tuple)):
        entries = value
    else:
        text = given(value)
        entries = text.split(",") if text else ()
    names = [name for name in map(given, entries) if name]
    if entries and not names:
        raise AnsibleFilterError(
            "given_list: this list has only blank names, so it selects nothing. Name something, or omit the variable."
        )
    return names


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"given_list": given_list}
