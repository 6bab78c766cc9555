# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from . import vcs_repo
from .answers import answer
from .bodies import resource
from .documents import organization_link
from .model import Kind, PolicySet
from .routes import Routes, new_name

if TYPE_CHECKING:
    from flask import Response

_VCS_REPO = (
    "branch",
    "display-identifier",
    "github-app-installation-id",
    "identifier",
    "ingress-submodules",
    "oauth-token-id",
    "repository-http-url",
    "service-provider",
    "webhook-url",
)
_FIELDS = {
    "description": "description",
    "policies-path": "policies_path",
    "policy-update-patterns": "policy_update_patterns",
}
_FIELDS_OF_CREATE = {**_FIELDS, "kind": "kind"}


def add_routes(routes: Routes) -> None:
    app, store = routes.app, routes.store

    def render(policy_set: PolicySet) -> dict[str, Any]:
        return {
            "id": policy_set.id,
            "type": "policy-sets",
            "attributes": {
                "name": policy_set.name,
                "description": policy_set.description,
                "global": False,
                "kind": policy_set.kind,
                "versioned": policy_set.versioned,
                "policies-path": policy_set.policies_path,
                "policy-update-patterns": list(policy_set.policy_update_patterns),
                "policy-count": 0,
                "workspace-count": 0,
                "project-count": 0,
                "vcs-repo": vcs_repo.render(policy_set.vcs_repo, store, _VCS_REPO),
                "created-at": policy_set.created_at,
                "updated-at": policy_set.updated_at,
            },
            "relationships": {"organization": organization_link(policy_set.organization)},
            "links": {"self": f"/api/v2/policy-sets/{policy_set.id}"},
        }

    def to_read(policy_set_id: str) -> PolicySet:
        policy_set = store.linked_object(PolicySet, policy_set_id)
        routes.organization_to_read(policy_set.organization, Kind.POLICY_SETS)
        return policy_set

    @app.get("/api/v2/organizations/<name>/policy-sets")
    def list_policy_sets(name: str) -> Response:
        organization = routes.organization_to_read(name, Kind.POLICY_SETS)
        found = [policy_set for policy_set in store.policy_sets(organization.name) if _matches(policy_set)]
        return routes.list_answer(found, render, routes.page(always=True))

    @app.post("/api/v2/organizations/<name>/policy-sets")
    def create_policy_set(name: str) -> Response:
        organization = routes.organization_to_manage(name, Kind.POLICY_SETS)
        attributes = resource(routes.document(), "policy-sets").get("attributes", {})
        taken = [policy_set.name for policy_set in store.policy_sets(organization.name)]
        sent = {attribute: value for attribute, value in attributes.items() if value is not None}
        fields = {
            _FIELDS_OF_CREATE[attribute]: value for attribute, value in sent.items() if attribute in _FIELDS_OF_CREATE
        }
        fields["vcs_repo"] = vcs_repo.VcsRepoReader(routes, organization.name).read(attributes.get("vcs-repo"), None)
        policy_set = store.add_policy_set(organization.name, new_name(attributes, taken), **fields)
        return answer({"data": render(policy_set)}, 201)

    @app.get("/api/v2/policy-sets/<policy_set_id>")
    def show_policy_set(policy_set_id: str) -> Response:
        return answer({"data": render(to_read(policy_set_id))})

    @app.patch("/api/v2/policy-sets/<policy_set_id>")
    def patch_policy_set(policy_set_id: str) -> Response:
        policy_set = to_read(policy_set_id)
        if not (policy_set.can_update and routes.caller.can_manage(policy_set.organization, Kind.POLICY_SETS)):
            raise routes.forbidden()
        attributes = resource(routes.document(), "policy-sets").get("attributes", {})
        fields: dict[str, Any] = {}
        if attributes.get("name", policy_set.name) != policy_set.name:
            fields["name"] = new_name(attributes, [other.name for other in store.policy_sets(policy_set.organization)])
        for name, field in _FIELDS.items():
            if name in attributes:
                fields[field] = attributes[name]
        if "vcs-repo" in attributes:
            reader = vcs_repo.VcsRepoReader(routes, policy_set.organization)
            fields["vcs_repo"] = reader.read(attributes["vcs-repo"], policy_set.vcs_repo)
            moved = fields["vcs_repo"] and fields["vcs_repo"].oauth_token_id != policy_set.oauth_token_id
            if moved and routes.settings.unknowns.triggers_when_connection_changes == "reset":
                fields.setdefault("policy_update_patterns", ())
        return answer({"data": render(store.update_linked(policy_set, **fields))})


def _matches(policy_set: PolicySet) -> bool:
    query = request.args
    versioned = query.get("filter[versioned]")
    return (
        query.get("search[name]", "").lower() in policy_set.name.lower()
        and query.get("filter[kind]") in (None, "", policy_set.kind)
        and versioned in (None, "", str(policy_set.versioned).lower())
    )
