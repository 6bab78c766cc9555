# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VCS providers, and the server's requirements for an OAuth client of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_GITHUB_HOSTS = frozenset({"github.com", "www.github.com", "api.github.com"})
_GITLAB_HOSTS = frozenset({"gitlab.com", "www.gitlab.com"})
_ADO_HOSTS = frozenset({"dev.azure.com", "app.vssps.visualstudio.com"})


@dataclass(frozen=True)
class ServiceProvider:
    """`only_hosts` empty means any host but the `refused_hosts`."""

    name: str
    display_name: str
    takes_pat: bool = True
    needs_credentials: bool = True
    needs_private_key: bool = False
    refused_hosts: frozenset[str] = frozenset()
    only_hosts: frozenset[str] = frozenset()
    has_vcs_organizations: bool = False


PROVIDERS: Mapping[str, ServiceProvider] = {
    provider.name: provider
    for provider in (
        ServiceProvider("github", "GitHub"),
        ServiceProvider("github_enterprise", "GitHub Enterprise", refused_hosts=_GITHUB_HOSTS),
        ServiceProvider("gitlab_hosted", "GitLab.com"),
        ServiceProvider("gitlab_community_edition", "GitLab Community Edition", refused_hosts=_GITLAB_HOSTS),
        ServiceProvider("gitlab_enterprise_edition", "GitLab Enterprise Edition", refused_hosts=_GITLAB_HOSTS),
        ServiceProvider("ado_server", "Azure DevOps Server", needs_private_key=True, has_vcs_organizations=True),
        ServiceProvider("ado_services", "Azure DevOps Services", only_hosts=_ADO_HOSTS, has_vcs_organizations=True),
        ServiceProvider("bitbucket_hosted", "Bitbucket Cloud", takes_pat=False),
        ServiceProvider("bitbucket_data_center", "Bitbucket Data Center", takes_pat=False, needs_credentials=False),
        ServiceProvider("bitbucket_server", "Bitbucket Server", takes_pat=False, needs_credentials=False),
        ServiceProvider("bitbucket_server_legacy", "Bitbucket Server", takes_pat=False, needs_credentials=False),
    )
}

_UNKNOWN = ServiceProvider("unknown", "")


def provider_called(name: object) -> ServiceProvider:
    """Providers of compatible servers, without known rules."""
    found = PROVIDERS.get(name) if isinstance(name, str) else None
    return found or replace(_UNKNOWN, name=str(name), display_name=str(name))
