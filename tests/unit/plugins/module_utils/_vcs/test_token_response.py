# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the answers of VCS hosts say about a personal access token: a table of answers as the hosts document them."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import token_response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_question import Question
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.token_response import Answer, TokenStatus

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
PROXY_PAGE = "<html><head><title>Login to the corporate proxy</title></head><body>Authenticate</body></html>"
AZURE_SIGN_IN = "<html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>"
AZURE_EXPIRED = "<html><body>Access Denied: The Personal Access Token used has expired.</body></html>"
USER = {"login": "acme-bot", "id": 1, "type": "User"}
ANONYMOUS = {"id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "providerDisplayName": "Anonymous", "properties": {}}
BAD_CREDENTIALS = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}


def gitlab(**more):
    token = {"id": 4, "revoked": False, "scopes": ["api"], "user_id": 24, "active": True, "expires_at": None}
    return {**token, **more}


def azure(**more):
    account = {"Account": {"$type": "System.String", "$value": "bot@example.com"}}
    return {"authenticatedUser": {"id": "b1", "providerDisplayName": "Bot", "properties": account, **more}}


def read(provider, status, headers, body="", *, endpoint=0, organization=None):
    check = SERVICE_PROVIDERS[provider].token_check
    question = Question(check, URLS[provider], PAT, organization)
    text = body if isinstance(body, str) else json.dumps(body)
    return token_response.read(question, check.endpoints[endpoint], Answer(status, headers, text), NOW)


#: Provider, status, headers, body: what it means, as far as it is known.
ACCEPTED = {
    "GitHub, classic, expires": (
        (
            "github",
            200,
            {
                **JSON,
                "x-oauth-scopes": "admin:repo_hook, repo",
                "github-authentication-token-expiration": "2026-12-31 23:59:59 UTC",
            },
            USER,
        ),
        {
            "login": "acme-bot",
            "scopes": ("admin:repo_hook", "repo"),
            "missing_scopes": (),
            "expires_at": "2026-12-31T23:59:59Z",
            "days_left": 35,
        },
    ),
    "GitHub, classic, never expires": (
        ("github", 200, {**JSON, "x-oauth-scopes": "repo"}, USER),
        {"scopes": ("repo",), "expires_at": None, "days_left": None},
    ),
    "GitHub, classic, without any scope": (
        ("github", 200, {**JSON, "x-oauth-scopes": ""}, USER),
        {"scopes": (), "missing_scopes": ("repo",)},
    ),
    "GitHub, classic, parts of the scope": (
        ("github", 200, {**JSON, "x-oauth-scopes": "public_repo, repo:status"}, USER),
        {"missing_scopes": ("repo",)},
    ),
    "GitHub, fine-grained, with an offset": (
        ("github", 200, {**JSON, "github-authentication-token-expiration": "2026-12-01 00:00:00 +0200"}, USER),
        {"scopes": None, "missing_scopes": None, "expires_at": "2026-11-30T22:00:00Z", "days_left": 4},
    ),
    "GitHub, an offset with a colon to the west": (
        ("github", 200, {**JSON, "github-authentication-token-expiration": "2026-12-01 00:00:00 -07:00"}, USER),
        {"expires_at": "2026-12-01T07:00:00Z"},
    ),
    "GitHub, an expiry that is no date": (
        ("github", 200, {**JSON, "github-authentication-token-expiration": "soon"}, USER),
        {"expires_at": None, "days_left": None},
    ),
    "GitHub, a date that does not exist": (
        ("github", 200, {**JSON, "github-authentication-token-expiration": "2026-02-30 00:00:00 UTC"}, USER),
        {"expires_at": None},
    ),
    "GitHub Enterprise Server, without the header": (
        ("github_enterprise", 200, {**JSON, "x-oauth-scopes": "repo"}, USER),
        {"login": "acme-bot", "expires_at": None},
    ),
    "GitLab, a date without time is its first second": (
        ("gitlab_hosted", 200, JSON, gitlab(expires_at="2026-12-31")),
        {
            "scopes": ("api",),
            "missing_scopes": (),
            "expires_at": "2026-12-31T00:00:00Z",
            "days_left": 34,
            "login": None,
        },
    ),
    "GitLab, tomorrow": (("gitlab_hosted", 200, JSON, gitlab(expires_at="2026-11-27")), {"days_left": 0}),
    "GitLab, never": (("gitlab_community_edition", 200, JSON, gitlab()), {"expires_at": None, "days_left": None}),
    "GitLab, another scope": (
        ("gitlab_enterprise_edition", 200, JSON, gitlab(scopes=["read_api"])),
        {"missing_scopes": ("api",)},
    ),
    "Azure DevOps Services": (
        ("ado_services", 200, JSON, azure()),
        {"login": "bot@example.com", "scopes": None, "missing_scopes": None, "expires_at": None},
    ),
    "Azure DevOps Server, without account": (("ado_server", 200, JSON, azure(properties={})), {"login": "Bot"}),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case):
    answer, expected = ACCEPTED[case]
    status = read(*answer)
    assert (status.status, status.reason) == ("ok", None)
    assert {name: getattr(status, name) for name in expected} == expected


