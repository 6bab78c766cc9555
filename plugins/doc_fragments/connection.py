# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one connection: of a whole task (oauth_client), or of each entry of a list (oauth_clients)."""

from __future__ import annotations

from textwrap import indent

# "@" stands before an option's name wherever the path to it depends on where the options are used.
# The argument spec of the same options is CONNECTION in module_utils/_arguments.py.
_OPTIONS = r"""
organization:
  description:
    - The name of the HCP Terraform or Terraform Enterprise organization, not that of an organization at the VCS
      provider.
    - If it is left out, the organization of the whole task is used, else the environment variable E(TFE_ORGANIZATION).
  type: str
state:
  description:
    - V(present) finds the connection, creates it where it is missing, and updates what is stated and differs.
    - V(absent) removes it. Workspaces that use it lose their repository, so that this is refused while there are any,
      unless O(@force=true).
  type: str
  choices: [present, absent]
  default: present
oauth_client_id:
  description:
    - Selects exactly this OAuth client of the organization. Nothing is created then.
    - O(@service_provider) and O(@http_url), if stated as well, must be those of the client.
  type: str
service_provider:
  description:
    - The VCS provider, in the terms of the API. Together with O(@http_url) it identifies the connection.
    - V(github) is github.com, GitHub Enterprise Cloud included; V(github_enterprise) is GitHub Enterprise Server.
    - V(bitbucket_hosted), V(bitbucket_server) and V(bitbucket_server_legacy) can be found and removed, not created.
    - Required unless O(@oauth_client_id) is given.
  type: str
  choices:
    - github
    - github_enterprise
    - gitlab_hosted
    - gitlab_community_edition
    - gitlab_enterprise_edition
    - ado_server
    - ado_services
    - bitbucket_data_center
    - bitbucket_hosted
    - bitbucket_server
    - bitbucket_server_legacy
http_url:
  description:
    - The URL of the VCS provider. Part of the connection's identity, compared without regard to the case of the host,
      the default port and final slashes.
    - Defaults to V(https://github.com) for V(github), V(https://gitlab.com) for V(gitlab_hosted),
      V(https://dev.azure.com) for V(ado_services) and V(https://bitbucket.org) for V(bitbucket_hosted).
      All others need it.
    - Cannot be changed for an existing OAuth client.
  type: str
api_url:
  description:
    - The URL of the VCS provider's API.
    - If it is left out, it is derived from O(@http_url).
      GitHub Enterprise Server has it at V(/api/v3) below that, GitLab at V(/api/v4), Azure DevOps at the same URL, a
      tenant of GHE.com
      at V(https://api.TENANT.ghe.com).
    - Cannot be changed for an existing OAuth client. A stated value that differs is an error, a derived one is not.
  type: str
name:
  description:
    - The display name of the connection.
    - If it is left out, the name that is there is left alone. An empty text removes it.
    - Of several connections that fit otherwise, the one with exactly this name is taken.
  type: str
match_by:
  description:
    - What identifies the connection besides O(@service_provider).
      V(url) is O(@http_url); V(url_and_name) is O(@http_url) and O(@name), so that several connections to one
      provider can live
      side by side.
    - With V(url), O(@name) is a property that is changed when it differs.
  type: str
  choices: [url, url_and_name]
  default: url
ado_org_name:
  description:
    - The Azure DevOps organization, for a personal access token that is bound to one (V(ado_services) only).
    - Part of the connection's identity when it is given. An empty text removes it.
  type: str
personal_access_token:
  description:
    - The personal access token (PAT) that the VCS provider has issued. Needed only when the connection must be
      created, or with
      O(@update_secrets=always).
    - It cannot be read back, so that a new value alone changes nothing. See O(@update_secrets).
  type: str
  aliases: [pat, oauth_token]
private_key:
  description:
    - The SSH private key that V(ado_server) needs besides O(@personal_access_token) to create a connection.
  type: str
key:
  description:
    - The consumer key of the application link (V(bitbucket_data_center) only).
  type: str
secret:
  description:
    - The private key of the application link's key pair (V(bitbucket_data_center) only).
  type: str
rsa_public_key:
  description:
    - The public key of the application link's key pair (V(bitbucket_data_center) only).
  type: str
ssh_key:
  description:
    - An SSH private key without passphrase for cloning, kept with the connection's OAuth token.
    - It is set where there is none yet, and replaced with O(@update_secrets=always).
  type: str
update_secrets:
  description:
    - Secrets cannot be read back to compare them. V(on_create) sends them only when the connection is created.
      V(always) sends them on every run, in place, which is always reported as changed.
      The OAuth-client ID and the OAuth-token ID stay, and workspaces stay linked.
  type: str
  choices: [on_create, always]
  default: on_create
organization_scoped:
  description:
    - Whether all workspaces of the organization may use the connection, or just those in O(@projects).
    - V(false) without any project is refused, since nobody could use the connection.
    - If it is left out, it is left alone. The server makes new connections available to the whole organization.
  type: bool
projects:
  description:
    - IDs or exact names of the projects whose workspaces may use the connection, in any order. It is the whole set.
    - If it is left out, the set is left alone. V([]) clears it.
  type: list
  elements: str
agent_pool:
  description:
    - ID or exact name of the agent pool through which HCP Terraform reaches a private VCS provider.
    - If it is left out, it is left alone. An empty text detaches the pool.
  type: str
  aliases: [agent_pool_id]
force:
  description:
    - Remove the connection although workspaces use it, which unlinks them from their repositories.
  type: bool
  default: false
"""


def _options(path: str) -> str:
    return _OPTIONS.replace("O(@", f"O({path}")


class ModuleDocFragment:
    # Computed, so annotated: the linters of ansible-test take plain assignments for literal texts.
    DOCUMENTATION: str = "options:\n" + indent(_options(""), "  ")

    CONNECTIONS: str = r"""
options:
  connections:
    description:
      - The connections, each with the options of one.
      - Naming the same connection twice is an error.
    type: list
    elements: dict
    required: true
    suboptions:
""" + indent(_options("connections[]."), "      ")
