# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""oauth_client, state=absent: remove just what the task means, and only if no workspace suffers unasked."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from sandbox import Unknowns
from sandbox.faults import Reset, Status
from utils.module_runner import CLIENTS, LIST, PERMISSIONS, READER_TOKEN

pytest_plugins = ["utils.module_runner"]

ASKED = f"GET {CLIENTS}?show_affected_workspaces=true&page%5Bnumber%5D=1&page%5Bsize%5D=100"


@pytest.fixture
def absent(server):
    return remover(server)


def remover(server):
    def absent(**options):
        return server.oauth_client(**{"service_provider": "github", "state": "absent", **options})

    return absent


def path_of(client):
    return f"/api/v2/oauth-clients/{client.id}"


def names(number):
    return [f"workspace-{n:02}" for n in range(number)]


#: What else than workspaces can use a connection, which the count of the server leaves out.
OTHERS = [
    f"GET /api/v2/organizations/acme/{kind}?page%5Bnumber%5D=1&page%5Bsize%5D=100"
    for kind in ("policy-sets", "registry-modules", "stacks", "registry-components")
]
WORKSPACES = "GET /api/v2/organizations/acme/workspaces?sort=name&page%5Bnumber%5D=1&page%5Bsize%5D=100"


def test_requests_of_a_removal(server, absent):
    client = server.store.add_client("acme", name="GitHub")
    result = absent()
    counted = f"GET {path_of(client)}?show_affected_workspaces=true"
    assert result.calls == [ASKED, *OTHERS, counted, f"DELETE {path_of(client)}", f"GET {path_of(client)}"]
    assert (result["changed"], result["action"], server.clients()) == (True, "deleted", [])
    deleted = result.requests[-2]
    assert deleted.body is None
    assert deleted.headers["Content-Type"] == "application/vnd.api+json"


def test_a_removal_returns_what_was_there(server, absent):
    client = server.store.add_client("acme", name="GitHub")
    (token,) = server.store.oauth_tokens(client)
    predicted, result = absent(check=True, diff=True), absent(diff=True)
    for each in (predicted, result):
        assert (each["changed"], each["action"], each.ids) == (True, "deleted", (client.id, token.id))
        assert each["oauth_client"]["name"] == "GitHub"
        assert (each["affected_workspaces"], each["affected_workspaces_count"]) == ([], 0)
        assert each["diff"]["before"]["name"] == "GitHub"
        assert each["diff"]["after"] == {}
    assert predicted["oauth_client"] == result["oauth_client"]
    assert predicted["diff"] == result["diff"]
    assert predicted.calls == [ASKED, *OTHERS, PERMISSIONS]


@pytest.mark.parametrize("check", [True, False])
def test_nothing_to_remove(server, absent, check):
    server.store.add_client("acme", "gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4")
    result = absent(check=check, diff=True)
    assert (result["changed"], result["action"], result.ids) == (False, "absent", (None, None))
    assert (result["oauth_client"], result["affected_workspaces"]) == (None, [])
    assert result["diff"]["before"] == result["diff"]["after"] == {}
    assert len(server.clients()) == 1


USAGE = (
    *("affected_workspaces", "affected_workspaces_count", "affected_policy_sets", "affected_registry_modules"),
    *("affected_stacks", "affected_registry_components"),
)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"organization": "hidden"}, id="unreadable organization"),
        pytest.param({"tfe_token": "fake-token-that-was-revoked"}, id="refused API token"),
        pytest.param({"service_provider": None, "oauth_client_id": "oc-Elsewhere1111111"}, id="another organization"),
        pytest.param({}, id="ambiguous"),
        pytest.param({"http_url": "ftp://github.com"}, id="invalid option"),
    ],
)
def test_the_usage_is_unknown_if_no_client_was_found_because_of_an_error(server, absent, options, check):
    server.store.add_client("acme", name="one", workspaces=["network"])
    server.store.add_client("acme", name="two")
    server.store.add_client("globex", id="oc-Elsewhere1111111", workspaces=["shop"])
    result = absent(check=check, **options)
    assert result["failed"]
    assert {name: result[name] for name in USAGE} == dict.fromkeys(USAGE)


