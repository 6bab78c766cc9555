# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role vcs_connections, by real runs of ansible-playbook over real HTTP."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from utils.fake_keys import openssh_private_key, rsa_private_key

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
    # The pattern of the guides, which stays safe if a failure is not one of the role.
    what = "{{ ansible_failed_result.msg }} {{ (ansible_failed_result.failure | default({})).code | default('') }}"
    report = {"name": "Go on", "ansible.builtin.debug": {"msg": what}}
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


@pytest.mark.oldest_core_too
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
    assert methods(sandbox) == ["GET", "GET"]


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
    assert run.result(MANAGE)["failure"]["code"] == "rejected"
    message = run.result(MANAGE)["msg"]
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
    # One request for both hosts; one of them has the same result without having changed anything.
    changed = [result["changed"] for result in run.results(MANAGE)]
    assert (sorted(changed[:2]), changed[2:]) == ([False, True], [False, False])
    assert run.hosts("Go on") == ["web1", "web2"]
    assert run.hosts("Keep the results by label") == ["web1", "web1", "web2", "web2"]
    assert facts(run)[0] == facts(run)[1]
    assert facts(run)[2]["github github.com"]["oauth_client_id"] == sandbox.store.clients("acme")[0].id
    assert facts(run)[2]["GitLab"]["failure"]["code"] == "secret_missing"
    assert methods(sandbox) == ["GET", "POST", "GET", "GET"]


@pytest.mark.oldest_core_too
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
        KEY=rsa_private_key("of Azure DevOps Server"),
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
    assert made.private_key == rsa_private_key("of Azure DevOps Server")
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


@pytest.mark.oldest_core_too
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


PAT = "made-up-literal-token"
SSH_KEY = openssh_private_key("for cloning")
WITH_SECRETS = {**GITHUB, "personal_access_token": PAT, "ssh_key": SSH_KEY}
FIRST = "vcs_connections_list[0]"
#: Lists of another shape, and what is said of them.
MALFORMED: dict[str, tuple[Any, str]] = {
    "list_in_list": ([[WITH_SECRETS]], f"{FIRST} is a list, but must be a dictionary"),
    "list_in_list_after_others": (
        [GITHUB, [WITH_SECRETS]],
        "vcs_connections_list[1] is a list, but",
    ),
    "list_in_list_beside_misspelled": ([[WITH_SECRETS], {"pta": PAT}], f"{FIRST} is a list, but must be a dictionary"),
    "text_in_list": ([f"personal_access_token: {PAT}"], f"{FIRST} is text, but must be a dictionary"),
    "nothing_in_list": ([None], f"{FIRST} is empty, but must be a dictionary"),
    "text": (f"personal_access_token: {PAT}", "vcs_connections_list is text, not a list"),
    "dictionary_for_text": (
        [{**GITHUB, "ssh_key": SSH_KEY, "pat": {"token": PAT}}],
        "personal_access_token is a dictionary",
    ),
    "list_for_text": (
        [{**WITH_SECRETS, "personal_access_token": [PAT], "name": "x"}],
        "personal_access_token is a list, but",
    ),
    "dictionary_for_list": ([{**WITH_SECRETS, "projects": {"pat": PAT}}], f"{FIRST}.projects is a dictionary"),
    "list_in_projects": ([{**WITH_SECRETS, "projects": [[PAT]]}], f"{FIRST}.projects[0] is a list"),
    "not_an_option": ([{**WITH_SECRETS, "personal_acces_token": PAT}], "Did you mean personal_access_token?"),
    "secret_as_option": ([{**WITH_SECRETS, f"{PAT}0": None}], "Its name is not shown"),
    "not_a_token": ([{**GITHUB, "personal_access_token": f"{PAT}\u0007"}], "personal_access_token contains"),
    "no_provider": ([GITHUB, {"name": "x"}], "vcs_connections_list[1] needs oauth_client_id or service_provider"),
    "no_name": ([{**GITHUB, "match_by": "url_and_name"}], f"{FIRST}.match_by is url_and_name, which needs name"),
    "not_a_boolean": ([{**GITHUB, "force": "maybe"}], f"{FIRST}.force must be true or false"),
    "not_a_choice": ([{**WITH_SECRETS, "service_provider": "nonsense"}], f"{FIRST}.service_provider must be one of"),
}
#: What ansible-core itself finds, without a code.
MALFORMED_FOR_ANSIBLE = {
    "not_a_list": (WITH_SECRETS, "cannot be converted to a list"),
}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [REJECTING], indirect=True)
@pytest.mark.parametrize("mode", [(), ("--check",)], ids=["real", "check"])
def test_no_secret_is_shown(playbook, sandbox, tmp_path, mode):
    """The search for them is in the fixture."""
    variables = {
        "github": WITH_SECRETS,
        "gitlab": {**GITLAB, "pat": REJECTED},
        "ado": {**ADO_SERVER, "private_key": rsa_private_key("of Azure DevOps Server"), "pat": "made-up-azure-token"},
    }
    (tmp_path / "vars.json").write_text(json.dumps(variables), encoding="utf-8")
    run = playbook(
        [play(*("{{ github }}", "{{ gitlab }}", "{{ ado }}"), tasks=[rescued()])],
        *("-e", "@vars.json", "-vvvv", "--diff", *mode),
    )

    assert run.rc == 0
    # That the provider refuses a token is not known before it is sent.
    assert ["did not accept the personal access token" in result["msg"] for result in run.results("Go on")] == (
        [] if mode else [True]
    )
    assert sorted(tokens(sandbox)) == ([] if mode else ["ado_server", "github"])


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("malformed", [MALFORMED, MALFORMED_FOR_ANSIBLE], ids=["ours", "of ansible-core"])
def test_no_secret_of_a_malformed_list_is_shown(playbook, sandbox, tmp_path, malformed):
    (tmp_path / "vars.json").write_text(
        json.dumps({name: value for name, (value, dummy) in malformed.items()}), encoding="utf-8"
    )
    run = playbook(
        [play(tasks=[rescued(vcs_connections_list=f"{{{{ {name} }}}}") for name in malformed])],
        *("-e", "@vars.json", "-vvvv", "--diff"),
    )

    assert run.rc == 0
    for result, (dummy, words) in zip(run.results("Go on"), malformed.values(), strict=True):
        assert words in result["msg"]
        assert ("invalid_argument" in result["msg"]) == (malformed is MALFORMED)
    assert methods(sandbox) == []


