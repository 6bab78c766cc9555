# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_client: change in place the options that differ, and nothing else."""

from __future__ import annotations

import pytest

from sandbox import Unknowns
from sandbox.answer_effects import NullBody
from sandbox.faults import EchoBody, HtmlPage, Reset, Status
from utils.fake_keys import public_key
from utils.module_runner import (
    CLIENTS,
    CLOUD,
    CONSUMER_KEY,
    DATACENTER,
    LIST,
    NETWORK,
    NEW_PAT,
    PAT,
    PEM,
    REJECTED_PAT,
    RSA_PUBLIC_KEY,
    SHOP,
    SSH_KEY,
)

pytest_plugins = ["utils.module_runner"]

OTHER_KEY = "fake-consumer-key-0002"
OTHER_RSA_PUBLIC_KEY = public_key("of another Bitbucket")
OLD_SERVER = "tfe-before-scoping"
SENT = "(secret, never shown)"


def projects(*ids):
    return {"projects": {"data": [{"id": project_id, "type": "projects"} for project_id in ids]}}


def pool(pool_id):
    return {"agent-pool": {"data": pool_id and {"id": pool_id, "type": "agent-pools"}}}


def body_of_patch(client_id, attributes=None, relationships=None):
    """The official schema demands attributes, be there any or none."""
    data = {"type": "oauth-clients", "id": client_id, "attributes": attributes or {}}
    if relationships:
        data["relationships"] = relationships
    return {"data": data}


ADO = {"service_provider": "ado_services", "http_url": "https://dev.azure.com", "api_url": "https://dev.azure.com"}
BITBUCKET = {
    "service_provider": "bitbucket_data_center",
    "http_url": "https://bitbucket.example.com",
    "api_url": "https://bitbucket.example.com",
    "oauth_tokens": 0,
    "key": CONSUMER_KEY,
    "rsa_public_key": RSA_PUBLIC_KEY,
}
SCOPED = {"organization_scoped": False, "project_ids": (NETWORK,)}

# The stored client, the options of the task, and the attributes and relationships of the PATCH (None: no PATCH).
TABLE = {
    # name
    "name equal": ({"name": "a"}, {"name": "a"}, None),
    "name equal but for white space around": ({"name": "a"}, {"name": " a "}, None),
    "name different": ({"name": "a"}, {"name": "b"}, ({"name": "b"}, None)),
    "name different in case": ({"name": "a"}, {"name": "A"}, ({"name": "A"}, None)),
    "name given to an unnamed one": ({}, {"name": "b"}, ({"name": "b"}, None)),
    "name left out": ({"name": "a"}, {}, None),
    "name taken away": ({"name": "a"}, {"name": ""}, ({"name": None}, None)),
    "no name wanted and none there": ({}, {"name": ""}, None),
    "no name wanted and an empty one there": ({"name": ""}, {"name": ""}, None),
    # organization_scoped
    "scope equal": ({}, {"organization_scoped": True}, None),
    "scope narrowed": (
        {"project_ids": (NETWORK,)},
        {"organization_scoped": False},
        ({"organization-scoped": False}, None),
    ),
    "scope widened keeps the projects": (SCOPED, {"organization_scoped": True}, ({"organization-scoped": True}, None)),
    "scope left out": (SCOPED, {}, None),
    "scope narrowed to projects": (
        {},
        {"organization_scoped": False, "projects": [NETWORK]},
        ({"organization-scoped": False}, projects(NETWORK)),
    ),
    # projects
    "projects equal": ({"project_ids": (NETWORK, SHOP)}, {"projects": [NETWORK, SHOP]}, None),
    "projects in another order": ({"project_ids": (NETWORK, SHOP)}, {"projects": [SHOP, NETWORK]}, None),
    "projects named twice": ({"project_ids": (NETWORK,)}, {"projects": [NETWORK, NETWORK]}, None),
    "projects by name": ({"project_ids": (NETWORK,)}, {"projects": ["Network"]}, None),
    "project added": (
        {"project_ids": (NETWORK,)},
        {"projects": ["Shop", NETWORK]},
        ({"organization-scoped": True}, projects(SHOP, NETWORK)),
    ),
    "project replaced": (
        {"project_ids": (NETWORK,)},
        {"projects": [SHOP]},
        ({"organization-scoped": True}, projects(SHOP)),
    ),
    "project replaced in a smaller scope": (SCOPED, {"projects": [SHOP]}, (None, projects(SHOP))),
    "projects left out": ({"project_ids": (NETWORK,)}, {}, None),
    "projects cleared": ({"project_ids": (NETWORK,)}, {"projects": []}, (None, projects())),
    "no projects wanted and none there": ({}, {"projects": []}, None),
    # agent pool
    "pool equal": ({"agent_pool_id": CLOUD}, {"agent_pool": CLOUD}, None),
    "pool by name": ({"agent_pool_id": CLOUD}, {"agent_pool": "cloud"}, None),
    "pool by its alias": ({"agent_pool_id": CLOUD}, {"agent_pool_id": CLOUD}, None),
    "pool different": ({"agent_pool_id": CLOUD}, {"agent_pool": "datacenter"}, (None, pool(DATACENTER))),
    "pool attached": ({}, {"agent_pool": DATACENTER}, (None, pool(DATACENTER))),
    "pool left out": ({"agent_pool_id": CLOUD}, {}, None),
    "pool detached": ({"agent_pool_id": CLOUD}, {"agent_pool": ""}, (None, pool(None))),
    "no pool wanted and none there": ({}, {"agent_pool": ""}, None),
    # Azure DevOps organization
    "organization equal": ({**ADO, "ado_org_name": "a"}, {"ado_org_name": "a"}, None),
    "organization equal but for case": ({**ADO, "ado_org_name": "a"}, {"ado_org_name": "A"}, None),
    "organization left out": ({**ADO, "ado_org_name": "a"}, {}, None),
    "organization taken away": ({**ADO, "ado_org_name": "a"}, {"ado_org_name": ""}, ({"ado-org-name": None}, None)),
    # Bitbucket Data Center
    "consumer key equal": (BITBUCKET, {"key": CONSUMER_KEY}, None),
    "consumer key different": (BITBUCKET, {"key": OTHER_KEY}, ({"key": OTHER_KEY}, None)),
    "secret alone": (BITBUCKET, {"secret": PEM}, None),
    "public key equal": (BITBUCKET, {"rsa_public_key": RSA_PUBLIC_KEY}, None),
    "public key folded": (BITBUCKET, {"rsa_public_key": RSA_PUBLIC_KEY.strip()}, None),
    "public key different": (
        BITBUCKET,
        {"rsa_public_key": OTHER_RSA_PUBLIC_KEY},
        ({"rsa-public-key": OTHER_RSA_PUBLIC_KEY}, None),
    ),
    # secrets
    "PAT alone": ({}, {"personal_access_token": NEW_PAT}, None),
    "PAT with another change": ({}, {"personal_access_token": NEW_PAT, "name": "b"}, ({"name": "b"}, None)),
    "private key alone": (
        {"service_provider": "ado_server", "http_url": "https://ado.example.com", "api_url": "https://ado.example.com"},
        {"personal_access_token": NEW_PAT, "private_key": PEM},
        None,
    ),
    # several
    "everything at once": (
        {"name": "a", "project_ids": (SHOP,)},
        {"name": "b", "organization_scoped": False, "projects": ["Network"], "agent_pool": "cloud"},
        ({"name": "b", "organization-scoped": False}, {**projects(NETWORK), **pool(CLOUD)}),
    ),
    "one of two": (
        {"name": "a", "agent_pool_id": CLOUD},
        {"name": "a", "agent_pool": "datacenter"},
        (None, pool(DATACENTER)),
    ),
}


