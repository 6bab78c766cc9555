# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest
import requests

from ansible_collections.hcptf.vcs.plugins.module_utils._http.environment import environment_proxies, is_exempt

URL = "https://tfe.example.com/api/v2"
PROXY = "http://proxy.example.com:3128"


@pytest.fixture
def environment(monkeypatch):
    """A function that sets the variables of proxies, and removes all others."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {}),
        ({"https_proxy": PROXY}, {"https": PROXY}),
        ({"HTTPS_PROXY": PROXY, "no_proxy": "other.example.com"}, {"https": PROXY, "no": "other.example.com"}),
        ({"https_proxy": PROXY, "no_proxy": "example.com"}, {}),
        ({"https_proxy": PROXY, "NO_PROXY": "*"}, {}),
    ],
)
def test_proxies_are_those_of_the_environment(environment, variables, expected):
    environment(**variables)
    assert environment_proxies(URL) == expected


@pytest.mark.parametrize(("variables", "expected"), [({}, False), ({"no_proxy": "tfe.example.com"}, True)])
def test_exempt_hosts(environment, variables, expected):
    environment(**variables)
    assert is_exempt(URL) is expected


@pytest.mark.parametrize("variables", [{}, {"https_proxy": PROXY}, {"no_proxy": "tfe.example.com"}])
def test_settings_of_the_system_are_never_read(environment, monkeypatch, variables):
    """On macOS, that would end the forked process in which Ansible runs a task."""

    def read(*_arguments):
        raise AssertionError("the settings of the system were read")

    environment(**variables)
    monkeypatch.setattr(requests.utils, "getproxies", read)
    if not variables:
        monkeypatch.setattr(requests.utils, "proxy_bypass", read)
    environment_proxies(URL)
    is_exempt(URL)
