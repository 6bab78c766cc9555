# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which OAuth client a task means, and exactly what would be sent to make it true."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import (
    Ambiguous,
    FixedAttribute,
    InvalidArgument,
    SecretMissing,
    VcsError,
    WorkspacesLinked,
)
from ansible_collections.hcptf.vcs.plugins.module_utils._model import matching, planning
from ansible_collections.hcptf.vcs.plugins.module_utils._model.attributes import MANAGED
from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import desired_from_options
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient, OAuthToken

PAT = "a-personal-access-token"
PEM = "-----BEGIN PRIVATE KEY-----\nYS1rZXktb2Ytbm9ib2R5\n-----END PRIVATE KEY-----\n"
PUBLIC_PEM = "-----BEGIN PUBLIC KEY-----\nYS1wdWJsaWMta2V5\n-----END PUBLIC KEY-----\n"
SECRETS = (PAT, "YS1rZXktb2Ytbm9ib2R5", "a-consumer-key", "a-consumer-secret")
GITHUB = {"service_provider": "github"}
GITLAB = {"service_provider": "gitlab_enterprise_edition", "http_url": "https://gitlab.example.com"}
ADO_SERVER = {"service_provider": "ado_server", "http_url": "https://ado.example.com/tfs"}
ADO_SERVICES = {"service_provider": "ado_services"}
DATA_CENTER = {"service_provider": "bitbucket_data_center", "http_url": "https://bitbucket.example.com"}

#: A client of a server that tells everything.
VALUES = {
    "name": None,
    "service_provider": "github",
    "service_provider_display_name": "GitHub",
    "http_url": "https://github.com",
    "api_url": "https://api.github.com",
    "ado_org_name": None,
    "organization_scoped": True,
    "projects": (),
    "agent_pool": None,
    "key": None,
    "rsa_public_key": None,
    "created_at": "2026-02-03T09:14:27.118Z",
}
#: The same of a server that knows nothing newer: what is missing is unknown.
SPARSE = {name: VALUES[name] for name in ("service_provider", "http_url", "api_url", "created_at")}


def desire(*options, organization="acme", **more):
    merged = {}
    for part in options:
        merged.update(part)
    return desired_from_options({**merged, **more}, organization)


def client(id_="oc-A", without=(), tokens=("ot-A",), **values):
    kept = {name: value for name, value in {**VALUES, **values}.items() if name not in without}
    return OAuthClient(id_, "acme", kept, tokens)


def ado(id_, **values):
    url = "https://dev.azure.com"
    return client(id_, service_provider="ado_services", http_url=url, api_url=url, **values)


def shown(attributes):
    """The same in the names of the public view, as diffs show it."""
    view = {("agent_pool_id" if name == "agent_pool" else name): value for name, value in attributes.items()}
    return {name: sorted(value) if name == "projects" else value for name, value in view.items()}


def is_secret_free(plan):
    """Whether no secret shows where a plan could be printed, returned or logged."""
    shown = repr(plan) + repr(plan.desired) + json.dumps([plan.before, plan.after, plan.predicted, plan.warnings])
    return not [secret for secret in SECRETS if secret in shown]


# -- what is known of a client


@pytest.mark.parametrize(
    ("tokens", "ids"),
    [
        ([], ()),
        ([OAuthToken("ot-1", "2026-01-01T00:00:00.000Z")], ("ot-1",)),
        (
            [OAuthToken("ot-1", "2026-01-01T00:00:00.000Z"), OAuthToken("ot-2", "2026-02-01T00:00:00.000Z")],
            ("ot-2", "ot-1"),
        ),
        ([OAuthToken("ot-2"), OAuthToken("ot-1", "2026-01-01T00:00:00.000Z")], ("ot-1", "ot-2")),
        ([OAuthToken("ot-1"), OAuthToken("ot-2")], ("ot-2", "ot-1")),
    ],
    ids=["none", "one", "two", "one of unknown age", "both of unknown age"],
)
def test_the_newest_oauth_token_is_the_one_for_workspaces(tokens, ids):
    for listed in (tokens, tokens[::-1]):
        public = client(tokens=("ot-0",)).with_tokens(listed).public()
        assert public["oauth_token_ids"] == list(ids)
        assert public["oauth_token_id"] == (ids[0] if ids else None)


def test_the_public_view_has_always_the_same_keys_and_no_secret():
    full, sparse = client(key="a-consumer-key"), OAuthClient("oc-A", "acme")
    assert list(full.public()) == list(sparse.public())
    assert "a-consumer-key" not in json.dumps(full.public())
    assert sparse.public()["projects"] is None
    assert client(projects=("prj-b", "prj-a")).public()["projects"] == ["prj-a", "prj-b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (client("oc-B", created_at="2026-01-01T00:00:00.000Z"), client("oc-A", created_at="2026-01-01T00:00:00.001Z")),
        (client("oc-A"), client("oc-B")),
        (client("oc-B"), client("oc-A", without=("created_at",))),
        (client("oc-B"), client("oc-A", created_at=None)),
    ],
    ids=["age", "ID", "unknown age", "no age"],
)
def test_clients_sort_from_the_oldest_to_the_youngest(one, other):
    assert one.age_key < other.age_key


def test_what_tasks_return_of_an_oauth_token():
    token = OAuthToken("ot-A", "2026-01-01T00:00:00.000Z", "olivia", True)
    assert token.public() == {
        "id": "ot-A",
        "created_at": "2026-01-01T00:00:00.000Z",
        "service_provider_user": "olivia",
        "has_ssh_key": True,
    }


