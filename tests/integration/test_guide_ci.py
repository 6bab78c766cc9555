# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every file of the guide "In CI and in AAP", taken from the guide and run.

The jobs run in a folder with the guide's files, as in a checkout of a user's repository: an empty home, the collection
installed by the guide's own commands, and the sandbox for HCP Terraform.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment

from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from utils.collection_path import CHECKOUT
from utils.credential_type import inject
from utils.programs import PROGRAMS, tool
from utils.published_repository import needs_a_clone, publish
from utils.run_program import run_program
from utils.vcs_internet import vcs_internet
from utils.yaml_blocks import files_of

API_TOKEN = "made-up-api-token-value"
GUIDE = CHECKOUT / "docs/docsite/rst/guide_ci.rst"
FILES = files_of(GUIDE)
WORKFLOW_FILE = ".github/workflows/vcs-connections.yml"
REPORTS = {"audit.html", "audit.json", "audit.csv", "hcptf_vcs.prom"}
GOOD, SOON, REVOKED = "made-up-good-token", "made-up-token-that-ends-soon", "made-up-revoked-token"
SEED = {
    "personal_access_tokens": [
        {"token": GOOD, "user": "acme-bot", "expires_in_days": 300},
        {"token": SOON, "user": "acme-bot", "expires_in_days": 10},
        {"token": REVOKED, "user": "acme-bot", "revoked": True},
    ],
    "organizations": [
        {"name": "acme", "oauth_clients": [{"name": "GitHub", "id": "oc-1", "personal_access_token": GOOD}]},
        {"name": "acme-labs"},
    ],
}
seeded = pytest.mark.parametrize("sandbox", [SEED], indirect=True)


def content(name: str) -> Any:
    return yaml.safe_load(FILES[name])


WORKFLOW, GITLAB = content(WORKFLOW_FILE), content(".gitlab-ci.yml")


class Checkout:
    """A user's repository with the files of the guide, and a machine that has only Python, git and a network."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        for name in [name for name in FILES if "." in name]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(FILES[name], encoding="utf-8")
        self._environment = environment

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script as a step of a job; no secret may be in its output."""
        done = run_program(["bash", "-e", "-c", script], self.folder, {**self._environment, **environment})
        assert "made-up-" not in done.stdout, done.stdout
        return done


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """The environment of a machine on which the step that both jobs begin with was run."""
    home = tmp_path_factory.mktemp("home")
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        # What the guide names is installed already, beside the Python that runs the tests.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    (install,) = {
        step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if step.get("name") == "Install"
    }
    assert install.splitlines() == GITLAB["default"]["before_script"]
    checkout = Checkout(tmp_path_factory.mktemp("install"), environment)
    installed = checkout.run(install, **publish(tmp_path_factory.mktemp("git")))
    assert installed.returncode == 0, installed.stdout
    return environment


@pytest.fixture
def checkout(machine, tmp_path):
    return Checkout(tmp_path, machine)


def step(job: str, name: str, **values: str) -> tuple[str, dict[str, str]]:
    """The script of a step of the workflow, and its environment with secrets and variables put in."""
    (found,) = [each for each in WORKFLOW["jobs"][job]["steps"] if each.get("name") == name]
    expression = re.compile(r"\$\{\{ (?:secrets|vars)\.(\w+) }}")
    return found["run"], {key: expression.sub(lambda m: values[m[1]], text) for key, text in found["env"].items()}


# -- GitHub Actions and GitLab CI


@needs_a_clone
@seeded
def test_github_audit_fails_for_trouble_and_keeps_the_report(checkout, sandbox):
    bad = sandbox.store.add_client("acme-labs", personal_access_token=REVOKED)
    script, environment = step("audit", "Audit", TFE_TOKEN=API_TOKEN, TFE_ADDRESS=sandbox.address)
    done = checkout.run(script, **environment)
    assert done.returncode == 2, done.stdout
    assert f"Connections with problems: {bad.id}" in done.stdout
    (keep,) = [
        each["with"]["path"] for each in WORKFLOW["jobs"]["audit"]["steps"] if "upload-artifact" in each.get("uses", "")
    ]
    assert {file.name for file in (checkout.folder / keep).iterdir()} == REPORTS
    assert bad.id in (checkout.folder / keep / "audit.json").read_text(encoding="utf-8")
    assert {request.method for request in sandbox.requests} == {"GET"}


