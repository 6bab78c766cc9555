#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: oauth_client
short_description: Connect an organization to a VCS provider
version_added: 0.1.0
description:
  - Manages one VCS connection (OAuth client) of an HCP Terraform or Terraform Enterprise organization.
  - Finds the connection by its service provider and URL, creates it with a personal access token if it does not exist,
    and returns the OAuth client ID and the OAuth token ID. Workspaces, policy sets and registry modules need the
    latter.
  - The server accepts duplicates, but this module never creates one. It does not retry a create request whose response
    was lost, and concurrent runs settle on a single connection.
author:
  - hcptf.vcs contributors (@hcptf)
extends_documentation_fragment:
  - hcptf.vcs.connection
  - hcptf.vcs.tfe
  - hcptf.vcs.tfe.attributes
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_secrets=always) secrets are sent on every run, since they cannot be read back to compare them.
notes:
  - Connections based on an OAuth application require a manual step in the browser. This module cannot create them.
    GitHub App installations work differently.
seealso:
  - module: hcptf.vcs.oauth_clients
  - module: hcptf.vcs.oauth_client_info
"""

EXAMPLES = r"""
- name: Connect the organization to GitHub
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: github
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
  register: github

- name: Show what workspaces need
  ansible.builtin.debug:
    msg: "The OAuth token ID is {{ github.oauth_token_id }}"

- name: Connect to GitLab in your own network, for two projects only
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: gitlab_enterprise_edition
    http_url: https://gitlab.example.com
    name: GitLab
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITLAB_TOKEN') }}"
    organization_scoped: false
    projects:
      - platform
      - networking

- name: Connect to Azure DevOps Server
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: ado_server
    http_url: https://ado.example.com/tfs
    personal_access_token: "{{ lookup('ansible.builtin.env', 'AZURE_DEVOPS_EXT_PAT') }}"
    private_key: "{{ lookup('ansible.builtin.file', '~/.ssh/ado') }}"

- name: Connect to one organization of Azure DevOps Services
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: ado_services
    ado_org_name: example
    personal_access_token: "{{ lookup('ansible.builtin.env', 'AZURE_DEVOPS_EXT_PAT') }}"

- name: Create a second connection to GitHub
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: github
    name: GitHub for the data team
    match_by: url_and_name
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"

- name: Replace the personal access token of an existing connection, whose workspaces stay linked
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: github
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
    update_secrets: always
    check_personal_access_token: true

- name: Remove a connection that no workspace uses
  hcptf.vcs.oauth_client:
    organization: acme
    service_provider: github
    state: absent
"""

RETURN = r"""
oauth_client_id:
  description:
    - The ID of the OAuth client (the connection).
    - V(null) in check mode for a connection that would be created, and if there is nothing to remove.
  returned: always, unless the task fails before it knows the connection
  type: str
  sample: oc-7hQm2LwZpX4cRt9B
oauth_token_id:
  description:
    - The ID of the connection's OAuth token, for example for the C(vcs_repo) of a workspace.
    - The newest one if there are several, V(null) if there is none (yet).
  returned: always, unless the task fails before it knows the connection
  type: str
  sample: ot-Yk3sVn8QdGf5uJ2M
organization:
  description: The organization.
  returned: always, unless the task fails before it knows the connection
  type: str
  sample: acme
action:
  description: What was done, or would be done in check mode.
  returned: success
  type: str
  choices: [created, updated, unchanged, deleted, absent]
  sample: created
