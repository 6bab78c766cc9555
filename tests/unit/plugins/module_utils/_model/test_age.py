# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An OAuth client's age, however a server writes created-at."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient

MOMENT = 1772622245.0  # 2026-03-04T11:04:05Z


def client(created_at, client_id="oc-1"):
    return OAuthClient(client_id, "acme", {"created_at": created_at})


@pytest.mark.parametrize(
    ("created_at", "created"),
    [
        ("2026-03-04T11:04:05Z", MOMENT),
        ("2026-03-04T11:04:05.000Z", MOMENT),
        ("2026-03-04T11:04:05.5Z", MOMENT + 0.5),
        ("2026-03-04T11:04:05.250000Z", MOMENT + 0.25),
        ("2026-03-04T11:04:05.125000000Z", MOMENT + 0.125),
        ("2026-03-04T12:04:05.25+01:00", MOMENT + 0.25),
        ("2026-03-04T06:04:05-0500", MOMENT),
        ("2026-03-04 11:04:05 +0000", MOMENT),
        ("2026-03-04T11:04:05", MOMENT),
        ("2026-03-04t11:04:05z", MOMENT),
        (" 2026-03-04T11:04:05Z ", MOMENT),
        ("1970-01-01T00:00:01Z", 1.0),
    ],
)
def test_created_at_in_every_usual_form(created_at, created):
    assert client(created_at).created == created


@pytest.mark.parametrize(
    "created_at",
    [
        None, "", "soon", "2026-03-04", "11:04:05", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z", "2026-03-04T11:04:05+99:99", "1772622245", 1772622245, {}, "2026-03-04T11:04:05Z x",
    ],
)  # fmt: skip
def test_a_malformed_time_counts_as_not_reported(created_at):
    assert client(created_at).created is None


def test_the_order_of_age_is_that_of_time_and_then_of_the_id():
    clients = [
        client("2026-03-04T12:04:04+01:00", "oc-9"),
        client("2026-03-04T11:04:05.1Z", "oc-8"),
        client("2026-03-04T11:04:05.11Z", "oc-2"),
        client("2026-03-04T11:04:05.110Z", "oc-7"),
        client("", "oc-1"),
        client(None, "oc-3"),
    ]
    youngest_first = clients[::-1]
    assert sorted(youngest_first, key=lambda one: one.age_key) == clients
