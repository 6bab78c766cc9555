# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds problems in VCS connections, for the playbook audit and for other reports."""

from __future__ import annotations

DOCUMENTATION = r"""
name: oauth_client_findings
short_description: Find problems in VCS connections
version_added: 0.1.0
description:
  - Evaluates the VCS connections (OAuth clients) that M(hcptf.vcs.oauth_client_info) has read, and lists the most
    serious problems first.
  - The playbook C(hcptf.vcs.audit) uses it for its report.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description:
      - The connections, of one or of many organizations, as in
        RV(hcptf.vcs.oauth_client_info#module:oauth_clients).
      - Read them with V(tokens), V(affected_workspaces) and V(health) in
        O(hcptf.vcs.oauth_client_info#module:include), and V(vcs_events) for recent errors. Anything that was not read
        is not evaluated.
      - A connection can have a key C(links) with the number of VCS links of each kind, as in
        RV(hcptf.vcs.audit_report#filter:_value.connections[].links). If any number is above zero, the connection is not
        unused.
    type: list
    elements: dict
    required: true
  now:
    description: The time at which ages are calculated, in ISO 8601. Defaults to the current time.
    type: str
seealso:
  - module: hcptf.vcs.oauth_client_info
"""

EXAMPLES = r"""
- name: Read the connections
  hcptf.vcs.oauth_client_info:
    organization: acme
    include: [tokens, affected_workspaces, health]
  register: acme

- name: Stop if any connection has a problem
  ansible.builtin.assert:
    that: troubled | length == 0
    fail_msg: "{{ troubled | map(attribute='reasons') | flatten }}"
  vars:
    troubled: "{{ acme.oauth_clients | hcptf.vcs.oauth_client_findings | selectattr('trouble') }}"
"""

RETURN = r"""
_value:
  description:
    - The connections, those with the most serious findings first. Each keeps its own keys and gets the keys described
      here.
  type: list
  elements: dict
  contains:
    finding:
      description:
        - The most serious of RV(_value[].findings), V(healthy) if there is none.
        - V(failing) if the VCS provider refuses the personal access token.
        - V(duplicate) if the organization has the same connection, by provider, URL and Azure DevOps organization, more
          than once.
        - V(no_token) if there is no OAuth token, so no workspace can use the connection.
        - V(useless_scope) if neither the whole organization nor any project can use it.
        - V(with_errors) if the server had errors with the VCS provider in the last ten days. Added in version 0.2.0.
        - V(unused) if no workspace uses it and, if VCS links were counted, nothing else either.
        - V(unknown) if the personal access token could not be checked.
      type: str
      returned: always
      choices: [failing, duplicate, no_token, useless_scope, with_errors, unused, unknown, healthy]
      sample: failing
    findings:
      description: All findings, the most serious first.
      type: list
      elements: str
      returned: always
      sample: [failing, unused]
    reasons:
      description: A sentence for each of RV(_value[].findings).
      type: list
      elements: str
      returned: always
      sample: ["GitHub did not accept the token.", "No workspace uses it."]
    trouble:
      description:
        - Whether somebody should act. V(with_errors), V(unused) and V(unknown) alone do not count.
        - An error stays recent for ten days, even if its cause is fixed.
      type: bool
      returned: always
      sample: true
    scope:
      description: Who can use the connection, in words.
      type: str
      returned: always
      sample: 2 projects
    token_owner:
      description: The login at the VCS provider that owns the newest OAuth token, V(null) if it is not known.
      type: str
      returned: always
      sample: acme-bot
    token_created_at:
      description: When the newest OAuth token was created, V(null) if it is not known.
      type: str
      returned: always
      sample: "2026-02-03T09:14:27.118Z"
      version_added: 0.2.0
    duplicates:
      description: The IDs of the other OAuth clients of the organization for the same connection.
      type: list
      elements: str
      returned: always
      sample: []
      version_added: 0.2.0
    token_age_days:
      description:
        - The age of the newest OAuth token in whole days, V(null) if it is not known.
        - A personal access token that was replaced in place does not make the OAuth token younger.
      type: int
      returned: always
      sample: 296
"""

import math
import time
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.module_utils._base import urls
from ansible_collections.hcptf.vcs.plugins.module_utils._base.timestamps import seconds_since_1970
from ansible_collections.hcptf.vcs.plugins.module_utils._model.vcs_link import KINDS
from ansible_collections.hcptf.vcs.plugins.plugin_utils._audit import counted

Described = t.Mapping[str, t.Any]

