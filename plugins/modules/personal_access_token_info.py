#!/usr/bin/python
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: personal_access_token_info
short_description: Check personal access tokens at the VCS provider
version_added: 0.2.0
description:
  - Asks the VCS host whether it accepts a personal access token (PAT), who owns the token, which scopes it has and when
    it expires. Checks one token or those of a list of connections.
  - HCP Terraform and Terraform Enterprise store any token they are given. This module finds a wrong token before it is
    used in a new connection or replaces a token that works.
  - Sends one read-only request per token and host (two to GitLab before 15.5), with the token and no other secret. It
    follows no redirect, and never contacts HCP Terraform or Terraform Enterprise.
author:
  - hcptf.vcs contributors (@hcptf)
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict what a real run would do, without changing anything.
    support: full
  diff_mode:
    description: Returns in diff mode what has changed, or would change in check mode.
    support: none
    details:
      - It never changes anything.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  service_provider:
    description:
      - The VCS provider. Required unless O(connections) is set.
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
      - The URL of the VCS provider. Required for self-hosted providers.
    type: str
  api_url:
    description:
      - The URL of the VCS provider's API, to which the request goes. If omitted, it is derived from O(http_url).
    type: str
  name:
    description:
      - The label of the token in the result. Defaults to its provider and host.
    type: str
  ado_org_name:
    description:
      - The Azure DevOps organization to ask about. Without it, a token that Azure DevOps Services refuses counts as
        V(unknown), because it can be limited to one organization.
    type: str
  personal_access_token:
    description:
      - The token to check. Required with O(service_provider).
    type: str
    aliases: [pat, oauth_token]
  minimum_days:
    description:
      - Report RV(personal_access_tokens[].expires_soon) for tokens that expire in fewer days.
    type: int
  vcs_timeout:
    description:
      - How long to wait for each VCS host, in seconds. The task waits only once for a host that does not answer.
        Defaults to V(5).
    type: float
  vcs_verify_tls:
    description:
      - Whether to verify the certificate of the VCS host. Defaults to V(true).
    type: bool
  vcs_ca_bundle:
    description:
      - A file with the certificates of the authorities to trust, for a private CA.
      - If omitted, the environment variables E(SSL_CERT_FILE), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are tried in
        this order.
    type: path
  connections:
    description:
      - Connections as M(hcptf.vcs.oauth_clients) takes them, to check the tokens of all of them. Entries with
        O(connections[].state=absent) are ignored. Only what identifies the VCS host and how to reach it is used.
    type: list
    elements: dict
    suboptions:
      # <generated connections>
      organization:
        description:
          - The name of the HCP Terraform or Terraform Enterprise organization, not of an organization at the VCS
            provider.
          - If omitted, the organization of the whole task is used, else the environment variable E(TFE_ORGANIZATION).
        type: str
      state:
        description:
          - V(present) finds the connection, creates it if it does not exist, and updates the options that are set and
            differ.
          - V(absent) removes it. Without O(connections[].force=true), this is refused while a workspace, policy set,
            registry module, stack or Stack component configuration uses the connection, because it would lose its
            repository. It is also refused if it is not known which workspaces use the connection, or if objects of
            another of these kinds cannot be listed for any reason other than a missing permission.
          - V(absent) never guesses. Every selector that is set must match exactly.
        type: str
        choices: [present, absent]
        default: present
      oauth_client_id:
        description:
          - Selects this OAuth client of the organization. If set, no connection is ever created.
          - If O(connections[].service_provider), O(connections[].http_url) or, with O(connections[].state=absent),
            O(connections[].name) is set too, it must match the client.
          - An empty string counts as omitted.
        type: str
      service_provider:
        description:
          - The VCS provider, as the API names it. Together with O(connections[].http_url) it identifies the connection.
          - V(github) is github.com, including GitHub Enterprise Cloud; V(github_enterprise) is GitHub Enterprise
            Server.
          - V(bitbucket_hosted), V(bitbucket_server) and V(bitbucket_server_legacy) can be found and removed, not
            created.
          - Required unless O(connections[].oauth_client_id) is set.
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
          - The URL of the VCS provider. It is part of the connection's identity. The case of the host, the default port
            and trailing slashes are ignored in comparisons.
          - Defaults to V(https://github.com) for V(github), V(https://gitlab.com) for V(gitlab_hosted),
            V(https://dev.azure.com) for V(ado_services) and V(https://bitbucket.org) for V(bitbucket_hosted). Required
            for all other providers.
          - Cannot be changed for an existing OAuth client.
        type: str
      api_url:
        description:
          - The URL of the VCS provider's API.
          - If omitted, it is derived from O(connections[].http_url), for example with V(/api/v3) added for GitHub
            Enterprise Server and V(/api/v4) for GitLab. For Azure DevOps it is O(connections[].http_url) itself, and
            for a tenant of GHE.com it is V(https://api.TENANT.ghe.com).
          - Cannot be changed for an existing OAuth client. Setting a different value is an error; a derived value that
            differs is ignored.
        type: str
      name:
        description:
          - The display name of the connection.
          - If omitted, the existing name is kept. An empty string removes it.
          - If several connections match, the one with exactly this name is used. If none has it, and only one of them
            is not used by another entry of the task, that one is renamed.
          - If omitted and several connections match, the only one without a name is used.
          - With O(connections[].state=absent), only a connection with exactly this name is removed.
        type: str
      match_by:
        description:
          - What identifies the connection besides O(connections[].service_provider). V(url) is
            O(connections[].http_url); V(url_and_name) is O(connections[].http_url) and O(connections[].name), so an
            organization can have several connections to one provider.
          - With V(url), a different O(connections[].name) renames the connection.
        type: str
        choices: [url, url_and_name]
        default: url
      ado_org_name:
        description:
          - The Azure DevOps organization, for a personal access token that is bound to one (V(ado_services) only).
          - If set, it is part of the connection's identity. An existing connection without an organization is not used
            for it, because its token may belong to another one. Select it with O(connections[].oauth_client_id) to
            label it.
          - An empty string removes it.
        type: str
      personal_access_token:
        description:
          - The personal access token (PAT) that the VCS provider issued. Required only to create the connection, or
            with O(connections[].update_secrets=always).
          - It cannot be read back, so changing this value alone has no effect. See O(connections[].update_secrets).
          - A value that is evidently not a token is refused before any request, for example a variable that was not
            expanded, a mask such as V(****), or quotation marks around the token.
          - A token that cannot work, as its prefix shows, is refused if it would be sent. It is one of another
            provider, or one that expires too soon, such as that of a CI job, or not an access token.
        type: str
        aliases: [pat, oauth_token]
      private_key:
        description:
          - The SSH private key that V(ado_server) needs in addition to O(connections[].personal_access_token) to create
            a connection.
          - The text of an unencrypted key, in PEM or OpenSSH format. Lost line breaks and indentation are repaired.
            Anything else, such as a path or an encrypted or truncated key, is refused before the first request.
        type: str
      key:
        description:
          - The consumer key of the application link (V(bitbucket_data_center) only). It is not a secret, and the API
            returns it.
        type: str
      secret:
        description:
          - The private key of the application link's key pair (V(bitbucket_data_center) only), checked like
            O(connections[].private_key).
        type: str
      rsa_public_key:
        description:
          - The public key of the application link's key pair (V(bitbucket_data_center) only). Anything else is refused
            and never shown.
        type: str
      ssh_key:
        description:
          - An SSH private key without passphrase for cloning, kept with the connection's OAuth token. It is checked
            like O(connections[].private_key).
          - It is set if there is none yet, and replaced only with O(connections[].update_secrets=always).
        type: str
      check_personal_access_token:
        description:
          - Whether to ask the VCS host about O(connections[].personal_access_token) before it is sent, in check mode
            too. Only tokens that would be sent are checked, each once per task.
          - If the VCS host refuses the token, the connection fails with the code V(personal_access_token_refused) and
            nothing is sent for it. If the VCS host cannot be asked, or the token lacks a scope, the task warns and
            continues.
          - The request is read-only and sends the token to O(connections[].api_url). It goes through the proxies of the
            environment (E(https_proxy), E(http_proxy), E(all_proxy), E(no_proxy)).
          - Defaults to V(false).
        version_added: 0.2.0
        type: bool
      minimum_days:
        description:
          - Warn if the checked token expires in fewer days. GitHub and GitLab report when a token expires; Azure DevOps
            does not.
        version_added: 0.2.0
        type: int
      vcs_timeout:
        description:
          - How long to wait for the VCS host, in seconds. The task waits only once for a host that does not answer.
          - Defaults to V(5).
        version_added: 0.2.0
        type: float
      vcs_verify_tls:
        description:
          - Whether to verify the certificate of the VCS host.
          - Defaults to V(true).
        version_added: 0.2.0
        type: bool
      vcs_ca_bundle:
        description:
          - A file with the certificates of the authorities to trust for the VCS host, for a private CA.
          - If omitted, the environment variables E(SSL_CERT_FILE), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are
            tried in this order.
        version_added: 0.2.0
        type: path
      update_secrets:
        description:
          - When to send secrets, which cannot be read back to compare them. V(on_create) sends them only when the
            connection is created. V(always) sends them on every run, in place, which is always reported as changed. The
            OAuth client ID and the OAuth token ID stay the same, and workspaces stay linked.
        type: str
        choices: [on_create, always]
        default: on_create
      organization_scoped:
        description:
          - Whether all workspaces of the organization can use the connection, or only those in
            O(connections[].projects).
          - V(false) without any project is refused, because nobody could use the connection.
          - If omitted, the current setting is kept. The server makes new connections available to the whole
            organization.
          - If a task makes the scope smaller, it names the workspaces outside the new scope that use the connection in
            a warning. It is not documented whether they stay linked.
        type: bool
      projects:
        description:
          - IDs or exact names of the projects whose workspaces can use the connection, in any order. Projects that are
            not listed are detached.
          - If omitted, the current projects are kept. V([]) detaches all of them.
        type: list
        elements: str
      agent_pool:
        description:
          - ID or exact name of the agent pool through which HCP Terraform reaches a private VCS provider.
          - If omitted, the current agent pool is kept. An empty string detaches it.
        type: str
        aliases: [agent_pool_id]
      force:
        description:
          - Remove the connection even if workspaces, policy sets, registry modules, stacks or Stack component
            configurations use it, or if it is not known whether they do. They lose their repositories.
        type: bool
        default: false
      missing_in_check_mode:
        description:
          - What a dry run does if the organization, a project or the agent pool does not exist yet, for example because
            an earlier task of a bootstrap role would create it.
          - V(fail) fails, as a real run would. V(predict) predicts the connection without the missing IDs and warns.
            Real runs are not affected.
          - Defaults to V(fail).
        version_added: 0.2.0
        type: str
        choices: [fail, predict]
      # </generated connections>
requirements:
  - requests >= 2.28 (Python library)
notes:
  - The host that runs this task sometimes cannot reach a VCS host that HCP Terraform can reach, or the other way round.
    So if a host cannot be asked, its tokens are V(unknown), never V(refused).
seealso:
  - module: hcptf.vcs.oauth_client
    description: Checks a token before it is sent with O(hcptf.vcs.oauth_client#module:check_personal_access_token).
  - module: hcptf.vcs.oauth_client_info
    description: Asks through HCP Terraform whether a stored token still works.
"""

EXAMPLES = r"""
- name: Check a token of GitHub
  hcptf.vcs.personal_access_token_info:
    service_provider: github
    personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
  register: token

- name: Stop if GitHub refuses it or it expires within two weeks
  ansible.builtin.assert:
    that:
      - token.status != 'refused'
      - token.days_left is none or token.days_left >= 14
    fail_msg: "{{ token.reason or 'It expires at ' ~ token.expires_at }}"

- name: Check a token of one Azure DevOps organization
  hcptf.vcs.personal_access_token_info:
    service_provider: ado_services
    ado_org_name: example
    personal_access_token: "{{ lookup('ansible.builtin.env', 'AZURE_DEVOPS_EXT_PAT') }}"

- name: Check the tokens of several connections
  hcptf.vcs.personal_access_token_info:
    connections:
      - service_provider: github
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITHUB_TOKEN') }}"
      - service_provider: gitlab_enterprise_edition
        http_url: https://gitlab.example.com
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITLAB_TOKEN') }}"
    minimum_days: 14
  register: tokens

- name: Show which expire soon
  ansible.builtin.debug:
    msg: "{{ tokens.personal_access_tokens | selectattr('expires_soon') | map(attribute='label') }}"
"""

RETURN = r"""
personal_access_tokens:
  description:
    - The result for each token, in the order of O(connections). For a single token, the same keys are also at the top
      level of the result.
  returned: success
  type: list
  elements: dict
  contains:
    label:
      description:
        - The connection's name, else its provider and host.
        - It begins with the organization, as in V(acme-labs/GitHub), if the entry names one.
      type: str
      returned: always
      sample: github github.com
    service_provider:
      description: The VCS provider, V(null) for a connection that is selected only by its OAuth client ID.
      type: str
      returned: always
      sample: github
    http_url:
      description: The URL of the VCS provider.
      type: str
      returned: always
      sample: https://github.com
    status:
      description:
        - V(ok) if the VCS host accepts the token.
        - V(refused) if the VCS host itself says that the token is wrong, expired, revoked or not authorized. Also,
          without asking the host, if the prefix shows that the token is one of another provider, one that expires too
          soon, such as that of a CI job, or not an access token.
        - V(unknown) in all other cases. For example, the host could not be asked, has a problem or limits requests, or
          something else answered in its place.
      type: str
      returned: always
      choices: [ok, refused, unknown]
      sample: ok
    reason:
      description:
        - A sentence that says why the token is refused or unknown, or that it is accepted but has no right to read its
          own properties. Otherwise V(null).
      type: str
      returned: always
      sample: null
    login:
      description:
        - The account that the token belongs to, V(null) if the VCS host does not report it. GitLab does not report it
          together with scopes and expiry.
      type: str
      returned: always
      sample: acme-bot
    scopes:
      description:
        - The scopes of the token, V(null) if the VCS host does not report them. It does so for classic tokens of GitHub
          and for GitLab since 15.5.
      type: list
      elements: str
      returned: always
      sample: [repo]
    missing_scopes:
      description:
        - The scopes that HCP Terraform usually needs and that the token lacks, V(null) if its scopes are not known.
          HashiCorp documents no list of scopes, so this is a hint.
      type: list
      elements: str
      returned: always
      sample: []
    expires_at:
      description:
        - When the token expires, in UTC. V(null) if it never expires or if the VCS host does not report it, as Azure
          DevOps and older servers do not.
      type: str
      returned: always
      sample: "2026-12-31T23:59:59Z"
    days_left:
      description: The whole days until the token expires. V(null) if RV(personal_access_tokens[].expires_at) is
                   V(null).
      type: int
      returned: always
      sample: 35
    expires_soon:
      description: Whether the token is known to expire in fewer than O(minimum_days) days.
      type: bool
      returned: always
      sample: false
status:
  description: See RV(personal_access_tokens[].status). This value and those that follow are returned for a single
               token.
  returned: success, unless O(connections) is set
  type: str
  sample: ok
reason:
  description: See RV(personal_access_tokens[].reason).
  returned: success, unless O(connections) is set
  type: str
  sample: null
login:
  description: See RV(personal_access_tokens[].login).
  returned: success, unless O(connections) is set
  type: str
  sample: acme-bot
scopes:
  description: See RV(personal_access_tokens[].scopes).
  returned: success, unless O(connections) is set
  type: list
  elements: str
  sample: [repo]
missing_scopes:
  description: See RV(personal_access_tokens[].missing_scopes).
  returned: success, unless O(connections) is set
  type: list
  elements: str
  sample: []
expires_at:
  description: See RV(personal_access_tokens[].expires_at).
  returned: success, unless O(connections) is set
  type: str
  sample: "2026-12-31T23:59:59Z"
days_left:
  description: See RV(personal_access_tokens[].days_left).
  returned: success, unless O(connections) is set
  type: int
  sample: 35
expires_soon:
  description: See RV(personal_access_tokens[].expires_soon).
  returned: success, unless O(connections) is set
  type: bool
  sample: false
label:
  description: See RV(personal_access_tokens[].label).
  returned: success, unless O(connections) is set
  type: str
  sample: github github.com
service_provider:
  description: See RV(personal_access_tokens[].service_provider).
  returned: success, unless O(connections) is set
  type: str
  sample: github
http_url:
  description: See RV(personal_access_tokens[].http_url).
  returned: success, unless O(connections) is set
  type: str
  sample: https://github.com
failure:
  description: Why the task failed, as RV(hcptf.vcs.oauth_client#module:failure).
  returned: failure
  type: dict
  sample:
    code: invalid_argument
    message: http_url is needed for service_provider=github_enterprise.
    status: null
    errors: []
"""

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.module import run_module
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.personal_access_token_info import (
    run_personal_access_token_info,
)


def main() -> None:
    run_module(argument_specs.personal_access_token_info(), run_personal_access_token_info)


if __name__ == "__main__":
    main()
