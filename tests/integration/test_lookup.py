# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup oauth_client: in templates of real playbooks, and called as Ansible calls it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleLookupError
from ansible.parsing.vault import VaultLib, VaultSecret

from sandbox import PERSONALITIES, Fault, Sandbox
from sandbox.faults import Status

COLLECTION = "ansible_collections.hcptf.vcs.plugins"
TOKEN = "made-up-api-token-value"
# Old ones: several fresh ones might be those of a race, and are looked at again.
OLD = {"created_at": "2026-01-02T03:04:05.678Z"}
GITHUB = {**OLD, "service_provider": "github", "http_url": "https://github.com", "api_url": "https://api.github.com"}
GITLAB = {
    **OLD,
    "service_provider": "gitlab_enterprise_edition",
    "http_url": "https://GitLab.example.com:443/",
    "api_url": "https://gitlab.example.com/api/v4",
}
ADO = {
    **OLD,
    "service_provider": "ado_services",
    "http_url": "https://dev.azure.com",
    "api_url": "https://dev.azure.com",
}
CONNECTED = {
    "organizations": [
        {
            "name": "acme",
            "oauth_clients": [{**GITHUB, "name": "GitHub"}, {**GITLAB, "name": "A"}, {**GITLAB, "name": "B"}],
        },
        {"name": "acme-labs", "oauth_clients": [GITHUB]},
    ]
}


def play(*tasks: dict[str, Any], **keywords: Any) -> list[dict[str, Any]]:
    return [{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}]


def show(expression: str, **keywords: Any) -> dict[str, Any]:
    return {"name": "Show", "ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"}, **keywords}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_in_templates(playbook, sandbox):
    options = "organization='acme', service_provider='github'"
    same = {"organization": "acme", "service_provider": "github"}
    run = playbook(
        play(
            show(f"lookup('hcptf.vcs.oauth_client', {options}).oauth_token_id"),
            show(f"lookup('hcptf.vcs.oauth_client', {options})"),
            show(f"query('hcptf.vcs.oauth_client', {options}) | length"),
            {"name": "The module's", "hcptf.vcs.oauth_client": same},
            {
                "name": "As an option",
                "hcptf.vcs.oauth_client": {
                    "organization": "acme",
                    "oauth_client_id": f"{{{{ lookup('hcptf.vcs.oauth_client', {options}).id }}}}",
                },
            },
        )
    )
    assert run.rc == 0, run.output
    module = run.result("The module's")
    token_id, whole, number = (result["msg"] for result in run.results("Show"))
    assert token_id == module["oauth_token_id"]
    assert whole == module["oauth_client"]
    assert int(number) == 1
    assert run.result("As an option")["oauth_client"] == whole
    assert {request.method for request in sandbox.requests} == {"GET"}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_errors_are_those_of_the_module(playbook, sandbox):
    """Word for word, in the middle of what Ansible says around it."""
    options = {"organization": "acme", "service_provider": "gitlab_enterprise_edition"}
    cases = {
        "several": {**options, "http_url": "https://gitlab.example.com"},
        "no URL": options,
        "no such organization": {**options, "http_url": "https://gitlab.example.com", "organization": "nobody"},
        "malformed address": {**options, "http_url": "https://gitlab.example.com", "tfe_address": "https://"},
        "no such client": {"organization": "acme", "oauth_client_id": "oc-doesnotexist"},
        "other provider": {"organization": "acme", "oauth_client_id": "{{ github }}", "service_provider": "ado_server"},
    }
    github = sandbox.store.clients("acme")[0].id
    tasks = []
    for name, case in cases.items():
        tasks.append({"name": f"module {name}", "hcptf.vcs.oauth_client": case, "ignore_errors": True})
        tasks.append(
            show(
                "lookup('hcptf.vcs.oauth_client', **options)",
                name=f"lookup {name}",
                vars={"options": case},
                ignore_errors=True,
            )
        )
    run = playbook(play(*tasks, vars={"github": github}))
    assert run.rc == 0, run.output
    for name in cases:
        message = run.result(f"module {name}")["msg"]
        assert message in run.result(f"lookup {name}")["msg"]
    listed = run.result("lookup several")["msg"]
    for client in sandbox.store.clients("acme")[1:]:
        assert f"{client.id} ('{client.name}')" in listed
    assert {request.method for request in sandbox.requests} == {"GET"}


