# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation that all modules share: how to reach the API, and what they support."""

from __future__ import annotations


class ModuleDocFragment:
    # How to reach the API. `make generate` writes the options from docs/options.yml and from TFE in
    # module_utils/_tasks/argument_specs.py.
    DOCUMENTATION = r"""
options:
  # <generated settings>
  tfe_token:
    description:
      - The API token of HCP Terraform or Terraform Enterprise. It can be a user, team or organization token. Users and
        teams need the organization's permission to manage VCS settings.
      - If omitted or empty, the first of these that holds a token is used. The environment variable E(TFE_TOKEN);
        E(TF_TOKEN_<host>) in Terraform's encoding of the host, for example E(TF_TOKEN_app_terraform_io); E(TF_TOKEN);
        the C(credentials) block for the host in the Terraform CLI configuration file, which is C(~/.terraformrc) unless
        E(TF_CLI_CONFIG_FILE) names another; the token that C(terraform login) saved for the host in
        C(~/.terraform.d/credentials.tfrc.json).
      - Environment variables and files are read on the host that runs the task.
    type: str
    aliases: [tf_token]
  tfe_address:
    description:
      - The address of the API. A host (V(tfe.example.com)) or a URL, with or without a port, a path prefix, a trailing
        slash or V(/api/v2).
      - If omitted, the environment variables E(TFE_ADDRESS), E(TFE_HOSTNAME) and E(TF_HOSTNAME) are tried in this
        order, then V(https://app.terraform.io) is used.
      - If there is no API at this address, the host's service discovery document (C(/.well-known/terraform.json)) is
        read, and the path that it names on the same host is used.
      - A malformed address is an error. The task never falls back to another host.
    type: str
  tfe_timeout:
    description:
      - How long to wait for a connection and for each part of a response, in seconds. A whole request can take ten
        times as long.
      - If omitted, the environment variable E(TFE_TIMEOUT) is used, else V(30).
    type: float
  tfe_max_retries:
    description:
      - How often to retry a request after a response with status 408, 429 or any 5xx, a dropped connection or a
        timeout. Each wait is at most 30 seconds.
      - The request that creates an OAuth client is retried only after 429, and when no part of it can have reached the
        server.
      - If omitted, the environment variable E(TFE_MAX_RETRIES) is used, else V(5).
    type: int
  tfe_verify_tls:
    description:
      - Whether to verify the server's certificate.
      - If omitted, the environment variable E(TFE_VERIFY_TLS) is used, else V(true).
    type: bool
  tfe_ca_bundle:
    description:
      - A file or a folder with certificates of authorities to trust, for a private CA. They are trusted in addition to
        those that the system trusts and those that come with the Python library C(requests).
      - If omitted, the environment variables E(SSL_CERT_FILE), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are tried in
        this order.
    type: path
  tfe_client_cert:
    description:
      - A file with the client certificate (PEM) to present to a server or gateway that requires one (mutual TLS).
      - If omitted, the environment variable E(TFE_CLIENT_CERT) is used.
    version_added: 0.2.0
    type: path
  tfe_client_key:
    description:
      - The file with the unencrypted private key (PEM) of O(tfe_client_cert). Not needed if the key is in that file.
      - If omitted, the environment variable E(TFE_CLIENT_KEY) is used.
    version_added: 0.2.0
    type: path
  tfe_headers:
    description:
      - HTTP headers to send with every request, by name, for a gateway in front of the API. The values are treated as
        secrets and must have at least 8 characters.
      - Headers that this collection or HTTP itself sets, such as C(Authorization), are refused.
      - If omitted, the environment variable E(TFE_HEADERS) is used, a dictionary in JSON.
    version_added: 0.2.0
    type: dict
  tfe_proxies:
    description:
      - The URL of a proxy for all requests, for example V(http://proxy.example.com:3128). An empty string means no
        proxy.
      - If omitted, the environment variable E(TFE_PROXIES) is used, else the usual E(https_proxy), E(http_proxy) and
        E(all_proxy).
      - Hosts in E(no_proxy) are always reached directly.
    type: str
  # </generated settings>
requirements:
  - requests >= 2.28 (Python library)
notes:
  - A C(.netrc) file is never used.
seealso:
  - name: OAuth clients API
    description: The API behind this collection.
    link: https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients
"""

    ATTRIBUTES = r"""
options: {}
notes:
  - The task runs on the host of the play and needs the environment variables and the Python library there. This should
    usually be the controller, with C(hosts=localhost) or C(delegate_to=localhost).
attributes:
  check_mode:
    description: Can run in C(check_mode) and predict what a real run would do, without changing anything.
    support: full
  diff_mode:
    description: Returns in diff mode what has changed, or would change in check mode.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Use C(group/hcptf.vcs.tfe) in C(module_defaults) to set options once for all modules of the collection.
    support: full
    membership: [hcptf.vcs.tfe]
"""
