# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""How to ask a VCS host about a personal access token: what each kind of host publishes about its API.

GitHub: U(https://docs.github.com/en/rest/users/users#get-the-authenticated-user).
GitLab: U(https://docs.gitlab.com/api/personal_access_tokens/#self-inform),
U(https://docs.gitlab.com/auth/tokens/fine_grained_access_tokens/).
Azure DevOps: U(https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate).
"""

from __future__ import annotations

import base64
import typing as t
from urllib.parse import quote

from .._base import urls


class Endpoint(t.NamedTuple):
    """One read-only request, and the places of the values in its JSON response.

    ``proof`` is a key that a good response always has. ``logins`` are paths of keys; the first one that exists counts.
    ``dead`` are the keys and values of a token that no longer works. ``anonymous`` is a path of keys and the value
    there with which the host says that it recognized nobody.
    """

    path: str
    proof: str
    logins: tuple[tuple[str, ...], ...] = ()
    scopes: str | None = None
    scopes_header: str | None = None
    expires: str | None = None
    expires_header: str | None = None
    dead: tuple[tuple[str, bool], ...] = ()
    anonymous: tuple[tuple[str, ...], str] | None = None


class TokenCheck(t.NamedTuple):
    """How to ask one kind of host.

    ``headers`` makes the request headers from a token. Each of the ``endpoints`` is asked only if the host does not
    have the one before. ``needed_scopes`` are those that HCP Terraform needs. ``fine_grained`` are the scopes of a
    token with permissions in place of scopes, which cannot be compared. ``not_received`` is the message of a host that
    got no token at all. ``not_personal`` is its message for the token of an app, which expires within hours.
    ``locked_account`` are parts of its messages for a token whose owner cannot use the host at present. ``sso_header``
    names the header with which the host demands that the token is authorized for single sign-on. ``sign_in_pages`` says
    that the host responds to a bad token with the page of its sign-in. ``one_organization`` says that a token can be
    limited to one organization, so a refusal counts only where the organization is known.
    """

    headers: t.Callable[[str], dict[str, str]]
    endpoints: tuple[Endpoint, ...]
    needed_scopes: tuple[str, ...] = ()
    fine_grained: tuple[str, ...] | None = None
    not_received: str | None = None
    not_personal: str | None = None
    locked_account: tuple[str, ...] = ()
    sso_header: str | None = None
    sign_in_pages: bool = False
    one_organization: bool = False


class Question(t.NamedTuple):
    """A question about one token to one host. ``organization`` is the one of Azure DevOps."""

    check: TokenCheck
    api_url: str
    token: str
    organization: str | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"Question({self.api_url!r})"

    @property
    def origin(self) -> str:
        """The host as scheme, name and port."""
        return urls.origin(self.api_url)

    @property
    def conclusive(self) -> bool:
        """Whether a refusal means that HCP Terraform will be refused, too."""
        return bool(self.organization) or not self.check.one_organization

    @property
    def key(self) -> tuple[t.Any, ...]:
        """Equal for two questions that get the same response."""
        return (self.check, urls.normalize(self.api_url), (self.organization or "").lower(), self.token)

    def url(self, endpoint: Endpoint) -> str:
        """The address to ask at."""
        below = f"/{quote(self.organization, safe='')}" if self.organization and self.check.one_organization else ""
        return f"{urls.normalize(self.api_url)}{below}{endpoint.path}"


def _github_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}


def _gitlab_headers(token: str) -> dict[str, str]:
    return {"PRIVATE-TOKEN": token, "Accept": "application/json"}


def _azure_headers(token: str) -> dict[str, str]:
    """Basic with an empty user. The last header asks for 401 in place of a redirect to the sign-in page."""
    credentials = base64.b64encode(f":{token}".encode()).decode()
    return {
        "Authorization": f"Basic {credentials}",
        "Accept": "application/json",
        "X-TFS-FedAuthRedirect": "Suppress",
    }


GITHUB = TokenCheck(
    headers=_github_headers,
    endpoints=(
        Endpoint(
            "/user",
            proof="login",
            logins=(("login",),),
            # Absent for fine-grained tokens, whose permissions cannot be read.
            scopes_header="X-OAuth-Scopes",
            # Absent for a token that never expires, and on older servers.
            expires_header="GitHub-Authentication-Token-Expiration",
        ),
    ),
    needed_scopes=("repo",),
    # A proxy can have removed the header.
    not_received="Requires authentication",
    # GET /user is not for the tokens of GitHub App installations:
    # U(https://docs.github.com/en/rest/authentication/endpoints-available-for-github-app-installation-access-tokens).
    not_personal="Resource not accessible by integration",
    # As GitHub's own client recognizes it: U(https://github.com/octokit/octokit.rb/blob/main/lib/octokit/error.rb).
    locked_account=("Your account was suspended",),
    sso_header="X-GitHub-SSO",
)
GITLAB = TokenCheck(
    headers=_gitlab_headers,
    endpoints=(
        Endpoint(
            "/personal_access_tokens/self",
            proof="scopes",
            scopes="scopes",
            expires="expires_at",
            dead=(("revoked", True), ("active", False)),
        ),
        # Before GitLab 15.5.
        Endpoint("/user", proof="username", logins=(("username",),)),
    ),
    needed_scopes=("api",),
    fine_grained=("granular",),
    # U(https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/auth/user_access_denied_reason.rb).
    locked_account=(
        "Your account has been blocked",
        "Your account has been deactivated",
        "Your account is pending approval",
        "Your primary email address is not confirmed",
        "Your password expired",
        "must accept the Terms of Service",
    ),
)
AZURE_DEVOPS_SERVER = TokenCheck(
    headers=_azure_headers,
    endpoints=(
        Endpoint(
            "/_apis/connectionData",
            proof="authenticatedUser",
            logins=(
                ("authenticatedUser", "properties", "Account", "$value"),
                ("authenticatedUser", "providerDisplayName"),
            ),
            anonymous=(("authenticatedUser", "id"), "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"),
        ),
    ),
    sign_in_pages=True,
)
AZURE_DEVOPS_SERVICES = AZURE_DEVOPS_SERVER._replace(one_organization=True)