@pytest.mark.parametrize("scopes", [None, (), ("repo", "user")], ids=["unknown", "none", "two"])
def test_results_have_lists_of_scopes_or_null(scopes):
    known = TokenStatus("ok", "a reason", "acme-bot", scopes, scopes, "2026-12-24T00:00:00Z", 27)
    assert known.public() == {
        "status": "ok",
        "reason": "a reason",
        "login": "acme-bot",
        "scopes": None if scopes is None else list(scopes),
        "missing_scopes": None if scopes is None else list(scopes),
        "expires_at": "2026-12-24T00:00:00Z",
        "days_left": 27,
    }


@pytest.mark.parametrize("status", [100, 199, 201, 204, 206])
def test_only_a_200_accepts_a_token(status):
    assert read("github", status, JSON, USER).status == "unknown"


def test_gitlab_before_15_5_is_asked_for_the_user():
    check = SERVICE_PROVIDERS["gitlab_community_edition"].token_check
    assert [endpoint.path for endpoint in check.endpoints] == ["/personal_access_tokens/self", "/user"]
    for status, lacks in (
        (200, False),
        (400, True),
        (401, False),
        (403, False),
        (404, True),
        (405, True),
        (500, False),
    ):
        assert token_response.lacks_endpoint(Answer(status, JSON, "{}")) is lacks
    found = read("gitlab_community_edition", 200, JSON, {"id": 24, "username": "acme-bot"}, endpoint=1)
    assert (found.status, found.login, found.scopes, found.expires_at) == ("ok", "acme-bot", None, None)


def test_gitlab_token_without_the_scope_to_be_asked_about_is_no_refusal():
    body = {
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges.",
        "scope": "api",
    }
    status = read("gitlab_hosted", 403, JSON, body, endpoint=1)
    assert (status.status, status.missing_scopes, status.scopes) == ("ok", ("api",), None)


