# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Terraform's service discovery: finds the address of a host's API.

Rules: U(https://developer.hashicorp.com/terraform/internals/remote-service-discovery).
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from .._base import urls
from .._base.errors import Redirected, VcsError
from .http_connection import HttpConnection
from .settings import Settings

_DOCUMENT = "/.well-known/terraform.json"
_SERVICE = "tfe.v2"


def discover(http: HttpConnection, settings: Settings) -> str | None:
    """The URL below which the API's paths are, None if the host does not say.

    Raises Redirected if it is on another host, which never gets the API token.
    """
    own = urls.origin(settings.address.base)
    url = f"{own}{_DOCUMENT}"
    try:
        response = http.get_without_token(url, "read the service discovery document")
    except VcsError:
        return None
    document = response.document if response.status == 200 else None
    service = document.get(_SERVICE) if isinstance(document, dict) else None
    if not isinstance(service, str) or not service:
        return None
    try:
        root = urljoin(url, service)
        path = urlsplit(root).path
    except ValueError:
        return None
    found = urls.origin(root)
    if not found:
        return None
    if found != own:
        raise Redirected(
            f"{url} names another host for the API, {found}. Set tfe_address to the address of the API itself; the API "
            "token is not sent to another host."
        )
    return f"{own}{path.rstrip('/')}"
