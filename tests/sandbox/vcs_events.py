# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events between HCP Terraform and the VCS hosts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import NotFound

from .documents import identifier
from .errors import ApiError, Problem
from .model import Kind
from .routes import Routes

if TYPE_CHECKING:
    from flask import Response

    from .model import VcsEvent

_DEFAULT_AGE = timedelta(days=10)


def add_routes(routes: Routes) -> None:
    store = routes.store

    def render(event: VcsEvent) -> dict[str, Any]:
        relationships = {"oauth-client": {"data": identifier("oauth-clients", event.oauth_client_id)}}
        if event.oauth_token_id:
            relationships["oauth-token"] = {"data": identifier("oauth-tokens", event.oauth_token_id)}
        return {
            "id": event.id,
            "type": "vcs-events",
            "attributes": {
                "created-at": event.created_at,
                "level": event.level,
                "message": event.message,
                "organization-id": store.organization(event.organization).number,
                "suggested-action": event.suggested_action,
            },
            "relationships": relationships,
        }

    @routes.app.get("/api/v2/organizations/<name>/vcs-events")
    def list_vcs_events(name: str) -> Response:
        if not routes.settings.unknowns.has_vcs_events:
            raise NotFound
        organization = routes.organization_to_read(name, Kind.VCS_EVENTS)
        now = datetime.now(timezone.utc)
        since, until = _moment("filter[from]", now - _DEFAULT_AGE), _moment("filter[to]", now)
        clients, levels = _list("filter[oauth_client_external_ids]"), _list("filter[levels]")
        found = [
            event
            for event in store.vcs_events(organization.name)
            if since <= datetime.fromisoformat(event.created_at.replace("Z", "+00:00")) <= until
            and (not clients or event.oauth_client_id in clients)
            and (not levels or event.level in levels)
        ]
        return routes.list_answer(found, render, routes.page(always=True))


def _list(name: str) -> list[str]:
    return list(filter(None, request.args.get(name, "").split(",")))


def _moment(name: str, default: datetime) -> datetime:
    text = request.args.get(name)
    if not text:
        return default
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ApiError(400, Problem("invalid parameter", f"{name} is not a time")) from None