@pytest.fixture
def given(server):
    """Put one client there and tell the options that select it."""

    def given(start, which=server):
        client = which.store.add_client("acme", **start)
        return client, {"service_provider": client.service_provider, "http_url": client.http_url}

    return given


def before_and_after(result):
    return result["diff"]["before"], result["diff"]["after"]


@pytest.mark.parametrize(("start", "task", "patch"), TABLE.values(), ids=TABLE)
def test_table_of_changes(server, given, start, task, patch):
    client, options = given(start)
    predicted = server.oauth_client(**options, **task, check=True, diff=True)
    assert server.one_client() == client
    real = server.oauth_client(**options, **task, diff=True)
    expected = (
        [] if patch is None else [("PATCH", f"/api/v2/oauth-clients/{client.id}", body_of_patch(client.id, *patch))]
    )
    assert real.writes == expected
    for result in (predicted, real):
        assert (result["changed"], result["action"]) == ((True, "updated") if patch else (False, "unchanged"))
        assert result["oauth_client_id"] == client.id
    assert before_and_after(predicted) == before_and_after(real)
    assert predicted["oauth_client"] == real["oauth_client"]
    assert predicted.ids == real.ids
    before, after = before_and_after(real)
    assert (before != after) is bool(patch)
    assert set(after) >= set(before)
    again = server.oauth_client(**options, **task, diff=True)
    assert (again["changed"], again["action"], again.writes) == (False, "unchanged", [])
    assert again["oauth_client"] == real["oauth_client"]
    assert again["diff"]["before"] == again["diff"]["after"]