@pytest.mark.oldest_core_too
def test_a_list_in_json_is_refused_and_not_shown(playbook, sandbox):
    """Before ansible-core 2.19, it would become a list in a template, of connections that have inherited nothing."""
    variables = {"vcs_connections_list": json.dumps([WITH_SECRETS]), "vcs_connections_state": "absent"}
    run = playbook("hcptf.vcs.bootstrap", "-e", json.dumps(variables), "--check")

    assert run.rc == 2
    assert "vcs_connections_list is text, not a list" in run.result(MANAGE)["msg"]
    assert methods(sandbox) == []


@pytest.mark.parametrize(
    "defaults", [[PAT], f"pat: {PAT}", {"github": f"pat: {PAT}"}, {"github": [PAT]}, {f"{PAT}0": {}}, {"githup": {}}]
)
def test_no_secret_of_malformed_defaults_is_shown(playbook, sandbox, defaults):
    run = playbook([play(GITHUB)], "-e", json.dumps({"vcs_connections_provider_defaults": defaults}), **TOKENS)

    assert run.rc == 2
    assert methods(sandbox) == []


# -- several hosts ----------------------------------------------------------------------------------------------------


def inventory(tmp_path, **hosts: dict[str, Any]) -> tuple[str, str]:
    """The arguments for an inventory of hosts, none of which can be reached."""
    unreachable = {"ansible_connection": "ssh", "ansible_python_interpreter": "/nonexistent/python"}
    content = {
        "all": {
            "hosts": {name: {"ansible_host": f"{name}.invalid", **unreachable, **own} for name, own in hosts.items()}
        }
    }
    (tmp_path / "hosts.json").write_text(json.dumps(content), encoding="utf-8")
    return ("-i", "hosts.json")


