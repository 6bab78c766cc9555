# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of an audit as metrics, as Prometheus reads them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.audit_prometheus import DOCUMENTATION, FilterModule
from ansible_collections.hcptf.vcs.plugins.filter.audit_report import audit_report
from ansible_collections.hcptf.vcs.plugins.module_utils._base.printable import printable
from utils.audit_answer import EVIL, FAILING, NO_TOKEN, NOW, UNREAD, answer, connection, errors

parser = pytest.importorskip("prometheus_client.parser")

audit_prometheus = FilterModule().filters()["audit_prometheus"]
LINKS = {
    "links": [{"kind": "workspace", "connection": {"oauth_client_id": "oc-1"}}],
    "unread": [{"organization": "acme", "kind": "policy_set"}],
}


def write(*connections, links=None, **values):
    return audit_prometheus(audit_report(answer(*connections, **values), NOW, links))


def metrics(text):
    """The samples of each metric: labels and value."""
    families = list(parser.text_string_to_metric_families(text))
    return {
        family.name.removeprefix("hcptf_vcs_"): [(sample.labels, sample.value) for sample in family.samples]
        for family in families
    }


@pytest.fixture
def everything():
    return write(
        connection(**FAILING, name=None, **errors("403", count=12)),
        connection(id="oc-2", http_url="https://b", affected_workspaces_count=None, **NO_TOKEN),
        links=LINKS,
        organizations=["acme", "gone"],
        unread=[UNREAD],
    )


def test_all_metrics(everything):
    found = metrics(everything)
    one, other = ({"organization": "acme", "oauth_client_id": f"oc-{n}"} for n in (1, 2))
    assert found["audit_timestamp_seconds"] == [({}, datetime.fromisoformat("2026-11-25T12:00:00+00:00").timestamp())]
    assert found["organization_readable"] == [({"organization": "gone"}, 0), ({"organization": "acme"}, 1)]
    assert {labels["finding"]: value for labels, value in found["connections"]} == {
        **dict.fromkeys(("duplicate", "useless_scope", "with_errors", "unused", "unknown", "healthy"), 0),
        **dict.fromkeys(("failing", "no_token"), 1),
    }
    info = {"service_provider": "github", "http_url": "https://github.com", "token_owner": "acme-bot"}
    assert found["connection_info"][0] == ({**one, "name": "", **info, "finding": "failing"}, 1)
    assert found["connection_trouble"] == [(one, 1), (other, 1)]
    # What is not known is no sample.
    assert found["connection_affected_workspaces"] == [(one, 1)]
    assert found["connection_recent_errors"] == [(one, 12)]
    created = datetime.fromisoformat("2026-11-15T11:59:59.999+00:00").timestamp()
    assert found["connection_token_created_timestamp_seconds"] == [(one, created)]
    counts = {(labels["oauth_client_id"], labels["kind"]): value for labels, value in found["connection_links"]}
    assert counts == {
        ("oc-1", "workspace"): 1,
        **{("oc-1", kind): 0 for kind in ("registry_module", "stack", "registry_component")},
        **{("oc-2", kind): 0 for kind in ("workspace", "registry_module", "stack", "registry_component")},
    }


def test_names_follow_the_rules_of_promtool(everything):
    """Every metric has a help text and a type, a base unit at its end, and no suffix of another type."""
    names = set(re.findall(r"^(\w+)[{ ]", everything, re.MULTILINE))
    assert len(names) == 9
    for name in names:
        assert re.fullmatch(r"hcptf_vcs_[a-z]+(_[a-z]+)*", name)
        assert not re.search(r"_(total|count|sum|bucket|info_info|gauge|days|minutes|milliseconds)(_|$)", name)
        about = re.findall(rf"^# (HELP|TYPE) {name} (.+)$", everything, re.MULTILINE)
        assert [kind for kind, dummy in about] == ["HELP", "TYPE"]
        assert about[1][1] == "gauge"
        assert everything.count(f"# TYPE {name} ") == 1
    labels = set(re.findall(r'[{,](\w+)="', everything))
    assert {label for label in labels if not re.fullmatch(r"[a-z]+(_[a-z]+)*", label)} == set()


def test_the_documentation_names_all_metrics(everything):
    assert set(re.findall(r"hcptf_vcs_\w+", DOCUMENTATION)) == set(
        re.findall(r"^# TYPE (\w+)", everything, re.MULTILINE)
    )


def test_an_audit_that_found_nothing_still_has_its_time():
    assert set(metrics(write(organizations=[]))) == {"audit_timestamp_seconds"}


@pytest.mark.parametrize("evil", EVIL)
def test_any_name_is_one_label_value(evil):
    values = {
        **dict.fromkeys(("name", "http_url", "service_provider"), evil),
        "organization": evil or "acme",
        "oauth_tokens": [{"id": "ot-1", "created_at": evil, "service_provider_user": evil}],
    }
    text = write(connection(**values), organizations=[evil or "acme"])
    assert all(line.isprintable() for line in text.split("\n"))
    ((labels, dummy),) = metrics(text)["connection_info"]
    # Line breaks survive, other control characters are replaced.
    expected = "\n".join(map(printable, evil.split("\n")))
    assert [labels[name] for name in ("name", "http_url", "token_owner")] == [expected] * 3


def test_a_connection_that_the_server_lists_twice_is_one_sample():
    """The textfile collector refuses the whole file because of one sample that is there twice."""
    lines = write(connection(), connection(), organizations=["acme", "acme"]).splitlines()
    samples = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    assert len(samples) == len(set(samples))


def test_wrong_input():
    with pytest.raises(AnsibleFilterError, match="audit_prometheus takes the report"):
        audit_prometheus("made-up")
