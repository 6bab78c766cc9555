# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret comes out of real ansible-playbook runs, wherever one might look.

That is: what is printed at -vvvv and by other callbacks, the log file, results, facts and their cache, retry files, the
syslog, the arguments of processes, and files that stay on disk. Everything is searched for every spelling.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from proofs import scene
from sandbox import Fault, Sandbox, VcsHost
from sandbox.faults import Status
from utils.ansible_environment import CACHED_BYTECODE, ansible_environment

#: Runs in every Python process of a run: what would go to the syslog goes to a file, and where CRASH names a function
#: of the collection, that raises what no exception should hold.
SITECUSTOMIZE = """
import builtins, os, sys, syslog
import cached_bytecode

def _syslog(*message):
    with open(os.environ["FAKE_SYSLOG"], "a") as log:
        log.write(repr(message) + "\\n")

syslog.syslog = _syslog
module, _, attribute = os.environ.get("CRASH", "").partition(":")
if module:
    plain = builtins.__import__

    def importing(*args, **kwargs):
        imported = plain(*args, **kwargs)
        found = sys.modules.get("ansible_collections.hcptf.vcs.plugins.module_utils." + module)
        *path, last = attribute.split(".")
        try:
            for part in path:
                found = getattr(found, part)
            if getattr(getattr(found, last), "__name__", None) == "crash":
                return imported
        except AttributeError:
            return imported

        def crash(*args, **kwargs):
            secrets = os.environ["TFE_TOKEN"], os.environ["PAT"], os.environ["SSH_KEY"]
            try:
                raise ValueError("inner", secrets)
            except ValueError:
                raise RuntimeError("a crash with %r" % (secrets,))

        setattr(found, last, crash)
        return imported

    builtins.__import__ = importing
"""


def from_environment(name):
    return f"{{{{ lookup('ansible.builtin.env', '{name}') }}}}"


PAT, NEW_PAT, SSH_KEY = map(from_environment, ("PAT", "NEW_PAT", "SSH_KEY"))
GITHUB = {"service_provider": "github", "personal_access_token": PAT, "ssh_key": SSH_KEY}
ROTATION = {**GITHUB, "personal_access_token": NEW_PAT, "update_secrets": "always"}
ADO = {
    "service_provider": "ado_server",
    "http_url": "https://ado.example.com",
    "personal_access_token": PAT,
    "private_key": SSH_KEY,
}
#: Everything that oauth_client_info can read.
EVERYTHING = ["tokens", "affected_workspaces", "health", "vcs_events"]
#: A task runs in Ansible's own process, or as a module if it has an environment of its own.
WAYS = {"action": {}, "module": {"environment": {"WHATEVER": "1"}}}


class EchoEverything:
    """What it was sent, token included, in every spelling that a server might use."""

    kind = "echo_everything"

    def apply(self, exchange):
        raw = exchange.body + exchange.request.headers["Authorization"].encode()
        text = raw.decode()
        pem = json.loads(exchange.body or b"{}").get("data", {}).get("attributes", {})
        spelled = [text, quote(text), quote(text, safe=""), json.dumps(text), base64.b64encode(raw).decode()]
        spelled += [str(value) for value in pem.values()]
        errors = [
            {"status": "422", "title": one, "detail": {"deeper": one}, "source": {"pointer": one}} for one in spelled
        ]
        return Status(422, {"errors": errors}).apply(exchange)


