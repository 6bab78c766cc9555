# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The certificates that are trusted."""

from __future__ import annotations

import os
import ssl
import typing as t
from contextlib import suppress

from .._base.errors import InvalidArgument, TlsFailed

#: The variables that name a bundle for other tools too, in their order.
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Where systems keep the authorities that they trust, for a Python that was built to look somewhere else.
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def find_bundle(given: str | None, option: str, environ: t.Mapping[str, str]) -> str | None:
    """The bundle from the option, else from the first of the usual variables that names something that exists.

    requests would let the variables win, so they are read here. Raises InvalidArgument, naming ``option``, if what it
    gives does not exist.
    """
    if given and not os.path.exists(given):
        raise InvalidArgument(f"{option} {given} does not exist on the host that runs this task.")
    inherited = (environ.get(variable) for variable in CA_VARIABLES)
    return given or next((path for path in inherited if path and os.path.exists(path)), None)


def make_context(verify: bool, ca_bundle: str | None, option: str) -> ssl.SSLContext:
    """A context for connections. Raises TlsFailed, naming ``option``, for a bundle that cannot be used."""
    context = ssl.create_default_context()
    if not verify or _urllib3_compares_hosts():
        context.check_hostname = False
    if verify:
        _trust(context, ca_bundle, option)
    else:
        context.verify_mode = ssl.CERT_NONE
    return context


def _urllib3_compares_hosts() -> bool:
    """Whether this is urllib3 1.26, which compares host and certificate itself, and connects to no IP otherwise."""
    import urllib3

    return str(vars(urllib3)["__version__"]).startswith("1.")


def _trust(context: ssl.SSLContext, ca_bundle: str | None, option: str) -> None:
    """Trust what the system trusts, what comes with requests, and what the options name."""
    from requests.utils import DEFAULT_CA_BUNDLE_PATH, extract_zipped_paths

    paths = ssl.get_default_verify_paths()
    bundles = [extract_zipped_paths(DEFAULT_CA_BUNDLE_PATH)]
    if not paths.cafile and not paths.capath:
        bundles += list(filter(os.path.isfile, _SYSTEM_BUNDLES))[:1]
    for bundle in bundles:
        with suppress(OSError):  # it can be missing or empty, as in a minimal image; another one may be enough
            context.load_verify_locations(bundle)
    if ca_bundle:
        try:
            folder = os.path.isdir(ca_bundle)
            context.load_verify_locations(None if folder else ca_bundle, ca_bundle if folder else None)
        except (ssl.SSLError, OSError):
            raise TlsFailed(
                f"TLS failed: {ca_bundle} is not a readable file with certificates in PEM format. It comes from "
                f"{', '.join((option, *CA_VARIABLES[:-1]))} or {CA_VARIABLES[-1]}."
            ) from None
