# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations, ping and service discovery."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from flask import Response, request

from . import documents
from .answers import answer, no_content
from .bodies import resource
from .errors import ApiError, invalid_attribute
from .model import Kind
from .routes import Routes, new_name

if TYPE_CHECKING:
    from .model import Organization

_DISCOVERY = {
    **dict.fromkeys(("tfe.v2", "tfe.v2.1", "tfe.v2.2", "state.v2"), "/api/v2/"),
    "modules.v1": "/api/registry/v1/modules/",
}
_NAME = re.compile(r"[A-Za-z0-9_-]+")


def add_routes(routes: Routes) -> None:
    app, store = routes.app, routes.store

    def render(organization: Organization) -> dict[str, Any]:
        can_manage = routes.caller.can_manage
        permissions = {"can-update": can_manage(organization.name)}
        if routes.settings.unknowns.oauth_permission != "missing":
            right = routes.settings.unknowns.oauth_permission == "right"
            permissions["can-update-oauth"] = right and can_manage(organization.name, Kind.OAUTH_CLIENTS)
        return documents.organization(organization, permissions)

    @app.get("/api/v2/ping")
    def ping() -> Response:
        return no_content()

    @app.get("/.well-known/terraform.json")
    def discovery() -> Response:
        return Response(json.dumps(_DISCOVERY), content_type="application/json")

    @app.get("/api/v2/organizations")
    def list_organizations() -> Response:
        wanted = (request.args.get("q[name]") or request.args.get("q") or "").lower()
        visible = [o for o in store.organizations() if routes.caller.can_read(o.name) and wanted in o.name.lower()]
        return routes.list_answer(visible, render, routes.page(always=True))

    @app.post("/api/v2/organizations")
    def create_organization() -> Response:
        if routes.caller.kind != "user":
            raise routes.forbidden()
        attributes = resource(routes.document(), "organizations").get("attributes", {})
        name = new_name(attributes, [organization.name for organization in store.organizations()])
        if not _NAME.fullmatch(name):
            raise ApiError(422, invalid_attribute("name", "Name can only include letters, numbers, -, and _"))
        if not attributes.get("email"):
            raise ApiError(422, invalid_attribute("email", "Email can't be blank"))
        organization = store.add_organization(name)
        store.add_project(name, "Default Project")
        # The creator of an organization is its owner.
        for token in store.api_tokens():
            if token.user == routes.caller.user and token.kind == "user":
                store.let_manage(token, name)
        owner = {"can-update": True, "can-update-oauth": True}
        return answer({"data": documents.organization(organization, owner)}, 201)

    @app.get("/api/v2/organizations/<name>")
    def show_organization(name: str) -> Response:
        return answer({"data": render(routes.organization_to_read(name))})
