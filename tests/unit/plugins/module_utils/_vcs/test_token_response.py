# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the responses of VCS hosts say about a personal access token that is accepted, and what remains unknown."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import token_response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.response import Response
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from utils.vcs_responses import JSON, PAT, URLS, USER, azure, gitlab, read

ANONYMOUS = {"id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "providerDisplayName": "Anonymous", "properties": {}}

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
    "GitLab, fine-grained": (
        ("gitlab_hosted", 200, JSON, gitlab(scopes=["granular"], expires_at="2026-12-31")),
        {"scopes": ("granular",), "missing_scopes": None, "days_left": 34},
    ),
    "GitLab, a scope of that name among others": (
        ("gitlab_hosted", 200, JSON, gitlab(scopes=["granular", "read_api"])),
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
    response, expected = ACCEPTED[case]
    status = read(*response)
    assert (status.status, status.reason) == ("ok", None)
    assert {name: getattr(status, name) for name in expected} == expected


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
        assert token_response.lacks_endpoint(Response(status, JSON, "{}")) is lacks
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


def test_a_fine_grained_token_of_gitlab_that_may_not_be_asked_about_is_no_refusal():
    """Its permissions are not scopes, so nothing is known to be missing."""
    body = {
        "error": "insufficient_granular_scope",
        "error_description": "Access denied: [Personal Access Token: Read].",
    }
    status = read("gitlab_hosted", 403, JSON, body)
    assert (status.status, status.missing_scopes, status.scopes) == ("ok", None, None)
    assert status.reason == "https://gitlab.com accepts it, but not for this request."


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
        (407, {}, "", "a proxy requires a user name and password"),
    ],
)
def test_what_to_do_about_a_response_that_says_nothing_about_the_token(status, headers, body, words):
    found = read("github", status, headers, body)
    assert found.status == "unknown"
    assert words in found.reason
    assert str(status) in found.reason


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