@pytest.mark.parametrize(
    ("task", "changed"),
    [
        ({"name": "b"}, {"name": ("a", "b")}),
        ({"projects": [SHOP, NETWORK]}, {"projects": ([NETWORK], [NETWORK, SHOP])}),
        ({"agent_pool": "cloud"}, {"agent_pool_id": (DATACENTER, CLOUD)}),
        ({"agent_pool": ""}, {"agent_pool_id": (DATACENTER, None)}),
        ({"organization_scoped": False}, {"organization_scoped": (True, False)}),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_the_diff_shows_just_what_changes(server, given, task, changed, check):
    options = given({"name": "a", "project_ids": (NETWORK,), "agent_pool_id": DATACENTER})[1]
    before, after = before_and_after(server.oauth_client(**options, **task, check=check, diff=True))
    differing = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert differing == changed
    assert set(before) == set(after)


def test_requests_of_an_update(server, given):
    client, options = given({"name": "a"})
    result = server.oauth_client(**options, name="b")
    assert result.calls == [LIST, f"PATCH /api/v2/oauth-clients/{client.id}"]
    assert result["oauth_client"]["name"] == "b"


def test_a_client_selected_by_id_is_updated(server, given):
    client = given({"name": "a"})[0]
    server.store.add_client("acme", name="another")
    result = server.oauth_client(oauth_client_id=client.id, name="b")
    assert (result["changed"], server.store.client(client.id).name) == (True, "b")


# -- scope ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("start", "task", "allowed"),
    [
        ({}, {"organization_scoped": False}, False),
        ({"project_ids": (NETWORK,)}, {"organization_scoped": False}, True),
        ({"project_ids": (NETWORK,)}, {"organization_scoped": False, "projects": []}, False),
        (SCOPED, {"projects": []}, False),
        (SCOPED, {"projects": [], "organization_scoped": True}, True),
        (SCOPED, {"projects": [SHOP]}, True),
        (SCOPED, {"organization_scoped": False}, True),
        ({"project_ids": (NETWORK,)}, {"projects": []}, True),
        ({"organization_scoped": False}, {}, True),
        ({"organization_scoped": False}, {"name": "b"}, True),
    ],
)
def test_a_scope_that_nobody_could_use_is_refused(server, given, start, task, allowed, check):
    client, options = given(start)
    result = server.oauth_client(**options, **task, check=check)
    if allowed:
        assert "failed" not in result
        return
    assert (result.code, result["changed"], result.writes) == ("invalid_argument", False, [])
    assert "nobody could use" in result["msg"]
    assert server.one_client() == client


def test_a_set_of_projects_that_is_refused_leaves_the_old_one(server, given):
    client, options = given({"project_ids": (NETWORK,)})
    result = server.oauth_client(**options, projects=[SHOP, "prj-Unknown111111111"])
    assert (result.code, result["changed"], result.writes) == ("not_found", False, [])
    assert "prj-Unknown111111111" in result["msg"]
    assert server.one_client() == client


@pytest.mark.parametrize("links", ["kept", "removed"])
def test_a_smaller_scope_warns_before_links_are_lost(serve, links):
    server = serve(unknowns=Unknowns(links_outside_scope=links))
    server.github()
    (token,) = server.store.oauth_tokens(server.one_client())
    for name, project in (("network", NETWORK), ("shop", SHOP)):
        server.store.add_workspace("acme", name, project=project, oauth_token_id=token.id)
    for check in (True, False):
        assert all(workspace.vcs_repo for workspace in server.store.workspaces("acme"))
        result = server.github(organization_scoped=False, projects=[NETWORK], check=check)
        assert "which use it: shop." in result.warnings
    assert [workspace.name for workspace in server.store.workspaces("acme") if workspace.vcs_repo] == (
        ["network", "shop"] if links == "kept" else ["network"]
    )


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("start", "task", "cut_off"),
    [
        ({}, {"organization_scoped": False, "projects": [NETWORK]}, ["shop-1", "shop-2"]),
        ({"project_ids": (SHOP,)}, {"organization_scoped": False}, ["network"]),
        (SCOPED, {"projects": [SHOP]}, ["network"]),
        ({**SCOPED, "project_ids": (NETWORK, SHOP)}, {"projects": [NETWORK]}, ["shop-1", "shop-2"]),
        (SCOPED, {"projects": [NETWORK, SHOP]}, None),
        (SCOPED, {"organization_scoped": True}, None),
        (SCOPED, {"name": "b"}, None),
        ({}, {"projects": [NETWORK]}, None),
        ({"project_ids": (NETWORK, SHOP)}, {"organization_scoped": False}, []),
    ],
    ids=str,
)
def test_workspaces_that_a_smaller_scope_leaves_out_are_named(server, given, start, task, cut_off, check):
    """What happens to their links is not documented. Workspaces are read only if the scope becomes smaller."""
    client, options = given(start)
    other = server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    (token,), (other_token,) = map(server.store.oauth_tokens, (client, other))
    for name, project, token_id in (
        ("network", NETWORK, token.id),
        ("shop-1", SHOP, token.id),
        ("shop-2", SHOP, token.id),
        ("shop-3", SHOP, other_token.id),
        ("shop-4", SHOP, None),
    ):
        server.store.add_workspace("acme", name, project=project, oauth_token_id=token_id)
    result = server.oauth_client(**options, **task, check=check)
    assert (result.code, result["changed"]) == (None, True)
    assert any("/workspaces" in request.path for request in result.requests) is (cut_off is not None)
    if cut_off:
        assert f"leaves out the projects of these workspaces, which use it: {', '.join(cut_off)}." in result.warnings
    else:
        assert "these workspaces" not in result.warnings


