# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every operation's requests, and the sandbox's answers to them, against the official OpenAPI document."""

from __future__ import annotations

import os

import pytest

from proofs import offline, scene
from proofs.scene import OPERATIONS
from sandbox import Sandbox, Unknowns
from utils.fake_keys import public_key

pytestmark = pytest.mark.skipif(
    not os.environ.get("TFE_OPENAPI"), reason="TFE_OPENAPI does not name the official OpenAPI document"
)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch):
    monkeypatch.setattr(scene.product("_tfe.client"), "Clock", offline.Clock)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_keeps_the_contract(name):
    operation = OPERATIONS[name]
    with Sandbox(scene.SEED, unknowns=Unknowns(**operation.unknowns)) as sandbox:
        operation.prepare(sandbox.store)
        result = scene.run(operation, sandbox.address)
        assert (result["failure"]["code"] if result.get("failed") else None) == operation.fails
        assert not list(sandbox.contract_violations)
        assert len(sandbox.requests)


@pytest.mark.parametrize(
    ("provider", "options"),
    [
        ("github_enterprise", {"http_url": "https://ghe.example.com", "organization_scoped": True}),
        ("gitlab_hosted", {"projects": ["Network"], "agent_pool": "cloud"}),
        ("ado_services", {"ado_org_name": "acme-ado"}),
        ("ado_server", {"http_url": "https://ado.example.com", "private_key": scene.SSH_KEY}),
        (
            "bitbucket_data_center",
            {
                "http_url": "https://bitbucket.example.com",
                "personal_access_token": None,
                "key": "made-up-consumer-key",
                "secret": scene.SSH_KEY,
                "rsa_public_key": public_key("of Bitbucket"),
            },
        ),
    ],
)
def test_every_kind_of_provider_keeps_the_contract(provider, options):
    operation = scene.Operation(provider, {"service_provider": provider, **options})
    with Sandbox(scene.SEED) as sandbox:
        created = scene.run(operation, sandbox.address)
        assert created["action"] == "created"
        removal = {**options, "state": "absent"}
        sandbox.store.add_vcs_event("acme", created["oauth_client_id"], "The webhook is gone")
        everything = ["tokens", "affected_workspaces", "health", "vcs_events"]
        read = scene.run(scene.Operation("info", {"include": everything}, reads=True), sandbox.address)
        assert sum(one["vcs_events_count"] for one in read["oauth_clients"]) == 1
        assert len(read["oauth_clients"]) == 2
        gone = scene.run(scene.Operation(provider, {"service_provider": provider, **removal}), sandbox.address)
        assert gone["action"] == "deleted"
        assert not list(sandbox.contract_violations)