class Scan:
    """Runs ansible-playbook and collects everything that anybody could get to see of it."""

    def __init__(self, folder, address):
        self.folder, self.address = folder, address
        self.commands = set()
        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")

    def run(self, tasks, *args, **environment):
        (self.folder / "play.yml").write_text(
            json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8"
        )
        callbacks = Path(__file__).parent / "callback_plugins"
        self.environment = ansible_environment(
            self.folder,
            TFE_ADDRESS=self.address,
            TFE_TOKEN=scene.TOKEN,
            TFE_ORGANIZATION="acme",
            PAT=scene.PAT,
            NEW_PAT=scene.NEW_PAT,
            SSH_KEY=scene.SSH_KEY,
            PYTHONPATH=os.pathsep.join([str(self.folder), CACHED_BYTECODE["PYTHONPATH"]]),
            FAKE_SYSLOG=str(self.folder / "syslog"),
            ANSIBLE_CALLBACK_PLUGINS=str(callbacks),
            ANSIBLE_CALLBACKS_ENABLED="record,junit",
            RECORD_FILE=str(self.folder / "record"),
            JUNIT_OUTPUT_DIR=str(self.folder / "junit"),
            ANSIBLE_LOG_PATH=str(self.folder / "log"),
            ANSIBLE_RETRY_FILES_ENABLED="true",
            ANSIBLE_RETRY_FILES_SAVE_PATH=str(self.folder / "retry"),
            ANSIBLE_CACHE_PLUGIN="jsonfile",
            ANSIBLE_CACHE_PLUGIN_CONNECTION=str(self.folder / "facts"),
            ANSIBLE_REMOTE_TEMP=str(self.folder / "remote"),
            **environment,
        )
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(self.folder / "play.yml"), *args]
        process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        watching, others = threading.Event(), {*os.listdir("/proc")} - {str(process.pid)}
        watcher = threading.Thread(target=self._watch, args=(watching, others))
        watcher.start()
        try:
            self.output = process.communicate(timeout=120)[0]
        finally:
            process.kill()
            watching.set()
            watcher.join()
        return process.returncode

    def _watch(self, ended, others):
        """What ps would show of the run's processes, again and again."""
        ours = str(self.folder).encode()
        while not ended.is_set():
            for process in {*os.listdir("/proc")} - others:
                with contextlib.suppress(OSError):  # it has just ended, or is somebody else's
                    if ours in Path("/proc", process, "environ").read_bytes():
                        command = Path("/proc", process, "cmdline").read_bytes()
                        self.commands.add(command.replace(b"\0", b" ").decode(errors="replace"))
            time.sleep(0.01)

    def files(self):
        """The files that the run has left, without those that the test has made."""
        own = {"sitecustomize.py", "play.yml", "ansible.cfg"}
        return {
            path: path.read_text(encoding="utf-8", errors="replace")
            for path in self.folder.rglob("*")
            if path.is_file() and path.name not in own and "__pycache__" not in path.parts
        }

    def assert_clean(self):
        for secret in scene.secrets_in(self.output):
            pytest.fail(f"printed: {secret}\n{self.output}")
        for path, text in self.files().items():
            assert not list(scene.secrets_in(text)), f"{path} shows a secret"
        for command in self.commands:
            assert not list(scene.secrets_in(command)), "a process has a secret in its arguments"
        assert "Traceback" not in self.output


@pytest.fixture
def sandbox():
    with Sandbox(scene.SEED) as sandbox:
        yield sandbox


@pytest.fixture
def scan(sandbox, tmp_path):
    return Scan(tmp_path, sandbox.address)


def task(module, options, **keywords):
    return {f"hcptf.vcs.{module}": options, "ignore_errors": True, **keywords}


def kept(*tasks):
    """Tasks whose results become facts that are cached, and are printed."""
    names = [f"kept_{number}" for number in range(len(tasks))]
    return [
        *({**task, "register": name} for name, task in zip(names, tasks, strict=True)),
        {"ansible.builtin.set_fact": {**{f"{name}_fact": f"{{{{ {name} }}}}" for name in names}, "cacheable": True}},
        {"ansible.builtin.debug": {"msg": [f"{{{{ {name} }}}}" for name in names]}},
    ]


def test_the_search_finds_what_it_is_for(scan):
    """Each place, with a secret put there on purpose."""
    shown = [
        *kept({"ansible.builtin.command": "echo {{ lookup('ansible.builtin.env', 'PAT') }}"}),
        {"ansible.builtin.shell": "sleep 0.2; : {{ lookup('ansible.builtin.env', 'NEW_PAT') }}"},
    ]
    assert scan.run(shown, "-vvvv") == 0
    assert list(scene.secrets_in(scan.output))
    found = {path.name for path, text in scan.files().items() if list(scene.secrets_in(text))}
    assert {"syslog", "record", "log"} <= found
    assert any("localhost" in name for name in found), "the cache of facts"
    assert any(list(scene.secrets_in(command)) for command in scan.commands)


@pytest.mark.parametrize("way", WAYS)
def test_runs_that_succeed(scan, sandbox, way):
    """Create, again, change, rotate and remove, for real, in check mode and as facts."""
    keywords = WAYS[way]
    tasks = [
        *kept(
            task("oauth_client", GITHUB, check_mode=True, **keywords),
            task("oauth_client", GITHUB, **keywords),
            task("oauth_client", ROTATION, check_mode=True, **keywords),
            task("oauth_client", ROTATION, **keywords),
            task("oauth_clients", {"connections": [{**GITHUB, "name": "Renamed"}, ADO]}, **keywords),
            task("oauth_client_info", {"include": EVERYTHING}, **keywords),
        ),
        task(
            "oauth_client",
            "{{ all[item] }}",
            loop=["first", "second"],
            vars={"all": {"first": GITHUB, "second": ADO}},
            **keywords,
        ),  # a loop over the options themselves would print them as its items
        *kept(task("oauth_client", {**GITHUB, "state": "absent"}, **keywords)),
    ]
    assert scan.run(tasks, "-vvvv", "--diff") == 0
    assert "ignored=0" in scan.output
    assert [request.method for request in sandbox.requests].count("POST") == 2
    scan.assert_clean()
    if way == "module":
        assert "Invoked with" in (scan.folder / "syslog").read_text(encoding="utf-8")