def test_workspaces_are_read_once_for_several_smaller_scopes(server):
    wanted = []
    for number in range(3):
        client = server.store.add_client("acme", name=f"c-{number}")
        (token,) = server.store.oauth_tokens(client)
        server.store.add_workspace("acme", f"shop-{number}", project=SHOP, oauth_token_id=token.id)
        wanted.append({"oauth_client_id": client.id, "organization_scoped": False, "projects": [NETWORK]})
    result = server.oauth_clients(*wanted)
    assert (result.code, result["changed"]) == (None, True)
    assert all(f"which use it: shop-{number}." in result.warnings for number in range(3))
    assert len([request for request in result.requests if request.path.endswith("/acme/workspaces")]) == 1


def test_workspaces_that_cannot_be_read_are_no_failure_of_a_smaller_scope(server, given):
    _client, options = given({"project_ids": (NETWORK,)})
    server.fault(Status(404), path="/acme/workspaces$", count=None)
    result = server.oauth_client(**options, organization_scoped=False)
    assert (result.code, result["changed"]) == (None, True)
    assert "could not be checked whether workspaces of other projects use OAuth client" in result.warnings


# -- fixed attributes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("other_values", "named", "there"),
    [
        ({"service_provider": "gitlab_hosted"}, "gitlab_hosted", "github_enterprise"),
        ({"http_url": "https://new.example.com"}, "https://new.example.com", "https://ghe.example.com"),
        ({"api_url": "https://new.example.com/api"}, "https://new.example.com/api", "https://ghe.example.com/api/v3"),
    ],
)
def test_another_value_for_a_fixed_attribute_of_a_client_selected_by_id(
    server, given, other_values, named, there, state, check
):
    client, options = given(
        {
            "service_provider": "github_enterprise",
            "http_url": "https://ghe.example.com",
            "api_url": "https://ghe.example.com/api/v3",
        }
    )
    result = server.oauth_client(**{**options, **other_values}, oauth_client_id=client.id, state=state, check=check)
    assert (result.code, result["changed"], result.writes) == ("fixed_attribute", False, [])
    assert named in result["msg"]
    assert there in result["msg"]
    assert server.one_client() == client


@pytest.mark.parametrize("check", [True, False])
def test_a_different_api_url_explains_the_migration(server, given, check):
    client, options = given({})
    result = server.oauth_client(**options, api_url="https://github.com/api", name="b", check=check)
    assert (result.code, result["changed"], result.writes) == ("fixed_attribute", False, [])
    for words in (client.id, "https://github.com/api", "https://api.github.com", "omit api_url", "hcptf.vcs.migrate"):
        assert words in result["msg"]
    assert server.one_client() == client


def test_a_derived_api_url_is_not_compared(server):
    """Made by hand with another API URL than the one derived."""
    client = server.store.add_client("acme", "github_enterprise", "https://ghe.example.com", "https://x.example.com/v3")
    result = server.oauth_client(service_provider="github_enterprise", http_url="https://ghe.example.com")
    assert (result["changed"], result["oauth_client_id"]) == (False, client.id)


@pytest.mark.parametrize("answer", ["ignored", "rejected", "changed"])
def test_fixed_attributes_are_in_no_patch(serve, answer):
    server = serve(unknowns=Unknowns(fixed_attributes_in_patch=answer))
    client = server.store.add_client("acme", http_url="https://GitHub.com/", api_url="https://api.github.com/")
    result = server.github(name="b", api_url="https://api.github.com")
    assert (result["action"], result["oauth_client"]["http_url"]) == ("updated", "https://GitHub.com/")
    assert result.writes[0][2] == body_of_patch(client.id, {"name": "b"})


FAILING = {
    "no PAT for a create": (None, {"service_provider": "github"}),
    "useless scope of a new one": (None, {"service_provider": "github", "organization_scoped": False, "pat": PAT}),
    "useless scope": ({}, {"organization_scoped": False}),
    "no such project": ({}, {"projects": ["Nowhere"]}),
    "no such pool": ({}, {"agent_pool": "nowhere"}),
    "fixed API URL": ({}, {"api_url": "https://x.example.com"}),
    "nothing to rotate": ({}, {"update_secrets": "always"}),
    "Bitbucket Cloud": (None, {"service_provider": "bitbucket_hosted"}),
    "linked workspaces": ({"workspaces": ["network"]}, {"state": "absent"}),
    "an unknown ID": ({}, {"oauth_client_id": "oc-Unknown"}),
    "an unknown organization": ({}, {"organization": "nowhere"}),
}


