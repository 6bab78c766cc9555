# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example that users read is run as it stands: those of the READMEs, of the guides, and the EXAMPLES of plugins.

All examples of a file go into one playbook, each after the sandbox was put back to its seed. New examples are found by
themselves. What an example needs beforehand is in BEFORE, by the name of one of its tasks.

What is not of this collection is cut out: a task of another collection, or a request to another part of the API,
becomes a debug task with the same arguments. So their templates are evaluated, and the IDs that they would hand over
are seen.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import shlex
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from sandbox import Sandbox, Unknowns
from sandbox.cli import argument_parser
from utils.collection_path import CHECKOUT
from utils.fake_keys import openssh_private_key, public_key, rsa_private_key
from utils.vcs_internet import vcs_internet
from utils.yaml_blocks import yaml_blocks

PLUGINS = [*CHECKOUT.glob("plugins/modules/*.py"), *CHECKOUT.glob("plugins/[!amp]*/*.py")]
TEXTS = sorted(
    [
        *CHECKOUT.glob("*.md"),
        *CHECKOUT.glob("roles/*/*.md"),
        *CHECKOUT.glob("tests/*/README.md"),
        *CHECKOUT.glob("docs/docsite/rst/*.rst"),
    ]
)

GITHUB = {"service_provider": "github", "name": "GitHub", "personal_access_token": "made-up-github-token"}
DATA_TEAM = {**GITHUB, "name": "GitHub for the data team", "match_by": "url_and_name"}
GITLAB = {
    "service_provider": "gitlab_enterprise_edition",
    "http_url": "https://gitlab.example.com",
    "personal_access_token": "made-up-gitlab-token",
}
GITLAB_COM = {"service_provider": "gitlab_hosted", "personal_access_token": "made-up-gitlab-token"}
ADO_SERVICES = {
    "service_provider": "ado_services",
    "ado_org_name": "example",
    "personal_access_token": "made-up-ado-token",
}
ADO_SERVER = {
    "service_provider": "ado_server",
    "http_url": "https://ado.example.com/tfs",
    "personal_access_token": "made-up-ado-token",
    "private_key": openssh_private_key("of Azure DevOps Server"),
}
#: The connections of the organization acme that are there before an example with a task of this name.
BEFORE: dict[str, list[dict[str, Any]]] = {
    "Find the OAuth token ID for a workspace": [GITHUB],
    "Find one of several connections to the same provider by its name": [GITHUB, DATA_TEAM],
    "Find the connection to GitLab in your own network, with a token that is not in the environment": [GITLAB],
    "Replace the personal access token of an existing connection, whose workspaces stay linked": [GITHUB],
    "Remove a connection that no workspace uses": [GITHUB],
    "Write a variable file for Terraform": [GITHUB],
    "Link the workspace to its repository": [GITHUB],
    "Give the connection an SSH key": [ADO_SERVER],
    "Compare": [GITHUB],
    "Send the new token": [GITHUB],
    "Ask the VCS provider, through the server": [GITHUB],
    "Remove an unused connection": [GITHUB],
    "Find out what uses the connection": [GITHUB],
    "Remove those that no workspace uses, except the oldest": [GITHUB, DATA_TEAM],
    "Show who owns the tokens, whether they work, and what uses them": [GITHUB, GITLAB],
    "List everything that uses the connection to GitHub": [GITHUB],
    "Move everything from one connection to another": [
        {**GITHUB, "name": "Personal account of an employee"},
        {**GITHUB, "name": "Machine user", "match_by": "url_and_name"},
    ],
    "Start with five workspaces of one project": [GITHUB, GITLAB],
    "Move to another provider where the repositories have other identifiers": [GITHUB, ADO_SERVICES],
    "Connect to the new address": [GITLAB],
    "Move the repositories of the network team to GitLab": [GITHUB, GITLAB_COM, {**ADO_SERVICES, "ado_org_name": None}],
    "Connect with the personal access token of a machine user": [{**GITHUB, "name": "OAuth application"}],
    "Move the workspaces from the personal access token to the GitHub App": [GITHUB],
    "Move the workspaces back to the personal access token": [GITHUB],
}
SEED = {
    "github_app_installations": [{"name": "acme", "installation_id": 12345678, "id": "ghain-XmwRmUXsJQ5oZ9vG"}],
    "organizations": [
        {
            "name": "acme",
            "projects": ["platform", "networking"],
            "agent_pools": ["datacenter"],
            # The API cannot create it.
            "oauth_clients": [
                {
                    "service_provider": "bitbucket_hosted",
                    "http_url": "https://bitbucket.org",
                    "api_url": "https://api.bitbucket.org/2.0",
                }
            ],
        },
        {"name": "acme-labs"},
    ],
    # What the VCS hosts know.
    "personal_access_tokens": [
        {"token": f"made-up-{name}-token", "user": "acme-bot"} for name in ("github", "ghes", "gitlab", "ado")
    ],
}
ENVIRONMENT = {
    "GITHUB_TOKEN": "made-up-github-token",
    "GH_ENTERPRISE_TOKEN": "made-up-ghes-token",
    "GITLAB_TOKEN": "made-up-gitlab-token",
    "AZURE_DEVOPS_EXT_PAT": "made-up-ado-token",
}
FILES = {
    "ado": openssh_private_key("of Azure DevOps Server"),
    "bitbucket": rsa_private_key("of Bitbucket"),
    "bitbucket.pub": public_key("of Bitbucket"),
}
#: What an example is about; any other warning fails its test.
ALLOWED_WARNINGS = ("The connection has no OAuth token until somebody completes it in the browser (connect_path).",)


