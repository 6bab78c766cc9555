# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_client: find a connection, create it where it is missing, and leave it alone from then on."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._apply.settling import YOUNG
from utils.module_runner import (
    CLIENTS,
    CONSUMER_KEY,
    DATACENTER,
    LIST,
    NETWORK,
    PAT,
    PEM,
    PERMISSIONS,
    REJECTED_PAT,
    RSA_PUBLIC_KEY,
    SHOP,
    body_of_create,
)

pytest_plugins = ["utils.module_runner"]

VIEW = {
    "id",
    "organization",
    "name",
    "service_provider",
    "service_provider_display_name",
    "http_url",
    "api_url",
    "ado_org_name",
    "organization_scoped",
    "rsa_public_key",
    "callback_url",
    "connect_path",
    "created_at",
    "projects",
    "agent_pool_id",
    "oauth_token_id",
    "oauth_token_ids",
}


# -- create, again, check, diff ---------------------------------------------------------------------------------------


def test_create_lists_posts_once_and_lists_once_more(server):
    result = server.github()
    assert result.calls == [LIST, f"POST {CLIENTS}", LIST]
    assert result.writes == [("POST", CLIENTS, body_of_create())]
    client = server.one_client()
    (token,) = server.store.oauth_tokens(client)
    assert result.ids == (client.id, token.id)
    assert (result["changed"], result["action"], result["organization"]) == (True, "created", "acme")
    assert token.personal_access_token == PAT
    assert server.clock.waits == [YOUNG]


def test_create_returns_the_public_view(server):
    view = server.github(name="GitHub")["oauth_client"]
    client = server.one_client()
    (token,) = server.store.oauth_tokens(client)
    assert set(view) == VIEW
    assert view == {
        **view,
        "id": client.id,
        "organization": "acme",
        "name": "GitHub",
        "service_provider": "github",
        "service_provider_display_name": "GitHub",
        "http_url": "https://github.com",
        "api_url": "https://api.github.com",
        "ado_org_name": None,
        "organization_scoped": True,
        "created_at": client.created_at,
        "projects": [],
        "agent_pool_id": None,
        "oauth_token_id": token.id,
        "oauth_token_ids": [token.id],
    }


def test_second_run_reads_the_list_and_nothing_else(server):
    created, again = server.github(), server.github()
    assert again.calls == [LIST]
    assert (again["changed"], again["action"], again.ids) == (False, "unchanged", created.ids)
    assert again["oauth_client"] == created["oauth_client"]


def test_check_mode_predicts_a_create_with_null_ids(server):
    predicted = server.github(check=True, name="GitHub")
    assert predicted.calls == [LIST, PERMISSIONS]
    assert server.clients() == []
    assert (predicted["changed"], predicted["action"], predicted.ids) == (True, "created", (None, None))
    assert predicted["oauth_client"]["name"] == "GitHub"
    assert predicted["oauth_client"]["oauth_token_ids"] == []
    real = server.github(name="GitHub")
    assert set(predicted) == set(real)
    assert set(predicted["oauth_client"]) == set(real["oauth_client"])


def test_check_mode_returns_the_ids_of_what_exists(server):
    created, checked = server.github(), server.github(check=True)
    assert (checked["changed"], checked["action"], checked.ids) == (False, "unchanged", created.ids)
    assert checked["oauth_client"] == created["oauth_client"]


@pytest.mark.parametrize("check", [True, False])
def test_diff_of_a_create_shows_what_is_sent_and_a_placeholder_for_the_secret(server, check):
    result = server.github(diff=True, check=check, name="GitHub")
    assert result["diff"] == {
        "before": {},
        "after": {
            "name": "GitHub",
            "service_provider": "github",
            "http_url": "https://github.com",
            "api_url": "https://api.github.com",
            "personal_access_token": "(secret, never shown)",
        },
    }


def test_diff_of_an_unchanged_connection_is_empty(server):
    server.github()
    diff = server.github(diff=True)["diff"]
    assert diff["before"] == diff["after"]
    assert diff["after"]["service_provider"] == "github"


