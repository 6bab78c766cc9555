# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of service providers, row by row."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS, owner_of

PAT = ("personal_access_token",)
BITBUCKET = ("key", "secret", "rsa_public_key")

#: value, display name, default http-url, the secrets that a new connection needs
ROWS = [
    ("github", "GitHub", "https://github.com", PAT),
    ("github_enterprise", "GitHub Enterprise", None, PAT),
    ("gitlab_hosted", "GitLab.com", "https://gitlab.com", PAT),
    ("gitlab_community_edition", "GitLab Community Edition", None, PAT),
    ("gitlab_enterprise_edition", "GitLab Enterprise Edition", None, PAT),
    ("ado_server", "Azure DevOps Server", None, ("personal_access_token", "private_key")),
    ("ado_services", "Azure DevOps Services", "https://dev.azure.com", PAT),
    ("bitbucket_data_center", "Bitbucket Data Center", None, BITBUCKET),
    ("bitbucket_hosted", "Bitbucket Cloud", "https://bitbucket.org", ()),
    ("bitbucket_server", "Bitbucket Server", None, ()),
    ("bitbucket_server_legacy", "Bitbucket Server (legacy)", None, ()),
]


def test_the_catalogue_has_every_provider_of_the_api_and_no_other():
    assert list(SERVICE_PROVIDERS) == [row[0] for row in ROWS]


@pytest.mark.parametrize(("value", "display_name", "http_url", "secrets"), ROWS, ids=[row[0] for row in ROWS])
def test_row(value, display_name, http_url, secrets):
    provider = SERVICE_PROVIDERS[value]
    assert (provider.value, provider.display_name) == (value, display_name)
    assert provider.http_url == http_url
    assert provider.secrets == secrets
    assert provider.takes_pat is ("personal_access_token" in secrets)
    assert bool(provider.instead) is not provider.takes_pat


@pytest.mark.parametrize(
    ("value", "http_url", "api_url"),
    [
        ("github", "https://github.com", "https://api.github.com"),
        ("github", "https://www.github.com", "https://api.github.com"),
        ("github", "https://GitHub.com", "https://api.github.com"),
        ("github", "https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("github_enterprise", "https://ghe.example.com", "https://ghe.example.com/api/v3"),
        ("github_enterprise", "https://ghe.example.com:8443", "https://ghe.example.com:8443/api/v3"),
        ("github_enterprise", "http://ghe.example.com", "http://ghe.example.com/api/v3"),
        ("github_enterprise", "https://example.com/git/Hub", "https://example.com/git/Hub/api/v3"),
        ("github_enterprise", "https://[2001:db8::a]", "https://[2001:db8::a]/api/v3"),
        ("github_enterprise", "https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("github_enterprise", "https://ACME.GHE.com", "https://api.acme.ghe.com"),
        ("github_enterprise", "https://fooghe.com", "https://fooghe.com/api/v3"),
        ("github_enterprise", "https://acme.fooghe.com", "https://acme.fooghe.com/api/v3"),
        ("github_enterprise", "https://acme.ghe.com.example.com", "https://acme.ghe.com.example.com/api/v3"),
        ("github_enterprise", "https://example.com/acme.ghe.com", "https://example.com/acme.ghe.com/api/v3"),
        ("github_enterprise", "https://notgithub.com", "https://notgithub.com/api/v3"),
        ("github_enterprise", "https://github.com.example.com", "https://github.com.example.com/api/v3"),
        ("gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4"),
        ("gitlab_community_edition", "https://gitlab.example.com", "https://gitlab.example.com/api/v4"),
        ("gitlab_community_edition", "https://example.com/gitlab", "https://example.com/gitlab/api/v4"),
        ("gitlab_enterprise_edition", "https://gitlab.example.com:8443", "https://gitlab.example.com:8443/api/v4"),
        ("gitlab_enterprise_edition", "https://example.com/Git/Lab", "https://example.com/Git/Lab/api/v4"),
        ("ado_server", "https://ado.example.com/tfs", "https://ado.example.com/tfs"),
        ("ado_server", "https://ado.example.com:8443", "https://ado.example.com:8443"),
        ("ado_services", "https://dev.azure.com", "https://dev.azure.com"),
        ("bitbucket_data_center", "https://bitbucket.example.com", "https://bitbucket.example.com"),
        ("bitbucket_data_center", "https://bitbucket.example.com:7990", "https://bitbucket.example.com:7990"),
        ("bitbucket_data_center", "https://example.com:7990/bitbucket", "https://example.com:7990"),
        ("bitbucket_data_center", "http://example.com/a/b", "http://example.com"),
        ("bitbucket_server", "https://example.com:7990/bitbucket", "https://example.com:7990"),
        ("bitbucket_server_legacy", "https://example.com/bitbucket", "https://example.com"),
        ("bitbucket_hosted", "https://bitbucket.org", "https://api.bitbucket.org/2.0"),
    ],
)
def test_the_api_url_that_belongs_to_a_http_url(value, http_url, api_url):
    assert SERVICE_PROVIDERS[value].derive_api_url(http_url) == api_url


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("bitbucket_data_center", "key, secret and rsa_public_key"),
        ("bitbucket_hosted", "browser"),
        ("bitbucket_server", "bitbucket_data_center"),
        ("bitbucket_server_legacy", "bitbucket_data_center"),
    ],
)
def test_providers_without_personal_access_token_say_what_to_do_instead(value, word):
    assert word in SERVICE_PROVIDERS[value].instead


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://github.com", "github"),
        ("https://GitHub.com/", "github"),
        ("http://github.com:80", "github"),
        ("https://www.github.com/acme", "github"),
        ("https://api.github.com", "github"),
        ("https://gitlab.com", "gitlab_hosted"),
        ("https://gitlab.com/api/v4", "gitlab_hosted"),
        ("https://www.gitlab.com", "gitlab_hosted"),
        ("https://dev.azure.com/acme", "ado_services"),
        ("https://bitbucket.org", "bitbucket_hosted"),
        ("https://api.bitbucket.org/2.0", "bitbucket_hosted"),
        ("https://ghe.example.com", None),
        ("https://acme.ghe.com", None),
        ("https://notgithub.com", None),
        ("https://github.com.example.com", None),
        ("https://example.com/github.com", None),
        ("https://mygitlab.com", None),
        ("https://gitlab.example.com", None),
        ("https://ado.example.com", None),
        ("", None),
    ],
)
def test_owner_of_a_url(url, owner):
    assert owner_of(url) == owner


