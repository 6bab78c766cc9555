# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links a task means, how repositories are mapped, and what becomes of each link."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._model.link_plan import (
    LinkFilter,
    RepositoryMap,
    changed_settings,
    plan_moves,
    refusal,
)
from ansible_collections.hcptf.vcs.plugins.module_utils._model.vcs_link import (
    GITHUB_APP,
    OAUTH_TOKEN,
    Credential,
    VcsLink,
)

OLD, OLDER, NEW, THIRD = (Credential(OAUTH_TOKEN, f"ot-{name}") for name in ("old", "older", "new", "third"))
APP = Credential(GITHUB_APP, "ghain-1")


def link(name="one", credential=OLD, kind="workspace", **values):
    values = {"repository": "acme/one", **values}
    return VcsLink(kind, f"id-{name}", name, "acme", credential, **values)


# -- which links


@pytest.mark.parametrize(
    ("link_filter", "fits"),
    [
        (LinkFilter(), True),
        (LinkFilter(kinds=("workspace",)), True),
        (LinkFilter(kinds=("policy_set",)), False),
        (LinkFilter(names=("network-*",)), True),
        (LinkFilter(names=("other", "network-prod")), True),
        (LinkFilter(names=("Network-*",)), False),
        (LinkFilter(names=("network",)), False),
        (LinkFilter(projects=frozenset({"prj-1"})), True),
        (LinkFilter(projects=frozenset({"prj-2"})), False),
        (LinkFilter(names=("network-*",), projects=frozenset({"prj-2"})), False),
    ],
)
def test_a_link_fits_if_kind_name_and_project_do(link_filter, fits):
    assert link_filter.fits(link("network-prod", project_id="prj-1")) is fits


def test_objects_without_project_never_fit_a_filter_by_project():
    assert not LinkFilter(projects=frozenset({"prj-1"})).fits(link(kind="policy_set"))


# -- where repositories are


@pytest.mark.parametrize(
    ("rules", "before", "after"),
    [
        ([], "acme/one", "acme/one"),
        ([("acme/one", "platform/one")], "acme/one", "platform/one"),
        ([("acme/one", "platform/one")], "acme/one-more", "acme/one-more"),
        ([("ACME/One", "platform/one")], "acme/ONE", "platform/one"),
        ([("acme/*", "platform/terraform/*")], "acme/one", "platform/terraform/one"),
        ([("acme/*", "platform/*")], "Acme/KeepsItsCase", "platform/KeepsItsCase"),
        ([("acme/*", "platform/*")], "acme-labs/one", "acme-labs/one"),
        ([("acme/*", "platform/*")], "acme/", "acme/"),
        ([("acme/*", "x/*"), ("acme/one", "y/one")], "acme/one", "y/one"),
        ([("acme/t*", "x/*"), ("acme/*", "y/*")], "acme/two", "x/wo"),
        ([("acme/*-tf", "x/terraform-*")], "acme/one-tf", "x/terraform-one"),
        # The star is at least one character, and both of its sides must be there.
        ([("acme/tf-*-aws", "x/*")], "acme/tf-aws", "acme/tf-aws"),
        ([("acme/*", "org/project/_git/*")], "acme/one", "org/project/_git/one"),
        ([("org/project/_git/*", "group/sub/*")], "org/project/_git/one", "group/sub/one"),
        ([("/acme/one/", " x/one ")], "acme/one", "x/one"),
    ],
)
def test_repositories_are_mapped_by_exact_rules_first_then_by_patterns(rules, before, after):
    mapped = RepositoryMap([{"from": old, "to": new} for old, new in rules])
    assert mapped.map(before) == after


@pytest.mark.parametrize(
    "rule",
    [
        {"from": "acme/*", "to": "x/one"},
        {"from": "acme/one", "to": "x/*"},
        {"from": "*/*", "to": "x/*"},
        {"from": "*/*", "to": "*/*"},
        {"from": "", "to": "x/one"},
        {"from": "acme/one", "to": " "},
        {"from": "acme/one"},
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(rule):
    with pytest.raises(InvalidArgument, match=r"repositories\[1\]"):
        RepositoryMap([{"from": "a/b", "to": "c/d"}, rule])


# -- what becomes of each


def actions(links):
    moves = plan_moves(links, (OLD, OLDER), NEW, RepositoryMap([{"from": "acme/*", "to": "x/*"}]))
    return [(move.link.name, move.action, move.repository) for move in moves]


def test_links_of_every_token_of_the_old_connection_are_moved_and_those_of_a_third_one_are_not_listed():
    links = [link("a", OLD), link("b", THIRD), link("c", NEW), link("d", OLDER), link("e", APP), link("f", None)]
    assert actions(links) == [("a", "moved", "x/one"), ("c", "unchanged", "acme/one"), ("d", "moved", "x/one")]


@pytest.mark.parametrize(
    ("values", "reachable", "code"),
    [
        ({}, True, None),
        ({}, None, None),
        ({"can_update": True}, None, None),
        ({}, False, "repository_unreachable"),
        ({"can_update": False}, True, "forbidden"),
        ({"repository": None}, True, "invalid_answer"),
    ],
)
def test_links_that_cannot_be_moved_are_found_before_any_write(values, reachable, code):
    (move,) = plan_moves([link(**values)], (OLD,), NEW, RepositoryMap([]))
    error = refusal(move, reachable, "OAuth client oc-new ('New')")
    assert (error.code if error else None) == code


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"branch": "main"}, {"branch": "main"}, []),
        ({"branch": "main"}, {"branch": "dev"}, ["branch"]),
        ({"branch": "main"}, {"branch": None}, ["branch"]),
        ({"branch": ""}, {"branch": None}, []),
        ({"branch": "main"}, {}, []),
        ({"ingress-submodules": True}, {"ingress-submodules": False}, ["ingress-submodules"]),
        ({"tags-regex": "v.*"}, {"tags-regex": ""}, ["tags-regex"]),
    ],
)
def test_settings_that_the_server_changed_by_itself_are_found(before, after, changed):
    assert changed_settings(link(kept=before), link(kept=after)) == changed
