# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The GitHub App installations that the user of an API token can see.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/github-app-installations).
"""

from __future__ import annotations

import typing as t

from .client import TfeClient
from .json_api import attributes_of, hyphens, resource_of

_ATTRIBUTES = ("name", "installation_id", "installation_type", "icon_url", "installation_url")


def list_installations(client: TfeClient, name: str | None, installation_id: int | None) -> list[dict[str, t.Any]]:
    """The installations in the words of the results, filtered by GitHub's name or number of each if given.

    Also works with servers that ignore the filter. Raises the VcsError of TfeClient.
    """
    what = "list the GitHub App installations"
    wanted = {"name": name, "installation_id": installation_id}
    query = {f"filter[{key}]": value for key, value in wanted.items() if value is not None}
    failed = client.could_not(what)
    found = [_installation(resource, failed) for resource in client.get_all("/github-app/installations", what, query)]
    return [one for one in found if all(value in (None, one[key]) for key, value in wanted.items())]


def _installation(resource: t.Any, failed: str) -> dict[str, t.Any]:
    data = resource_of(resource, "github-app-installations", failed)
    attributes = attributes_of(data)
    return {"id": data["id"], **{name: attributes.get(hyphens(name)) for name in _ATTRIBUTES}}
