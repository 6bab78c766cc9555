# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses of VCS hosts about a personal access token, as the hosts document them, and what is read from them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import token_response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.response import Response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_question import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_status import TokenStatus

NOW = datetime(2026, 11, 26, 12, tzinfo=timezone.utc).timestamp()
PAT = "fake-pat-0123456789"
URLS = {
    "github": "https://api.github.com",
    "github_enterprise": "https://ghe.example.com/api/v3",
    "gitlab_hosted": "https://gitlab.com/api/v4",
    "gitlab_community_edition": "https://gitlab.example.com/api/v4",
    "gitlab_enterprise_edition": "https://gitlab.example.com/api/v4",
    "ado_services": "https://dev.azure.com",
    "ado_server": "https://ado.example.com/tfs",
}
JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}
AZURE_SIGN_IN = "<html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>"
USER = {"login": "acme-bot", "id": 1, "type": "User"}


def gitlab(**more: Any) -> dict[str, Any]:
    """What GitLab says about a token."""
    token = {"id": 4, "revoked": False, "scopes": ["api"], "user_id": 24, "active": True, "expires_at": None}
    return {**token, **more}


def azure(**more: Any) -> dict[str, Any]:
    """What Azure DevOps says about the owner of a token."""
    account = {"Account": {"$type": "System.String", "$value": "bot@example.com"}}
    return {"authenticatedUser": {"id": "b1", "providerDisplayName": "Bot", "properties": account, **more}}


def read(
    provider: str,
    status: int,
    headers: Mapping[str, str],
    body: Any = "",
    *,
    endpoint: int = 0,
    organization: str | None = None,
) -> TokenStatus:
    """The status of a token after this response of a host."""
    check = SERVICE_PROVIDERS[provider].token_check
    assert check
    question = Question(check, URLS[provider], PAT, organization)
    text = body if isinstance(body, str) else json.dumps(body)
    return token_response.read(question, check.endpoints[endpoint], Response(status, headers, text), NOW)
