# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token counts as refused only if the VCS host itself says so: a table of responses."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from utils.vcs_responses import AZURE_SIGN_IN, HTML, JSON, URLS, USER, azure, gitlab, read

PROXY_PAGE = "<html><head><title>Login to the corporate proxy</title></head><body>Authenticate</body></html>"
AZURE_EXPIRED = "<html><body>Access Denied: The Personal Access Token used has expired.</body></html>"
BAD_CREDENTIALS = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}

REFUSED = {
    "GitHub": ("github", 401, JSON, BAD_CREDENTIALS),
    "GitHub Enterprise Server": ("github_enterprise", 401, JSON, BAD_CREDENTIALS),
    "GitHub, single sign-on": (
        "github",
        403,
        {**JSON, "x-github-sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=A1"},
        {"message": "Resource protected by organization SAML enforcement."},
    ),
    "GitHub, the token of an app": ("github", 403, JSON, {"message": "Resource not accessible by integration"}),
    "GitHub, the account": ("github", 403, JSON, {"message": "Sorry. Your account was suspended."}),
    "GitHub Enterprise Server, the account": (
        "github_enterprise",
        403,
        JSON,
        {"message": "Sorry. Your account was suspended."},
    ),
    **{
        f"GitLab, the account, {number}": ("gitlab_hosted", 403, JSON, {"message": f"403 Forbidden - {text}"})
        for number, text in enumerate(
            (
                "Your account has been blocked.",
                "Your account is pending approval from your administrator and hence blocked.",
                "Your account has been deactivated by your administrator. Please log back in from a web browser.",
                "Your primary email address is not confirmed. Please check your inbox.",
                "Your password expired. Please access GitLab from a web browser to update your password.",
                "You (@bot) must accept the Terms of Service in order to perform this action.",
            )
        )
    },
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
    response = REFUSED[case]
    status = read(*response)
    assert status.status == "refused"
    assert URLS[response[0]].startswith(status.reason.split()[0])
    assert ("account" in status.reason) is ("the account" in case)
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


#: Responses that say nothing about the token, whoever gave them.
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
    "an account, of a proxy": (403, HTML, "<html><body>Your account has been blocked.</body></html>"),
    "no message": (403, JSON, {"message": None}),
    "rights": (403, JSON, {"message": "Resource not accessible by personal access token"}),
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
    ("github", JSON, {"message": "Resource not accessible by integration"}, 403, (400, 402, 404, 500)),
    ("github", JSON, {"message": "Sorry. Your account was suspended."}, 403, (400, 402, 404, 500)),
    ("gitlab_hosted", JSON, {"message": "403 Forbidden - Your account has been blocked."}, 403, (400, 402, 404, 500)),
    ("gitlab_hosted", JSON, {"error": "insufficient_scope"}, 403, (400, 402, 404, 500)),
    ("gitlab_hosted", JSON, {"error": "insufficient_granular_scope"}, 403, (400, 402, 404, 500)),
    ("ado_server", HTML, AZURE_SIGN_IN, 203, (202, 204, 302, 400, 403, 500)),
    ("ado_server", {"location": "https://login.live.com/x"}, "", 302, (301, 303, 307, 204, 404)),
]


@pytest.mark.parametrize(("provider", "headers", "body", "meant", "others"), OF_ONE_STATUS)
def test_a_response_counts_only_with_the_status_that_the_host_gives_it(provider, headers, body, meant, others):
    assert read(provider, meant, headers, body).status != "unknown"
    assert {read(provider, status, headers, body).status for status in others} == {"unknown"}


def test_a_proxy_that_removes_the_token_is_no_refusal_of_github():
    assert read("github", 401, JSON, {"message": "Requires authentication"}).status == "unknown"