class Example(NamedTuple):
    """One YAML example."""

    file: Path
    text: str

    @property
    def content(self) -> Any:
        return yaml.safe_load(self.text)

    @property
    def kind(self) -> str:
        content = self.content
        if isinstance(content, list):
            return "plays" if all("hosts" in entry for entry in content) else "tasks"
        keys = set(content)
        if all(key.startswith("vcs_connections_") for key in keys):
            return "variables"
        for key, kind in (
            ("organizations", "seed"),
            ("module_defaults", "defaults"),
        ):
            if key in keys:
                return kind
        pytest.fail(f"{self.file.name}: how shall this example be tested?\n{self.text}")


def constant(file: Path, name: str) -> str:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return str(ast.literal_eval(node.value))
    return ""


def tasks_one_by_one(file: Path) -> list[Example]:
    """EXAMPLES show one thing after another; a task belongs to those before it only if it uses what they register."""
    groups: list[list[Any]] = []
    for task in yaml.safe_load(constant(file, "EXAMPLES")) or []:
        registered = {earlier["register"] for earlier in (groups[-1] if groups else []) if "register" in earlier}
        if any(re.search(rf"\b{name}\b", str(task)) for name in registered):
            groups[-1].append(task)
        else:
            groups.append([task])
    return [Example(file, yaml.safe_dump(group, sort_keys=False)) for group in groups]


EXAMPLES: dict[Path, list[Example]] = {
    **{file: [Example(file, block) for block in yaml_blocks(file)] for file in TEXTS},
    **{file: tasks_one_by_one(file) for file in PLUGINS},
}
WITH_PLAYS = [
    file
    for file, examples in EXAMPLES.items()
    if any(example.kind in ("plays", "tasks", "variables", "defaults") for example in examples)
]


