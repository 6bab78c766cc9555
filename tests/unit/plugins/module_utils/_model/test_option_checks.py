# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of a connection that cannot work are refused before any request."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from utils.connection_options import desire, refusal
from utils.model_objects import ADO_SERVER, ADO_SERVICES, DATA_CENTER, GITHUB, GITLAB, PAT, PEM, PUBLIC_PEM

# -- refused before any request

REFUSED = [
    ("no URL", {"service_provider": "github_enterprise"}, "http_url is needed"),
    ("no URL for Bitbucket", {"service_provider": "bitbucket_data_center"}, "http_url is needed"),
    ("http_url without scheme", {**GITLAB, "http_url": "gitlab.example.com"}, "http_url"),
    ("api_url with blank", {**GITLAB, "api_url": "https://gitlab.example.com/api v4"}, "api_url"),
    (
        "github_enterprise at github.com",
        {"service_provider": "github_enterprise", "http_url": "https://GitHub.com/"},
        "service_provider=github,",
    ),
    (
        "gitlab_community_edition at gitlab.com",
        {"service_provider": "gitlab_community_edition", "http_url": "https://gitlab.com"},
        "service_provider=gitlab_hosted,",
    ),
    (
        "gitlab_enterprise_edition at gitlab.com",
        {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.com:443"},
        "service_provider=gitlab_hosted,",
    ),
    (
        "the API of gitlab.com for another host",
        {**GITLAB, "api_url": "https://gitlab.com/api/v4"},
        "api_url is at gitlab.com, which needs service_provider=gitlab_hosted,",
    ),
    (
        "the API of github.com for another host",
        {
            "service_provider": "github_enterprise",
            "http_url": "https://a.example.com",
            "api_url": "https://api.github.com",
        },
        "api_url is at api.github.com, which needs service_provider=github,",
    ),
    (
        "gitlab_hosted at github.com",
        {"service_provider": "gitlab_hosted", "http_url": "https://github.com"},
        "=github,",
    ),
    ("github at gitlab.com", {**GITHUB, "http_url": "https://gitlab.com"}, "service_provider=gitlab_hosted,"),
    (
        "ado_server at dev.azure.com",
        {"service_provider": "ado_server", "http_url": "https://dev.azure.com"},
        "service_provider=ado_services,",
    ),
    (
        "Bitbucket Cloud by token",
        {"service_provider": "bitbucket_hosted", "personal_access_token": PAT},
        "needs an OAuth consumer",
    ),
    ("Azure DevOps organization elsewhere", {**GITHUB, "ado_org_name": "my-company"}, "ado_services"),
    ("Azure DevOps organization for a server", {**ADO_SERVER, "ado_org_name": "my-company"}, "ado_services"),
    ("public key for Azure DevOps", {**ADO_SERVICES, "rsa_public_key": PUBLIC_PEM}, "bitbucket_data_center"),
    ("public key elsewhere", {**GITHUB, "rsa_public_key": PUBLIC_PEM}, "bitbucket_data_center"),
    ("Bitbucket Data Center by token", {**DATA_CENTER, "personal_access_token": PAT}, "key, secret and rsa_public_key"),
    (
        "Bitbucket Server by token",
        {**DATA_CENTER, "service_provider": "bitbucket_server", "personal_access_token": PAT},
        "use bitbucket_data_center",
    ),
    ("Azure DevOps Server without key", {**ADO_SERVER, "personal_access_token": PAT}, "private_key is needed"),
    (
        "Azure DevOps Server with an empty key",
        {**ADO_SERVER, "personal_access_token": PAT, "private_key": " \n"},
        "private_key is needed",
    ),
    ("private_key for GitHub", {**GITHUB, "personal_access_token": PAT, "private_key": PEM}, "private_key"),
    ("private_key for ado_services", {**ADO_SERVICES, "private_key": PEM}, "private_key"),
    ("key for GitHub", {**GITHUB, "key": "a-consumer-key"}, "key"),
    ("secret for GitLab", {**GITLAB, "secret": "a-consumer-secret"}, "secret"),
    ("key and secret without token", {**GITLAB, "key": "a-consumer-key", "secret": "a-consumer-secret"}, "browser"),
    ("private_key for Bitbucket", {**DATA_CENTER, "private_key": PEM}, "private_key"),
    ("an OAuth token ID as token", {**GITHUB, "personal_access_token": "ot-Yk3sVn8QdGf5uJ2M"}, "holds an ID"),
    ("an OAuth client ID as token", {**GITHUB, "personal_access_token": "oc-7hQm2LwZpX4cRt9B"}, "holds an ID"),
    ("a token that is none", {**GITHUB, "personal_access_token": "git"}, "shorter"),
    ("a token of two lines", {**GITHUB, "personal_access_token": "a-personal\naccess-token"}, "personal_access_token"),
    ("a project without name", {**GITHUB, "projects": ["prj-a", " "]}, "projects"),
    ("no scope at all", {**GITHUB, "organization_scoped": False, "projects": []}, "nobody could use"),
    (
        "no scope at all, by ID",
        {"oauth_client_id": "oc-A", "organization_scoped": False, "projects": []},
        "nobody could use",
    ),
    ("nothing to send", {**GITHUB, "update_secrets": "always"}, "nothing to send"),
    (
        "nothing to send but an empty token",
        {**GITHUB, "update_secrets": "always", "personal_access_token": "", "ssh_key": ""},
        "nothing to send",
    ),
]


@pytest.mark.parametrize(("options", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_options_that_the_server_refuses_are_refused_early(options, reason):
    error = refusal(options)
    assert (error.code, error.status, error.errors) == ("invalid_argument", None, [])
    assert reason in error.message
    secrets = (PAT, "a-consumer", PEM.splitlines()[1][:12], "ot-Yk", "oc-7h", "a-personal")
    assert not [secret for secret in secrets if secret in error.message]


@pytest.mark.parametrize(
    "options",
    [
        {**GITHUB, "personal_access_token": PAT},
        {**GITHUB, "http_url": "https://acme.ghe.com", "personal_access_token": PAT},
        {"service_provider": "github_enterprise", "http_url": "https://fooghe.com"},
        {"service_provider": "github_enterprise", "http_url": "https://github.com.example.com"},
        {**GITLAB, "http_url": "https://gitlab.com.example.com"},
        # Existing ones are found without any secret.
        ADO_SERVER,
        DATA_CENTER,
        {"service_provider": "bitbucket_hosted"},
        {**DATA_CENTER, "service_provider": "bitbucket_server_legacy"},
        # A new token for an existing connection, which has its key already.
        {**ADO_SERVER, "personal_access_token": PAT, "update_secrets": "always"},
        {**ADO_SERVER, "oauth_client_id": "oc-A", "personal_access_token": PAT},
        {**GITHUB, "update_secrets": "always", "ssh_key": PEM},
        # Projects may be attached already.
        {**GITHUB, "organization_scoped": False},
        {**GITHUB, "organization_scoped": False, "projects": ["prj-a"]},
        {**GITHUB, "organization_scoped": True, "projects": []},
        {**GITHUB, "projects": []},
        {**ADO_SERVICES, "api_url": "https://app.vssps.visualstudio.com"},
    ],
)
def test_options_that_can_be_right_are_accepted(options):
    assert desire(options).present


@pytest.mark.parametrize(
    "options",
    [
        {**GITLAB, "api_url": "https://gitlab.com/api/v4"},
        {"service_provider": "bitbucket_hosted", "personal_access_token": PAT},
        {**ADO_SERVER, "personal_access_token": PAT},
        {**GITHUB, "private_key": PEM},
        {**GITLAB, "key": "a-consumer-key", "secret": "a-consumer-secret"},
        {**GITHUB, "organization_scoped": False, "projects": []},
        {**GITHUB, "update_secrets": "always"},
    ],
)
def test_a_removal_ignores_these_problems(options):
    assert refusal(options).code == "invalid_argument"
    assert desire(options, state="absent").present is False


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"service_provider": "github_enterprise"}, "http_url is needed"),
        ({**GITLAB, "http_url": "gitlab.example.com"}, "http_url"),
    ],
)
def test_a_removal_must_identify_the_connection(options, reason):
    assert reason in refusal(options, state="absent").message


