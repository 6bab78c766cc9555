#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vcs_links_info
short_description: List what uses the VCS connections of organizations
version_added: 0.2.0
description:
  - Lists the VCS links of one, several or all HCP Terraform or Terraform Enterprise organizations. A VCS link is the
    reference from a workspace, policy set, registry module, stack or registry component to a VCS connection (OAuth
    client) or to a GitHub App installation. Registry components are the Stack component configurations in the private
    registry of HCP Terraform.
  - The API does not filter links by connection, so the module reads the complete lists and filters them itself. It
    needs one request for each hundred objects of a kind. If the list of registry components does not show their
    repositories, it also needs one request for each registry component.
  - If the API token cannot read one kind of object or one of several organizations, the module lists the rest, warns,
    and names the missing part in RV(unread).
author:
  - hcptf.vcs contributors (@hcptf)
extends_documentation_fragment:
  - hcptf.vcs.tfe
  - hcptf.vcs.tfe.attributes
options:
  organization:
    description:
      - The name of the HCP Terraform or Terraform Enterprise organization.
      - Defaults to the environment variable E(TFE_ORGANIZATION).
    type: str
  organizations:
    description:
      - The names of several organizations, or V(all) for every organization that the API token can see.
      - Cannot be used with O(organization).
    type: list
    elements: str
  connection:
    description:
      - Only links to this connection.
      - Select it in one way. Either by O(connection.service_provider), together with its URL, name or Azure DevOps
        organization if needed, or by one of the IDs.
    type: dict
    suboptions:
      # <generated selector-of-connection>
      oauth_client_id:
        description:
          - The OAuth client with this ID.
        type: str
      service_provider:
        description:
          - The connection to this VCS provider. A self-hosted provider needs O(connection.http_url) as well.
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
          - The URL of the VCS provider.
        type: str
      name:
        description:
          - The exact display name of the connection. Needed if several connections have the same URL.
        type: str
      ado_org_name:
        description:
          - The Azure DevOps organization (V(ado_services) only).
        type: str
      oauth_token_id:
        description:
          - The connection with this OAuth token.
        type: str
      github_app_installation_id:
        description:
          - The GitHub App installation with this ID (V(ghain-...)).
        type: str
      # </generated selector-of-connection>
  kinds:
    description:
      - Only links of these kinds. The default is all kinds.
      - Many servers have no stacks or registry components, and respond as they do to an API token without permission.
        These kinds are then in RV(unread), with a warning only if this option names them.
    type: list
    elements: str
    choices: [workspace, policy_set, registry_module, stack, registry_component]
  names:
    description:
      - Only objects with a name that matches one of these patterns, for example V(network-*). Case matters.
      - The name of a registry module is V(NAMESPACE/NAME/PROVIDER), that of a registry component V(NAMESPACE/NAME).
    type: list
    elements: str
  projects:
    description:
      - Only workspaces and stacks of these projects, given by ID or exact name. The other kinds belong to no project,
        so they are left out.
    type: list
    elements: str
attributes:
  diff_mode:
    support: N/A
    details:
      - Nothing is changed.
seealso:
  - module: hcptf.vcs.vcs_links
  - module: hcptf.vcs.oauth_client_info
"""

EXAMPLES = r"""
- name: List everything that uses the connection to GitHub
  hcptf.vcs.vcs_links_info:
    organization: acme
    connection:
      service_provider: github
  register: github

- name: Show the workspaces
  ansible.builtin.debug:
    msg: "{{ github.links | selectattr('kind', 'equalto', 'workspace') | map(attribute='name') | list }}"

- name: Count the links of all organizations by connection
  hcptf.vcs.vcs_links_info:
    organizations: all
  register: everything

- name: Show the counts
  ansible.builtin.debug:
    msg: "{{ item.0 }}: {{ item.1 | length }}"
  loop: "{{ everything.links | groupby('connection.oauth_client_id') }}"
  loop_control:
    label: "{{ item.0 }}"
