# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as data: what the table, the page and the files of the playbook audit show."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_report
short_description: Summarize the VCS connections of organizations
version_added: 0.2.0
description:
  - Builds a report from the result of M(hcptf.vcs.oauth_client_info). It has a summary, every organization, and every
    connection with its problems, its links in the browser and the command that fixes it.
  - The playbook C(hcptf.vcs.audit) writes this report as JSON, and the filters P(hcptf.vcs.audit_table#filter),
    P(hcptf.vcs.audit_csv#filter) and P(hcptf.vcs.audit_prometheus#filter) turn it into other formats.
  - The report holds no secrets.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description:
      - The result of M(hcptf.vcs.oauth_client_info), read with V(tokens), V(affected_workspaces) and V(health) in
        O(hcptf.vcs.oauth_client_info#module:include), and V(vcs_events) for recent errors. Anything that was not read
        is V(null) in the report.
    type: dict
    required: true
  time:
    description:
      - The time of the audit in ISO 8601, for example V(2026-11-25T12:00:00Z). Ages are calculated at this time.
    type: str
    required: true
  links:
    description: The result of M(hcptf.vcs.vcs_links_info) for the same organizations, to count the VCS links.
    type: dict
seealso:
  - module: hcptf.vcs.oauth_client_info
  - plugin: hcptf.vcs.oauth_client_findings
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the connections of several organizations
  hcptf.vcs.oauth_client_info:
    organizations: [acme, acme-labs]
    include: [tokens, affected_workspaces, health]
  register: everything

- name: Show how many connections have which finding
  ansible.builtin.debug:
    var: (everything | hcptf.vcs.audit_report(time='2026-11-25T12:00:00Z')).summary
"""

RETURN = r"""
_value:
  description: The report. New keys can be added in later releases; RV(_value.version) changes if a key is removed.
  type: dict
  contains:
    version:
      description: The version of this structure.
      type: int
      returned: always
      sample: 1
    audited_at:
      description: The time of the audit.
      type: str
      returned: always
      sample: "2026-11-25T12:00:00Z"
    tfe_address:
      description: The address of HCP Terraform or Terraform Enterprise.
      type: str
      returned: always
      sample: https://app.terraform.io
    summary:
      description:
        - The counts of C(organizations), C(unreadable_organizations), C(connections) and C(connections_in_trouble),
          the number of connections for each finding in C(findings), and everything in one sentence in C(text).
        - C(findings) always has all keys - V(failing), V(duplicate), V(no_token), V(useless_scope),
          V(with_errors), V(unused), V(unknown), V(healthy). A connection counts once, with its most serious finding.
      type: dict
      returned: always
      sample:
        organizations: 2
        unreadable_organizations: 0
        connections: 1
        connections_in_trouble: 1
        findings:
          failing: 1
          duplicate: 0
          no_token: 0
          useless_scope: 0
          with_errors: 0
          unused: 0
          unknown: 0
          healthy: 0
        text: "1 connection in 2 organizations: 1 failing"
    organizations:
      description: The organizations. Those that could not be read come first, then those with the most problems.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The name.
          type: str
          returned: always
          sample: acme
        readable:
          description: Whether the organization could be read.
          type: bool
          returned: always
          sample: true
        code:
          description: Why it could not be read, as a code, V(null) if it could.
          type: str
          returned: always
          sample: null
        reason:
          description: Why it could not be read, in words, V(null) if it could.
          type: str
          returned: always
          sample: null
        settings_url:
          description: The page of the organization's VCS connections in HCP Terraform.
          type: str
          returned: always
          sample: https://app.terraform.io/app/acme/settings/version-control
        connections:
          description: The number of connections, V(null) if the organization could not be read.
          type: int
          returned: always
          sample: 1
        connections_in_trouble:
          description: The number of connections with a problem, V(null) if the organization could not be read.
          type: int
          returned: always
          sample: 1
        findings:
          description: The number of connections for each finding, V(null) if the organization could not be read.
          type: dict
          returned: always
          sample:
            failing: 1
            duplicate: 0
            no_token: 0
            useless_scope: 0
            with_errors: 0
            unused: 0
            unknown: 0
            healthy: 0
    connections:
      description: The connections, problems first.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: The ID of the OAuth client.
          type: str
          returned: always
          sample: oc-7hQm2LwZpX4cRt9B
        organization:
          description: The organization.
          type: str
          returned: always
          sample: acme
        name:
          description: The display name.
          type: str
          returned: always
          sample: GitHub
        service_provider:
          description: The VCS provider.
          type: str
          returned: always
          sample: github
        service_provider_display_name:
          description: The name of the VCS provider in HCP Terraform.
          type: str
          returned: always
          sample: GitHub
        http_url:
          description: The URL of the VCS provider.
          type: str
          returned: always
          sample: https://github.com
        ado_org_name:
          description: The Azure DevOps organization.
          type: str
          returned: always
          sample: null
        created_at:
          description: When the connection was created.
          type: str
          returned: always
          sample: "2026-02-03T09:14:27.118Z"
        scope:
          description: Who can use the connection, as in RV(hcptf.vcs.oauth_client_findings#filter:_value[].scope).
          type: str
          returned: always
          sample: organization
        projects:
          description: The IDs of the projects that can use the connection.
          type: list
          elements: str
          returned: always
          sample: []
        oauth_token_id:
          description: The ID of the newest OAuth token.
          type: str
          returned: always
          sample: ot-Yk3sVn8QdGf5uJ2M
        token_owner:
          description: The login at the VCS provider that owns the personal access token.
          type: str
          returned: always
          sample: acme-bot
        token_created_at:
          description: When the OAuth token was created.
          type: str
          returned: always
          sample: "2026-02-03T09:14:27.118Z"
        token_age_days:
          description: The age of the OAuth token in whole days.
          type: int
          returned: always
          sample: 295
        health:
          description: Whether the VCS provider accepts the personal access token, with C(status) and C(reason).
          type: dict
          returned: always
          sample: {status: failing, reason: The VCS provider refuses the personal access token.}
        finding:
          description: The most serious finding, V(healthy) if there is none.
          type: str
          returned: always
          sample: failing
        findings:
          description: All findings, the most serious first.
          type: list
          elements: str
          returned: always
          sample: [failing]
        reasons:
          description: A sentence for each finding.
          type: list
          elements: str
          returned: always
          sample: [The VCS provider refuses the personal access token.]
        trouble:
          description: Whether somebody should do something about the connection.
          type: bool
          returned: always
          sample: true
        affected_workspaces:
          description: The names of workspaces that use the connection (at most 25).
          type: list
          elements: str
          returned: always
          sample: [network-prod]
        affected_workspaces_count:
          description: How many workspaces use the connection, V(null) if the server does not report it.
          type: int
          returned: always
          sample: 1
        links:
          description:
            - The number of VCS links of each kind, V(null) if O(links) is not given.
            - The number of a kind is V(null) if that kind could not be read.
          type: dict
          returned: always
          sample: {workspace: 1, policy_set: 0, registry_module: null, stack: 0, registry_component: 0}
        vcs_events:
          description: The newest errors between the server and the VCS provider, as in
                       RV(hcptf.vcs.oauth_client_info#module:oauth_clients[].vcs_events).
          type: list
          elements: dict
          returned: always
          sample: []
        vcs_events_count:
          description: The number of all errors of the last ten days, V(null) if they were not or could not be read.
          type: int
          returned: always
          sample: 0
        settings_url:
          description: The page of the organization's VCS connections in HCP Terraform.
          type: str
          returned: always
          sample: https://app.terraform.io/app/acme/settings/version-control
        vcs_url:
          description: RV(_value.connections[].http_url) if it is an http or https URL, else V(null).
          type: str
          returned: always
          sample: https://github.com
        command:
          description:
            - The command that fixes the problem, for a POSIX shell, V(null) if there is none.
            - It ends in C(--check), so it changes nothing until that is removed.
          type: str
          returned: always
          sample: >-
            ansible-playbook hcptf.vcs.rotate -e rotate_organization=acme
            -e rotate_oauth_client_id=oc-7hQm2LwZpX4cRt9B --check
"""

import typing as t
from collections import Counter, defaultdict
from urllib.parse import quote

from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.oauth_client_findings import FINDINGS, oauth_client_findings
from ansible_collections.hcptf.vcs.plugins.module_utils._base import urls
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._model.vcs_link import ALL_KINDS
from ansible_collections.hcptf.vcs.plugins.plugin_utils._audit import counted
from ansible_collections.hcptf.vcs.plugins.plugin_utils._next_steps import command

VERSION = 1
#: How many unreadable organizations the sentence of the summary names.
_MOST_NAMES = 5
#: What a connection of the report takes over from oauth_client_findings.
_KEPT = (
    *("id", "organization", "name", "service_provider", "service_provider_display_name", "http_url", "ado_org_name"),
    *("created_at", "scope", "projects", "oauth_token_id", "token_owner", "token_created_at", "token_age_days"),
    *("health", "finding", "findings", "reasons", "trouble"),
    *("affected_workspaces", "affected_workspaces_count", "links", "vcs_events", "vcs_events_count"),
)

Record = t.Mapping[str, t.Any]


def audit_report(answer: Record, time: str, links: Record | None = None) -> dict[str, t.Any]:
    """The report of an audit. Raises AnsibleFilterError unless ``answer`` is a result of oauth_client_info."""
    if not isinstance(answer, t.Mapping) or not isinstance(answer.get("oauth_clients"), t.Sequence):
        raise AnsibleFilterError("audit_report takes the result of hcptf.vcs.oauth_client_info.")
    if links is not None and (not isinstance(links, t.Mapping) or "links" not in links):
        raise AnsibleFilterError("audit_report: links takes the result of hcptf.vcs.vcs_links_info.")
    clients = answer["oauth_clients"]
    if links is not None:
        count = _link_counter(links)
        clients = [{**client, "links": count(client)} for client in clients]
    address = answer.get("tfe_address")
    connections = [_connection(judged, address) for judged in _with_commands(clients, time, address)]
    organizations = _organizations(answer, connections)
    return {
        "version": VERSION,
        "audited_at": time,
        "tfe_address": address,
        "summary": _summary(organizations, connections),
        "organizations": organizations,
        "connections": connections,
    }


def _link_counter(links: Record) -> t.Callable[[Record], dict[str, int | None]]:
    """Counts the links of a connection by kind; None for what could not be read."""
    unread = {(one["organization"].lower(), one["kind"]) for one in links["unread"]}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for link in links["links"]:
        counts[str(link["connection"]["oauth_client_id"])][link["kind"]] += 1

    def count(client: Record) -> dict[str, int | None]:
        name = client["organization"].lower()
        return {
            kind: None if {(name, kind), (name, None)} & unread else counts[client["id"]][kind] for kind in ALL_KINDS
        }

    return count


def _with_commands(clients: t.Sequence[Record], time: str, address: str | None) -> list[dict[str, t.Any]]:
    judged = oauth_client_findings(clients, time)
    by_id = {one["id"]: one for one in judged}
    return [{**one, "command": command(one, [by_id[twin] for twin in one["duplicates"]], address)} for one in judged]


def _connection(judged: Record, address: str | None) -> dict[str, t.Any]:
    return {
        **{name: judged.get(name) for name in _KEPT},
        "settings_url": _settings_url(address, judged["organization"]),
        "vcs_url": _web_address(judged.get("http_url")),
        "command": judged["command"],
    }


def _settings_url(address: str | None, organization: str) -> str | None:
    return f"{address}/app/{quote(organization, safe='')}/settings/version-control" if address else None


def _web_address(url: str | None) -> str | None:
    """The URL if a browser may follow it."""
    try:
        return urls.parse(url or "", "http_url").geturl()
    except InvalidArgument:
        return None


def _organizations(answer: Record, connections: t.Sequence[Record]) -> list[dict[str, t.Any]]:
    unread = {one["organization"]: one for one in answer.get("unread") or ()}
    by_organization: defaultdict[str, list[Record]] = defaultdict(list)
    for connection in connections:
        by_organization[connection["organization"].lower()].append(connection)
    address = answer.get("tfe_address")
    organizations = [
        _organization(name, unread.get(name), by_organization[name.lower()], address)
        for name in answer.get("organizations") or sorted({one["organization"] for one in connections})
    ]
    return sorted(
        organizations, key=lambda one: (one["readable"], -(one["connections_in_trouble"] or 0), one["name"].lower())
    )


def _organization(
    name: str, failure: Record | None, connections: t.Sequence[Record], address: str | None
) -> dict[str, t.Any]:
    return {
        "name": name,
        "readable": failure is None,
        "code": failure["code"] if failure else None,
        "reason": failure["message"] if failure else None,
        "settings_url": _settings_url(address, name),
        "connections": None if failure else len(connections),
        "connections_in_trouble": None if failure else _troubled(connections),
        "findings": None if failure else _by_finding(connections),
    }


def _by_finding(connections: t.Sequence[Record]) -> dict[str, int]:
    counts = Counter(connection["finding"] for connection in connections)
    return {finding: counts[finding] for finding in FINDINGS}


def _troubled(connections: t.Sequence[Record]) -> int:
    return sum(connection["trouble"] for connection in connections)


def _summary(organizations: t.Sequence[Record], connections: t.Sequence[Record]) -> dict[str, t.Any]:
    findings = _by_finding(connections)
    unreadable = [one["name"] for one in organizations if not one["readable"]]
    found = ", ".join(f"{count} {finding.replace('_', ' ')}" for finding, count in findings.items() if count)
    more = [f"{len(unreadable) - _MOST_NAMES} more"] if len(unreadable) > _MOST_NAMES else []
    text = (
        f"{counted(len(connections), 'connection')} in {counted(len(organizations), 'organization')}"
        + (f": {found}" if found else "")
        + (f"; not readable: {', '.join(unreadable[:_MOST_NAMES] + more)}" if unreadable else "")
    )
    return {
        "organizations": len(organizations),
        "unreadable_organizations": len(unreadable),
        "connections": len(connections),
        "connections_in_trouble": _troubled(connections),
        "findings": findings,
        "text": text,
    }


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"audit_report": audit_report}
