# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's argument spec, defaults, README and tables agree with each other and with the module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS

ROLE = Path(__file__).parents[2] / "roles" / "vcs_connections"


def read(path: str):
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


SPEC = read("meta/argument_specs.yml")["argument_specs"]["main"]
OPTIONS = SPEC["options"]
VARIABLES = read("vars/main.yml")
README = (ROLE / "README.md").read_text(encoding="utf-8")


def same(role_option, module_option):
    """In what a user can tell; see the spec for no_log."""
    return all(role_option.get(key) == module_option.get(key) for key in ("type", "elements", "choices", "default"))


def test_entries_take_what_the_module_takes():
    names = {alias: name for name, option in argument_specs.CONNECTION.items() for alias in option.get("aliases", ())}
    entry = dict(OPTIONS["vcs_connections_list"]["options"])
    # ansible-lint knows no aliases in a role's spec.
    for alias, name in names.items():
        assert entry.pop(alias) == {
            "description": [f"Another name for O(vcs_connections_list[].{name})."],
            "type": argument_specs.CONNECTION[name]["type"],
        }
    assert entry.keys() == argument_specs.CONNECTION.keys()
    # The state's default is vcs_connections_state.
    entry["state"] = {**entry["state"], "default": OPTIONS["vcs_connections_state"]["default"]}
    for name, option in argument_specs.CONNECTION.items():
        assert same(entry[name], option), name


def test_shared_options_are_the_module_s():
    for name, option in argument_specs.TFE.items():
        assert same(OPTIONS[f"vcs_connections_{name}"], option), name
    for name in argument_specs.TOKEN_CHECK:
        assert same(OPTIONS[f"vcs_connections_{name}"], argument_specs.CONNECTION[name]), name
    state = argument_specs.CONNECTION["state"]
    assert same(OPTIONS["vcs_connections_state"], state)


def test_defaults_are_those_of_the_spec():
    documented = {name: option["default"] for name, option in OPTIONS.items() if "default" in option}
    assert documented == read("defaults/main.yml")
    assert not [name for name in documented if OPTIONS[name].get("required")]


def test_task_hands_on_every_shared_option():
    (block,) = read("tasks/main.yml")
    module = dict(block["block"][0]["hcptf.vcs.oauth_clients"])
    assert module.pop("connections").split()[:2] == ["{{", "vcs_connections_list"]
    assert module.keys() == {"organization", "missing_in_check_mode", *argument_specs.TOKEN_CHECK, *argument_specs.TFE}
    for name, value in module.items():
        assert re.findall(r"vcs_connections_\w+", value)[-1] == f"vcs_connections_{name}", name
        assert "omit" in value


def test_list_of_known_variables_is_complete():
    """Names that resemble one of them are refused as misspelled."""
    assert sorted({*OPTIONS, "vcs_connections_result"}) == VARIABLES["vcs_connections__variables"]


def test_ansible_core_checks_no_list_or_dictionary_that_holds_secrets():
    """Its messages would show what is in them."""
    assert "elements" not in OPTIONS["vcs_connections_list"]
    assert "options" not in OPTIONS["vcs_connections_provider_defaults"]


@pytest.mark.parametrize("name", OPTIONS)
def test_readme_has_every_option(name):
    assert name.startswith("vcs_connections_")
    assert OPTIONS[name]["description"]
    (row,) = re.findall(rf"^\| `{name}` \|(.*)", README, re.MULTILINE)
    kind, default = (cell.strip() for cell in row.split("|")[:2])
    assert kind == OPTIONS[name]["type"]
    assert ("required" in default) == OPTIONS[name].get("required", False)
    if "default" in OPTIONS[name]:
        assert default == f"`{OPTIONS[name]['default']}`"


def test_providers_with_a_token_inherit_one():
    defaults = VARIABLES["vcs_connections__provider_defaults"]
    assert defaults.keys() == {name for name, provider in SERVICE_PROVIDERS.items() if provider.takes_pat}
    documented = " ".join(OPTIONS["vcs_connections_list"]["options"]["personal_access_token"]["description"])
    for provider, options in defaults.items():
        assert options.keys() == {"personal_access_token"}
        for variable in re.findall(r"'([A-Z_]+)'", options["personal_access_token"]):
            assert f"E({variable})" in documented
            assert re.search(rf"^\| .*`{provider}`.*`{variable}`", README, re.MULTILINE), provider