def results_by_host(run) -> dict[str, list[dict[str, Any]]]:
    """Each time that the fact was set, by host."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in run.records:
        if record.get("task", "").endswith("Keep the results by label") and record["status"] == "ok":
            found.setdefault(record["host"], []).append(record["result"]["ansible_facts"]["vcs_connections_result"])
    return found


def posts(sandbox) -> list[str]:
    return [request.path.split("/")[4] for request in sandbox.requests if request.method == "POST"]


#: Ways to run the role, apart from roles.
WAYS = {
    "roles": {},
    "import": {"tasks": [{"ansible.builtin.import_role": {"name": ROLE}}]},
    "include": {"tasks": [{"ansible.builtin.include_role": {"name": ROLE}}]},
    "delegated": {"tasks": [{"ansible.builtin.import_role": {"name": ROLE}, "delegate_to": "localhost"}]},
    "delegated facts": {
        "tasks": [{"ansible.builtin.import_role": {"name": ROLE}, "delegate_to": "web9", "delegate_facts": True}]
    },
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_hosts_with_other_variables_have_their_own_connections(playbook, sandbox, tmp_path, way, strategy):
    """Hosts that ask for the same share one request."""
    hosts = {"web1": "acme", "web2": "acme-labs", "web3": "acme", "web4": "acme-labs"}
    arguments = inventory(tmp_path, **{name: {"vcs_connections_organization": org} for name, org in hosts.items()})
    content = play(GITHUB, hosts="all", strategy=strategy, **WAYS[way])
    del content["vars"]["vcs_connections_organization"]
    run = playbook([content], *arguments, **TOKENS)

    assert run.rc == 0
    ids = {name: sandbox.store.clients(name)[0].id for name in ("acme", "acme-labs")}
    for host, (fact,) in results_by_host(run).items():
        assert fact["github github.com"]["oauth_client_id"] == ids[hosts[host]]
        assert fact["github github.com"]["organization"] == hosts[host]
    assert sorted(results_by_host(run)) == sorted(hosts)
    assert sorted(posts(sandbox)) == ["acme", "acme-labs"]
    # For each organization: look, create, and look whether it is the only one.
    assert sorted(methods(sandbox)) == ["GET"] * 4 + ["POST"] * 2
    assert sum(run.recap(host)["changed"] for host in hosts) == 2


@pytest.mark.parametrize("way", WAYS)
def test_first_host_that_is_skipped_does_no_harm(playbook, sandbox, tmp_path, way):
    arguments = inventory(tmp_path, web1={"vcs_connections_organization": "nowhere"}, web2={}, web3={})
    condition = {"when": "inventory_hostname != 'web1'"}
    content = play(GITHUB, hosts="all", **WAYS[way])
    if way == "roles":
        content["roles"] = [{"role": ROLE, **condition}]
    else:
        content["tasks"] = [{**content["tasks"][0], **condition}]
    content["vars"] = {"vcs_connections_list": [GITHUB]}
    run = playbook([content], *arguments, TFE_ORGANIZATION="acme", **TOKENS)

    assert run.rc == 0
    (client,) = sandbox.store.clients("acme")
    found = results_by_host(run)
    assert sorted(found) == ["web2", "web3"]
    assert {fact["github github.com"]["oauth_client_id"] for (fact,) in found.values()} == {client.id}
    assert methods(sandbox) == ["GET", "POST", "GET"]


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_hosts_that_want_one_connection_in_different_ways_make_no_duplicate(playbook, sandbox, tmp_path, strategy):
    hosts = {f"web{number}": {"wanted": f"Name {number}"} for number in range(4)}
    github = {**GITHUB, "name": "{{ wanted }}"}
    run = playbook([play(github, hosts="all", strategy=strategy)], *inventory(tmp_path, **hosts), **TOKENS)

    assert run.rc == 0
    (client,) = sandbox.store.clients("acme")
    assert {next(iter(fact.values()))["oauth_client_id"] for (fact,) in results_by_host(run).values()} == {client.id}
    assert posts(sandbox) == ["acme"]


def test_each_batch_and_each_round_of_a_loop(playbook, sandbox, tmp_path):
    arguments = inventory(tmp_path, web1={}, web2={}, web3={})
    loop = {
        "ansible.builtin.include_role": {"name": ROLE},
        "vars": {"vcs_connections_state": "{{ item }}"},
        "loop": ["present", "absent", "present", "present"],
    }
    run = playbook([play(GITHUB, hosts="all", serial=2, tasks=[loop])], *arguments, **TOKENS)

    assert run.rc == 0
    rounds = [[next(iter(fact.values()))["action"] for fact in each] for each in results_by_host(run).values()]
    assert rounds[0] == rounds[1] == ["created", "deleted", "created", "unchanged"]
    assert rounds[2][0] == "unchanged"
    assert len(sandbox.store.clients("acme")) == 1


def test_environment_of_a_host_is_part_of_what_it_asks_for(playbook, tmp_path):
    arguments = inventory(tmp_path, web1={"mine": "acme"}, web2={"mine": "acme-labs"})
    content = play(GITHUB, hosts="all", environment={"TFE_ORGANIZATION": "{{ mine }}"})
    del content["vars"]["vcs_connections_organization"]
    run = playbook([content], *arguments, **TOKENS)

    assert run.rc == 0
    found = {host: next(iter(fact.values()))["organization"] for host, (fact,) in results_by_host(run).items()}
    assert found == {"web1": "acme", "web2": "acme-labs"}


@pytest.mark.oldest_core_too
def test_several_hosts_in_check_mode(playbook, sandbox, tmp_path):
    arguments = inventory(tmp_path, web1={}, web2={})
    run = playbook([play(GITHUB, hosts="all")], "--check", "--diff", *arguments, **TOKENS)

    assert run.rc == 0
    assert [next(iter(fact.values()))["action"] for (fact,) in results_by_host(run).values()] == ["created"] * 2
    assert methods(sandbox) == ["GET", "GET"]


# -- variables --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_blank_variables_count_as_omitted(playbook, sandbox, blank):
    names = ("organization", "missing_in_check_mode", "tfe_token", "tfe_ca_bundle")
    content = play(GITHUB, vars={f"vcs_connections_{name}": blank for name in names})
    content["vars"]["vcs_connections_list"] = [GITHUB]
    if blank == "  ":  # blanks within a path are part of it
        del content["vars"]["vcs_connections_tfe_ca_bundle"]
    run = playbook([content], TFE_ORGANIZATION="acme-labs", **TOKENS)

    assert run.rc == 0
    assert posts(sandbox) == ["acme-labs"]


@pytest.mark.oldest_core_too
def test_an_omitted_option_of_an_entry_is_inherited(playbook, sandbox):
    omitted = dict.fromkeys(("personal_access_token", "name", "state", "projects"), "{{ not_set | default(omit) }}")
    run = playbook([play({**GITHUB, **omitted})], **TOKENS)

    assert run.rc == 0
    assert tokens(sandbox) == {"github": TOKENS["GITHUB_TOKEN"]}

    run = playbook([play({**GITHUB, **omitted})], "-e", "vcs_connections_state=absent", **TOKENS)

    assert run.rc == 0
    assert tokens(sandbox) == {}


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("sandbox", [{"organizations": [{"name": "acme", "projects": ["2026-03-04"]}]}], indirect=True)
def test_names_that_yaml_reads_as_dates(playbook, sandbox):
    entry = {**GITHUB, "name": datetime.date(2026, 1, 2), "projects": [datetime.date(2026, 3, 4)]}
    for changed in (1, 0):
        run = playbook([play({**entry, "organization_scoped": False})], **TOKENS)

        assert run.rc == 0
        assert run.recap()["changed"] == changed
    assert [client.name for client in sandbox.store.clients("acme")] == ["2026-01-02"]


def test_missing_in_check_mode_of_the_role_counts_for_entries_without_their_own(playbook):
    entries = [GITHUB, {**GITLAB, "missing_in_check_mode": "fail"}]
    variables = {"vcs_connections_missing_in_check_mode": "predict", "vcs_connections_organization": "later"}
    run = playbook(
        [play(*entries)],
        *("-e", json.dumps(variables), "--check"),
        warnings=["Organization 'later' does not exist yet"],
        **TOKENS,
    )

    assert run.rc == 2
    assert [(entry["action"], (entry["failure"] or {}).get("code")) for entry in facts(run)[0].values()] == [
        ("created", None),
        (None, "not_found_or_forbidden"),
    ]


def test_blank_address_is_an_error_because_another_host_was_meant(playbook, sandbox):
    run = playbook([play(GITHUB)], "-e", "vcs_connections_tfe_address=", **TOKENS)

    assert run.rc == 2
    assert run.result(MANAGE)["failure"]["code"] == "invalid_argument"
    assert methods(sandbox) == []


@pytest.mark.parametrize(
    ("misspelled", "meant"),
    [
        ("vcs_connections_organisation", "vcs_connections_organization"),
        ("vcs_connections_provider_default", "vcs_connections_provider_defaults"),
        ("vcs_connections_tfe_adress", "vcs_connections_tfe_address"),
        ("vcs_connections_states", "vcs_connections_state"),
    ],
)
def test_misspelled_variable_is_an_error_that_names_the_right_one(playbook, sandbox, misspelled, meant):
    run = playbook([play(GITHUB)], "-e", f"{misspelled}=x", **TOKENS)

    assert run.rc == 2
    failure = run.result(MANAGE)["failure"]
    assert failure["code"] == "invalid_argument"
    assert failure["message"] == f"There is no variable {misspelled}. Did you mean {meant}?"
    assert methods(sandbox) == []


def test_variables_of_users_with_the_prefix_of_the_role_are_theirs(playbook):
    assert playbook([play(GITHUB)], "--check", "-e", "vcs_connections_github_team=x", **TOKENS).rc == 0


@pytest.mark.oldest_core_too
def test_failure_of_the_role_carries_the_code_of_the_module(playbook, sandbox):
    sandbox.store.add_client("acme", workspaces=["shop"])
    code = "{{ (ansible_failed_result.failure | default({})).code | default('none') }}"
    tasks = [
        {
            "block": [{"ansible.builtin.include_role": {"name": ROLE}, "vars": {"vcs_connections_state": "absent"}}],
            "rescue": [{"name": "Code", "ansible.builtin.debug": {"msg": code}}],
        }
    ]
    run = playbook([play(GITHUB, tasks=tasks)])

    assert run.rc == 0
    assert run.result("Code")["msg"] == "workspaces_linked"
    assert facts(run)[0]["github github.com"]["failure"]["code"] == "workspaces_linked"