@pytest.mark.parametrize(("start", "task"), FAILING.values(), ids=FAILING)
def test_check_mode_fails_as_the_real_run_does(server, given, start, task):
    options = {} if start is None else given(start)[1]
    before = server.clients()
    predicted = server.oauth_client(**{**options, **task}, check=True, diff=True)
    real = server.oauth_client(**{**options, **task}, diff=True)
    assert predicted == real
    assert (real["failed"], real["changed"], real.writes, server.clients()) == (True, False, [], before)
    assert len(real["msg"]) > 40


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_rotation_keeps_both_ids_and_the_workspaces(server):
    client = server.store.add_client("acme", name="a", personal_access_token=PAT, workspaces=["network", "shop"])
    (token,) = server.store.oauth_tokens(client)
    options = {"service_provider": "github", "personal_access_token": NEW_PAT, "update_secrets": "always"}
    predicted = server.oauth_client(**options, check=True, diff=True)
    assert server.store.oauth_tokens(client)[0].personal_access_token == PAT
    result = server.oauth_client(**options, diff=True)
    for each in (predicted, result):
        assert (each["changed"], each["action"], each.ids) == (True, "updated", (client.id, token.id))
    assert result.writes == [
        ("PATCH", f"/api/v2/oauth-clients/{client.id}", body_of_patch(client.id, {"oauth-token-string": NEW_PAT}))
    ]
    (rotated,) = server.store.oauth_tokens(client)
    assert (rotated.id, rotated.personal_access_token) == (token.id, NEW_PAT)
    assert len(server.store.affected_workspaces(client)) == 2
    assert before_and_after(predicted) == before_and_after(result)
    before, after = before_and_after(result)
    assert after == {**before, "personal_access_token": SENT}
    assert server.oauth_client(**options)["changed"] is True


def test_rotation_takes_other_changes_along_in_one_request(server):
    client = server.store.add_client("acme", name="a")
    result = server.oauth_client(
        service_provider="github", personal_access_token=NEW_PAT, update_secrets="always", name="b"
    )
    expected = body_of_patch(client.id, {"name": "b", "oauth-token-string": NEW_PAT})
    assert result.writes == [("PATCH", f"/api/v2/oauth-clients/{client.id}", expected)]


def test_rotation_by_a_pat_that_the_provider_refuses(server):
    client = server.store.add_client("acme", personal_access_token=PAT)
    result = server.github(personal_access_token=REJECTED_PAT, update_secrets="always")
    assert (result.code, result["changed"]) == ("rejected", False)
    assert server.store.oauth_tokens(client)[0].personal_access_token == PAT


def test_rotation_creates_what_is_missing(server):
    result = server.github(update_secrets="always")
    assert (result["action"], len(server.clients())) == ("created", 1)


def test_rotation_of_bitbucket_data_center(server, given):
    client, options = given(BITBUCKET)
    result = server.oauth_client(
        **options, key=CONSUMER_KEY, secret=PEM, rsa_public_key=RSA_PUBLIC_KEY, update_secrets="always"
    )
    assert result["changed"] is True
    assert result.writes == [("PATCH", f"/api/v2/oauth-clients/{client.id}", body_of_patch(client.id, {"secret": PEM}))]


def test_rotation_of_azure_devops_server_says_that_the_key_stays(server):
    url = "https://ado.example.com"
    client = server.store.add_client("acme", "ado_server", url, url)
    result = server.oauth_client(
        service_provider="ado_server",
        http_url=url,
        personal_access_token=NEW_PAT,
        private_key=PEM,
        update_secrets="always",
    )
    assert result.writes[0][2] == body_of_patch(client.id, {"oauth-token-string": NEW_PAT})
    assert "private_key" in result.warnings


@pytest.mark.parametrize(
    ("personality", "warned"),
    [("hcp", False), ("tfe", False), ("tfe-before-rotation", True), ("tfe-before-scoping", True)],
)
@pytest.mark.parametrize("check", [True, False])
def test_servers_before_rotation_are_warned_of(serve, personality, warned, check):
    server = serve(personality=personality)
    server.store.add_client("acme")
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always", check=check)
    assert result["action"] == "updated"
    assert ("1.1.0" in result.warnings) is warned


@pytest.mark.parametrize("check", [True, False])
def test_a_server_before_rotation_is_warned_of_after_an_answer_without_its_version(serve, check):
    server = serve(personality="tfe-before-rotation")
    server.store.add_client("acme", oauth_tokens=2)
    # The last answer before the plan, as from a proxy.
    server.fault(Status(404, headers={"x-tfe-version": ""}), path="/oauth-tokens")
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always", check=check)
    assert "1.1.0" in result.warnings


def test_a_second_token_from_a_rotation_is_reported(serve):
    server = serve(unknowns=Unknowns(pat_in_patch="second_token"))
    client = server.store.add_client("acme", workspaces=["network"])
    (old,) = server.store.oauth_tokens(client)
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always")
    (new,) = (token for token in server.store.oauth_tokens(client) if token.id != old.id)
    assert old.id in result.warnings
    assert new.id in result.warnings
    assert result["action"] == "updated"
    # The command that moves them.
    for words in (f"-e migrate_from_oauth_token_id={old.id}", f"-e migrate_to_oauth_token_id={new.id}", "vcs_links"):
        assert words in result.warnings