# -- find


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (GITHUB, "oc-A"),
        ({**GITHUB, "http_url": "https://GitHub.com:443/"}, "oc-A"),
        (GITLAB, "oc-B"),
        ({**GITLAB, "http_url": "https://gitlab.example.com/api"}, None),
        ({**GITLAB, "http_url": "http://gitlab.example.com"}, None),
        ({**GITLAB, "http_url": "https://gitlab.example.com:8443"}, None),
        ({**GITLAB, "http_url": "https://gitlab-old.example.com"}, "oc-C"),
        ({**GITLAB, "http_url": "https://gitlab"}, None),
        ({**GITLAB, "service_provider": "gitlab_community_edition"}, None),
        ({"service_provider": "gitlab_hosted"}, None),
        # Another name is another value of an attribute, not another connection.
        ({**GITLAB, "name": "other"}, "oc-B"),
        ({**GITLAB, "name": "git", "match_by": "url_and_name"}, None),
        ({**GITLAB, "name": "GITLAB", "match_by": "url_and_name"}, None),
        ({**GITLAB, "name": "gitlab", "match_by": "url_and_name"}, "oc-B"),
        ({**GITHUB, "name": "gitlab", "match_by": "url_and_name"}, None),
        # Without a name in the task, unnamed ones are meant.
        ({**GITHUB, "name": "", "match_by": "url_and_name"}, "oc-A"),
        ({**GITLAB, "name": "", "match_by": "url_and_name"}, None),
        ({"oauth_client_id": "oc-C"}, "oc-C"),
        ({"oauth_client_id": "oc-"}, None),
        ({"oauth_client_id": "OC-C"}, None),
        ({"oauth_client_id": "oc-missing", **GITHUB}, None),
    ],
)
def test_only_what_agrees_exactly_is_found(options, found):
    clients = [
        client("oc-0", service_provider="forge_of_tomorrow"),
        client("oc-1", http_url=None),
        client("oc-2", service_provider="github_enterprise", http_url=None, api_url=None),
        client("oc-C", service_provider="gitlab_enterprise_edition", http_url="https://gitlab-old.example.com"),
        client(
            "oc-B", service_provider="gitlab_enterprise_edition", http_url="https://gitlab.example.com/", name="gitlab"
        ),
        client("oc-A", http_url="HTTPS://GITHUB.com/"),
    ]
    wanted = desire(options)
    for listed in (clients, clients[::-1]):
        result = matching.find(wanted, listed)
        assert (result.id if result else None) == found


@pytest.mark.parametrize("options", [GITHUB, {"oauth_client_id": "oc-A"}])
def test_in_an_empty_organization_nothing_is_found(options):
    assert matching.find(desire(options), []) is None


TWO = [client("oc-B", name="team-b"), client("oc-A", name="team-a", created_at="2026-01-01T00:00:00.000Z")]
SAME_NAME = [client("oc-B", name="team"), client("oc-A", name="team"), client("oc-C", name="other")]
UNNAMED = [client("oc-A"), client("oc-B", without=("name",)), client("oc-C", name="team")]


