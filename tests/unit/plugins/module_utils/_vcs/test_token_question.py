# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where VCS hosts are asked about personal access tokens."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_question import Question
from utils.vcs_responses import PAT, URLS


@pytest.mark.parametrize(
    ("provider", "organization", "urls"),
    [
        ("github", None, ["https://api.github.com/user"]),
        ("github_enterprise", None, ["https://ghe.example.com/api/v3/user"]),
        ("gitlab_hosted", None, ["https://gitlab.com/api/v4/personal_access_tokens/self", "https://gitlab.com/api/v4/user"]),
        ("ado_services", None, ["https://dev.azure.com/_apis/connectionData"]),
        ("ado_services", "my org", ["https://dev.azure.com/my%20org/_apis/connectionData"]),
        ("ado_server", None, ["https://ado.example.com/tfs/_apis/connectionData"]),
    ],
)  # fmt: skip
def test_addresses(provider, organization, urls):
    check = SERVICE_PROVIDERS[provider].token_check
    question = Question(check, f"{URLS[provider]}/", PAT, organization)
    assert [question.url(endpoint) for endpoint in check.endpoints] == urls


def test_every_provider_with_tokens_says_how_to_ask():
    for provider in SERVICE_PROVIDERS.values():
        assert (provider.token_check is not None) == provider.takes_pat


def test_a_tenant_of_ghe_com_has_its_api_on_a_host_of_its_own():
    derived = SERVICE_PROVIDERS["github_enterprise"].derive_api_url("https://acme.ghe.com")
    question = Question(SERVICE_PROVIDERS["github_enterprise"].token_check, derived, PAT)
    assert question.url(question.check.endpoints[0]) == "https://api.acme.ghe.com/user"
