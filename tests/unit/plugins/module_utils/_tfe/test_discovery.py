# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host an address from Terraform's service discovery belongs to."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import Redirected
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.discovery import discover
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.response import Response
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.settings import resolve_settings


class Http:
    """A host that names this address for its API."""

    def __init__(self, service):
        self._service = service

    def get_without_token(self, _url, _what):
        return Response(200, {}, json.dumps({"tfe.v2": self._service}).encode())


def discovered(address, service):
    settings = resolve_settings({"tfe_address": address, "tfe_token": "a-tfe-token"}, {}, None)
    return discover(Http(service), settings)


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("tfe.example.com", "/custom/api/v2/"),
        ("tfe.example.com", "https://tfe.example.com/custom/api/v2"),
        ("tfe.example.com", "https://tfe.example.com:443/custom/api/v2/"),
        ("tfe.example.com", "HTTPS://TFE.Example.com./custom/api/v2/"),
        ("tfe.example.com", "//tfe.example.com:443/custom/api/v2/"),
        ("tfe.example.com:443", "https://tfe.example.com/custom/api/v2/"),
        ("http://tfe.example.com", "http://tfe.example.com:80/custom/api/v2/"),
        ("https://tfe.example.com:8443", "https://tfe.example.com:8443/custom/api/v2/"),
        ("https://[2001:db8::a]", "https://[2001:0DB8::a]:443/custom/api/v2/"),
        ("bücher.example.com", "https://xn--bcher-kva.example.com/custom/api/v2/"),
    ],
)
def test_the_same_host_in_another_spelling(address, service):
    root = resolve_settings({"tfe_address": address, "tfe_token": "a-tfe-token"}, {}, None).address
    assert discovered(address, service) == f"{root.scheme}://{root.host}/custom/api/v2"


@pytest.mark.parametrize(
    ("service", "named"),
    [
        ("https://elsewhere.example.com/api/v2/", "https://elsewhere.example.com."),
        ("https://tfe.example.com:8443/api/v2/", "https://tfe.example.com:8443."),
        ("http://tfe.example.com/api/v2/", "http://tfe.example.com."),
        ("https://a-user:a-password@elsewhere.example.com/api/v2/", "https://elsewhere.example.com."),
    ],
)
def test_another_host_is_named_with_its_port(service, named):
    with pytest.raises(Redirected) as raised:
        discovered("tfe.example.com", service)
    assert f"names another host for the API, {named} " in raised.value.message


@pytest.mark.parametrize("service", ["https://[x/", "https://tfe.example.com:port/", "ftp://tfe.example.com/"])
def test_an_address_that_is_none(service):
    assert discovered("tfe.example.com", service) is None