@pytest.mark.parametrize("way", WAYS)
def test_runs_that_fail(scan, sandbox, way):
    """A server that echoes all it gets, arguments that are refused, and one of several that fails."""
    keywords = WAYS[way]
    sandbox.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    sandbox.faults.add(Fault(EchoEverything(), "POST", count=None))
    sandbox.faults.add(Fault(EchoEverything(), "PATCH", count=None))
    gitlab = {"service_provider": "gitlab_hosted", "personal_access_token": NEW_PAT, "update_secrets": "always"}
    broken = {**GITHUB, "personal_access_token": f"{PAT} with white space"}
    tasks = [
        *kept(
            task("oauth_client", GITHUB, **keywords),
            task("oauth_client", ADO, **keywords),
            task("oauth_client", gitlab, **keywords),
            task("oauth_clients", {"connections": [GITHUB, gitlab, broken, ADO]}, **keywords),
            task("oauth_client", broken, **keywords),
            task("oauth_client", {**GITHUB, "organization": "no/such"}, **keywords),
            task("oauth_client", {**GITHUB, "personal_access_tokn": PAT}, **keywords),
            task("oauth_client", {**GITHUB, "state": "gone"}, **keywords),
            task("oauth_client", {**GITHUB, "tfe_timeout": "soon", "tfe_token": NEW_PAT}, **keywords),
            task("oauth_clients", {"connections": [{**GITHUB, "nonsense": 1}]}, **keywords),
            task("oauth_clients", {"connections": [{**GITHUB, "projects": {"not": "a list"}}]}, **keywords),
        ),
        {"hcptf.vcs.oauth_client": GITHUB, "name": "The end of it, for a retry file", **keywords},
    ]
    assert scan.run(tasks, "-vvvv", "--diff") == 2
    assert "ignored=11" in scan.output
    scan.assert_clean()


@pytest.mark.parametrize("way", WAYS)
def test_the_failed_task_in_a_rescue(scan, way):
    """ansible-core gives a rescue the task with the values of its variables. A retry still has the secrets."""
    nowhere = {"organization": "nowhere", **GITHUB}
    failing = [
        {"hcptf.vcs.oauth_client": nowhere, "register": "tried", "until": "tried is success", "retries": 1, "delay": 0},
        {"hcptf.vcs.oauth_client": {**GITHUB, "personal_acces_token": PAT}},
        {"hcptf.vcs.oauth_clients": {"connections": [nowhere]}},
        {"ansible.builtin.include_role": {"name": "hcptf.vcs.vcs_connections"}},
        # ansible-core 2.19 and later fill in templates when they are printed
        {"hcptf.vcs.oauth_client": nowhere, "loop": ["a", "b"]},
        {"hcptf.vcs.oauth_client": "{{ options }}", "vars": {"options": nowhere}, "loop": ["a", "b"]},
        {"hcptf.vcs.oauth_client": {"name": "x"}, "module_defaults": {"hcptf.vcs.oauth_client": nowhere}},
    ]
    tasks = [
        {
            "block": [{**WAYS[way], **task} if "ansible.builtin.include_role" not in task else task],
            "vars": {"vcs_connections_organization": "nowhere", "vcs_connections_list": [{**GITHUB, "no": PAT}]},
            "rescue": [
                {"ansible.builtin.debug": {"msg": ["{{ ansible_failed_task }}", "{{ ansible_failed_result }}"]}}
            ],
        }
        for task in failing
    ]
    assert scan.run(tasks, "-vvvv") == 0
    assert "rescued=7" in scan.output
    scan.assert_clean()


def test_the_environment_of_a_failed_task_in_a_rescue(scan):
    """Only in what is printed, and without -vvvv: ansible-core itself shows the environment of a module to ps."""
    failing = {"hcptf.vcs.oauth_client": {"service_provider": "github"}, "environment": {"TFE_TOKEN": NEW_PAT}}
    assert scan.run([{"block": [failing], "rescue": [{"ansible.builtin.debug": {"var": "ansible_failed_task"}}]}]) == 0
    assert "rescued=1" in scan.output
    assert not list(scene.secrets_in(scan.output))