@pytest.mark.oldest_core_too
def test_secrets_stay_secret_where_it_fails(playbook, sandbox):
    """The token comes from a vaulted or a plain variable; the fixture looks for it in the output."""
    sandbox.faults.add(Fault(Status(401, body={"errors": [{"title": "bad token made-up-other-token"}]}), count=None))
    options = "organization='acme', service_provider='github', tfe_token=token"
    run = playbook(
        play(show(f"lookup('hcptf.vcs.oauth_client', {options})", ignore_errors=True)),
        *("-e", "token=made-up-other-token", "-vvv"),
    )
    assert "bad token (secret)" in run.result("Show")["msg"]
    assert "The API token from option tfe_token is wrong" in run.result("Show")["msg"]


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_encrypted_variables_at_any_depth(playbook, sandbox, tmp_path):
    secret = VaultSecret(b"made-up-password")

    def encrypted(text: str) -> str:
        lines = VaultLib([("default", secret)]).encrypt(text, secret).decode().splitlines()
        return "!vault |\n" + "\n".join(f"    {line}" for line in lines)

    token, key = encrypted(TOKEN), encrypted("made-up-gateway-key")
    (tmp_path / "vars.yml").write_text(f"token: {token}\nheaders:\n  X-Gateway-Key: {key}\n", encoding="utf-8")
    (tmp_path / "password").write_text("made-up-password\n", encoding="utf-8")
    options = "organization='acme', service_provider='github', tfe_token=token, tfe_headers=headers"
    run = playbook(
        play(show(f"lookup('hcptf.vcs.oauth_client', {options}).name")),
        *("-e", "@vars.yml", "--vault-password-file", "password"),
        TFE_TOKEN="",
    )
    assert run.result("Show")["msg"] == "GitHub"
    assert sandbox.requests[-1].headers["x-gateway-key"] == "made-up-gateway-key"


# -- the plugin itself, in this process


@pytest.fixture
def lookup(monkeypatch, tmp_path):
    """Calls the plugin against a sandbox with this seed."""
    module = import_module(f"{COLLECTION}.lookup.oauth_client")
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("TFE_ADDRESS", "TFE_HOSTNAME", "TF_HOSTNAME", "TF_TOKEN", "TFE_ORGANIZATION", "TFE_PROXIES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TFE_TOKEN", TOKEN)

    def look_up(sandbox: Sandbox, *terms: Any, **options: Any) -> Any:
        monkeypatch.setenv("TFE_ADDRESS", sandbox.address)
        (found,) = module.LookupModule().run(list(terms), {}, **options)
        return found

    look_up.warnings = []
    monkeypatch.setattr(module.display, "warning", look_up.warnings.append)
    return look_up


@pytest.fixture
def connected():
    seed = {"tokens": [{"name": "owner", "token": TOKEN, "manages": ["*"]}], **CONNECTED}
    with Sandbox(seed=seed) as running:
        yield running
        assert {request.method for request in running.requests} <= {"GET"}


@pytest.mark.parametrize(
    "option", ["organization", "oauth_client_id", "http_url", "name", "ado_org_name", "tfe_address"]
)
def test_a_token_in_an_option_that_is_not_secret_is_neither_sent_nor_shown(lookup, connected, option):
    misplaced = "ghp_" + "x" * 36
    options = {"organization": "acme", "service_provider": "github", option: misplaced}
    with pytest.raises(AnsibleLookupError, match=f"{option} holds a token of GitHub") as raised:
        lookup(connected, **options)
    assert misplaced not in str(raised.value)
    assert not connected.requests


def test_the_organization_of_the_environment(lookup, connected, monkeypatch):
    monkeypatch.setenv("TFE_ORGANIZATION", "acme-labs")
    found = lookup(connected, service_provider="github")
    assert (found["organization"], found["name"]) == ("acme-labs", None)
    assert found["oauth_token_id"].startswith("ot-")
    assert not lookup.warnings


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"service_provider": "github"}, "GitHub"),
        ({"service_provider": "github", "http_url": "HTTPS://GITHUB.COM:443//"}, "GitHub"),
        ({"service_provider": "github", "name": " GitHub "}, "GitHub"),
        ({"service_provider": "github", "name": ""}, "GitHub"),
        ({"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com", "name": "B"}, "B"),
    ],
)
def test_what_fits(lookup, connected, options, name):
    assert lookup(connected, organization="acme", **options)["name"] == name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"service_provider": "gitlab_hosted"}, "has no gitlab_hosted connection to https://gitlab.com"),
        ({"service_provider": "github", "name": "git"}, "connection to https://github.com named 'git'"),
        ({"service_provider": "bitbucket_hosted"}, "has no bitbucket_hosted connection to https://bitbucket.org"),
        ({"service_provider": "gitlab"}, "service_provider must be one of github"),
        ({}, "one of the following is required: oauth_client_id, service_provider"),
        (
            {"service_provider": "github", "organisation": "x", "state": "absent"},
            "Unsupported option organisation. Did you mean organization?",
        ),
        ({"service_provider": "github", "tfe_timeout": "soon"}, "tfe_timeout"),
    ],
)
def test_what_does_not_fit(lookup, connected, options, message):
    with pytest.raises(AnsibleLookupError) as caught:
        lookup(connected, organization="acme", **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tfe_token": ["made-up-other-token"]}, "tfe_token is a list"),
        ({"tfe_token": {"token": "made-up-other-token"}}, "tfe_token is a dictionary"),
        ({"tfe_headers": "X-Gateway: made-up-other-token"}, "tfe_headers is text"),
        ({"tfe_tokne": "made-up-other-token"}, "Did you mean tfe_token?"),
        ({"made-up-other-token": "x"}, "name is not shown"),
        ({"tfe_verify_tls": "made-up-other-token"}, "tfe_verify_tls must be true or false"),
        ({"tfe_timeout": "made-up-other-token"}, "tfe_timeout"),
        ({"tfe_token": "made-up-other-token", "tfe_timeout": "made-up-other-token"}, "tfe_timeout"),
        ({"name": ["made-up-other-token"]}, "name is a list"),
    ],
)
def test_a_secret_in_a_wrong_place_is_not_shown(lookup, connected, options, message):
    with pytest.raises(AnsibleLookupError) as caught:
        lookup(connected, organization="acme", service_provider="github", **options)
    assert message in str(caught.value)
    assert "made-up-other-token" not in str(caught.value)
    assert not connected.requests


