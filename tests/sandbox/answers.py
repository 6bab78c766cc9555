# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in the API's media type."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from werkzeug.http import HTTP_STATUS_CODES

from .errors import ApiError, Problem

MEDIA_TYPE = "application/vnd.api+json"


def answer(document: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, content_type=MEDIA_TYPE)


def no_content() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def error_answer(error: ApiError) -> Response:
    return answer({"errors": [_entry(error.status, problem) for problem in error.problems]}, error.status)


def plain_error_answer(error: ApiError) -> Response:
    """As servers answer that do not care for JSON:API."""
    title = HTTP_STATUS_CODES[error.status]
    if error.status == 401:
        return Response(f"{title}\n", status=401, content_type="text/plain; charset=utf-8")
    details = [{"detail": problem.detail} if problem.detail else {} for problem in error.problems]
    return answer({"errors": [{"status": error.status, "title": title, **detail} for detail in details]}, error.status)


def _entry(status: int, problem: Problem) -> dict[str, Any]:
    entry: dict[str, Any] = {"status": str(status), "title": problem.title}
    if problem.detail:
        entry["detail"] = problem.detail
    if problem.pointer:
        entry["source"] = {"pointer": problem.pointer}
    return entry