@pytest.mark.parametrize("way", WAYS)
def test_a_retry_has_the_secrets(scan, sandbox, way):
    sandbox.faults.add(Fault(Status(422, {"errors": [{"status": "422", "title": "not now"}]}), "POST"))
    created = {"hcptf.vcs.oauth_client": GITHUB, "register": "tried", "until": "tried is success"}
    assert scan.run([{**created, "retries": 1, "delay": 0, **WAYS[way]}], "-vvvv") == 0, scan.output
    (client,) = (each for each in sandbox.store.clients("acme") if each.service_provider == "github")
    assert [token.personal_access_token for token in sandbox.store.oauth_tokens(client)] == [scene.PAT]
    scan.assert_clean()


def test_arguments_of_any_shape(scan, sandbox):
    """ansible-core's own messages would show their values. The action plugin hands them to the module."""
    shapes = [
        [[GITHUB, ADO]],
        GITHUB,
        json.dumps([GITHUB]),
        [json.dumps(GITHUB)],
        f"service_provider=github pat={PAT}",
        [PAT],
        [{**GITHUB, "state": PAT}],
        [{**GITHUB, "force": [PAT]}],
        [{**GITHUB, "personal_access_token": {"token": PAT}}],
        [{**GITHUB, "ssh_key": [SSH_KEY]}],
        [{**GITHUB, "personal_acces_token": NEW_PAT}, [NEW_PAT]],
        [{**GITHUB, "projects": {NEW_PAT: SSH_KEY}}],
        [{**GITHUB, "name": f"with {PAT}"}],
        [{"service_provider": "bitbucket_data_center", "http_url": "https://b.example.com", "rsa_public_key": SSH_KEY}],
    ]
    tasks = kept(*(task("oauth_clients", {"connections": shape}) for shape in shapes))
    assert scan.run(tasks, "-vvvv", "--diff") == 0
    assert f"ignored={len(shapes)}" in scan.output
    assert scan.output.count('"code": "invalid_argument"') >= len(shapes)
    assert not sandbox.requests
    scan.assert_clean()


def test_a_job_in_the_background_leaves_no_secret_in_its_file(scan):
    """ansible-core 2.22 adds secrets that it knows to a module's result, which is kept in a file."""
    tasks = [
        *kept(
            task("oauth_client", GITHUB, **{"async": 60, "poll": 1}),
            task("oauth_clients", {"connections": [[GITHUB]]}, **{"async": 60, "poll": 1}),
        ),
        {"hcptf.vcs.oauth_client": ROTATION, "async": 60, "poll": 0, "register": "job"},
        {
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "ended",
            "until": "ended is finished",
            "retries": 100,
            "delay": 0,
        },
    ]
    assert scan.run(tasks, "-vvvv", ANSIBLE_ASYNC_DIR=str(scan.folder / "jobs")) == 0
    jobs = [text for path, text in scan.files().items() if path.parent.name == "jobs"]
    assert any("oauth_token_id" in text for text in jobs)
    assert not list(scene.secrets_in("".join([scan.output, *jobs])))


@pytest.mark.parametrize("strategy", ["one fails", "arguments are wrong"])
def test_the_role(scan, sandbox, strategy):
    sandbox.faults.add(Fault(EchoEverything(), "POST", nth=2, count=None))
    connections = [GITHUB, ADO, {**GITHUB, "name": "Two", "match_by": "url_and_name"}]
    if strategy == "arguments are wrong":
        connections = [{**GITHUB, "nonsense": PAT}, {**ADO, "projects": {"not": "a list"}}]
    role = {
        "ansible.builtin.include_role": {"name": "hcptf.vcs.vcs_connections"},
        "vars": {"vcs_connections_organization": "acme", "vcs_connections_list": connections},
    }
    assert scan.run([role], "-vvvv", "--diff") == 2
    scan.assert_clean()


class EchoHeaders:
    """A VCS host or a proxy that repeats the token in every part of its answer."""

    kind = "echo_headers"

    def __init__(self, status):
        self.status = status

    def apply(self, exchange):
        token = exchange.request.headers.get("PRIVATE-TOKEN") or exchange.request.headers["Authorization"]
        token = token.removeprefix("Bearer ")
        document = {"login": token, "message": token, "error": token, "username": token, "scopes": [token]}
        headers = {"X-OAuth-Scopes": token, "X-GitHub-SSO": f"required; url={token}"}
        return Status(self.status, {**document, "authenticatedUser": {"id": token}}, "application/json", headers).apply(
            exchange
        )