@needs_a_clone
@seeded
def test_gitlab_audit_of_healthy_connections(checkout, sandbox):
    job = GITLAB["vcs-audit"]
    done = checkout.run("\n".join(job["script"]), TFE_TOKEN=API_TOKEN, TFE_ADDRESS=sandbox.address)
    assert done.returncode == 0, done.stdout
    assert {file.name for file in (checkout.folder / job["artifacts"]["paths"][0]).iterdir()} == REPORTS
    assert job["artifacts"]["when"] == "always"


@needs_a_clone
@seeded
def test_expiry_and_the_commands_around_a_merge(checkout, sandbox, tmp_path):
    script, environment = step("expiry", "Ask the VCS hosts", VCS_GITHUB_TOKEN=GOOD, VCS_GITLAB_TOKEN=SOON)
    with vcs_internet(sandbox.store, tmp_path) as internet:
        soon = checkout.run(script, **environment, **internet.environment)
        assert soon.returncode == 2, soon.stdout
        assert "1 of 2 personal access tokens expire within" in soon.stdout
        tokens = {"GITHUB_TOKEN": GOOD, "GITLAB_TOKEN": GOOD}
        fine = checkout.run("\n".join(GITLAB["vcs-expiry"]["script"]), **tokens, **internet.environment)
        assert fine.returncode == 0, fine.stdout
    assert list(sandbox.requests) == []
    done = checkout.run(FILES["the commands of both jobs"], TFE_TOKEN=API_TOKEN, TFE_ADDRESS=sandbox.address, **tokens)
    assert done.returncode == 0, done.stdout
    assert [client.service_provider for client in sandbox.store.clients("acme")] == ["github", "gitlab_hosted"]
    assert recaps(done) == [1, 1]


def recaps(done: subprocess.CompletedProcess[str]) -> list[int]:
    """How many tasks changed something, for each host of each run."""
    return [int(changed) for changed in re.findall(r"^\S+ +: ok=.* changed=(\d+)", done.stdout, re.MULTILINE)]


