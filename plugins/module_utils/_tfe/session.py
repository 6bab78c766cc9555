# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The HTTP session: headers, certificates and proxies, and nothing that the settings do not name."""

from __future__ import annotations

import typing as t

from .._base import errors
from .settings import Settings

USER_AGENT = "ansible-hcptf.vcs/0.1.0"
MEDIA_TYPE = "application/vnd.api+json"


def make_session(settings: Settings) -> t.Any:
    """A session that takes nothing from .netrc, cookies or CA variables behind the back of the options."""
    try:
        import requests
        from requests.cookies import RequestsCookieJar
        from requests.utils import get_environ_proxies, should_bypass_proxies
    except ImportError:
        raise errors.LibraryMissing("requests") from None
    from http.cookiejar import DefaultCookiePolicy

    session = requests.Session()
    session.trust_env = False
    session.headers.update(
        {
            "Authorization": f"Bearer {settings.token}",
            "Accept": MEDIA_TYPE,
            "Content-Type": MEDIA_TYPE,  # also without a body: a DELETE without it is answered 415
            "User-Agent": USER_AGENT,
        }
    )
    session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    session.verify = (settings.ca_bundle or True) if settings.verify_tls else False
    base = settings.address.base
    if settings.proxies is None:
        session.proxies = get_environ_proxies(base)
    elif settings.proxies and not should_bypass_proxies(base, no_proxy=None):
        session.proxies = {"http": settings.proxies, "https": settings.proxies}
    if not settings.verify_tls:
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session