@pytest.mark.parametrize(
    ("options", "clients", "found"),
    [
        ({"name": "team-a"}, TWO, "oc-A"),
        ({"name": "team-b"}, TWO, "oc-B"),
        ({"name": "team-b", "match_by": "url_and_name"}, TWO, "oc-B"),
        ({"name": "team-c", "match_by": "url_and_name"}, TWO, None),
        ({"name": "other"}, SAME_NAME, "oc-C"),
        ({"name": "team"}, UNNAMED, "oc-C"),
        ({"oauth_client_id": "oc-A"}, TWO, "oc-A"),
        ({"oauth_client_id": "oc-A", "name": "team-b"}, TWO, "oc-A"),
    ],
)
def test_of_several_that_fit_the_name_or_the_id_picks_one(options, clients, found):
    result = matching.find(desire(GITHUB, options), clients)
    assert (result.id if result else None) == found


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("options", "clients", "listed"),
    [
        ({}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ({"name": "team-c"}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ({"name": "TEAM-A"}, TWO, ["oc-A ('team-a')", "oc-B ('team-b')"]),
        ({"name": "team"}, SAME_NAME, ["oc-A ('team')", "oc-B ('team')"]),
        ({"name": "team", "match_by": "url_and_name"}, SAME_NAME, ["oc-A ('team')", "oc-B ('team')"]),
        ({}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)", "oc-C ('team')"]),
        ({"name": ""}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)"]),
        ({"name": "", "match_by": "url_and_name"}, UNNAMED, ["oc-A (unnamed)", "oc-B (unnamed)"]),
    ],
)
def test_several_that_fit_are_an_error_that_lists_them_from_the_oldest_on(options, clients, listed, state):
    with pytest.raises(Ambiguous) as raised:
        matching.find(desire(GITHUB, options, state=state), clients)
    message = raised.value.message
    places = [message.index(entry) for entry in listed]
    assert places == sorted(places)
    assert "acme" in message
    assert "oauth_client_id" in message
    assert raised.value.code == "ambiguous"


def test_candidates_are_all_that_fit_whatever_their_name():
    assert {fit.id for fit in matching.candidates(desire(GITHUB, name="team"), SAME_NAME)} == {"oc-A", "oc-B", "oc-C"}
    both = matching.candidates(desire(GITHUB, name="team", match_by="url_and_name"), SAME_NAME)
    assert {fit.id for fit in both} == {"oc-A", "oc-B"}
    assert matching.candidates(desire({"oauth_client_id": "oc-A"}), SAME_NAME) == []


ANY = ado("oc-any", ado_org_name=None)
OLD = ado("oc-old", without=("ado_org_name",))
MINE = ado("oc-mine", ado_org_name="My-Company")
OTHER = ado("oc-other", ado_org_name="other")


@pytest.mark.parametrize(
    ("stated", "clients", "found"),
    [
        ("my-company", [OTHER, ANY, MINE], "oc-mine"),
        ("MY-COMPANY", [MINE], "oc-mine"),
        ("my-company", [OTHER], None),
        # An older connection without organization is adopted where none names the organization itself.
        ("my-company", [OTHER, ANY], "oc-any"),
        ("my-company", [OTHER, OLD], "oc-old"),
        ("my-compan", [MINE], None),
        # Not stated: any.
        (None, [MINE], "oc-mine"),
        (None, [ANY], "oc-any"),
        ("", [MINE], "oc-mine"),
    ],
)
def test_the_azure_devops_organization_is_part_of_the_identity_when_it_is_stated(stated, clients, found):
    result = matching.find(desire(ADO_SERVICES, ado_org_name=stated), clients)
    assert (result.id if result else None) == found


@pytest.mark.parametrize(
    ("stated", "clients"),
    [
        ("my-company", [MINE, ado("oc-mine-too", ado_org_name="my-company")]),
        ("my-company", [ANY, OLD]),
        (None, [MINE, OTHER]),
    ],
)
def test_several_of_one_azure_devops_organization_are_ambiguous(stated, clients):
    with pytest.raises(Ambiguous):
        matching.find(desire(ADO_SERVICES, ado_org_name=stated), clients)


# -- create


@pytest.mark.parametrize(
    ("options", "attributes", "secrets"),
    [
        (
            {**GITHUB, "personal_access_token": PAT},
            {"service_provider": "github", "http_url": "https://github.com", "api_url": "https://api.github.com"},
            {"personal_access_token": PAT},
        ),
        (
            {
                **GITLAB,
                "http_url": "https://GitLab.example.com:443/Sub/",
                "api_url": "https://API.example.com/",
                "personal_access_token": PAT,
                "name": "GitLab",
                "organization_scoped": False,
                "projects": ["prj-b", "prj-a"],
                "agent_pool": "apool-1",
            },
            {
                "service_provider": "gitlab_enterprise_edition",
                "http_url": "https://GitLab.example.com:443/Sub",
                "api_url": "https://API.example.com",
                "name": "GitLab",
                "organization_scoped": False,
                "projects": ("prj-b", "prj-a"),
                "agent_pool": "apool-1",
            },
            {"personal_access_token": PAT},
        ),
        # What is given as nothing is what a new client has anyway.
        (
            {
                **ADO_SERVICES,
                "personal_access_token": PAT,
                "name": "",
                "projects": [],
                "agent_pool": "",
                "ado_org_name": "",
                "organization_scoped": True,
            },
            {
                "service_provider": "ado_services",
                "http_url": "https://dev.azure.com",
                "api_url": "https://dev.azure.com",
                "organization_scoped": True,
            },
            {"personal_access_token": PAT},
        ),
        (
            {**ADO_SERVICES, "personal_access_token": PAT, "ado_org_name": "my-company"},
            {
                "service_provider": "ado_services",
                "http_url": "https://dev.azure.com",
                "api_url": "https://dev.azure.com",
                "ado_org_name": "my-company",
            },
            {"personal_access_token": PAT},
        ),
        (
            {**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM},
            {
                "service_provider": "ado_server",
                "http_url": "https://ado.example.com/tfs",
                "api_url": "https://ado.example.com/tfs",
            },
            {"personal_access_token": PAT, "private_key": PEM},
        ),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": "a-consumer-secret", "rsa_public_key": PUBLIC_PEM},
            {
                "service_provider": "bitbucket_data_center",
                "http_url": "https://bitbucket.example.com",
                "api_url": "https://bitbucket.example.com",
                "rsa_public_key": PUBLIC_PEM,
            },
            {"key": "a-consumer-key", "secret": "a-consumer-secret"},
        ),
    ],
    ids=["least", "most", "given as nothing", "azure organization", "azure server", "bitbucket"],
)
@pytest.mark.parametrize("update_secrets", ["on_create", "always"])
def test_create_sends_what_is_stated_and_nothing_else(options, attributes, secrets, update_secrets):
    plan = planning.plan(desire(options, update_secrets=update_secrets), None)
    assert (plan.action, plan.changed, plan.client) == ("created", True, None)
    assert dict(plan.attributes) == attributes
    assert dict(plan.secrets) == secrets
    assert plan.before == {}
    assert plan.after == {**shown(attributes), **dict.fromkeys(secrets, planning.SENT)}
    assert is_secret_free(plan)


def test_create_predicts_the_public_view_with_the_keys_of_an_existing_client_and_no_ids():
    plan = planning.plan(desire(GITHUB, personal_access_token=PAT, name="x", projects=["prj-b", "prj-a"]), None)
    predicted = dict(plan.predicted)
    assert list(predicted) == list(client().public())
    known = {name: value for name, value in predicted.items() if value not in (None, [])}
    assert known == {
        "organization": "acme",
        "name": "x",
        "service_provider": "github",
        "http_url": "https://github.com",
        "api_url": "https://api.github.com",
        "projects": ["prj-a", "prj-b"],
    }
    assert predicted["oauth_token_ids"] == []


