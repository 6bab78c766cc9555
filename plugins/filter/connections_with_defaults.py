# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections with what they inherit: the one place where the role decides what wins over what."""

from __future__ import annotations

DOCUMENTATION = r"""
name: connections_with_defaults
short_description: Let VCS connections inherit options by their provider
version_added: 0.1.0
description:
  - Gives each of the VCS connections for M(hcptf.vcs.oauth_clients) the options that it does not state itself.
  - What a connection states wins over O(by_provider), that over O(common), and that over O(inherited). Options count
    under any of their names, so that C(pat) wins over C(personal_access_token).
  - The role P(hcptf.vcs.vcs_connections#role) makes its task with it.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The connections, as in O(hcptf.vcs.oauth_clients#module:connections).
    type: list
    elements: dict
    required: true
  by_provider:
    description: For each C(service_provider), options that all its connections inherit.
    type: dict
    default: {}
  common:
    description: Options that all connections inherit.
    type: dict
    default: {}
  inherited:
    description:
      - For each C(service_provider), the options that count least, such as a personal access token from the
        environment.
      - A connection to V(ado_server) inherits them only with a C(private_key) or C(update_secrets=always), wherever it
        has these from. Azure DevOps Server takes no token without that key, unless to replace the one that it has, and
        a connection without the key is one to be found.
    type: dict
    default: {}
seealso:
  - module: hcptf.vcs.oauth_clients
"""

EXAMPLES = r"""
- name: Connect to several hosts of GitLab with one personal access token
  hcptf.vcs.oauth_clients:
    organization: acme
    connections: "{{ connections | hcptf.vcs.connections_with_defaults(by_provider=defaults) }}"
  vars:
    connections:
      - service_provider: gitlab_community_edition
        http_url: https://gitlab.example.com
      - service_provider: gitlab_community_edition
        http_url: https://gitlab-emea.example.com
    defaults:
      gitlab_community_edition:
        agent_pool: datacenter
        personal_access_token: "{{ lookup('ansible.builtin.env', 'GITLAB_TOKEN') }}"
"""

RETURN = r"""
_value:
  description: The connections in the order given, options by their first names.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_specs import CONNECTION

Options = t.Mapping[str, t.Any]

_ALIASES = {alias: name for name, option in CONNECTION.items() for alias in option.get("aliases", ())}


def connections_with_defaults(
    connections: t.Iterable[Options],
    by_provider: t.Mapping[str, Options] | None = None,
    common: Options | None = None,
    inherited: t.Mapping[str, Options] | None = None,
) -> list[dict[str, t.Any]]:
    """The connections with what they inherit."""
    merged = []
    for connection in connections:
        if not isinstance(connection, t.Mapping):
            raise AnsibleFilterError("connections_with_defaults takes a list of connections, each a dictionary.")
        provider = connection.get("service_provider") or ""
        stated = {
            **_first_names(common),
            **_first_names((by_provider or {}).get(provider)),
            **_first_names(connection),
        }
        least = (inherited or {}).get(provider) if _inherits(provider, stated) else None
        merged.append({**_first_names(least), **stated})
    return merged


def _first_names(options: Options | None) -> dict[str, t.Any]:
    return {_ALIASES.get(name, name): value for name, value in (options or {}).items()}


def _inherits(provider: str, stated: Options) -> bool:
    return provider != "ado_server" or bool(stated.get("private_key")) or stated.get("update_secrets") == "always"


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"connections_with_defaults": connections_with_defaults}
