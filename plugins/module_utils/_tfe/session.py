# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The HTTP session with the headers, certificates and proxies of the settings, and nothing else."""

from __future__ import annotations

import typing as t

from .._http.adapter import make_adapter, needs_tls
from .._http.library import load_requests
from .._http.wire import Wire
from . import proxies, tls
from .settings import Settings

USER_AGENT = "ansible-hcptf.vcs/0.2.0"
MEDIA_TYPE = "application/vnd.api+json"


def make_session(settings: Settings, wire: Wire) -> t.Any:
    """A session that ignores .netrc and the environment variables of requests."""
    session = load_requests().Session()
    session.trust_env = False
    session.headers.update(
        {
            **dict(settings.headers),
            "Authorization": f"Bearer {settings.token}",
            "Accept": MEDIA_TYPE,
            "Accept-Encoding": "gzip",
            "Content-Type": MEDIA_TYPE,  # also without a body: a DELETE without it is answered 415
            "User-Agent": USER_AGENT,
        }
    )
    session.verify = settings.verify_tls
    session.proxies = proxies.proxies_of(settings)
    if not settings.verify_tls:
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    secure = needs_tls(settings.address.base, session.proxies)
    adapter = make_adapter(tls.context_of(settings) if secure else None, wire)
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    return session