@pytest.mark.parametrize(
    ("options", "missing", "given"),
    [
        (GITHUB, ["personal_access_token"], []),
        ({**GITHUB, "personal_access_token": ""}, ["personal_access_token"], []),
        ({**GITHUB, "ssh_key": PEM}, ["personal_access_token"], ["ssh_key"]),
        (ADO_SERVER, ["personal_access_token", "private_key"], []),
        ({**ADO_SERVER, "private_key": PEM}, ["personal_access_token"], ["private_key"]),
        (
            {**ADO_SERVER, "personal_access_token": PAT, "update_secrets": "always"},
            ["private_key"],
            ["personal_access_token"],
        ),
        (DATA_CENTER, ["key", "secret", "rsa_public_key"], []),
        ({**DATA_CENTER, "key": "a-consumer-key", "rsa_public_key": PUBLIC_PEM}, ["secret"], ["rsa_public_key"]),
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "rsa_public_key": ""}, ["rsa_public_key"], ["secret"]),
    ],
)
def test_create_fails_for_missing_secrets_and_names_just_them(options, missing, given):
    with pytest.raises(SecretMissing) as raised:
        planning.plan(desire(options), None)
    needs = raised.value.message.partition("needs ")[2].partition(".")[0]
    assert needs == " and ".join(missing)
    assert not [option for option in given if option in needs.split(" and ")]
    assert raised.value.code == "secret_missing"
    assert "acme" in raised.value.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"service_provider": "bitbucket_hosted"}, ["bitbucket_hosted", "https://bitbucket.org", "browser"]),
        ({**DATA_CENTER, "service_provider": "bitbucket_server"}, ["cannot create", "bitbucket_data_center"]),
        ({**DATA_CENTER, "service_provider": "bitbucket_server_legacy"}, ["cannot create", "bitbucket_data_center"]),
    ],
)
def test_what_the_api_cannot_create_fails_and_says_what_to_do(options, words):
    with pytest.raises(InvalidArgument) as raised:
        planning.plan(desire(options), None)
    assert [word for word in words if word not in raised.value.message] == []


def test_create_needs_a_provider():
    with pytest.raises(InvalidArgument, match="service_provider is needed"):
        planning.plan(desire({"name": "x"}), None)


def test_a_new_connection_for_nobody_is_refused():
    with pytest.raises(InvalidArgument, match="organization_scoped"):
        planning.plan(desire(GITHUB, personal_access_token=PAT, organization_scoped=False), None)


@pytest.mark.parametrize(
    ("options", "sends", "warned"),
    [
        ({**GITHUB, "personal_access_token": PAT}, False, []),
        ({**GITHUB, "personal_access_token": PAT, "ssh_key": PEM}, True, []),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "rsa_public_key": PUBLIC_PEM},
            False,
            ["connect_path"],
        ),
        (
            {
                **DATA_CENTER,
                "key": "a-consumer-key",
                "secret": PEM,
                "rsa_public_key": PUBLIC_PEM,
                "ssh_key": PEM,
            },
            False,
            ["connect_path", "ssh_key"],
        ),
    ],
)
def test_the_ssh_key_of_a_new_connection_goes_to_its_oauth_token_where_it_gets_one(options, sends, warned):
    plan = planning.plan(desire(options), None)
    assert plan.send_ssh_key is sends
    assert plan.after.get("ssh_key") == (planning.SENT if sends else None)
    assert len(plan.warnings) == len(warned)
    assert [word for word in warned if word not in " ".join(plan.warnings)] == []
    assert is_secret_free(plan)


# -- update

#: attribute, what the client has, what the task states, what is sent (nothing: equal)
ATTRIBUTES = [
    ("name", None, "x", "x"),
    ("name", "x", "y", "y"),
    ("name", "x", "X", "X"),
    ("name", "x", "x", ...),
    ("name", "x", " x ", ...),
    ("name", "x", "", None),
    ("name", None, "", ...),
    ("name", "", "", ...),
    ("organization_scoped", True, False, False),
    ("organization_scoped", False, True, True),
    ("organization_scoped", True, True, ...),
    ("organization_scoped", False, False, ...),
    ("projects", (), ["prj-a"], ("prj-a",)),
    ("projects", ("prj-a",), ["prj-a", "prj-b"], ("prj-a", "prj-b")),
    ("projects", ("prj-a", "prj-b"), ["prj-b", "prj-a"], ...),
    ("projects", ("prj-a", "prj-b"), ["prj-b", "prj-a", "prj-b"], ...),
    ("projects", ("prj-a", "prj-b"), ["prj-b"], ("prj-b",)),
    ("projects", ("prj-a",), ["prj-A"], ("prj-A",)),
    ("projects", ("prj-a",), [], ()),
    ("projects", (), [], ...),
    ("agent_pool", None, "apool-1", "apool-1"),
    ("agent_pool", "apool-1", "apool-2", "apool-2"),
    ("agent_pool", "apool-1", "apool-1", ...),
    ("agent_pool", "apool-1", "", None),
    ("agent_pool", None, "", ...),
    ("ado_org_name", None, "my-company", "my-company"),
    ("ado_org_name", "My-Company", "my-company", ...),
    ("ado_org_name", "my-company", "MY-Company", ...),
    ("ado_org_name", "my-company", "", None),
    ("ado_org_name", None, "", ...),
    ("rsa_public_key", None, PUBLIC_PEM, PUBLIC_PEM),
    ("rsa_public_key", PUBLIC_PEM.strip(), PUBLIC_PEM, ...),
    ("rsa_public_key", PUBLIC_PEM.replace("\n", "\r\n"), PUBLIC_PEM, ...),
    ("rsa_public_key", PUBLIC_PEM.replace("YS1", "YS2"), PUBLIC_PEM, PUBLIC_PEM),
    ("rsa_public_key", PUBLIC_PEM, "", ...),
]
#: What the attribute needs beside it: its provider, and for organization_scoped a project.
HOME = {
    "ado_org_name": (ADO_SERVICES, {"service_provider": "ado_services", "http_url": "https://dev.azure.com"}),
    "rsa_public_key": (
        DATA_CENTER,
        {"service_provider": "bitbucket_data_center", "http_url": "https://bitbucket.example.com"},
    ),
    "organization_scoped": (GITHUB, {"projects": ("prj-a",)}),
}


