# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds exactly one OAuth client, as the modules do, and only reads."""

from __future__ import annotations

import os
import typing as t

from .._apply.planner import Planner
from .._base.errors import NotFound
from .._model import planning
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._model.option_checks import checked_desired
from .._tfe.client import TfeClient
from .._tfe.settings import resolve_organization
from .argument_specs import CONNECTION, CONNECTION_RULES, TFE
from .run import Run, guarded

#: What identifies a connection. The lookup's DOCUMENTATION describes the same options.
_IDENTITY = ("organization", "oauth_client_id", "service_provider", "http_url", "name", "ado_org_name")


def arguments() -> dict[str, t.Any]:
    """The argument spec of the lookup, with the modules' own options."""
    spec = {**TFE, **{name: CONNECTION[name] for name in _IDENTITY}}
    return {"argument_spec": spec, "required_one_of": CONNECTION_RULES["required_one_of"]}


def look_up(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The one OAuth client that fits, as ``oauth_client``; a failed result where there is none or are several."""

    def work(run: Run) -> dict[str, t.Any]:
        organization = resolve_organization(params.get("organization"), os.environ)
        named = bool((params.get("name") or "").strip())
        by_name = {"match_by": "url_and_name"} if named else {"match_by": "url", "name": None}
        desired = checked_desired({**params, **by_name}, organization)
        with run.connect() as client:
            return {"oauth_client": _read(client, organization, desired).public()}

    return guarded(params, work)


def _read(client: TfeClient, organization: str, desired: Desired) -> OAuthClient:
    """The client that the options identify, with its OAuth tokens."""
    planner = Planner(client, organization)
    planner.read_clients()
    found = planner.find(desired, planner.clients)
    if found is None:
        raise NotFound(
            f"Organization {organization!r} at {client.settings.address.base} has no {desired.description}. "
            "A lookup creates nothing: the module oauth_client does."
        )
    # Refuses provider and URL that are not those of the client with the ID.
    if "name" in planning.plan(desired, found).attributes:
        raise NotFound(
            f"OAuth client {found.describe()} of organization {organization!r} does not have the name "
            f"{desired.attributes['name']!r}."
        )
    return planner.with_tokens(found, desired)
