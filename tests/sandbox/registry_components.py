# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stack component configurations of the private registry: read-only, with their VCS links and little else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import vcs_repo
from .answers import answer
from .documents import identifier
from .errors import not_found
from .model import Kind, RegistryComponent
from .routes import Routes

if TYPE_CHECKING:
    from flask import Response

_VCS_REPO = (
    *("identifier", "display-identifier", "source-directory", "tag-prefix"),
    *("oauth-token-id", "github-app-installation-id"),
)


def add_routes(routes: Routes) -> None:
    app, store, settings = routes.app, routes.store, routes.settings

    def render(component: RegistryComponent, *, whole: bool = True) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            "name": component.name,
            "namespace": component.namespace,
            "status": "completed",
            "created-at": component.created_at,
            "updated-at": component.updated_at,
        }
        if whole:
            attributes["vcs-repo"] = vcs_repo.render(component.vcs_repo, store, _VCS_REPO)
        return {
            "id": component.id,
            "type": "registry-components",
            "attributes": attributes,
            "relationships": {
                "organization": {"data": identifier("organizations", component.organization)},
            },
            "links": {"self": f"/api/v2/registry-components/{component.id}"},
        }

    def render_listed(component: RegistryComponent) -> dict[str, Any]:
        return render(component, whole=settings.unknowns.repository_in_list_of_components)

    def to_read(organization: str) -> str:
        if not settings.unknowns.has_registry_components:
            raise not_found()
        return routes.organization_to_read(organization, Kind.REGISTRY_COMPONENTS).name

    @app.get("/api/v2/organizations/<name>/registry-components")
    def list_registry_components(name: str) -> Response:
        found = store.registry_components(to_read(name))
        return routes.list_answer(found, render_listed, routes.page(always=True))

    @app.get("/api/v2/registry-components/<component_id>")
    def show_registry_component(component_id: str) -> Response:
        component = store.linked_object(RegistryComponent, component_id)
        to_read(component.organization)
        return answer({"data": render(component)})