"""

RETURN = r"""
links:
  description: The VCS links, by organization, kind and name.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object that has the link.
      type: str
      returned: always
      choices: [workspace, policy_set, registry_module, stack, registry_component]
      sample: workspace
    id:
      description: The ID of the object.
      type: str
      returned: always
      sample: ws-1mPzQk5cV9dLr3Xt
    name:
      description: The name of the object.
      type: str
      returned: always
      sample: network-prod
    organization:
      description: The organization.
      type: str
      returned: always
      sample: acme
    project_id:
      description: The ID of the project of a workspace or stack.
      type: str
      returned: always
      sample: prj-Lm4rXc7TzQ2wSa9D
    repository:
      description: The identifier of the repository.
      type: str
      returned: always
      sample: acme/network
    branch:
      description: The branch, V(null) for the default branch of the repository.
      type: str
      returned: always
      sample: main
    oauth_token_id:
      description: The ID of the OAuth token that the link refers to.
      type: str
      returned: always
      sample: ot-Yk3sVn8QdGf5uJ2M
    github_app_installation_id:
      description: The ID of the GitHub App installation that the link refers to.
      type: str
      returned: always
      sample: null
    locked:
      description: Whether a workspace is locked.
      type: bool
      returned: always
      sample: false
    connection:
      description: The connection behind the link. Its values are V(null) if the API token cannot see it.
      returned: always
      type: dict
      contains:
        # <generated linked-connection>
        oauth_client_id:
          description: The ID of the OAuth client, V(null) for a GitHub App installation.
          returned: always
          type: str
          sample: oc-7hQm2LwZpX4cRt9B
        oauth_token_id:
          description: The ID of its OAuth token.
          returned: always
          type: str
          sample: ot-Yk3sVn8QdGf5uJ2M
        github_app_installation_id:
          description: The ID of the GitHub App installation.
          returned: always
          type: str
          sample: null
        name:
          description: The display name.
          returned: always
          type: str
          sample: GitHub
        service_provider:
          description: The VCS provider.
          returned: always
          type: str
          sample: github
        http_url:
          description: The URL of the VCS provider.
          returned: always
          type: str
          sample: https://github.com
        # </generated linked-connection>
counts:
  description: The number of links of each kind.
  returned: success
  type: dict
  sample: {workspace: 57, policy_set: 2, registry_module: 2, stack: 0, registry_component: 0}
unread:
  description: What could not be read, and why.
  returned: success
  type: list
  elements: dict
  contains:
    organization:
      description: The organization.
      type: str
      returned: always
      sample: acme
    kind:
      description: The kind of object, V(null) if nothing of the organization could be read.
      type: str
      returned: always
      sample: policy_set
    code:
      description: The kind of failure, one of the codes of RV(hcptf.vcs.oauth_client#module:failure.code).
      type: str
      returned: always
      sample: not_found_or_forbidden
    message:
      description: The reason.
      type: str
      returned: always
      sample: The policy sets of organization 'acme' could not be read.
# <generated requests>
tfe_address:
  description: The API address that was used.
  returned: always, unless the address or the API token is missing or malformed
  type: str
  sample: https://app.terraform.io
waited:
  description: One message for each wait before a retry.
  returned: when the task waited
  type: list
  elements: str
  sample: ['GET /organizations/acme/oauth-clients: 429, waited 0.6 s before attempt 2']
# </generated requests>
# <generated failure>
failure:
  description: Why the task failed, with the keys of RV(hcptf.vcs.oauth_client#module:failure).
  returned: failure
  type: dict
  sample:
    code: not_found_or_forbidden
    message: Could not list the OAuth clients of organization 'acme' at https://app.terraform.io.
    status: 404
    errors: []
# </generated failure>
"""

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.module import run_module
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.vcs_links_info import run_vcs_links_info


def main() -> None:
    run_module(argument_specs.vcs_links_info(), run_vcs_links_info)


if __name__ == "__main__":
    main()
