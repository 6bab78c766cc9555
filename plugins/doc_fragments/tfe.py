# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module of the collection documents alike: how to reach the API, and what it supports."""

from __future__ import annotations


class ModuleDocFragment:
    # How to reach the API. The argument spec of the same options is TFE in module_utils/_arguments.py.
    DOCUMENTATION = r"""
options:
  tfe_token:
    description:
      - The API token of HCP Terraform or Terraform Enterprise, of a user, a team or the organization.
        Users and teams need the organization's permission to manage VCS settings.
      - If it is left out or empty, these are tried in this order, and the first one that holds a token is taken.
        The environment variable E(TFE_TOKEN);
        E(TF_TOKEN_<host>) in Terraform's encoding of the host, for example E(TF_TOKEN_app_terraform_io);
        E(TF_TOKEN);
        what C(terraform login) has written for the host to C(~/.terraform.d/credentials.tfrc.json).
      - Environment and files are those of the host that runs the task.
    type: str
    aliases: [tf_token]
  tfe_address:
    description:
      - Where the API is. A host (V(tfe.example.com)) or a URL, with or without port, path prefix, final slash or
        V(/api/v2).
      - If it is left out, the environment variables E(TFE_ADDRESS), E(TFE_HOSTNAME) and E(TF_HOSTNAME) are tried in
        this order, then V(https://app.terraform.io) is used.
      - A malformed address is an error. It never makes the task talk to another host.
    type: str
  tfe_timeout:
    description:
      - How long to wait for a connection and for each part of an answer, in seconds.
      - If it is left out, the environment variable E(TFE_TIMEOUT) is used, else V(30).
    type: float
  tfe_max_retries:
    description:
      - How often a request is repeated after an answer 429, 500, 502, 503 or 504, a dropped connection or a time-out.
        Each wait is at most 30 seconds.
      - The request that creates an OAuth client is repeated only after 429, and when nothing of it can have reached
        the server.
      - If it is left out, the environment variable E(TFE_MAX_RETRIES) is used, else V(5).
    type: int
  tfe_verify_tls:
    description:
      - Whether the server's certificate is checked.
      - If it is left out, the environment variable E(TFE_VERIFY_TLS) is used, else V(true).
    type: bool
  tfe_ca_bundle:
    description:
      - A file with the certificates of the authorities to trust, for a private CA.
      - If it is left out, the environment variables E(SSL_CERT_FILE), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are
        used in this order, else the certificates that come with the Python library C(requests).
    type: path
  tfe_proxies:
    description:
      - The URL of a proxy for all requests, for example V(http://proxy.example.com:3128). An empty text means no proxy.
      - If it is left out, the environment variable E(TFE_PROXIES) is used, else the usual E(https_proxy) and
        E(http_proxy).
      - Hosts in E(no_proxy) are always reached directly.
    type: str
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
  - The task runs on the host of the play, and needs the environment variables and the Python library there. Usually
    that
    should be the controller, with C(hosts=localhost) or C(delegate_to=localhost).
attributes:
  check_mode:
    description: Can run in C(check_mode) and tell what a real run would do, without changing anything.
    support: full
  diff_mode:
    description: Returns in diff mode what has changed, or would change in check mode.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Use C(group/hcptf.vcs.tfe) in C(module_defaults) to state the options of all modules of the
      collection once.
    support: full
    membership: [hcptf.vcs.tfe]
"""
