# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which secrets would be sent to an existing connection."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from ansible_collections.hcptf.vcs.plugins.module_utils._model import planning
from ansible_collections.hcptf.vcs.plugins.module_utils._model.oauth_client import OAuthToken
from ansible_collections.hcptf.vcs.plugins.module_utils._model.plan import SENT
from utils.model_objects import ADO_SERVER, DATA_CENTER, GITHUB, PAT, PEM, VALUES, client, desire, is_secret_free


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
        ({**DATA_CENTER, "key": "the-consumer-key"}, {"key": "another-key"}, ["key"]),
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
    assert added == dict.fromkeys(sent, SENT)


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


@pytest.mark.parametrize(
    ("options", "provider"),
    [
        ({"private_key": PEM}, "github"),
        ({"key": "a-consumer-key"}, "gitlab_hosted"),
        ({"personal_access_token": PAT}, "bitbucket_data_center"),
    ],
)
def test_a_secret_that_the_client_selected_by_id_cannot_have_is_refused(options, provider):
    wanted = desire(options, oauth_client_id="oc-A", update_secrets="always")
    with pytest.raises(InvalidArgument, match=f"service_provider={provider}"):
        planning.plan(wanted, client(service_provider=provider))
    for unknown in (client(service_provider="forge_of_tomorrow"), client(without=("service_provider",))):
        assert planning.plan(wanted, unknown).client is unknown


def test_an_unknown_consumer_key_is_sent_only_when_the_task_says_so():
    existing = client(without=("key",))
    assert planning.plan(desire(DATA_CENTER, key="a-consumer-key"), existing).action == "unchanged"
    always = planning.plan(desire(DATA_CENTER, key="a-consumer-key", update_secrets="always"), existing)
    assert dict(always.secrets) == {"key": "a-consumer-key"}


def test_a_private_key_that_cannot_be_replaced_is_a_warning():
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
def test_the_ssh_key_is_set_if_there_is_none_and_replaced_on_request(has, update_secrets, sent):
    token = OAuthToken("ot-A", has_ssh_key=has)
    plan = planning.plan(desire(GITHUB, ssh_key=PEM, update_secrets=update_secrets), client(), token)
    assert (plan.send_ssh_key, plan.changed, plan.action) == (sent, sent, "updated" if sent else "unchanged")
    assert plan.after.get("ssh_key") == (SENT if sent else None)
    assert (dict(plan.secrets), dict(plan.attributes)) == ({}, {})
    assert is_secret_free(plan)


def test_an_ssh_key_without_oauth_token_is_a_warning():
    plan = planning.plan(desire(GITHUB, ssh_key=PEM, update_secrets="always"), client(tokens=()), None)
    assert (plan.send_ssh_key, plan.action) == (False, "unchanged")
    assert ["ssh_key" in warning for warning in plan.warnings] == [True, False]


def test_without_ssh_key_in_the_task_the_oauth_token_is_kept():
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


PATH = "/auth/0123/verify"


@pytest.mark.parametrize(
    ("options", "values", "advice"),
    [
        (GITHUB, {}, "update_secrets=always"),
        (GITHUB, {"connect_path": ""}, "update_secrets=always"),
        ({**GITHUB, "personal_access_token": PAT}, {}, "update_secrets=always"),
        (GITHUB, {"connect_path": PATH}, f"in the browser at {PATH}"),
        # The token that is sent completes the connection.
        ({**GITHUB, "personal_access_token": PAT, "update_secrets": "always"}, {"connect_path": PATH}, None),
    ],
)
def test_a_connection_that_no_workspace_can_use_is_a_warning_that_says_how_to_complete_it(options, values, advice):
    existing = client(tokens=(), **values)
    warnings = planning.plan(desire(options), existing).warnings
    assert len(warnings) == (advice is not None)
    assert all(word in warning for warning in warnings for word in ("oc-A", "no OAuth token", advice))
    assert planning.plan(desire(options), client()).warnings == ()


def test_an_ssh_key_that_the_server_does_not_report_is_a_warning_unless_it_is_sent():
    token = OAuthToken("ot-A")
    (warning,) = planning.plan(desire(GITHUB, ssh_key=PEM), client(), token).warnings
    assert "does not report whether OAuth client oc-A has an SSH key" in warning
    assert planning.plan(desire(GITHUB, ssh_key=PEM, update_secrets="always"), client(), token).warnings == ()
    for known in (True, False):
        token = OAuthToken("ot-A", has_ssh_key=known)
        assert planning.plan(desire(GITHUB, ssh_key=PEM), client(), token).warnings == ()
