# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables for a terminal in which no cell can forge a row."""

from __future__ import annotations

DOCUMENTATION = r"""
name: text_table
short_description: Lay out rows as an aligned table for a terminal
version_added: 0.2.0
description:
  - Aligns the cells of rows in columns. Each row becomes exactly one line, because every cell is made safe with
    P(hcptf.vcs.printable#filter).
  - The playbooks of this collection print their reports with it.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The rows, each a list with one cell for each column. Put the headings in the first row.
    type: list
    elements: list
    required: true
seealso:
  - plugin: hcptf.vcs.printable
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the connections
  hcptf.vcs.oauth_client_info:
    organization: acme
  register: acme

- name: Show them
  ansible.builtin.debug:
    msg: "{{ ([['NAME', 'URL']] + rows) | hcptf.vcs.text_table }}"
  vars:
    rows: "{{ acme.oauth_clients | map(attribute='name') | zip(acme.oauth_clients | map(attribute='http_url')) }}"
"""

RETURN = r"""
_value:
  description: One line of text for each row.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from ansible_collections.hcptf.vcs.plugins.plugin_utils._terminal import GAP, padded, width


def text_table(rows: t.Iterable[t.Sequence[t.Any]]) -> list[str]:
    """Return one line for each row, with the columns aligned."""
    table = [_cells(row) for row in rows]
    if len({len(row) for row in table}) > 1:
        raise AnsibleFilterError("text_table: all rows need the same number of cells.")
    widths = [max(map(width, column)) for column in zip(*table)]
    return [GAP.join(map(padded, row, widths)).rstrip() for row in table]


def _cells(row: t.Any) -> list[str]:
    if isinstance(row, (str, bytes, t.Mapping)) or not isinstance(row, t.Iterable):
        raise AnsibleFilterError("text_table takes a list of rows, each a list of cells.")
    return ["" if cell is None else printable(cell) for cell in row]


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"text_table": text_table}
