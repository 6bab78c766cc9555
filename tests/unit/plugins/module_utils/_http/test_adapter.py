# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a connection needs a TLS context."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._http.adapter import needs_tls


@pytest.mark.parametrize(
    ("url", "proxies", "needed"),
    [
        ("https://tfe.example.com", {}, True),
        ("HTTPS://tfe.example.com", {}, True),
        ("http://tfe.example.com", {}, False),
        ("http://tfe.example.com", {"http": "https://proxy.example.com"}, True),
        ("http://tfe.example.com", {"http": "HTTPS://proxy.example.com"}, True),
        ("http://tfe.example.com", {"http": "http://proxy.example.com"}, False),
        ("http://tfe.example.com", {"http": "socks5h://proxy.example.com"}, False),
        ("http://https.example.com", {"http": "https.example.com:3128"}, False),
    ],
)
def test_a_server_or_a_proxy_with_https_needs_tls(url, proxies, needed):
    assert needs_tls(url, proxies) is needed
