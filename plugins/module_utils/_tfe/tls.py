# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The certificates that are trusted, and the client certificate."""

from __future__ import annotations

import ssl
from functools import lru_cache

from .._base.errors import InvalidArgument
from .._http.trust import make_context
from .settings import Settings


def context_of(settings: Settings) -> ssl.SSLContext:
    """The context for connections. Raises TlsFailed or InvalidArgument for files that cannot be used."""
    return _context(settings.verify_tls, settings.ca_bundle, settings.client_cert, settings.client_key)


@lru_cache(maxsize=8)  # connections of several threads have the same, and reading all authorities takes time
def _context(verify: bool, ca_bundle: str | None, client_cert: str | None, client_key: str | None) -> ssl.SSLContext:
    context = make_context(verify, ca_bundle, "tfe_ca_bundle")
    if client_cert:
        try:
            # Never ask for the password, because nobody is there to type it.
            context.load_cert_chain(client_cert, client_key, password="")
        except (ssl.SSLError, OSError, ValueError):
            raise InvalidArgument(
                f"tfe_client_cert {client_cert} and tfe_client_key {client_key or '(in the same file)'} cannot be "
                "used. Both must be PEM files that the user who runs the task can read. The key must belong to the "
                "certificate and must not be encrypted."
            ) from None
    return context
