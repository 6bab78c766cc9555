# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interim responses (1xx), which gateways and servers can send before any response: RFC 9110, section 15.2."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from utils.raw_server import raw_server

pytest_plugins = ["utils.module_runner"]

INTERIM = {
    "103": b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
    "102": b"HTTP/1.1 102 Processing\r\n\r\n",
    "unknown": b"HTTP/1.1 199 Whatever\r\n\r\n",
    "100 and 103": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n",
    "103 twice": 2 * b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "none": b"",
}


class Api:
    """A server with a list of OAuth clients, which sends something before each response to some methods."""

    def __init__(self, interim: bytes, *methods: str) -> None:
        self.interim = interim
        self.methods = methods
        self.clients: list[dict[str, Any]] = []
        self.sent: list[str] = []

    def __call__(self, peer):
        while True:
            # A body can come in a packet of its own, before the next request.
            method = "POST" if b"POST /" in peer.request() else "GET"
            self.sent.append(method)
            if method == "POST":
                self.clients.append(self.new_client())
            if self.interim and method in self.methods:
                peer.send(self.interim)
                time.sleep(0.05)  # the response itself comes in a packet of its own
            data = self.clients[-1] if method == "POST" else self.clients
            peer.answer(json.dumps({"data": data}).encode(), status="201 Created" if method == "POST" else "200 OK")

    def new_client(self):
        number = len(self.clients) + 1
        attributes = {
            "service-provider": "github",
            "http-url": "https://github.com",
            "api-url": "https://api.github.com",
            "created-at": "2020-01-01T00:00:00.000Z",
        }
        tokens = {"data": [{"id": f"ot-{number}", "type": "oauth-tokens"}]}
        relationships = {"oauth-tokens": tokens}
        return {"id": f"oc-{number}", "type": "oauth-clients", "attributes": attributes, "relationships": relationships}


def connect(server, api):
    with raw_server(api) as port:
        return server.github(tfe_address=f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("methods", [("GET",), ("POST",), ("GET", "POST")], ids="+".join)
@pytest.mark.parametrize("interim", INTERIM.values(), ids=INTERIM)
def test_interim_responses_are_not_taken_for_the_response(server, interim, methods):
    api = Api(interim, *methods)
    created = connect(server, api)
    assert (created["action"], created.ids) == ("created", ("oc-1", "ot-1"))
    again = connect(server, api)
    assert (again["action"], again.ids) == ("unchanged", ("oc-1", "ot-1"))
    assert (len(api.clients), api.sent.count("POST")) == (1, 1)


def test_after_a_switch_of_protocols_a_create_may_have_been_carried_out(server):
    api = Api(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "POST")
    result = connect(server, api)
    assert (result["action"], result.ids, result["changed"]) == ("created", ("oc-1", "ot-1"), True)
    assert api.sent.count("POST") == 1
