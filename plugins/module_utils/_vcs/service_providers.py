# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The catalogue of service providers: one entry for each, with all rules in which they differ.

Values, URLs and rules: HashiCorp's API documentation of OAuth clients and of VCS connections,
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients).
"""

from __future__ import annotations

import typing as t

from .._base import urls
from .._base.secret_shapes import GITHUB_PREFIXES, GITLAB_PREFIXES
from .token_kinds import kind_problem
from .token_question import AZURE_DEVOPS_SERVER, AZURE_DEVOPS_SERVICES, GITHUB, GITLAB, TokenCheck

_BROWSER = (
    "Create such a connection in the settings of the organization (it ends with a step in the browser); "
    "this module finds it afterwards."
)


def _github_api(http_url: str) -> str:
    """GitHub has its API on a host of its own in the cloud, and below /api/v3 on GitHub Enterprise Server."""
    host = urls.hostname(http_url)
    if host in ("github.com", "www.github.com"):
        return "https://api.github.com"
    if host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"{http_url}/api/v3"


def _gitlab_api(http_url: str) -> str:
    return f"{http_url}/api/v4"


def _same(http_url: str) -> str:
    return http_url


def _without_path(http_url: str) -> str:
    """Bitbucket Data Center's API URL leaves out the context path that its http-url includes."""
    parts = urls.parse(http_url, "http_url")
    return f"{parts.scheme}://{parts.netloc}"


def _bitbucket_cloud_api(_http_url: str) -> str:
    return "https://api.bitbucket.org/2.0"


class ServiceProvider(t.NamedTuple):
    """One value of ``service-provider``.

    ``http_url`` is set for hosted services, which have exactly one; tenants with hosts of their own end in
    ``other_hosts``. ``organization_option`` is the option for an organization that people write into the URL's path.
    ``api_path`` is where a self-hosted provider has its API below its http-url; ``derive_api_url`` gives the api-url
    that belongs to a http-url. ``secrets`` are the options that a new connection needs; empty where the API cannot make
    one, and ``instead`` then says what to do. ``token_prefixes`` are the usual beginnings of its tokens; an
    instance can have others, or none. ``token_check`` is how to ask its hosts about a personal access token.
    """

    value: str
    display_name: str
    derive_api_url: t.Callable[[str], str]
    http_url: str | None = None
    other_hosts: str = ""
    organization_option: str = ""
    api_path: str = ""
    secrets: tuple[str, ...] = ("personal_access_token",)
    instead: str = ""
    token_prefixes: tuple[str, ...] = ()
    token_check: TokenCheck | None = None

    def url_problem(self, url: str) -> str | None:
        """Describe the problem of an http-url for this provider, and what to set instead. None if there is none."""
        if self.http_url is None:
            tail = self.api_path and url.lower().endswith(self.api_path)
            right = url[: -len(self.api_path)] if tail else ""
            return f"this is the URL of the API. Write {right}." if tail else None
        if urls.normalize(url) == urls.normalize(self.http_url):
            return None
        if self.other_hosts and urls.hostname(url).endswith(self.other_hosts):
            return None
        advice = f"the only URL of {self.display_name} is {self.http_url}. Omit http_url."
        organization = self._organization_in(url) if self.organization_option else ""
        if organization:
            advice += f" The organization is its own option: {self.organization_option}={organization}."
        return advice

    def may_mean(self, stored: str, http_url: str, organization: str | None) -> bool:
        """Whether a http-url that was stored by other means is ``http_url`` in a spelling that url_problem refuses.

        ``organization`` is the one that the connection is limited to, if any. Another one in the path is no match.
        """
        if self.http_url is None:
            return bool(self.api_path) and urls.normalize(stored) == f"{urls.normalize(http_url)}{self.api_path}"
        if owner_of(http_url) != self.value or owner_of(stored) != self.value:
            return False
        theirs = self._organization_in(stored) if self.organization_option else ""
        return not (organization and theirs) or theirs.lower() == organization.lower()

    def token_problem(self, token: str) -> str | None:
        """Describe why a token cannot be a personal access token of this provider. None if it can."""
        problem = kind_problem(token)
        if problem or token.startswith(self.token_prefixes):
            return problem
        others = (other for other in SERVICE_PROVIDERS.values() if token.startswith(other.token_prefixes))
        owner = next(others, None)
        if owner is None:
            return None
        return (
            f"it begins like a token of {owner.display_name}, but service_provider={self.value} needs a token of "
            f"{self.display_name}."
        )

    def _organization_in(self, url: str) -> str:
        """The organization in https://dev.azure.com/ORGANIZATION or, in the older form, in the host."""
        path = urls.without_scheme(url).partition("/")[2].split("/")[0]
        host, _dot, domain = urls.hostname(url).partition(".")
        return host if domain == "visualstudio.com" else path

    @property
    def takes_pat(self) -> bool:
        """Whether a personal access token makes (part of) the connection."""
        return "personal_access_token" in self.secrets


