# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""What is known about a personal access token."""

from __future__ import annotations

import typing as t


class TokenStatus(t.NamedTuple):
    """The status of a token. None means unknown, and for ``expires_at`` also never.

    ``missing_scopes`` are those of the scopes that HCP Terraform needs which the token does not have. ``expires_at`` is
    in UTC, ``days_left`` in whole days.
    """

    status: str
    reason: str | None = None
    login: str | None = None
    scopes: tuple[str, ...] | None = None
    missing_scopes: tuple[str, ...] | None = None
    expires_at: str | None = None
    days_left: int | None = None

    def public(self) -> dict[str, t.Any]:
        """The status in the form of results."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self._asdict().items()}


def unknown(reason: str) -> TokenStatus:
    """The status of a token that could not be checked."""
    return TokenStatus("unknown", reason)