@pytest.mark.parametrize(("status", "way"), [(200, "action"), (401, "action"), (403, "action"), (403, "module")])
def test_tokens_that_are_checked(scan, sandbox, status, way):
    """Before they are sent, in a module of their own, and in playbooks, at a VCS host that echoes them."""
    keywords = WAYS[way]
    with VcsHost(sandbox.store) as vcs:
        vcs.faults.add(Fault(EchoHeaders(status), count=None))
        github = {**GITHUB, "api_url": vcs.address, "check_personal_access_token": True}
        gitlab = {**github, "service_provider": "gitlab_enterprise_edition", "http_url": vcs.address}
        gitlab.pop("api_url")
        one = {"service_provider": "github", "api_url": vcs.address, "personal_access_token": PAT}
        rotation = {**github, "update_secrets": "always", "personal_access_token": NEW_PAT}
        tasks = kept(
            task("oauth_client", github, check_mode=True, **keywords),
            task("oauth_clients", {"connections": [github, gitlab]}, **keywords),
            task("oauth_client", rotation, **keywords),
            task("personal_access_token_info", one, **keywords),
            task("personal_access_token_info", {"connections": [github, gitlab]}, **keywords),
            task("personal_access_token_info", {**one, "vcs_timeout": "soon"}, **keywords),
        )
        assert scan.run(tasks, "-vvvv", "--diff") == 0
        assert len(vcs.requests) >= 5
    scan.assert_clean()


@pytest.mark.parametrize("callback", ["minimal", "oneline"])
def test_other_callbacks(scan, sandbox, callback):
    sandbox.faults.add(Fault(EchoEverything(), "POST", nth=2, count=None))
    tasks = kept(task("oauth_client", GITHUB), task("oauth_clients", {"connections": [GITHUB, ADO]}))
    assert scan.run(tasks, "-vvv", "--diff", ANSIBLE_STDOUT_CALLBACK=callback) == 0
    scan.assert_clean()


@pytest.mark.parametrize(
    "place",
    [
        "_tfe.settings:resolve_settings",
        "_model.planning:plan",
        "_apply.planner:Planner.plan",
        "_tfe.client:TfeClient._once",
        "_vcs.token_checks:TokenChecks.statuses",
    ],
)
def test_a_crash_in(scan, place):
    """The exception's text, and that of the one that it was made from, hold every secret there is."""
    connections = {"connections": [GITHUB, {**ADO, "organization": "globex"}]}
    tasks = [task(module, options, **WAYS[way]) for way in WAYS for module, options in
             (("oauth_client", GITHUB), ("oauth_clients", connections))]  # fmt: skip
    assert scan.run(tasks, "-vvvv", CRASH=place) == 0
    scan.assert_clean()
    assert "ignored=4" in scan.output
    assert scan.output.count("Internal error of hcptf.vcs: RuntimeError in sitecustomize.py") >= 4


def test_files_that_are_kept(scan):
    """ANSIBLE_KEEP_REMOTE_FILES keeps what Ansible sends to a host, the module's arguments in plain text among it.

    That cannot be avoided from within a module, and nobody but the user can read it. Without a module there is nothing.
    """
    tasks = [task("oauth_client", GITHUB)]
    assert scan.run(tasks, "-vvvv", ANSIBLE_KEEP_REMOTE_FILES="true") == 0
    scan.assert_clean()
    tasks = [task("oauth_client", ROTATION, **WAYS["module"])]
    assert scan.run(tasks, "-vvvv", ANSIBLE_KEEP_REMOTE_FILES="true") == 0
    holding = [path for path, text in scan.files().items() if list(scene.secrets_in(text))]
    assert [path.name for path in holding] == ["AnsiballZ_oauth_client.py"]
    for path in holding:
        assert path.parent.stat().st_mode & 0o077 == 0
        path.unlink()
    scan.assert_clean()


def test_nothing_but_the_environment_is_handed_to_processes(scan):
    """The sandbox's own process apart, no process of a run has a secret in its arguments (looked at all the time)."""
    assert scan.run([task("oauth_client", GITHUB, **WAYS["module"])], "-vvvv") == 0
    assert any("AnsiballZ_oauth_client.py" in command for command in scan.commands)
    scan.assert_clean()
    assert os.environ.get("PAT") is None
