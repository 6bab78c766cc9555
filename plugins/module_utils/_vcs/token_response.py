# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads a VCS host's answer about a personal access token. Uses no network and no clock.

Three outcomes that must never be confused: only the host's own word makes a token refused. Whatever a proxy, a gateway
or a host with a problem can answer in its place leaves it unknown. Reasons are made of the status and of this file's
own words, never of the host's: those could repeat the token, or a part of it.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from .token_question import Endpoint, Question

#: The statuses of a host that does not have an endpoint: an older GitLab takes "self" for the ID of a token.
_NO_ENDPOINT = frozenset((400, 404, 405))
#: Names that only Azure DevOps gives to response headers.
_AZURE_HEADERS = ("x-tfs-", "x-vss-")
_AZURE_SCHEMES = re.compile(
    r"\b(NTLM|Negotiate|TFS-Federated)\b|\bBearer authorization_uri=|(visualstudio|dev\.azure)\.com", re.IGNORECASE
)
_AZURE_PAGE = re.compile(r"\b(TF|VS)\d{5,6}\b|_signin|Azure DevOps|Personal Access Token", re.IGNORECASE)
_SIGN_IN_ADDRESS = re.compile(
    r"/_signin\b|^https://(login\.microsoftonline\.com|login\.live\.com|login\.windows\.net|[\w.-]+\.visualstudio\.com)/",
    re.IGNORECASE,
)
_SIGN_IN_PAGE = re.compile(r"_signin|sign[ -]?in\b", re.IGNORECASE)
_MOMENT = re.compile(
    r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?)?\s*(?:(?:UTC|GMT|Z)|([+-]\d\d):?(\d\d))?$", re.IGNORECASE
)
_PRINTABLE_WORD = re.compile(r"^[^\x00-\x20\x7f]{1,100}$")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. The names of ``headers`` are in lower case."""

    status: int
    headers: t.Mapping[str, str]
    body: str = ""

    @property
    def document(self) -> t.Any:
        """The JSON document, None if there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class TokenStatus:
    """The status of a token. None means unknown, and for ``expires_at`` also never.

    ``missing_scopes`` are those of the scopes that HCP Terraform needs which the token does not have. ``expires_at`` is
    in UTC, ``days_left`` in whole days.
    """

    status: str
    reason: str | None = None
    login: str | None = None
    scopes: tuple[str, ...] | None = None
    missing_scopes: tuple[str, ...] | None = None
    expires_at: str | None = None
    days_left: int | None = None

    def public(self) -> dict[str, t.Any]:
        """The status in the form of results."""
        return {
            "status": self.status,
            "reason": self.reason,
            "login": self.login,
            "scopes": None if self.scopes is None else list(self.scopes),
            "missing_scopes": None if self.missing_scopes is None else list(self.missing_scopes),
            "expires_at": self.expires_at,
            "days_left": self.days_left,
        }


def unknown(reason: str) -> TokenStatus:
    """The status of a token that could not be checked."""
    return TokenStatus("unknown", reason)


def lacks_endpoint(answer: Answer) -> bool:
    """Whether the next endpoint should be asked."""
    return answer.status in _NO_ENDPOINT


def read(question: Question, endpoint: Endpoint, answer: Answer, now: float) -> TokenStatus:
    """The status of the token, at ``now`` in seconds since 1970."""
    if answer.status == 200:
        return _accepted(question, endpoint, answer, now)
    refusal = _refusal(question, answer)
    if refusal and question.conclusive:
        return TokenStatus("refused", f"{question.origin} refuses it: {refusal}")
    if refusal:
        return unknown(
            f"{question.origin} refuses it ({answer.status}), but the token can be limited to one organization: set "
            "ado_org_name to have it checked there."
        )
    if _lacks_scope(answer):
        return TokenStatus(
            "ok",
            f"{question.origin} accepts it, but not for this request.",
            missing_scopes=question.check.needed_scopes,
        )
    return unknown(f"{question.origin} {_oddity(answer)}")


def _accepted(question: Question, endpoint: Endpoint, answer: Answer, now: float) -> TokenStatus:
    document = answer.document
    proof = document.get(endpoint.proof) if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(proof, (str, list, dict)) or proof in ("", {}):
        return unknown(
            f"{question.origin} answered 200, but not as the API of this VCS provider does: it may be a proxy, a "
            "sign-in page or the wrong address."
        )
    if endpoint.anonymous and _value_at(document, endpoint.anonymous[0]) == endpoint.anonymous[1]:
        return unknown(
            f"{question.origin} answered without recognizing anybody: the token may not have been looked at."
        )
    scopes = _scopes(endpoint, answer, document)
    moment = _moment(
        answer.headers.get((endpoint.expires_header or "").lower()) or document.get(endpoint.expires or "")
    )
    status = TokenStatus(
        "ok",
        login=_login(endpoint, document),
        scopes=scopes,
        missing_scopes=None if scopes is None else tuple(s for s in question.check.needed_scopes if s not in scopes),
        expires_at=None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        days_left=None if moment is None else (moment - _from_seconds(now)).days,
    )
    if any(document.get(key) is value for key, value in endpoint.dead):
        over = status.days_left is not None and status.days_left < 0
        word = "revoked" if document.get("revoked") is True else "expired" if over else "no longer active"
        return replace(status, status="refused", reason=f"{question.origin} reports that it is {word}.")
    return status