def name_of(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def names(tasks: Any) -> set[str]:
    """The names of all tasks and plays in an example, however deep."""
    if isinstance(tasks, list):
        return {name for task in tasks for name in names(task)}
    if not isinstance(tasks, dict):
        return set()
    found = {tasks["name"]} if isinstance(tasks.get("name"), str) else set()
    return found | {name for key in ("tasks", "block", "rescue", "always") for name in names(tasks.get(key))}


def without_others(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks, with those cut out that neither this collection nor the sandbox knows."""
    kept = []
    for original in tasks:
        task = dict(original)
        for section in ("block", "rescue", "always"):
            if section in task:
                task[section] = without_others(task[section])
        for module in [key for key in task if re.match(r"\w+\.\w+\.\w+$", key) and not key.startswith("hcptf.vcs.")]:
            elsewhere = module == "ansible.builtin.uri" and task[module]["url"].startswith("https://")
            if elsewhere or not module.startswith("ansible.builtin."):
                arguments = {name: value for name, value in task.pop(module).items() if name != "headers"}
                task["ansible.builtin.debug"] = {"msg": {"handed over": arguments}}
        kept.append(task)
    return kept


def plays(example: Example) -> list[dict[str, Any]]:
    """The example as plays that can be run."""
    content, kind = example.content, example.kind
    local: dict[str, Any] = {"hosts": "localhost", "gather_facts": False}
    if kind == "plays":
        return [{**play, "tasks": without_others(play.get("tasks", []))} for play in content]
    if kind == "tasks":
        return [{**local, "tasks": without_others(content)}]
    if kind == "defaults":
        return [{**local, **content, "tasks": [{"hcptf.vcs.oauth_client_info": {}}]}]
    if kind == "variables":
        role = {"ansible.builtin.import_role": {"name": "hcptf.vcs.vcs_connections"}}
        return [{**local, "vars": content, "tasks": [role]}]
    return []


#: Not the module uri: starting a module for every example would take most of the time.
RESET = """\
import http.client
connection = http.client.HTTPConnection("{}")
connection.request("POST", "/sandbox/reset")
assert connection.getresponse().status == 204
"""


def before(example: Example, sandbox: Sandbox) -> dict[str, Any]:
    """A play that makes the sandbox ready for the example."""
    reset = RESET.format(sandbox.address.partition("//")[2])
    tasks: list[dict[str, Any]] = [
        {
            "ansible.builtin.debug": {"msg": "{{ lookup('ansible.builtin.pipe', command) }}"},
            "vars": {"command": f"{sys.executable} -S -c {shlex.quote(reset)}"},
        }
    ]
    connections = [entry for name in sorted(names(example.content)) for entry in BEFORE.get(name, [])]
    if connections:
        tasks.append({"hcptf.vcs.oauth_clients": {"organization": "acme", "connections": connections}})
    return {"name": "Before", "hosts": "localhost", "gather_facts": False, "tasks": tasks}


@pytest.mark.parametrize("sandbox", [SEED], indirect=True)
@pytest.mark.parametrize("file", WITH_PLAYS, ids=name_of)
def test_examples_run(playbook, sandbox, file, tmp_path):
    keys = tmp_path / ".ssh"
    keys.mkdir()
    for name, content in FILES.items():
        (keys / name).write_text(content, encoding="utf-8")
    everything = []
    for example in EXAMPLES[file]:
        here = Example(file, example.text.replace("tfe_address: tfe.example.com", f"tfe_address: {sandbox.address}"))
        if found := plays(here):
            everything += [before(here, sandbox), *found]
    text = yaml.safe_dump(everything)
    secrets = {name: f"made-up-{name}" for name in set(re.findall(r"\bvault_\w+", text))}
    secrets["vault_tfe_token"] = "made-up-api-token-value"
    variables = tmp_path / "vault.yml"
    variables.write_text(yaml.safe_dump(secrets), encoding="utf-8")
    with vcs_internet(sandbox.store, tmp_path) as internet:
        run = playbook(
            *(everything, "-i", "web1,web2", "-e", f"@{variables}"),
            allowed_warnings=ALLOWED_WARNINGS,
            **ENVIRONMENT,
            **internet.environment,
        )
    assert run.rc == 0, run.output
    handed_over = [
        record["result"]["msg"]["handed over"]
        for record in run.records
        if isinstance(record.get("result"), dict)
        and isinstance(record["result"].get("msg"), dict)
        and "handed over" in record["result"]["msg"]
    ]
    assert len(handed_over) == text.count("handed over")
    for arguments in handed_over:
        assert re.search(r"oauth.token.id': 'ot-\w{16}'", str(arguments)), arguments


@pytest.mark.parametrize(
    "example",
    [example for examples in EXAMPLES.values() for example in examples if example.kind == "seed"],
    ids=lambda example: name_of(example.file),
)
def test_seeds_are_seeds(example, tmp_path):
    file = tmp_path / "seed.yml"
    file.write_text(example.text, encoding="utf-8")
    assert Sandbox(file).store.clients("acme")


def test_what_is_there_before_is_needed():
    known = {name for examples in EXAMPLES.values() for example in examples for name in names(example.content)}
    assert set(BEFORE) <= known


def test_examples_are_found():
    """Guards against a pattern that no longer finds anything."""
    found = {file.parent.name for file in WITH_PLAYS}
    assert {"modules", "lookup", "rst", "vcs_connections", CHECKOUT.name} <= found


# -- what is said beside the examples


@pytest.mark.parametrize("file", TEXTS, ids=name_of)
def test_what_is_named_is_there(file):
    """Modules, plugins, roles, playbooks; options of the sandbox's command line."""
    text = file.read_text(encoding="utf-8")
    there = {file.stem for file in CHECKOUT.glob("plugins/[!adp]*/*.py") if not file.stem.startswith("_")}
    there |= {file.stem for file in CHECKOUT.glob("playbooks/*.yml")} | {path.name for path in CHECKOUT.glob("roles/*")}
    there |= {"tfe", "docsite"}  # the action group, and the labels of guides
    assert set(re.findall(r"hcptf\.vcs\.(\w+)", text)) <= there
    options = {option for action in argument_parser()._actions for option in action.option_strings}
    for line in re.findall(r"tests/sandbox (-.*)", text):
        assert set(re.findall(r"(?<!\S)--[\w-]+", line)) <= options


@pytest.mark.parametrize("file", [file for file in TEXTS if file.suffix == ".md"], ids=name_of)
def test_links_of_markdown_lead_somewhere(file):
    links = re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8"))
    local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith(("#", "mailto:"))]
    missing = [link for link in local if not (file.parent / link).exists()]
    # CHANGELOG.md is made by the first release.
    assert [link for link in missing if link != "CHANGELOG.md"] == []


GUIDE = (CHECKOUT / "docs/docsite/rst/guide_troubleshooting.rst").read_text(encoding="utf-8")


def codes() -> set[str]:
    tree = ast.parse((CHECKOUT / "plugins/module_utils/_base/errors.py").read_text(encoding="utf-8"))
    return {
        node.value.value
        for kind in tree.body
        if isinstance(kind, ast.ClassDef)
        for node in kind.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def test_every_failure_code_is_explained():
    assert set(re.findall(r"^``(\w+)``\n~+$", GUIDE, re.MULTILINE)) == codes()
    returned = constant(CHECKOUT / "plugins/modules/oauth_client.py", "RETURN")
    for code in codes():
        assert f"V({code})" in returned
        assert f"guide_troubleshooting.{code}:" in GUIDE


def literals() -> list[str]:
    """All literal parts of texts in the code, as long as they are between what is filled in."""
    found = ["Failed to import the required Python library ("]  # Ansible's own
    for file in CHECKOUT.glob("plugins/**/*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        found += [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return found


def test_messages_are_those_of_the_code():
    messages = re.findall(r"^``(.+)``\n   \S", GUIDE.partition("Other questions\n")[0], re.MULTILINE)
    assert len(messages) > 30
    texts = literals()
    for message in messages:
        for piece in map(str.strip, re.split("…|requests", message)):
            # Short ones between two fillings ("at", "of organization") say nothing.
            if len(piece) > 12 and not piece.startswith("of organization"):
                assert any(piece in text for text in texts), f"{message}: {piece!r} is in no message"


def test_open_questions_are_those_of_the_sandbox():
    guide = (CHECKOUT / "docs/docsite/rst/guide_how_it_works.rst").read_text(encoding="utf-8")
    for field in dataclasses.fields(Unknowns):
        assert f"``{field.name}``" in guide
