# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of oauth_client_info for tests of what an audit makes of them."""

from __future__ import annotations

from typing import Any

NOW = "2026-11-25T12:00:00Z"


def connection(**values: Any) -> dict[str, Any]:
    """A connection in good order but for these values. Give each its own ``id`` and ``http_url``."""
    return {
        "id": "oc-1",
        "organization": "acme",
        "name": "GitHub",
        "service_provider": "github",
        "service_provider_display_name": "GitHub",
        "http_url": "https://github.com",
        "ado_org_name": None,
        "created_at": "2026-11-01T12:00:00.000Z",
        "organization_scoped": True,
        "projects": [],
        "oauth_token_id": "ot-1",
        "oauth_tokens": [{"id": "ot-1", "created_at": "2026-11-15T11:59:59.999Z", "service_provider_user": "acme-bot"}],
        "affected_workspaces": ["shop"],
        "affected_workspaces_count": 1,
        "health": {"status": "ok", "reason": None},
        **values,
    }


def answer(*connections: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What oauth_client_info returns for these connections."""
    return {
        "organizations": ["acme"],
        "unread": [],
        "oauth_clients": list(connections),
        "tfe_address": "https://app.terraform.io",
        **values,
    }


FAILING: dict[str, Any] = {"health": {"status": "failing", "reason": "GitHub did not accept the token."}}
UNKNOWN: dict[str, Any] = {"health": {"status": "unknown", "reason": "The server is having problems."}}
NO_TOKEN: dict[str, Any] = {**UNKNOWN, "oauth_token_id": None, "oauth_tokens": []}
UNUSED: dict[str, Any] = {"affected_workspaces": [], "affected_workspaces_count": 0}
UNREAD: dict[str, Any] = {"organization": "gone", "code": "not_found_or_forbidden", "message": "Could not read 'gone'."}


def errors(*messages: str, count: int | None = None, **values: Any) -> dict[str, Any]:
    """The values of a connection with these recent errors, the newest first."""
    event = {"level": "error", "created_at": NOW, "suggested_action": None, "oauth_token_id": "ot-1", **values}
    events = [{**event, "message": message} for message in messages]
    return {"vcs_events": events, "vcs_events_count": len(events) if count is None else count}


#: What people and servers can put into a name or a message.
EVIL = [
    "=1+1",
    "  =1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    "x;=1+1",
    "two\nfailing  acme  forged",
    'quote"back\\slash,comma',
    "<script>alert(1)</script>",
    "\x1b[2K\x1b[31mred\x07",
    "\u202egnp.exe\u2028\u200b",
    "{{ lookup('env', 'TFE_TOKEN') }}",
    "日本語" * 60,
    "a\u0301" + "\u0301" * 3000,
    "n" * 5000,
    "many words " * 900,
    "",
]