def _refusal(question: Question, answer: Answer) -> str | None:
    """Return why the host refuses the token. None for every answer that may come from something else."""
    check, document = question.check, answer.document
    if check.not_received and isinstance(document, dict) and document.get("message") == check.not_received:
        return None
    if answer.status == 401 and (_is_error_document(answer) or _is_of_azure(question, answer)):
        return f"401, {_what_is_wrong(answer)}."
    if answer.status == 403 and "required" in answer.headers.get((check.sso_header or "").lower(), ""):
        return "403, it is not authorized for the single sign-on of an organization. Authorize it at the VCS provider."
    if not check.sign_in_pages:
        return None
    signs_in = (answer.status == 203 and _is_html(answer) and _SIGN_IN_PAGE.search(answer.body)) or (
        answer.status == 302 and _SIGN_IN_ADDRESS.search(answer.headers.get("location", ""))
    )
    return f"{answer.status} with the page to sign in, so it is wrong, expired or revoked." if signs_in else None


def _is_error_document(answer: Answer) -> bool:
    """Whether the body is an error as the APIs of VCS hosts send it, or nothing at all."""
    if not answer.body.strip():
        return True
    document = answer.document
    return isinstance(document, dict) and any(isinstance(document.get(key), str) for key in ("message", "error"))


def _is_of_azure(question: Question, answer: Answer) -> bool:
    """Azure DevOps explains a 401 with a page, as a proxy would, but under headers and in words of its own."""
    return question.check.sign_in_pages and (
        any(name.startswith(_AZURE_HEADERS) for name in answer.headers)
        or bool(_AZURE_SCHEMES.search(answer.headers.get("www-authenticate", "")))
        or bool(_AZURE_PAGE.search(answer.body))
    )


def _what_is_wrong(answer: Answer) -> str:
    text = answer.body.lower()
    expired, revoked = "expired" in text, "revoked" in text
    if expired == revoked:
        return "it is wrong, expired or revoked"
    return "it is expired" if expired else "it is revoked"


def _lacks_scope(answer: Answer) -> bool:
    """Whether GitLab accepts the token, but not for this request."""
    document = answer.document
    return answer.status == 403 and isinstance(document, dict) and document.get("error") == "insufficient_scope"


def _oddity(answer: Answer) -> str:
    """Describe any other answer."""
    status = answer.status
    if status == 429 or (status == 403 and (answer.headers.get("x-ratelimit-remaining") == "0" or _is_limit(answer))):
        return f"answered {status}: too many requests. Try again later."
    if status >= 500:
        return f"answered {status}: it has a problem, or a proxy in front of it. Try again later."
    if 300 <= status < 400:
        return f"answered {status}, a redirect. The token is not sent anywhere else. Check the URLs."
    if status in _NO_ENDPOINT:
        return (
            f"answered {status}: this is not the API of the VCS provider. Check the URLs, including a collection in "
            "their path."
        )
    if status == 401:
        return "answered 401, but not as this VCS provider does: a proxy or gateway may have answered in its place."
    if status == 407:
        return "was not reached: a proxy wants a user name and password (407)."
    return f"answered {status}, which says nothing certain about the token."


def _is_limit(answer: Answer) -> bool:
    return "retry-after" in answer.headers or "rate limit" in answer.body.lower()


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "").lower() or answer.body.lstrip().startswith("<")


def _scopes(endpoint: Endpoint, answer: Answer, document: t.Mapping[str, t.Any]) -> tuple[str, ...] | None:
    """The scopes of the token; None if the host does not report them, which is not the same as none."""
    found: t.Any = None
    if endpoint.scopes_header and endpoint.scopes_header.lower() in answer.headers:
        found = answer.headers[endpoint.scopes_header.lower()].split(",")
    elif endpoint.scopes:
        found = document.get(endpoint.scopes)
    if not isinstance(found, list):
        return None
    words = [str(scope).strip() for scope in found]
    return tuple(word for word in words if _PRINTABLE_WORD.match(word))


def _login(endpoint: Endpoint, document: t.Mapping[str, t.Any]) -> str | None:
    for path in endpoint.logins:
        found = _value_at(document, path)
        if isinstance(found, str) and found.strip() and found.isprintable():
            return found.strip()[:100]
    return None


def _value_at(document: t.Any, path: t.Iterable[str]) -> t.Any:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _moment(text: t.Any) -> datetime | None:
    """A date (its first second in UTC, when GitLab ends a token) or a point in time; None for anything else."""
    match = _MOMENT.match(text.strip()) if isinstance(text, str) else None
    if not match:
        return None
    date, time, hours, minutes = match.groups()
    try:
        moment = datetime.strptime(f"{date} {time or '00:00:00'}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        if hours:
            sign = -1 if hours.startswith("-") else 1
            moment -= sign * timedelta(hours=abs(int(hours)), minutes=int(minutes))
    except (ValueError, OverflowError):
        return None
    return moment


def _from_seconds(now: float) -> datetime:
    return datetime.fromtimestamp(now, timezone.utc)
