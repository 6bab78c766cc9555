# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`vcs/repo`: whether a connection reaches a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import NotFound

from .answers import answer
from .errors import not_found
from .model import Kind
from .routes import Routes
from .vcs_repo import client_behind

if TYPE_CHECKING:
    from flask import Response


def add_routes(routes: Routes) -> None:
    store, settings = routes.store, routes.settings

    @routes.app.get("/api/v2/organizations/<name>/vcs/repo")
    def check_vcs_repo(name: str) -> Response:
        if settings.unknowns.repository_check == "no_route":
            raise NotFound
        organization = routes.organization_to_read(name, Kind.OAUTH_CLIENTS)
        token_id, wanted = request.args.get("oauth_token_id"), request.args.get("identifier", "")
        client = client_behind(token_id, store)
        if client is None or client.organization != organization.name or not token_id:
            raise not_found()
        exists = store.reach_of(store.oauth_token(token_id)).reaches(wanted)
        if not exists and settings.unknowns.repository_check == "not_found":
            raise not_found()
        attributes = {"exists": exists, "identifier": wanted}
        return answer({"data": {"id": wanted, "type": "vcs-repo-check", "attributes": attributes}})