def test_the_refusal_of_a_wrong_provider_names_option_host_and_provider():
    error = refusal({"service_provider": "github_enterprise", "http_url": "https://github.com"})
    assert isinstance(error, InvalidArgument)
    for word in ("http_url", "github.com", "service_provider=github,", "github_enterprise"):
        assert word in error.message


# -- what selects a connection, and its URL


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"service_provider": "github", "http_url": "https://github.com/acme"}, ["https://github.com."]),
        ({"service_provider": "github", "http_url": "https://api.github.com"}, ["https://github.com."]),
        ({"service_provider": "github", "http_url": "https://www.github.com"}, ["https://github.com."]),
        ({"service_provider": "github", "http_url": "http://github.com"}, ["https://github.com."]),
        ({"service_provider": "github", "http_url": "https://github.com:8443"}, ["https://github.com."]),
        ({"service_provider": "github", "http_url": "https://ghe.example.com"}, ["https://github.com."]),
        ({"service_provider": "gitlab_hosted", "http_url": "https://gitlab.com/acme"}, ["https://gitlab.com."]),
        ({"service_provider": "gitlab_hosted", "http_url": "https://gitlab.com/api/v4"}, ["https://gitlab.com."]),
        (
            {"service_provider": "ado_services", "http_url": "https://dev.azure.com/example"},
            ["https://dev.azure.com.", "ado_org_name=example"],
        ),
        (
            {"service_provider": "ado_services", "http_url": "https://example.visualstudio.com"},
            ["https://dev.azure.com.", "ado_org_name=example"],
        ),
        (
            {"service_provider": "bitbucket_hosted", "http_url": "https://bitbucket.org/acme"},
            ["https://bitbucket.org."],
        ),
        (
            {"service_provider": "github_enterprise", "http_url": "https://ghe.example.com/api/v3/"},
            ["Write https://ghe.example.com."],
        ),
        (
            {"service_provider": "gitlab_enterprise_edition", "http_url": "https://git.example.com/gitlab/API/v4"},
            ["Write https://git.example.com/gitlab."],
        ),
        ({"service_provider": "github_enterprise", "http_url": "https://github.com"}, ["service_provider=github,"]),
        ({"service_provider": "ado_server", "http_url": "https://example.visualstudio.com"}, ["=ado_services,"]),
    ],
)
def test_a_url_that_is_not_that_of_the_provider_is_refused_with_the_right_one(options, words, state):
    with pytest.raises(InvalidArgument) as raised:
        desire(options, state=state)
    for word in words:
        assert word in raised.value.message