def test_no_diff_without_diff_mode(server):
    assert "diff" not in server.github()


def test_create_sends_just_what_the_task_states(server):
    result = server.github(
        name="GitHub", organization_scoped=False, projects=[SHOP, "Network"], agent_pool="datacenter", check=False
    )
    relationships = {
        "projects": {"data": [{"id": SHOP, "type": "projects"}, {"id": NETWORK, "type": "projects"}]},
        "agent-pool": {"data": {"id": DATACENTER, "type": "agent-pools"}},
    }
    expected = body_of_create(relationships, name="GitHub", organization_scoped=False)
    assert result.writes == [("POST", CLIENTS, expected)]
    assert result["oauth_client"]["projects"] == sorted([NETWORK, SHOP])
    assert result["oauth_client"]["agent_pool_id"] == DATACENTER
    again = server.github(name="GitHub", organization_scoped=False, projects=[NETWORK, SHOP], agent_pool=DATACENTER)
    assert (again.calls, again["changed"]) == ([LIST], False)


@pytest.mark.parametrize("state", [{"name": ""}, {"projects": []}, {"agent_pool": ""}, {"name": "", "projects": []}])
def test_create_leaves_out_what_is_stated_as_nothing(server, state):
    assert server.github(**state).writes == [("POST", CLIENTS, body_of_create())]
    assert server.github(**state)["changed"] is False


@pytest.mark.parametrize("alias", ["pat", "oauth_token"])
def test_aliases_of_the_personal_access_token(server, alias):
    result = server.github(personal_access_token=None, **{alias: PAT})
    assert result.writes == [("POST", CLIENTS, body_of_create())]


@pytest.mark.parametrize("spelled", [f"{PAT}\n", f"  {PAT} ", f"{PAT}\r\n", f"\t{PAT}"])
def test_white_space_around_secrets_is_not_sent(server, spelled):
    result = server.github(personal_access_token=spelled)
    assert result.writes == [("POST", CLIENTS, body_of_create())]


def test_requests_carry_the_media_type_and_the_token_alone(server):
    result = server.github()
    for request in result.requests:
        assert request.headers["Authorization"] == "Bearer fake/owner+token=for-acme"
        assert request.headers["Accept"] == request.headers["Content-Type"] == "application/vnd.api+json"
        assert request.headers["User-Agent"].startswith("ansible-hcptf.vcs/")
        assert "Cookie" not in request.headers
    assert len({request.connection for request in result.requests}) == 1


# -- which one is it --------------------------------------------------------------------------------------------------


def test_the_last_of_250_clients_is_found_with_three_list_requests(server):
    for number in range(249):
        server.store.add_client(
            "acme", "github_enterprise", f"https://ghe{number}.example.com", "https://x.example.com"
        )
    wanted = server.store.add_client("acme")
    result = server.github()
    pages = [f"GET {CLIENTS}?page%5Bnumber%5D={number}&page%5Bsize%5D=100" for number in (1, 2, 3)]
    assert (result.calls, result["changed"], result["oauth_client_id"]) == (pages, False, wanted.id)


STORED = {"github_enterprise": "/api/v3", "gitlab_community_edition": "/api/v4"}


