# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The library requests, which is imported only when a request is about to be sent."""

from __future__ import annotations

import typing as t

from .._base.errors import LibraryMissing


def load_requests() -> t.Any:
    """Import the library. Raises LibraryMissing if that fails."""
    try:
        import requests
    except Exception:  # noqa: BLE001  # a broken installation can raise anything
        raise LibraryMissing("requests") from None
    return requests
