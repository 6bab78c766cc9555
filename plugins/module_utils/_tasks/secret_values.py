# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The values of secret options, wherever they are in the arguments of a task."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from .._base.keys import is_public_key
from .._base.secrets import SHORTEST
from .argument_specs import CONNECTION, TFE

_SECRETS = {
    given
    for name, option in (*TFE.items(), *CONNECTION.items())
    if option.get("no_log")
    for given in (name, *option.get("aliases", ()))
}


def is_secret(name: t.Any, value: t.Any) -> bool:
    """Whether the value of an option must not be shown."""
    return name in _SECRETS or (name == "rsa_public_key" and not is_public_key(value))


def can_be_secret(name: t.Any) -> bool:
    """Whether an option has values that must not be shown."""
    return name in _SECRETS or name == "rsa_public_key"


def secret_values(arguments: t.Any) -> t.Iterator[str]:
    """All texts in the values of secret options, of every connection, at any depth."""
    for name, value in arguments.items():
        if name == "tfe_headers" and isinstance(value, Mapping):
            yield from texts(list(value.values()))
        elif is_secret(name, value):
            yield from texts(value)
    connections = arguments.get("connections")
    for connection in connections if isinstance(connections, (list, tuple)) else ():
        if isinstance(connection, Mapping):
            yield from secret_values(connection)


def public_values(arguments: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """All texts in the values of options that are not secret, of every connection."""
    for name, value in arguments.items():
        if name == "connections":
            for connection in value or ():
                yield from public_values(connection)
        elif not can_be_secret(name):
            yield from texts(value)


def long_enough(secrets: t.Iterable[str]) -> set[str]:
    """Secrets as they are sent, without those that are refused because they are too short to be masked."""
    return {secret for text in secrets if len(secret := text.strip()) >= SHORTEST}


def texts(value: t.Any) -> t.Iterator[str]:
    """Every text and number in a value, at any depth, names of dictionaries included."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Mapping):
            pending += [*item, *item.values()]
        elif isinstance(item, (list, tuple, set, frozenset)):
            pending += item
        elif item is not None and not isinstance(item, bool):
            yield str(item)
