# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of a variable, where 0 and false are texts too."""

from __future__ import annotations

DOCUMENTATION = r"""
name: given
short_description: Return what a variable holds, or an empty text if it is blank
version_added: 0.2.0
description:
  - Returns the value as text, without white space around it. An empty text, V(null), an empty list, an empty dictionary
    and V(omit) are blank.
  - V(0) and V(false) are not blank, unlike for the filter C(default) of Jinja with its second argument. YAML turns
    names such as C(0) and C(no) into them. If such a name were ignored, another connection could be selected.
  - The playbooks and the role of this collection use it for names, numbers, and what is true or false.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The value of the variable.
    type: raw
    required: true
seealso:
  - plugin: hcptf.vcs.unknown_variables
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Ensure that the connection exists, with a name only if one is given
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: github
    name: "{{ (github_name | default | hcptf.vcs.given) or omit }}"
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

import typing as t

from ansible_collections.hcptf.vcs.plugins.plugin_utils._omitted import is_omitted


def given(value: t.Any) -> str:
    """What the variable holds, as text."""
    blank = value is None or is_omitted(value) or (isinstance(value, (list, dict)) and not value)
    return "" if blank else str(value).strip()


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"given": given}
