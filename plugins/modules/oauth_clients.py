#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: oauth_clients
short_description: Connect organizations to many VCS providers in one task
version_added: 0.1.0
description:
  - Manages many VCS connections (OAuth clients), of one or of many HCP Terraform or Terraform Enterprise
    organizations, in one task.
  - Does for each connection what M(hcptf.vcs.oauth_client) does, with the same rules. It lists the connections once per
    organization, instead of once per item as a loop would, and prints no per-item output.
  - A connection that fails does not stop the others. The task then fails at the end and says which one failed, why, and
    what was done to the others.
author:
  - hcptf.vcs contributors (@hcptf)
extends_documentation_fragment:
  - hcptf.vcs.connection.connections
  - hcptf.vcs.tfe
  - hcptf.vcs.tfe.attributes
options:
  organization:
    description:
      - The organization of every connection that does not name its own.
      - Defaults to the environment variable E(TFE_ORGANIZATION).
    type: str
  missing_in_check_mode:
    description:
      - What a dry run does if an organization, a project or an agent pool does not exist yet, for each connection that
        does not set O(connections[].missing_in_check_mode).
    type: str
    choices: [fail, predict]
    version_added: 0.2.0
  check_personal_access_token:
    description:
      - Whether to ask the VCS hosts about personal access tokens before they are sent, for every connection that does
        not set O(connections[].check_personal_access_token). Defaults to V(false).
    type: bool
  minimum_days:
    description:
      - Warn if a checked token expires in fewer days, for every connection that does not set
        O(connections[].minimum_days).
    type: int
  vcs_timeout:
    description:
      - How long to wait for each VCS host, in seconds, for every connection that does not set
        O(connections[].vcs_timeout). Defaults to V(5).
    type: float
  vcs_verify_tls:
    description:
      - Whether to verify the certificates of the VCS hosts, for every connection that does not set
        O(connections[].vcs_verify_tls). Defaults to V(true).
    type: bool
  vcs_ca_bundle:
    description:
      - A file with the certificates of the authorities to trust for the VCS hosts, for every connection that does not
        set O(connections[].vcs_ca_bundle).
    type: path
attributes:
  idempotent:
    support: partial
    details:
      - With O(connections[].update_secrets=always) secrets are sent on every run, since they cannot be read back to
        compare them.
seealso:
  - module: hcptf.vcs.oauth_client
  - module: hcptf.vcs.oauth_client_info
"""

EXAMPLES = r"""
- name: Connect the organization to GitHub and to GitLab
  hcptf.vcs.oauth_clients:
    organization: acme
    connections:
      - service_provider: github
        name: GitHub
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
      - service_provider: gitlab_enterprise_edition
        http_url: https://gitlab.example.com
        name: GitLab
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITLAB_TOKEN') }}"
  register: vcs

- name: Show the OAuth token IDs by name
  ansible.builtin.debug:
    msg: "{{ dict(vcs.connections | map(attribute='label') | zip(vcs.connections | map(attribute='oauth_token_id'))) }}"

- name: Create the same connection in several organizations
  hcptf.vcs.oauth_clients:
    connections:
      - organization: acme
        service_provider: github
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
      - organization: acme-labs
        service_provider: github
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
"""

RETURN = r"""
connections:
  description: The result of each connection, in the given order.
  returned: always, empty if the task fails before it processes any
  type: list
  elements: dict
  contains:
    label:
      description:
        - The connection's name in messages. This is its display name, or else its provider and host, with the prefix
          C(ORGANIZATION/) if it is not in the task's O(organization). Unique within the task.
      type: str
      returned: always
      sample: github github.com
    organization:
      description: The organization.
      type: str
      returned: always
      sample: acme
    oauth_client_id:
      description: The ID of the OAuth client. See M(hcptf.vcs.oauth_client).
      type: str
      returned: always
      sample: oc-7hQm2LwZpX4cRt9B
    oauth_token_id:
      description: The ID of the OAuth token that workspaces need. See M(hcptf.vcs.oauth_client).
      type: str
      returned: always
      sample: ot-Yk3sVn8QdGf5uJ2M
    oauth_client:
      description: The connection, with the keys that RV(hcptf.vcs.oauth_client#module:oauth_client) has.
      type: dict
      returned: always
      sample:
        id: oc-7hQm2LwZpX4cRt9B
        service_provider: github
    action:
      description: What was done, or would be done in check mode. V(null) if the connection failed before anything was
                   done.
      type: str
      returned: always
      choices: [created, updated, unchanged, deleted, absent]
      sample: unchanged
    changed:
      description: Whether anything was changed, or would be in check mode.
      type: bool
      returned: always
      sample: false
    failure:
      description: Why the connection failed, as RV(hcptf.vcs.oauth_client#module:failure), else V(null).
      type: dict
      returned: always
      sample: null
    affected_workspaces:
      description: The names of the workspaces that use the connection, V(null) if that is not known. See
        RV(hcptf.vcs.oauth_client#module:affected_workspaces) and the return values that follow it.
      type: list
      elements: str
      returned: O(connections[].state=absent)
      sample: [network-prod]
    affected_workspaces_count:
      description: The number of workspaces that use the connection, V(null) if that is not known.
      type: int
      returned: O(connections[].state=absent)
      sample: 1
    affected_policy_sets:
      description: The names of the policy sets that use the connection, V(null) if they could not be read.
      type: list
      elements: str
      returned: O(connections[].state=absent)
      sample: []
    affected_registry_modules:
      description: The names of the registry modules that use the connection, V(null) if they could not be read.
      type: list
      elements: str
      returned: O(connections[].state=absent)
      sample: [acme/vpc/aws]
    affected_stacks:
      description: The names of the stacks that use the connection, V(null) if they could not be read.
      type: list
      elements: str
      returned: O(connections[].state=absent)
      sample: []
    affected_registry_components:
      description: The names of the Stack component configurations in the private registry that use the connection,
                   V(null) if they could not be read.
      type: list
      elements: str
      returned: O(connections[].state=absent)
      sample: [acme/eks-cluster]
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
  description: Why the task failed. The first connection's failure, as RV(hcptf.vcs.oauth_client#module:failure).
  returned: failure
  type: dict
  sample:
    code: rejected
    message: The server refused it.
    status: 422
    errors: []
"""

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.module import run_module
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_clients import run_oauth_clients


def main() -> None:
    run_module(argument_specs.oauth_clients(), run_oauth_clients)


if __name__ == "__main__":
    main()
