# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of secret options are found at any depth of a task's arguments."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.argument_specs import CONNECTION, TFE
from ansible_collections.hcptf.vcs.plugins.module_utils._tasks.secret_values import secret_values
from utils.fake_keys import public_key

#: test_argument_specs.py says which options these must be.
SECRET = [name for name, option in {**TFE, **CONNECTION}.items() if option.get("no_log")]


def test_secret_values_has_all_secret_options_at_any_depth():
    secrets = {name: f"a-value-of-{name}" for name in SECRET}
    headers = {"tfe_headers": {"X-Gateway-Key": secrets["tfe_headers"]}}
    public = {"name": "x", "update_secrets": "always", "rsa_public_key": public_key("x"), "oauth_client_id": "oc-A"}
    connection = {**public, **{name: value for name, value in secrets.items() if name in CONNECTION}}
    shared = {name: value for name, value in secrets.items() if name in TFE} | headers
    assert set(secret_values({**connection, **shared})) == set(secrets.values())
    second = {"private_key": "another-private-key", "secret": None, "key": ""}
    many = {**shared, "organization": "acme", "connections": [connection, second]}
    assert set(secret_values(many)) == {*secrets.values(), "another-private-key"}


@pytest.mark.parametrize("params", [{}, {"connections": []}, {"connections": None}, {"tfe_token": None, "key": ""}])
def test_no_secret_option_gives_no_secret_value(params):
    assert list(secret_values(params)) == []
