# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adds inherited options to connections: the one place that decides their precedence."""

from __future__ import annotations

DOCUMENTATION = r"""
name: connections_with_defaults
short_description: Let VCS connections inherit options by their provider
version_added: 0.1.0
description:
  - Adds options to VCS connections for M(hcptf.vcs.oauth_clients) that do not have them.
  - Precedence, highest first - the connection's own options, O(by_provider), O(common), O(inherited). Aliases are
    resolved first, so a connection's C(pat) wins over an inherited C(personal_access_token). An option that is V(omit)
    counts as not set.
  - A connection that is not a dictionary is returned as it is. M(hcptf.vcs.oauth_clients) reports it.
  - The role P(hcptf.vcs.vcs_connections#role) uses this filter.
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
      - For each C(service_provider), the options with the lowest precedence, such as a personal access token from the
        environment.
      - A connection to V(ado_server) inherits them only with a C(private_key) or C(update_secrets=always), which can be
        inherited too. Azure DevOps Server needs that key to create a connection. An entry without it can only look one
        up, so it must not inherit a token.
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
  description: The connections in the same order, with aliases replaced by the names of the options.
  type: list
  elements: dict
"""

import datetime
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_specs import CONNECTION
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from ansible_collections.hcptf.vcs.plugins.plugin_utils._names import shown
from ansible_collections.hcptf.vcs.plugins.plugin_utils._omitted import is_omitted

Options = t.Mapping[str, t.Any]

_ALIASES = {alias: name for name, option in CONNECTION.items() for alias in option.get("aliases", ())}


def connections_with_defaults(
    connections: t.Any,
    by_provider: t.Mapping[str, Options] | None = None,
    common: Options | None = None,
    inherited: t.Mapping[str, Options] | None = None,
) -> t.Any:
    """Return the connections with inherited options. Return a malformed entry as it is, for the module to report."""
    _refuse_other_shapes(by_provider, "by_provider")
    _refuse_other_shapes(inherited, "inherited")
    if isinstance(connections, (str, bytes)):
        # The module refuses it by its type. The text itself would become a list up to ansible-core 2.18 if it is one in
        # JSON, and the connections in it would have inherited nothing.
        return "text"
    if isinstance(connections, t.Mapping) or not isinstance(connections, t.Iterable):
        return connections
    return [_merged(each, by_provider or {}, common, inherited or {}) for each in connections]


def _refuse_other_shapes(by_provider: t.Any, option: str) -> None:
    """Raise AnsibleFilterError, which must not contain any value, for defaults that are not dictionaries."""
    if by_provider is not None and not isinstance(by_provider, t.Mapping):
        raise AnsibleFilterError(f"connections_with_defaults: {option} is not a dictionary.")
    for provider, options in (by_provider or {}).items():
        if provider not in SERVICE_PROVIDERS:
            raise AnsibleFilterError(
                f"connections_with_defaults: {option} has options for an unknown provider: {shown(provider)}. "
                f"Providers are: {', '.join(SERVICE_PROVIDERS)}."
            )
        if options is not None and not isinstance(options, t.Mapping):
            raise AnsibleFilterError(
                f"connections_with_defaults: {option}.{provider} is not a dictionary with the options of a connection."
            )


def _merged(
    connection: t.Any,
    by_provider: t.Mapping[str, Options],
    common: Options | None,
    inherited: t.Mapping[str, Options],
) -> t.Any:
    if not isinstance(connection, t.Mapping):
        return connection
    provider = connection.get("service_provider")
    if not isinstance(provider, str):
        provider = ""
    own = {**_given(common), **_given(by_provider.get(provider)), **_given(connection)}
    least = inherited.get(provider) if _inherits(provider, own) else None
    return {**_given(least), **own}


def _given(options: Options | None) -> dict[str, t.Any]:
    """The options that are set, by their names instead of aliases."""
    return {
        _ALIASES.get(name, name): _without_dates(value)
        for name, value in (options or {}).items()
        if not is_omitted(value)
    }


def _without_dates(value: t.Any) -> t.Any:
    """The value with text in place of dates, which YAML makes of names without quotation marks.

    Up to ansible-core 2.18, one date in a list that a template returns would turn the whole list into text.
    """
    if isinstance(value, datetime.date):
        return value.isoformat()
    return [_without_dates(each) for each in value] if isinstance(value, list) else value


def _inherits(provider: str, own: Options) -> bool:
    return provider != "ado_server" or bool(own.get("private_key")) or own.get("update_secrets") == "always"


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"connections_with_defaults": connections_with_defaults}