@pytest.mark.parametrize("value", [value for value, provider in SERVICE_PROVIDERS.items() if provider.http_url])
def test_the_default_urls_of_a_provider_belong_to_it(value):
    provider = SERVICE_PROVIDERS[value]
    assert provider.http_url is not None
    assert owner_of(provider.http_url) == value
    assert owner_of(provider.derive_api_url(provider.http_url)) == value


# -- tokens. All are made up: nobody issues such tokens.

GITHUB = ("github_pat_", "ghp_", "gho_", "ghu_", "ghr_")
GITLAB = ("glpat-", "gloas-", "gldt-", "glrt-", "glrtr-", "glptt-", "glft-", "glimt-", "glagent-", "glwt-", "glsoat-",
          "glffct-")  # fmt: skip
PREFIXES = {
    "github": GITHUB,
    "github_enterprise": GITHUB,
    "gitlab_hosted": GITLAB,
    "gitlab_community_edition": GITLAB,
    "gitlab_enterprise_edition": GITLAB,
    "ado_server": (),
    "ado_services": (),
}


#: Tokens of the provider that are no access tokens, and what they are.
OTHER_KINDS = {
    "ghr_": "refresh token",
    "glagent-": "agent for Kubernetes",
    "gldt-": "deploy token",
    "glffct-": "feature flags",
    "glft-": "feed token",
    "glimt-": "incoming mail",
    "gloas-": "OAuth application",
    "glptt-": "trigger token",
    "glrt-": "runner",
    "glrtr-": "runner",
    "glsoat-": "SCIM",
    "glwt-": "workspace of GitLab",
}


@pytest.mark.parametrize("prefix", [prefix for prefix in (*GITHUB, *GITLAB) if prefix not in OTHER_KINDS])
@pytest.mark.parametrize("value", PREFIXES)
def test_a_token_of_another_provider_is_refused_and_not_repeated(value, prefix):
    problem = SERVICE_PROVIDERS[value].token_problem(prefix + "x" * 36)
    if prefix in PREFIXES[value]:
        assert problem is None
        return
    assert ("a token of GitHub" if prefix in GITHUB else "a token of GitLab") in problem
    assert f"service_provider={value} needs" in problem
    assert "xxx" not in problem


@pytest.mark.parametrize("value", PREFIXES)
@pytest.mark.parametrize("token", ["x" * 40, "acme-glpat-" + "x" * 20, "company_" + "x" * 20, "x" * 52, ""])
def test_a_token_whose_prefix_nobody_else_has_can_be_of_any_provider(value, token):
    """Of a self-managed GitLab with a prefix of its own, of Azure DevOps, of an old GitHub Enterprise Server."""
    assert SERVICE_PROVIDERS[value].token_problem(token) is None


@pytest.mark.parametrize("prefix", OTHER_KINDS)
@pytest.mark.parametrize("value", PREFIXES)
def test_a_token_that_is_no_access_token_is_refused_with_its_kind(value, prefix):
    problem = SERVICE_PROVIDERS[value].token_problem(prefix + "x" * 36)
    assert OTHER_KINDS[prefix] in problem
    assert "Create a personal" in problem
    assert "xxx" not in problem


@pytest.mark.parametrize(("prefix", "word"), [("ghs_", "GITHUB_TOKEN"), ("glcbt-", "CI_JOB_TOKEN")])
@pytest.mark.parametrize("value", PREFIXES)
def test_a_token_of_a_ci_job_is_refused_for_every_provider(value, prefix, word):
    problem = SERVICE_PROVIDERS[value].token_problem(prefix + "x" * 36)
    assert word in problem
    assert "Create a personal" in problem
    assert "xxx" not in problem
