# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: oauth_client
short_description: Find the VCS connection of an organization
version_added: 0.1.0
author: hcptf.vcs contributors (@hcptf)
description:
  - Finds exactly one VCS connection (OAuth client) of an HCP Terraform or Terraform Enterprise organization and returns
    it, no matter who created it. Templates can use it without a preceding task.
  - Connections are identified as by M(hcptf.vcs.oauth_client). It is an error if none matches, or several.
  - It only reads. Every use sends requests to the server, so keep a value that is needed often in a variable, with
    M(ansible.builtin.set_fact).
extends_documentation_fragment:
  - hcptf.vcs.tfe
options:
  organization:
    description:
      - The name of the HCP Terraform or Terraform Enterprise organization.
      - Defaults to the environment variable E(TFE_ORGANIZATION).
    type: str
  oauth_client_id:
    description:
      - Selects this OAuth client of the organization.
      - If O(service_provider), O(http_url) or O(name) is set too, it must match the client.
    type: str
  service_provider:
    description:
      - The VCS provider. Together with O(http_url) it identifies the connection.
      - Required unless O(oauth_client_id) is set.
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
      - The URL of the VCS provider, compared without regard to the case of the host, the default port and final
        slashes.
      - Defaults to V(https://github.com) for V(github), V(https://gitlab.com) for V(gitlab_hosted),
        V(https://dev.azure.com) for V(ado_services) and V(https://bitbucket.org) for V(bitbucket_hosted).
        Required for all other providers.
    type: str
  name:
    description:
      - The exact display name of the connection. An empty string selects the connection without a name.
      - A connection with another name never matches.
    type: str
  ado_org_name:
    description:
      - The Azure DevOps organization (V(ado_services) only).
      - Only a connection with this Azure DevOps organization matches.
    type: str
notes:
  - Lookups run on the controller. Environment, files and the Python library are always those of the controller.
seealso:
  - module: hcptf.vcs.oauth_client
  - module: hcptf.vcs.oauth_client_info
    description: Lists all matching connections. An empty list is not an error.
"""

EXAMPLES = r"""
- name: Find the OAuth token ID for a workspace
  ansible.builtin.debug:
    msg: "{{ lookup('hcptf.vcs.oauth_client', organization='acme', service_provider='github').oauth_token_id }}"

- name: Find one of several connections to the same provider by its name
  ansible.builtin.set_fact:
    data_team: "{{ lookup('hcptf.vcs.oauth_client', organization='acme', service_provider='github', name=wanted) }}"
  vars:
    wanted: GitHub for the data team

- name: Find the connection to GitLab in your own network, with a token that is not in the environment
  ansible.builtin.debug:
    msg: >-
      {{
        lookup(
          'hcptf.vcs.oauth_client',
          organization='acme',
          service_provider='gitlab_enterprise_edition',
          http_url='https://gitlab.example.com',
          tfe_token=vault_tfe_token,
        ).id
      }}
"""

RETURN = r"""
_raw:
  description:
    - The connection, with the keys that RV(hcptf.vcs.oauth_client#module:oauth_client) has. RV(ignore:id) is the OAuth
      client ID. RV(ignore:oauth_token_id) is the OAuth token ID, V(null) if there is none yet.
    - Values that the server does not return are V(null). It never contains secrets.
  type: list
  elements: dict
  sample:
    - id: oc-7hQm2LwZpX4cRt9B
      organization: acme
      name: GitHub
      service_provider: github
      service_provider_display_name: GitHub
      http_url: https://github.com
      api_url: https://api.github.com
      ado_org_name: null
      organization_scoped: true
      rsa_public_key: null
      callback_url: https://app.terraform.io/auth/0b6f2f8e-9a51-4f0c-8a0e-6f1f6a0c2d11/callback
      connect_path: /auth/0b6f2f8e-9a51-4f0c-8a0e-6f1f6a0c2d11?organization_id=48213
      created_at: "2026-02-03T09:14:27.118Z"
      projects: []
      agent_pool_id: null
      oauth_token_id: ot-Yk3sVn8QdGf5uJ2M
      oauth_token_ids: [ot-Yk3sVn8QdGf5uJ2M]
"""

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import LibraryMissing
from ansible_collections.hcptf.vcs.plugins.module_utils._base.scrubber import Scrubber
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import oauth_client_lookup
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_check import find_problem
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.secret_values import secret_values

display = Display()
_SCALARS = (str, bool, int, float, type(None))


class LookupModule(LookupBase):
    """The modules' core decides and words everything; only arguments and errors are put in a lookup's terms."""

    def run(
        self,
        terms: list[t.Any],
        variables: dict[str, t.Any] | None = None,  # noqa: ARG002 - Ansible gives it by name
        **kwargs: t.Any,
    ) -> list[dict[str, t.Any]]:
        if terms:
            raise AnsibleLookupError(
                "hcptf.vcs.oauth_client takes options only, such as organization='acme', service_provider='github'."
            )
        options = _decrypted(kwargs)
        arguments = oauth_client_lookup.arguments()
        problem = find_problem(arguments["argument_spec"], options)
        if problem:
            raise AnsibleLookupError(problem)
        # Not set_options(), because it accepts unknown options.
        checked = ArgumentSpecValidator(**arguments).validate(options)
        if checked.error_messages:
            raise AnsibleLookupError(Scrubber(secret_values(options)).scrub("; ".join(checked.error_messages)))
        try:
            result = oauth_client_lookup.look_up(checked.validated_parameters)
        except LibraryMissing as error:
            raise AnsibleLookupError(missing_required_lib(error.message)) from None
        for warning in result["warnings"]:
            display.warning(warning)
        if result.get("failed"):
            raise AnsibleLookupError(result["msg"])
        return [result["oauth_client"]]


def _decrypted(value: t.Any) -> t.Any:
    """The value with texts in place of encrypted ones, which are objects of their own up to ansible-core 2.18."""
    if isinstance(value, Mapping):
        return {key: _decrypted(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_decrypted(each) for each in value]
    return value if isinstance(value, _SCALARS) else str(value)
