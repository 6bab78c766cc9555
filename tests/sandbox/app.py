# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API as one Flask application: the checks of every request, and the routes of every kind of object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import HTTP_STATUS_CODES

from . import (
    agent_pools,
    github_app,
    oauth_clients,
    oauth_tokens,
    organizations,
    policy_sets,
    projects,
    registry_components,
    registry_modules,
    stacks,
    vcs_events,
    vcs_repo_check,
    workspaces,
)
from .answers import MEDIA_TYPE, error_answer, reason_phrase_answer, text_answer
from .errors import ApiError, Problem, unauthorized
from .oauth_clients import LIST_AS_OF
from .routes import Routes

if TYPE_CHECKING:
    from .model import ApiToken
    from .settings import Settings
    from .store import Store

__all__ = ["LIST_AS_OF", "MEDIA_TYPE", "bearer_token", "create_app"]

_OPEN_ENDPOINTS = frozenset({"ping", "discovery"})


def bearer_token(store: Store, authorization: str | None) -> ApiToken | None:
    """Return the token of the request. Basic authentication counts as none."""
    scheme, dummy, value = (authorization or "").partition(" ")
    return store.api_token(value) if scheme.lower() == "bearer" else None


def create_app(store: Store, settings: Settings) -> Flask:
    app = Flask("sandbox", static_folder=None)
    # The provider is Flask's own; its base class, which is all that the type tells, has no such attribute.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    _add_checks(app, store, settings)
    routes = Routes(app, store, settings)
    for part in (
        organizations,
        projects,
        agent_pools,
        oauth_clients,
        oauth_tokens,
        workspaces,
        policy_sets,
        registry_modules,
        registry_components,
        stacks,
        vcs_repo_check,
        vcs_events,
        github_app,
    ):
        part.add_routes(routes)
    return app


def _add_checks(app: Flask, store: Store, settings: Settings) -> None:
    @app.before_request
    def check_endpoint_exists() -> None:
        personality = settings.personality
        if request.url_rule is None or personality.has(request.endpoint):
            return
        methods = {
            method
            for rule in app.url_map.iter_rules()
            if rule.rule == request.url_rule.rule and personality.has(rule.endpoint)
            for method in rule.methods or ()
        }
        raise MethodNotAllowed(valid_methods=methods) if methods else NotFound()

    @app.before_request
    def authenticate() -> None:
        g.caller = bearer_token(store, request.headers.get("Authorization"))
        if g.caller is None and request.endpoint not in _OPEN_ENDPOINTS:
            raise unauthorized()

    @app.before_request
    def check_media_type() -> None:
        # JSON:API: a media type with parameters, such as charset, is not the media type.
        writes = request.method in ("POST", "PATCH", "DELETE")
        if writes and settings.personality.demands_media_type and request.content_type != MEDIA_TYPE:
            raise ApiError(415, Problem("unsupported media type", f"Content-Type must be {MEDIA_TYPE}"))

    @app.after_request
    def dress(response: Response) -> Response:
        personality = settings.personality
        if response.content_type == MEDIA_TYPE:
            if not personality.shows_links:
                response.set_data(json.dumps(_without_links(response.get_json(force=True))))
            response.content_type = personality.media_type
        return response

    @app.errorhandler(ApiError)
    def api_error(error: ApiError) -> Response:
        style = settings.personality.errors
        if style == "empty":
            return Response("{}", status=error.status, content_type=settings.personality.media_type)
        return reason_phrase_answer(error) if style == "reason_phrases" else error_answer(error)

    @app.errorhandler(HTTPException)
    def framework_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status in (404, 405) and settings.personality.missing_route == "text":
            return text_answer("404 page not found", 404)
        response = api_error(ApiError(status, Problem(HTTP_STATUS_CODES[status].lower())))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response


def _without_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_links(item) for key, item in value.items() if key != "links"}
    return [_without_links(item) for item in value] if isinstance(value, list) else value