REFUSED = {
    "GitHub": ("github", 401, JSON, BAD_CREDENTIALS),
    "GitHub Enterprise Server": ("github_enterprise", 401, JSON, BAD_CREDENTIALS),
    "GitHub, single sign-on": (
        "github",
        403,
        {**JSON, "x-github-sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=A1"},
        {"message": "Resource protected by organization SAML enforcement."},
    ),
    "GitLab, wrong": ("gitlab_hosted", 401, JSON, {"message": "401 Unauthorized"}),
    "GitLab, revoked": (
        "gitlab_hosted",
        401,
        JSON,
        {"error": "invalid_token", "error_description": "Token was revoked."},
    ),
    "GitLab, expired": (
        "gitlab_hosted",
        401,
        JSON,
        {"error": "invalid_token", "error_description": "Token is expired."},
    ),
    "GitLab, reported as revoked": ("gitlab_hosted", 200, JSON, gitlab(revoked=True, active=False)),
    "GitLab, reported as inactive": ("gitlab_hosted", 200, JSON, gitlab(active=False)),
    "GitLab, reported as expired": ("gitlab_hosted", 200, JSON, gitlab(active=False, expires_at="2026-11-01")),
    "Azure DevOps Server, 401 of IIS": (
        "ado_server",
        401,
        {**HTML, "www-authenticate": "Negotiate, NTLM"},
        "<html>401</html>",
    ),
    "Azure DevOps Server, 401 without a body": ("ado_server", 401, {}, ""),
}
AZURE_REFUSALS = {
    "401": (401, {"www-authenticate": 'Basic realm="https://tfsprodcus1.app.visualstudio.com/"'}, ""),
    "401 with a page of its own": (401, {**HTML, "x-tfs-processid": "5f0c"}, "<html>401</html>"),
    "401, expired": (401, HTML, AZURE_EXPIRED),
    "203 with the sign-in page": (203, HTML, AZURE_SIGN_IN),
    "302 to the sign-in page": (
        302,
        {"location": "https://spsprodcus1.vssps.visualstudio.com/_signin?realm=dev.azure.com"},
        "",
    ),
    "302 to the sign-in page of Microsoft": (302, {"location": "https://login.microsoftonline.com/common/oauth2"}, ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_the_host_itself(case):
    answer = REFUSED[case]
    status = read(*answer)
    assert status.status == "refused"
    assert URLS[answer[0]].startswith(status.reason.split()[0])
    for word in ("revoked", "expired"):
        if case.endswith(word):
            assert f"is {word}." in status.reason


@pytest.mark.parametrize("case", AZURE_REFUSALS)
def test_azure_devops_refuses_in_many_ways(case):
    """Without the organization it can be a token of another one that was asked for at the wrong place."""
    assert read("ado_services", *AZURE_REFUSALS[case], organization="example").status == "refused"
    assert read("ado_server", *AZURE_REFUSALS[case]).status == "refused"
    whole = read("ado_services", *AZURE_REFUSALS[case])
    assert whole.status == "unknown"
    assert "ado_org_name" in whole.reason


#: Answers that say nothing about the token, whoever gave them.
NOTHING_CERTAIN = {
    "proxy page, 200": (200, HTML, PROXY_PAGE),
    "proxy page, 401": (401, HTML, PROXY_PAGE),
    "proxy page, 403": (403, HTML, PROXY_PAGE),
    "proxy page, 203": (203, HTML, "<html><head><title>Blocked</title></head></html>"),
    "401 as text": (401, {"content-type": "text/plain"}, "unauthorized"),
    "401 with an empty document": (401, JSON, "{}"),
    "401 with a list": (401, JSON, "[]"),
    "redirect to a login": (302, {"location": "https://proxy.example.com/signin?back=dev.azure.com"}, ""),
    "redirect to nowhere": (302, {}, ""),
    "permanent redirect": (301, {"location": "https://vcs.example.org/user"}, ""),
    "proxy wants a password": (407, HTML, PROXY_PAGE),
    "not found": (404, JSON, {"message": "Not Found"}),
    "another document": (200, JSON, {"data": []}),
    "a list": (200, JSON, "[]"),
    "no body": (200, JSON, ""),
    "no content": (204, {}, ""),
    "a good body with another status": (203, JSON, {**USER, **gitlab(), **azure()}),
    "forbidden": (403, JSON, {"message": "The organization has an IP allow list enabled."}),
    "single sign-on, of parts": (403, {**JSON, "x-github-sso": "partial-results; organizations=1"}, {"message": "x"}),
    "too many logins": (403, JSON, {"message": "Maximum number of login attempts exceeded. Please try again later."}),
    "rate limit": (403, {**JSON, "x-ratelimit-remaining": "0"}, {"message": "API rate limit exceeded"}),
    "secondary rate limit": (403, {**JSON, "retry-after": "60"}, {"message": "You have exceeded a limit"}),
    **{str(status): (status, JSON, {"message": "x"}) for status in (400, 405, 408, 418, 429, 500, 502, 503, 504, 520)},
}


@pytest.mark.parametrize("provider", URLS)
@pytest.mark.parametrize("case", NOTHING_CERTAIN)
def test_unknown_and_never_refused(provider, case):
    for endpoint in range(len(SERVICE_PROVIDERS[provider].token_check.endpoints)):
        status = read(provider, *NOTHING_CERTAIN[case], endpoint=endpoint, organization="example")
        assert status.status == "unknown"
        assert status.reason.startswith(URLS[provider].split("/api")[0].removesuffix("/tfs"))
        assert status.reason.endswith(".")
        assert (status.scopes, status.expires_at, status.days_left) == (None, None, None)


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Token is expired.", "it is expired."),
        ("Token was REVOKED.", "it is revoked."),
        ("Token was revoked or is expired.", "it is wrong, expired or revoked."),
        ("The access token is invalid.", "it is wrong, expired or revoked."),
    ],
)
def test_a_reason_is_given_only_if_the_host_gives_one(description, reason):
    found = read("gitlab_hosted", 401, JSON, {"error": "invalid_token", "error_description": description})
    assert found.reason == f"https://gitlab.com refuses it: 401, {reason}"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (HTML, "Sign in to your account", "refused"),
        ({}, f"\n{AZURE_SIGN_IN}", "refused"),
        ({}, "Sign in to your account", "unknown"),
        (JSON, {"message": "Sign in to your account"}, "unknown"),
    ],
)
def test_only_a_page_can_be_the_one_to_sign_in(headers, body, status):
    assert read("ado_server", 203, headers, body).status == status


