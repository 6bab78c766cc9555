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
_DETAILS = {403: "access to the resource is not permitted", 404: "resource not found"}


def answer(document: dict[str, Any] | None, status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, content_type=MEDIA_TYPE)


def no_content() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def error_answer(error: ApiError) -> Response:
    return answer({"errors": [_entry(error.status, problem) for problem in error.problems]}, error.status)


def reason_phrase_answer(error: ApiError) -> Response:
    """As OTF answers: reason phrases for titles, and always a detail."""
    title = HTTP_STATUS_CODES[error.status]
    if error.status == 401:
        return text_answer(title, 401)
    details = [problem.detail or _DETAILS.get(error.status, title) for problem in error.problems]
    entries = [{"status": str(error.status), "title": title, "detail": detail} for detail in details]
    return answer({"errors": entries}, error.status)


def text_answer(text: str, status: int) -> Response:
    """As Go's standard library answers errors."""
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _entry(status: int, problem: Problem) -> dict[str, Any]:
    entry: dict[str, Any] = {"status": str(status), "title": problem.title}
    if problem.detail:
        entry["detail"] = problem.detail
    if problem.pointer:
        entry["source"] = {"pointer": problem.pointer}
    return entry