#: The most serious first.
FINDINGS = ("failing", "duplicate", "no_token", "useless_scope", "with_errors", "unused", "unknown", "healthy")
_TROUBLE = frozenset(FINDINGS[:4])


def oauth_client_findings(oauth_clients: t.Iterable[Described], now: str | None = None) -> list[dict[str, t.Any]]:
    """Return the connections with their findings, the most serious first."""
    connections = list(oauth_clients)
    if not all(isinstance(connection, t.Mapping) for connection in connections):
        raise AnsibleFilterError("oauth_client_findings takes the list 'oauth_clients' of hcptf.vcs.oauth_client_info.")
    # YAML makes a datetime of a time without quotation marks.
    judged_at = seconds_since_1970(str(now)) if now else time.time()
    if judged_at is None:
        raise AnsibleFilterError("oauth_client_findings: now is not a date in ISO 8601.")
    alike: dict[tuple[str, ...], list[str]] = {}
    for connection in connections:
        alike.setdefault(_identity(connection), []).append(connection["id"])

    judged = []
    for connection in connections:
        twins = [other for other in alike[_identity(connection)] if other != connection["id"]]
        found = dict(_findings(connection, twins))
        token: Described = next(iter(connection.get("oauth_tokens") or ()), {})
        created = seconds_since_1970(token.get("created_at"))
        judged.append(
            {
                **connection,
                "finding": next(iter(found), "healthy"),
                "findings": list(found),
                "reasons": list(found.values()),
                "trouble": not _TROUBLE.isdisjoint(found),
                "scope": _scope(connection),
                "duplicates": twins,
                "token_owner": token.get("service_provider_user"),
                "token_created_at": token.get("created_at"),
                "token_age_days": None if created is None else math.floor((judged_at - created) / 86400),
            }
        )
    return sorted(judged, key=_place)


def _identity(connection: Described) -> tuple[str, ...]:
    """Return the key by which duplicates are found. A connection without a known URL has no duplicates."""
    url = urls.normalize(connection.get("http_url"))
    return (
        str(connection.get("organization")),
        str(connection.get("service_provider")),
        url or str(connection["id"]),
        (connection.get("ado_org_name") or "").lower(),
    )


def _findings(connection: Described, twins: list[str]) -> t.Iterator[tuple[str, str]]:
    """Each finding with its reason, in the order of FINDINGS.

    Reasons are made of IDs and the server's own sentences, never of names that people gave: before ansible-core 2.19
    a text that was put together would lose the mark that it must not be taken for a template.
    """
    health = connection.get("health") or {}
    status, has_token = health.get("status"), connection.get("oauth_token_id") is not None
    if status == "failing":
        yield "failing", health.get("reason") or "The VCS provider refuses the personal access token."
    if twins:
        yield "duplicate", f"The same connection as {' and '.join(twins)}."
    if not has_token:
        yield "no_token", "It has no OAuth token, so no workspace can use it."
    if _scope(connection) == "nobody":
        yield "useless_scope", "Neither the whole organization nor any project may use it."
    errors = connection.get("vcs_events_count")
    if errors:
        yield "with_errors", f"The server had {counted(errors, 'recent error')} with the VCS provider."
    unused = _unused(connection)
    if unused:
        yield "unused", unused
    if has_token and status == "unknown":
        yield "unknown", health.get("reason") or "The personal access token could not be checked."


def _unused(connection: Described) -> str | None:
    """Why a connection counts as unused. VCS links, if they were counted, show policy sets and modules too."""
    count, links = connection.get("affected_workspaces_count"), connection.get("links") or {}
    no_workspace = count == 0 and count is not False
    if any(links.values()) or not (no_workspace or count is None):
        return None
    if links and all(links.get(kind) == 0 for kind in KINDS):
        # Without a count there can be workspaces that the API token cannot see. Many servers lack the other kinds.
        certain = no_workspace and None not in links.values()
        return "Nothing uses it." if certain else "Nothing that the API token can see uses it."
    return "No workspace uses it." if no_workspace else None


def _scope(connection: Described) -> str:
    """Projects count only where the connection is not for the whole organization, which keeps them for later."""
    whole, projects = connection.get("organization_scoped"), connection.get("projects")
    if whole:
        return "organization"
    if whole is None or projects is None:
        return "unknown"
    if not projects:
        return "nobody"
    return counted(len(projects), "project")


def _place(connection: Described) -> tuple[t.Any, ...]:
    names = ("organization", "service_provider", "http_url", "name", "id")
    return (FINDINGS.index(connection["finding"]), *(str(connection.get(name) or "").lower() for name in names))


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"oauth_client_findings": oauth_client_findings}
