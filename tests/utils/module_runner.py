# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the modules' real main() in this process against a sandbox over real HTTP.

A plugin for pytest: test files say ``pytest_plugins = ["utils.module_runner"]`` and take the fixture ``server``, or
``serve`` for a sandbox with options of its own. Every run, whatever a test looks at, is searched for the secrets that
went into it, and a run in check mode for requests that write.

PYTEST_DONT_REWRITE: the test files import names from here before pytest takes this as a plugin.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import quote, quote_plus

import pytest
from ansible.module_utils import basic

from sandbox import PERSONALITIES, Fault, Sandbox, Unknowns
from utils.fake_keys import openssh_private_key, public_key, rsa_private_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sandbox import LoggedRequest

try:
    from ansible.module_utils.testing import patch_module_args  # ansible-core 2.19+
except ImportError:

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Iterator[None]:
        with patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()):
            yield


#: Gives a module its arguments, in every ansible-core.
with_module_args = patch_module_args

MODULE_UTILS = "ansible_collections.hcptf.vcs.plugins.module_utils"

TOKEN = "fake/owner+token=for-acme"
READER_TOKEN = "fake-reader-token-for-acme"
PAT = "fake/pat+for=github-0001"
NEW_PAT = "fake/pat+for=github-0002"
REJECTED_PAT = "fake-pat-that-github-rejects"
REVOKED_TOKEN = "fake-token-that-was-revoked"
PEM = rsa_private_key("of Azure DevOps Server")
SSH_KEY = openssh_private_key("for cloning")
CONSUMER_KEY = "fake-consumer-key-0001"
RSA_PUBLIC_KEY = public_key("of Bitbucket")

NETWORK = "prj-Network111111111"
SHOP = "prj-Shop111111111111"
DATACENTER = "apool-Datacenter111111"
CLOUD = "apool-Cloud11111111111"

CLIENTS = "/api/v2/organizations/acme/oauth-clients"
#: Dry runs that predict a change read here whether the API token may make it.
PERMISSIONS = "GET /api/v2/organizations/acme"
#: The one read request that begins every task for the organization acme.
LIST = f"GET {CLIENTS}?page%5Bnumber%5D=1&page%5Bsize%5D=100"

SEED: dict[str, Any] = {
    "tokens": [
        {"name": "owner", "token": TOKEN, "manages": ["acme", "globex", "acme-labs"]},
        {"name": "reader", "token": READER_TOKEN, "reads": ["acme"]},
    ],
    "personal_access_tokens": [{"token": PAT, "user": "vcs-bot"}, {"token": REJECTED_PAT, "rejected": True}],
    "organizations": [
        {
            "name": "acme",
            "projects": [{"name": "Network", "id": NETWORK}, {"name": "Shop", "id": SHOP}],
            "agent_pools": [{"name": "datacenter", "id": DATACENTER}, {"name": "cloud", "id": CLOUD}],
        },
        {"name": "globex"},
        {"name": "acme-labs"},
        {"name": "hidden"},
    ],
}


def body_of_create(relationships: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """The exact body of a create for github.com, but for the attributes given; one given as None is left out."""
    whole = {
        "service-provider": "github",
        "http-url": "https://github.com",
        "api-url": "https://api.github.com",
        "oauth-token-string": PAT,
        **{name.replace("_", "-"): value for name, value in attributes.items()},
    }
    data: dict[str, Any] = {
        "type": "oauth-clients",
        "attributes": {name: value for name, value in whole.items() if value is not None},
    }
    if relationships:
        data["relationships"] = dict(relationships)
    return {"data": data}


SECRET_OPTIONS = {
    "tfe_token": "tfe_token",
    "tf_token": "tfe_token",
    **dict.fromkeys(("personal_access_token", "pat", "oauth_token"), "personal_access_token"),
    **{name: name for name in ("private_key", "secret", "ssh_key", "tfe_proxies")},
}
_INHERITED = ("TFE_", "TF_", "http_proxy", "https_proxy", "no_proxy", "all_proxy")
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Result(dict[str, Any]):
    """What a module printed as its result, and the requests that it made."""

    def __init__(
        self, printed: Mapping[str, Any], requests: Sequence[LoggedRequest], warned: Sequence[str], everything: str
    ) -> None:
        super().__init__(printed)
        self.requests = requests
        self.warned = warned
        """As the module gave them to Ansible, which prints them otherwise where a controller is loaded, too."""
        self.everything = everything
        """The result before and after Ansible's masking, and the output."""

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.target}" for request in self.requests]

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        """Method, path and body of what was not just read."""
        return [(request.method, request.path, request.body) for request in self.requests if request.method != "GET"]

    @property
    def code(self) -> str | None:
        return self["failure"]["code"] if self.get("failed") else None

    @property
    def ids(self) -> tuple[str | None, str | None]:
        return self["oauth_client_id"], self["oauth_token_id"]

    @property
    def warnings(self) -> str:
        return " ".join(self.warned)