def test_a_second_run_is_unchanged(server, absent):
    server.store.add_client("acme")
    assert absent()["changed"] is True
    again = absent()
    assert (again["changed"], again["action"], again.methods) == (False, "absent", ["GET"])


def test_no_secret_is_needed_and_none_is_sent(server, absent):
    server.store.add_client("acme")
    assert absent(personal_access_token="fake-pat-not-needed")["action"] == "deleted"


@pytest.mark.parametrize("check", [True, False])
def test_absent_takes_what_present_would_refuse(server, absent, check):
    """A connection is removed by its identity; what else the task holds (a role's defaults) does not matter."""
    server.store.add_client("acme", "bitbucket_hosted", "https://bitbucket.org", "https://api.bitbucket.org/2.0")
    result = absent(service_provider="bitbucket_hosted", check=check)
    assert result["action"] == "deleted"


# -- linked workspaces ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("number", [1, 3, 25, 40])
def test_linked_workspaces_are_all_named_and_counted(server, absent, number, check):
    """The server names 25 at most."""
    client = server.store.add_client("acme", workspaces=names(number))
    result = absent(check=check)
    assert (result.code, result["changed"], result.calls) == ("workspaces_linked", False, [ASKED, WORKSPACES, *OTHERS])
    assert f"used by {number} workspace" in result["msg"]
    for words in (*names(number), "force=true", f"-e migrate_from_oauth_client_id={client.id}"):
        assert words in result["msg"]
    assert (result["affected_workspaces"], result["affected_workspaces_count"]) == (names(number), number)
    assert server.one_client() == client


@pytest.mark.parametrize("number", [0, 3, 40])
def test_force_removes_all_the_same(server, absent, number):
    client = server.store.add_client("acme", workspaces=names(number))
    predicted = absent(force=True, check=True)
    result = absent(force=True)
    for each in (predicted, result):
        assert (each["changed"], each["action"], each["oauth_client_id"]) == (True, "deleted", client.id)
        assert (each["affected_workspaces"], each["affected_workspaces_count"]) == (names(number), number)
    assert server.clients() == []
    assert all(workspace.oauth_token_id is None for workspace in server.store.workspaces("acme"))


@pytest.mark.parametrize("check", [True, False])
def test_workspaces_by_id(serve, check):
    """It is not known whether the server names workspaces or lists their IDs; the list of workspaces has names."""
    server = serve(unknowns=Unknowns(affected_workspaces="ids"))
    server.store.add_client("acme", workspaces=["network"])
    result = remover(server)(check=check)
    assert (result.code, result["affected_workspaces"]) == ("workspaces_linked", ["network"])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("linked", [[], ["network"]])
def test_a_server_that_does_not_count_workspaces_has_them_read(serve, linked, check):
    server = serve(personality="tfe-before-rotation")
    server.store.add_client("acme", workspaces=linked)
    result = remover(server)(check=check)
    assert WORKSPACES in result.calls
    shown = result["affected_workspaces"], result["affected_workspaces_count"]
    if linked:
        assert (result.code, result.writes, shown) == ("workspaces_linked", [], (linked, len(linked)))
    else:
        # The API token may not see all of them, and no answer says whether it does.
        assert (result["action"], result["changed"], shown) == ("deleted", True, (None, None))
        assert "does not report how many workspaces use OAuth client" in result.warnings


def sees(server, *workspaces):
    """Options with the token of a team that manages VCS settings and sees only these workspaces."""
    token = "fake-token-of-a-team"
    server.store.add_api_token("team", token, kind="team", manages=["acme"], workspaces=workspaces)
    return {"tfe_token": token}


@pytest.mark.parametrize("check", [True, False])
def test_workspaces_that_the_token_cannot_see_count_if_the_server_counts_them(server, absent, check):
    client = server.store.add_client("acme", workspaces=["network", "secret", "shop"])
    result = absent(check=check, **sees(server, "network", "shop"))
    assert (result.code, result.writes) == ("workspaces_linked", [])
    assert "3 workspaces (network, shop, 1 more that this API token cannot see)" in result["msg"]
    assert (result["affected_workspaces"], result["affected_workspaces_count"]) == (["network", "shop"], 3)
    assert server.one_client() == client
    none = absent(check=check, **sees(server))
    assert "is used by 3 workspaces that this API token cannot see." in none["msg"]
    assert (none["affected_workspaces"], none["affected_workspaces_count"]) == (None, 3)


