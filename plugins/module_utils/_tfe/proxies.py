# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The proxy for requests to the API."""

from __future__ import annotations

import re
from importlib.util import find_spec
from urllib.parse import urlsplit

from .._base.errors import InvalidArgument, VcsError
from .._http.environment import environment_proxies, is_exempt
from .settings import Settings

_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_WHITE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def proxies_of(settings: Settings) -> dict[str, str]:
    """Proxies as requests takes them. Raises a VcsError for one that cannot be used, without showing it."""
    from requests.utils import select_proxy

    base = settings.address.base
    if settings.proxies is None:
        proxies, source = environment_proxies(base), "https_proxy, http_proxy or all_proxy"
    elif settings.proxies and not is_exempt(base):
        proxies, source = dict.fromkeys(("http", "https"), settings.proxies), "tfe_proxies"
    else:
        return {}
    chosen = select_proxy(base, proxies)
    if not chosen:
        return {}
    _check_proxy(chosen, source)
    if chosen.lower().startswith("socks"):
        _check_socks(source)
    return {settings.address.scheme: chosen}


def _check_proxy(url: str, source: str) -> None:
    """Raise InvalidArgument, naming only the source, if this is not the URL of a proxy."""
    text = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(text)
        sound = parts.scheme.lower() in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or _WHITE_OR_CONTROL.search(text):
        raise InvalidArgument(
            f"The proxy from {source} is not a valid URL. Write it like http://proxy.example.com:3128, and write "
            "special characters of a user name or password in percent-encoding (%40 for @)."
        )


def _check_socks(source: str) -> None:
    if find_spec("socks") is None:
        error: VcsError = InvalidArgument(
            f"The proxy from {source} is a SOCKS proxy, which needs the Python library PySocks on the host that runs "
            "this task: install requests[socks]."
        )
        error.code = "library_missing"
        raise error