#: What counts only with the status that the host gives it, and some other ones.
OF_ONE_STATUS = [
    ("github", {**HTML, "x-github-sso": "required; url=x"}, "<html></html>", 403, (401, 402, 404, 429)),
    ("gitlab_hosted", JSON, {"error": "insufficient_scope"}, 403, (400, 402, 404, 500)),
    ("ado_server", HTML, AZURE_SIGN_IN, 203, (202, 204, 302, 400, 403, 500)),
    ("ado_server", {"location": "https://login.live.com/x"}, "", 302, (301, 303, 307, 204, 404)),
]


@pytest.mark.parametrize(("provider", "headers", "body", "meant", "others"), OF_ONE_STATUS)
def test_an_answer_counts_only_with_the_status_that_the_host_gives_it(provider, headers, body, meant, others):
    assert read(provider, meant, headers, body).status != "unknown"
    assert {read(provider, status, headers, body).status for status in others} == {"unknown"}


TOO_MANY = "too many requests. Try again later."
PROBLEM = "it has a problem, or a proxy in front of it. Try again later."
REDIRECT = "a redirect. The token is not sent anywhere else."
NO_API = "this is not the API of the VCS provider."
NOTHING = "which says nothing certain about the token."


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (429, {}, "", TOO_MANY),
        (403, {"x-ratelimit-remaining": "0"}, "", TOO_MANY),
        (403, {"retry-after": "60"}, "", TOO_MANY),
        (403, {}, "API Rate Limit exceeded", TOO_MANY),
        (403, {"x-ratelimit-remaining": "59"}, "Forbidden", NOTHING),
        (403, {}, "", NOTHING),
        (404, {"x-ratelimit-remaining": "0", "retry-after": "60"}, "rate limit", NO_API),
        (418, {"x-ratelimit-remaining": "0", "retry-after": "60"}, "rate limit", NOTHING),
        *((status, {}, "", PROBLEM) for status in (500, 501, 503, 520)),
        *((status, {}, "", REDIRECT) for status in (300, 301, 302, 399)),
        *((status, {}, "", NO_API) for status in (400, 404, 405)),
        *((status, {}, "", NOTHING) for status in (100, 204, 299, 402, 406, 408, 428, 430, 499)),
        (401, {}, "Unauthorized", "a proxy or gateway may have answered in its place."),
        (401, {"retry-after": "60"}, "Unauthorized", "a proxy or gateway may have answered in its place."),
        (407, {}, "", "a proxy wants a user name and password"),
    ],
)
def test_what_to_do_about_an_answer_that_says_nothing_about_the_token(status, headers, body, words):
    found = read("github", status, headers, body)
    assert found.status == "unknown"
    assert words in found.reason
    assert str(status) in found.reason


