# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as metrics for Prometheus."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_prometheus
short_description: Write an audit report as Prometheus metrics
version_added: 0.2.0
description:
  - Turns a report of P(hcptf.vcs.audit_report#filter) into metrics in the text format of Prometheus, for the textfile
    collector of C(node_exporter). All metrics are gauges.
  - C(hcptf_vcs_audit_timestamp_seconds) - the time of the audit.
  - C(hcptf_vcs_organization_readable) - 1 if the organization could be read, else 0. Label C(organization).
  - C(hcptf_vcs_connections) - the number of connections. Labels C(organization), C(service_provider), C(finding). A
    finding that no connection to the provider has is 0.
  - C(hcptf_vcs_connection_info) - always 1. Labels C(organization), C(oauth_client_id), C(name), C(service_provider),
    C(http_url), C(token_owner), C(finding). Join it with the metrics below.
  - C(hcptf_vcs_connection_trouble) - 1 if somebody should do something about the connection, else 0. Labels
    C(organization), C(oauth_client_id), as of the metrics that follow.
  - C(hcptf_vcs_connection_affected_workspaces) - how many workspaces use the connection.
  - C(hcptf_vcs_connection_token_created_timestamp_seconds) - when the OAuth token was created.
  - C(hcptf_vcs_connection_links) - the number of VCS links, if they were counted. Also with the label C(kind).
  - C(hcptf_vcs_connection_recent_errors) - how many errors the server had with the VCS provider in the last ten days,
    if they were read.
  - A value that is not known has no sample, so it is never taken for 0.
author:
  - hcptf.vcs contributors (@hcptf)
options:
  _input:
    description: The report of P(hcptf.vcs.audit_report#filter).
    type: dict
    required: true
seealso:
  - plugin: hcptf.vcs.audit_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the connections of several organizations
  hcptf.vcs.oauth_client_info:
    organizations: [acme, acme-labs]
    include: [tokens, affected_workspaces, health]
  register: everything

- name: Write metrics for node_exporter
  ansible.builtin.copy:
    content: "{{ everything | hcptf.vcs.audit_report(time='2026-11-25T12:00:00Z') | hcptf.vcs.audit_prometheus }}"
    dest: hcptf_vcs.prom # the folder of the textfile collector, for example /var/lib/node_exporter
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The content of a file for the textfile collector.
  type: str
"""

import typing as t
from collections import Counter

from ansible_collections.hcptf.vcs.plugins.filter.oauth_client_findings import FINDINGS
from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from ansible_collections.hcptf.vcs.plugins.module_utils._base.timestamps import seconds_since_1970
from ansible_collections.hcptf.vcs.plugins.plugin_utils._audit import check_report

Record = t.Mapping[str, t.Any]
Labels = t.Mapping[str, t.Any]
Sample = tuple[Labels, "float | None"]


class _Metric(t.NamedTuple):
    name: str
    help: str
    samples: t.Callable[[Record], t.Iterable[Sample]]


def audit_prometheus(report: Record) -> str:
    """The content of a file for the textfile collector. Metrics without a sample are omitted."""
    check_report("audit_prometheus", report)
    return "".join(line + "\n" for metric in _METRICS for line in _lines(metric, report))


def _lines(metric: _Metric, report: Record) -> list[str]:
    # By its labels, because one sample that is there twice makes node_exporter refuse the whole file.
    samples = {_labels(labels): value for labels, value in metric.samples(report) if value is not None}
    if not samples:
        return []
    name = f"hcptf_vcs_{metric.name}"
    return [
        f"# HELP {name} {metric.help}",
        f"# TYPE {name} gauge",
        *(f"{name}{labels} {_value(value)}" for labels, value in samples.items()),
    ]


def _labels(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: t.Any) -> str:
    """A label value. Line breaks stay, escaped; no other control character does."""
    lines = ("" if value is None else str(value)).split("\n")
    return "\\n".join(printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)


def _value(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _seconds(time: t.Any) -> float | None:
    return seconds_since_1970(str(time))  # YAML makes a datetime of a time without quotation marks


def _audit_time(report: Record) -> t.Iterator[Sample]:
    yield {}, _seconds(report["audited_at"])


def _organizations(report: Record) -> t.Iterator[Sample]:
    for organization in report["organizations"]:
        yield {"organization": organization["name"]}, organization["readable"]


def _connections(report: Record) -> t.Iterator[Sample]:
    counts = Counter((one["organization"], one["service_provider"], one["finding"]) for one in report["connections"])
    for organization, provider in dict.fromkeys(
        (organization, provider) for organization, provider, _finding in counts
    ):
        for finding in FINDINGS:
            labels = {"organization": organization, "service_provider": provider, "finding": finding}
            yield labels, counts[organization, provider, finding]


def _identity(connection: Record) -> dict[str, t.Any]:
    return {"organization": connection["organization"], "oauth_client_id": connection["id"]}


def _info(report: Record) -> t.Iterator[Sample]:
    shown = ("name", "service_provider", "http_url", "token_owner", "finding")
    for one in report["connections"]:
        yield {**_identity(one), **{name: one[name] for name in shown}}, 1


def _each(value: t.Callable[[Record], float | None]) -> t.Callable[[Record], t.Iterable[Sample]]:
    return lambda report: ((_identity(one), value(one)) for one in report["connections"])


def _links(report: Record) -> t.Iterator[Sample]:
    for one in report["connections"]:
        for kind, count in (one["links"] or {}).items():
            yield {**_identity(one), "kind": kind}, count


_METRICS = (
    _Metric("audit_timestamp_seconds", "Time of the last audit of VCS connections.", _audit_time),
    _Metric("organization_readable", "Whether the audit could read the organization.", _organizations),
    _Metric("connections", "Number of VCS connections by their most serious finding.", _connections),
    _Metric("connection_info", "A VCS connection.", _info),
    _Metric("connection_trouble", "Whether a VCS connection has a problem.", _each(lambda one: one["trouble"])),
    _Metric(
        "connection_affected_workspaces",
        "Number of workspaces that use a VCS connection.",
        _each(lambda one: one["affected_workspaces_count"]),
    ),
    _Metric(
        "connection_token_created_timestamp_seconds",
        "Time when the OAuth token of a VCS connection was created.",
        _each(lambda one: _seconds(one["token_created_at"])),
    ),
    _Metric("connection_links", "Number of VCS links to a connection by kind.", _links),
    _Metric(
        "connection_recent_errors",
        "Number of errors between the server and the VCS provider of a connection in the last ten days.",
        _each(lambda one: one["vcs_events_count"]),
    ),
)


class FilterModule:
    """The class that ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filter of this file."""
        return {"audit_prometheus": audit_prometheus}
