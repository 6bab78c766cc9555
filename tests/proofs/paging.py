# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a list in pages with the product, from a transport in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofs import offline, scene

if TYPE_CHECKING:
    from proofs.offline import Transport

PATH = "/organizations/acme/oauth-clients"


def read(transport: Transport) -> list[str] | None:
    """The IDs of the list as the product reads it, None for an error."""
    params = scene.task(offline.ADDRESS)
    with offline.talking_to(transport):
        client = scene.product("_tfe.client").TfeClient(
            scene.product("_tfe.settings").resolve_settings(params, {}, None)
        )
        try:
            return [resource["id"] for resource in client.get_all(PATH, "list")]
        except scene.product("_base.errors").InvalidAnswer:
            return None
