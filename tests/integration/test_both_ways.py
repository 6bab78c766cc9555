# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task gives the same, word for word, whether it runs in the controller's process or as a module.

One playbook with all cases runs twice against the same server, reset in between: once as it is, so that the action
plugins do the work, and once with an environment variable that nothing reads, because of which they hand every task to
the module. Results, output and requests must be equal. Arguments that an action plugin always hands to the module are
tested once.
"""

from __future__ import annotations

import datetime
import itertools
import json
import re
import socket
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from integration.conftest import API_TOKEN, PLAYBOOKS

from sandbox import Fault, Sandbox
from sandbox import store as sandbox_store
from sandbox.faults import EchoBody, Effect, HtmlPage, Redirect, Status
from utils.ansible_environment import CACHED_BYTECODE, ansible_environment
from utils.fake_keys import openssh_private_key
from utils.run_program import run_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAT = "made-up-token"
REJECTED_PAT = "made-up-token-that-is-rejected"
SSH_KEY = openssh_private_key("for cloning")
VAULT = VaultSecret(b"made-up-password")

CREATED_AT = "2026-01-02T03:04:05.678Z"
#: The server answers what is asked of the organization of that name like this.
ANSWERS: dict[str, Effect] = {
    "answers-403": Status(403),
    "answers-405": Status(405),
    "answers-422": Status(422, {"errors": [{"status": "422", "title": "no", "source": {"pointer": "/data"}}]}),
    "answers-429": Status(429, headers={"x-ratelimit-reset": "0.1"}),
    "answers-503": Status(503),
    "answers-html": HtmlPage(),
    "redirects": Redirect("https://elsewhere.example.com{target}"),
}
SEED: dict[str, Any] = {
    "tokens": [{"name": "owner", "token": API_TOKEN, "manages": ["*"]}],
    "personal_access_tokens": [{"token": REJECTED_PAT, "rejected": True}],
    "organizations": [
        *({"name": name} for name in ("fresh", "predicted", "echoes", "second", "third", *ANSWERS)),
        {
            "name": "acme",
            "projects": [
                {"name": "Network", "id": "prj-Network111111111"},
                {"name": "Shop", "id": "prj-Shop111111111111"},
            ],
            "agent_pools": [{"name": "datacenter", "id": "apool-Datacenter111111"}],
            "oauth_clients": [
                {"name": "GitHub", "id": "oc-GitHub1111111111", "created_at": CREATED_AT},
                *(
                    {
                        "service_provider": "gitlab_enterprise_edition",
                        "http_url": "https://gitlab.example.com",
                        "api_url": "https://gitlab.example.com/api/v4",
                        "name": name,
                        "id": f"oc-GitLab{name}",
                        "created_at": CREATED_AT,
                        "workspaces": workspaces,
                    }
                    for name, workspaces in (("twin1", []), ("twin2", ["shop", "network"]))
                ),
            ],
        },
    ],
}


#: With these in the environment, modules() tells how many module processes there were.
COUNTED = {"ANSIBLE_KEEP_REMOTE_FILES": "true", "ANSIBLE_REMOTE_TMP": "remote"}


def modules(folder: Path) -> int:
    return len(list(folder.glob("remote/*/AnsiballZ_oauth_client*.py")))


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


# -- the cases --------------------------------------------------------------------------------------------------------

GITHUB = {"service_provider": "github", "personal_access_token": PAT}
GITLAB = {"service_provider": "gitlab_hosted", "personal_access_token": PAT}


def one(arguments: Mapping[str, Any] | str, organization: str | None = "acme", **keywords: Any) -> dict[str, Any]:
    """A task for one connection; it may fail."""
    if not isinstance(arguments, str):
        arguments = {**({"organization": organization} if organization else {}), **arguments}
    return {"hcptf.vcs.oauth_client": arguments, "ignore_errors": True, **keywords}


def many(*connections: Any, **keywords: Any) -> dict[str, Any]:
    return {
        "hcptf.vcs.oauth_clients": {"organization": "acme", "connections": list(connections)},
        "ignore_errors": True,
        **keywords,
    }


def info(**arguments: Any) -> dict[str, Any]:
    return {"hcptf.vcs.oauth_client_info": {"organization": "acme", **arguments}, "ignore_errors": True}


SUCCESSES = {
    "unchanged": one(GITHUB, diff=True),
    "unchanged in check mode": one(GITHUB, check_mode=True, diff=True),
    "to be created": one(GITHUB, "predicted", check_mode=True, diff=True),
    "created": one({**GITHUB, "name": "new", "ssh_key": SSH_KEY}, "fresh", diff=True, register="created"),
    "to be updated": one({**GITHUB, "name": "renamed"}, check_mode=True, diff=True),
    "updated": one({**GITHUB, "name": "renamed", "update_secrets": "always"}, diff=True, register="updated"),
    "scoped to projects": one(
        {
            **GITHUB,
            "organization_scoped": False,
            "projects": ["Shop", "prj-Network111111111"],
            "agent_pool": "datacenter",
        },
        diff=True,
        register="scoped",
    ),
    "selected by ID": one({"oauth_client_id": "oc-GitHub1111111111"}),
    "to be deleted": one({"service_provider": "github", "state": "absent"}, "fresh", check_mode=True, diff=True),
    "deleted": one({"service_provider": "github", "state": "absent"}, "fresh", diff=True, register="deleted"),
    "absent": one({"service_provider": "github", "state": "absent"}, "fresh", diff=True),
    "several": many(GITHUB, {**GITLAB, "name": "a"}, {**GITLAB, "name": "b", "match_by": "url_and_name"}, diff=True),
    "several of which one fails": many(
        GITHUB,
        {"service_provider": "gitlab_hosted", "http_url": "https://gitlab.com", "organization": "second"},
        {**GITHUB, "organization": "third"},
        diff=True,
    ),
    "none": many(),
    "information": info(include=["tokens", "affected_workspaces", "health", "vcs_events"]),
    "information in check mode": {**info(http_url="https://GITLAB.example.com/", name="twin2"), "check_mode": True},
}

#: Each kind of failure, most of them in one task.
FAILURES = {
    "failures": many(
        {**GITHUB, "http_url": "https://gitlab.com"},  # invalid_argument
        {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com"},  # ambiguous
        {**GITHUB, "api_url": "https://api.example.com"},  # fixed_attribute
        {"oauth_client_id": "oc-NotThere11111111"},  # not_found
        {"oauth_client_id": "oc-GitLabtwin2", "state": "absent"},  # workspaces_linked
        {"service_provider": "github", "organization": "predicted"},  # secret_missing
        {**GITLAB, "personal_access_token": REJECTED_PAT, "organization": "predicted"},  # rejected
        *({**GITHUB, "organization": name} for name in ("nowhere", *ANSWERS)),
        diff=True,
    ),
    "failure of one": one({"service_provider": "github"}, "predicted", diff=True),
    "refused": one({**GITLAB, "personal_access_token": REJECTED_PAT}, "predicted"),
    "token_missing": one({**GITHUB, "tfe_token": ""}),
    "unauthorized": one({**GITHUB, "tfe_token": "made-up-wrong"}),
    "unreachable": one({**GITHUB, "tfe_address": f"http://127.0.0.1:{closed_port()}"}),
    "tls": one({**GITHUB, "tfe_address": "{{ lookup('env', 'TFE_ADDRESS') | replace('http', 'https') }}"}),
    "waited in vain": one({**GITHUB, "tfe_max_retries": 1}, "answers-429"),
    "failing information": info(organization="nowhere"),
}

#: Unsound arguments, which the action plugin leaves to the module.
HANDED_OVER = {
    "a wrong type": one({**GITHUB, "projects": {"a": "dictionary"}}),
    "a wrong number": one({**GITHUB, "tfe_timeout": "soon"}),
    "not a choice": one({**GITHUB, "service_provider": "subversion"}),
    "not an option": one({**GITHUB, "personal_acces_token": PAT}),
    "required one of": one({"name": "nothing but a name"}),
    "required if": one({**GITHUB, "match_by": "url_and_name"}),
    "required": {"hcptf.vcs.oauth_clients": {"organization": "acme"}, "ignore_errors": True},
    "a wrong type inside": many(GITHUB, [PAT]),
    "a list in a list": many([{**GITHUB, "ssh_key": SSH_KEY}]),
    "JSON in place of a dictionary": many(json.dumps(GITHUB)),
    "dictionaries in one line": many(f"service_provider=github pat={PAT}"),
    "a dictionary in place of a list": {"hcptf.vcs.oauth_clients": {"connections": GITHUB}, "ignore_errors": True},
    "a dictionary in place of a text": one({"service_provider": "github", "pat": {PAT: [PAT]}}),
    "a list in place of a text": many({"service_provider": "github", "pat": [PAT]}),
    "a secret in place of a name": one({**GITHUB, PAT: "x"}),
    "a secret in a name": one({**GITHUB, "name": f"before {PAT} after"}, check_mode=True, diff=True),
    "a secret in place of a choice": one({**GITHUB, "state": f"{PAT}-2"}),
    "not an option inside": many({**GITHUB, "nam": "misspelt"}),
    "required one of inside": many({"name": "nothing but a name"}),
    "an option and its alias": one({**GITHUB, "pat": PAT}),
    "an option and its alias inside": many({**GITHUB, "pat": PAT}),
    "not a choice in a list": info(include=["everything"]),
}

ARGUMENTS = {
    "aliases": one({"service_provider": "github", "pat": PAT, "agent_pool_id": "datacenter"}),
    "aliases inside": many({"service_provider": "github", "oauth_token": PAT}),
    "words for truth and numbers": one({**GITHUB, "force": "yes", "tfe_timeout": "10", "tfe_max_retries": "1"}),
    "numbers for texts": one({**GITHUB, "name": 404, "personal_access_token": 123456789}, check_mode=True),
    "a date for a text": one({**GITHUB, "name": datetime.date(2026, 1, 2)}, check_mode=True, diff=True),
    "a time for a text": one(
        {**GITHUB, "name": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)},
        check_mode=True,
        diff=True,
    ),
    "a list in one text": one({**GITHUB, "projects": "Shop,Network"}),
    "one line": one(f"organization=acme service_provider=github pat={PAT}"),
    "a path with a variable": one({**GITHUB, "tfe_ca_bundle": "~/$NOTHING/ca.pem"}),
    "nothing": one({**GITHUB, "name": None, "projects": None}),
    "left out": one({**GITHUB, "name": "{{ omit }}", "projects": "{{ nothing | default(omit) }}"}),
    "left out inside": many({**GITHUB, "name": "{{ omit }}"}),
    "templated lists": {
        "hcptf.vcs.oauth_clients": {"organization": "{{ 'ac' ~ 'me' }}", "connections": "{{ wanted + [] }}"},
        "vars": {"wanted": [{"service_provider": "{{ 'git' ~ 'hub' }}", "name": "{{ 1 + 1 }}"}]},
        "check_mode": True,
        "diff": True,
        "register": "templated",
    },
    "all arguments in a variable": one("{{ arguments }}", vars={"arguments": {**GITHUB, "organization": "acme"}}),
    "defaults": one(GITHUB, None, module_defaults={"hcptf.vcs.oauth_client": {"organization": "nowhere"}}),
    "no template": one({**GITHUB, "name": "{{ unsafe }}"}, check_mode=True, diff=True, register="unsafe_name"),
    "encrypted in place": one({**GITHUB, "personal_access_token": "{{ encrypted }}"}),
    "encrypted in place, untouched": one({**GITHUB, "name": "{{ encrypted_name }}"}, check_mode=True),
    "undefined": one({**GITHUB, "name": "{{ not_defined_anywhere }}"}),
}

MASKING = {
    "a secret among white space": one({**GITHUB, "personal_access_token": f"  {PAT}\n"}, "echoes"),
    "a secret that the server echoes": one({**GITHUB, "ssh_key": SSH_KEY}, "echoes"),
    "a secret inside that the server echoes": many({**GITHUB, "organization": "echoes", "ssh_key": SSH_KEY}),
    "a secret as a word of ours": one(
        {**GITHUB, "ssh_key": "secret", "name": "a secret"}, "predicted", check_mode=True
    ),
    "a secret as a number of ours": one({**GITHUB, "tfe_token": "401"}),
    "a secret with control characters": one({**GITHUB, "personal_access_token": f"{PAT}\a"}),
    "a proxy's password": one({**GITHUB, "tfe_proxies": "http://user:made-up-password@127.0.0.1:1"}),
    "all hidden": one(GITHUB, no_log=True, diff=True),
    "all hidden of a failure": one(GITHUB, "nowhere", no_log=True),
    "all hidden in a loop": one({"service_provider": "github"}, "{{ item }}", loop=["acme", "nowhere"], no_log=True),
}

CONTROL = {
    "invocation": one({**GITHUB, "projects": ["Shop"]}, check_mode=True, vars={"ansible_inject_invocation": True}),
    "a loop": one({"service_provider": "github"}, "{{ item }}", loop=["acme", "nowhere", "predicted"], register="loop"),
    "a loop with labels": one(
        {**GITHUB, "name": "{{ item.name }}"},
        "predicted",
        loop=[{"name": "first", "token": "x"}, {"name": "second", "token": "y"}],
        loop_control={"label": "{{ item.name }}", "index_var": "number"},
        check_mode=True,
    ),
    "until": one(
        {"service_provider": "github"}, "nowhere", until="again is success", retries=2, delay=0, register="again"
    ),
    "failed when": one(GITHUB, failed_when="outcome.action == 'unchanged'", register="outcome"),
    "not failed when": one(
        GITHUB, "nowhere", failed_when="outcome.failure.code != 'not_found_or_forbidden'", register="outcome"
    ),
    "changed when": one({**GITHUB, "name": "again"}, check_mode=True, changed_when=False),
    "skipped": one(GITHUB, when=False),
    "delegated": one(GITHUB, delegate_to="localhost", run_once=True),
    "rescued": {
        "block": [{"hcptf.vcs.oauth_client": {"organization": "nowhere", **GITHUB}, "name": "rescued"}],
        "rescue": [{"ansible.builtin.debug": {"var": "ansible_failed_result"}, "name": "the failure in rescue"}],
    },
    "in time": one(GITHUB, timeout=20),
}

WARNINGS: dict[str, dict[str, Any]] = {
    "warned": one(
        {**GITHUB, "service_provider": "gitlab_community_edition", "http_url": "http://gitlab.example.com"},
        check_mode=True,
    ),
    "warned of several": many(
        {**GITHUB, "ssh_key": SSH_KEY, "update_secrets": "always"},
        {
            "service_provider": "ado_server",
            "http_url": "http://ado.example.com",
            "state": "absent",
        },
    ),
}

#: What later tasks see of the results: kinds of values, and what a template makes of them.
SEEN_LATER: dict[str, dict[str, Any]] = {
    "kinds": {
        "ansible.builtin.debug": {
            "msg": [
                f"{{{{ {path} | type_debug }}}}"
                for path in (
                    "created",
                    "created.changed",
                    "created.oauth_client_id",
                    "created.oauth_client",
                    "created.oauth_client.projects",
                    "created.oauth_client.oauth_token_ids",
                    "created.diff.after",
                    "created.oauth_client.name",
                    "scoped.oauth_client.projects",
                    "scoped.diff.after.projects",
                    "templated.connections",
                    "templated.connections[0].label",
                    "deleted.affected_workspaces",
                    "loop.results[1].failure",
                    "loop.results[1].failure.errors",
                )
            ]
        }
    },
    "a template in a result": {"ansible.builtin.debug": {"msg": "{{ unsafe_name.oauth_client.name }}"}},
    "the result as JSON": {"ansible.builtin.debug": {"msg": "{{ templated | to_json }}"}},
}

CASES: dict[str, dict[str, Any]] = {
    **SUCCESSES,
    **FAILURES,
    **ARGUMENTS,
    **MASKING,
    **CONTROL,
    **WARNINGS,
    **SEEN_LATER,
}


def playbook(cases: Mapping[str, Mapping[str, Any]], **keywords: Any) -> str:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/hcptf.vcs.tfe": {"tfe_token": API_TOKEN, "tfe_timeout": 5, "tfe_max_retries": 0}},
        "vars_files": ["vars.yml"],
        "tasks": [{"name": name, **task} for name, task in cases.items()],
        **keywords,
    }
    return yaml.safe_dump([play], sort_keys=False)


def variables() -> str:
    encrypted = {
        name: VaultLib([("default", VAULT)]).encrypt(text, VAULT).decode()
        for name, text in (("encrypted", PAT), ("encrypted_name", "a name"))
    }
    lines = ["unsafe: !unsafe '{{ 1 + 1 }}'"]
    for name, text in encrypted.items():
        lines += [f"{name}: !vault |", *(f"  {line}" for line in text.splitlines())]
    return "\n".join(lines) + "\n"


# -- both ways --------------------------------------------------------------------------------------------------------


@dataclass
class Way:
    """One run of the playbook."""

    records: dict[str, list[Any]]
    output: dict[str, str]
    requests: list[str]
    modules: int


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Iterator[tuple[Way, Way]]:
    """The playbook's run in the controller's process, and as modules."""
    with pytest.MonkeyPatch.context() as patch, Sandbox(seed=SEED) as sandbox:
        ways = []
        for keywords in ({}, {"environment": {"HCPTF_NOT_READ_BY_ANYTHING": "1"}}):
            _count_instead_of_chance(patch)
            sandbox.reset()
            for organization, effect in ANSWERS.items():
                sandbox.faults.add(Fault(effect, path=f"/organizations/{organization}/", count=None))
            sandbox.faults.add(Fault(EchoBody(), "POST", path="/organizations/echoes/", count=None))
            ways.append(_run(playbook(CASES, **keywords), tmp_path_factory.mktemp("home"), sandbox))
        yield ways[0], ways[1]


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory) -> Way:
    with Sandbox(seed=SEED) as sandbox:
        return _run(playbook(HANDED_OVER), tmp_path_factory.mktemp("home"), sandbox)


def _count_instead_of_chance(patch: pytest.MonkeyPatch) -> None:
    """The server gives IDs in order and stops its clock."""
    numbers = itertools.count(1)
    patch.setattr(sandbox_store, "new_id", lambda prefix: f"{prefix}-{next(numbers):016}")
    patch.setattr(sandbox_store, "timestamp", lambda: CREATED_AT)
    patch.setattr("sandbox.store.uuid.uuid4", lambda: f"uuid-{next(numbers)}")


def _run(content: str, home: Path, sandbox: Sandbox) -> Way:
    (home / "playbook.yml").write_text(content, encoding="utf-8")
    (home / "vars.yml").write_text(variables(), encoding="utf-8")
    (home / "password").write_bytes(VAULT.bytes)
    environment = ansible_environment(
        home,
        TFE_ADDRESS=sandbox.address,
        ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).parent / "callback_plugins"),
        ANSIBLE_CALLBACKS_ENABLED="record",
        **CACHED_BYTECODE,
        **COUNTED,
        RECORD_FILE="record",
    )
    command = [str(PLAYBOOKS["newest"]), "playbook.yml", "--vault-password-file", "password"]
    done = run_program(command, home, environment, timeout=300)
    assert done.returncode == 0, done.stdout
    records: dict[str, list[Any]] = defaultdict(list)
    for line in (home / "record").read_text(encoding="utf-8").splitlines():
        record = json.loads(line.replace(str(home), "HOME"))
        # ansible-core 2.19 and 2.20 add this key, which tells nothing, to what a module returns, and to nothing else.
        if record.get("result", {}).get("failed_when_suppressed_exception") == "(traceback unavailable)":
            del record["result"]["failed_when_suppressed_exception"]
        records[record.get("task", "recap")].append(record)
    return Way(
        defaultdict(list, {name: _without_chance(found) for name, found in records.items()}),
        _by_task(_without_chance(done.stdout.replace(str(home), "HOME"))),
        [json.dumps([one.method, one.target, one.body, sorted(one.headers)]) for one in sandbox.requests],
        modules(home),
    )


def _without_chance(value: Any) -> Any:
    """Waits are of random length; ansible-core 2.22 lets a mark of its own be seen in what a module returns."""
    text = re.sub(r"waited \d+\.\d s", "waited some time", json.dumps(value))
    return json.loads(re.sub(r'\\*"ansible_parsed\\*": true, ', "", text))


def _by_task(output: str) -> dict[str, str]:
    """What was printed for each task."""
    # From 2.19 on ansible-core tells on its own which of the two has failed.
    output = output.replace("Task failed: Action failed", "Task failed: Module failed")
    _before, *parts = re.split(r"^TASK \[(.*?)\] \**$", output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_one_way_is_without_modules(both):
    """Else there would be nothing to compare."""
    plugin, module = (way.modules for way in both)

    assert plugin == 0
    assert module >= len(CASES) - len(SEEN_LATER) - len(("skipped", "undefined"))


@pytest.mark.parametrize("name", CASES)
def test_same_result(both, name):
    plugin, module = (way.records[name] for way in both)

    assert plugin == module
    assert plugin or name == "rescued"


@pytest.mark.parametrize("name", CASES)
def test_same_output(both, name):
    plugin, module = (way.output.get(name) for way in both)

    assert plugin == module


@pytest.mark.parametrize("name", [name for name in HANDED_OVER if not name.startswith("an option and its alias")])
def test_arguments_that_are_refused_have_a_code_and_show_no_value(handed_over, name):
    (record,) = handed_over.records[name]
    failure = record["result"]["failure"]
    assert failure == {
        "code": "invalid_argument",
        "message": record["result"]["msg"],
        "status": None,
        "errors": [],
    }
    assert record["result"]["changed"] is False
    # Around it, ansible-core prints the lines of this very playbook.
    assert PAT not in json.dumps(record)


def test_the_module_reports_arguments_that_are_refused(handed_over):
    assert handed_over.modules == len(HANDED_OVER)


def test_same_requests(both):
    plugin, module = both

    assert sorted(plugin.requests) == sorted(module.requests)


# -- handing over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def programs(tmp_path) -> dict[str, str]:
    """Another Python interpreter, and something that becomes another user (who happens to be the same)."""
    scripts = {
        "python": f'exec "{sys.executable}" "$@"',
        "sudo": 'while [ "$1" != /bin/sh ]; do shift; done\nexec "$@"',
    }
    for name, content in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{content}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return {name: str(tmp_path / name) for name in scripts}


@pytest.mark.oldest_core_too
def test_handed_over_where_it_would_not_run_here(playbook, sandbox, tmp_path, programs):
    client = sandbox.store.add_client("acme")
    interpreter = {"ansible_python_interpreter": programs["python"]}
    here = {
        "plain": {},
        "this interpreter": {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
        "an empty environment": {"environment": {}},
        "delegated here": {"delegate_to": "localhost"},
        "all hosts once": {"run_once": True},
    }
    elsewhere = {
        "as another user": {"become": True, "vars": {"ansible_become_exe": programs["sudo"]}},
        "in the background": {"async": 60, "poll": 1},
        "with a variable": {"environment": {"NOT_READ_BY_ANYTHING": "1"}},
        "another interpreter": {"vars": interpreter},
        "another interpreter where it is delegated to": {"delegate_to": "other"},
    }
    tasks = [
        {"name": name, "hcptf.vcs.oauth_client": {"organization": "acme", "service_provider": "github"}, **keywords}
        for name, keywords in {**here, **elsewhere}.items()
    ]
    inventory = {"all": {"hosts": {"localhost": {"ansible_connection": "local"}, "other": interpreter}}}
    inventory["all"]["hosts"]["localhost"]["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    inventory["all"]["hosts"]["other"]["ansible_connection"] = "local"
    (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")

    run = playbook(
        [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}],
        *("-i", "hosts.json"),
        **COUNTED,
        ANSIBLE_ASYNC_DIR=str(tmp_path / "async"),
    )

    assert run.rc == 0
    assert {run.result(task["name"])["oauth_client_id"] for task in tasks} == {client.id}
    assert "ansible_job_id" in run.result("in the background")
    assert modules(tmp_path) == len(elsewhere)
    # Outside of a loop nothing is kept, so that each has a connection of its own.
    assert len({request.connection for request in sandbox.requests}) == len(tasks)


@pytest.mark.oldest_core_too
def test_handed_over_where_the_configuration_names_another_interpreter(playbook, sandbox, tmp_path, programs):
    sandbox.store.add_client("acme")
    (tmp_path / "hosts").write_text("here ansible_connection=local\n", encoding="utf-8")
    task = {"hcptf.vcs.oauth_client": {"organization": "acme", "service_provider": "github"}}

    run = playbook(
        [{"hosts": "here", "gather_facts": False, "tasks": [task]}],
        *("-i", "hosts"),
        **COUNTED,
        ANSIBLE_PYTHON_INTERPRETER=programs["python"],
    )

    assert run.rc == 0
    assert modules(tmp_path) == 1


@pytest.mark.parametrize(
    ("what", "plain"),
    [
        ({}, True),
        ({"transport": "ssh"}, False),
        ({"transport": "community.docker.docker"}, False),
        ({"become": object()}, False),
        ({"async_val": 1}, False),
        ({"environment": [{}]}, True),
        ({"environment": [{}, {"https_proxy": "http://proxy.example.com"}]}, False),
        ({"environment": ["{{ proxies }}"]}, False),
        ({"interpreter": sys.executable}, True),
        ({"interpreter": "auto_silent"}, True),
        ({"interpreter": "/usr/bin/env python3"}, False),
        ({"interpreter": "/nonexistent/python"}, False),
        ({"library": None}, False),
    ],
)
def test_what_is_plain(monkeypatch, what, plain):
    from ansible_collections.hcptf.vcs.plugins.plugin_utils import _action

    given = {"transport": "local", "become": None, "async_val": 0, "environment": None, "library": "found", **what}
    monkeypatch.setattr(_action, "_has_requests", lambda: given["library"] is not None)
    action = object.__new__(_action.CoreAction)
    action._connection = SimpleNamespace(transport=given["transport"], become=given["become"])
    action._task = SimpleNamespace(async_val=given["async_val"], environment=given["environment"], delegate_to=None)
    action._templar = SimpleNamespace(template=lambda value: value)
    variables = {"ansible_python_interpreter": given["interpreter"]} if "interpreter" in given else {}

    assert action._is_plain(variables) is plain
