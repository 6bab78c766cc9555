# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of server that the sandbox can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .personality import Personality

if TYPE_CHECKING:
    from collections.abc import Mapping

_TFE = {"tfp-api-version": "2.6", "tfp-appname": "Terraform Enterprise"}
_SCOPES = frozenset({"organization-scoped", "projects", "agent-pool"})
_OLDER_TFE = {
    "pat_in_patch": "ignored",
    "registry_module_connection": "ignored",
    "repository_check": "no_route",
    "has_registry_components": False,
    "has_vcs_events": False,
}
_CLIENTS = frozenset({"list_clients", "create_client", "show_client", "delete_client"})
_AROUND = frozenset(
    {
        "ping",
        "discovery",
        "list_organizations",
        "create_organization",
        "show_organization",
        "list_agent_pools",
        "show_agent_pool",
        "list_workspaces",
        "show_workspace",
        "show_workspace_by_name",
    }
)
_PROJECTS = frozenset({"list_projects", "show_project"})
_TOKENS = frozenset({"list_tokens_of_client", "show_token", "patch_token", "delete_token"})

PERSONALITIES: Mapping[str, Personality] = {
    personality.name: personality
    for personality in (
        Personality(
            "hcp",
            "HCP Terraform today",
            {"tfp-api-version": "2.6", "tfp-appname": "HCP Terraform"},
        ),
        Personality(
            "tfe",
            "Terraform Enterprise today: no ado-org-name",
            _TFE | {"x-tfe-current-version": "2.1.0"},
            lacks=frozenset({"ado-org-name"}),
            settled={"has_registry_components": False},
        ),
        Personality(
            "tfe-before-rotation",
            "Terraform Enterprise before 1.1.0: a personal access token in a PATCH is ignored with 200",
            _TFE | {"x-tfe-version": "v202505-1"},
            lacks=frozenset({"ado-org-name", "affected-workspaces"}),
            settled=_OLDER_TFE,
        ),
        Personality(
            "tfe-before-scoping",
            "Terraform Enterprise before v202404: no organization-scoped, projects or agent-pool",
            _TFE | {"x-tfe-version": "v202312-1"},
            lacks=frozenset({"ado-org-name", "affected-workspaces"}) | _SCOPES,
            settled=_OLDER_TFE,
        ),
        Personality(
            "otf",
            "OTF 0.6: no PATCH, projects or OAuth tokens, text for what does not exist, 403 for what is forbidden",
            {"TFP-API-Version": "2.5"},
            settled={"page_announcement": "meta_only"},
            endpoints=_CLIENTS | _AROUND,
            unpaged=frozenset({"list_clients"}),
            missing_route="text",
            demands_media_type=False,
            limits_rate=False,
            errors="reason_phrases",
            forbidden_status=403,
            unknown_organization="empty",
            shows_links=False,
            sorts_by_name=True,
            lacks=frozenset({"ado-org-name", "affected-workspaces"}) | _SCOPES,
            fixed_attributes=dict.fromkeys(
                ("callback-url", "connect-path", "key", "secret", "rsa-public-key", "service-provider-display-name"), ""
            ),
            providers=frozenset(
                {
                    "forgejo",
                    "github",
                    "github_enterprise",
                    "gitlab_hosted",
                    "gitlab_community_edition",
                    "gitlab_enterprise_edition",
                }
            ),
            unknown_provider_status=500,
            required_attributes=("oauth-token-string", "service-provider", "api-url", "http-url"),
            may_be_blank=frozenset({"oauth-token-string", "api-url", "http-url"}),
            crashing_attributes=frozenset({"private-key", "secret", "rsa-public-key"}),
            checks_clients=False,
            client_id_prefix="vcs",
            token_shares_client_id=True,
            completes_urls=True,
            empty_name_is_null=True,
            readers_may_read=True,
        ),
        Personality(
            "terrence",
            "Terrence: no created-at, personal access tokens are dropped, 409 for the DELETE of a client in use",
            {"TFP-API-Version": "2.5.0"},
            settled={
                "created_at": "missing",
                "pat_in_create": "dropped",
                "pat_in_patch": "ignored",
                "fixed_attributes_in_patch": "changed",
                "foreign_project_in_create": "rejected",
            },
            endpoints=_CLIENTS | _AROUND | _PROJECTS | _TOKENS | {"patch_client", "attach_projects", "detach_projects"},
            unpaged=frozenset({"list_clients"}),
            demands_media_type=False,
            limits_rate=False,
            lacks=frozenset({"ado-org-name", "affected-workspaces", "key"}),
            providers=frozenset(
                {
                    "github",
                    "gitlab",
                    "bitbucket",
                    "github_enterprise",
                    "gitlab_ce",
                    "gitlab_ee",
                    "azure_devops_server",
                    "bitbucket_data_center",
                }
            ),
            required_attributes=("name", "service-provider"),
            checks_clients=False,
            lists_tokens=False,
            keeps_clients_in_use=True,
        ),
        Personality(
            "terrarun",
            "Terrarun: 200 with null for a DELETE, personal access tokens are dropped, times in whole seconds",
            {"tfp-api-version": "2.5"},
            settled={"created_at": "seconds", "pat_in_create": "dropped", "pat_in_patch": "ignored"},
            endpoints=_CLIENTS | _AROUND | _PROJECTS | {"patch_client", "list_authorized_repos"},
            unpaged=frozenset({"list_clients"}),
            demands_media_type=False,
            limits_rate=False,
            media_type="application/json",
            errors="empty",
            lacks=frozenset({"ado-org-name", "affected-workspaces"}) | _SCOPES,
            fixed_attributes={"secret": None},
            providers=frozenset(
                {
                    "github",
                    "github_enterprise",
                    "gitlab_hosted",
                    "gitlab_community_edition",
                    "gitlab_enterprise_edition",
                    "ado_server",
                }
            ),
            unknown_provider_status=500,
            required_attributes=("service-provider", "http-url", "api-url"),
            patchable=frozenset({"name", "key", "secret"}),
            checks_clients=False,
            create_status=200,
            deleted_answer="null",
        ),
    )
}
