# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a connection of the role inherits, and what wins."""

from __future__ import annotations

import datetime

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.hcptf.vcs.plugins.filter.connections_with_defaults import FilterModule

merge = FilterModule().filters()["connections_with_defaults"]

#: The variable omit, as a filter gets it.
OMITTED: dict[str, object] = {"text": f"__omit_place_holder__{40 * '0'}"}
try:
    from ansible._internal._templating._utils import Omit
except ImportError:  # up to ansible-core 2.18
    pass
else:
    OMITTED["object"] = Omit
GITHUB = {"service_provider": "github"}
ADO = {"service_provider": "ado_server", "http_url": "https://ado.example.com"}


def test_the_most_specific_option_wins():
    merged = merge(
        [{**GITHUB, "name": "own"}, GITHUB, {"service_provider": "gitlab_hosted"}],
        by_provider={"github": {"name": "provider's", "force": True}},
        common={"name": "everybody's", "state": "absent"},
        inherited={"github": {"name": "least", "personal_access_token": "pat", "state": "present"}},
    )
    github = {**GITHUB, "force": True, "personal_access_token": "pat", "state": "absent"}
    assert merged == [
        {**github, "name": "own"},
        {**github, "name": "provider's"},
        {"service_provider": "gitlab_hosted", "name": "everybody's", "state": "absent"},
    ]


@pytest.mark.parametrize("omitted", OMITTED.values(), ids=OMITTED)
@pytest.mark.parametrize("name", ["personal_access_token", "pat"])
def test_an_option_that_is_omitted_is_inherited(omitted, name):
    inherited = {"github": {"personal_access_token": "pat"}}
    given = {**GITHUB, "state": omitted, name: omitted, "name": omitted}
    (merged,) = merge([given], {"github": {"force": omitted}}, {"state": "absent", "force": True}, inherited)
    assert merged == {**GITHUB, "state": "absent", "force": True, "personal_access_token": "pat"}


def test_dates_become_text():
    day, time = datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    (merged,) = merge([{**GITHUB, "name": day}], {"github": {"projects": ["a", time]}})
    assert merged == {**GITHUB, "name": "2026-01-02", "projects": ["a", "2026-01-02T03:04:05+00:00"]}


@pytest.mark.parametrize("given", ["", None, "own"])
@pytest.mark.parametrize("name", ["personal_access_token", "pat", "oauth_token"])
@pytest.mark.parametrize("other", ["personal_access_token", "pat", "oauth_token"])
def test_an_option_is_the_same_by_any_name(given, name, other):
    inherited = {"github": {other: "least"}}
    (merged,) = merge([{**GITHUB, name: given}], {"github": {other: "default"}}, inherited=inherited)
    assert merged == {**GITHUB, "personal_access_token": given}


@pytest.mark.parametrize(
    ("given", "inherits"),
    [
        ({}, False),
        ({"private_key": ""}, False),
        ({"private_key": None}, False),
        ({"private_key": "key"}, True),
        ({"update_secrets": "on_create"}, False),
        ({"update_secrets": "always"}, True),
    ],
)
@pytest.mark.parametrize("level", ["entry", "by_provider", "common"])
def test_azure_devops_server_takes_no_token_alone(given, inherits, level):
    entry = {**ADO, **given} if level == "entry" else ADO
    defaults = {"by_provider": {"ado_server": given}, "common": given}
    arguments = {level: defaults[level]} if level in defaults else {}
    (merged,) = merge([entry], inherited={"ado_server": {"personal_access_token": "pat"}}, **arguments)
    assert merged.get("personal_access_token") == ("pat" if inherits else None)


def test_a_connection_without_a_provider_inherits_nothing_of_one():
    by_id = {"oauth_client_id": "oc-1"}
    assert merge([by_id], {"github": {"name": "x"}}, inherited={"github": {"pat": "y"}}) == [by_id]


def test_nothing_given_is_changed():
    entry, defaults = dict(GITHUB, pat="own"), {"github": {"name": "x"}}
    merge([entry], defaults)
    assert (entry, defaults) == (dict(GITHUB, pat="own"), {"github": {"name": "x"}})


@pytest.mark.parametrize("connections", [{"pat": "made-up"}, None, 7])
def test_anything_but_a_list_is_left_to_the_module(connections):
    assert merge(connections, {"github": {"name": "x"}}) == connections


@pytest.mark.parametrize("connections", ["made-up", '[{"service_provider": "github"}]', "", b"[]"])
def test_a_text_stays_a_text_without_its_content(connections):
    """A template of ansible-core 2.18 would make a list of it, whose connections have inherited nothing."""
    assert merge(connections, {"github": {"name": "x"}}) == "text"


@pytest.mark.parametrize("entry", ["pat: made-up", [{"pat": "made-up"}], None, 7])
def test_entry_of_another_shape_is_left_to_the_module(entry):
    assert merge([entry, GITHUB], {"github": {"name": "x"}}) == [entry, {**GITHUB, "name": "x"}]


@pytest.mark.parametrize("provider", [["made-up"], {"made-up": 1}, 7])
def test_provider_of_another_shape_is_left_to_the_module(provider):
    assert merge([{"service_provider": provider}]) == [{"service_provider": provider}]


@pytest.mark.parametrize(
    ("defaults", "words"),
    [
        ([{"pat": "made-up"}], "by_provider is not a dictionary"),
        ("made-up", "by_provider is not a dictionary"),
        ({"github": "pat: made-up"}, "by_provider.github is not a dictionary"),
        ({"github": ["made-up"]}, "by_provider.github is not a dictionary"),
        ({"githup": {}}, "unknown provider: githup"),
        ({"made-up0": {}}, "unknown provider: (a name that is not shown)"),
    ],
)
def test_defaults_of_another_shape_are_refused_without_being_shown(defaults, words):
    with pytest.raises(AnsibleFilterError) as refused:
        merge([GITHUB], defaults)
    assert words in str(refused.value)
    assert "made-up" not in str(refused.value)
