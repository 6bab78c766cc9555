# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a connection can be removed: only if it is known that nothing uses it, or by force."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import (
    FixedAttribute,
    Forbidden,
    InvalidAnswer,
    InvalidArgument,
    NotFoundOrForbidden,
    RateLimited,
    Rejected,
    ServerError,
    Unauthorized,
    Unreachable,
    Unsupported,
    WorkspacesLinked,
    WorkspacesUnknown,
)
from ansible_collections.hcptf.vcs.plugins.module_utils._model import matching, removal
from ansible_collections.hcptf.vcs.plugins.module_utils._model.usage import NOBODY, Usage
from utils.model_objects import GITHUB, PAT, ado, client, desire, is_secret_free


def test_nothing_is_removed_if_there_is_no_connection():
    plan = removal.plan_removal(desire(GITHUB, state="absent"), None)
    assert (plan.action, plan.changed, plan.client, plan.predicted) == ("absent", False, None, None)
    assert plan.before == plan.after == {}
    assert plan.warnings == ()


def test_a_client_of_the_same_url_under_another_name_is_not_removed_but_named():
    plan = removal.plan_removal(desire(GITHUB, state="absent", name="old"), None, neighbors=[client(name="production")])
    assert plan.action == "absent"
    (warning,) = plan.warnings
    for word in ("oc-A", "'production'", "'old'", "acme"):
        assert word in warning


WORKSPACES = tuple(f"ws-{number}" for number in range(40))


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"workspaces": WORKSPACES[:3], "workspaces_count": 3}, ["3 workspaces (ws-0, ws-1, ws-2)"]),
        ({"workspaces": ("app",), "workspaces_count": 1}, ["1 workspace (app)"]),
        ({"workspaces": WORKSPACES, "workspaces_count": 40}, ["40 workspaces (ws-0,", "ws-39)"]),
        # The server names 25 at most, and the rest could not be read.
        ({"workspaces": WORKSPACES[:25], "workspaces_count": 40}, ["40 workspaces (ws-0,", "ws-24, 15 more)"]),
        ({"workspaces": None, "workspaces_count": 40}, ["40 workspaces (40 more)"]),
        # The list of workspaces has only those that the API token can see.
        (
            {"workspaces": ("app", "shop"), "workspaces_count": 5, "unseen_workspaces": 3},
            ["5 workspaces (app, shop, 3 more that this API token cannot see)"],
        ),
        (
            {"workspaces": (), "workspaces_count": 1, "unseen_workspaces": 1},
            ["used by 1 workspace that this API token cannot see."],
        ),
        ({"workspaces": ("app",), "workspaces_count": None}, ["1 workspace (app)"]),
        ({"policy_sets": ("guardrails",)}, ["1 policy set (guardrails)"]),
        ({"registry_modules": ("acme/vpc/aws", "acme/dns/aws")}, ["2 registry modules (acme/vpc/aws, acme/dns/aws)"]),
        ({"stacks": ("shop",)}, ["1 stack (shop)"]),
        ({"registry_components": ("acme/eks",)}, ["1 registry component (acme/eks)"]),
        (
            {"workspaces": ("app",), "workspaces_count": 1, "policy_sets": ("guardrails",)},
            ["1 workspace (app) and 1 policy set (guardrails)"],
        ),
        (
            {"workspaces": ("app",), "policy_sets": ("guardrails",), "stacks": ("shop",)},
            ["1 workspace (app), 1 policy set (guardrails) and 1 stack (shop)"],
        ),
    ],
)
def test_a_connection_that_is_in_use_is_removed_only_by_force(values, words, force):
    existing = client(name="GitHub")
    desired = desire(GITHUB, state="absent", force=force)
    usage = NOBODY._replace(**values)
    if force:
        assert removal.plan_removal(desired, existing, usage).action == "deleted"
        return
    with pytest.raises(WorkspacesLinked) as raised:
        removal.plan_removal(desired, existing, usage)
    for word in (*words, "oc-A", "'GitHub'", "acme", "force=true", "hcptf.vcs.migrate"):
        assert word in raised.value.message


def test_a_connection_that_nothing_uses_is_removed():
    existing = client(name="GitHub")
    plan = removal.plan_removal(desire(GITHUB, state="absent"), existing, NOBODY)
    assert (plan.action, plan.changed, plan.client) == ("deleted", True, existing)
    assert (dict(plan.attributes), dict(plan.secrets), plan.send_ssh_key) == ({}, {}, False)
    assert plan.before["name"] == "GitHub"
    assert plan.after == {}
    assert plan.predicted == existing.public()
    assert plan.warnings == ()


@pytest.mark.parametrize("force", [False, True])
def test_a_list_of_workspaces_without_a_count_can_be_incomplete(force):
    """An API token sees only the workspaces that it has permission for, so the list says nothing about the others."""
    usage = NOBODY._replace(workspaces_count=None)
    plan = removal.plan_removal(desire(GITHUB, state="absent", force=force), client(), usage)
    assert plan.action == "deleted"
    (warning,) = plan.warnings
    for words in ("oc-A", "does not report how many workspaces", "cannot see", "lose their repository"):
        assert words in warning


def test_a_connection_is_not_removed_without_force_if_it_is_unknown_which_workspaces_use_it():
    usage = Usage(policy_sets=(), registry_modules=(), unread={"workspace": NotFoundOrForbidden("404, not found.")})
    with pytest.raises(WorkspacesUnknown, match="404, not found") as raised:
        removal.plan_removal(desire(GITHUB, state="absent"), client(), usage)
    assert raised.value.code == "workspaces_unknown"
    assert "API token that can read all workspaces, or set force=true" in raised.value.message
    (warning,) = removal.plan_removal(desire(GITHUB, state="absent", force=True), client(), usage).warnings
    assert "It is not known which workspaces use OAuth client oc-A" in warning


