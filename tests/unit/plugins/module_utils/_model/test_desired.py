# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of one connection to what is wanted: defaults, and what is managed."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import Desired, desired_from_options, label
from ansible_collections.hcptf.vcs.plugins.module_utils._model.option_checks import checked_desired
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.service_providers import SERVICE_PROVIDERS
from utils.connection_options import desire
from utils.model_objects import ADO_SERVER, ADO_SERVICES, DATA_CENTER, GITHUB, GITLAB, PAT, PEM, PUBLIC_PEM

# -- what is wanted


def test_the_smallest_task():
    desired = desire(GITHUB)
    assert (desired.organization, desired.label, desired.present) == ("acme", "github github.com", True)
    assert desired.provider is SERVICE_PROVIDERS["github"]
    assert (desired.http_url, desired.api_url) == ("https://github.com", "https://api.github.com")
    assert (desired.oauth_client_id, desired.api_url_given, desired.match_name) == (None, False, False)
    assert (dict(desired.attributes), dict(desired.secrets), desired.ssh_key) == ({}, {}, None)
    assert (desired.send_secrets, desired.force, desired.warnings) == (False, False, ())


def test_options_that_ansible_left_out_of_the_dictionary_are_left_out():
    assert checked_desired({"service_provider": "github"}, "acme") == desire(GITHUB)


def test_a_connection_that_could_not_be_read_has_the_defaults_of_the_options():
    assert Desired("acme", "connection") == desired_from_options({}, "acme")


@pytest.mark.parametrize(
    ("options", "http_url", "api_url", "given"),
    [
        (GITHUB, "https://github.com", "https://api.github.com", False),
        ({"service_provider": "gitlab_hosted"}, "https://gitlab.com", "https://gitlab.com/api/v4", False),
        (ADO_SERVICES, "https://dev.azure.com", "https://dev.azure.com", False),
        ({"service_provider": "bitbucket_hosted"}, "https://bitbucket.org", "https://api.bitbucket.org/2.0", False),
        (GITLAB, "https://gitlab.example.com", "https://gitlab.example.com/api/v4", False),
        # They are sent as they were written, less white space and final slashes.
        (
            {**GITLAB, "http_url": " https://GitLab.example.com:443/Sub/ "},
            "https://GitLab.example.com:443/Sub",
            "https://GitLab.example.com:443/Sub/api/v4",
            False,
        ),
        (
            {**GITLAB, "api_url": "https://api.example.com/V4//"},
            "https://gitlab.example.com",
            "https://api.example.com/V4",
            True,
        ),
        # A given URL wins over the derived one.
        (
            {
                "service_provider": "github_enterprise",
                "http_url": "https://acme.ghe.com",
                "api_url": "https://a.ghe.com",
            },
            "https://acme.ghe.com",
            "https://a.ghe.com",
            True,
        ),
        # Given as nothing is left out.
        ({**GITHUB, "http_url": "", "api_url": " "}, "https://github.com", "https://api.github.com", False),
        # With an ID, only the URLs that the task sets are given.
        ({**GITHUB, "oauth_client_id": "oc-A"}, None, None, False),
        (
            {**GITLAB, "oauth_client_id": "oc-A"},
            "https://gitlab.example.com",
            "https://gitlab.example.com/api/v4",
            False,
        ),
        ({"oauth_client_id": "oc-A", "api_url": "https://a.example.com"}, None, "https://a.example.com", True),
    ],
)
def test_urls(options, http_url, api_url, given):
    desired = desire(options)
    assert (desired.http_url, desired.api_url, desired.api_url_given) == (http_url, api_url, given)


@pytest.mark.parametrize(
    ("options", "attributes"),
    [
        ({}, {}),
        ({"name": "GitHub"}, {"name": "GitHub"}),
        ({"name": " GitHub\n"}, {"name": "GitHub"}),
        ({"name": ""}, {"name": None}),
        ({"name": "  "}, {"name": None}),
        ({"organization_scoped": True}, {"organization_scoped": True}),
        ({"organization_scoped": False}, {"organization_scoped": False}),
        ({"projects": ["prj-b", "prj-a"]}, {"projects": ("prj-b", "prj-a")}),
        ({"projects": [" platform ", "platform"]}, {"projects": ("platform",)}),
        ({"projects": []}, {"projects": ()}),
        ({"agent_pool": "apool-1"}, {"agent_pool": "apool-1"}),
        ({"agent_pool": ""}, {"agent_pool": None}),
        ({"ado_org_name": "my-company"}, {"ado_org_name": "my-company"}),
        ({"ado_org_name": ""}, {"ado_org_name": None}),
        ({**DATA_CENTER, "rsa_public_key": PUBLIC_PEM.replace("\n", " ")}, {"rsa_public_key": PUBLIC_PEM}),
        # It cannot be removed through the API.
        ({"rsa_public_key": ""}, {}),
        (
            {"name": "x", "organization_scoped": False, "projects": ["prj-a"], "agent_pool": ""},
            {"name": "x", "organization_scoped": False, "projects": ("prj-a",), "agent_pool": None},
        ),
    ],
)
def test_omitted_options_are_kept_and_empty_ones_are_cleared(options, attributes):
    assert dict(desire(ADO_SERVICES, options).attributes) == attributes


