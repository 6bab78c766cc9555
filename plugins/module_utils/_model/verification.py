# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Compares the stored values of a server with the request. Uses no network."""

from __future__ import annotations

import typing as t

from .comparison import differs
from .desired import Desired
from .oauth_client import OAuthClient


def rejected_changes(sent: t.Mapping[str, t.Any], client: OAuthClient) -> tuple[list[str], list[str]]:
    """The sent attributes that the server's answer contradicts, and those that it does not report."""
    contradicted = [name for name, value in sent.items() if differs(name, value, client)]
    unreported = [name for name in sent if name not in client.values]
    return contradicted, unreported


def changed_identity(desired: Desired, client: OAuthClient) -> list[str]:
    """The identifying attributes that the server stored with another value, so later runs would not find the client.

    An attribute that the server does not return counts too, if the connection cannot be found without it.
    """
    wanted = {"service_provider": desired.provider and desired.provider.value, "http_url": desired.http_url}
    wanted.update({name: desired.attributes.get(name) for name in ("name", "ado_org_name")})
    return [
        name
        for name, value in wanted.items()
        if value and (differs(name, value, client) if name in client.values else desired.identifies(name))
    ]
