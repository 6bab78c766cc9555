# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Says what a failed request means: every refusal and every missing answer as an error for people."""

from __future__ import annotations

import re
import ssl
import typing as t

from .._base import errors
from .response import Response
from .settings import Settings

_STATUS_ERRORS: dict[int, type[errors.VcsError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFoundOrForbidden,
    405: errors.Unsupported,
    429: errors.RateLimited,
}


def redirected(settings: Settings, what: str, response: Response) -> errors.VcsError:
    """Any 3xx."""
    status = response.status
    return errors.Redirected(
        _sentence(
            settings,
            what,
            f"{status}, redirected to {_origin(response.headers.get('Location'))}",
            "Set tfe_address to the address of the API itself; redirects are not followed, so that the API token goes "
            "nowhere else.",
        ),
        status,
    )


def refused(settings: Settings, what: str, response: Response, document: t.Any) -> errors.VcsError:
    """Any 4xx or 5xx, with the server's reasons, or the beginning of a body that is no JSON document."""
    status = response.status
    entries = _error_entries(document)
    reason = "; ".join(filter(None, map(_entry_text, entries))) or _not_json(response)
    hint = _hint(settings, status)
    lost = status >= 500 or status == 408
    kind = _STATUS_ERRORS.get(status) or (errors.Lost if lost else errors.Rejected)
    error = kind(_sentence(settings, what, f"{status}, {reason}", hint), status, entries)
    if kind is errors.Lost:
        error.code = errors.ServerError.code
    return error


def _hint(settings: Settings, status: int) -> str:
    if status == 401:
        return f"The API token from {settings.token_source} is wrong, expired or revoked."
    if status == 403:
        return f"The API token from {settings.token_source} may not do this."
    if status == 404:
        return (
            "Either it does not exist (the organization is that of HCP Terraform or Terraform Enterprise, not the "
            f"VCS provider's), or the API token from {settings.token_source} may not do this: use a token of "
            "an owner, or of a user or team with the permission to manage VCS settings."
        )
    if status == 405:
        return "This server does not offer this operation."
    if status == 429:
        return "Run again later, run fewer tasks at once, or raise tfe_max_retries."
    if status >= 500:
        return "The server or a proxy before it is in trouble: run again later."
    return ""


def no_answer(settings: Settings, method: str, what: str, error: Exception) -> errors.VcsError:
    """Tell apart what surely was not sent from what may have been, from the causes inside requests' exception."""
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if tls is not None and not isinstance(tls, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        if isinstance(tls, ssl.SSLCertVerificationError):
            return _tls_failed(settings, what, tls.verify_message)
        if method != "POST":
            return _tls_failed(settings, what, tls.reason or "")
    if "CertificateError" in names:  # urllib3 1.26 compares host names itself
        return _tls_failed(settings, what, "the certificate is for another host")
    if names & {"NameResolutionError", "gaierror"}:
        hint = "Check tfe_address and DNS."
        return errors.Unreachable(_sentence(settings, what, f"the host {settings.address.hostname} is unknown", hint))
    not_connected = bool(names & {"NewConnectionError", "ConnectionRefusedError", "ConnectTimeout"})
    kind = errors.NotSent if not_connected else errors.Lost
    if "ProxyError" in names:
        return kind(
            _sentence(settings, what, "the proxy did not connect", "Check tfe_proxies, https_proxy and no_proxy.")
        )
    if any("Timeout" in name for name in names):
        timeout = f"no answer within {settings.timeout:g} s"
        return kind(_sentence(settings, what, timeout, "Raise tfe_timeout if the server is slow."))
    if not_connected:
        return kind(
            _sentence(settings, what, "the connection was refused", "Check tfe_address and that the server is up.")
        )
    if any(name.startswith(("Invalid", "LocationParse", "MissingSchema")) for name in names):
        return errors.InvalidArgument(_sentence(settings, what, "the address or the proxy is no valid URL"))
    return kind(_sentence(settings, what, "the connection broke before the answer was complete", "Run again later."))


def _tls_failed(settings: Settings, what: str, reason: str) -> errors.VcsError:
    why = f"TLS failed: {reason.replace('_', ' ') or 'no secure connection could be made'}"
    hint = "For a private CA give its certificates with tfe_ca_bundle; check host name and port."
    return errors.TlsFailed(_sentence(settings, what, why, hint))


def unreadable(settings: Settings, method: str, what: str, why: str) -> errors.VcsError:
    """An answer that is no document; to a POST it leaves open whether something was created."""
    message = _sentence(
        settings, what, why, "Check that tfe_address is the API and not a login page or another service."
    )
    error = errors.Lost(message) if method == "POST" else errors.InvalidAnswer(message)
    error.code = errors.InvalidAnswer.code
    return error


def no_document(settings: Settings, method: str, what: str, response: Response) -> errors.VcsError:
    """A status that promises a JSON document, and a body that is none."""
    return unreadable(settings, method, what, f"{response.status}, {_not_json(response)}")


def _sentence(settings: Settings, what: str, why: str, hint: str = "") -> str:
    return errors.sentence(what, settings.address.base, why, hint)


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """An exception and everything it was made from; their texts are never shown, since they can hold the request."""
    seen: set[int] = set()
    todo: list[t.Any] = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            todo += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]


def _error_entries(document: t.Any) -> list[dict[str, str]]:
    """The errors of a JSON:API document as dictionaries of strings; some endpoints send plain strings."""
    listed = document.get("errors") if isinstance(document, dict) else None
    entries = []
    for error in listed if isinstance(listed, list) else []:
        if isinstance(error, dict):
            source = error.get("source")
            found = {**error, "pointer": source.get("pointer") if isinstance(source, dict) else None}
            entries.append({key: str(found[key]) for key in ("status", "title", "detail", "pointer") if found.get(key)})
        elif isinstance(error, str):
            entries.append({"title": error})
    return entries


def _entry_text(entry: dict[str, str]) -> str:
    text = ": ".join(entry[key] for key in ("title", "detail") if key in entry)
    return f"{text} ({entry['pointer']})" if "pointer" in entry else text


def _not_json(response: Response) -> str:
    """A body that is no JSON:API in a few words, without tags."""
    kind = response.headers.get("Content-Type", "").partition(";")[0] or "no content type"
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.content.decode("utf-8", "replace"), flags=re.DOTALL
    )
    excerpt = _beginning(" ".join(text.split()))
    return f"no JSON but {kind}" + (f" ({excerpt})" if excerpt else "")


def _beginning(text: str, most: int = 200) -> str:
    """The first words of a text. A word is never cut: half a secret would not be recognized as one."""
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0]


def _origin(location: str | None) -> str:
    """Where a redirect leads, without the query: a login page's can hold anything."""
    return (location or "an unnamed address").partition("?")[0].partition("#")[0]
