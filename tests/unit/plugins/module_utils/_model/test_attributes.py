# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An attribute that is added in one place only is named by a failing test."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model import attributes
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import public_view
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_specs import CONNECTION, TOKEN_CHECK

yaml = pytest.importorskip("yaml")

ROOT = next(path for path in Path(__file__).resolve().parents if (path / "galaxy.yml").is_file())
#: Options of a connection that say which one it is or what to do, and are no attribute that a task sets.
NOT_ATTRIBUTES = {
    *("organization", "state", "oauth_client_id", "service_provider", "http_url", "api_url", "match_by"),
    *("update_secrets", "force", "missing_in_check_mode", *TOKEN_CHECK),
}
#: Secrets are sent, but never read; the consumer key of an application link is sent along with its secret.
SECRETS = {"key", *(name for name, option in CONNECTION.items() if option.get("no_log"))}


@pytest.mark.parametrize("option", sorted(CONNECTION.keys() - NOT_ATTRIBUTES - SECRETS))
def test_every_option_is_a_managed_attribute(option):
    assert option in attributes.MANAGED, f"add {option} to the table in _model/attributes.py, or it is never sent"


@pytest.mark.parametrize("name", attributes.MANAGED)
def test_every_managed_attribute_is_an_option(name):
    assert name in CONNECTION, f"add {name} to CONNECTION in _tasks/argument_specs.py"
    assert name in attributes.IN_DIFF, f"diffs must show {name}"


def test_names_are_unique():
    names = [attribute.name for attribute in attributes.ATTRIBUTES]
    assert len(names) == len(set(names))


def test_relationships_are_no_attributes_of_the_answer():
    every = {attribute.name for attribute in attributes.ATTRIBUTES}
    assert every - set(attributes.READ) == {"projects", "agent_pool"}


def test_what_has_a_form_of_its_own_in_results_is_not_shown_twice():
    """Such as projects, which are sorted, and the agent pool, which is its ID."""
    every = {attribute.name for attribute in attributes.ATTRIBUTES}
    own = {"projects", "agent_pool", "key", "affected_workspaces", "affected_workspaces_count"}
    assert every - set(attributes.IN_VIEW) == own


def test_diffs_show_what_a_task_can_set_and_what_identifies_a_connection():
    identity = {"service_provider", "http_url", "api_url"}
    assert set(attributes.IN_DIFF) == {*attributes.MANAGED, *identity}


def test_texts_that_people_write_are_trimmed():
    assert set(attributes.TRIMMED) == {"name", "ado_org_name", "agent_pool"}


@pytest.mark.parametrize("module", ["oauth_client", "oauth_client_info"])
def test_every_attribute_in_view_is_documented(module):
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    returned = yaml.safe_load(text.partition('RETURN = r"""')[2].partition('"""')[0])
    documented = returned["oauth_client" if module == "oauth_client" else "oauth_clients"]["contains"]
    assert public_view({}, "acme").keys() <= documented.keys()
