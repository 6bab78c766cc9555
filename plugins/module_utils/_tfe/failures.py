# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Turns failed requests, whether refused or unanswered, into errors for people."""

from __future__ import annotations

import re
import ssl
import typing as t
from urllib.parse import urlsplit

from .._base import errors
from .._base.scrubber import Scrubber
from .._http.causes import causes_of
from . import reasons
from .response import Response
from .settings import Settings

_STATUS_ERRORS: dict[int, type[errors.VcsError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFoundOrForbidden,
    405: errors.Unsupported,
    407: errors.Unreachable,
    429: errors.RateLimited,
}
#: OpenSSL's codes for certificates whose form RFC 5280 does not allow, which Python refuses from 3.13 on.
_REFUSED_FORM = range(80, 95)
#: The alerts of a server that requires a client certificate, or another one.
_ABOUT_OUR_CERTIFICATE = ("CERT", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")
#: What OpenSSL calls an answer in plain text.
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
_PROXY_HINT = "Check tfe_proxies, https_proxy, http_proxy, all_proxy and no_proxy."


class Failures:
    """Makes the errors of one connection. ``scrub`` removes the secrets that a server may echo."""

    def __init__(self, settings: Settings) -> None:
        self.scrub: t.Callable[[str], str] = Scrubber(settings.secrets).scrub
        self._settings = settings

    # -- the server answered

    def redirected(self, what: str, response: Response) -> errors.VcsError:
        """Any 3xx."""
        return errors.Redirected(
            self._sentence(
                what,
                f"{response.status}, redirected to {_origin(response.headers.get('Location'))}",
                "Set tfe_address to the address of the API itself; redirects are not followed, so the API token "
                "goes nowhere else.",
            ),
            response.status,
        )

    def refused(self, what: str, response: Response, document: t.Any) -> errors.VcsError:
        """Any 4xx or 5xx, with the server's reasons, or the beginning of a body that is not a JSON document."""
        status = response.status
        entries = reasons.entries_of(document, self.scrub)
        reason = reasons.reason_of(response, document, self.scrub)
        # A 404 that does not come from the API means a missing endpoint, not a missing permission.
        is_missing = status == 404 and not isinstance(document, dict)
        lost = status >= 500 or status == 408
        kind = _STATUS_ERRORS.get(status) or (errors.Lost if lost else errors.Rejected)
        hint = self._hint(status, bool(entries), is_missing)
        error = kind(self._sentence(what, f"{status}, {reason}", hint), status, entries)
        if kind is errors.Lost:
            error.code = errors.ServerError.code
        if is_missing:
            error.code = errors.Unsupported.code
        return error

    def _hint(self, status: int, has_reason: bool, is_missing: bool) -> str:
        source = self._settings.token_source
        if status == 401:
            return f"The API token from {source} is wrong, expired or revoked."
        if status == 403:
            return (
                f"The API token from {source} is not allowed to do this: use a token with more rights. If it has them, "
                "a proxy or gateway refuses the request."
            )
        if is_missing:
            return "This server does not offer this operation, or tfe_address is not the address of its API."
        if status == 404:
            path = urlsplit(self._settings.address.base).path
            return (
                "Either it does not exist (the organization is that of HCP Terraform or Terraform Enterprise, not the "
                f"VCS provider's), or the API token from {source} is not allowed to do this: use a token of "
                "an owner, or of a user or team with the permission to manage VCS settings."
                f"{f' Or the address should not have the path {path}.' if path else ''}"
            )
        if status == 405:
            return "This server does not offer this operation."
        if status == 407:
            return f"The proxy requires a user name and password. {_PROXY_HINT}"
        if status == 429:
            return "Run again later, run fewer tasks at once, or raise tfe_max_retries."
        if status == 500 and has_reason:
            return (
                "Try again later. If the same reason comes back, the server is refusing this request: "
                "check the organization and the options that the reason is about."
            )
        if status >= 500:
            return "The server, or a proxy in front of it, is having problems; try again later."
        return ""

    def unreadable(self, method: str, what: str, why: str) -> errors.VcsError:
        """An answer that is not a document; after a POST it is unknown whether something was created."""
        message = self._sentence(
            what, why, "Check that tfe_address is the API and not a login page or another service."
        )
        error = errors.Lost(message) if method == "POST" else errors.InvalidAnswer(message)
        error.code = errors.InvalidAnswer.code
        return error

    def no_document(self, method: str, what: str, response: Response) -> errors.VcsError:
        """A status that promises a JSON document, and a body that is none."""
        why = reasons.not_json_api(response, self.scrub)
        return self.unreadable(method, what, f"{response.status}, {why}")

    def contradiction(self, method: str, what: str, response: Response, document: t.Any) -> errors.VcsError:
        """A status of success, and errors in the document."""
        why = f"{response.status}, but with errors: {reasons.reason_of(response, document, self.scrub)}"
        error = self.unreadable(method, what, why)
        error.errors = reasons.entries_of(document, self.scrub)
        return error

    # -- there was no answer

    def late(self, method: str, what: str) -> errors.VcsError:
        """The answer was not complete within the longest time that a request can take."""
        kind = errors.Lost if method == "POST" else errors.Unreachable
        return kind(self._sentence(what, "the answer did not end in time", "Raise tfe_timeout if the server is slow."))

    def aborted(self, what: str) -> errors.VcsError:
        """The task was ended from outside."""
        return errors.Unreachable(self._sentence(what, "the task was ended"))

    def no_answer(self, method: str, what: str, error: Exception) -> errors.VcsError:
        """Find out from the causes of the exception whether the request can have been sent."""
        causes = list(causes_of(error))
        names = {type(cause).__name__ for cause in causes}
        tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
        if tls is not None and not isinstance(tls, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            failure = self._tls_failure(method, what, tls)
            if failure:
                return failure
        if "CertificateError" in names:  # urllib3 1.26 compares host names itself
            return self._tls_failed(what, "the certificate is for another host")
        if names & {"NameResolutionError", "gaierror"} and "ProxyError" not in names:
            hint = "Check tfe_address and DNS."
            return errors.Unreachable(
                self._sentence(what, f"the host {self._settings.address.hostname} is unknown", hint)
            )
        not_connected = bool(names & {"NewConnectionError", "ConnectionRefusedError", "ConnectTimeout"})
        refusal = next(filter(None, map(_tunnel_status, causes)), None)
        if refusal:
            reason = f"the proxy refused to connect ({refusal})"
            wants = "The proxy requires a user name and password. " if refusal == "407" else ""
            return errors.Unreachable(self._sentence(what, reason, f"{wants}{_PROXY_HINT}"))
        kind = errors.NotSent if not_connected else errors.Lost
        if "ProxyError" in names or any("SOCKS" in name for name in names):
            return kind(self._sentence(what, "the proxy did not connect", _PROXY_HINT))
        if any("Timeout" in name for name in names):
            timeout = f"no answer within {self._settings.timeout:g} s"
            return kind(self._sentence(what, timeout, "Raise tfe_timeout if the server is slow."))
        if not_connected:
            hint = "Check tfe_address and that the server is up."
            return kind(self._sentence(what, "the connection was refused", hint))
        if any(name.startswith(("Invalid", "LocationParse", "MissingSchema")) for name in names):
            hint = "Check tfe_address and tfe_proxies."
            return errors.InvalidArgument(self._sentence(what, "the address or the proxy is not a valid URL", hint))
        why = "the connection broke before the answer was complete"
        return kind(self._sentence(what, why, "Run again later."))

    def _tls_failure(self, method: str, what: str, error: ssl.SSLError) -> errors.VcsError | None:
        """None if the connection was made, because a POST may have been carried out."""
        reason = error.reason or ""
        if isinstance(error, ssl.SSLCertVerificationError):
            if error.verify_code in _REFUSED_FORM:
                hint = (
                    "Python 3.13 and later refuse certificates whose form RFC 5280 does not allow. Have the "
                    "certificate, or that of its authority, issued again."
                )
                return self._tls_failed(what, error.verify_message, hint)
            return self._tls_failed(what, error.verify_message)
        if "ALERT" in reason and any(word in reason for word in _ABOUT_OUR_CERTIFICATE):
            hint = "The server, or a gateway in front of it, may require a client certificate: set tfe_client_cert and "
            return self._tls_failed(what, reason, f"{hint}tfe_client_key to the ones that it accepts.")
        hint = "The port does not seem to use TLS: check it and the scheme." if reason in _NOT_TLS else ""
        return None if method == "POST" else self._tls_failed(what, reason, hint)

    def _tls_failed(self, what: str, reason: str, hint: str = "") -> errors.VcsError:
        why = f"TLS failed: {reason.replace('_', ' ') or 'no secure connection could be made'}"
        hint = hint or "For a private CA, set tfe_ca_bundle to its certificates. Check the host name and the port."
        return errors.TlsFailed(self._sentence(what, why, hint))

    def _sentence(self, what: str, why: str, hint: str = "") -> str:
        return errors.sentence(what, self._settings.address.base, why, hint)


def _tunnel_status(cause: BaseException) -> str | None:
    """The status with which a proxy refused to open a tunnel, from the text of http.client's exception."""
    match = re.search(r"Tunnel connection failed: (\d{3})", str(cause))
    return match.group(1) if match else None


def _origin(location: str | None) -> str:
    """Where a redirect leads: only the host, since the rest of a login page's address can hold anything."""
    try:
        parts = urlsplit(location or "")
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        host = ""
    else:
        if host:
            return f"{parts.scheme or 'https'}://{f'[{host}]' if ':' in host else host}{port}"
        if parts.path.startswith("/") and "@" not in parts.path:
            return parts.path
    return "an unnamed address"