def test_every_managed_attribute_is_in_the_table():
    assert {row[0] for row in ATTRIBUTES} == set(MANAGED)


def home(attribute):
    return HOME.get(attribute, (GITHUB, {}))


@pytest.mark.parametrize(("attribute", "has", "states", "sent"), ATTRIBUTES)
def test_update_sends_just_what_is_stated_and_differs(attribute, has, states, sent):
    options, values = home(attribute)
    existing = client(**{**values, attribute: has})
    plan = planning.plan(desire(options, {attribute: states}), existing)
    differs = sent is not ...
    assert dict(plan.attributes) == ({attribute: sent} if differs else {})
    assert (dict(plan.secrets), plan.send_ssh_key, plan.warnings) == ({}, False, ())
    assert (plan.action, plan.changed) == (("updated", True) if differs else ("unchanged", False))
    assert plan.client is existing
    # The diff shows the step, and nothing else. So does the predicted view, which has the IDs of the client.
    for before, after in ((plan.before, plan.after), (existing.public(), plan.predicted)):
        assert set(before) == set(after)
        steps = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        assert {name: step[0] for name, step in steps.items()} == (shown({attribute: has}) if differs else {})
        assert {name: step[1] for name, step in steps.items()} == (shown({attribute: sent}) if differs else {})
    assert (plan.predicted["id"], plan.predicted["oauth_token_id"]) == ("oc-A", "ot-A")


@pytest.mark.parametrize(("attribute", "has"), sorted({(row[0], row[1]) for row in ATTRIBUTES}, key=repr))
def test_what_is_left_out_is_left_alone(attribute, has):
    options, values = home(attribute)
    plan = planning.plan(
        desire(options, {attribute: None}, personal_access_token=None), client(**{**values, attribute: has})
    )
    assert (plan.action, dict(plan.attributes), plan.warnings) == ("unchanged", {}, ())
    assert plan.before == plan.after


@pytest.mark.parametrize(
    ("attribute", "states"),
    [(row[0], row[2]) for row in ATTRIBUTES if row[0] != "rsa_public_key" or row[2]],
)
def test_what_the_server_does_not_tell_is_unknown_and_never_a_change(attribute, states):
    options, values = home(attribute)
    existing = client(without=(attribute,), **{name: value for name, value in values.items() if name != attribute})
    plan = planning.plan(desire(options, {attribute: states}), existing)
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})
    assert not set(shown({attribute: ()})) & {*plan.before, *plan.after}
    assert len(plan.warnings) == 1
    assert attribute in plan.warnings[0]


def test_a_server_that_tells_almost_nothing_causes_no_change_and_one_warning():
    sparse = OAuthClient("vcs-A", "acme", SPARSE, ("vcs-A",))
    plan = planning.plan(
        desire(
            GITHUB, name="x", organization_scoped=True, projects=["prj-a"], agent_pool="", personal_access_token=PAT
        ),
        sparse,
    )
    assert plan.action == "unchanged"
    assert len(plan.warnings) == 1
    assert list(plan.predicted) == list(client().public())
    assert plan.predicted["organization_scoped"] is None
    assert plan.predicted["oauth_token_id"] == "vcs-A"


def test_several_differences_are_sent_together_and_nothing_of_what_agrees():
    existing = client(name="old", projects=("prj-a",), agent_pool="apool-1")
    states = {"name": "new", "projects": ["prj-b"], "agent_pool": "apool-1", "organization_scoped": True}
    plan = planning.plan(desire(GITHUB, states), existing)
    assert dict(plan.attributes) == {"name": "new", "projects": ("prj-b",)}


def test_clients_and_tokens_are_not_changed_by_planning():
    existing = client(projects=("prj-b", "prj-a"))
    before = dict(existing.values)
    planning.plan(desire(GITHUB, name="new", projects=[]), existing)
    assert existing.values == before


# -- fixed attributes


@pytest.mark.parametrize(
    ("options", "values", "named"),
    [
        (
            {**GITHUB, "api_url": "https://api.example.com"},
            {},
            ["api_url", "https://api.github.com", "https://api.example.com"],
        ),
        (
            {"oauth_client_id": "oc-A", "service_provider": "gitlab_hosted"},
            {},
            ["service_provider", "github", "gitlab_hosted"],
        ),
        (
            {"oauth_client_id": "oc-A", "http_url": "https://ghe.example.com"},
            {},
            ["http_url", "https://github.com", "https://ghe.example.com"],
        ),
        (
            {"oauth_client_id": "oc-A", "http_url": "http://github.com"},
            {},
            ["http_url", "https://github.com", "http://github.com"],
        ),
        (
            {"oauth_client_id": "oc-A", "api_url": "https://api.example.com"},
            {},
            ["api_url", "https://api.github.com", "https://api.example.com"],
        ),
    ],
)
def test_another_value_stated_for_a_fixed_attribute_fails_with_both_values_and_the_way_to_migrate(
    options, values, named
):
    with pytest.raises(FixedAttribute) as raised:
        planning.plan(desire(options), client(**values))
    for word in (*named, "oc-A", "acme", "match_by=url_and_name", "oauth_token_id"):
        assert word in raised.value.message
    assert raised.value.code == "fixed_attribute"


