# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects."""

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

    @app.get("/api/v2/organizations/<name>/projects")
    def list_projects(name: str) -> Response:
        projects = store.projects(routes.organization_to_read(name, Kind.PROJECTS).name)
        if names := request.args.get("filter[names]"):
            projects = [project for project in projects if project.name in names.split(",")]
        return routes.list_answer(projects, documents.project, routes.page(always=True))

    @app.post("/api/v2/organizations/<name>/projects")
    def create_project(name: str) -> Response:
        organization = routes.organization_to_manage(name, Kind.PROJECTS)
        attributes = resource(routes.document(), "projects").get("attributes", {})
        taken = [project.name for project in store.projects(organization.name)]
        project = store.add_project(organization.name, new_name(attributes, taken))
        return answer({"data": documents.project(project)}, 201)

    @app.get("/api/v2/projects/<project_id>")
    def show_project(project_id: str) -> Response:
        project = store.project(project_id)
        routes.organization_to_read(project.organization, Kind.PROJECTS)
        return answer({"data": documents.project(project)})
