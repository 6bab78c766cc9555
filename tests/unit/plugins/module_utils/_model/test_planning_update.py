# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be sent to change a connection, and what cannot be changed."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import FixedAttribute, InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._model import planning
from ansible_collections.hcptf.vcs.plugins.module_utils._model.attributes import MANAGED
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthClient
from utils.fake_keys import public_key
from utils.model_objects import ADO_SERVICES, DATA_CENTER, GITHUB, PAT, PUBLIC_PEM, SPARSE, client, desire, shown

# -- update

#: attribute, what the client has, what the task sets, what is sent (nothing: equal)
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
    ("rsa_public_key", public_key("of somebody else"), PUBLIC_PEM, PUBLIC_PEM),
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


@pytest.mark.parametrize(("attribute", "has", "wanted", "sent"), ATTRIBUTES)
def test_update_sends_only_given_options_that_differ(attribute, has, wanted, sent):
    options, values = home(attribute)
    existing = client(**{**values, attribute: has})
    plan = planning.plan(desire(options, {attribute: wanted}), existing)
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
def test_omitted_options_are_kept(attribute, has):
    options, values = home(attribute)
    plan = planning.plan(
        desire(options, {attribute: None}, personal_access_token=None), client(**{**values, attribute: has})
    )
    assert (plan.action, dict(plan.attributes), plan.warnings) == ("unchanged", {}, ())
    assert plan.before == plan.after


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [(row[0], row[2]) for row in ATTRIBUTES if row[0] != "rsa_public_key" or row[2]],
)
def test_unreported_attributes_are_never_changes(attribute, wanted):
    options, values = home(attribute)
    existing = client(without=(attribute,), **{name: value for name, value in values.items() if name != attribute})
    plan = planning.plan(desire(options, {attribute: wanted}), existing)
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})
    assert not set(shown({attribute: ()})) & {*plan.before, *plan.after}
    assert len(plan.warnings) == 1
    assert attribute in plan.warnings[0]


def test_a_server_that_reports_almost_nothing_causes_no_change_and_one_warning():
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
    wanted = {"name": "new", "projects": ["prj-b"], "agent_pool": "apool-1", "organization_scoped": True}
    plan = planning.plan(desire(GITHUB, wanted), existing)
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
def test_another_value_for_a_fixed_attribute_fails_and_explains_the_migration(options, values, named):
    with pytest.raises(FixedAttribute) as raised:
        planning.plan(desire(options), client(**values))
    for word in (*named, "oc-A", "acme", "match_by=url_and_name", "hcptf.vcs.migrate"):
        assert word in raised.value.message
    assert raised.value.code == "fixed_attribute"


@pytest.mark.parametrize(
    ("options", "values"),
    [
        # Derived, so it is not compared.
        (GITHUB, {"api_url": "https://api.example.com"}),
        ({**ADO_SERVICES}, {"service_provider": "ado_services", "api_url": "https://app.vssps.visualstudio.com"}),
        # Other spellings of the same.
        ({**GITHUB, "api_url": "https://API.github.com:443/"}, {"api_url": "https://api.github.com"}),
        ({"oauth_client_id": "oc-A", "http_url": "https://GitHub.com/"}, {}),
        ({"oauth_client_id": "oc-A", **GITHUB}, {}),
        ({"oauth_client_id": "oc-A"}, {"service_provider": "forge_of_tomorrow"}),
        # Not reported, so it cannot differ.
        ({**GITHUB, "api_url": "https://api.example.com"}, {"api_url": None}),
        ({"oauth_client_id": "oc-A", "http_url": "https://ghe.example.com"}, {"http_url": None}),
    ],
)
def test_fixed_attributes_that_agree_or_are_omitted_are_kept(options, values):
    plan = planning.plan(desire(options), client(**values))
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})


def test_an_unreported_fixed_attribute_is_kept():
    plan = planning.plan(desire(GITHUB, api_url="https://api.example.com"), client(without=("api_url",)))
    assert (plan.action, dict(plan.attributes)) == ("unchanged", {})


# -- scope: who may use the connection

ONE = ("prj-1",)
TRUTH = [
    # client's scope, its projects, the scope and projects that the task sets: what is sent (None: refused)
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


@pytest.mark.parametrize(("scoped", "projects", "wanted_scoped", "wanted_projects", "sent"), TRUTH)
def test_scope(scoped, projects, wanted_scoped, wanted_projects, sent):
    desired = desire(GITHUB, organization_scoped=wanted_scoped, projects=wanted_projects)
    existing = client(organization_scoped=scoped, projects=projects)
    if sent is None:
        with pytest.raises(InvalidArgument, match="nobody could use"):
            planning.plan(desired, existing)
        return
    plan = planning.plan(desired, existing)
    assert dict(plan.attributes) == sent
    assert plan.action == ("updated" if sent else "unchanged")


@pytest.mark.parametrize(
    ("without", "values", "wanted", "sent"),
    [
        (["projects"], {"organization_scoped": True}, {"organization_scoped": False}, ["organization_scoped"]),
        (["projects"], {"organization_scoped": False}, {"organization_scoped": False}, []),
        (["projects"], {"organization_scoped": False}, {"projects": []}, []),
        (["organization_scoped"], {"projects": ()}, {"organization_scoped": False}, []),
        (["organization_scoped"], {"projects": ("prj-1",)}, {"projects": []}, ["projects"]),
        (["organization_scoped", "projects"], {}, {"organization_scoped": False}, []),
    ],
)
def test_an_unreported_scope_is_not_refused(without, values, wanted, sent):
    plan = planning.plan(desire(GITHUB, wanted), client(without=without, **values))
    assert list(plan.attributes) == sent


def test_an_unusable_connection_can_still_be_changed():
    plan = planning.plan(desire(GITHUB, name="new"), client(organization_scoped=False, projects=()))
    assert dict(plan.attributes) == {"name": "new"}


GITHUB_PAT = "ghp_" + "x" * 36


@pytest.mark.parametrize("selected", [{"oauth_client_id": "oc-A"}, {"service_provider": "gitlab_hosted"}])
def test_a_token_of_another_provider_is_refused_only_where_it_is_sent(selected):
    existing = client(service_provider="gitlab_hosted", http_url="https://gitlab.com")
    given = {**selected, "personal_access_token": GITHUB_PAT}
    with pytest.raises(InvalidArgument, match="not sent: it begins like a token of GitHub"):
        planning.plan(desire(given, update_secrets="always"), existing)
    assert planning.plan(desire(given), existing).action == "unchanged"


def test_a_token_for_a_provider_of_which_nothing_is_known_is_sent():
    existing = client(service_provider="forge_of_tomorrow")
    given = {"oauth_client_id": "oc-A", "personal_access_token": GITHUB_PAT, "update_secrets": "always"}
    assert planning.plan(desire(given), existing).action == "updated"
