# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The arguments of a task as logs and results show them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .._base.scrubber import Scrubber
from .._base.secret_shapes import misplaced_secret
from .._base.urls import without_credentials
from .argument_check import OPTION_NAME, Spec, by_name, is_container, misshapen
from .secret_values import is_secret, long_enough, secret_values, texts

#: How ansible-core itself shows that a secret was given.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def shown_arguments(spec: Spec, arguments: t.Mapping[t.Any, t.Any]) -> t.Any:
    """The arguments for logs and results: without secrets, and without values in a wrong place."""
    shown = dict(_shown(spec, arguments))
    secrets = long_enough(secret_values(arguments))
    together = "\0".join(texts(shown))
    return Scrubber(secrets).scrub(shown) if any(secret in together for secret in secrets) else shown


def _shown(spec: Spec, arguments: t.Mapping[t.Any, t.Any]) -> t.Iterator[tuple[str, t.Any]]:
    options = by_name(spec)
    for name, value in arguments.items():
        option = options.get(name)
        if option is None:
            if isinstance(name, str) and OPTION_NAME.fullmatch(name):
                yield name, HIDDEN
        elif "options" in option and isinstance(value, (list, tuple)):
            yield (
                name,
                [dict(_shown(option["options"], each)) if isinstance(each, Mapping) else HIDDEN for each in value],
            )
        elif "options" in option and isinstance(value, Mapping):
            yield name, dict(_shown(option["options"], value)) if option["type"] == "dict" else HIDDEN
        elif not value and not is_container(value):
            yield name, value
        elif is_secret(name, value):
            yield name, HIDDEN
        else:
            yield name, HIDDEN if any(misshapen(option, value, name)) else _shown_value(value)


def _shown_value(value: t.Any) -> t.Any:
    """A value without what has the shape of a secret, and URLs without their credentials."""
    if isinstance(value, (list, tuple)):
        return [_shown_value(each) for each in value]
    if not isinstance(value, str):
        return value
    shown = None if misplaced_secret(value) else without_credentials(value)
    return HIDDEN if shown is None else shown
