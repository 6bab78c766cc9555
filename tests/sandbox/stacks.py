# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stacks: read-only, with their VCS links and little else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from . import vcs_repo
from .answers import answer
from .documents import identifier
from .model import Kind, Stack
from .routes import Routes

if TYPE_CHECKING:
    from flask import Response

_VCS_REPO = ("identifier", "branch", "github-app-installation-id", "oauth-token-id")


def add_routes(routes: Routes) -> None:
    app, store = routes.app, routes.store

    def render(stack: Stack) -> dict[str, Any]:
        return {
            "id": stack.id,
            "type": "stacks",
            "attributes": {
                "name": stack.name,
                "description": None,
                "vcs-repo": vcs_repo.render(stack.vcs_repo, store, _VCS_REPO),
                "created-at": stack.created_at,
                "updated-at": stack.updated_at,
            },
            "relationships": {
                "project": {"data": identifier("projects", stack.project_id) if stack.project_id else None},
            },
            "links": {"self": f"/api/v2/stacks/{stack.id}"},
        }

    def list_of(name: str) -> Response:
        organization = routes.organization_to_read(name, Kind.STACKS)
        project = request.args.get("filter[project][id]")
        found = [stack for stack in store.stacks(organization.name) if project in (None, "", stack.project_id)]
        return routes.list_answer(found, render, routes.page(always=True))

    @app.get("/api/v2/stacks")
    def list_stacks() -> Response:
        return list_of(request.args.get("filter[organization][name]", ""))

    @app.get("/api/v2/organizations/<name>/stacks")
    def list_stacks_of_organization(name: str) -> Response:
        return list_of(name)

    @app.get("/api/v2/stacks/<stack_id>")
    def show_stack(stack_id: str) -> Response:
        stack = store.linked_object(Stack, stack_id)
        routes.organization_to_read(stack.organization, Kind.STACKS)
        return answer({"data": render(stack)})