@pytest.mark.parametrize(
    ("options", "secrets", "ssh_key"),
    [
        ({**GITHUB, "personal_access_token": f"{PAT}\n"}, {"personal_access_token": PAT}, None),
        ({**GITHUB, "personal_access_token": ""}, {}, None),
        ({**GITHUB, "personal_access_token": " \n", "ssh_key": ""}, {}, None),
        ({**GITHUB, "ssh_key": PEM.replace("\n", "\r\n")}, {}, PEM),
        (
            {**ADO_SERVER, "personal_access_token": PAT, "private_key": PEM.replace("\n", " ")},
            {"personal_access_token": PAT, "private_key": PEM},
            None,
        ),
        (
            {**DATA_CENTER, "key": "a-consumer-key\n", "secret": PEM.replace("\n", "\r\n")},
            {"key": "a-consumer-key", "secret": PEM},
            None,
        ),
    ],
)
def test_secrets_are_clean_and_only_those_that_are_given(options, secrets, ssh_key):
    desired = desire(options)
    assert dict(desired.secrets) == secrets
    assert desired.ssh_key == ssh_key


def test_nothing_secret_shows_in_what_is_wanted():
    desired = desire(DATA_CENTER, key="a-consumer-key", secret="a-consumer-secret", ssh_key=PEM)
    assert not [
        secret for secret in ("a-consumer-key", "a-consumer-secret", PEM.splitlines()[1]) if secret in repr(desired)
    ]
    desired = desire(ADO_SERVER, personal_access_token=PAT, private_key=PEM)
    assert not [
        secret
        for secret in (PAT, PEM.splitlines()[1])
        if secret in f"{desired!r} {desired.description} {desired.identity}"
    ]


@pytest.mark.parametrize(
    ("options", "attribute", "value"),
    [
        ({"state": "absent"}, "present", False),
        ({"match_by": "url_and_name", "name": "x"}, "match_name", True),
        ({"update_secrets": "always", "personal_access_token": PAT}, "send_secrets", True),
        ({"update_secrets": "on_create", "personal_access_token": PAT}, "send_secrets", False),
        ({"force": True}, "force", True),
        ({"missing_in_check_mode": "predict"}, "predict_missing", True),
        ({"missing_in_check_mode": "fail"}, "predict_missing", False),
        ({"oauth_client_id": " oc-A "}, "oauth_client_id", "oc-A"),
        ({"oauth_client_id": ""}, "oauth_client_id", None),
    ],
)
def test_further_options(options, attribute, value):
    assert getattr(desire(GITHUB, options), attribute) == value


# -- labels


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({**GITHUB, "name": "My GitHub"}, "My GitHub"),
        (GITHUB, "github github.com"),
        ({**GITHUB, "name": ""}, "github github.com"),
        (
            {"service_provider": "ado_server", "http_url": "https://ADO.example.com:8443/tfs/"},
            "ado_server ado.example.com:8443/tfs",
        ),
        ({**ADO_SERVICES, "ado_org_name": "my-company"}, "ado_services dev.azure.com my-company"),
        ({"oauth_client_id": "oc-A"}, "oc-A"),
        ({**GITHUB, "oauth_client_id": "oc-A"}, "oc-A"),
        ({**GITLAB, "oauth_client_id": "oc-A"}, "gitlab_enterprise_edition gitlab.example.com"),
    ],
)
def test_label(options, expected):
    assert desire(options).label == expected


def test_even_a_connection_that_says_nothing_has_a_label():
    assert label({}, None, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GITHUB, ["github", "https://github.com"]),
        ({"oauth_client_id": "oc-A"}, ["OAuth client oc-A"]),
        ({**ADO_SERVICES, "ado_org_name": "my-company"}, ["ado_services", "https://dev.azure.com", "my-company"]),
        ({**GITHUB, "match_by": "url_and_name", "name": "team-a"}, ["github", "'team-a'"]),
    ],
)
def test_messages_say_which_connection(options, words):
    description = desire(options).description
    assert [word for word in words if word not in description] == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"name": "team-a"}, False),
        ({"name": "team-a", "match_by": "url_and_name"}, True),
        ({"name": "team-a", "state": "absent"}, True),
        ({"state": "absent"}, False),
    ],
)
def test_messages_give_the_name_only_if_it_selects_the_connection(options, named):
    assert (" named " in desire(GITHUB, options).description) is named


# -- identity

