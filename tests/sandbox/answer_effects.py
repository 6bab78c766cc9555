# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that change the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args, get_type_hints

from werkzeug.wrappers import Response

from .answers import MEDIA_TYPE
from .oauth_clients import LIST_AS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .effect import Exchange

_HTML_PAGE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Maintenance</h1></body></html>"


@dataclass(frozen=True)
class Status:
    """Another answer instead of the API's; `after_commit`: the API has done its work all the same."""

    kind: ClassVar[str] = "status"
    status: int
    body: Any = None
    """Text as it is, anything else as JSON; None gives a JSON:API error for this status."""
    content_type: str = MEDIA_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        if self.after_commit:
            exchange.proceed()
        body = {"errors": [{"status": str(self.status), "title": "sandbox fault"}]} if self.body is None else self.body
        text = body if isinstance(body, str) else json.dumps(body)
        return Response(text, status=self.status, headers=dict(self.headers), content_type=self.content_type)


@dataclass(frozen=True)
class HtmlPage:
    """The answer of a proxy or a maintenance page."""

    kind: ClassVar[str] = "html"
    status: int = 200
    after_commit: bool = False

    def apply(self, exchange: Exchange) -> Response:
        return Status(self.status, _HTML_PAGE, "text/html; charset=utf-8", after_commit=self.after_commit).apply(
            exchange
        )


@dataclass(frozen=True)
class Redirect:
    """To another address; `{target}` in it stands for the path and query asked for."""

    kind: ClassVar[str] = "redirect"
    location: str
    status: int = 307

    def apply(self, exchange: Exchange) -> Response:
        location = self.location.replace("{target}", exchange.request.environ["REQUEST_URI"])
        return Response("", status=self.status, headers={"Location": location})


@dataclass(frozen=True)
class WrongContentType:
    kind: ClassVar[str] = "content_type"
    content_type: str = "text/html; charset=utf-8"

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        answer.headers["Content-Type"] = self.content_type
        return answer


@dataclass(frozen=True)
class LyingPaging:
    """`same_page`: the next page is this one. `never_ends`: there always is one more. `no_total`: totals missing."""

    kind: ClassVar[str] = "paging"
    lie: Literal["same_page", "never_ends", "no_total"] = "same_page"

    def __post_init__(self) -> None:
        if self.lie not in get_args(get_type_hints(LyingPaging)["lie"]):
            raise ValueError(f"no such lie: {self.lie}")

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        if not answer.is_json:
            return answer
        document = json.loads(answer.get_data())
        pagination = document.get("meta", {}).get("pagination")
        if pagination:
            self._lie(pagination)
            answer.set_data(json.dumps(document))
        return answer

    def _lie(self, pagination: dict[str, Any]) -> None:
        if self.lie == "no_total":
            del pagination["total-pages"], pagination["total-count"]
        else:
            pagination["next-page"] = pagination["current-page"] + (self.lie == "never_ends")
            pagination["total-pages"] = pagination["next-page"] + 1


@dataclass(frozen=True)
class StaleList:
    """The list of OAuth clients as it was so many seconds ago, or (None) before the last write."""

    kind: ClassVar[str] = "stale_list"
    seconds: float | None = None

    def apply(self, exchange: Exchange) -> Response:
        exchange.request.environ[LIST_AS_OF] = self.seconds
        return exchange.proceed()


@dataclass(frozen=True)
class EchoBody:
    """A server that repeats the request, secrets included, in its error."""

    kind: ClassVar[str] = "echo"
    status: int = 422

    def apply(self, exchange: Exchange) -> Response:
        detail = f"cannot process: {exchange.body.decode(errors='replace')}"
        body = {"errors": [{"status": str(self.status), "title": "invalid attribute", "detail": detail}]}
        return Status(self.status, body).apply(exchange)


@dataclass(frozen=True)
class DataAndErrors:
    """A document with data and errors, which JSON:API forbids. `empty`: the data is gone, too."""

    kind: ClassVar[str] = "data_and_errors"
    empty: bool = False

    def apply(self, exchange: Exchange) -> Response:
        answer = exchange.proceed()
        if not answer.is_json:
            return answer
        document = json.loads(answer.get_data())
        if self.empty:
            document = {"data": []}
        document["errors"] = [{"status": "500", "title": "internal error", "detail": "part of the data is missing"}]
        answer.set_data(json.dumps(document))
        return answer


@dataclass(frozen=True)
class NullBody:
    """The API does its work, and the answer is JSON's null."""

    kind: ClassVar[str] = "null_body"
    status: int = 200
    content_type: str = "application/json"

    def apply(self, exchange: Exchange) -> Response:
        exchange.proceed()
        return Response("null", status=self.status, content_type=self.content_type)
