# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison of the values that a task sets with those that the server returned."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.comparison import differs
from utils.model_objects import client

ROWS = [
    ("name", "GitHub", "GitHub", False),
    ("name", "GitHub", "github", True),
    ("name", "github", "GitHub", True),
    ("name", "Git Hub", "Git  Hub", True),
    ("name", "GitHub", None, True),
    ("name", None, "GitHub", True),
    ("name", "", None, False),
    ("name", None, "", False),
    ("organization_scoped", True, False, True),
    ("organization_scoped", False, True, True),
    ("organization_scoped", False, False, False),
    ("agent_pool", None, None, False),
    ("agent_pool", "apool-A", "apool-a", True),
    ("projects", ("prj-A", "prj-B"), ("prj-B", "prj-A"), False),
    ("projects", ("prj-A",), ("prj-A", "prj-B"), True),
    ("projects", ("prj-A", "prj-B"), ("prj-A",), True),
    ("projects", ("prj-A",), ("prj-B",), True),
    ("projects", (), None, False),
    ("projects", None, ("prj-A",), True),
    ("http_url", "https://GHE.example.com/", "https://ghe.example.com", False),
    ("http_url", "https://a.example.com", "https://b.example.com", True),
    ("http_url", "https://b.example.com", "https://a.example.com", True),
    ("api_url", "https://GHE.example.com/api/v3/", "https://ghe.example.com/api/v3", False),
    ("api_url", "https://a.example.com", "https://b.example.com", True),
    ("ado_org_name", "Acme", "acme", False),
    ("ado_org_name", "acme", "acme-2", True),
    ("ado_org_name", "acme-2", "acme", True),
    ("ado_org_name", "", None, False),
    ("ado_org_name", None, "acme", True),
    ("rsa_public_key", "ssh-rsa AAAA me\n", " ssh-rsa  AAAA me", False),
    ("rsa_public_key", "ssh-rsa AAAA", "ssh-rsa BBBB", True),
    ("rsa_public_key", "ssh-rsa BBBB", "ssh-rsa AAAA", True),
    ("rsa_public_key", "ssh-rsa AAAA", "ssh-rsa aaaa", True),
    ("rsa_public_key", None, "", False),
]


@pytest.mark.parametrize(("name", "given", "returned", "expected"), ROWS)
def test_a_value_differs_or_not(name, given, returned, expected):
    assert differs(name, given, client(**{name: returned})) is expected


@pytest.mark.parametrize("name", sorted({row[0] for row in ROWS}))
def test_what_the_server_did_not_return_never_differs(name):
    assert differs(name, "something", client(without=[name])) is False