def test_positional_terms_are_refused(lookup, connected):
    with pytest.raises(AnsibleLookupError, match="takes options only"):
        lookup(connected, "acme", service_provider="github")
    assert not connected.requests


def test_an_id_with_another_name_is_refused(lookup, connected):
    client = connected.store.clients("acme")[0]
    assert lookup(connected, organization="acme", oauth_client_id=client.id, name="GitHub")["id"] == client.id
    with pytest.raises(AnsibleLookupError, match=f"{client.id} .*does not have the name 'GitLab'"):
        lookup(connected, organization="acme", oauth_client_id=client.id, name="GitLab")


def test_another_organizations_client_is_refused(lookup, connected):
    other = connected.store.clients("acme-labs")[0]
    with pytest.raises(AnsibleLookupError, match="belongs to organization 'acme-labs', not to 'acme'"):
        lookup(connected, organization="acme", oauth_client_id=other.id)


def test_azure_devops_organizations(lookup):
    seed = {
        "tokens": [{"name": "owner", "token": TOKEN, "manages": ["*"]}],
        "organizations": [
            {"name": "acme", "oauth_clients": [{**ADO, "ado_org_name": "one"}, {**ADO, "ado_org_name": "two"}]},
            {"name": "old", "oauth_clients": [ADO]},
        ],
    }
    with Sandbox(seed=seed) as sandbox:
        found = lookup(sandbox, organization="acme", service_provider="ado_services", ado_org_name="TWO")
        assert found["ado_org_name"] == "two"
        assert lookup(sandbox, organization="old", service_provider="ado_services")["id"]
        with pytest.raises(AnsibleLookupError, match=r"has no ado_services connection to .* \(one\)"):
            lookup(sandbox, organization="old", service_provider="ado_services", ado_org_name="one")
        with pytest.raises(AnsibleLookupError, match="2 OAuth clients that match"):
            lookup(sandbox, organization="acme", service_provider="ado_services")


@pytest.mark.parametrize("personality", PERSONALITIES)
@pytest.mark.parametrize("tokens", [0, 1, 2])
def test_oauth_tokens_on_every_kind_of_server(lookup, personality, tokens, monkeypatch):
    # The lookup waits before it reads a connection of unknown age again.
    monkeypatch.setattr(
        import_module(f"{COLLECTION}.module_utils._base.clock").Clock, "sleep", lambda *_arguments: None
    )
    seed = {
        "tokens": [{"name": "owner", "token": TOKEN, "manages": ["*"]}],
        "organizations": [{"name": "acme", "oauth_clients": [{**GITHUB, "oauth_tokens": tokens}]}],
    }
    with Sandbox(seed=seed, personality=personality) as sandbox:
        found = lookup(sandbox, organization="acme", service_provider="github")
    if personality != "otf":
        assert len(found["oauth_token_ids"]) == tokens
    assert found["oauth_token_id"] == next(iter(found["oauth_token_ids"]), None)


def test_requests_missing(lookup, connected, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(AnsibleLookupError, match=r"Python library \(requests\)"):
        lookup(connected, organization="acme", service_provider="github")


def test_a_warning_is_shown(lookup, connected):
    """Plain http to another host; .invalid is a host that is surely unknown."""
    shown = lookup.warnings
    with pytest.raises(AnsibleLookupError, match="Could not list the OAuth clients"):
        lookup(
            connected,
            organization="acme",
            service_provider="github",
            tfe_address="http://tfe.invalid",
            tfe_max_retries=0,
        )
    assert ["plain http" in warning for warning in shown] == [True]


def test_documented_options_are_the_arguments():
    plugin = import_module(f"{COLLECTION}.lookup.oauth_client")
    fragment = import_module(f"{COLLECTION}.doc_fragments.tfe")
    arguments = import_module(f"{COLLECTION}.module_utils._tasks.oauth_client_lookup").arguments()["argument_spec"]
    documented = {
        **yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"],
        **yaml.safe_load(plugin.DOCUMENTATION)["options"],
    }
    assert documented.keys() == arguments.keys()
    for name, option in documented.items():
        assert option["type"] == arguments[name]["type"], name
        assert option.get("choices") == arguments[name].get("choices"), name
        assert option.get("aliases") == arguments[name].get("aliases"), name