@pytest.mark.parametrize("check", [True, False])
def test_workspaces_that_the_token_cannot_see_are_a_warning_if_the_server_does_not_count_them(serve, check):
    """Refusing would make every removal on older servers need force, which turns off the other checks too."""
    server = serve(personality="tfe-before-rotation")
    server.store.add_client("acme", workspaces=["secret"])
    result = remover(server)(check=check, **sees(server))
    assert (result["action"], result["affected_workspaces"], result["affected_workspaces_count"]) == (
        "deleted",
        None,
        None,
    )
    assert "Workspaces that the API token cannot see lose their repository" in result.warnings


@pytest.mark.parametrize("count", [-1, False, None, "3", 1.5])
@pytest.mark.parametrize("readable", [True, False])
def test_a_malformed_number_of_workspaces_is_unknown_and_not_zero(server, absent, count, readable):
    client = server.store.add_client("acme", workspaces=["network"])
    listed = {
        "id": client.id,
        "type": "oauth-clients",
        "attributes": {
            "service-provider": "github",
            "http-url": "https://github.com",
            "affected-workspaces-count": count,
        },
    }
    server.fault(Status(200, {"data": [listed]}), "GET", "/oauth-clients", count=1)
    if not readable:
        server.fault(
            Status(404, {"errors": [{"status": "404", "title": "not found"}]}), "GET", "/workspaces", count=None
        )
    result = absent()
    assert (result.code, result.writes) == ("workspaces_linked" if readable else "workspaces_unknown", [])
    assert result["affected_workspaces"] == (["network"] if readable else None)
    assert result["affected_workspaces_count"] == (1 if readable else None)
    assert server.one_client() == client
    if not readable:
        server.fault(Status(200, {"data": [listed]}), "GET", "/oauth-clients", count=1)
        forced = absent(force=True)
        assert (forced["action"], server.clients()) == ("deleted", [])
        assert "not known which workspaces" in forced.warnings


def test_a_count_that_rises_before_the_removal_stops_it(server, absent):
    """Somebody links a workspace between the plan and the removal."""
    client = server.store.add_client("acme")

    def link_once_planned(_request):
        if len(server.sandbox.requests) == 1 + len(OTHERS):
            (token,) = server.store.oauth_tokens(client)
            server.store.add_workspace("acme", "late", oauth_token_id=token.id)

    server.sandbox._gateway._on_answer = link_once_planned
    result = absent()
    assert (result.code, result["changed"], result.writes) == ("workspaces_linked", False, [])
    assert "late" in result["msg"]
    assert server.one_client() == client


def test_a_server_that_only_names_the_workspaces(server, absent):
    """The count is the newer attribute."""
    client = server.store.add_client("acme", workspaces=["network"])
    resource = {
        "id": client.id,
        "type": "oauth-clients",
        "attributes": {
            "service-provider": "github",
            "http-url": "https://github.com",
            "affected-workspaces": ["network"],
        },
    }
    server.fault(Status(200, {"data": [resource]}), "GET", "/oauth-clients", count=1)
    result = absent()
    assert (result.code, result.writes) == ("workspaces_linked", [])
    assert "network" in result["msg"]


