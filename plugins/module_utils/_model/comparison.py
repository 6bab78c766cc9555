# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Compares an attribute that a task sets with the value that the server returned."""

from __future__ import annotations

import typing as t

from .._base import urls
from .oauth_client import OAuthClient


def differs(name: str, value: t.Any, client: OAuthClient) -> bool:
    """Whether the server returned a different value than the task sets. Without a returned value, nothing differs."""
    if name not in client.values:
        return False
    known = client.values[name]
    if name == "projects":
        return set(value or ()) != set(known or ())
    if name in ("http_url", "api_url"):
        return urls.normalize(value) != urls.normalize(known)
    if name == "ado_org_name":
        return str(value or "").lower() != str(known or "").lower()
    if name == "rsa_public_key":
        return str(value or "").split() != str(known or "").split()
    same: bool = (value or None) == (known or None)
    return not same
