# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one connection as Ansible hands them over, and what the core makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import VcsError
from ansible_collections.hcptf.vcs.plugins.module_utils._model.option_checks import checked_desired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.hcptf.vcs.plugins.module_utils._model.desired import Desired

#: What Ansible hands over for options that are left out.
LEFT_OUT: dict[str, Any] = {
    "organization": None,
    "state": "present",
    "oauth_client_id": None,
    "service_provider": None,
    "http_url": None,
    "api_url": None,
    "name": None,
    "match_by": "url",
    "ado_org_name": None,
    "personal_access_token": None,
    "private_key": None,
    "key": None,
    "secret": None,
    "rsa_public_key": None,
    "ssh_key": None,
    "update_secrets": "on_create",
    "organization_scoped": None,
    "projects": None,
    "agent_pool": None,
    "force": False,
}


def desire(*options: Mapping[str, Any], organization: str = "acme", **more: Any) -> Desired:
    """The connection that these options describe."""
    merged = dict(LEFT_OUT)
    for part in options:
        merged.update(part)
    return checked_desired({**merged, **more}, organization)


def refusal(*options: Mapping[str, Any], **more: Any) -> VcsError:
    """The error that these options end in."""
    with pytest.raises(VcsError) as raised:
        desire(*options, **more)
    return raised.value