#: Lists besides that of the workspaces, and what their objects are called in messages.
LISTS = {
    "policy-sets": "policy sets",
    "registry-modules": "registry modules",
    "stacks": "stacks",
    "registry-components": "registry components",
}
LESS_THAN_ANNOUNCED = {
    "data": [],
    "meta": {"pagination": {"current-page": 1, "next-page": None, "total-pages": 1, "total-count": 3}},
}
FAILURES = {
    "500": Status(500),
    "503 of a proxy": Status(503, "<html>busy</html>", "text/html"),
    "429": Status(429),
    "422": Status(422),
    "401": Status(401),
    "a dropped connection": Reset(),
    "a text": Status(200, "busy"),
    "fewer than announced": Status(200, LESS_THAN_ANNOUNCED),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("effect", FAILURES.values(), ids=FAILURES)
def test_a_list_that_fails_stops_the_removal(server, absent, effect, path, check):
    """A busy server must not look like one on which nothing uses the connection."""
    client = server.store.add_client("acme", name="GitHub")
    server.fault(effect, "GET", f"/organizations/acme/{path}", count=None)
    result = absent(check=check, tfe_max_retries=0)
    assert (result.code, result["changed"], result.writes) == ("workspaces_unknown", False, [])
    for words in (f"whether {LISTS[path]} use", client.id, "Run again", "force=true"):
        assert words in result["msg"]
    assert result[f"affected_{path.replace('-', '_')}"] is None
    assert server.one_client() == client
    forced = absent(check=check, tfe_max_retries=0, force=True)
    assert forced["action"] == "deleted"
    assert LISTS[path] in forced.warnings


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_stack_component_configurations_count_as_users(serve, shown, check):
    """Their list does not show what they are linked to, but each of them does."""
    server = serve(unknowns=Unknowns(repository_in_list_of_components=shown))
    client, other = (server.store.add_client("acme", name=name) for name in ("GitHub", "other"))
    for name, connection in (("eks", "GitHub"), ("gke", "other"), ("aks", None)):
        vcs_repo = {"connection": connection} if connection else None
        server.store.add_registry_component("acme", name, vcs_repo=vcs_repo)
    result = remover(server)(name="GitHub", check=check)
    assert (result.code, result["affected_registry_components"]) == ("workspaces_linked", ["acme/eks"])
    assert "1 registry component (acme/eks)" in result["msg"]
    assert sum("/api/v2/registry-components/" in call for call in result.calls) == (0 if shown else 3)
    assert server.clients() == [client, other]


@pytest.mark.parametrize(("status", "code"), [(404, None), (403, None), (500, "workspaces_unknown")])
def test_a_stack_component_configuration_that_cannot_be_read_is_unknown(server, absent, status, code):
    """It is there, so 404 does not mean that the server has none."""
    server.store.add_client("acme", name="GitHub")
    server.store.add_registry_component("acme", "eks", vcs_repo={"connection": "GitHub"})
    server.fault(Status(status, {"errors": [{"status": str(status)}]}), "GET", "/registry-components/", count=None)
    result = absent(tfe_max_retries=0)
    assert (result.code, result["affected_registry_components"]) == (code, None)
    if code is None:
        assert "The registry components could not be read" in result.warnings


@pytest.mark.parametrize(
    ("effect", "stacks"),
    [
        # A token without permission gets the same answer as every token on a server without stacks.
        (Status(404, {"errors": [{"status": "404", "title": "not found"}]}), None),
        # This is not an answer of the API, so it does not have this endpoint, and no stacks.
        (Status(404, "404 page not found", "text/plain"), []),
        (Status(405, {"errors": [{"status": "405"}]}), []),
    ],
    ids=["JSON 404", "text 404", "405"],
)
def test_stacks_that_the_server_does_not_show(server, absent, effect, stacks):
    server.store.add_client("acme")
    for path, key in (("stacks", "affected_stacks"), ("registry-components", "affected_registry_components")):
        server.sandbox.faults.clear()
        server.fault(effect, "GET", f"/acme/{path}", count=None)
        result = absent(check=True)
        assert (result["action"], result[key], result.warnings) == ("deleted", stacks, "")


@pytest.mark.parametrize("path", ["policy-sets", "registry-modules"])
@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_list_that_the_token_may_not_read_is_a_warning(server, absent, status, path):
    server.store.add_client("acme")
    server.fault(Status(status, {"errors": [{"status": str(status)}]}), "GET", f"/acme/{path}", count=None)
    result = absent()
    assert (result["action"], result[f"affected_{path.replace('-', '_')}"]) == ("deleted", None)
    assert f"The {LISTS[path]} could not be read" in result.warnings


# -- by ID ------------------------------------------------------------------------------------------------------------


def test_an_id_removes_exactly_that_client(server, absent):
    clients = [server.store.add_client("acme") for dummy in range(3)]
    result = absent(service_provider=None, oauth_client_id=clients[1].id)
    assert (result["action"], result["oauth_client_id"]) == ("deleted", clients[1].id)
    assert server.clients() == [clients[0], clients[2]]
    again = absent(service_provider=None, oauth_client_id=clients[1].id)
    assert (again["changed"], again["action"]) == (False, "absent")


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_another_organizations_client_is_refused(server, absent, check, state):
    client = server.store.add_client("globex")
    server.store.add_client("acme")
    result = absent(service_provider=None, oauth_client_id=client.id, check=check, state=state, name="x")
    assert (result.code, result["changed"], result.writes) == ("not_found", False, [])
    for words in (client.id, "'acme'", "'globex'"):
        assert words in result["msg"]
    assert server.clients("globex") == [client]


def test_another_organizations_client_that_the_token_cannot_see_is_as_good_as_gone(server, absent):
    client = server.store.add_client("hidden")
    result = absent(service_provider=None, oauth_client_id=client.id)
    assert (result["changed"], result.writes) == (False, [])
    assert server.clients("hidden") == [client]


@pytest.mark.parametrize("check", [True, False])
def test_an_unknown_id_is_an_error_for_present(server, check):
    result = server.oauth_client(oauth_client_id="oc-Unknown", name="x", check=check)
    assert (result.code, result["changed"], result.writes) == ("not_found", False, [])
    for words in ("'acme'", server.address, "oc-Unknown", "omit oauth_client_id"):
        assert words in result["msg"]


@pytest.mark.parametrize(
    "options",
    [{"service_provider": "gitlab_hosted"}, {"service_provider": "github", "http_url": "https://ghe.example.com"}],
)
@pytest.mark.parametrize("check", [True, False])
def test_an_id_whose_client_is_another_connection_is_refused(server, absent, options, check):
    client = server.store.add_client("acme")
    result = absent(oauth_client_id=client.id, check=check, **options)
    assert (result.code, result["changed"], result.writes) == ("fixed_attribute", False, [])
    assert server.one_client() == client


@pytest.mark.parametrize("odd", ["../organizations/acme", "oc-1?x=1", "oc-1/relationships/projects", "oc-ü #"])
def test_odd_ids_stay_one_part_of_the_path(absent, odd):
    result = absent(service_provider=None, oauth_client_id=odd)
    assert result.writes == []
    assert [request.target for request in result.requests[1:]] == [f"/api/v2/oauth-clients/{quote(odd, safe='')}"]


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("organization", ["nowhere", "hidden"])
def test_a_missing_organization_is_an_error(absent, organization, check):
    result = absent(organization=organization, check=check)
    assert (result.code, result["failure"]["status"], result["changed"]) == ("not_found_or_forbidden", 404, False)


@pytest.mark.parametrize("check", [True, False])
def test_several_that_fit_are_not_guessed_among(server, absent, check):
    clients = [server.store.add_client("acme", name=name, created_at="2026-01-01T00:00:00.000Z") for name in ("a", "b")]
    result = absent(check=check)
    assert (result.code, result.writes) == ("ambiguous", [])
    assert all(client.id in result["msg"] for client in clients)
    assert absent(name="b", check=check)["oauth_client_id"] == clients[1].id


@pytest.mark.parametrize(
    ("status", "code"), [(401, "unauthorized"), (403, "forbidden"), (409, "rejected"), (422, "rejected")]
)
def test_a_removal_that_is_refused(server, absent, status, code):
    client = server.store.add_client("acme")
    server.fault(Status(status, {"errors": [{"title": "not now"}]}), "DELETE", count=None)
    result = absent()
    assert (result.code, result["failure"]["status"], result["changed"]) == (code, status, False)
    assert f"Could not remove OAuth client {client.id} of organization 'acme' at {server.address}" in result["msg"]
    assert "not now" in result["msg"]
    assert result.methods.count("DELETE") == 1
    assert server.one_client() == client


def test_no_permission_to_remove(server, absent):
    client = server.store.add_client("acme")
    result = absent(tfe_token=READER_TOKEN)
    assert (result.code, result["changed"]) == ("not_found_or_forbidden", False)
    assert "permission to manage VCS settings" in result["msg"]
    assert server.one_client() == client


def test_a_client_that_another_run_removed_is_gone(server, absent):
    client = server.store.add_client("acme")

    def remove_once_listed(_request):
        if len(server.sandbox.requests) == 1:
            server.store.delete_client(client.id)

    server.sandbox._gateway._on_answer = remove_once_listed
    result = absent()
    assert "failed" not in result
    assert (result["action"], result["changed"]) == ("absent", False)
    counted = f"GET {path_of(client)}?show_affected_workspaces=true"
    assert result.calls == [ASKED, *OTHERS, counted, f"DELETE {path_of(client)}", LIST]


def test_a_removal_that_is_accepted_without_effect_is_reported(server, absent):
    """Answered as a look-alike does: 200, and not the 204 of the API."""
    client = server.store.add_client("acme")
    server.fault(Status(200, ""), "DELETE")
    result = absent()
    assert (result.code, result["changed"], server.one_client()) == ("not_applied", False, client)
    assert client.id in result["msg"]


@pytest.mark.parametrize(
    "effect",
    [Status(500), Status(503), Status(429), Reset(), Reset(after_commit=True), Status(502, after_commit=True)],
)
def test_a_removal_is_repeated(server, absent, effect):
    server.store.add_client("acme")
    server.fault(effect, "DELETE")
    result = absent()
    assert (result["changed"], result["action"], server.clients()) == (True, "deleted", [])
    assert result.methods.count("DELETE") == 2


def test_a_removal_that_always_fails(server, absent):
    client = server.store.add_client("acme")
    server.fault(Status(500), "DELETE", count=None)
    result = absent(tfe_max_retries=2)
    assert (result.code, result["changed"], result.methods.count("DELETE")) == ("server_error", False, 3)
    assert server.one_client() == client


UNREADABLE = {
    "null": Status(200, "null", after_commit=True),
    "a text": Status(200, "removed", after_commit=True),
    "a list": Status(200, "[]", after_commit=True),
    "a number": Status(202, "1", after_commit=True),
    "half a document": Status(200, '{"data":', after_commit=True),
    "500": Status(500, after_commit=True),
    "504": Status(504, after_commit=True),
    "a dropped connection": Reset(after_commit=True),
}


@pytest.mark.parametrize("effect", UNREADABLE.values(), ids=UNREADABLE)
def test_a_removal_whose_answer_says_nothing_is_read_back(server, absent, effect):
    server.store.add_client("acme")
    server.fault(effect, "DELETE", count=None)
    result = absent(tfe_max_retries=0)
    assert (result["changed"], result["action"], server.clients()) == (True, "deleted", [])
    assert result.code is None


def test_a_removal_that_was_not_carried_out_is_not_reported_because_the_answer_says_nothing(server, absent):
    client = server.store.add_client("acme")
    server.fault(Status(200, "null"), "DELETE", count=None)
    result = absent()
    assert (result.code, result["changed"], server.one_client()) == ("not_applied", False, client)


def test_a_removal_whose_answer_says_nothing_is_waited_for(serve):
    server = serve(unknowns=Unknowns(deleted_readable_for=0.5))
    server.store.add_client("acme")
    server.fault(Status(200, "null", after_commit=True), "DELETE")
    result = remover(server)()
    assert (result.code, result["changed"], result["action"]) == (None, True, "deleted")


# -- afterwards -------------------------------------------------------------------------------------------------------


def test_a_client_that_is_readable_for_a_while_is_waited_for(serve):
    server = serve(unknowns=Unknowns(deleted_readable_for=0.5))
    client = server.store.add_client("acme")
    result = remover(server)()
    assert (result["changed"], result["action"]) == (True, "deleted")
    assert result.calls[-4:] == [f"DELETE {path_of(client)}", *[f"GET {path_of(client)}"] * 3]
    created = server.github()
    assert (created["action"], created["oauth_client_id"] != client.id) == ("created", True)


def test_a_client_that_stays_readable_for_long_is_warned_of(serve):
    server = serve(unknowns=Unknowns(deleted_readable_for=3600))
    client = server.store.add_client("acme")
    result = remover(server)()
    assert (result["changed"], result["action"]) == (True, "deleted")
    assert client.id in result.warnings
    assert sum(server.clock.waits) < 10


def test_a_read_that_fails_after_the_removal_does_not_hide_it(server, absent):
    server.store.add_client("acme")
    server.fault(Status(500), "GET", "/oauth-clients/oc-", nth=2, count=None)
    result = absent(tfe_max_retries=0)
    assert server.clients() == []
    assert result["changed"] is True
