# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Lists GitHub App installations, whose IDs take the place of OAuth tokens."""

from __future__ import annotations

import typing as t

from .._base.errors import Forbidden, NotFoundOrForbidden, Unsupported
from .._tfe.github_app import list_installations
from .run import Kept, Run, guarded

_USERS_ONLY = (
    "GitHub App installations are visible only to the API token of a user who has authorized the GitHub App in the "
    "browser (user settings, Tokens). Team and organization tokens cannot see any. Terraform Enterprise also needs a "
    "GitHub App that a site admin has set up."
)


def run_github_app_installation_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """List the installations that match the filters. A warning explains an empty list."""

    def work(run: Run) -> dict[str, t.Any]:
        name = (params.get("name") or "").strip() or None
        with run.connect() as client:
            try:
                found = list_installations(client, name, params.get("installation_id"))
            except (NotFoundOrForbidden, Forbidden, Unsupported) as error:
                raise type(error)(f"{error.message} {_USERS_ONLY}", error.status, error.errors) from None
        if not found:
            run.warnings.append(f"No such GitHub App installation was found. {_USERS_ONLY}")
        return {"changed": False, "installations": found}

    return guarded(params, work, kept)
