# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which people run the collection, each for real.

ansible-runner and ansible-builder are tried where they are installed beside this Python.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from utils.ansible_environment import ansible_environment
from utils.collection_path import CHECKOUT
from utils.credential_type import inject
from utils.programs import call, tool
from utils.yaml_blocks import files_of

API_TOKEN = "made-up-api-token-value"
GITHUB = {"organization": "acme", "service_provider": "github", "personal_access_token": "{{ pat }}"}
PAT = {"pat": "made-up-github-token"}
#: For hosts of an inventory that are this machine.
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


GUIDE_CI = files_of(CHECKOUT / "docs/docsite/rst/guide_ci.rst")


def play(*tasks: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}


def task(name: str, options: dict[str, Any], module: str = "oauth_client", **keywords: Any) -> dict[str, Any]:
    return {"name": name, f"hcptf.vcs.{module}": options, **keywords}


# -- installed from the artefact


def test_artefact_ships_what_users_run(artefact):
    """No benchmarks, proofs, unit tests or settings of linters, and nothing that only lies in the checkout."""
    with tarfile.open(artefact) as archive:
        files = {member.name for member in archive.getmembers() if member.isfile()}
    assert {file.partition("/")[0] for file in files if "/" in file} == {
        *("LICENSES", "changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests")
    }
    assert {file for file in files if "/" not in file} <= {
        *("CHANGELOG.md", "CHANGELOG.md.license", "CHANGELOG.rst", "CHANGELOG.rst.license", "COPYING", "README.md"),
        *("FILES.json", "MANIFEST.json", "REUSE.toml", "SECURITY.md"),
    }
    assert {file for file in files if file.startswith("tests/") and not file.startswith("tests/sandbox/")} == set()
    assert {file for file in files if file.startswith("docs/") and not file.startswith("docs/docsite/")} == set()
    assert {"tests/sandbox/__main__.py", "tests/sandbox/requirements.txt", "tests/sandbox/seeds/demo.yml"} <= files
    assert {"playbooks/bootstrap.yml", "roles/vcs_connections/README.md", "meta/runtime.yml"} <= files


def test_links_of_the_artefact_lead_somewhere(installed):
    """What is not in the archive is linked to where it is published."""
    root = Path(installed, "ansible_collections/hcptf/vcs")
    texts = [*root.glob("*.md"), *root.glob("roles/*/*.md"), *root.glob("tests/*/*.md")]
    assert root / "README.md" in texts
    for text in texts:
        for link in re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", text.read_text(encoding="utf-8")):
            assert "://" in link or (text.parent / link).exists(), f"{text.relative_to(root)}: {link}"


def test_installed_sandbox(installed, tmp_path):
    """Somebody who has only the artefact can start the sandbox from it."""
    sandbox = subprocess.Popen(
        [sys.executable, "ansible_collections/hcptf/vcs/tests/sandbox", "--port", "0"],
        env=ansible_environment(tmp_path),
        cwd=installed,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sandbox.stdout
        address = sandbox.stdout.readline().split()[-1]
        with urlopen(f"{address}/sandbox/state", timeout=10) as answer:
            assert json.load(answer)["organizations"]
    finally:
        sandbox.terminate()
        sandbox.communicate(timeout=10)


@pytest.mark.oldest_core_too
def test_installed_playbook(playbook, sandbox, installed, tmp_path):
    variables = tmp_path / "vars.yml"
    variables.write_text(
        yaml.safe_dump(
            {
                "vcs_connections_organization": "acme",
                "vcs_connections_list": [{"service_provider": "github"}, {"service_provider": "gitlab_hosted"}],
            }
        ),
        encoding="utf-8",
    )
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": installed,
        "GITHUB_TOKEN": "made-up-github-token",
        "GITLAB_TOKEN": "made-up-gitlab-token",
    }
    changed = []
    for arguments in (["--check", "--diff"], [], []):
        run = playbook("hcptf.vcs.bootstrap", "-e", f"@{variables}", *arguments, **environment)
        assert run.rc == 0, run.output
        changed.append(run.recap()["changed"])
    assert changed == [1, 1, 0]
    assert len(sandbox.store.clients("acme")) == 2


def test_installed_documentation(installed, tmp_path):
    """As ansible-navigator shows it too, which asks ansible-doc."""
    plugins = {
        "module": ["oauth_client", "oauth_clients", "oauth_client_info"],
        "lookup": ["oauth_client"],
        "role": ["vcs_connections"],
    }
    for kind, names in plugins.items():
        wanted = [f"hcptf.vcs.{name}" for name in names]
        output = call(
            *(tool("ansible-doc"), "--type", kind, "--json", *wanted), home=tmp_path, ANSIBLE_COLLECTIONS_PATH=installed
        )
        assert json.loads(output).keys() == set(wanted)


