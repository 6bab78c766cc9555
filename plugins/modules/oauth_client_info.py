#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: oauth_client_info
short_description: Read the VCS connections of an organization
version_added: 0.1.0
description:
  - Lists the VCS connections (OAuth clients) of an HCP Terraform or Terraform Enterprise organization, no matter who
    created them.
  - Optionally reads their OAuth tokens, the workspaces that use them, whether the personal access tokens still work,
    and recent errors.
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
      - The names of several organizations, or V(all) for every organization that the API token can see. Several are
        read at the same time, within the rate limit of the server.
      - If an organization cannot be read, the others are still returned. The module warns and lists it in RV(unread).
      - Cannot be used with O(organization).
    type: list
    elements: str
    version_added: 0.2.0
  oauth_client_id:
    description: Only the OAuth client with this ID.
    type: str
  service_provider:
    description: Only connections to this VCS provider.
    type: str
    choices:
      # <generated service-providers>
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
      # </generated service-providers>
  http_url:
    description:
      - Only connections to this URL. The case of the host, the default port and trailing slashes are ignored in
        comparisons.
    type: str
  name:
    description: Only connections with exactly this display name. An empty string selects connections without a name.
    type: str
  include:
    description:
      - What else to read. Some of it takes extra requests.
      - V(tokens) are the OAuth tokens, one request for each organization (on older servers, for each connection).
      - V(affected_workspaces) are the workspaces that use the connection, without an extra request.
      - V(health) asks the VCS provider, through the server, for the repositories of the OAuth token. It takes one
        request for each connection, two for Azure DevOps if the connection has no C(ado_org_name). It shows whether the
        personal access token still works, and never fails the task.
      - V(vcs_events) are the errors of the last ten days between the server and the VCS provider. It takes one request
        per organization for each hundred errors. Older servers do not report them. If they cannot be read, the module
        warns and still returns the connections. Added in version 0.2.0.
    type: list
    elements: str
    choices: [tokens, affected_workspaces, health, vcs_events]
    default: []
attributes:
  diff_mode:
    support: N/A
    details:
      - Nothing is changed.
seealso:
  - module: hcptf.vcs.oauth_client
"""

EXAMPLES = r"""
- name: List all connections
  hcptf.vcs.oauth_client_info:
    organization: acme
  register: all_connections

- name: Find the OAuth token ID of a connection that was created in the browser
  hcptf.vcs.oauth_client_info:
    organization: acme
    service_provider: github
    name: GitHub
  register: github

- name: Read the connections of every organization
  hcptf.vcs.oauth_client_info:
    organizations: all
  register: everything

- name: See whose personal access tokens are in use and whether they still work
  hcptf.vcs.oauth_client_info:
    organization: acme
    include: [tokens, affected_workspaces, health]
  register: report

- name: See which connections had errors in the last days
  hcptf.vcs.oauth_client_info:
    organization: acme
    include: [vcs_events]
  register: recent
"""

RETURN = r"""
organization:
  description: The organization, V(null) if the task reads several.
  returned: success
  type: str
  sample: acme
organizations:
  description: All organizations that the task reads.
  returned: success
  type: list
  elements: str
  sample: [acme]
  version_added: 0.2.0
unread:
  description: The organizations of O(organizations) that could not be read, and why.
  returned: success
  type: list
  elements: dict
  version_added: 0.2.0
  contains:
    organization:
      description: The organization.
      type: str
      returned: always
      sample: acme-labs
    code:
      description: The kind of failure, one of the codes of RV(hcptf.vcs.oauth_client#module:failure.code).
      type: str
      returned: always
      sample: not_found_or_forbidden
    message:
      description: The reason.
      type: str
      returned: always
      sample: Could not list the OAuth clients of organization 'acme-labs' at https://app.terraform.io.
oauth_clients:
  description: The connections that match, in the order of the server. They always have the same keys; values that the
               server does not return are V(null).
  returned: success
  type: list
  elements: dict
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
    oauth_tokens:
      description: The OAuth tokens, the newest first.
      type: list
      elements: dict
      returned: O(include) has V(tokens)
      contains:
        id:
          description: The ID of the OAuth token.
          type: str
          returned: always
          sample: ot-Yk3sVn8QdGf5uJ2M
        created_at:
          description: When the OAuth token was created.
          type: str
          returned: always
          sample: "2026-02-03T09:14:27.118Z"
        service_provider_user:
          description: The login at the VCS provider that owns the personal access token.
          type: str
          returned: always
          sample: acme-bot
        has_ssh_key:
          description: Whether an SSH key is kept with the OAuth token.
          type: bool
          returned: always
          sample: false
    affected_workspaces:
      description: The workspaces that use the connection, as the server lists them (at most 25).
      type: list
      elements: str
      returned: O(include) has V(affected_workspaces)
      sample: [network-prod]
    affected_workspaces_count:
      description: How many workspaces use the connection, V(null) if the server does not report it.
      type: int
      returned: O(include) has V(affected_workspaces)
      sample: 1
    health:
      description: Whether the VCS provider accepts the personal access token.
      type: dict
      returned: O(include) has V(health)
      contains:
        status:
          description: V(failing) if the VCS provider refuses the token, V(unknown) if it could not be asked.
          type: str
          returned: always
          choices: [ok, failing, unknown]
          sample: ok
        reason:
          description: Why it is not V(ok), V(null) if it is.
          type: str
          returned: always
          sample: null
    vcs_events:
      description:
        - The newest errors between the server and the VCS provider, the newest first and at most ten.
        - V(null) if they could not be read, for example because the server does not report them.
      type: list
      elements: dict
      returned: O(include) has V(vcs_events)
      version_added: 0.2.0
      contains:
        level:
          description: The level of the event.
          type: str
          returned: always
          choices: [error]
          sample: error
        created_at:
          description: When the error happened.
          type: str
          returned: always
          sample: "2026-11-24T10:02:51.020Z"
        message:
          description:
            - What happened, in the words of the server, V(null) if it gives none.
            - The text is one line. More than 1000 characters are cut off.
          type: str
          returned: always
          sample: The webhook of acme/network could not be created.
        suggested_action:
          description:
            - The action that the server suggests, V(null) if there is none.
            - The text is one line. More than 1000 characters are cut off.
          type: str
          returned: always
          sample: Give the owner of the personal access token admin rights on the repository.
        oauth_token_id:
          description: The ID of the OAuth token that was used, V(null) if the server does not report it.
          type: str
          returned: always
          sample: ot-Yk3sVn8QdGf5uJ2M
    vcs_events_count:
      description: The number of all errors of the last ten days, V(null) if they could not be read.
      type: int
      returned: O(include) has V(vcs_events)
      version_added: 0.2.0
      sample: 1
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
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.oauth_client_info import run_oauth_client_info


def main() -> None:
    run_module(argument_specs.oauth_client_info(), run_oauth_client_info)


if __name__ == "__main__":
    main()