@pytest.mark.parametrize(
    ("options", "values"),
    [
        # Derived, so not stated.
        (GITHUB, {"api_url": "https://api.example.com"}),
        ({**ADO_SERVICES}, {"service_provider": "ado_services", "api_url": "https://app.vssps.visualstudio.com"}),
        # Other spellings of the same.
        ({**GITHUB, "api_url": "https://API.github.com:443/"}, {"api_url": "https://api.github.com"}),
        ({"oauth_client_id": "oc-A", "http_url": "https://GitHub.com/"}, {}),
        ({"oauth_client_id": "oc-A", **GITHUB}, {}),
        ({"oauth_client_id": "oc-A"}, {"service_provider": "forge_of_tomorrow"}),
        # Not told, so not contradicted.
        ({**GITHUB, "api_url": "https://api.example.com"}, {"api_url": None}),
        ({"oauth_client_id": "oc-A", "http_url": "https://ghe.example.com"}, {"http_url": None}),
    ],
)
def test_fixed_attributes_that_agree_or_are_not_stated_are_left_alone(options, values):
    plan = planning.plan(desire(options), client(**values))
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})


def test_a_fixed_attribute_that_the_server_does_not_tell_is_left_alone():
    plan = planning.plan(desire(GITHUB, api_url="https://api.example.com"), client(without=("api_url",)))
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})


@pytest.mark.parametrize(
    "options",
    [{"service_provider": "gitlab_hosted"}, {"http_url": "https://ghe.example.com"}],
    ids=["provider", "URL"],
)
def test_a_client_named_by_id_is_not_removed_when_provider_or_url_disagree(options):
    desired = desire(options, oauth_client_id="oc-A", state="absent")
    existing = client(affected_workspaces_count=0)
    with pytest.raises(VcsError, match="oc-A"):
        planning.plan(desired, matching.find(desired, [existing]))


@pytest.mark.parametrize("options", [{}, GITHUB, {"http_url": "https://GitHub.com/"}])
def test_a_client_named_by_id_is_removed_when_provider_and_url_agree_or_are_left_out(options):
    desired = desire(options, oauth_client_id="oc-A", state="absent")
    existing = client(affected_workspaces_count=0)
    assert planning.plan(desired, matching.find(desired, [existing])).action == "deleted"


# -- secrets


@pytest.mark.parametrize(
    ("options", "values", "sent"),
    [
        ({**GITHUB, "personal_access_token": PAT}, {}, []),
        ({**GITHUB, "personal_access_token": PAT, "update_secrets": "always"}, {}, ["personal_access_token"]),
        (
            {"oauth_client_id": "oc-A", "personal_access_token": PAT, "update_secrets": "always"},
            {},
            ["personal_access_token"],
        ),
        # The private key of Azure DevOps Server cannot be replaced.
        (
            {**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM, "update_secrets": "always"},
            {},
            ["personal_access_token"],
        ),
        ({**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM}, {}, []),
        # The consumer key is the one that can be read back.
        ({**DATA_CENTER, "key": "a-consumer-key"}, {"key": "a-consumer-key"}, []),
        ({**DATA_CENTER, "key": "a-consumer-key"}, {"key": "another-key"}, ["key"]),
        ({**DATA_CENTER, "key": "a-consumer-key"}, {"key": None}, []),
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": PEM}, {"key": "another-key"}, ["key"]),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "update_secrets": "always"},
            {"key": "a-consumer-key"},
            ["secret"],
        ),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "update_secrets": "always"},
            {"key": None},
            ["key", "secret"],
        ),
        (
            {**DATA_CENTER, "key": "a-consumer-key", "secret": PEM, "update_secrets": "always"},
            {"key": "another-key"},
            ["key", "secret"],
        ),
    ],
)
def test_secrets_are_sent_to_an_existing_client_when_the_task_says_so(options, values, sent):
    desired = desire(options)
    plan = planning.plan(desired, client(**{**VALUES, **values}))
    assert dict(plan.secrets) == {name: desired.secrets[name] for name in sent}
    assert (plan.action, plan.changed) == (("updated", True) if sent else ("unchanged", False))
    assert dict(plan.attributes) == {}
    added = {name: value for name, value in plan.after.items() if name not in plan.before}
    assert added == dict.fromkeys(sent, planning.SENT)


@pytest.mark.parametrize("update_secrets", ["on_create", "always"])
@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({**GITHUB, "personal_access_token": PAT, "ssh_key": PEM}, {}),
        ({**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM}, {}),
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": "a-consumer-secret"}, {}),
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": "a-consumer-secret"}, {"key": "another-key"}),
        # The server tells the consumer key, too.
        ({**DATA_CENTER, "key": "a-consumer-key", "secret": "a-consumer-secret"}, {"key": "a-consumer-key"}),
    ],
)
def test_no_secret_shows_in_a_plan(options, values, update_secrets):
    desired = desire({"private_key": None, **options, "update_secrets": update_secrets})
    assert is_secret_free(planning.plan(desired, client(**values), OAuthToken("ot-A", has_ssh_key=False)))


def test_an_unknown_consumer_key_is_sent_only_when_the_task_says_so():
    existing = client(without=("key",))
    assert planning.plan(desire(DATA_CENTER, key="a-consumer-key"), existing).action == "unchanged"
    always = planning.plan(desire(DATA_CENTER, key="a-consumer-key", update_secrets="always"), existing)
    assert dict(always.secrets) == {"key": "a-consumer-key"}


def test_that_the_private_key_cannot_be_replaced_is_said():
    options = {**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM}
    assert planning.plan(desire(options), client()).warnings == ()
    (warning,) = planning.plan(desire(options, update_secrets="always"), client()).warnings
    assert "private_key" in warning


