# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders objects of the store as JSON:API resources. Reads no secret, so answers cannot contain one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .model import CHANGEABLE_FIELDS
from .providers import provider_called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import AgentPool, OAuthClient, OAuthToken, Organization, Project, Workspace
    from .personality import Personality
    from .unknowns import Unknowns

_AFFECTED_WORKSPACES_SHOWN = 25


def oauth_client(
    client: OAuthClient,
    organization: Organization,
    tokens: Sequence[OAuthToken],
    personality: Personality,
    address: str,
    created_at: str = "milliseconds",
) -> dict[str, Any]:
    attributes = {
        **{name.replace("_", "-"): getattr(client, name) for name in CHANGEABLE_FIELDS},
        "created-at": client.created_at,
        "callback-url": f"{address}/auth/{client.uuid}/callback",
        "connect-path": f"/auth/{client.uuid}?organization_id={organization.number}",
        "service-provider": client.service_provider,
        "service-provider-display-name": provider_called(client.service_provider).display_name,
        "http-url": client.http_url,
        "api-url": client.api_url,
        **personality.fixed_attributes,
    }
    if created_at == "missing":
        del attributes["created-at"]
    elif created_at == "seconds":
        attributes["created-at"] = re.sub(r"\.\d+", "", client.created_at)
    relationships: dict[str, dict[str, Any]] = {
        "organization": organization_link(organization.name),
        "projects": {"data": [identifier("projects", project_id) for project_id in client.project_ids]},
        "oauth-tokens": {
            "data": [identifier("oauth-tokens", token.id) for token in tokens],
            "links": {"related": f"/api/v2/oauth-clients/{client.id}/oauth-tokens"},
        },
        "agent-pool": _agent_pool_link(client.agent_pool_id),
    }
    if not personality.lists_tokens:
        del relationships["oauth-tokens"]["data"]
    return {
        "id": client.id,
        "type": "oauth-clients",
        "attributes": {name: value for name, value in attributes.items() if name not in personality.lacks},
        "relationships": {name: value for name, value in relationships.items() if name not in personality.lacks},
    }


def affected_workspaces(workspaces: Sequence[Workspace], unknowns: Unknowns) -> dict[str, Any]:
    """The attributes that show_affected_workspaces=true adds."""
    as_ids = unknowns.affected_workspaces == "ids"
    shown = workspaces[:_AFFECTED_WORKSPACES_SHOWN]
    names = {"affected-workspaces": [workspace.id if as_ids else workspace.name for workspace in shown]}
    if unknowns.affected_workspaces_count == "missing":
        return names
    wrong = {"minus_one": -1, "false": False}
    return names | {"affected-workspaces-count": wrong.get(unknowns.affected_workspaces_count, len(workspaces))}


def oauth_token(token: OAuthToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "type": "oauth-tokens",
        "attributes": {
            "created-at": token.created_at,
            "service-provider-user": token.user,
            "has-ssh-key": bool(token.ssh_key),
        },
        "relationships": {
            "oauth-client": {
                "data": identifier("oauth-clients", token.client_id),
                "links": {"related": f"/api/v2/oauth-clients/{token.client_id}"},
            },
            "vcs-organizations": {"links": {"related": f"/api/v2/oauth-tokens/{token.id}/vcs-organizations"}},
        },
        "links": {"self": f"/api/v2/oauth-tokens/{token.id}"},
    }


def authorized_repository(name: str, token: OAuthToken) -> dict[str, Any]:
    return {
        "id": name,
        "type": "authorized-repos",
        "attributes": {"name": name, "display-identifier": name},
        "relationships": {"oauth-token": {"data": identifier("oauth-tokens", token.id)}},
    }


def vcs_organization(name: str) -> dict[str, Any]:
    return {"id": name, "type": "vcs-organization", "attributes": {"name": name}}


def organization(organization: Organization, permissions: dict[str, bool]) -> dict[str, Any]:
    return {
        "id": organization.name,
        "type": "organizations",
        "attributes": {
            "name": organization.name,
            "external-id": organization.external_id,
            "created-at": organization.created_at,
            "permissions": permissions,
        },
        "links": {"self": f"/api/v2/organizations/{organization.name}"},
    }


def project(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "type": "projects",
        "attributes": {"name": project.name, "description": None, "created-at": project.created_at},
        "relationships": {"organization": organization_link(project.organization)},
        "links": {"self": f"/api/v2/projects/{project.id}"},
    }


def agent_pool(pool: AgentPool) -> dict[str, Any]:
    return {
        "id": pool.id,
        "type": "agent-pools",
        "attributes": {
            "name": pool.name,
            "created-at": pool.created_at,
            "organization-scoped": True,
            "agent-count": 0,
        },
        "relationships": {"organization": organization_link(pool.organization)},
        "links": {"self": f"/api/v2/agent-pools/{pool.id}"},
    }


def identifier(kind: str, identifier: str) -> dict[str, str]:
    return {"id": identifier, "type": kind}


def organization_link(name: str) -> dict[str, Any]:
    return {"data": identifier("organizations", name), "links": {"related": f"/api/v2/organizations/{name}"}}


def _agent_pool_link(pool_id: str | None) -> dict[str, Any]:
    if pool_id is None:
        return {"data": None}
    return {"data": identifier("agent-pools", pool_id), "links": {"related": f"/api/v2/agent-pools/{pool_id}"}}
