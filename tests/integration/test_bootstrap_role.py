# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bootstrap role of the guide: from nothing, by a dry run first."""

from __future__ import annotations

import pytest
import yaml

from utils.collection_path import CHECKOUT
from utils.yaml_blocks import files_of

API_TOKEN = "made-up-api-token-value"
GUIDE = CHECKOUT / "docs/docsite/rst/guide_bootstrap_roles.rst"
FILE = "roles/bootstrap/tasks/main.yml"
ROLE = files_of(GUIDE)[FILE]
TOKENS = {"GITHUB_TOKEN": "made-up-github-token", "GITLAB_TOKEN": "made-up-gitlab-token"}
CREATES = ("organization", "project", "agent pool", "workspace")
MISSING = ("Organization 'acme' does not exist yet",)
#: A user without any organization.
NOTHING = {"tokens": [{"name": "user", "token": API_TOKEN, "user": "somebody", "manages": []}], "organizations": []}


@pytest.fixture
def bootstrap(playbook, sandbox, tmp_path):
    """Runs the role, and gives back the run, the methods of its requests, and the actions of the connections."""
    tasks = tmp_path / FILE
    tasks.parent.mkdir(parents=True)
    tasks.write_text(ROLE, encoding="utf-8")
    content = [{"hosts": "localhost", "gather_facts": False, "roles": ["bootstrap"]}]

    def run(*arguments, **keywords):
        sandbox.clear()
        done = playbook(content, *arguments, **keywords)
        assert done.rc == 0, done.output
        fact = done.result("Keep the results by label")["ansible_facts"]["vcs_connections_result"]
        return done, {request.method for request in sandbox.requests}, fact

    return run


@pytest.mark.parametrize("sandbox", [NOTHING], indirect=True)
def test_dry_run_from_nothing_then_for_real_then_again_then_a_dry_run(bootstrap, sandbox):
    run, methods, predicted = bootstrap("--check", "--diff", warnings=MISSING, **TOKENS)
    assert {label: entry["action"] for label, entry in predicted.items()} == {"GitHub": "created", "GitLab": "created"}
    assert {entry[name] for entry in predicted.values() for name in ("oauth_client_id", "oauth_token_id")} == {None}
    assert run.recap()["changed"] == 1
    assert methods == {"GET"}
    assert sandbox.store.organizations() == []

    run, methods, made = bootstrap(**TOKENS)
    assert run.recap()["changed"] == len(CREATES) + 1
    assert {label: entry["action"] for label, entry in made.items()} == {"GitHub": "created", "GitLab": "created"}
    (workspace,) = sandbox.store.workspaces("acme")
    assert workspace.vcs_repo.oauth_token_id == made["GitHub"]["oauth_token_id"]
    gitlab = made["GitLab"]["oauth_client"]
    assert gitlab["agent_pool_id"] == sandbox.store.agent_pools("acme")[0].id
    assert gitlab["projects"] == [
        project.id for project in sandbox.store.projects("acme") if project.name == "platform"
    ]

    for arguments in ((), ("--check", "--diff")):
        run, methods, found = bootstrap(*arguments)
        assert run.recap()["changed"] == 0
        assert {entry["action"] for entry in found.values()} == {"unchanged"}
        assert methods == {"GET"}


def test_every_create_of_the_role_is_run():
    """The number of changes above is that of the role."""

    def names(tasks):
        return [
            name
            for task in tasks
            for name in ([task["name"]] if "changed_when" in task else names(task.get("block", [])))
        ]

    assert names(yaml.safe_load(ROLE)) == [f"Create the {what}" for what in CREATES]