@pytest.mark.parametrize(
    ("provider", "stored", "written"),
    [
        ("gitlab_community_edition", "https://gitlab.example.com", "https://gitlab.example.com"),
        ("gitlab_community_edition", "https://gitlab.example.com", "https://gitlab.example.com/"),
        ("gitlab_community_edition", "https://gitlab.example.com", "https://GitLab.Example.COM"),
        ("gitlab_community_edition", "https://gitlab.example.com", "HTTPS://gitlab.example.com:443//"),
        ("gitlab_community_edition", "https://gitlab.example.com", "  https://gitlab.example.com\n"),
        ("gitlab_community_edition", "https://gitlab.example.com/", "https://gitlab.example.com"),
        ("gitlab_community_edition", "https://GITLAB.example.com:443/", "https://gitlab.example.com"),
        ("gitlab_community_edition", "https://example.com/gitlab/", "https://EXAMPLE.com/gitlab"),
        ("gitlab_community_edition", "https://gitlab.example.com:8443", "https://gitlab.example.com:8443/"),
        ("github_enterprise", "http://ghe.example.com/", "http://GHE.example.com"),
        ("github_enterprise", "http://ghe.example.com:80", "http://ghe.example.com"),
    ],
)
def test_spellings_of_one_url_are_one_connection(server, provider, stored, written):
    client = server.store.add_client("acme", provider, stored, stored.rstrip("/") + STORED[provider])
    result = server.oauth_client(service_provider=provider, http_url=written, personal_access_token=PAT)
    assert (result.calls, result["changed"], result["oauth_client_id"]) == ([LIST], False, client.id)


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("https://gitlab.example.com", "http://gitlab.example.com"),
        ("https://gitlab.example.com", "https://gitlab-old.example.com"),
        ("https://gitlab.example.com", "https://gitlab.example.com.evil.example"),
        ("https://gitlab.example.com", "https://gitlab.example.com:8443"),
        ("https://example.com/gitlab", "https://example.com/GitLab"),
        ("https://example.com/gitlab", "https://example.com"),
    ],
)
def test_urls_that_are_not_the_same_are_other_connections(server, stored, written):
    server.store.add_client("acme", "gitlab_community_edition", stored, f"{stored}/api/v4", name="the other")
    result = server.oauth_client(
        service_provider="gitlab_community_edition", http_url=written, personal_access_token=PAT
    )
    assert (result["action"], len(server.clients())) == ("created", 2)


@pytest.mark.parametrize("written", ["https://gitlab.example.com/api/v4/", "https://GITLAB.example.com/api/v4"])
def test_spellings_of_one_api_url_are_equal(server, written):
    client = server.store.add_client(
        "acme", "gitlab_community_edition", "https://gitlab.example.com", "https://gitlab.example.com/api/v4"
    )
    result = server.oauth_client(
        service_provider="gitlab_community_edition", http_url="https://gitlab.example.com", api_url=written
    )
    assert (result.calls, result["changed"], result["oauth_client_id"]) == ([LIST], False, client.id)


def test_urls_are_sent_as_written_without_the_final_slash(server):
    result = server.oauth_client(
        service_provider="gitlab_community_edition",
        http_url="https://GitLab.example.com/",
        api_url="https://GitLab.example.com/api/v4/",
        personal_access_token=PAT,
    )
    attributes = result.writes[0][2]["data"]["attributes"]
    assert attributes["http-url"] == "https://GitLab.example.com"
    assert attributes["api-url"] == "https://GitLab.example.com/api/v4"


def test_plain_http_is_warned_of(server):
    result = server.oauth_client(
        service_provider="github_enterprise", http_url="http://ghe.example.com", personal_access_token=PAT
    )
    assert result["action"] == "created"
    assert "unencrypted" in result.warnings


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}/api/v2", "{}/api/v2/", " {}\n"])
def test_spellings_of_the_address(server, spelling):
    result = server.github(tfe_address=spelling.format(server.address))
    assert result.calls == [LIST, f"POST {CLIENTS}", LIST]


PEM_FLAT = PEM.replace("\n", " ").strip()
GHE, GITLAB, ADO, BITBUCKET = (f"https://{name}.example.com" for name in ("ghe", "gitlab", "ado", "bitbucket"))


