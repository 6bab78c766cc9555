# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role vcs_connections, by real runs of ansible-playbook over real HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

ROLE = "hcptf.vcs.vcs_connections"
MANAGE = "Manage the VCS connections"
TOKENS = {"GITHUB_TOKEN": "made-up-github-token", "GITLAB_TOKEN": "made-up-gitlab-token"}
REJECTED = "made-up-rejected-token"
REJECTING = {"personal_access_tokens": [{"token": REJECTED, "rejected": True}]}

GITHUB = {"service_provider": "github"}
GITLAB = {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com", "name": "GitLab"}
ADO_SERVER = {"service_provider": "ado_server", "http_url": "https://ado.example.com"}


def play(*connections: Any, **keywords: Any) -> dict[str, Any]:
    """A play on the organization acme; it has the role unless it has tasks."""
    variables = {"vcs_connections_organization": "acme", "vcs_connections_list": list(connections)}
    how = {} if "tasks" in keywords else {"roles": [ROLE]}
    return {"hosts": "localhost", "gather_facts": False, "vars": variables, **how, **keywords}


def rescued(**variables: Any) -> dict[str, Any]:
    """A task that ends well although the role fails."""
    role = {"ansible.builtin.include_role": {"name": ROLE}, "vars": variables}
    report = {"name": "Go on", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}
    return {"block": [role], "rescue": [report]}


def facts(run) -> list[dict[str, Any]]:
    """What the fact vcs_connections_result became, each time that it was set on a host."""
    return [result["ansible_facts"]["vcs_connections_result"] for result in run.results("Keep the results by label")]


def methods(sandbox) -> list[str]:
    return [request.method for request in sandbox.requests]


def tokens(sandbox, organization: str = "acme") -> dict[str, str]:
    """The personal access token of each connection, by provider."""
    return {
        client.service_provider: token.personal_access_token
        for client in sandbox.store.clients(organization)
        for token in sandbox.store.oauth_tokens(client)
    }


def test_every_way_to_use_it_and_a_second_run(playbook, sandbox):
    run = playbook(
        [
            play(GITHUB, GITLAB),
            play(GITHUB, GITLAB, tasks=[{"ansible.builtin.import_role": {"name": ROLE}}]),
            play(GITHUB, GITLAB, tasks=[{"ansible.builtin.include_role": {"name": ROLE}}]),
        ],
        **TOKENS,
    )

    assert run.rc == 0
    assert [result["changed"] for result in run.results(MANAGE)] == [True, False, False]
    first, second, third = facts(run)
    assert [entry["action"] for entry in first.values()] == ["created", "created"]
    assert [entry["action"] for entry in second.values()] == ["unchanged", "unchanged"]
    assert second == third
    for label, client in zip(("github github.com", "GitLab"), sandbox.store.clients("acme"), strict=True):
        (token,) = sandbox.store.oauth_tokens(client)
        for fact in (first, second):
            assert fact[label]["organization"] == "acme"
            assert fact[label]["oauth_client_id"] == fact[label]["oauth_client"]["id"] == client.id
            assert fact[label]["oauth_token_id"] == token.id
    assert tokens(sandbox) == {"github": TOKENS["GITHUB_TOKEN"], "gitlab_enterprise_edition": TOKENS["GITLAB_TOKEN"]}
    assert methods(sandbox) == ["GET", "POST", "POST", "GET", "GET", "GET"]


def test_nothing_to_do_for_an_empty_list(playbook, sandbox):
    run = playbook([play()], TFE_TOKEN="")

    assert run.rc == 0
    assert facts(run) == [{}]
    assert run.recap()["changed"] == 0
    assert methods(sandbox) == []


def test_check_mode_for_a_new_organization(playbook, sandbox):
    run = playbook([play(GITHUB, GITLAB)], "--check", "--diff", **TOKENS)

    assert run.rc == 0
    assert run.recap()["changed"] == 1
    for entry in facts(run)[0].values():
        assert entry["action"] == "created"
        assert entry["oauth_client_id"] is entry["oauth_token_id"] is None
    assert '"service_provider": "github"' in run.output  # the diff
    assert methods(sandbox) == ["GET"]


@pytest.mark.parametrize("sandbox", [REJECTING], indirect=True)
def test_one_of_three_is_refused(playbook, sandbox):
    run = playbook(
        [
            play(
                GITHUB,
                {**GITLAB, "personal_access_token": "{{ lookup('env', 'REJECTED') }}"},
                {"service_provider": "ado_services"},
            )
        ],
        REJECTED=REJECTED,
        AZURE_DEVOPS_EXT_PAT="made-up-azure-token",
        **TOKENS,
    )

    assert run.rc == 2
    message = run.result("Fail if any connection failed")["msg"]
    assert message.startswith("1 of 3 connections failed. [GitLab] Could not create")
    assert "did not accept the personal access token" in message
    assert "github github.com created, ado_services dev.azure.com created" in message
    assert message in run.output.replace('\\"', '"')
    assert [(entry["action"], entry["failure"] and entry["failure"]["code"]) for entry in facts(run)[0].values()] == [
        ("created", None),
        ("unchanged", "rejected"),
        ("created", None),
    ]
    assert sorted(tokens(sandbox)) == ["ado_services", "github"]


def test_a_hundred_connections_are_one_request(playbook, sandbox):
    hosts = [f"https://gitlab{number}.example.com" for number in range(100)]
    for host in hosts:
        sandbox.store.add_client("acme", GITLAB["service_provider"], host, f"{host}/api/v4")
    run = playbook([play(*({"service_provider": GITLAB["service_provider"], "http_url": host} for host in hosts))])

    assert run.rc == 0
    assert run.recap()["changed"] == 0
    assert len(facts(run)[0]) == 100
    assert methods(sandbox) == ["GET"]


@pytest.mark.parametrize("sandbox", [REJECTING], indirect=True)
def test_once_on_the_controller_for_plays_on_other_hosts(playbook, sandbox, tmp_path):
    inventory = {
        "all": {
            "vars": {
                "ansible_python_interpreter": "/nonexistent/python",
                "ansible_become": True,
                "ansible_become_exe": "/nonexistent/sudo",
            },
            "hosts": {
                "web1": {"ansible_connection": "local"},
                "web2": {"ansible_connection": "local"},
                "localhost": {"ansible_connection": "ssh", "ansible_host": "localhost.invalid"},
            },
        }
    }
    (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    run = playbook(
        [
            play(GITHUB, hosts="web*", become=True),
            # Stating no token, the connection inherits none; so it fails.
            play(GITHUB, GITLAB | {"personal_access_token": ""}, hosts="web*", become=True, tasks=[rescued()]),
        ],
        *("-i", "hosts.json"),
        **TOKENS,
    )

    assert run.rc == 0
    assert [run.recap(host)["failures"] for host in ("web1", "web2")] == [0, 0]
    assert len(run.results(MANAGE)) == 2
    assert run.hosts("Go on") == ["web1", "web2"]
    assert run.hosts("Keep the results by label") == ["web1", "web1", "web2", "web2"]
    assert facts(run)[0] == facts(run)[1]
    assert facts(run)[2]["github github.com"]["oauth_client_id"] == sandbox.store.clients("acme")[0].id
    assert facts(run)[2]["GitLab"]["failure"]["code"] == "secret_missing"
    assert methods(sandbox) == ["GET", "POST", "GET", "GET"]


def test_what_connections_inherit(playbook, sandbox):
    found = sandbox.store.add_client("acme", "ado_server", ADO_SERVER["http_url"], ADO_SERVER["http_url"])
    selected = sandbox.store.add_client("acme", "gitlab_community_edition", "https://gitlab2.example.com")
    sandbox.clear()
    ghes = {"service_provider": "github_enterprise", "http_url": "https://github.example.com"}
    run = playbook(
        [
            play(
                GITHUB,
                ghes,
                {"service_provider": "gitlab_hosted"},
                {**GITLAB, "pat": "{{ lookup('env', 'OWN_TOKEN') }}"},
                {"service_provider": "ado_services"},
                # These would be refused if they inherited a token.
                ADO_SERVER,
                {"service_provider": "bitbucket_hosted", "state": "absent"},
                {"oauth_client_id": selected.id},
                {**ADO_SERVER, "http_url": "https://ado2.example.com", "private_key": "{{ lookup('env', 'KEY') }}"},
            )
        ],
        "-e",
        json.dumps(
            {
                "vcs_connections_provider_defaults": {
                    "gitlab_hosted": {
                        "oauth_token": "{{ lookup('env', 'DEFAULT_TOKEN') }}",
                        "name": "from the defaults",
                    },
                    "gitlab_enterprise_edition": {
                        "personal_access_token": "{{ lookup('env', 'DEFAULT_TOKEN') }}",
                        "name": "overridden",
                    },
                }
            }
        ),
        **TOKENS,
        GH_ENTERPRISE_TOKEN="",
        GITHUB_ENTERPRISE_TOKEN="made-up-enterprise-token",
        AZURE_DEVOPS_EXT_PAT="made-up-azure-token",
        DEFAULT_TOKEN="made-up-default-token",
        OWN_TOKEN="made-up-own-token",
        KEY="made-up-key 'line one' \"quoted\"\nmade-up-key line two",
    )

    assert run.rc == 0
    assert {label: entry["action"] for label, entry in facts(run)[0].items()} == {
        "github github.com": "created",
        "github_enterprise github.example.com": "created",
        "from the defaults": "created",
        "GitLab": "created",
        "ado_services dev.azure.com": "created",
        "ado_server ado.example.com": "unchanged",
        "bitbucket_hosted bitbucket.org": "absent",
        selected.id: "unchanged",
        "ado_server ado2.example.com": "created",
    }
    (made,) = [client for client in sandbox.store.clients("acme") if client.http_url == "https://ado2.example.com"]
    assert made.private_key == "made-up-key 'line one' \"quoted\"\nmade-up-key line two"
    assert facts(run)[0]["ado_server ado.example.com"]["oauth_client_id"] == found.id
    assert tokens(sandbox) == {
        "gitlab_community_edition": "sandbox-pat",
        "ado_server": "made-up-azure-token",
        "ado_services": "made-up-azure-token",
        "github": "made-up-github-token",
        "github_enterprise": "made-up-enterprise-token",
        "gitlab_hosted": "made-up-default-token",
        "gitlab_enterprise_edition": "made-up-own-token",
    }


def test_state_for_all_and_for_one(playbook, sandbox):
    sandbox.store.add_client("acme", name="to be removed")
    sandbox.clear()
    run = playbook([play(GITHUB, {**GITLAB, "state": "present"})], "-e", "vcs_connections_state=absent", **TOKENS)

    assert run.rc == 0
    assert [entry["action"] for entry in facts(run)[0].values()] == ["deleted", "created"]
    assert [client.name for client in sandbox.store.clients("acme")] == ["GitLab"]


def test_label_of_a_connection_of_another_organization(playbook):
    run = playbook([play(GITHUB, {**GITHUB, "organization": "acme-labs"})], "--check", **TOKENS)

    assert list(facts(run)[0]) == ["github github.com", "acme-labs/github github.com"]


def test_tokens_encrypted_in_place(playbook, sandbox, tmp_path):
    secret = VaultSecret(b"made-up-password")
    encrypted = VaultLib([("default", secret)]).encrypt("made-up-encrypted-{{token", secret).decode()
    indented = encrypted.replace("\n", "\n      ")
    (tmp_path / "password").write_bytes(secret.bytes)
    (tmp_path / "vars.yml").write_text(
        "vcs_connections_list:\n  - service_provider: github\n    personal_access_token: !vault |\n      "
        + indented.rstrip(" "),
        encoding="utf-8",
    )
    run = playbook([play()], "-e", "@vars.yml", "--vault-password-file", "password")

    assert run.rc == 0
    assert tokens(sandbox) == {"github": "made-up-encrypted-{{token"}


@pytest.mark.parametrize("sandbox", [REJECTING], indirect=True)
@pytest.mark.parametrize("mode", [(), ("--check",)], ids=["real", "check"])
def test_no_secret_is_shown(playbook, sandbox, tmp_path, mode):
    """The search for them is in the fixture."""
    pat = "made-up-literal-token"
    ssh_key = "-----BEGIN OPENSSH PRIVATE KEY-----\nmade-up-ssh-key\n-----END OPENSSH PRIVATE KEY-----\n"
    github = {**GITHUB, "personal_access_token": pat, "ssh_key": ssh_key}
    faults = {
        "not_a_dictionary": ([github, f"personal_access_token: {pat}"], "unable to convert to dict"),
        "not_a_list": (github, "cannot be converted to a list"),
        "not_a_choice": ([{**github, "service_provider": "nonsense"}], "value of service_provider must be one of"),
        "not_an_option": ([{**github, "personal_acces_token": pat}], "personal_acces_token. Supported parameters"),
        "not_a_token": ([{**GITHUB, "personal_access_token": f"{pat}\u0007"}], "personal_access_token contains"),
    }
    variables = {
        "github": github,
        "gitlab": {**GITLAB, "pat": REJECTED},
        "ado": {**ADO_SERVER, "private_key": "made-up-private\nmade-up-key", "pat": "made-up-azure-token"},
        "not_a_text": [{**GITHUB, "personal_access_token": [pat], "name": "GitHub"}],
        **{name: value for name, (value, dummy) in faults.items()},
    }
    (tmp_path / "vars.json").write_text(json.dumps(variables), encoding="utf-8")
    run = playbook(
        [
            play(*("{{ github }}", "{{ gitlab }}", "{{ ado }}"), tasks=[rescued()]),
            play(tasks=[rescued(vcs_connections_list=f"{{{{ {name} }}}}") for name in ("not_a_text", *faults)]),
        ],
        *("-e", "@vars.json", "-vvvv", "--diff", *mode),
    )

    assert run.rc == 0
    # That the provider refuses a token is not known before it is sent.
    expected = ([] if mode else ["did not accept the personal access token"]) + [
        words for dummy, words in faults.values()
    ]
    for result, words in zip(run.results("Go on"), expected, strict=True):
        assert words in result["msg"]
    assert sorted(tokens(sandbox)) == ([] if mode else ["ado_server", "github"])
