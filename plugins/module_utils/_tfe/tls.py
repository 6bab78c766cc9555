# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Which certificates are trusted, and which one is shown."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache

from .._base.errors import InvalidArgument, TlsFailed
from .settings import Settings

#: Where systems keep the authorities that they trust, for a Python that was built to look somewhere else.
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def context_of(settings: Settings) -> ssl.SSLContext:
    """The context for connections. Raises TlsFailed or InvalidArgument for files that cannot be used."""
    return _context(settings.verify_tls, settings.ca_bundle, settings.client_cert, settings.client_key)


@lru_cache(maxsize=8)  # connections of several threads have the same, and reading all authorities takes time
def _context(verify: bool, ca_bundle: str | None, client_cert: str | None, client_key: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify or _urllib3_compares_hosts():
        context.check_hostname = False
    if verify:
        _trust(context, ca_bundle)
    else:
        context.verify_mode = ssl.CERT_NONE
    if client_cert:
        try:
            # The password is never asked for: nobody is there to type it.
            context.load_cert_chain(client_cert, client_key, password="")
        except (ssl.SSLError, OSError, ValueError):
            raise InvalidArgument(
                f"tfe_client_cert {client_cert} and tfe_client_key {client_key or '(in the same file)'} cannot be "
                "used: both must be PEM files, readable for the user that runs the task, the key must belong to the "
                "certificate and must not be encrypted."
            ) from None
    return context


def _urllib3_compares_hosts() -> bool:
    """Whether this is urllib3 1.26, which compares host and certificate itself, and connects to no IP otherwise."""
    import urllib3

    return urllib3.__version__.startswith("1.")


def _trust(context: ssl.SSLContext, ca_bundle: str | None) -> None:
    """Trust what the system trusts, what comes with requests, and what the options name."""
    from requests.certs import where
    from requests.utils import extract_zipped_paths

    paths = ssl.get_default_verify_paths()
    if not paths.cafile and not paths.capath:
        for bundle in filter(os.path.isfile, _SYSTEM_BUNDLES):
            context.load_verify_locations(bundle)
            break
    context.load_verify_locations(extract_zipped_paths(where()))
    if ca_bundle:
        try:
            folder = os.path.isdir(ca_bundle)
            context.load_verify_locations(None if folder else ca_bundle, ca_bundle if folder else None)
        except (ssl.SSLError, OSError):
            raise TlsFailed(
                f"TLS failed: {ca_bundle} is not a readable file with certificates in PEM format. It comes from "
                "tfe_ca_bundle, SSL_CERT_FILE, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE."
            ) from None
