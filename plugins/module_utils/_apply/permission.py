# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Warns in a dry run that the API token may not do what the real run would do.

A dry run only reads, so it succeeds with an API token that can read but not write. A warning, not an error: some teams
make their dry runs with such a token on purpose.
"""

from __future__ import annotations

import typing as t

from .._tfe.client import TfeClient
from .._tfe.organizations import cannot_change_oauth_clients
from .outcome import Outcome


def warn_of_missing_permission(client: TfeClient, organization: str, changing: t.Iterable[Outcome]) -> None:
    """Add the warning to the connections of an organization that would be changed, if it applies."""
    if cannot_change_oauth_clients(client, organization):
        warning = (
            f"The API token from {client.settings.token_source} may read the OAuth clients of organization "
            f"{organization!r} but not change them, so the real run would fail with it. Changing them needs a token of "
            "an owner, or of a user or team with the permission to manage VCS settings."
        )
        for outcome in changing:
            outcome.warnings.append(warning)