@pytest.mark.parametrize(
    ("provider", "options", "attributes"),
    [
        ("github", {}, {}),
        (
            "github_enterprise",
            {"http_url": GHE},
            {"http-url": GHE, "api-url": f"{GHE}/api/v3"},
        ),
        (
            "github_enterprise",
            {"http_url": "https://acme.ghe.com"},
            {"http-url": "https://acme.ghe.com", "api-url": "https://api.acme.ghe.com"},
        ),
        (
            "github_enterprise",
            {"http_url": "https://fooghe.com"},
            {"http-url": "https://fooghe.com", "api-url": "https://fooghe.com/api/v3"},
        ),
        (
            "github_enterprise",
            {"http_url": GHE, "api_url": "https://api.example.com/v3/"},
            {"http-url": GHE, "api-url": "https://api.example.com/v3"},
        ),
        ("gitlab_hosted", {}, {"http-url": "https://gitlab.com", "api-url": "https://gitlab.com/api/v4"}),
        ("gitlab_community_edition", {"http_url": GITLAB}, {"http-url": GITLAB, "api-url": f"{GITLAB}/api/v4"}),
        (
            "gitlab_enterprise_edition",
            {"http_url": f"{GITLAB}/git"},
            {"http-url": f"{GITLAB}/git", "api-url": f"{GITLAB}/git/api/v4"},
        ),
        (
            "ado_server",
            {"http_url": ADO, "private_key": PEM},
            {"http-url": ADO, "api-url": ADO, "private-key": PEM},
        ),
        (
            "ado_server",
            {"http_url": f"{ADO}/tfs", "private_key": PEM_FLAT},
            {"http-url": f"{ADO}/tfs", "api-url": f"{ADO}/tfs", "private-key": PEM},
        ),
        ("ado_services", {}, {"http-url": "https://dev.azure.com", "api-url": "https://dev.azure.com"}),
        (
            "ado_services",
            {"ado_org_name": "example"},
            {"http-url": "https://dev.azure.com", "api-url": "https://dev.azure.com", "ado-org-name": "example"},
        ),
        (
            "bitbucket_data_center",
            {
                "http_url": f"{BITBUCKET}:7990/git",
                "personal_access_token": None,
                "key": CONSUMER_KEY,
                "secret": PEM,
                "rsa_public_key": RSA_PUBLIC_KEY,
            },
            {
                "http-url": f"{BITBUCKET}:7990/git",
                "api-url": f"{BITBUCKET}:7990",
                "oauth-token-string": None,
                "key": CONSUMER_KEY,
                "secret": PEM,
                "rsa-public-key": RSA_PUBLIC_KEY,
            },
        ),
    ],
)
def test_every_provider_is_created_and_found_again(server, provider, options, attributes):
    options = {"service_provider": provider, "personal_access_token": PAT, **options}
    created = server.oauth_client(**options)
    expected = body_of_create(service_provider=provider, **attributes)
    assert created.writes == [("POST", CLIENTS, expected)]
    assert created["action"] == "created"
    assert (created["oauth_token_id"] is None) == (provider == "bitbucket_data_center")
    again = server.oauth_client(**options)
    assert (again["changed"], again["action"], again.ids) == (False, "unchanged", created.ids)
    assert set(again.methods) == {"GET"}


@pytest.mark.parametrize("provider", ["bitbucket_hosted", "bitbucket_server", "bitbucket_server_legacy"])
def test_providers_that_the_api_cannot_connect_are_found(server, provider):
    options = {"service_provider": provider, "http_url": "https://bitbucket.org"}
    if provider != "bitbucket_hosted":
        options["http_url"] = BITBUCKET
    missing = server.oauth_client(**options)
    assert (missing.code, missing.calls) == ("invalid_argument", [LIST])
    client = server.store.add_client("acme", provider, options["http_url"], "https://api.example.com")
    found = server.oauth_client(**options)
    assert (found["changed"], found["oauth_client_id"]) == (False, client.id)


# -- several that fit -------------------------------------------------------------------------------------------------


@pytest.fixture
def two(server):
    """Two connections to github.com, made long ago."""
    return [
        server.store.add_client("acme", name=name, created_at=f"2026-01-0{day}T00:00:00.000Z")
        for day, name in enumerate(("team-a", "team-b"), 1)
    ]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{}, {"name": "team-c"}, {"state": "absent"}, {"update_secrets": "always"}])
