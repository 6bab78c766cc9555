# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one connection: of a whole task (oauth_client), or of each entry of a list (oauth_clients).

`make generate` writes them from docs/options.yml and from CONNECTION in module_utils/_tasks/argument_specs.py.
"""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  # <generated connection>
  organization:
    description:
      - The name of the HCP Terraform or Terraform Enterprise organization, not of an organization at the VCS provider.
      - If omitted, the organization of the whole task is used, else the environment variable E(TFE_ORGANIZATION).
    type: str
  state:
    description:
      - V(present) finds the connection, creates it if it does not exist, and updates the options that are set and
        differ.
      - V(absent) removes it. Without O(force=true), this is refused while a workspace, policy set, registry module,
        stack or Stack component configuration uses the connection, because it would lose its repository. It is also
        refused if it is not known which workspaces use the connection, or if objects of another of these kinds cannot
        be listed for any reason other than a missing permission.
      - V(absent) never guesses. Every selector that is set must match exactly.
    type: str
    choices: [present, absent]
    default: present
  oauth_client_id:
    description:
      - Selects this OAuth client of the organization. If set, no connection is ever created.
      - If O(service_provider), O(http_url) or, with O(state=absent), O(name) is set too, it must match the client.
      - An empty string counts as omitted.
    type: str
  service_provider:
    description:
      - The VCS provider, as the API names it. Together with O(http_url) it identifies the connection.
      - V(github) is github.com, including GitHub Enterprise Cloud; V(github_enterprise) is GitHub Enterprise Server.
      - V(bitbucket_hosted), V(bitbucket_server) and V(bitbucket_server_legacy) can be found and removed, not created.
      - Required unless O(oauth_client_id) is set.
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
      - The URL of the VCS provider. It is part of the connection's identity. The case of the host, the default port and
        trailing slashes are ignored in comparisons.
      - Defaults to V(https://github.com) for V(github), V(https://gitlab.com) for V(gitlab_hosted),
        V(https://dev.azure.com) for V(ado_services) and V(https://bitbucket.org) for V(bitbucket_hosted). Required for
        all other providers.
      - Cannot be changed for an existing OAuth client.
    type: str
  api_url:
    description:
      - The URL of the VCS provider's API.
      - If omitted, it is derived from O(http_url), for example with V(/api/v3) added for GitHub Enterprise Server and
        V(/api/v4) for GitLab. For Azure DevOps it is O(http_url) itself, and for a tenant of GHE.com it is
        V(https://api.TENANT.ghe.com).
      - Cannot be changed for an existing OAuth client. Setting a different value is an error; a derived value that
        differs is ignored.
    type: str
  name:
    description:
      - The display name of the connection.
      - If omitted, the existing name is kept. An empty string removes it.
      - If several connections match, the one with exactly this name is used. If none has it, and only one of them is
        not used by another entry of the task, that one is renamed.
      - If omitted and several connections match, the only one without a name is used.
      - With O(state=absent), only a connection with exactly this name is removed.
    type: str
  match_by:
    description:
      - What identifies the connection besides O(service_provider). V(url) is O(http_url); V(url_and_name) is
        O(http_url) and O(name), so an organization can have several connections to one provider.
      - With V(url), a different O(name) renames the connection.
    type: str
    choices: [url, url_and_name]
    default: url
  ado_org_name:
    description:
      - The Azure DevOps organization, for a personal access token that is bound to one (V(ado_services) only).
      - If set, it is part of the connection's identity. An existing connection without an organization is not used for
        it, because its token may belong to another one. Select it with O(oauth_client_id) to label it.
      - An empty string removes it.
    type: str
  personal_access_token:
    description:
      - The personal access token (PAT) that the VCS provider issued. Required only to create the connection, or with
        O(update_secrets=always).
      - It cannot be read back, so changing this value alone has no effect. See O(update_secrets).
      - A value that is evidently not a token is refused before any request, for example a variable that was not
        expanded, a mask such as V(****), or quotation marks around the token.
      - A token that cannot work, as its prefix shows, is refused if it would be sent. It is one of another provider, or
        one that expires too soon, such as that of a CI job, or not an access token.
    type: str
    aliases: [pat, oauth_token]
  private_key:
    description:
      - The SSH private key that V(ado_server) needs in addition to O(personal_access_token) to create a connection.
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
      - The private key of the application link's key pair (V(bitbucket_data_center) only), checked like O(private_key).
    type: str
  rsa_public_key:
    description:
      - The public key of the application link's key pair (V(bitbucket_data_center) only). Anything else is refused and
        never shown.
    type: str
  ssh_key:
    description:
      - An SSH private key without passphrase for cloning, kept with the connection's OAuth token. It is checked like
        O(private_key).
      - It is set if there is none yet, and replaced only with O(update_secrets=always).
    type: str
  check_personal_access_token:
    description:
      - Whether to ask the VCS host about O(personal_access_token) before it is sent, in check mode too. Only tokens
        that would be sent are checked, each once per task.
      - If the VCS host refuses the token, the connection fails with the code V(personal_access_token_refused) and
        nothing is sent for it. If the VCS host cannot be asked, or the token lacks a scope, the task warns and
        continues.
      - The request is read-only and sends the token to O(api_url). It goes through the proxies of the environment
        (E(https_proxy), E(http_proxy), E(all_proxy), E(no_proxy)).
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
      - If omitted, the environment variables E(SSL_CERT_FILE), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are tried in
        this order.
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
      - Whether all workspaces of the organization can use the connection, or only those in O(projects).
      - V(false) without any project is refused, because nobody could use the connection.
      - If omitted, the current setting is kept. The server makes new connections available to the whole organization.
      - If a task makes the scope smaller, it names the workspaces outside the new scope that use the connection in a
        warning. It is not documented whether they stay linked.
    type: bool
  projects:
    description:
      - IDs or exact names of the projects whose workspaces can use the connection, in any order. Projects that are not
        listed are detached.
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
      - What a dry run does if the organization, a project or the agent pool does not exist yet, for example because an
        earlier task of a bootstrap role would create it.
      - V(fail) fails, as a real run would. V(predict) predicts the connection without the missing IDs and warns. Real
        runs are not affected.
      - Defaults to V(fail).
    version_added: 0.2.0
    type: str
    choices: [fail, predict]
  # </generated connection>
"""

    CONNECTIONS = r"""
options:
  connections:
    description:
      - The connections, each with its own options.
      - Listing the same connection twice is an error.
    type: list
    elements: dict
    required: true
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
"""