@pytest.mark.parametrize("created_at", [None, "2020-01-01T00:00:00.000Z"])
def test_the_second_token_is_the_one_that_was_not_there_before(serve, created_at):
    """A server may report no date, or the date of the client. What was not there before the update is new."""
    server = serve(unknowns=Unknowns(pat_in_patch="second_token"))
    client = server.store.add_client("acme", workspaces=["network"])
    (old,) = server.store.oauth_tokens(client)

    def date(request):
        if request.method == "PATCH":
            for token in server.store.oauth_tokens(client):
                if token.id != old.id:
                    server.store.update_oauth_token(token.id, created_at=created_at)

    server.sandbox._gateway._on_answer = date
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always")
    (new,) = (token for token in server.store.oauth_tokens(client) if token.id != old.id)
    assert f"another OAuth token ({new.id})" in result.warnings
    assert f"linked through {old.id} keep" in result.warnings
    assert result["oauth_token_id"] == new.id
    assert result["oauth_client"]["oauth_token_ids"] == [new.id, old.id]


def test_a_second_token_is_reported_on_a_server_without_a_list_of_tokens(serve):
    server = serve(unknowns=Unknowns(pat_in_patch="second_token"))
    client = server.store.add_client("acme")
    server.fault(Status(404), path="/oauth-tokens", count=None)
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always")
    tokens = {token.id for token in server.store.oauth_tokens(client)}
    assert (result["action"], set(result["oauth_client"]["oauth_token_ids"]), len(tokens)) == ("updated", tokens, 2)


# -- SSH key ----------------------------------------------------------------------------------------------------------


def test_an_ssh_key_is_set_if_there_is_none(server):
    client = server.store.add_client("acme")
    (token,) = server.store.oauth_tokens(client)
    predicted = server.github(ssh_key=SSH_KEY, check=True, diff=True)
    result = server.github(ssh_key=SSH_KEY, diff=True)
    body = {"data": {"id": token.id, "type": "oauth-tokens", "attributes": {"ssh-key": SSH_KEY}}}
    assert result.writes == [("PATCH", f"/api/v2/oauth-tokens/{token.id}", body)]
    for each in (predicted, result):
        assert (each["changed"], each["action"], each.ids) == (True, "updated", (client.id, token.id))
        assert each["diff"]["after"] == {**each["diff"]["before"], "ssh_key": SENT}
    again = server.github(ssh_key=SSH_KEY)
    assert (again["changed"], again.writes) == (False, [])


@pytest.mark.parametrize(("policy", "writes"), [("on_create", 0), ("always", 2)])
def test_an_ssh_key_that_is_there_is_replaced_only_on_request(server, policy, writes):
    client = server.store.add_client("acme", ssh_key="an old one")
    result = server.github(ssh_key=SSH_KEY, update_secrets=policy)
    assert len(result.writes) == writes
    assert server.store.oauth_tokens(client)[0].ssh_key == (SSH_KEY if writes else "an old one")


def test_an_ssh_key_of_a_new_client(server):
    result = server.github(ssh_key=SSH_KEY, diff=True)
    (token,) = server.store.oauth_tokens(server.one_client())
    assert token.ssh_key == SSH_KEY
    assert (result["action"], result["diff"]["after"]["ssh_key"]) == ("created", SENT)
    assert result.methods == ["GET", "POST", "GET", "PATCH"]


def test_an_ssh_key_without_token_cannot_be_set(server):
    server.store.add_client("acme", oauth_tokens=0)
    result = server.github(ssh_key=SSH_KEY)
    assert (result["changed"], result.writes) == (False, [])
    assert "ssh_key cannot be set" in result.warnings


def test_an_ssh_key_that_is_refused_after_a_create_leaves_the_client_and_its_id(server):
    server.fault(Status(422, {"errors": [{"title": "SSH key is invalid"}]}), "PATCH")
    result = server.github(ssh_key=SSH_KEY)
    assert (result.code, result["changed"], result["action"]) == ("rejected", True, "created")
    assert result["oauth_client_id"] == server.one_client().id
    assert "SSH key is invalid" in result["msg"]


# -- OAuth tokens -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 2])
def test_any_number_of_tokens(server, number):
    client = server.store.add_client("acme", oauth_tokens=number)
    tokens = server.store.oauth_tokens(client)
    for age, token in enumerate(tokens):
        server.store.update_oauth_token(token.id, created_at=f"2026-01-0{9 - age}T00:00:00.000Z")
    result = server.github()
    assert (result["changed"], result["oauth_client_id"]) == (False, client.id)
    assert result["oauth_token_id"] == (tokens[0].id if tokens else None)
    assert result["oauth_client"]["oauth_token_ids"] == [token.id for token in tokens]
    assert len(result.calls) == (1 if number == 1 else 2)


def test_the_newest_of_two_tokens_counts(server):
    client = server.store.add_client("acme", oauth_tokens=2)
    old, new = server.store.oauth_tokens(client)
    server.store.update_oauth_token(old.id, created_at="2026-01-01T00:00:00.000Z")
    assert server.github()["oauth_client"]["oauth_token_ids"] == [new.id, old.id]


# -- what the server makes of it --------------------------------------------------------------------------------------


IGNORING = {
    "name": ({"name": "a"}, {"name": "b"}),
    "organization_scoped": ({"project_ids": (NETWORK,)}, {"organization_scoped": False}),
    "projects": ({"project_ids": (NETWORK,)}, {"projects": [SHOP]}),
    "agent_pool": ({"agent_pool_id": CLOUD}, {"agent_pool": DATACENTER}),
}