def test_two_that_fit_are_listed_and_nothing_is_changed(server, two, options, check):
    result = server.github(check=check, **options)
    assert (result.code, result["changed"]) == ("ambiguous", False)
    for client in two:
        assert client.id in result["msg"]
        assert repr(client.name) in result["msg"]
    assert "oauth_client_id" in result["msg"]
    assert result.methods == ["GET"]
    assert server.clients() == two


def test_a_name_picks_one_of_two(server, two):
    result = server.github(name="team-b")
    assert (result.calls, result["changed"], result["oauth_client_id"]) == ([LIST], False, two[1].id)


def test_an_id_picks_one_of_two(server, two):
    result = server.oauth_client(oauth_client_id=two[0].id)
    assert (result.calls, result["changed"], result["oauth_client_id"]) == ([LIST], False, two[0].id)


def test_match_by_url_and_name_creates_a_third_beside_two(server, two):
    options = {"name": "team-c", "match_by": "url_and_name"}
    result = server.github(**options)
    assert (result["action"], len(server.clients())) == ("created", 3)
    assert result.writes == [("POST", CLIENTS, body_of_create(name="team-c"))]
    again = server.github(**options)
    assert (again.calls, again["changed"], again.ids) == ([LIST], False, result.ids)
    assert server.github(name="team-a", match_by="url_and_name")["oauth_client_id"] == two[0].id


def test_two_connections_with_one_name_cannot_be_distinguished_by_it(server):
    for _number in range(2):
        server.store.add_client("acme", name="twin", created_at="2026-01-01T00:00:00.000Z")
    assert server.github(name="twin").code == "ambiguous"
    assert server.github(name="twin", match_by="url_and_name").code == "ambiguous"


def test_unnamed_clients_and_unknown_providers_in_the_list_are_no_trouble(server):
    server.store.add_client("acme", "git_of_tomorrow", "https://tomorrow.example.com", "https://x.example.com")
    server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4", name=None)
    wanted = server.store.add_client("acme", name=None)
    assert server.github()["oauth_client_id"] == wanted.id


def test_azure_devops_organizations_are_connections_of_their_own(server):
    azure = {"service_provider": "ado_services", "personal_access_token": PAT}
    first = server.oauth_client(**azure, ado_org_name="first")
    second = server.oauth_client(**azure, ado_org_name="second")
    assert (first["action"], second["action"], len(server.clients())) == ("created", "created", 2)
    assert server.oauth_client(**azure, ado_org_name="FIRST").ids == first.ids
    assert server.oauth_client(**azure, ado_org_name="second").ids == second.ids
    assert server.oauth_client(**azure).code == "ambiguous"


def test_the_other_organizations_clients_do_not_count(server):
    server.store.add_client("globex")
    assert server.github()["action"] == "created"
    assert len(server.clients("acme")) == len(server.clients("globex")) == 1


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("pat", [None, "", " \n"])
def test_a_missing_pat_is_reported_when_a_client_must_be_created(server, pat, check):
    result = server.oauth_client(service_provider="github", personal_access_token=pat, check=check)
    assert (result.code, result["changed"], result.calls) == ("secret_missing", False, [LIST])
    assert "personal_access_token" in result["msg"]
    assert "acme" in result["msg"]


def test_no_pat_is_needed_for_a_client_that_exists(server):
    client = server.store.add_client("acme")
    result = server.oauth_client(service_provider="github")
    assert (result["changed"], result["oauth_client_id"]) == (False, client.id)


@pytest.mark.parametrize("check", [True, False])
def test_azure_devops_server_without_key_and_pat_names_both(server, check):
    result = server.oauth_client(service_provider="ado_server", http_url=ADO, check=check)
    assert result.code == "secret_missing"
    assert "personal_access_token and private_key" in result["msg"]


