# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an automation controller makes of a credential of a custom type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping


def inject(
    inputs: Mapping[str, Any], injectors: Mapping[str, Any], values: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The environment variables and the extra variables of a job. Fields that were left blank are undefined in them."""
    known = {field["id"] for field in inputs["fields"]}
    assert set(values) <= known
    filled = {name: value for name, value in values.items() if value}
    assert set(inputs["required"]) <= set(filled)
    environment = ImmutableSandboxedEnvironment()

    def rendered(part: str) -> dict[str, str]:
        return {name: environment.from_string(text).render(**filled) for name, text in injectors.get(part, {}).items()}

    return rendered("env"), rendered("extra_vars")