@pytest.mark.parametrize(
    ("has", "update_secrets", "sent"),
    [
        (False, "on_create", True),
        (True, "on_create", False),
        (None, "on_create", False),
        (False, "always", True),
        (True, "always", True),
        (None, "always", True),
    ],
)
def test_the_ssh_key_is_set_where_there_is_none_and_replaced_when_the_task_says_so(has, update_secrets, sent):
    token = OAuthToken("ot-A", has_ssh_key=has)
    plan = planning.plan(desire(GITHUB, ssh_key=PEM, update_secrets=update_secrets), client(), token)
    assert (plan.send_ssh_key, plan.changed, plan.action) == (sent, sent, "updated" if sent else "unchanged")
    assert plan.after.get("ssh_key") == (planning.SENT if sent else None)
    assert (dict(plan.secrets), dict(plan.attributes)) == ({}, {})
    assert is_secret_free(plan)


def test_an_ssh_key_without_oauth_token_cannot_be_set_and_that_is_said():
    plan = planning.plan(desire(GITHUB, ssh_key=PEM, update_secrets="always"), client(tokens=()), None)
    assert (plan.send_ssh_key, plan.action) == (False, "unchanged")
    assert len(plan.warnings) == 1
    assert "ssh_key" in plan.warnings[0]


def test_without_ssh_key_in_the_task_the_oauth_token_is_left_alone():
    plan = planning.plan(desire(GITHUB), client(), OAuthToken("ot-A", has_ssh_key=False))
    assert (plan.send_ssh_key, plan.action, plan.warnings) == (False, "unchanged", ())


@pytest.mark.parametrize(
    ("version", "older"),
    [
        ("v202404-2", True),
        ("202409-1", True),
        ("v202507-1", True),
        ("1.0.0", True),
        ("v1.0.2", True),
        ("1.0", True),
        ("0.9.9", True),
        ("1.1.0", False),
        ("1.1", False),
        ("v1.1.3", False),
        ("1.10.0", False),
        ("2.0.0", False),
        ("v10.0.1", False),
        ("", False),
        (None, False),
        ("latest", False),
    ],
)
def test_which_servers_are_known_not_to_replace_a_personal_access_token(version, older):
    assert planning.before_rotation(version) is older


@pytest.mark.parametrize(
    ("options", "version", "warned"),
    [
        ({"personal_access_token": PAT, "update_secrets": "always"}, "v202404-2", True),
        ({"personal_access_token": PAT, "update_secrets": "always"}, "1.0.2", True),
        ({"personal_access_token": PAT, "update_secrets": "always"}, "1.1.0", False),
        ({"personal_access_token": PAT, "update_secrets": "always"}, None, False),
        ({"personal_access_token": PAT}, "v202404-2", False),
        ({"ssh_key": PEM, "update_secrets": "always"}, "v202404-2", False),
        ({"name": "x"}, "v202404-2", False),
    ],
)
def test_rotation_on_a_server_that_may_ignore_it_warns(options, version, warned):
    plan = planning.plan(desire(GITHUB, options), client(), OAuthToken("ot-A", has_ssh_key=True), version)
    assert len(plan.warnings) == warned
    assert all(str(version) in warning for warning in plan.warnings)


# -- scope: who may use the connection

ONE = ("prj-1",)
TRUTH = [
    # client's scope, its projects, stated scope, stated projects: what is sent (None: refused)
    (True, (), None, None, {}),
    (True, ONE, None, None, {}),
    (False, ONE, None, None, {}),
    # useless already, and not the task's business
    (False, (), None, None, {}),
    (True, (), True, None, {}),
    (True, ONE, True, None, {}),
    (False, ONE, True, None, {"organization_scoped": True}),
    (False, (), True, None, {"organization_scoped": True}),
    (True, (), False, None, None),
    (True, ONE, False, None, {"organization_scoped": False}),
    (False, ONE, False, None, {}),
    (False, (), False, None, None),
    (True, (), None, [], {}),
    (True, ONE, None, [], {"projects": ()}),
    (False, ONE, None, [], None),
    (False, (), None, [], None),
    (True, (), None, ["prj-1"], {"projects": ONE}),
    (True, ONE, None, ["prj-1"], {}),
    (False, ONE, None, ["prj-2"], {"projects": ("prj-2",)}),
    (False, (), None, ["prj-1"], {"projects": ONE}),
    (True, (), True, ["prj-1"], {"projects": ONE}),
    (True, (), True, [], {}),
    (False, ONE, True, [], {"organization_scoped": True, "projects": ()}),
    (False, (), True, [], {"organization_scoped": True}),
    (True, (), False, ["prj-1"], {"organization_scoped": False, "projects": ONE}),
    (True, ONE, False, ["prj-1"], {"organization_scoped": False}),
    (True, ONE, False, ["prj-2"], {"organization_scoped": False, "projects": ("prj-2",)}),
    (False, ONE, False, ["prj-1"], {}),
    (False, (), False, ["prj-1"], {"projects": ONE}),
]


@pytest.mark.parametrize(("scoped", "projects", "states_scoped", "states_projects", "sent"), TRUTH)
def test_scope(scoped, projects, states_scoped, states_projects, sent):
    desired = desire(GITHUB, organization_scoped=states_scoped, projects=states_projects)
    existing = client(organization_scoped=scoped, projects=projects)
    if sent is None:
        with pytest.raises(InvalidArgument, match="nobody could use"):
            planning.plan(desired, existing)
        return
    plan = planning.plan(desired, existing)
    assert dict(plan.attributes) == sent
    assert plan.action == ("updated" if sent else "unchanged")