EARLY = {
    "github.com as enterprise": (
        {"service_provider": "github_enterprise", "http_url": "https://github.com"},
        "=github",
    ),
    "gitlab.com as community edition": (
        {"service_provider": "gitlab_community_edition", "http_url": "https://gitlab.com"},
        "gitlab_hosted",
    ),
    "gitlab.com's API": (
        {"service_provider": "gitlab_enterprise_edition", "http_url": GITLAB, "api_url": "https://gitlab.com/api/v4"},
        "gitlab_hosted",
    ),
    "Bitbucket Cloud by PAT": ({"service_provider": "bitbucket_hosted"}, "OAuth consumer"),
    "Bitbucket Data Center by PAT": (
        {"service_provider": "bitbucket_data_center", "http_url": BITBUCKET},
        "rsa_public_key",
    ),
    "Azure DevOps Server without key": ({"service_provider": "ado_server", "http_url": ADO}, "private_key"),
    "Azure DevOps Server with an empty key": (
        {"service_provider": "ado_server", "http_url": ADO, "private_key": "\n"},
        "private_key",
    ),
    "a private key for GitHub": ({"private_key": PEM}, "ado_server"),
    "an OAuth application": (
        {"key": CONSUMER_KEY, "secret": "fake-client-secret", "personal_access_token": None},
        "key",
    ),
    "a client's ID as PAT": ({"personal_access_token": "oc-7hQm2LwZpX4cRt9B"}, "ID"),
    "a token's ID as PAT": ({"personal_access_token": "ot-7hQm2LwZpX4cRt9B"}, "ID"),
    "an API token as PAT": ({"personal_access_token": "fAkE0fAkE.atlasv1.fakefakefakefake"}, "tfe_token"),
    "a short PAT": ({"personal_access_token": "git"}, "8 characters"),
    "a PAT with a line end inside": ({"personal_access_token": "fake-pat\nfake-rest"}, "control"),
    "a PAT with a space inside": ({"personal_access_token": "fake-pat fake-rest"}, "white space"),
    "a PAT with letters that no header takes": ({"personal_access_token": "fake-pät-0001"}, "characters"),
    "an API token with a line end inside": ({"tfe_token": "fake-token\nfake-rest"}, "option tfe_token"),
    "self-hosted without URL": ({"service_provider": "gitlab_enterprise_edition"}, "http_url"),
    "no URL at all": ({"http_url": "git hub"}, "http_url"),
    "another scheme": ({"http_url": "ssh://github.com"}, "http_url"),
    "a password in the URL": ({"http_url": "https://me:fake-password@github.com"}, "http_url"),
    "a query in the URL": ({"api_url": "https://api.github.com?x=1"}, "api_url"),
    "no scope": ({"organization_scoped": False, "projects": []}, "Set projects"),
    "an empty project": ({"projects": ["Network", " "]}, "projects"),
    "nothing to rotate": ({"personal_access_token": None, "update_secrets": "always"}, "personal_access_token"),
    "no organization": ({"organization": " "}, "TFE_ORGANIZATION"),
    "a path as organization": ({"organization": "acme/../globex"}, "organization"),
    "a malformed address": ({"tfe_address": "https://tfe.example.com:port"}, "tfe_address"),
    "an address with a password": ({"tfe_address": "https://me:fake-password@tfe.example.com"}, "tfe_address"),
    "an empty address": ({"tfe_address": " "}, "tfe_address"),
    "no time": ({"tfe_timeout": 0}, "tfe_timeout"),
    "retries below none": ({"tfe_max_retries": -1}, "tfe_max_retries"),
    "no such CA bundle": ({"tfe_ca_bundle": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("options", "named"), EARLY.values(), ids=EARLY)
def test_options_that_the_server_refuses_are_refused_before_any_request(server, options, named, check):
    result = server.github(**options, check=check)
    assert (result.code, result["changed"], result.calls) == ("invalid_argument", False, [])
    assert named in result["msg"]
    assert "fake-password" not in result.everything
    assert result["failure"] == {"code": "invalid_argument", "message": result["msg"], "status": None, "errors": []}


@pytest.mark.parametrize("check", [True, False])
def test_scope_without_any_project_is_refused(server, check):
    result = server.github(organization_scoped=False, check=check)
    assert (result.code, result.methods) == ("invalid_argument", ["GET"])
    assert "nobody could use" in result["msg"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"service_provider": None, "personal_access_token": None}, "one of the following is required"),
        ({"service_provider": "git_of_tomorrow"}, "git_of_tomorrow"),
        ({"match_by": "url_and_name"}, "name"),
        ({"state": "there"}, "there"),
        ({"update_secret": "always"}, "update_secret"),
    ],
)
def test_arguments_that_ansible_refuses(server, options, complaint):
    result = server.github(**options)
    assert result["failed"] is True
    assert complaint in result["msg"]
    assert result.calls == []