def test_a_proxy_that_removes_the_token_is_no_refusal_of_github():
    assert read("github", 401, JSON, {"message": "Requires authentication"}).status == "unknown"


def test_azure_devops_that_recognizes_nobody_has_not_accepted_the_token():
    assert read("ado_services", 200, JSON, {"authenticatedUser": ANONYMOUS}, organization="example").status == "unknown"


@pytest.mark.parametrize("identity", ["00000000-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff"])
def test_azure_devops_that_recognizes_anybody_has_accepted_the_token(identity):
    assert read("ado_services", 200, JSON, azure(id=identity), organization="example").status == "ok"


def test_reasons_repeat_nothing_that_the_host_says():
    """A host could echo the token, or half of it."""
    for provider in URLS:
        for status in (200, 203, 302, 400, 401, 403, 404, 429, 500):
            headers = {**JSON, "location": f"https://x.visualstudio.com/{PAT}", "x-github-sso": f"required; url={PAT}"}
            for body in ({"message": PAT[:9]}, {"error": PAT[:9]}, PAT):
                assert PAT[:9] not in (read(provider, status, headers, body).reason or "")


@pytest.mark.parametrize(("login", "shown"), [(" bot ", "bot"), ("b" * 100, "b" * 100), ("b" * 101, "b" * 100)])
def test_a_login_is_one_short_word(login, shown):
    assert read("github", 200, JSON, {"login": login}).login == shown


@pytest.mark.parametrize(
    ("expires_at", "expected", "days_left"),
    [
        ("2026-12-01 00:00:00 +0530", "2026-11-30T18:30:00Z", 4),
        ("2026-12-01 00:00:00 -03:30", "2026-12-01T03:30:00Z", 4),
        ("2026-12-01 00:00:00 -00:30", "2026-12-01T00:30:00Z", 4),
        ("2026-12-01T00:00:00.999Z", "2026-12-01T00:00:00Z", 4),
        ("2026-11-27 11:59:59 UTC", "2026-11-27T11:59:59Z", 0),
        ("2026-11-27 12:00:00 UTC", "2026-11-27T12:00:00Z", 1),
        ("2026-11-26 12:00:00 UTC", "2026-11-26T12:00:00Z", 0),
        ("2026-11-26 11:59:59 UTC", "2026-11-26T11:59:59Z", -1),
        ("0001-01-01 00:00:00 +0100", None, None),
        (1793620800, None, None),
    ],
)
def test_when_a_token_expires(expires_at, expected, days_left):
    found = read("gitlab_hosted", 200, JSON, gitlab(expires_at=expires_at))
    assert (found.expires_at, found.days_left) == (expected, days_left)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"expires_at": "2026-11-26"}, "expired"),
        ({"expires_at": "2026-11-27"}, "no longer active"),
        ({"expires_at": "2026-12-31"}, "no longer active"),
        ({"expires_at": None}, "no longer active"),
        ({"expires_at": None, "revoked": None}, "no longer active"),
        ({"expires_at": "2026-11-01", "revoked": True}, "revoked"),
    ],
)
def test_why_a_token_of_gitlab_is_dead(values, word):
    found = read("gitlab_hosted", 200, JSON, gitlab(active=False, **values))
    assert (found.status, found.reason) == ("refused", f"https://gitlab.com reports that it is {word}.")


@pytest.mark.parametrize("login", ["", "two\nlines", 7, None, {"a": 1}, "\x1b[31m"])
def test_a_login_that_is_none(login):
    document = azure(properties={"Account": {"$value": login}}, providerDisplayName=login)
    assert read("ado_server", 200, JSON, document).login is None


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
