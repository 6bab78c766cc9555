# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook migrate: shows what would move, moves it, and shows what is left."""

from __future__ import annotations

import pytest

MIGRATE = "hcptf.vcs.migrate"
ARGUMENTS = (
    *("-e", "migrate_organization=acme", "-e", "migrate_from_service_provider=github"),
    *("-e", "migrate_from_name=old", "-e", "migrate_to_oauth_client_id=oc-new"),
)
CONNECTED = {
    "personal_access_tokens": [{"token": "made-up-new-token", "repositories": ["acme/one", "acme/two"]}],
    "organizations": [
        {
            "name": "acme",
            "oauth_clients": [
                {"name": "old", "id": "oc-old"},
                {"name": "new", "id": "oc-new", "personal_access_token": "made-up-new-token"},
            ],
            "workspaces": [
                {"name": name, "vcs_repo": {"connection": "old", "identifier": f"acme/{name}"}}
                for name in ("one", "two")
            ],
        },
        {"name": "acme-labs"},
    ],
}


def shown(run, task):
    return " ".join(" ".join(run.result(task)["msg"]).split())


def used(sandbox):
    return sorted(workspace.oauth_token_id for workspace in sandbox.store.workspaces("acme"))


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_check_then_move_then_nothing(playbook, sandbox):
    before = used(sandbox)
    run = playbook(MIGRATE, *ARGUMENTS, "--check")
    assert (run.rc, used(sandbox)) == (0, before)
    assert "2 to be moved" in shown(run, "Show what would move")
    assert {request.method for request in sandbox.requests} == {"GET"}

    run = playbook(MIGRATE, *ARGUMENTS, "-e", "migrate_limit=1")
    assert run.rc == 0
    assert "1 moved, 0 already there, 1 left" in shown(run, "Show what was moved and what is left")

    # Blank answers of a survey count as left out.
    blank = [f"-emigrate_{name}=" for name in ("names", "kinds", "projects", "limit", "from_http_url", "to_name")]
    run = playbook(MIGRATE, *ARGUMENTS, *blank)
    assert run.rc == 0
    assert len(set(used(sandbox))) == 1
    assert used(sandbox) != before

    run = playbook(MIGRATE, *ARGUMENTS)
    assert (run.rc, run.recap()["changed"]) == (0, 0)


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_what_cannot_be_moved_fails_at_the_end(playbook, sandbox):
    sandbox.store.add_workspace("acme", "three", vcs_repo={"connection": "old", "identifier": "acme/three"})
    for check in (["--check"], []):
        run = playbook(MIGRATE, *ARGUMENTS, *check)
        assert run.rc == 2
        assert "acme/three" in run.result("Fail if a link could not be moved")["msg"]
    assert len(set(used(sandbox))) == 2
    assert "2 moved, 0 already there, 0 left, 1 failed" in shown(run, "Show what was moved and what is left")


@pytest.mark.parametrize("sandbox", [CONNECTED], indirect=True)
def test_nothing_selected_is_an_error(playbook, sandbox):
    run = playbook(MIGRATE, "-e", "migrate_organization=acme", "-e", "migrate_to_name=")
    assert (run.rc, [request.method for request in sandbox.requests if request.method != "GET"]) == (2, [])