@pytest.mark.parametrize(("attribute", "start", "task"), [(name, *row) for name, row in IGNORING.items()])
def test_a_change_that_the_server_ignores_is_reported(server, given, monkeypatch, attribute, start, task):
    client, options = given(start)
    monkeypatch.setattr(server.store, "update_client", lambda client_id, **_fields: server.store.client(client_id))
    result = server.oauth_client(**options, **task)
    assert (result.code, result["changed"]) == ("not_applied", False)
    assert attribute in result["msg"]
    assert client.id in result["msg"]
    assert result.methods.count("PATCH") == 1


def test_not_applied_after_an_update_keeps_the_token_ids_that_were_read(server, monkeypatch):
    client = server.store.add_client("acme", name="a", oauth_tokens=2)
    old, new = server.store.oauth_tokens(client)
    server.store.update_oauth_token(old.id, created_at="2026-01-01T00:00:00.000Z")
    monkeypatch.setattr(server.store, "update_client", lambda client_id, **_fields: server.store.client(client_id))
    result = server.github(name="b")
    assert (result.code, result["oauth_client_id"], result["oauth_token_id"]) == ("not_applied", client.id, new.id)
    assert result["oauth_client"]["oauth_token_ids"] == [new.id, old.id]


def test_an_agent_pool_that_cannot_be_detached_is_reported(serve):
    server = serve(unknowns=Unknowns(agent_pool_null_in_patch="ignored"))
    server.store.add_client("acme", agent_pool=CLOUD)
    result = server.github(agent_pool="")
    assert (result.code, result["changed"]) == ("not_applied", False)
    assert "agent_pool" in result["msg"]


def test_an_agent_pool_cleared_by_another_change_is_put_back(serve):
    server = serve(unknowns=Unknowns(agent_pool_left_out_of_patch="cleared"))
    client = server.store.add_client("acme", agent_pool=CLOUD)
    result = server.github(name="b")
    path = f"/api/v2/oauth-clients/{client.id}"
    assert result.writes == [
        ("PATCH", path, body_of_patch(client.id, {"name": "b"})),
        ("PATCH", path, body_of_patch(client.id, None, pool(CLOUD))),
    ]
    assert (server.one_client().agent_pool_id, result["oauth_client"]["agent_pool_id"]) == (CLOUD, CLOUD)
    assert server.github(name="b")["changed"] is False


def test_the_scope_that_setting_projects_could_end_is_sent_along(serve):
    """Putting it back afterwards could be too late for workspaces of other projects."""
    ended = Unknowns(organization_scope_when_projects_are_patched="ended", links_outside_scope="removed")
    server = serve(unknowns=ended)
    client = server.store.add_client("acme")
    (token,) = server.store.oauth_tokens(client)
    server.store.add_workspace("acme", "shop", project=SHOP, oauth_token_id=token.id)
    (project,) = (one.id for one in server.store.projects("acme") if one.name == "Network")
    result = server.github(projects=["Network"])
    assert [body["data"]["attributes"] for method, _path, body in result.writes] == [{"organization-scoped": True}]
    assert server.store.workspaces("acme")[0].oauth_token_id == token.id
    assert (server.one_client().organization_scoped, server.one_client().project_ids) == (True, (project,))
    assert "organization_scoped" not in result.warnings
    assert client.id == result["oauth_client_id"]
    assert server.github(projects=["Network"])["changed"] is False


def test_a_scope_that_is_ended_nevertheless_is_put_back(server, given, monkeypatch):
    client, options = given({})
    store_change = server.store.update_client

    def change(client_id, **fields):
        ended = {"organization_scoped": False} if "project_ids" in fields else {}
        return store_change(client_id, **{**fields, **ended})

    monkeypatch.setattr(server.store, "update_client", change)
    result = server.oauth_client(**options, projects=[NETWORK])
    assert (result.code, server.one_client().organization_scoped) == (None, True)
    assert f"The server also changed organization_scoped of OAuth client {client.id}" in result.warnings


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "unknown"),
    [
        ({"agent_pool": "apool-Unknown111111"}, "apool-Unknown111111"),
        ({"projects": [NETWORK, "prj-NotThere00000001"]}, "prj-NotThere00000001"),
    ],
)
def test_an_id_that_the_organization_does_not_have_is_refused_like_a_name(server, options, unknown, check):
    client = server.store.add_client("acme")
    result = server.github(**options, check=check)
    assert (result.code, result["changed"], result.writes) == ("not_found", False, [])
    assert unknown in result["msg"]
    assert server.one_client() == client