SERVICE_PROVIDERS: dict[str, ServiceProvider] = {
    provider.value: provider
    for provider in (
        ServiceProvider(
            "github",
            "GitHub",
            _github_api,
            "https://github.com",
            other_hosts=".ghe.com",
            token_prefixes=GITHUB_PREFIXES,
            token_check=GITHUB,
        ),
        ServiceProvider(
            "github_enterprise",
            "GitHub Enterprise",
            _github_api,
            api_path="/api/v3",
            token_prefixes=GITHUB_PREFIXES,
            token_check=GITHUB,
        ),
        ServiceProvider(
            "gitlab_hosted",
            "GitLab.com",
            _gitlab_api,
            "https://gitlab.com",
            token_prefixes=GITLAB_PREFIXES,
            token_check=GITLAB,
        ),
        ServiceProvider(
            "gitlab_community_edition",
            "GitLab Community Edition",
            _gitlab_api,
            api_path="/api/v4",
            token_prefixes=GITLAB_PREFIXES,
            token_check=GITLAB,
        ),
        ServiceProvider(
            "gitlab_enterprise_edition",
            "GitLab Enterprise Edition",
            _gitlab_api,
            api_path="/api/v4",
            token_prefixes=GITLAB_PREFIXES,
            token_check=GITLAB,
        ),
        ServiceProvider(
            "ado_server",
            "Azure DevOps Server",
            _same,
            secrets=("personal_access_token", "private_key"),
            token_check=AZURE_DEVOPS_SERVER,
        ),
        ServiceProvider(
            "ado_services",
            "Azure DevOps Services",
            _same,
            "https://dev.azure.com",
            organization_option="ado_org_name",
            token_check=AZURE_DEVOPS_SERVICES,
        ),
        ServiceProvider(
            "bitbucket_data_center",
            "Bitbucket Data Center",
            _without_path,
            secrets=("key", "secret", "rsa_public_key"),
            instead="It needs key, secret and rsa_public_key instead.",
        ),
        ServiceProvider(
            "bitbucket_hosted",
            "Bitbucket Cloud",
            _bitbucket_cloud_api,
            "https://bitbucket.org",
            secrets=(),
            instead=f"Bitbucket Cloud needs an OAuth consumer (key and secret). {_BROWSER}",
        ),
        ServiceProvider(
            "bitbucket_server",
            "Bitbucket Server",
            _without_path,
            secrets=(),
            instead="Bitbucket Server is no longer supported by HashiCorp: use bitbucket_data_center.",
        ),
        ServiceProvider(
            "bitbucket_server_legacy",
            "Bitbucket Server (legacy)",
            _without_path,
            secrets=(),
            instead="Bitbucket Server is no longer supported by HashiCorp: use bitbucket_data_center.",
        ),
    )
}

#: The hosts that belong to exactly one provider; the server refuses them under any other (422).
_OWNERS = {
    "github.com": "github",
    "www.github.com": "github",
    "api.github.com": "github",
    "gitlab.com": "gitlab_hosted",
    "www.gitlab.com": "gitlab_hosted",
    "dev.azure.com": "ado_services",
    "bitbucket.org": "bitbucket_hosted",
    "www.bitbucket.org": "bitbucket_hosted",
    "api.bitbucket.org": "bitbucket_hosted",
}


def owner_of(url: str) -> str | None:
    """The one provider value that a URL of a hosted service belongs to, None for any other URL."""
    host = urls.hostname(url)
    return "ado_services" if host.endswith(".visualstudio.com") else _OWNERS.get(host)
