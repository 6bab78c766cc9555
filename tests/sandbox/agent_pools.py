# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agent pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from . import documents
from .answers import answer
from .bodies import resource
from .model import Kind
from .routes import Routes, new_name

if TYPE_CHECKING:
    from flask import Response


def add_routes(routes: Routes) -> None:
    app, store = routes.app, routes.store

    @app.get("/api/v2/organizations/<name>/agent-pools")
    def list_agent_pools(name: str) -> Response:
        if routes.is_taken_for_empty(name):
            return routes.list_answer([], documents.agent_pool, routes.page(always=True))
        text = request.args.get("q", "").lower()
        organization = routes.organization_to_read(name, Kind.AGENT_POOLS)
        pools = [pool for pool in store.agent_pools(organization.name) if text in pool.name.lower()]
        return routes.list_answer(pools, documents.agent_pool, routes.page(always=True))

    @app.post("/api/v2/organizations/<name>/agent-pools")
    def create_agent_pool(name: str) -> Response:
        organization = routes.organization_to_manage(name, Kind.AGENT_POOLS)
        attributes = resource(routes.document(), "agent-pools").get("attributes", {})
        taken = [pool.name for pool in store.agent_pools(organization.name)]
        pool = store.add_agent_pool(organization.name, new_name(attributes, taken))
        # 200, unlike other creates: the official document says so.
        return answer({"data": documents.agent_pool(pool)})

    @app.get("/api/v2/agent-pools/<pool_id>")
    def show_agent_pool(pool_id: str) -> Response:
        pool = store.agent_pool(pool_id)
        routes.organization_to_read(pool.organization, Kind.AGENT_POOLS)
        return answer({"data": documents.agent_pool(pool)})
