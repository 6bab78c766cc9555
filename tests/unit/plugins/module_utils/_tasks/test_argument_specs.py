# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Information that is kept twice agrees: argument specs and documentation, action groups, modules, failure codes."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import errors
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks import argument_specs
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe import session

yaml = pytest.importorskip("yaml")

ROOT = next(path for path in Path(__file__).resolve().parents if (path / "galaxy.yml").is_file())
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
#: Modules that ask VCS hosts only: they take none of the options that all others share, so no group has them.
WITHOUT_API = {"personal_access_token_info"}
#: What argument spec and documentation both say of an option, and what leaving it out means.
SAID_TWICE: dict[str, Any] = {
    "type": "str",
    "elements": None,
    "required": False,
    "default": None,
    "choices": None,
    "aliases": [],
}
#: Options that hold a secret, and those that only look it.
SECRET = {
    "tfe_token",
    "tfe_headers",
    "tfe_proxies",
    "personal_access_token",
    "private_key",
    "secret",
    "ssh_key",
}
LOOKS_SECRET = re.compile(r"pass(?!ive)|secret|token|cred|key|^pat$", re.IGNORECASE)


def texts_of(module):
    """The YAML documents that a module holds, without importing it."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    return {
        node.targets[0].id: yaml.safe_load(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def options_of(module):
    """The options that a module documents, by itself and by doc fragments; its own words come first."""
    documentation = texts_of(module)["DOCUMENTATION"]
    options = {}
    for fragment in documentation.get("extends_documentation_fragment", ()):
        _namespace, _name, file, *part = fragment.split(".")
        name = f"ansible_collections.hcptf.vcs.plugins.doc_fragments.{file}"
        fragments = importlib.import_module(name).ModuleDocFragment
        options.update(yaml.safe_load(getattr(fragments, part[0].upper() if part else "DOCUMENTATION"))["options"])
    options.update(documentation.get("options") or {})
    return options


def spec_of(module):
    return getattr(argument_specs, module)()["argument_spec"]


def flat(options, suboptions, path=""):
    """Every option and suboption by its path."""
    for name, option in options.items():
        yield f"{path}{name}", option
        yield from flat(option.get(suboptions) or {}, suboptions, f"{path}{name}.")


def said(option):
    return {field: option.get(field, default) for field, default in SAID_TWICE.items()}


def test_there_are_modules():
    assert {"oauth_client", "oauth_clients"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_documentation_and_argument_spec_have_the_same_options(module):
    documented = {path for path, _option in flat(options_of(module), "suboptions")}
    assert documented == {path for path, _option in flat(spec_of(module), "options")}


@pytest.mark.parametrize(
    ("module", "path"), [(module, path) for module in MODULES for path, _option in flat(spec_of(module), "options")]
)
def test_documentation_and_argument_spec_say_the_same_of_an_option(module, path):
    documented = dict(flat(options_of(module), "suboptions"))[path]
    specified = dict(flat(spec_of(module), "options"))[path]
    assert said(documented) == said(specified)
    assert set(documented) <= {*SAID_TWICE, "description", "suboptions", "version_added"}


def test_connections_share_what_they_can_share():
    shared = {name: spec_of("oauth_clients")[name] for name in ("organization", *argument_specs.TOKEN_CHECK)}
    assert shared == {name: argument_specs.CONNECTION[name] for name in shared}


def test_each_of_the_connections_takes_what_one_connection_takes():
    assert spec_of("oauth_clients")["connections"]["options"] == argument_specs.CONNECTION
    one = {**argument_specs.TFE, **argument_specs.CONNECTION}
    assert spec_of("oauth_client") == one
    documented = options_of("oauth_clients")["connections"]["suboptions"]
    alone = options_of("oauth_client")
    assert {name: said(option) for name, option in documented.items()} == {
        name: said(option) for name, option in alone.items() if name in argument_specs.CONNECTION
    }


@pytest.mark.parametrize("module", sorted({*MODULES} - WITHOUT_API))
def test_every_module_takes_the_shared_options_and_runs_in_check_mode(module):
    arguments = getattr(argument_specs, module)()
    assert {name: arguments["argument_spec"][name] for name in argument_specs.TFE} == argument_specs.TFE
    assert arguments["supports_check_mode"] is True


@pytest.mark.parametrize("module", sorted(WITHOUT_API))
def test_a_module_without_api_takes_no_api_token_and_runs_in_check_mode(module):
    arguments = getattr(argument_specs, module)()
    assert not argument_specs.TFE.keys() & arguments["argument_spec"].keys()
    assert arguments["supports_check_mode"] is True


def test_the_rules_between_options_are_those_of_one_connection_for_all_of_them():
    one, many = argument_specs.oauth_client(), argument_specs.oauth_clients()["argument_spec"]["connections"]
    for name, rule in argument_specs.CONNECTION_RULES.items():
        assert one[name] == many[name] == rule


# -- secrets


@pytest.mark.parametrize(
    ("module", "path"), [(module, path) for module in MODULES for path, _option in flat(spec_of(module), "options")]
)
def test_every_option_that_is_or_looks_secret_says_whether_it_is(module, path):
    option = dict(flat(spec_of(module), "options"))[path]
    name = path.rpartition(".")[2]
    if name in SECRET:
        assert option["no_log"] is True
    elif any(LOOKS_SECRET.search(each) for each in (name, *option.get("aliases", []))):
        assert option["no_log"] is False
    else:
        assert not option.get("no_log")


# -- codes, groups, versions


def codes():
    found = {}
    pending = [errors.VcsError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        if error.__module__ == errors.__name__ and "code" in vars(error):
            found[error.__name__] = error.code
    return found


def test_every_kind_of_error_has_a_code_of_its_own():
    found = codes()
    assert len(found) > 15
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in found.values())


def test_every_error_code_is_documented_and_no_other():
    failure = texts_of("oauth_client")["RETURN"]["failure"]["contains"]
    documented = re.findall(r"V\((\w+)\)", " ".join(failure["code"]["description"]))
    assert sorted(documented) == sorted(codes().values())
    assert failure["code"]["sample"] in documented


@pytest.mark.parametrize("module", MODULES)
def test_samples_of_failures_have_codes_that_exist(module):
    failure = texts_of(module)["RETURN"].get("failure")
    assert failure is not None
    sample = (failure.get("sample") or {"code": failure.get("contains", {}).get("code", {}).get("sample")})["code"]
    assert sample in codes().values()


@pytest.mark.parametrize("error", [errors.VcsError, errors.Rejected], ids=lambda error: error.__name__)
def test_an_error_carries_its_message_its_status_and_the_servers_errors(error):
    entry = {"status": "422", "title": "invalid attribute"}
    raised = error("What went wrong.", 422, (entry,))
    assert str(raised) == raised.message == "What went wrong."
    assert (raised.status, raised.errors) == (422, [entry])
    bare = error("What went wrong.")
    assert (bare.status, bare.errors) == (None, [])


def test_the_action_group_has_every_module_and_no_other():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert list(runtime["action_groups"]) == ["tfe"]
    assert sorted(runtime["action_groups"]["tfe"]) == sorted({*MODULES} - WITHOUT_API)


@pytest.mark.parametrize("module", sorted({*MODULES} - WITHOUT_API))
def test_every_module_says_that_it_is_in_the_action_group(module):
    assert "hcptf.vcs.tfe.attributes" in texts_of(module)["DOCUMENTATION"]["extends_documentation_fragment"]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_documents_itself_under_its_own_name(module):
    documentation = texts_of(module)["DOCUMENTATION"]
    assert documentation["module"] == module
    assert any(f"hcptf.vcs.{module}" in task for task in texts_of(module)["EXAMPLES"])


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_only_options_that_exist(module):
    known = set(options_of(module))
    aliases = {alias for option in options_of(module).values() for alias in option.get("aliases", [])}
    for task in texts_of(module)["EXAMPLES"]:
        assert set(task.get(f"hcptf.vcs.{module}", {})) <= known | aliases


def test_the_user_agent_has_the_version_of_the_collection():
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert session.USER_AGENT.endswith(f"{galaxy['namespace']}.{galaxy['name']}/{galaxy['version']}")
