# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's README says what the sandbox does."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

import sandbox as sandbox_package
from sandbox import PERSONALITIES, Sandbox, Unknowns
from sandbox.cli import argument_parser
from sandbox.faults import EFFECTS

README = (Path(sandbox_package.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", [*PERSONALITIES, *(field.name for field in dataclasses.fields(Unknowns)), *EFFECTS], ids=str
)
def test_every_choice_is_documented(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_field_of_a_fault_is_documented(kind):
    (row,) = [line for line in README.splitlines() if line.startswith(f"| `{kind}` | `")]
    assert {field.name for field in dataclasses.fields(EFFECTS[kind])} <= set(re.findall(r"`(\w+)`", row))


def test_every_option_is_documented():
    undocumented = {"--help", "--host"}
    options = {name for action in argument_parser()._actions for name in action.option_strings if name.startswith("--")}
    assert set(re.findall(r"`(--[\w-]+)", README)) == options - undocumented


def test_the_seed_shown_is_a_seed():
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    store = Sandbox(yaml.safe_load(example.replace("created_at: 2026-01-02T03:04:05.678Z", ""))).store
    (client,) = store.clients("acme")
    assert client.project_ids == ("prj-shop",)
    assert [workspace.name for workspace in store.affected_workspaces(client)] == ["shop", "network"]
    linked = [*store.policy_sets("acme"), *store.registry_modules("acme"), *store.registry_components("acme")]
    linked += store.stacks("acme")
    assert {thing.oauth_token_id for thing in linked} == {store.oauth_tokens(client)[0].id}
