# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `vcs-repo` attribute: read from the body of a write, and rendered."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from flask import request

from .errors import ApiError, invalid_attribute
from .model import VcsRepo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .model import OAuthClient
    from .routes import Routes
    from .store import Store

_FIELDS = {
    "identifier": "identifier",
    "oauth-token-id": "oauth_token_id",
    "github-app-installation-id": "github_app_installation_id",
    "branch": "branch",
    "ingress-submodules": "ingress_submodules",
    "tags-regex": "tags_regex",
    "tags": "tags",
    "tag-prefix": "tag_prefix",
    "source-directory": "source_directory",
}
_CONNECTIONS = ("oauth_token_id", "github_app_installation_id")
_IDENTIFIER = re.compile(r"[^/\s]+(?:/[^/\s]+)+")


class VcsRepoReader:
    """Applies a `vcs-repo` from a request to the current link: only the keys that were sent change."""

    def __init__(self, routes: Routes, organization: str) -> None:
        self._store = routes.store
        self._unknowns = routes.settings.unknowns
        self._caller = routes.caller
        self._organization = organization

    def read(self, sent: Any, current: VcsRepo | None) -> VcsRepo | None:
        """None removes the link. An empty object, as HashiCorp's Python SDK sends it, changes nothing."""
        if sent is None:
            return None
        if sent == {}:
            return current
        if not isinstance(sent, dict):
            raise _refused("vcs-repo must be an object or null")
        omitted = self._unknowns.omitted_from_vcs_repo
        if current is not None and omitted == "removes_link" and "identifier" not in sent:
            return None
        if current is not None and omitted == "reset":
            current = VcsRepo(current.identifier, current.oauth_token_id, current.github_app_installation_id)
        fields = {_FIELDS[name]: value for name, value in sent.items() if name in _FIELDS}
        self._check_choice(fields, current)
        changed = _merged(fields, current)
        if not _IDENTIFIER.fullmatch(str(changed.identifier)):
            raise _refused("identifier is not a valid repository identifier")
        if set(fields) & {"identifier", *_CONNECTIONS}:
            return self._connected(changed, set(fields))
        return changed

    def _check_choice(self, fields: dict[str, Any], current: VcsRepo | None) -> None:
        """An OAuth token and a GitHub App installation exclude each other."""
        given = [name for name in _CONNECTIONS if fields.get(name)]
        if len(given) == 2:
            raise _refused("oauth-token-id and github-app-installation-id exclude each other")
        if not given or current is None:
            return
        (other,) = set(_CONNECTIONS) - set(given)
        if other in fields and self._unknowns.connection_switch == "other_must_be_omitted":
            raise _refused(f"invalid {other}")
        if getattr(current, other) and other not in fields:
            if self._unknowns.connection_switch == "other_must_be_null":
                raise _refused("oauth-token-id and github-app-installation-id exclude each other")
            fields[other] = None

    def _connected(self, repo: VcsRepo, sent: set[str]) -> VcsRepo:
        if repo.oauth_token_id:
            reaches, makes_webhooks = self._by_token(repo.oauth_token_id, changed="oauth_token_id" in sent)
        elif repo.github_app_installation_id:
            seen = [found for found in self._store.github_app_installations() if found.is_seen_by(self._caller)]
            installations = {found.id: found for found in seen}
            if repo.github_app_installation_id not in installations:
                raise _refused("invalid github_app_installation_id")
            reaches, makes_webhooks = installations[repo.github_app_installation_id].reaches, True
        else:
            raise _refused("vcs-repo needs oauth-token-id or github-app-installation-id")
        if self._unknowns.unreachable_repository_in_write == "rejected" and not reaches(repo.identifier):
            raise _refused(f"repository {repo.identifier} was not found or is not accessible")
        if not makes_webhooks and self._unknowns.webhook_failure == "rejected":
            raise _refused("the webhook could not be registered")
        return replace(repo, has_webhook=makes_webhooks)

    def _by_token(self, token_id: str, *, changed: bool) -> tuple[Callable[[str], bool], bool]:
        client = client_behind(token_id, self._store)
        foreign = client is not None and client.organization != self._organization
        if client is None or (foreign and changed and self._unknowns.foreign_oauth_token == "rejected"):
            status = self._unknowns.invalid_oauth_token_status
            raise ApiError(status, invalid_attribute("vcs-repo", "invalid oauth_token_id"))
        pat = self._store.reach_of(self._store.oauth_token(token_id))
        return pat.reaches, pat.webhooks and not pat.revoked


def _merged(fields: Mapping[str, Any], current: VcsRepo | None) -> VcsRepo:
    # A branch of null or "" is the repository's default branch.
    values = {name: value for name, value in fields.items() if name != "branch"}
    if "branch" in fields:
        values["branch"] = fields["branch"] or ""
    if current is not None:
        return replace(current, **values)
    if not values.get("identifier"):
        raise _refused("identifier is required")
    return VcsRepo(**values)


def render(repo: VcsRepo | None, store: Store, names: tuple[str, ...]) -> dict[str, Any] | None:
    """As the API shows it: `names` are the attributes that this kind of object has."""
    if repo is None:
        return None
    client = client_behind(repo.oauth_token_id, store)
    http_url = client.http_url if client else "https://github.com"
    everything = {
        "branch": repo.branch,
        "identifier": repo.identifier,
        "display-identifier": repo.identifier,
        "ingress-submodules": repo.ingress_submodules,
        "oauth-token-id": repo.oauth_token_id,
        "github-app-installation-id": repo.github_app_installation_id,
        "repository-http-url": f"{http_url}/{repo.identifier}",
        "service-provider": client.service_provider if client else "github_app",
        "tags-regex": repo.tags_regex,
        "webhook-url": _webhook_url(repo) if repo.has_webhook else None,
        "tags": repo.tags,
        "tag-prefix": repo.tag_prefix,
        "source-directory": repo.source_directory,
    }
    return {name: everything[name] for name in names}


def _webhook_url(repo: VcsRepo) -> str:
    connection = repo.oauth_token_id or repo.github_app_installation_id
    return f"{request.host_url}webhooks/vcs/{uuid5(NAMESPACE_URL, f'{connection}/{repo.identifier}')}"


def client_behind(token_id: str | None, store: Store) -> OAuthClient | None:
    if not token_id:
        return None
    try:
        return store.client(store.oauth_token(token_id).client_id)
    except ApiError:
        return None


def _refused(detail: str) -> ApiError:
    return ApiError(422, invalid_attribute("vcs-repo", detail))