SAME = [
    ("spelling of the URL", GITLAB, {**GITLAB, "http_url": "HTTPS://GitLab.example.com:443/"}),
    ("default URL given", GITHUB, {**GITHUB, "http_url": "https://github.com/"}),
    ("another API URL", GITLAB, {**GITLAB, "api_url": "https://api.example.com"}),
    ("another name", {**GITHUB, "name": "a"}, {**GITHUB, "name": "b"}),
    ("another state", GITHUB, {**GITHUB, "state": "absent"}),
    ("other attributes", GITHUB, {**GITHUB, "organization_scoped": True, "projects": ["prj-a"], "agent_pool": "x"}),
    ("case of the Azure organization", {**ADO_SERVICES, "ado_org_name": "X"}, {**ADO_SERVICES, "ado_org_name": "x"}),
    ("one ID", {"oauth_client_id": "oc-A"}, {"oauth_client_id": "oc-A", **GITHUB}),
    (
        "one name",
        {**GITHUB, "name": "a", "match_by": "url_and_name"},
        {**GITHUB, "name": " a", "match_by": "url_and_name"},
    ),
]

DIFFERENT = [
    ("provider", {**GITLAB, "service_provider": "gitlab_community_edition"}, GITLAB),
    ("host", GITLAB, {**GITLAB, "http_url": "https://gitlab2.example.com"}),
    ("http", GITLAB, {**GITLAB, "http_url": "http://gitlab.example.com"}),
    (
        "case of the path",
        {**GITLAB, "http_url": "https://a.example.com/X"},
        {**GITLAB, "http_url": "https://a.example.com/x"},
    ),
    ("Azure organization", {**ADO_SERVICES, "ado_org_name": "a"}, {**ADO_SERVICES, "ado_org_name": "b"}),
    ("ID", {"oauth_client_id": "oc-A"}, {"oauth_client_id": "oc-B"}),
    (
        "name that identifies",
        {**GITHUB, "name": "a", "match_by": "url_and_name"},
        {**GITHUB, "name": "A", "match_by": "url_and_name"},
    ),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_entries_for_one_connection_have_one_identity(one, other):
    assert desire(one, organization="acme").identity == desire(other, organization="ACME").identity
    assert len({desire(one).identity, desire(other).identity}) == 1


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in DIFFERENT], ids=[row[0] for row in DIFFERENT])
def test_entries_for_different_connections_have_different_identities(one, other):
    assert desire(one).identity != desire(other).identity


@pytest.mark.parametrize("options", [GITHUB, {"oauth_client_id": "oc-A"}], ids=["by URL", "by ID"])
def test_another_organization_is_another_connection(options):
    assert desire(options, organization="acme").identity != desire(options, organization="beta").identity


@pytest.mark.parametrize(
    ("removal", "other", "possible"),
    [
        (GITHUB, {**GITHUB, "name": "a"}, True),
        (GITHUB, {**GITHUB, "name": "a", "match_by": "url_and_name"}, True),
        ({**GITLAB, "http_url": "https://GitLab.example.com/"}, GITLAB, True),
        (ADO_SERVICES, {**ADO_SERVICES, "ado_org_name": "mine"}, True),
        ({**ADO_SERVICES, "ado_org_name": "Mine"}, {**ADO_SERVICES, "ado_org_name": "mINE"}, True),
        ({**ADO_SERVICES, "ado_org_name": "mine"}, {**ADO_SERVICES, "ado_org_name": "other"}, False),
        ({**ADO_SERVICES, "ado_org_name": "mine"}, {**ADO_SERVICES, "name": "mine"}, False),
        ({**ADO_SERVICES, "ado_org_name": "mine"}, ADO_SERVICES, False),
        (GITLAB, GITHUB, False),
        (GITHUB, GITLAB, False),
        (GITLAB, {**GITLAB, "http_url": "https://gitlab2.example.com"}, False),
        ({**GITLAB, "http_url": "https://gitlab2.example.com"}, GITLAB, False),
        # Each of these selects one client.
        ({**GITHUB, "name": "a"}, {**GITHUB, "name": "a"}, False),
        ({**GITHUB, "oauth_client_id": "oc-A"}, GITHUB, False),
        (GITHUB, {**GITHUB, "oauth_client_id": "oc-A"}, False),
    ],
)
def test_a_removal_that_could_mean_another_connection_of_the_task(removal, other, possible):
    unspecific, wanted = desire(removal, state="absent"), desire(other)
    assert unspecific.removes_any_like(wanted) is possible
    assert wanted.removes_any_like(unspecific) is False


def test_a_removal_concerns_its_own_organization_only():
    assert desire(GITHUB, organization="ACME", state="absent").removes_any_like(desire(GITHUB, organization="acme"))
    assert not desire(GITHUB, organization="acme", state="absent").removes_any_like(desire(GITHUB, organization="beta"))


# -- warnings


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({**GITLAB, "http_url": "http://gitlab.example.com"}, True),
        ({**GITLAB, "http_url": "HTTP://gitlab.example.com"}, True),
        ({**GITLAB, "api_url": "http://gitlab.example.com/api/v4"}, True),
        ({**GITLAB, "http_url": "http://gitlab.example.com", "state": "absent"}, False),
        (GITLAB, False),
        ({**GITLAB, "http_url": "https://http.example.com"}, False),
    ],
)
def test_plain_http_warns_that_the_token_is_not_encrypted(options, warned):
    warnings = desire(options).warnings
    assert len(warnings) == warned
    assert all("http" in warning and "unencrypted" in warning for warning in warnings)