@pytest.mark.parametrize(
    "options",
    [
        {"service_provider": "github", "http_url": "https://GitHub.com./"},
        {"service_provider": "github", "http_url": "https://acme.ghe.com"},
        {"service_provider": "github_enterprise", "http_url": "https://acme.ghe.com"},
        {"service_provider": "github_enterprise", "http_url": "https://ghe.example.com/api"},
        {"service_provider": "gitlab_community_edition", "http_url": "https://git.example.com/gitlab"},
        {"service_provider": "ado_server", "http_url": "https://ado.example.com/tfs/DefaultCollection"},
    ],
)
def test_other_urls_are_not_refused(options):
    assert desire(options).http_url == options["http_url"].rstrip("/")


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "options",
    [{}, {"oauth_client_id": ""}, {"oauth_client_id": "  ", "service_provider": None}, {"name": "production"}],
)
def test_an_empty_selector_selects_nothing(options, state):
    with pytest.raises(InvalidArgument, match="Nothing selects a connection"):
        desire(options, state=state)


def test_an_empty_name_selects_no_connection_for_removal():
    assert desire(GITHUB, name="  ", ado_org_name=None, state="absent").attributes == {}
    assert desire({"service_provider": "ado_services"}, ado_org_name="", state="absent").attributes == {}


def test_the_id_of_an_oauth_token_is_no_id_of_an_oauth_client():
    with pytest.raises(InvalidArgument, match="ID of an OAuth token"):
        desire(oauth_client_id="ot-Yk3sVn8QdGf5uJ2M")


@pytest.mark.parametrize("name", ["-bad-", "bad-", "-bad", "b d", "bäd", "a" * 51, "a/b", "a.b", "a_b"])
def test_a_malformed_azure_devops_organization_is_refused(name):
    with pytest.raises(InvalidArgument, match="ado_org_name"):
        desire({"service_provider": "ado_services"}, ado_org_name=name)


@pytest.mark.parametrize("name", ["a", "A1", "my-company", "a" * 50, " padded "])
def test_names_of_azure_devops_organizations(name):
    assert desire({"service_provider": "ado_services"}, ado_org_name=name).attributes["ado_org_name"] == name.strip()


def test_match_by_name_needs_a_name():
    with pytest.raises(InvalidArgument, match="needs a name"):
        desire(GITHUB, name=" ", match_by="url_and_name")