class Clock:
    """Time that passes only when the client waits; the sandbox tells time by it, too."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.on_wait: Callable[[], None] | None = None
        self._start = time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.on_wait:
            self.on_wait()

    def monotonic(self) -> float:
        return self._start + sum(self.waits)

    def time(self) -> float:
        """Never within a millisecond of a whole second: clients created then would be waited for one second longer."""
        seconds, fraction = divmod(time.time() + sum(self.waits), 1)
        return seconds + min(max(fraction, 0.001), 0.998)

    def jitter(self, most: float) -> float:
        return random.uniform(0, most)


class Server:
    """A sandbox and the modules that talk to it."""

    def __init__(self, sandbox: Sandbox, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
        self.sandbox = sandbox
        self.store = sandbox.store
        self.clock = clock
        self.address = sandbox.address
        self._capsys = capsys
        self.secrets: list[str] = []
        """Secrets that go in by other ways than options."""

    def fault(self, effect: Any, method: str | None = None, path: str = "", **which: Any) -> None:
        self.sandbox.faults.add(Fault(effect, method, path, **which))

    def clients(self, organization: str = "acme") -> list[Any]:
        return self.store.clients(organization)

    def one_client(self) -> Any:
        (client,) = self.clients()
        return client

    def oauth_client(self, *, check: bool = False, diff: bool = False, **options: Any) -> Result:
        """Run the module; options given as None are left out."""
        shared = {"organization": "acme", "tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("oauth_client", {**shared, **options}, check, diff)

    def oauth_clients(
        self, *connections: Mapping[str, Any], check: bool = False, diff: bool = False, **options: Any
    ) -> Result:
        shared = {"organization": "acme", "tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("oauth_clients", {**shared, **options, "connections": list(connections)}, check, diff)

    def github(self, **options: Any) -> Result:
        return self.oauth_client(**{"service_provider": "github", "personal_access_token": PAT, **options})

    def vcs_links(
        self,
        source: Mapping[str, Any],
        target: Mapping[str, Any],
        *,
        check: bool = False,
        diff: bool = False,
        **options: Any,
    ) -> Result:
        """Move links from one connection to another."""
        shared = {"organization": "acme", "tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("vcs_links", {**shared, **options, "from": dict(source), "to": dict(target)}, check, diff)

    def vcs_links_info(self, *, check: bool = False, **options: Any) -> Result:
        shared = {"organization": "acme", "tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("vcs_links_info", {**shared, **options}, check, diff=False)

    def github_app_installation_info(self, **options: Any) -> Result:
        shared = {"tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("github_app_installation_info", {**shared, **options}, check=False, diff=False)

    def oauth_client_info(self, *, check: bool = False, **options: Any) -> Result:
        shared = {"organization": "acme", "tfe_address": self.address, "tfe_token": TOKEN, "tfe_timeout": 5}
        return self._run("oauth_client_info", {**shared, **options}, check, diff=False)

    def _run(self, name: str, options: Mapping[str, Any], check: bool, diff: bool) -> Result:
        module = import_module(f"ansible_collections.hcptf.vcs.plugins.modules.{name}")
        arguments = {
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
            "_ansible_remote_tmp": "/tmp",
            "_ansible_keep_remote_files": False,
            **{option: value for option, value in options.items() if value is not None},
        }
        self._capsys.readouterr()
        earlier, recorded = len(self.sandbox.requests), Recorded()
        with recorded.from_modules(), patch_module_args(arguments), pytest.raises(SystemExit):
            module.main()
        output = self._capsys.readouterr()
        printed = json.loads(output.out)
        # How modules tell the controller what to mask (ansible-core 2.22).
        printed.pop("_ansible_new_secrets", None)
        # The task's arguments (before ansible-core 2.21).
        recorded.logged.append(repr(printed.pop("invocation", None)))
        everything = "\n".join([json.dumps(printed), output.err, *recorded.unmasked, *recorded.warned])
        requests = self.sandbox.requests[earlier:]
        result = Result(printed, requests, recorded.warned, everything)
        secrets = [*_secrets_in(options), *self.secrets]
        assert_no_secret(everything, secrets)
        assert_no_secret("\n".join(recorded.logged), secrets, "in the log or the invocation")
        assert "Traceback" not in everything
        if check:
            assert result.methods == ["GET"] * len(result.methods), "a run in check mode wrote something"
        return result


class Recorded:
    """What modules give to Ansible before Ansible masks it, and what they log (instead of into the syslog)."""

    def __init__(self) -> None:
        self.unmasked: list[str] = []
        self.warned: list[str] = []
        self.logged: list[str] = []

    @contextlib.contextmanager
    def from_modules(self) -> Iterator[None]:
        kind = basic.AnsibleModule

        def recording(end: Callable[..., Any]) -> Callable[..., Any]:
            def record(module: Any, *args: Any, **result: Any) -> Any:
                self.unmasked += [repr((args, result)), json.dumps([args, result])]
                return end(module, *args, **result)

            return record

        def warn(_module: Any, warning: str, **_options: Any) -> None:
            self.warned.append(warning)

        def log(_module: Any, message: Any, log_args: Any = None) -> None:
            self.logged.append(f"{message!r} {log_args!r}")

        with (
            patch.object(kind, "exit_json", recording(kind.exit_json)),
            patch.object(kind, "fail_json", recording(kind.fail_json)),
            patch.object(kind, "warn", warn),
            patch.object(kind, "log", log),
        ):
            yield


def _secrets_in(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        if name in SECRET_OPTIONS and isinstance(value, str):
            yield value
        if name == "connections":
            for connection in value:
                yield from _secrets_in(connection)


def spellings(secret: str) -> set[str]:
    """What a server or a library might make of a secret."""
    lines = [line.strip() for line in secret.replace("\\n", "\n").splitlines() if not line.startswith("-----")]
    found = set()
    for text in filter(None, [secret.strip(), *lines]):
        escaped = json.dumps(text)[1:-1]
        found |= {text, quote(text), quote(text, safe=""), quote_plus(text), escaped, json.dumps(escaped)[1:-1]}
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + text.encode()).decode().rstrip("=")
            found |= {encoded[4:-2], encoded[4:-2].replace("+", "-").replace("/", "_")}
    return {spelling for spelling in found if len(spelling) >= 8}


def assert_no_secret(text: str, secrets: Sequence[str], where: str = "in the result or the output") -> None:
    for secret in secrets:
        for spelling in spellings(secret):
            assert spelling not in text, f"a secret came out as {spelling!r} {where}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Makes waits take no time, and records them."""
    clock = Clock()

    class Condition(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            clock.sleep(timeout or 0.0)
            return False

    client, pace = (import_module(f"{MODULE_UTILS}.{name}") for name in ("_tfe.client", "_tfe.pace"))
    monkeypatch.setattr(client, "Clock", lambda: clock)
    # The sandbox's answers carry the real time.
    monkeypatch.setattr(client.ServerClock, "answered", lambda *_arguments: None)
    monkeypatch.setattr(pace, "Condition", Condition)
    monkeypatch.setattr(pace, "monotonic", clock.monotonic)
    return clock


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the user's settings is seen by a run; its home is empty."""
    for name in list(os.environ):
        if name.startswith(_INHERITED) or name.lower() in _INHERITED or name in _CA_VARIABLES:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture(scope="session")
def idle_sandboxes() -> Iterator[list[Sandbox]]:
    """Sandboxes that run from test to test: to start one takes longer than most tests."""
    idle: list[Sandbox] = []
    yield idle
    for sandbox in idle:
        sandbox.stop()


@contextlib.contextmanager
def _borrowed(idle: list[Sandbox], clock: Clock, settings: Mapping[str, Any]) -> Iterator[Sandbox]:
    sandbox = idle.pop() if idle else Sandbox(seed=SEED).start()
    sandbox.settings.personality = PERSONALITIES[settings.get("personality", "hcp")]
    sandbox.settings.chosen = settings.get("unknowns", Unknowns())
    sandbox.settings.rate_limit = settings.get("rate_limit")
    sandbox.store._clock = sandbox._gateway.rate_limiter._clock = clock.monotonic
    yield sandbox
    sandbox._gateway._on_answer = None
    while any(request.duration is None for request in sandbox.requests):
        time.sleep(0.01)
    violations = list(sandbox.contract_violations)
    sandbox.contract_violations.clear()
    sandbox.reset()
    idle.append(sandbox)
    assert not violations, violations


@pytest.fixture
def serve(
    clock: Clock, clean_environment: None, capsys: pytest.CaptureFixture[str], idle_sandboxes: list[Sandbox]
) -> Iterator[Callable[..., Server]]:
    """A sandbox with this personality, unknowns or rate limit, or with TLS."""
    assert clean_environment is None
    with contextlib.ExitStack() as stack:

        def serve(*, tls: Any = None, **settings: Any) -> Server:
            context = Sandbox(seed=SEED, tls=tls) if tls else _borrowed(idle_sandboxes, clock, settings)
            return Server(stack.enter_context(context), clock, capsys)

        yield serve


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()
