# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of headers as Ansible gives them. What is refused is in test_http_gateways.py."""

from __future__ import annotations

from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.headers import find_headers


class Text(str):
    """A text like those that ansible-core gives plugins, which are no plain str."""

    __slots__ = ()


def test_names_and_values_are_plain_texts():
    """requests 2.28 refuses every other type."""
    ((name, value),) = find_headers({"tfe_headers": {Text("X-Gateway-Key"): Text("made-up-key")}}, {})
    assert (type(name), type(value)) == (str, str)
    assert (name, value) == ("X-Gateway-Key", "made-up-key")