KINDS = ["policy_set", "registry_module", "stack", "registry_component"]
#: The kinds that many servers do not have.
RARE = ["stack", "registry_component"]
#: What a server answers if an API token has no permission for a list, or if the server does not have it.
NOT_PERMITTED = [Forbidden, NotFoundOrForbidden, Unsupported]
#: After these, nobody knows what uses a connection, and a second try can tell.
FAILED = [InvalidAnswer, RateLimited, Rejected, ServerError, Unauthorized, Unreachable]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (kind, error)
        for kind in KINDS
        for error in NOT_PERMITTED
        if kind not in RARE or error is not NotFoundOrForbidden
    ],
)
def test_a_list_that_the_api_token_may_not_read_is_a_warning(kind, error):
    usage = Usage(workspaces=(), workspaces_count=0, unread={kind: error("403")})
    plan = removal.plan_removal(desire(GITHUB, state="absent"), client(), usage)
    assert plan.action == "deleted"
    (warning,) = plan.warnings
    assert kind.replace("_", " ") in warning


@pytest.mark.parametrize("kind", RARE)
def test_kinds_that_most_servers_do_not_have_are_no_warning(kind):
    """404 is what they answer. A warning at every removal would teach people to ignore warnings."""
    usage = Usage(workspaces=(), workspaces_count=0, unread={kind: NotFoundOrForbidden("404")})
    plan = removal.plan_removal(desire(GITHUB, state="absent"), client(), usage)
    assert (plan.action, plan.warnings) == ("deleted", ())


@pytest.mark.parametrize("error", FAILED)
@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_failed_to_be_read_stops_a_removal_without_force(kind, error):
    """A list that is just not available says nothing about what uses the connection."""
    unread = {"policy_set": Forbidden("not yours."), kind: error("503, busy.", 503, [{"status": "503"}])}
    usage = Usage(workspaces=(), workspaces_count=0, unread=unread)
    with pytest.raises(WorkspacesUnknown, match="503, busy") as raised:
        removal.plan_removal(desire(GITHUB, state="absent"), client(name="GitHub"), usage)
    for words in (f"{kind.replace('_', ' ')}s use OAuth client oc-A", "'GitHub'", "acme", "Run again", "force=true"):
        assert words in raised.value.message
    assert "not yours" not in raised.value.message
    assert (raised.value.status, raised.value.errors) == (503, [{"status": "503"}])
    plan = removal.plan_removal(desire(GITHUB, state="absent", force=True), client(), usage)
    (warning,) = plan.warnings
    assert (plan.action, kind.replace("_", " ") in warning) == ("deleted", True)


@pytest.mark.parametrize("error", FAILED)
def test_workspaces_that_failed_to_be_read_are_to_be_read_again(error):
    usage = Usage(policy_sets=(), registry_modules=(), unread={"workspace": error("503, busy.", 503)})
    with pytest.raises(WorkspacesUnknown, match="503, busy") as raised:
        removal.plan_removal(desire(GITHUB, state="absent"), client(), usage)
    assert "Run again, or set force=true" in raised.value.message
    assert raised.value.status == 503


def test_all_lists_that_failed_are_named_and_a_shared_reason_only_once():
    unread = {kind: ServerError("503, busy.", 503) for kind in KINDS}
    usage = Usage(workspaces=(), workspaces_count=0, unread=unread)
    every = "policy sets, registry modules, stacks or registry components use"
    with pytest.raises(WorkspacesUnknown, match=every) as raised:
        removal.plan_removal(desire(GITHUB, state="absent"), client(), usage)
    assert raised.value.message.count("503, busy.") == 1


def test_a_removal_compares_only_selectors():
    options = {"organization_scoped": False, "projects": [], "agent_pool": ""}
    desired = desire(GITHUB, options, state="absent", personal_access_token=PAT, update_secrets="always")
    plan = removal.plan_removal(desired, client(), NOBODY)
    assert (plan.action, dict(plan.attributes), dict(plan.secrets)) == ("deleted", {}, {})
    assert is_secret_free(plan)


# -- by ID


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"service_provider": "gitlab_hosted"}, FixedAttribute),
        ({"http_url": "https://ghe.example.com"}, FixedAttribute),
        ({"name": "old"}, InvalidArgument),
    ],
    ids=["provider", "URL", "name"],
)
def test_a_client_selected_by_id_is_not_removed_if_anything_else_disagrees(options, error):
    desired = desire(options, oauth_client_id="oc-A", state="absent", force=True)
    existing = client(name="production")
    with pytest.raises(error, match="oc-A"):
        removal.plan_removal(desired, matching.find(desired, [existing]), NOBODY)


def test_a_client_selected_by_id_is_not_removed_if_it_is_of_another_azure_devops_organization():
    desired = desire(oauth_client_id="oc-A", ado_org_name="mine", state="absent", force=True)
    with pytest.raises(InvalidArgument, match="ado_org_name"):
        removal.plan_removal(desired, ado("oc-A", ado_org_name="other"), NOBODY)


@pytest.mark.parametrize("options", [{}, GITHUB, {"http_url": "https://GitHub.com/"}, {"name": " production "}])
def test_a_client_selected_by_id_is_removed_if_everything_agrees(options):
    desired = desire(options, oauth_client_id="oc-A", state="absent")
    existing = client(name="production")
    assert removal.plan_removal(desired, matching.find(desired, [existing]), NOBODY).action == "deleted"


def test_nobody_is_known_to_use_it():
    assert (NOBODY.describe(), NOBODY.workspaces_count, NOBODY.failed) == ("", 0, {})
