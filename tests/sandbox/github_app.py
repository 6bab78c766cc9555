# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installations of HCP Terraform's GitHub App: they belong to users, and organizations can be linked to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from .answers import answer
from .errors import not_found
from .routes import Routes

if TYPE_CHECKING:
    from flask import Response

    from .model import GithubAppInstallation


def add_routes(routes: Routes) -> None:
    app, store = routes.app, routes.store

    def visible() -> list[GithubAppInstallation]:
        if routes.caller.kind != "user" and routes.settings.unknowns.github_app_without_user == "not_found":
            raise not_found()
        return [found for found in store.github_app_installations() if found.is_seen_by(routes.caller)]

    @app.get("/api/v2/github-app/installations")
    def list_github_app_installations() -> Response:
        name = request.args.get("filter[name]")
        number = request.args.get("filter[installation_id]")
        found = [
            installation
            for installation in visible()
            if name in (None, "", installation.name) and number in (None, "", str(installation.installation_id))
        ]
        return routes.list_answer(found, _render, routes.page(always=True))

    @app.get("/api/v2/github-app/installation/<installation_id>")
    def show_github_app_installation(installation_id: str) -> Response:
        for installation in visible():
            if installation.id == installation_id:
                return answer({"data": _render(installation)})
        raise not_found()

    @app.get("/api/v2/organizations/<name>/github-app-installations")
    def list_github_app_installations_of_organization(name: str) -> Response:
        organization = routes.organization_to_read(name)
        found = [i for i in store.github_app_installations() if organization.name in i.organizations]
        return routes.list_answer(found, _render, routes.page(always=True))


def _render(installation: GithubAppInstallation) -> dict[str, Any]:
    return {
        "id": installation.id,
        "type": "github-app-installations",
        "attributes": {
            "name": installation.name,
            "installation-id": installation.installation_id,
            "icon-url": None,
            "installation-type": installation.installation_type,
            "installation-url": f"https://github.com/settings/installations/{installation.installation_id}",
        },
    }