def test_ansible_builder(artefact, installed, tmp_path):
    builder = tool("ansible-builder")
    # The tool changes with the release where the collections have to lie.
    assert "requests>=2.28" in call(builder, "introspect", installed, home=tmp_path).replace(" ", "")
    content = yaml.safe_load(GUIDE_CI["execution-environment.yml"])
    collections = content["dependencies"]["galaxy"]["collections"]
    (collection,) = yaml.safe_load(GUIDE_CI["requirements.yml"])["collections"]
    assert collections == [collection, {"name": "community.hashi_vault"}]
    content["dependencies"]["galaxy"]["collections"] = [{"name": str(artefact), "type": "file"}]
    program, command, *options = GUIDE_CI["build it"].split()
    assert (program, command, options[::2]) == ("ansible-builder", "build", ["--file", "--tag"])
    definition = tmp_path / options[1]
    definition.write_text(yaml.safe_dump(content), encoding="utf-8")
    # What building needs a container engine for is left out.
    call(builder, "create", "--file", definition, "--context", tmp_path / "context", home=tmp_path)
    assert "hcptf-vcs" in (tmp_path / "context/_build/requirements.yml").read_text(encoding="utf-8")


# -- automation controllers


def test_ansible_runner(sandbox, installed, tmp_path):
    """As an automation controller runs a job: variables from a credential type, a playbook of the collection."""
    runner = tool("ansible-runner")
    home, job = tmp_path / "home", tmp_path / "job"
    for folder in (home, job / "env", job / "inventory"):
        folder.mkdir(parents=True)
    credential = {"address": sandbox.address, "token": API_TOKEN, "github_token": "made-up-github-token"}
    inputs, injectors = (yaml.safe_load(GUIDE_CI[name]) for name in ("inputs", "injectors"))
    environment, variables = inject(inputs, injectors, credential)
    environment["ANSIBLE_COLLECTIONS_PATH"] = installed
    variables |= {"vcs_connections_organization": "acme", "vcs_connections_list": [{"service_provider": "github"}]}
    (job / "env/envvars").write_text(yaml.safe_dump(environment), encoding="utf-8")
    (job / "env/extravars").write_text(yaml.safe_dump(variables), encoding="utf-8")
    (job / "inventory/hosts").write_text("localhost ansible_connection=local\n", encoding="utf-8")
    outputs = [call(runner, "run", job, "-p", "hcptf.vcs.bootstrap", home=home) for dummy in range(2)]
    assert [re.findall(r"changed=(\d)", output) for output in outputs] == [["1"], ["0"]]
    events = [file.read_text(encoding="utf-8") for file in job.glob("artifacts/*/job_events/*.json")]
    assert events
    assert not [event for event in [*events, *outputs] if "made-up-" in event]
    (client,) = sandbox.store.clients("acme")
    (token,) = sandbox.store.oauth_tokens(client)
    assert token.personal_access_token == "made-up-github-token"


#: Variables that a job inherits, and that must not come between.
CONTROLLER = {
    # A home that is not there and that not even root could make.
    "HOME": "/dev/null/home",
    "TFE_TOKEN": "",
    "TFE_ADDRESS": "",
    "TF_TOKEN": API_TOKEN,
    "http_proxy": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "localhost,127.0.0.1",
}


@pytest.mark.oldest_core_too
def test_a_job_without_a_home(playbook, sandbox, tmp_path):
    """TF_HOSTNAME and TF_TOKEN are what hashicorp.terraform read before 2.0."""
    tasks = [
        task("In this process", GITHUB),
        task("As a module", GITHUB, environment={"ANSIBLE_TEST": "1"}, vars={"ansible_remote_tmp": str(tmp_path)}),
        {"name": "Look up", "ansible.builtin.debug": {"msg": "{{ lookup('hcptf.vcs.oauth_client', **github).id }}"}},
    ]
    variables = {**PAT, "github": {"organization": "acme", "service_provider": "github"}}
    run = playbook([play(*tasks, vars=variables)], **{**CONTROLLER, "TF_HOSTNAME": sandbox.address})
    assert run.rc == 0, run.output
    (client,) = sandbox.store.clients("acme")
    assert [run.result(each["name"]).get("oauth_client_id") for each in tasks[:2]] == [client.id, client.id]
    assert run.result("Look up")["msg"] == client.id


