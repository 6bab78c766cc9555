# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes for other processes to control the sandbox. Not part of the TFE API; answers never contain a secret."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from . import documents
from .faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Linkable
    from .request_log import RequestLog
    from .settings import Settings
    from .store import Store


def create_control_app(
    store: Store, settings: Settings, faults: Faults, log: RequestLog, violations: list[str], reset: Callable[[], None]
) -> Flask:
    app = Flask("sandbox-control", static_folder=None)

    @app.get("/sandbox/requests")
    def list_requests() -> Response:
        return jsonify(requests=[logged.public() for logged in log])

    @app.delete("/sandbox/requests")
    def clear_requests() -> tuple[str, int]:
        log.clear()
        return "", 204

    @app.post("/sandbox/faults")
    def add_fault() -> tuple[Response, int]:
        document = request.get_json(force=True, silent=True)
        try:
            faults.add(Fault.from_json(document if isinstance(document, dict) else {}))
        except ValueError as error:
            return jsonify(error=str(error)), 400
        return jsonify({}), 201

    @app.delete("/sandbox/faults")
    def clear_faults() -> tuple[str, int]:
        faults.clear()
        return "", 204

    @app.post("/sandbox/reset")
    def reset_sandbox() -> tuple[str, int]:
        reset()
        return "", 204

    @app.get("/sandbox/state")
    def state() -> Response:
        with store.lock:
            return jsonify(
                personality=settings.personality.name,
                contract_violations=list(violations),
                organizations={o.name: organization_state(o.name) for o in store.organizations()},
            )

    def organization_state(name: str) -> dict[str, Any]:
        address = request.host_url.rstrip("/")
        organization = store.organization(name)
        clients = store.clients(name)
        return {
            "oauth_clients": [
                documents.oauth_client(
                    c, organization, store.oauth_tokens(c), settings.personality, address, settings.unknowns.created_at
                )
                for c in clients
            ],
            "oauth_tokens": [documents.oauth_token(t) for c in clients for t in store.oauth_tokens(c)],
            "projects": [documents.project(p) for p in store.projects(name)],
            "agent_pools": [documents.agent_pool(p) for p in store.agent_pools(name)],
            "workspaces": [linkable_state(workspace) for workspace in store.workspaces(name)],
            "policy_sets": [linkable_state(policy_set) for policy_set in store.policy_sets(name)],
            "registry_modules": [linkable_state(module) for module in store.registry_modules(name)],
            "registry_components": [linkable_state(component) for component in store.registry_components(name)],
            "stacks": [linkable_state(stack) for stack in store.stacks(name)],
        }

    def linkable_state(thing: Linkable) -> dict[str, Any]:
        state = dataclasses.asdict(thing) | {"oauth_token_id": thing.oauth_token_id}
        del state["organization"]
        return state

    return app
