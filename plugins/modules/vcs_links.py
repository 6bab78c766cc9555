#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vcs_links
short_description: Move workspaces, policy sets and registry modules to another VCS connection
version_added: 0.2.0
description:
  - Moves VCS links from one connection to another, for example after a VCS server moved, a provider changed, or a
    machine user replaced a person. A VCS link is the reference from a workspace, policy set or registry module to a VCS
    connection (OAuth client) or to a GitHub App installation.
  - Sends only the new connection, and a new repository identifier if O(repositories) maps it. Branch, submodules, tags
    and working directory stay as they are.
  - Reads each link again right before it changes it, so a link that somebody just pointed to a third connection stays
    there. Compares the server's response with the request. If the server changes the branch, the submodules, the tags,
    the triggers, the working directory or the tests of a module as well, or removes the link, the task restores it and
    warns.
  - A link that fails does not stop the others. The task then fails at the end, and the next run continues with the
    rest.
  - It is not documented whether HCP Terraform starts a run in a moved workspace. Move a few first, with O(limit) or
    O(names).
author:
  - hcptf.vcs contributors (@hcptf)
extends_documentation_fragment:
  - hcptf.vcs.tfe
  - hcptf.vcs.tfe.attributes
options:
  organization:
    description:
      - The name of the HCP Terraform or Terraform Enterprise organization. Both connections must belong to it.
      - Defaults to the environment variable E(TFE_ORGANIZATION).
    type: str
  from:
    description:
      - The connection to move links away from. If the organization has no such connection, the task changes nothing and
        warns. If O(from.oauth_token_id) is not an OAuth token of the organization, links to it are moved nevertheless.
      - Select it in one way. Either by O(from.service_provider), together with its URL, name or Azure DevOps
        organization if needed, or by one of the IDs.
    type: dict
    required: true
    suboptions:
      # <generated selector-of-from>
      oauth_client_id:
        description:
          - The OAuth client with this ID.
        type: str
      service_provider:
        description:
          - The connection to this VCS provider. A self-hosted provider needs O(from.http_url) as well.
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
      # </generated selector-of-from>
  to:
    description: The connection to move links to. It must exist and have an OAuth token.
    type: dict
    required: true
    suboptions:
      # <generated selector-of-to>
      oauth_client_id:
        description:
          - The OAuth client with this ID.
        type: str
      service_provider:
        description:
          - The connection to this VCS provider. A self-hosted provider needs O(to.http_url) as well.
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
      # </generated selector-of-to>
  kinds:
    description:
      - Only links of these kinds. The default is all three kinds.
      - If one kind cannot be read, links of the other kinds are still moved. A missing permission is a warning, unless
        the kind is listed here. Any other reason fails the task.
    type: list
    elements: str
    choices: [workspace, policy_set, registry_module]
  names:
    description:
      - Only objects with a name that matches one of these patterns, for example V(network-*). Case matters.
      - The name of a registry module is V(NAMESPACE/NAME/PROVIDER).
    type: list
    elements: str
  projects:
    description:
      - Only workspaces of these projects, given by ID or exact name. Policy sets and registry modules belong to no
        project, so they are left out.
    type: list
    elements: str
  repositories:
    description:
      - Rules for repositories that have another identifier at the new connection. A rule is exact or has one C(*) on
        both sides. Exact rules win, then the first pattern that matches. The case of identifiers does not matter.
      - A repository that no rule matches keeps its identifier.
    type: list
    elements: dict
    suboptions:
      from:
        description: The current identifier, for example V(acme/network) or V(acme/*).
        type: str
        required: true
      to:
        description:
          - The identifier at the new connection, for example V(platform/terraform/*).
          - Azure DevOps identifiers look like V(org/project/_git/repository).
        type: str
        required: true
  check_repositories:
    description:
      - Whether to ask the server if the new connection reaches each repository, before anything is moved. This takes
        one request for each repository.
      - A link whose repository is not reachable stays where it is and fails with the code C(repository_unreachable). If
        the server cannot answer, the link is moved, and a warning says so.
    type: bool
    default: true
  limit:
    description:
      - Move at most this many links. The next run continues with the rest.
      - A link that cannot be moved, for example because its repository is not reachable, does not count.
    type: int
seealso:
  - module: hcptf.vcs.vcs_links_info
  - module: hcptf.vcs.oauth_client
"""

EXAMPLES = r"""
- name: Move everything from one connection to another
  hcptf.vcs.vcs_links:
    organization: acme
    from:
      service_provider: github
      name: Personal account of an employee
    to:
      service_provider: github
      name: Machine user

- name: Start with five workspaces of one project
  hcptf.vcs.vcs_links:
    organization: acme
    from:
      service_provider: github
    to:
      service_provider: gitlab_enterprise_edition
      http_url: https://gitlab.example.com
    kinds: [workspace]
    projects: [platform]
    limit: 5

- name: Move to another provider where the repositories have other identifiers
  hcptf.vcs.vcs_links:
    organization: acme
    from:
      service_provider: github
    to:
      service_provider: ado_services
      ado_org_name: example
    repositories:
      - from: acme/network
        to: example/Platform/_git/network
      - from: acme/*
        to: example/Terraform/_git/*
"""

RETURN = r"""
links:
  description:
    - The links that point to one of the two connections and match the filters, sorted by kind and name. Links to other
      connections are not listed.
  returned: always, unless the task fails before it has read the links
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object that has the link.
      type: str
      returned: always
      choices: [workspace, policy_set, registry_module]
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
    project_id:
      description: The ID of the project of a workspace.
      type: str
      returned: always
      sample: prj-Lm4rXc7TzQ2wSa9D
    repository_before:
      description: The identifier of the repository before the task.
      type: str
      returned: always
      sample: acme/network
    repository:
      description: The identifier of the repository after the task.
      type: str
      returned: always
      sample: platform/network
    oauth_token_id_before:
      description: The ID of the OAuth token before the task.
      type: str
      returned: always
      sample: ot-Yk3sVn8QdGf5uJ2M
    oauth_token_id:
      description: The ID of the OAuth token after the task.
      type: str
      returned: always
      sample: ot-Bv6tHc1WxKe8pR4N
    github_app_installation_id_before:
      description: The ID of the GitHub App installation before the task.
      type: str
      returned: always
      sample: null
    github_app_installation_id:
      description: The ID of the GitHub App installation after the task.
      type: str
      returned: always
      sample: null
    action:
      description:
        - V(moved) if the link now points to the new connection, or would after a real run.
        - V(unchanged) if it already pointed there.
        - V(left) if it was not moved, for the reason in C(reason).
        - V(null) if it failed.
      type: str
      returned: always
      choices: [moved, unchanged, left]
      sample: moved
    changed:
      description: Whether the link was moved, or would be in check mode.
      type: bool
      returned: always
      sample: true
    reason:
      description: Why the link was left, or what to know about the move. Otherwise V(null).
      type: str
      returned: always
      sample: null
    failure:
      description: Why the link failed, with the keys of RV(hcptf.vcs.oauth_client#module:failure). Otherwise V(null).
      type: dict
      returned: always
      sample: null
counts:
  description: The number of links for each action, and of those that failed.
  returned: always, unless the task fails before it has read the links
  type: dict
  sample: {moved: 61, unchanged: 0, left: 0, failed: 0}
unseen_workspaces_count:
  description:
    - The number of workspaces that the API token cannot see and that use the OAuth client in O(from). They are not
      moved, and C(counts) does not include them.
    - V(null) if the server does not report how many workspaces use an OAuth client, or if no workspaces were read.
  returned: always, unless the task fails before it has read the links
  type: int
  sample: 0
organization:
  description: The organization.
  returned: always, unless the task fails before it has read the links
  type: str
  sample: acme
from:
  description: The connection that links were moved away from.
  returned: always, unless the task fails before it has read the links
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
to:
  description: The connection that links were moved to.
  returned: always, unless the task fails before it has read the links
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
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.vcs_links import run_vcs_links


def main() -> None:
    run_module(argument_specs.vcs_links(), run_vcs_links)


if __name__ == "__main__":
    main()