def test_a_proxy_of_the_environment_is_used(playbook, sandbox):
    run = playbook(
        [play(task("Ask", {"organization": "acme"}, "oauth_client_info"))],
        **{**CONTROLLER, "no_proxy": "", "TF_HOSTNAME": sandbox.address, "TFE_MAX_RETRIES": "0"},
    )
    assert run.rc == 2
    assert run.result("Ask")["failure"]["code"] == "unreachable"
    assert "the proxy did not connect" in run.result("Ask")["msg"]
    assert not sandbox.requests


# -- keywords of plays and tasks


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("environment", [{}, {"ANSIBLE_TEST": "1"}], ids=["in this process", "as a module"])
def test_module_defaults_of_the_action_group(playbook, sandbox, environment):
    """Once for all modules, in both ways that they run in."""
    defaults = {"tfe_address": sandbox.address, "tfe_token": "{{ token }}", "organization": "acme"}
    tasks = [
        task("One", {"service_provider": "github", "personal_access_token": "{{ pat }}"}),
        task("Many", {"connections": [{"service_provider": "github"}]}, "oauth_clients"),
        task("Read", {}, "oauth_client_info"),
        task("Another", {"organization": "acme-labs"}, "oauth_client_info"),
    ]
    run = playbook(
        [
            play(
                *tasks,
                module_defaults={"group/hcptf.vcs.tfe": defaults},
                environment=environment,
                vars={**PAT, "token": API_TOKEN},
            )
        ],
        TFE_ADDRESS="",
        TFE_TOKEN="",
    )
    assert run.rc == 0, run.output
    assert run.result("Many")["connections"][0]["oauth_client_id"] == run.result("One")["oauth_client_id"]
    assert len(run.result("Read")["oauth_clients"]) == 1
    assert run.result("Another")["organization"] == "acme-labs"


@pytest.mark.oldest_core_too
def test_vaulted_secrets(playbook, sandbox, tmp_path):
    """In an encrypted file, and encrypted one by one; for modules, the role and the lookup."""
    vault = VaultLib([("default", VaultSecret(b"vault password"))])
    password = tmp_path / "password"
    password.write_text("vault password", encoding="utf-8")
    secrets = yaml.safe_dump({"vault_tfe_token": API_TOKEN, "vault_github": "made-up-github-token"})
    (tmp_path / "secrets.yml").write_text(vault.encrypt(secrets).decode(), encoding="utf-8")
    inline = vault.encrypt("made-up-gitlab-token").decode().replace("\n", "\n    ")
    token = vault.encrypt(API_TOKEN).decode().replace("\n", "\n    ")
    (tmp_path / "inline.yml").write_text(
        f"vault_gitlab: !vault |\n    {inline}\nvault_again: !vault |\n    {token}\n", encoding="utf-8"
    )
    connections = [
        {"service_provider": "github", "personal_access_token": "{{ vault_github }}"},
        {"service_provider": "gitlab_hosted", "personal_access_token": "{{ vault_gitlab }}"},
    ]
    options = "organization='acme', service_provider='github', tfe_token=vault_again"
    run = playbook(
        [
            play(
                task(
                    "Connect",
                    {"organization": "acme", "connections": connections, "tfe_token": "{{ vault_tfe_token }}"},
                    "oauth_clients",
                ),
                {
                    "name": "Look up",
                    "ansible.builtin.debug": {"msg": f"{{{{ lookup('hcptf.vcs.oauth_client', {options}).id }}}}"},
                },
                vars_files=["secrets.yml", "inline.yml"],
            )
        ],
        *("--vault-password-file", str(password), "-vvv"),
        TFE_TOKEN="",
    )
    assert run.rc == 0, run.output
    found = {
        client.service_provider: token.personal_access_token
        for client in sandbox.store.clients("acme")
        for token in sandbox.store.oauth_tokens(client)
    }
    assert found == {"github": "made-up-github-token", "gitlab_hosted": "made-up-gitlab-token"}
    assert run.result("Look up")["msg"] == run.result("Connect")["connections"][0]["oauth_client_id"]


