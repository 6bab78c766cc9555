# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Headers that a gateway in front of the API requires with every request (option ``tfe_headers``)."""

from __future__ import annotations

import json
import re
import typing as t

from .._base.errors import InvalidArgument
from .._base.secrets import SHORTEST

_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
_VALUE = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$"
#: What this collection sets itself, and what decides how a message is framed or sent on.
_RESERVED = frozenset(
    (
        *("accept", "accept-encoding", "authorization", "user-agent"),
        *("content-encoding", "content-length", "content-type", "transfer-encoding", "te", "trailer"),
        *("connection", "expect", "host", "keep-alive", "upgrade"),
    )
)


def find_headers(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Names and values of the headers; raises InvalidArgument without showing any value."""
    given, source = params.get("tfe_headers"), "option tfe_headers"
    if given is None:
        source = "environment variable TFE_HEADERS"
        given = _from_json(environ.get("TFE_HEADERS") or "{}", source)
    if not isinstance(given, dict):
        raise InvalidArgument(f"{source} must be a dictionary of header names and values.")
    return tuple((_checked_name(name, source), _checked_value(name, value, source)) for name, value in given.items())


def _from_json(text: str, source: str) -> t.Any:
    try:
        return json.loads(text)
    except ValueError:
        raise InvalidArgument(
            f'{source} must be a dictionary of header names and values in JSON, like {{"X-Gateway-Key": "..."}}.'
        ) from None


def _checked_name(name: t.Any, source: str) -> str:
    if not isinstance(name, str) or not re.match(_NAME, name):
        raise InvalidArgument(f"{source} has a name that is not the name of an HTTP header.")
    if name.lower() in _RESERVED or name.lower().startswith("proxy-"):
        raise InvalidArgument(f"{source} cannot set the header {name}: this collection sets it, or HTTP itself does.")
    return str(name)  # requests 2.28 refuses subclasses of str, such as the texts of ansible-core 2.18


def _checked_value(name: str, value: t.Any, source: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidArgument(f"{source}: the value of the header {name} must be a text.")
    text = str(value).strip()
    if not re.match(_VALUE, text):
        raise InvalidArgument(
            f"{source}: the value of the header {name} is empty or has line ends, control characters or characters "
            "that no header can have."
        )
    if len(text) < SHORTEST:
        raise InvalidArgument(
            f"{source}: the value of the header {name} is shorter than {SHORTEST} characters. Values are treated as "
            "secrets, and masking such a short text would damage the IDs and URLs that tasks return."
        )
    return text
