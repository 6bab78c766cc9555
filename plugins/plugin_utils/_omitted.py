# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Recognizes the variable ``omit`` where ansible-core does not remove it."""

from __future__ import annotations

import typing as t


def is_omitted(value: t.Any) -> bool:
    """Whether this is the variable omit: an object of its own, up to ansible-core 2.18 a text."""
    return type(value).__name__ == "_OmitType" or (isinstance(value, str) and value.startswith("__omit_place_holder__"))
