#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: github_app_installation_info
short_description: List GitHub App installations
version_added: 0.2.0
description:
  - Lists the GitHub App installations that the user of the API token can see. Their IDs (V(ghain-...)) take the place
    of an OAuth token ID in the C(vcs_repo) of a workspace, and in M(hcptf.vcs.vcs_links).
  - The API token must belong to a user who has authorized the GitHub App in the browser. Team and organization tokens
    cannot see any installation.
author:
  - hcptf.vcs contributors (@hcptf)
extends_documentation_fragment:
  - hcptf.vcs.tfe
  - hcptf.vcs.tfe.attributes
options:
  name:
    description: Only the installation of this GitHub organization or user.
    type: str
  installation_id:
    description: Only the installation with this number at GitHub.
    type: int
attributes:
  diff_mode:
    support: N/A
    details:
      - Nothing is changed.
seealso:
  - module: hcptf.vcs.vcs_links
"""

EXAMPLES = r"""
- name: Find the installation of a GitHub organization
  hcptf.vcs.github_app_installation_info:
    name: acme
  register: github_app

- name: Show the ID for workspaces
  ansible.builtin.debug:
    msg: "{{ github_app.installations | map(attribute='id') | list }}"
"""

RETURN = r"""
installations:
  description: The installations that match. If there are none, the list is empty and the module warns.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID in HCP Terraform.
      type: str
      returned: always
      sample: ghain-XmwRmUXsJQ5oZ9vG
    name:
      description: The GitHub organization or user.
      type: str
      returned: always
      sample: acme
    installation_id:
      description: The number at GitHub.
      type: int
      returned: always
      sample: 12345678
    installation_type:
      description: The kind of account.
      type: str
      returned: always
      sample: Organization
    icon_url:
      description: The URL of the account's icon.
      type: str
      returned: always
      sample: https://avatars.githubusercontent.com/u/1
    installation_url:
      description: The URL of the installation's settings at GitHub.
      type: str
      returned: always
      sample: https://github.com/organizations/acme/settings/installations/12345678
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
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.github_app_installation_info import (
    run_github_app_installation_info,
)
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.module import run_module


def main() -> None:
    run_module(argument_specs.github_app_installation_info(), run_github_app_installation_info)


if __name__ == "__main__":
    main()
