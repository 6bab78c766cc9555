# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The attributes of an OAuth client: one table for reading, comparing, sending and showing them."""

from __future__ import annotations

import typing as t
import unicodedata


class Attribute(t.NamedTuple):
    """One attribute. JSON:API spells its name with hyphens.

    ``managed``: an option of the same name sets it. ``read``: it is in the server's ``attributes``; the others are
    relationships. ``in_view``: tasks return it under this name. ``in_diff``: diffs show it. ``trimmed``: white space
    around its value is removed, and an empty string clears it.
    """

    name: str
    managed: bool = False
    read: bool = True
    in_view: bool = True
    in_diff: bool = False
    trimmed: bool = False


#: In the order of the view that tasks return.
ATTRIBUTES = (
    Attribute("name", managed=True, in_diff=True, trimmed=True),
    Attribute("service_provider", in_diff=True),
    Attribute("service_provider_display_name"),
    Attribute("http_url", in_diff=True),
    Attribute("api_url", in_diff=True),
    Attribute("ado_org_name", managed=True, in_diff=True, trimmed=True),
    Attribute("organization_scoped", managed=True, in_diff=True),
    # Relationships: the view has the projects sorted, and the agent pool as agent_pool_id.
    Attribute("projects", managed=True, read=False, in_view=False, in_diff=True),
    Attribute("agent_pool", managed=True, read=False, in_view=False, in_diff=True, trimmed=True),
    Attribute("key", in_view=False),
    Attribute("rsa_public_key", managed=True, in_diff=True),
    Attribute("callback_url"),
    Attribute("connect_path"),
    Attribute("created_at"),
    # Shown only if the task asks for them.
    Attribute("affected_workspaces", in_view=False),
    Attribute("affected_workspaces_count", in_view=False),
)

MANAGED = tuple(attribute.name for attribute in ATTRIBUTES if attribute.managed)
READ = tuple(attribute.name for attribute in ATTRIBUTES if attribute.read)
IN_VIEW = tuple(attribute.name for attribute in ATTRIBUTES if attribute.in_view)
IN_DIFF = tuple(attribute.name for attribute in ATTRIBUTES if attribute.in_diff)
TRIMMED = tuple(attribute.name for attribute in ATTRIBUTES if attribute.trimmed)


def tidy(text: str) -> str | None:
    """The text without white space around it, in the Unicode form in which equal texts compare equal. None if blank."""
    return unicodedata.normalize("NFC", text.strip()) or None