@pytest.mark.parametrize(
    "task",
    [
        {"organization_scoped": True},
        {"organization_scoped": False},
        {"projects": []},
        {"agent_pool": ""},
        {"organization_scoped": False, "projects": [NETWORK], "agent_pool": CLOUD},
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_unreported_attributes_are_not_differences(serve, task, check):
    server = serve(personality=OLD_SERVER)
    server.store.add_client("acme")
    result = server.oauth_client(service_provider="github", **task, check=check, diff=True)
    assert (result["changed"], result["action"], result.writes) == (False, "unchanged", [])
    assert result["diff"]["before"] == result["diff"]["after"]
    for attribute in task:
        assert attribute in result.warnings


def test_a_server_without_patch(serve):
    server = serve()
    server.fault(Status(405), "PATCH")
    client = server.store.add_client("acme", name="a")
    result = server.github(name="b")
    assert (result.code, result["failure"]["status"], result["changed"]) == ("unsupported", 405, False)
    for words in (client.id, "does not offer this operation"):
        assert words in result["msg"]
    assert server.one_client() == client


# -- trouble on the way -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [Status(500), Status(429), Reset(), Reset(after_commit=True)])
def test_a_patch_is_repeated(server, effect):
    server.store.add_client("acme", name="a")
    server.fault(effect, "PATCH", count=2)
    result = server.github(name="b")
    assert (result["action"], server.one_client().name) == ("updated", "b")
    assert result.methods == ["GET", "PATCH", "PATCH", "PATCH"]


@pytest.mark.parametrize("status", [401, 403, 404, 409, 415, 422])
def test_a_patch_that_is_refused_is_not_repeated(server, status):
    client = server.store.add_client("acme", name="a")
    server.fault(Status(status), "PATCH", count=None)
    result = server.github(name="b")
    assert (result["failure"]["status"], result["changed"]) == (status, False)
    assert result.methods == ["GET", "PATCH"]
    assert f"Could not update OAuth client {client.id} of organization 'acme' at {server.address}" in result["msg"]
    assert result["oauth_client"]["name"] == "a"


@pytest.mark.parametrize("status", [422, 500])
def test_a_patch_whose_refusal_echoes_the_pat(server, status):
    server.store.add_client("acme")
    server.fault(EchoBody(status), "PATCH", count=None)
    result = server.github(personal_access_token=NEW_PAT, update_secrets="always", tfe_max_retries=0)
    assert (result["failed"], result["changed"]) == (True, False)


def test_the_answer_to_a_patch_that_is_another_client(server):
    client = server.store.add_client("acme", name="a")
    other = {"data": {"type": "oauth-clients", "id": "oc-other", "attributes": {"service-provider": "github"}}}
    server.fault(Status(200, other), "PATCH")
    result = server.github(name="b")
    assert result.code == "invalid_answer"
    assert client.id in result["msg"]


def test_updates_in_bulk(server):
    for name in ("a", "b", "c"):
        server.store.add_client("acme", name=name)
    connections = [
        {"service_provider": "github", "name": name, "match_by": "url_and_name", "projects": ["Network"]}
        for name in ("a", "b", "c")
    ]
    server.fault(Status(422, {"errors": [{"title": "not today"}]}), "PATCH", nth=2)
    result = server.oauth_clients(*connections, diff=True)
    assert [entry["action"] for entry in result["connections"]] == ["updated", "unchanged", "updated"]
    assert "not today" in result["connections"][1]["failure"]["message"]
    page = "?page%5Bnumber%5D=1&page%5Bsize%5D=100"
    assert result.calls[:2] == [LIST, f"GET {CLIENTS.replace('oauth-clients', 'projects')}{page}"]
    assert len(result.calls) == 5


def test_an_ssh_key_that_is_refused_and_the_only_change_is_no_change(server):
    server.store.add_client("acme")
    server.fault(Status(422, {"errors": [{"title": "invalid attribute"}]}), "PATCH", "/oauth-tokens/")
    result = server.github(ssh_key=SSH_KEY)
    assert (result.code, result["changed"], result["action"]) == ("rejected", False, "unchanged")
    assert server.github(ssh_key=SSH_KEY)["action"] == "updated"


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json", "text/html"])
def test_a_patch_that_is_answered_without_a_client_is_read_back(server, content_type):
    server.store.add_client("acme", name="a")
    server.fault(NullBody(content_type=content_type), "PATCH")
    result = server.github(name="b")
    assert (result["action"], result["changed"], result["oauth_client"]["name"]) == ("updated", True, "b")
    assert result["oauth_token_id"].startswith("ot-")
    assert result.methods == ["GET", "PATCH", "GET"]
    assert server.github(name="b")["changed"] is False


def test_a_rotation_that_is_answered_without_a_client_is_not_known(server):
    """No request can tell whether the new personal access token was stored."""
    server.store.add_client("acme", name="a")
    server.fault(NullBody(), "PATCH")
    result = server.github(name="a", personal_access_token=NEW_PAT, update_secrets="always")
    assert (result.code, result["changed"]) == ("invalid_answer", False)
    assert result.methods == ["GET", "PATCH"]


def test_a_patch_that_is_answered_by_another_server_is_not_taken_for_done(server):
    client = server.store.add_client("acme", name="a")
    server.fault(HtmlPage(200), "PATCH", count=None)
    result = server.github(name="b")
    assert (result.code, result["changed"]) == ("invalid_answer", False)
    assert server.one_client() == client