@pytest.mark.parametrize(
    ("without", "values", "states", "sent"),
    [
        (["projects"], {"organization_scoped": True}, {"organization_scoped": False}, ["organization_scoped"]),
        (["projects"], {"organization_scoped": False}, {"organization_scoped": False}, []),
        (["projects"], {"organization_scoped": False}, {"projects": []}, []),
        (["organization_scoped"], {"projects": ()}, {"organization_scoped": False}, []),
        (["organization_scoped"], {"projects": ("prj-1",)}, {"projects": []}, ["projects"]),
        (["organization_scoped", "projects"], {}, {"organization_scoped": False}, []),
    ],
)
def test_a_scope_that_the_server_does_not_tell_is_not_taken_for_useless(without, values, states, sent):
    plan = planning.plan(desire(GITHUB, states), client(without=without, **values))
    assert list(plan.attributes) == sent


def test_a_connection_that_is_useless_already_can_still_be_changed_otherwise():
    plan = planning.plan(desire(GITHUB, name="new"), client(organization_scoped=False, projects=()))
    assert dict(plan.attributes) == {"name": "new"}


# -- absent


def test_where_there_is_nothing_nothing_is_removed():
    plan = planning.plan(desire(GITHUB, state="absent"), None)
    assert (plan.action, plan.changed, plan.client, plan.predicted) == ("absent", False, None, None)
    assert plan.before == plan.after == {}


WORKSPACES = [f"ws-{number}" for number in range(40)]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("values", "number", "words"),
    [
        ({"affected_workspaces_count": 0, "affected_workspaces": []}, 0, []),
        ({"affected_workspaces_count": 0}, 0, []),
        (
            {"affected_workspaces_count": 3, "affected_workspaces": WORKSPACES[:3]},
            3,
            ["3 workspaces: ws-0, ws-1, ws-2."],
        ),
        ({"affected_workspaces_count": 1, "affected_workspaces": ["app"]}, 1, ["1 workspace: app."]),
        # The server names 25 at most.
        (
            {"affected_workspaces_count": 40, "affected_workspaces": WORKSPACES[:25]},
            40,
            ["40 workspaces: ws-0,", "ws-24", "15 more"],
        ),
        ({"affected_workspaces_count": 40}, 40, ["40 workspaces", "40 more"]),
        ({"affected_workspaces": ["app", "infra"]}, 2, ["2 workspaces: app, infra."]),
        # A number that its own list contradicts.
        ({"affected_workspaces_count": 0, "affected_workspaces": ["app"]}, 1, ["1 workspace: app."]),
        ({}, None, []),
        ({"affected_workspaces_count": None}, None, []),
        ({"affected_workspaces_count": None, "affected_workspaces": []}, None, []),
    ],
)
def test_a_connection_that_workspaces_use_is_removed_only_by_force(values, number, words, force):
    existing = client(name="GitHub", **values)
    desired = desire(GITHUB, state="absent", force=force)
    if number and not force:
        with pytest.raises(WorkspacesLinked) as raised:
            planning.plan(desired, existing)
        for word in (*words, "oc-A", "'GitHub'", "acme", "force=true"):
            assert word in raised.value.message
        assert raised.value.code == "workspaces_linked"
        return
    plan = planning.plan(desired, existing)
    assert (plan.action, plan.changed, plan.client) == ("deleted", True, existing)
    assert (dict(plan.attributes), dict(plan.secrets), plan.send_ssh_key) == ({}, {}, False)
    assert plan.before["name"] == "GitHub"
    assert plan.after == {}
    assert plan.predicted == existing.public()
    assert len(plan.warnings) == (number is None)
    assert all("oc-A" in warning for warning in plan.warnings)


def test_to_remove_a_connection_nothing_is_compared_and_nothing_is_sent():
    options = {"name": "x", "organization_scoped": False, "projects": [], "agent_pool": ""}
    desired = desire(GITHUB, options, state="absent", personal_access_token=PAT, update_secrets="always")
    plan = planning.plan(desired, client(affected_workspaces_count=0))
    assert (plan.action, dict(plan.attributes), dict(plan.secrets)) == ("deleted", {}, {})
    assert is_secret_free(plan)


# -- what the server made of it


@pytest.mark.parametrize(
    ("sent", "answer", "contradicted", "untold"),
    [
        ({}, {}, [], []),
        ({"name": "x"}, {"name": "x"}, [], []),
        ({"name": "x"}, {"name": "y"}, ["name"], []),
        ({"name": None}, {"name": "x"}, ["name"], []),
        ({"name": None}, {"name": ""}, [], []),
        ({"organization_scoped": False}, {"organization_scoped": True}, ["organization_scoped"], []),
        ({"projects": ("prj-b", "prj-a")}, {"projects": ("prj-a", "prj-b")}, [], []),
        ({"projects": ("prj-a",)}, {"projects": ("prj-a", "prj-b")}, ["projects"], []),
        ({"projects": ()}, {"projects": ("prj-a",)}, ["projects"], []),
        ({"agent_pool": "apool-1"}, {"agent_pool": None}, ["agent_pool"], []),
        ({"agent_pool": None}, {"agent_pool": None}, [], []),
        ({"http_url": "https://GitHub.com"}, {"http_url": "https://github.com/"}, [], []),
        (
            {"name": "x", "organization_scoped": False, "agent_pool": "apool-1"},
            {"name": "y", "organization_scoped": False, "agent_pool": ...},
            ["name"],
            ["agent_pool"],
        ),
        ({"organization_scoped": False}, {"organization_scoped": ...}, [], ["organization_scoped"]),
    ],
)
def test_what_an_answer_contradicts_and_what_it_does_not_tell(sent, answer, contradicted, untold):
    missing = [name for name, value in answer.items() if value is ...]
    told = {name: value for name, value in answer.items() if value is not ...}
    assert planning.ignored(sent, client(without=missing, **told)) == (contradicted, untold)