@pytest.mark.oldest_core_too
def test_other_hosts(playbook, sandbox, tmp_path):
    """Delegated to the controller; and on a host that has a token of its own in its environment."""
    inventory = tmp_path / "hosts.yml"
    hosts = {"web1": {**LOCAL, "ansible_connection": "ssh", "ansible_host": "192.0.2.1"}, "web2": LOCAL}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
    there = {"TFE_TOKEN": API_TOKEN, "TFE_ADDRESS": sandbox.address}
    run = playbook(
        [
            play(task("Delegated", GITHUB, delegate_to="localhost", run_once=True), hosts="all", vars=PAT),
            play(task("There", GITHUB, environment=there), hosts="web2", vars=PAT),
            play(
                task("There without", GITHUB, environment={"TFE_TOKEN": ""}, ignore_errors=True), hosts="web2", vars=PAT
            ),
        ],
        *("-i", str(inventory)),
    )
    assert run.rc == 0, run.output
    (client,) = sandbox.store.clients("acme")
    assert run.result("Delegated")["oauth_client_id"] == client.id
    assert run.result("There")["oauth_client_id"] == client.id
    assert run.result("There without")["failure"]["code"] == "token_missing"


@pytest.mark.oldest_core_too
def test_async_and_no_log(playbook, sandbox, tmp_path):
    tasks = [
        task("Wait for it", GITHUB, **{"async": 30, "poll": 1}),
        task("Start it", {**GITHUB, "organization": "acme-labs"}, **{"async": 30, "poll": 0}, register="job"),
        {
            "name": "Get it",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "labs",
            "until": "labs is finished",
            "retries": 60,
            "delay": 0.2,
        },
        task("Say nothing", GITHUB, no_log=True, register="quiet"),
        {"name": "Use it", "ansible.builtin.debug": {"msg": "{{ quiet.oauth_token_id }}"}},
    ]
    # Without it, one part of Ansible takes the home from HOME, another from the user's entry in the system.
    run = playbook([play(*tasks, vars={**PAT, "ansible_async_dir": str(tmp_path / "async")})])
    assert run.rc == 0, run.output
    waited, got = run.result("Wait for it"), run.result("Get it")
    (client,) = sandbox.store.clients("acme")
    assert (waited["oauth_client_id"], waited["action"]) == (client.id, "created")
    assert (got["organization"], got["action"]) == ("acme-labs", "created")
    assert "oauth_client_id" not in run.result("Say nothing")
    assert run.result("Use it")["msg"] == waited["oauth_token_id"]


MANY = [f"team-{number:02}" for number in range(30)]


@pytest.mark.parametrize(
    "sandbox",
    [
        {
            "tokens": [{"name": "owner", "token": API_TOKEN, "manages": ["*"]}],
            "organizations": [{"name": name} for name in MANY],
        }
    ],
    indirect=True,
)
def test_many_organizations(playbook, sandbox):
    connections = [{**GITHUB, "organization": name} for name in MANY]
    many = task("Connect all", {"connections": connections}, "oauth_clients")
    run = playbook([play(many, {**many, "name": "Connect all again"}, vars=PAT)])
    assert run.rc == 0, run.output
    first, second = run.result("Connect all"), run.result("Connect all again")
    assert {entry["action"] for entry in first["connections"]} == {"created"}
    assert {entry["action"] for entry in second["connections"]} == {"unchanged"}
    assert [entry["organization"] for entry in second["connections"]] == MANY
    assert [request.method for request in sandbox.requests].count("POST") == len(MANY)
    assert [request.method for request in sandbox.requests][-len(MANY) :] == ["GET"] * len(MANY)


#: Playbooks with variables that select a connection of acme to GitHub.
PLAYBOOKS_ON_THE_CONTROLLER = {
    "audit": {"audit_organizations": "acme", "audit_json_file": "audit.json"},
    "expiry": {"vcs_connections_list": [{"service_provider": "bitbucket_data_center", "http_url": "https://b"}]},
    "rotate": {"rotate_service_provider": "github", "rotate_check": False},
    "remove": {"remove_service_provider": "github"},
    "migrate": {"migrate_from_service_provider": "github", "migrate_to": {"service_provider": "gitlab_hosted"}},
}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("name", PLAYBOOKS_ON_THE_CONTROLLER)
def test_playbooks_run_on_the_controller_whatever_the_inventory_says_of_localhost(playbook, sandbox, tmp_path, name):
    """Another user, host or Python has neither the API token of the environment nor the libraries."""
    for provider, url in (("github", "https://github.com"), ("gitlab_hosted", "https://gitlab.com")):
        sandbox.store.add_client("acme", provider, url, personal_access_token="made-up-old-token")
    settings = "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=9 ansible_python_interpreter=/nowhere/python"
    (tmp_path / "hosts").write_text(f"localhost {settings} ansible_become=true\n", encoding="utf-8")
    variables = {"vcs_connections_organization": "acme", **PLAYBOOKS_ON_THE_CONTROLLER[name]}
    run = playbook(f"hcptf.vcs.{name}", "-i", "hosts", "-e", json.dumps(variables), GITHUB_TOKEN="made-up-new-token")
    assert run.rc == 0
