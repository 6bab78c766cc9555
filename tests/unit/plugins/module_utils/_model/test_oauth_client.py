# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of an OAuth client and what tasks return of it."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient, OAuthToken
from utils.model_objects import client


@pytest.mark.parametrize(
    ("tokens", "ids"),
    [
        ([OAuthToken("ot-1", "2026-01-01T00:00:00.000Z")], ("ot-1",)),
        (
            [OAuthToken("ot-1", "2026-01-01T00:00:00.000Z"), OAuthToken("ot-2", "2026-02-01T00:00:00.000Z")],
            ("ot-2", "ot-1"),
        ),
        ([OAuthToken("ot-2"), OAuthToken("ot-1", "2026-01-01T00:00:00.000Z")], ("ot-1", "ot-2")),
        ([OAuthToken("ot-1"), OAuthToken("ot-2")], ("ot-2", "ot-1")),
        (
            [OAuthToken("ot-1", "2026-01-01T00:00:00.500Z"), OAuthToken("ot-2", "2026-01-01T00:00:00Z")],
            ("ot-1", "ot-2"),
        ),
        (
            [OAuthToken("ot-1", "2026-01-01T09:00:00Z"), OAuthToken("ot-2", "2026-01-01T10:00:00+02:00")],
            ("ot-1", "ot-2"),
        ),
        ([OAuthToken("ot-2", "soon"), OAuthToken("ot-1", "2026-01-01T00:00:00.123456789Z")], ("ot-1", "ot-2")),
    ],
    ids=[
        *("one", "two", "one of unknown age", "both of unknown age", "fraction of a second", "time zones"),
        "one of malformed age",
    ],
)
def test_the_newest_oauth_token_is_the_one_for_workspaces(tokens, ids):
    for listed in (tokens, tokens[::-1]):
        found = client(tokens=("ot-0",)).with_tokens(listed)
        public = found.public()
        assert found.oauth_token_id == ids[0]
        assert public["oauth_token_ids"] == list(ids)
        assert public["oauth_token_id"] == ids[0]


@pytest.mark.parametrize("tokens", [None, [], iter(())])
def test_a_client_keeps_its_own_token_ids_if_no_tokens_are_known(tokens):
    assert client(tokens=("ot-1", "ot-0")).with_tokens(tokens).oauth_token_ids == ("ot-1", "ot-0")


def test_the_public_view_has_always_the_same_keys_and_no_secret():
    full, sparse = client(key="a-consumer-key"), OAuthClient("oc-A", "acme")
    assert list(full.public()) == list(sparse.public())
    assert "a-consumer-key" not in json.dumps(full.public())
    assert sparse.public()["projects"] is None
    assert client(projects=("prj-b", "prj-a")).public()["projects"] == ["prj-a", "prj-b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (client("oc-B", created_at="2026-01-01T00:00:00.000Z"), client("oc-A", created_at="2026-01-01T00:00:00.001Z")),
        (client("oc-A"), client("oc-B")),
        (client("oc-B"), client("oc-A", without=("created_at",))),
        (client("oc-B"), client("oc-A", created_at=None)),
    ],
    ids=["age", "ID", "unknown age", "no age"],
)
def test_clients_sort_from_the_oldest_to_the_youngest(one, other):
    assert one.age_key < other.age_key


def test_the_public_view_of_an_oauth_token():
    token = OAuthToken("ot-A", "2026-01-01T00:00:00.000Z", "olivia", True)
    assert token.public() == {
        "id": "ot-A",
        "created_at": "2026-01-01T00:00:00.000Z",
        "service_provider_user": "olivia",
        "has_ssh_key": True,
    }


@pytest.mark.parametrize(
    ("count", "names", "counted"),
    [
        (0, None, 0),
        (0, [], 0),
        (1, None, 1),
        # The server names 25 at most.
        (40, ["a", "b"], 40),
        # There are at least those that it names, whatever it counts.
        (0, ["a"], 1),
        (1, ["a", "b"], 2),
        (None, ["a", "b"], 2),
        (-1, ["a"], 1),
        # Unknown is not the same as none.
        (None, None, None),
        (None, [], None),
        (-1, None, None),
        (True, None, None),
        (False, [], None),
        ("3", None, None),
        (2.0, None, None),
    ],
)
def test_how_many_workspaces_use_a_client(count, names, counted):
    found = client(affected_workspaces_count=count, affected_workspaces=names)
    assert found.affected_workspaces_count == counted
    assert type(found.affected_workspaces_count) is type(counted)


@pytest.mark.parametrize(
    ("reported", "names"),
    [(["a", "b"], ["a", "b"]), ([], []), (("a",), ["a"]), ([7], ["7"]), (None, None), ("a", None), ({"a": 1}, None)],
)
def test_the_workspaces_that_the_server_names(reported, names):
    assert client(affected_workspaces=reported).affected_workspaces == names


def test_workspaces_that_the_server_does_not_report_are_unknown():
    unreported = client()
    assert (unreported.affected_workspaces, unreported.affected_workspaces_count) == (None, None)


@pytest.mark.parametrize(
    ("found", "description"),
    [
        (client(name="production"), "oc-A ('production')"),
        (client(name=""), "oc-A (unnamed)"),
        (client(without=("name",)), "oc-A (unnamed)"),
    ],
)
def test_messages_say_which_client(found, description):
    assert found.describe() == description


@pytest.mark.parametrize(
    ("values", "available"),
    [
        ({}, True),
        ({"projects": ("prj-1",)}, True),
        ({"organization_scoped": False}, True),
        ({"organization_scoped": True, "projects": ("prj-1",)}, True),
        ({"organization_scoped": False, "projects": ("prj-1",)}, False),
        ({"organization_scoped": False, "projects": ("prj-1", "prj-2")}, True),
        ({"organization_scoped": False, "projects": ()}, False),
    ],
)
def test_what_is_not_known_of_the_scope_limits_nobody(values, available):
    found = OAuthClient("oc-1", "acme", values)
    assert (found.is_available_to("prj-2"), found.is_available_to(None)) == (available, True)
