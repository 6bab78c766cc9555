# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections, OAuth clients and plans for tests of the pure model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import desired_from_options
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient
from utils.fake_keys import pkcs8_private_key, public_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import Desired
    from ansible_collections.hcptf.vcs.plugins.module_utils._model.plan import Plan

PAT = "a-personal-access-token"
PEM = pkcs8_private_key("of nobody")
PUBLIC_PEM = public_key("of nobody")
SECRETS = (PAT, *PEM.splitlines()[1:-1], "a-consumer-key", "a-consumer-secret")
GITHUB = {"service_provider": "github"}
GITLAB = {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com"}
ADO_SERVER = {"service_provider": "ado_server", "http_url": "https://ado.example.com/tfs"}
ADO_SERVICES = {"service_provider": "ado_services"}
DATA_CENTER = {"service_provider": "bitbucket_data_center", "http_url": "https://bitbucket.example.com"}

#: A client of a server that tells everything.
VALUES = {
    "name": None,
    "service_provider": "github",
    "service_provider_display_name": "GitHub",
    "http_url": "https://github.com",
    "api_url": "https://api.github.com",
    "ado_org_name": None,
    "organization_scoped": True,
    "projects": (),
    "agent_pool": None,
    "key": None,
    "rsa_public_key": None,
    "created_at": "2026-02-03T09:14:27.118Z",
}
#: The same of a server that knows nothing newer: what is missing is unknown.
SPARSE = {name: VALUES[name] for name in ("service_provider", "http_url", "api_url", "created_at")}


def desire(*options: Mapping[str, Any], organization: str = "acme", **more: Any) -> Desired:
    merged: dict[str, Any] = {}
    for part in options:
        merged.update(part)
    return desired_from_options({**merged, **more}, organization)


def client(
    id_: str = "oc-A", without: Collection[str] = (), tokens: tuple[str, ...] = ("ot-A",), **values: Any
) -> OAuthClient:
    kept = {name: value for name, value in {**VALUES, **values}.items() if name not in without}
    return OAuthClient(id_, "acme", kept, tokens)


def ado(id_: str, **values: Any) -> OAuthClient:
    url = "https://dev.azure.com"
    return client(id_, service_provider="ado_services", http_url=url, api_url=url, **values)


def shown(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the names of the public view, as diffs show it."""
    view = {("agent_pool_id" if name == "agent_pool" else name): value for name, value in attributes.items()}
    return {name: sorted(value) if name == "projects" else value for name, value in view.items()}


def is_secret_free(plan: Plan) -> bool:
    """Whether no secret shows where a plan could be printed, returned or logged."""
    text = repr(plan) + repr(plan.desired) + json.dumps([plan.before, plan.after, plan.predicted, plan.warnings])
    return not [secret for secret in SECRETS if secret in text]
