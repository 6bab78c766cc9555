# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that a terminal or a page shows as it is, whatever a name contains."""

from __future__ import annotations

DOCUMENTATION = r"""
name: printable
short_description: Make text safe to show in a terminal
version_added: 0.2.0
description:
  - Replaces line breaks, terminal escapes and other control characters, and invisible characters that reorder or hide
    text, with V(�). Names of connections and workspaces can contain them.
  - The playbooks of this collection use it in their reports.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The text. Anything else is converted to text first.
    type: raw
    required: true
seealso:
  - plugin: hcptf.vcs.text_table
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the connections
  hcptf.vcs.oauth_client_info:
    organization: acme
  register: acme

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ acme.oauth_clients | map(attribute='name') | map('hcptf.vcs.printable') }}"
"""

RETURN = r"""
_value:
  description: The text, in one line.
  type: str
"""

import typing as t

from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"printable": printable}
