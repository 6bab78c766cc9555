# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The secrets in the URLs of proxies."""

from __future__ import annotations

import base64
import re
import typing as t
from urllib.parse import unquote

from .secrets import SHORTEST

#: Masking shorter passwords would damage unrelated names and IDs.
_SHORTEST_PASSWORD = 4


def secrets_of(url: str | None) -> t.Iterator[str]:
    """The secret parts of a proxy's URL, however malformed it is: as written, decoded, and as sent."""
    before, at, _host = (url or "").rpartition("@")
    if not at:
        return
    userinfo = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:/*", "", before) if "://" in before else before.lstrip("/")
    user, colon, password = userinfo.partition(":")
    for form in (lambda text: text, unquote):
        own_user, own_password = form(user), form(password)
        # A user name alone is a token at some services. Together with a password it is public.
        alone = own_password if colon and password else own_user
        if len(alone) >= _SHORTEST_PASSWORD:
            yield alone
        pair = f"{own_user}:{own_password}"
        for text in (pair, base64.b64encode(pair.encode()).decode().rstrip("=")):
            if len(text) >= SHORTEST:
                yield text


def secrets_of_environment(environ: t.Mapping[str, str]) -> t.Iterator[str]:
    """The secret parts of the URLs of all proxies in the environment, used or not."""
    for name, value in environ.items():
        if name.lower().endswith("_proxy") or name == "TFE_PROXIES":
            yield from secrets_of(value)
