# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common parts of all routes: permissions, bodies, lists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, g, request

from .answers import answer
from .errors import ApiError, Problem, invalid_attribute, not_found
from .paging import DEFAULT_SIZE, Page, members, page_asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .model import ApiToken, Organization
    from .settings import Settings
    from .store import Store

Item = TypeVar("Item")


@dataclass(frozen=True)
class Routes:
    """Each file with routes gets one of these."""

    app: Flask
    store: Store
    settings: Settings

    # -- who may do what ------------------------------------------------------------------------------------------

    @property
    def caller(self) -> ApiToken:
        caller: ApiToken = g.caller
        return caller

    def forbidden(self) -> ApiError:
        if self.settings.personality.forbidden_status == 404:
            return not_found()
        return ApiError(self.settings.personality.forbidden_status, Problem("forbidden"))

    def is_taken_for_empty(self, name: str) -> bool:
        """Whether this organization does not exist, but has lists all the same."""
        known = {organization.name.lower() for organization in self.store.organizations()}
        return self.settings.personality.unknown_organization == "empty" and name.lower() not in known

    def organization_to_read(self, name: str, kind: str | None = None) -> Organization:
        """`kind`: the objects that are about to be read, see `model.Kind`."""
        organization = self.store.organization(name)
        if not self.caller.can_read(organization.name, kind):
            raise self.forbidden()
        return organization

    def organization_to_manage(self, name: str, kind: str | None = None) -> Organization:
        organization = self.store.organization(name)
        if not self.caller.can_manage(organization.name, kind):
            raise self.forbidden()
        return organization

    # -- reading requests, rendering objects ----------------------------------------------------------------------

    def document(self) -> Any:
        try:
            return json.loads(request.get_data())
        except ValueError:
            raise ApiError(
                self.settings.unknowns.not_json_status, Problem("invalid request", "the body is not JSON")
            ) from None

    def page(self, *, always: bool = False) -> Page | None:
        if request.endpoint in self.settings.personality.unpaged:
            return None
        unknowns = self.settings.unknowns
        asked = page_asked_for(
            request.args,
            largest=unknowns.largest_page,
            rejects_large=unknowns.page_size_above_100 == "rejected",
        )
        return asked or (Page(size=min(DEFAULT_SIZE, unknowns.largest_page)) if always else None)

    def list_answer(
        self, items: Sequence[Item], render: Callable[[Item], Mapping[str, Any]], page: Page | None
    ) -> Response:
        if page is None:
            return answer({"data": [render(item) for item in items]})
        query = {name: value for name, value in request.args.items() if not name.startswith("page[")}
        data = [render(item) for item in page.of(items)]
        announcement = self.settings.unknowns.page_announcement
        return answer({"data": data, **members(page, len(items), request.base_url, query, announcement)})


def new_name(attributes: Mapping[str, Any], taken: Sequence[str]) -> str:
    """The `name` of an object that is to be created; refused if it is empty or used."""
    name = attributes.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ApiError(422, invalid_attribute("name", "Name can't be blank"))
    if name.lower() in {other.lower() for other in taken}:
        raise ApiError(422, invalid_attribute("name", "Name has already been taken"))
    return name


def sorted_by(items: Sequence[Item], field: str, columns: Mapping[str, Callable[[Item], Any]]) -> list[Item]:
    """Sorted as the query's `sort` says; unknown columns are ignored."""
    column = columns.get(field.removeprefix("-"))
    return sorted(items, key=column, reverse=field.startswith("-")) if column else list(items)