@pytest.mark.parametrize(("name", "schema"), [(WORKFLOW_FILE, "github-workflows"), (".gitlab-ci.yml", "gitlab-ci")])
def test_workflows_fit_the_public_schemas(tmp_path, name, schema):
    file = tmp_path / Path(name).name
    file.write_text(FILES[name], encoding="utf-8")
    command = [tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actionlint_finds_nothing(tmp_path):
    """In the workflow of the guide, nor in those of this project. .ci/run installs it where Go is."""
    program = shutil.which("actionlint", path=f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if not program:
        pytest.skip("actionlint is not installed")
    file = tmp_path / "workflow.yml"
    file.write_text(FILES[WORKFLOW_FILE], encoding="utf-8")
    command = [program, "-no-color", str(file), *map(str, CHECKOUT.glob(".github/workflows/*.yml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_workflow_has_pinned_actions_and_few_permissions():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for job in WORKFLOW["jobs"].values():
        assert not {"permissions", "env"} & set(job)
        for each in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each.get("uses", f"actions/x@{'0' * 40}"))
            assert "${{" not in each.get("run", "")  # a script takes values from its environment only
    assert re.findall(r"uses: \S+$", FILES[WORKFLOW_FILE], re.MULTILINE) == []  # each pin names its release


# -- tokens from Vault

VAULT = '''
from ansible.plugins.lookup import LookupBase

SECRETS = {
    "terraform/api": "made-up-api-token-value",
    "vcs/github": "made-up-good-token",
    "vcs/gitlab": "made-up-good-token",
}


class LookupModule(LookupBase):
    """Answers as community.hashi_vault.vault_kv2_get does for secrets with one field."""

    def run(self, terms, variables=None, **options):
        assert not options
        secrets = [{"token": SECRETS[term]} for term in terms]
        return [{"secret": each, "data": {"data": each}, "raw": {}, "metadata": {}} for each in secrets]
'''


@needs_a_clone
@seeded
def test_tokens_from_vault(checkout, sandbox, tmp_path):
    """With a stand-in for the lookup, which another collection has."""
    plugin = tmp_path / "vault/ansible_collections/community/hashi_vault/plugins/lookup/vault_kv2_get.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(VAULT, encoding="utf-8")
    installed = f"{tmp_path / 'vault'}{os.pathsep}{checkout._environment['HOME']}/.ansible/collections"
    command = (
        FILES["the commands of both jobs"].splitlines()[1].replace("connections.yml", "connections-from-vault.yml")
    )
    environment = {"TFE_ADDRESS": sandbox.address, "ANSIBLE_COLLECTIONS_PATH": installed}
    done = checkout.run(f"{command} -vvv", **environment)
    assert done.returncode == 0, done.stdout
    (made,) = [client for client in sandbox.store.clients("acme") if client.service_provider == "gitlab_hosted"]
    assert [token.personal_access_token for token in sandbox.store.oauth_tokens(made)] == [GOOD]


# -- Ansible Automation Platform

(JOB_TEMPLATE,) = [
    task["ansible.controller.job_template"] for play in content("controller.yml") for task in play["tasks"]
]
SURVEY = JOB_TEMPLATE["survey_spec"]["spec"]
BLANK = {question["variable"]: question["default"] for question in SURVEY}
RULEBOOK = content("rulebook.yml")


@pytest.fixture
def launch(playbook, sandbox, tmp_path):
    """Runs the job template with these answers, as a controller does with a credential of the guide's type."""
    project = tmp_path / "project"
    project.mkdir()
    file = project / JOB_TEMPLATE["playbook"]
    file.write_text(FILES[file.name], encoding="utf-8")
    with vcs_internet(sandbox.store, tmp_path) as internet:

        def run(credential: dict[str, str], answers: dict[str, str], **others: str):
            assert set(answers) <= set(BLANK)
            given = {"address": sandbox.address, "token": API_TOKEN, **credential}
            environment, variables = inject(content("inputs"), content("injectors"), given)
            arguments: list[str] = []
            for name, values in (("survey", {**BLANK, **answers}), ("credential", variables)):
                (tmp_path / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
                arguments += ["-e", f"@{tmp_path / name}.json"]
            nothing_else = {"TFE_ADDRESS": "", "TFE_TOKEN": ""}
            return playbook(str(file), *arguments, **{**nothing_else, **environment, **internet.environment, **others})

        yield run


def test_credential_type_injects_every_field():
    inputs, injectors = content("inputs"), content("injectors")
    used = set(re.findall(r"{{ (\w+)", json.dumps(injectors)))
    assert used == {field["id"] for field in inputs["fields"]}
    assert {field["id"] for field in inputs["fields"] if field.get("secret")} == used - {"address"}
    assert not [name for name in injectors["env"] if name.startswith("ANSIBLE_")]  # a controller ignores these
    environment, variables = inject(inputs, injectors, {"token": "t", "github_token": ""})
    assert environment == {"TFE_TOKEN": "t", "GITHUB_TOKEN": "", "GITLAB_TOKEN": ""}
    assert variables == {"vcs_connections_tfe_address": "https://app.terraform.io"}


def test_survey_asks_for_variables_of_the_playbook():
    (play,) = yaml.safe_load((CHECKOUT / "playbooks/rotate.yml").read_text(encoding="utf-8"))
    assert set(BLANK) <= set(play["vars"]["rotate__variables"])
    for question in SURVEY:
        assert {"question_name", "variable", "type", "required", "default"} <= set(question)
        assert question["type"] in ("text", "password", "multiplechoice")
        assert ("choices" in question) == (question["type"] == "multiplechoice")
    (providers,) = [question["choices"] for question in SURVEY if question["variable"] == "rotate_service_provider"]
    assert sorted(providers) == sorted(name for name, provider in SERVICE_PROVIDERS.items() if provider.takes_pat)


@seeded
def test_blank_answers_select_nothing(launch, sandbox):
    run = launch({}, {})
    assert run.rc == 2
    assert "Blank variables select nothing" in run.result("Require a selected connection")["msg"]
    assert list(sandbox.requests) == []


@seeded
def test_answers_of_the_survey_rotate_the_token(launch, sandbox):
    answers = {"rotate_service_provider": "github", "rotate_personal_access_token": SOON}
    run = launch({}, answers, TFE_ORGANIZATION="acme")
    assert run.rc == 0, run.output
    assert token_of(sandbox, "oc-1") == SOON


def token_of(sandbox, client_id: str) -> str:
    (token,) = sandbox.store.oauth_tokens(sandbox.store.client(client_id))
    return str(token.personal_access_token)


# -- Event-Driven Ansible

((RULE,),) = [ruleset["rules"] for ruleset in RULEBOOK]
ACTION = RULE["action"]["run_job_template"]
EVENT = {"type": "personal_access_token_replaced", "organization": "acme", "service_provider": "github"}
PATTERNS = dict(re.findall(r"event\.payload\.(\w+) is match\(\"(.*?)\"\)", RULE["condition"]))


@seeded
def test_event_rotates_the_token_with_that_of_the_credential(launch, sandbox):
    assert (ACTION["name"], ACTION["organization"]) == (JOB_TEMPLATE["name"], JOB_TEMPLATE["organization"])
    templates = ACTION["job_args"]["extra_vars"]
    answers = {
        name: Environment().from_string(text).render(event={"payload": EVENT}) for name, text in templates.items()
    }
    run = launch({"github_token": SOON}, answers)
    assert run.rc == 0, run.output
    assert token_of(sandbox, "oc-1") == SOON


def test_event_cannot_bring_templates_into_a_job():
    """Extra variables can be templates, so a condition checks each value of the event that becomes one."""
    used = set(re.findall(r"event\.payload\.(\w+)", str(ACTION)))
    assert set(PATTERNS) == used
    for name, pattern in PATTERNS.items():
        assert re.match(pattern, EVENT[name])
        for evil in ("{{ 1 }}", "a{{ 1 }}", "a b", "a\n{{ 1 }}", ""):
            assert not re.match(pattern, evil)


def test_rulebook_has_what_a_rulebook_needs():
    for ruleset in RULEBOOK:
        assert set(ruleset) == {"name", "hosts", "sources", "rules"}
        for source in ruleset["sources"]:
            assert len([key for key in source if re.fullmatch(r"\w+\.\w+\.\w+", key)]) == 1
        for rule in ruleset["rules"]:
            assert set(rule) == {"name", "condition", "action"}
            # A list of conditions can be met by several events together.
            assert isinstance(rule["condition"], str)
            assert set(rule["action"]) == {"run_job_template"}


def test_rulebook_fits_the_schema_of_ansible_rulebook():
    """If that is installed, which needs Java to run."""
    validators = pytest.importorskip("ansible_rulebook.validators")
    parser = pytest.importorskip("ansible_rulebook.condition_parser")
    validators.Validate.rulebook(RULEBOOK)
    parser.parse_condition(RULE["condition"])


# -- hundreds of organizations

NAMES = content("organizations.yml")["organizations"]


@needs_a_clone
@pytest.mark.parametrize(
    "sandbox",
    [
        {
            "tokens": [{"name": "owner", "token": API_TOKEN, "manages": ["*"]}],
            "organizations": [{"name": name} for name in NAMES],
        }
    ],
    indirect=True,
)
def test_slices_at_the_same_time_and_one_task_for_all(checkout, sandbox):
    inventory = content("inventory.yml")
    hosts = sorted(inventory["organizations"]["hosts"])
    assert hosts == NAMES
    for number in range(2):
        # A controller gives every second host to each of two slices.
        inventory["organizations"]["hosts"] = dict.fromkeys(hosts[number::2])
        (checkout.folder / f"slice{number}.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    environment = {"TFE_TOKEN": API_TOKEN, "TFE_ADDRESS": sandbox.address, "GITHUB_TOKEN": GOOD}
    job = "ansible-playbook connect.yml -i"
    done = checkout.run(f"{job} slice0.yml &\n{job} slice1.yml\nwait $!", **environment)
    assert done.returncode == 0, done.stdout
    assert recaps(done) == [1] * len(NAMES)
    assert [len(sandbox.store.clients(name)) for name in NAMES] == [1] * len(NAMES)

    sandbox.clear()
    done = checkout.run(FILES["connect and audit all"], **environment)
    assert done.returncode == 0, done.stdout
    assert recaps(done) == [0, 0, 0]
    assert done.stdout.count(f"{len(NAMES)} connections in {len(NAMES)} organizations") == 2
    assert {request.method for request in sandbox.requests} == {"GET"}


# -- the guide itself


#: What the tests here, and those of the execution environment and ansible-runner in test_ways_to_run.py, use.
USED = {
    *("requirements.txt", "requirements.yml", "connections.yml", "audit.yml", "organizations.yml", "inventory.yml"),
    *(WORKFLOW_FILE, ".gitlab-ci.yml", "connections-from-vault.yml", "connect.yml", "rotate.yml", "controller.yml"),
    *("execution-environment.yml", "build it", "inputs", "injectors", "rulebook.yml"),
    *("the commands of both jobs", "connect and audit all"),
}


def test_every_example_of_the_guide_is_used():
    """A new example needs a caption, a test, and its name above."""
    assert set(FILES) == USED
    assert GUIDE.read_text(encoding="utf-8").count(".. code-block::") == len(FILES)
