# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules of the private registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import MethodNotAllowed

from . import vcs_repo
from .answers import answer
from .bodies import resource
from .errors import ApiError, invalid_attribute, not_found
from .model import Kind, RegistryModule
from .routes import Routes

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
    "source-directory",
    "tag-prefix",
    "tags",
    "webhook-url",
)
_TESTS = {"tests-enabled": False, "agent-execution-mode": "remote", "agent-pool-id": None, "agent-pool-name": None}
_CONNECTION = frozenset({"identifier", "oauth-token-id", "github-app-installation-id"})
_ONE = "/api/v2/organizations/<name>/registry-modules/<registry>/<namespace>/<module>/<provider>"


def add_routes(routes: Routes) -> None:
    app, store, settings = routes.app, routes.store, routes.settings

    def may_update(module: RegistryModule) -> bool:
        return module.can_update and routes.caller.can_manage(module.organization, Kind.REGISTRY_MODULES)

    def render(module: RegistryModule) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            "name": module.name,
            "namespace": module.namespace,
            "provider": module.provider,
            "registry-name": module.registry_name,
            "status": "setup_complete",
            "publishing-mechanism": _publishing_mechanism(module),
            "no-code": False,
            "version-statuses": [],
            "created-at": module.created_at,
            "updated-at": module.updated_at,
            "test-config": module.test_config,
            "permissions": {name: may_update(module) for name in ("can-delete", "can-resync", "can-retry")},
        }
        repo = vcs_repo.render(module.vcs_repo, store, _VCS_REPO)
        if settings.unknowns.empty_attributes_of_modules == "null":
            attributes["vcs-repo"] = repo
        elif repo:
            attributes["vcs-repo"] = {name: value for name, value in repo.items() if value is not None}
        path = (
            f"/api/v2/organizations/{module.organization}/registry-modules/"
            f"{module.registry_name}/{module.namespace}/{module.name}/{module.provider}"
        )
        return {
            "id": module.id,
            "type": "registry-modules",
            "attributes": attributes,
            "relationships": {
                "organization": {"links": {"related": f"/api/v2/organizations/{module.organization}"}},
            },
            "links": {"self": path},
        }

    def to_read(organization: str, *key: str) -> RegistryModule:
        owner = routes.organization_to_read(organization, Kind.REGISTRY_MODULES)
        for module in store.registry_modules(owner.name):
            if (module.registry_name, module.namespace, module.name, module.provider) == key:
                return module
        raise not_found()

    @app.get("/api/v2/organizations/<name>/registry-modules")
    def list_registry_modules(name: str) -> Response:
        organization = routes.organization_to_read(name, Kind.REGISTRY_MODULES)
        found = [module for module in store.registry_modules(organization.name) if _matches(module)]
        return routes.list_answer(found, render, routes.page(always=True))

    @app.get(_ONE)
    def show_registry_module(name: str, registry: str, namespace: str, module: str, provider: str) -> Response:
        return answer({"data": render(to_read(name, registry, namespace, module, provider))})

    @app.patch(_ONE)
    def patch_registry_module(name: str, registry: str, namespace: str, module: str, provider: str) -> Response:
        if settings.unknowns.registry_module_connection == "no_route":
            raise MethodNotAllowed(valid_methods=["GET", "DELETE"])
        found = to_read(name, registry, namespace, module, provider)
        if not may_update(found):
            raise routes.forbidden()
        attributes = resource(routes.document(), "registry-modules").get("attributes", {})
        sent = attributes.get("vcs-repo")
        if isinstance(sent, dict):
            if settings.unknowns.registry_module_connection == "rejected" and _CONNECTION & set(sent):
                raise ApiError(422, invalid_attribute("vcs-repo", "the repository of a module cannot be changed"))
            if settings.unknowns.registry_module_connection == "ignored":
                sent = {key: value for key, value in sent.items() if key not in _CONNECTION}
            reader = vcs_repo.VcsRepoReader(routes, found.organization)
            found = store.update_linked(found, vcs_repo=reader.read(sent, found.vcs_repo) if sent else found.vcs_repo)
        if "test-config" in attributes:
            found = store.update_linked(found, test_config={**_TESTS, **(attributes["test-config"] or {})})
        elif found.test_config and settings.unknowns.module_tests_omitted_from_patch == "disabled":
            found = store.update_linked(found, test_config=_TESTS)
        return answer({"data": render(found)})


def _publishing_mechanism(module: RegistryModule) -> str:
    if module.vcs_repo is None:
        return "non_vcs"
    return "git_tag" if module.vcs_repo.tags else "branch"


def _matches(module: RegistryModule) -> bool:
    query = request.args
    return (
        query.get("q", "").lower() in module.name.lower()
        and query.get("filter[provider]") in (None, "", module.provider)
        and query.get("filter[registry_name]") in (None, "", module.registry_name)
    )