def test_a_pat_that_the_provider_refuses(server):
    result = server.github(personal_access_token=REJECTED_PAT)
    assert (result.code, result["failure"]["status"], result.methods) == ("rejected", 422, ["GET", "POST"])
    assert "did not accept the personal access token" in result["msg"]
    assert (result["changed"], server.clients()) == (False, [])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("missing", ["fail", "predict"])
def test_a_name_of_several_objects_is_ambiguous(server, missing, check):
    """The server takes care that there are no two, but a prediction must not call them missing if there are."""
    pools = [server.store.add_agent_pool("acme", "twin").id for _number in range(2)]
    result = server.github(agent_pool="twin", missing_in_check_mode=missing, check=check)
    assert (result.code, result.writes) == ("ambiguous", [])
    assert all(pool in result["msg"] for pool in pools)
    assert "Set agent_pool to the ID" in result["msg"]


@pytest.mark.parametrize("options", [{"projects": ["Nowhere"]}, {"agent_pool": "nowhere"}])
@pytest.mark.parametrize("check", [True, False])
def test_names_that_the_organization_does_not_have(server, options, check):
    result = server.github(**options, check=check)
    assert (result.code, result["changed"]) == ("not_found", False)
    assert "owhere" in result["msg"]
    assert "POST" not in result.methods


def test_names_and_ids_are_looked_up_once(server):
    by_name = server.github(projects=["Network", "Shop"], agent_pool="cloud", check=True)
    projects, agent_pools = (LIST.replace("oauth-clients", kind) for kind in ("projects", "agent-pools"))
    assert by_name.calls == [LIST, projects, agent_pools, PERMISSIONS]
    by_id = server.github(projects=[NETWORK], agent_pool=DATACENTER, check=True)
    assert by_id.calls == by_name.calls
    server.github(projects=[NETWORK], agent_pool=DATACENTER)
    assert server.github(projects=[NETWORK], agent_pool=DATACENTER).calls == [LIST]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("option", ["projects", "agent_pool"])
def test_an_id_of_another_organization_is_refused_before_a_create(server, option, check):
    """The real API is said to accept a foreign project and to drop it."""
    foreign = {"projects": ["prj-NotThere00000001"], "agent_pool": "apool-NotThere000000"}[option]
    result = server.github(**{option: foreign}, check=check)
    assert (result.code, result["changed"], result.writes) == ("not_found", False, [])
    assert "NotThere" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_client_with_another_spelling_of_the_url_gets_no_second_one(server, check):
    """The API stores whatever curl sends."""
    made = server.store.add_client("acme", http_url="https://github.com/acme")
    result = server.github(check=check)
    assert (result.code, result.writes) == ("ambiguous", [])
    assert f"https://github.com/acme of {made.id}" in result["msg"]
    assert server.oauth_client(oauth_client_id=made.id)["action"] == "unchanged"
    assert server.github(match_by="url_and_name", name="beside")["action"] == "created"


def test_a_name_is_the_same_in_every_unicode_form(server):
    name, other = (unicodedata.normalize(form, "Café") for form in ("NFC", "NFD"))
    assert name != other
    made = server.store.add_client("acme", name=other)
    for written in (name, other):
        result = server.github(match_by="url_and_name", name=written)
        assert (result["action"], result["oauth_client_id"]) == ("unchanged", made.id)
