# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""github_app_installation_info: which installations the user of the API token sees."""

from __future__ import annotations

import pytest

from sandbox import Unknowns

pytest_plugins = ["utils.module_runner"]


@pytest.fixture
def installed(server):
    server.store.add_github_app_installation("acme", 17, id="ghain-acme")
    server.store.add_github_app_installation("globex", 18, id="ghain-globex")
    return server


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["ghain-acme", "ghain-globex"]),
        ({"name": "globex"}, ["ghain-globex"]),
        ({"name": ""}, ["ghain-acme", "ghain-globex"]),
        ({"installation_id": 17}, ["ghain-acme"]),
        ({"name": "acme", "installation_id": 17}, ["ghain-acme"]),
    ],
)
def test_installations_by_name_and_by_number(installed, options, ids):
    result = installed.github_app_installation_info(**options)
    assert ([one["id"] for one in result["installations"]], result["changed"], result.warned) == (ids, False, [])
    assert set(result["installations"][0]) == {
        *("id", "name", "installation_id", "installation_type", "icon_url", "installation_url"),
    }


def test_none_found_says_whose_token_is_needed(installed):
    result = installed.github_app_installation_info(name="nobody")
    assert result["installations"] == []
    assert "API token of a user" in result.warnings


def test_a_refusal_says_whose_token_is_needed(serve):
    server = serve(personality="otf")
    result = server.github_app_installation_info()
    assert result.code in ("not_found_or_forbidden", "unsupported")
    assert "API token of a user" in result["msg"]


@pytest.mark.parametrize("answer", ["empty", "not_found"])
def test_a_token_that_does_not_belong_to_a_user(serve, answer):
    server = serve(unknowns=Unknowns(github_app_without_user=answer))
    server.store.add_github_app_installation("acme", 17, users=["somebody-else"])
    result = server.github_app_installation_info()
    assert "API token of a user" in (result.warnings or result["msg"])