oauth_client:
  description:
    - The connection, always with the same keys. Values that the server does not return are V(null). It never contains
      secrets.
    - For a removed connection, its last known state. V(null) if there was nothing to remove.
  returned: always, unless the task fails before it knows the connection
  type: dict
  contains:
    # <generated oauth-client-view>
    id:
      description: The ID of the OAuth client.
      returned: always
      type: str
      sample: oc-7hQm2LwZpX4cRt9B
    organization:
      description: The organization.
      returned: always
      type: str
      sample: acme
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
    service_provider_display_name:
      description: The name of the VCS provider in HCP Terraform.
      returned: always
      type: str
      sample: GitHub
    http_url:
      description: The URL of the VCS provider.
      returned: always
      type: str
      sample: https://github.com
    api_url:
      description: The URL of the VCS provider's API.
      returned: always
      type: str
      sample: https://api.github.com
    ado_org_name:
      description: The Azure DevOps organization.
      returned: always
      type: str
      sample: null
    organization_scoped:
      description: Whether all workspaces of the organization can use the connection.
      returned: always
      type: bool
      sample: true
    rsa_public_key:
      description: The public key of a Bitbucket Data Center connection.
      returned: always
      type: str
      sample: null
    callback_url:
      description: The URL to which the VCS provider's application link redirects.
      returned: always
      type: str
      sample: https://app.terraform.io/auth/0b6f2f8e-9a51-4f0c-8a0e-6f1f6a0c2d11/callback
    connect_path:
      description: The path in HCP Terraform where a person completes a connection that needs the browser.
      returned: always
      type: str
      sample: /auth/0b6f2f8e-9a51-4f0c-8a0e-6f1f6a0c2d11?organization_id=48213
    created_at:
      description: When the connection was created.
      returned: always
      type: str
      sample: '2026-02-03T09:14:27.118Z'
    projects:
      description: The IDs of the projects whose workspaces can use the connection.
      returned: always
      type: list
      elements: str
      sample: [prj-Lm4rXc7TzQ2wSa9D]
    agent_pool_id:
      description: The ID of the agent pool.
      returned: always
      type: str
      sample: apool-Gd2qUj9FyMa7iZ5K
    oauth_token_id:
      description: The ID of the newest OAuth token.
      returned: always
      type: str
      sample: ot-Yk3sVn8QdGf5uJ2M
    oauth_token_ids:
      description: The IDs of all OAuth tokens, the newest first.
      returned: always
      type: list
      elements: str
      sample: [ot-Yk3sVn8QdGf5uJ2M]
    # </generated oauth-client-view>
affected_workspaces:
  description:
    - The names of the workspaces that use the connection, as far as the API token can see them.
    - V(null) if that is not known, for example because the token sees none and the server does not report how many use
      the connection.
  returned: O(state=absent)
  type: list
  elements: str
  sample: [network-prod]
affected_workspaces_count:
  description: The number of workspaces that use the connection, V(null) if that is not known.
  returned: O(state=absent)
  type: int
  sample: 1
affected_policy_sets:
  description: The names of the policy sets that use the connection, V(null) if they could not be read.
  returned: O(state=absent)
  type: list
  elements: str
  sample: []
  version_added: 0.2.0
affected_registry_modules:
  description: The names of the registry modules that use the connection, V(null) if they could not be read.
  returned: O(state=absent)
  type: list
  elements: str
  sample: [acme/vpc/aws]
  version_added: 0.2.0
affected_stacks:
  description:
    - The names of the stacks that use the connection, V(null) if they could not be read.
    - Servers without stacks usually respond as they do to an API token without permission, so it is V(null) there too.
  returned: O(state=absent)
  type: list
  elements: str
  sample: []
  version_added: 0.2.0
affected_registry_components:
  description:
    - The names of the Stack component configurations in the private registry that use the connection, V(null) if they
      could not be read.
    - Servers without them, such as Terraform Enterprise, usually respond as they do to an API token without permission,
      so it is V(null) there too.
  returned: O(state=absent)
  type: list
  elements: str
  sample: [acme/eks-cluster]
  version_added: 0.2.0
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
failure:
  description: Why the task failed, for playbooks to test.
  returned: failure
  type: dict
  contains:
    code:
      description:
        - The kind of failure.
        - V(invalid_argument), V(library_missing), V(token_missing) and V(secret_missing) are errors in the task.
          V(personal_access_token_refused) means that the VCS host refuses the token, so it was not sent;
          V(ambiguous), V(fixed_attribute), V(not_found), V(workspaces_linked) and V(workspaces_unknown) are about the
          connection;
          V(repository_unreachable) and V(changed_meanwhile) are about a VCS link;
          V(unauthorized), V(forbidden), V(not_found_or_forbidden), V(unsupported), V(rejected), V(rate_limited) and
          V(server_error) are error responses of the server; V(not_applied) means that the server ignored a change;
          V(unreachable), V(tls), V(redirected) and V(invalid_answer) mean that there was no usable response;
          V(outcome_unknown) means that a write may or may not have happened; V(internal) is a bug in this collection.
      type: str
      returned: always
      sample: ambiguous
    message:
      description: The same as RV(ignore:msg).
      type: str
      returned: always
      sample: Organization 'acme' has 2 OAuth clients that match the github connection to https://github.com.
    status:
      description: The HTTP status, V(null) if there was no response or no request.
      type: int
      returned: always
      sample: 422
    errors:
      description: The server's errors, each with the keys C(status), C(title), C(detail) and C(pointer) if it has them.
      type: list
      elements: dict
      returned: always
      sample:
        - status: "422"
          title: invalid attribute
          detail: Http url is invalid
          pointer: /data/attributes/http-url
"""

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.module import run_module
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_clients import run_oauth_client


def main() -> None:
    run_module(argument_specs.oauth_client(), run_oauth_client)


if __name__ == "__main__":
    main()
