# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads a VCS host's response about a personal access token. Uses no network and no clock.

A token counts as refused only if the VCS host itself says so. If a proxy, a gateway or a failing host could have
answered instead, its status is unknown. Reasons never quote the host, because its text could repeat the token.
"""

from __future__ import annotations

import math
import re
import typing as t
from datetime import datetime, timezone

from .._base.timestamps import seconds_since_1970
from .refusals import refusal
from .response import Response
from .token_question import Endpoint, Question
from .token_status import TokenStatus, unknown

#: The statuses of a host that does not have an endpoint: an older GitLab takes "self" for the ID of a token.
_NO_ENDPOINT = frozenset((400, 404, 405))
#: GitLab's errors for a token that it accepts, but not for this request. Only the first is about scopes:
#: U(https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/api/api_guard.rb).
_LACKS_SCOPE = "insufficient_scope"
_LACKS_RIGHT = (_LACKS_SCOPE, "insufficient_granular_scope")
_PRINTABLE_WORD = r"^[^\x00-\x20\x7f]{1,100}$"


def lacks_endpoint(response: Response) -> bool:
    """Whether the next endpoint should be asked."""
    return response.status in _NO_ENDPOINT


def read(question: Question, endpoint: Endpoint, response: Response, now: float) -> TokenStatus:
    """The status of the token, at ``now`` in seconds since 1970."""
    if response.status == 200:
        return _accepted(question, endpoint, response, now)
    why = refusal(question, response)
    if why and question.conclusive:
        return TokenStatus("refused", f"{question.origin} refuses it: {why}")
    if why:
        return unknown(
            f"{question.origin} refuses it ({response.status}), but the token can be limited to one organization: set "
            "ado_org_name to have it checked there."
        )
    document = response.document
    error = document.get("error") if isinstance(document, dict) else None
    if response.status == 403 and error in _LACKS_RIGHT:
        return TokenStatus(
            "ok",
            f"{question.origin} accepts it, but not for this request.",
            missing_scopes=question.check.needed_scopes if error == _LACKS_SCOPE else None,
        )
    return unknown(f"{question.origin} {_oddity(response)}")


def _accepted(question: Question, endpoint: Endpoint, response: Response, now: float) -> TokenStatus:
    document = response.document
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
    scopes = _scopes(endpoint, response, document)
    # GitLab ends a token at the first second of the day in UTC.
    expires = seconds_since_1970(
        response.headers.get((endpoint.expires_header or "").lower()) or document.get(endpoint.expires or "")
    )
    status = TokenStatus(
        "ok",
        login=_login(endpoint, document),
        scopes=scopes,
        missing_scopes=_missing_scopes(question, scopes),
        expires_at=None if expires is None else _utc(math.floor(expires)),
        days_left=None if expires is None else math.floor((expires - now) / 86400),
    )
    if any(document.get(key) is value for key, value in endpoint.dead):
        over = status.days_left is not None and status.days_left < 0
        word = "revoked" if document.get("revoked") is True else "expired" if over else "no longer active"
        return status._replace(status="refused", reason=f"{question.origin} reports that it is {word}.")
    return status


def _oddity(response: Response) -> str:
    """Describe any other response."""
    status = response.status
    if status == 429 or (
        status == 403 and (response.headers.get("x-ratelimit-remaining") == "0" or _is_limit(response))
    ):
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
        return "was not reached: a proxy requires a user name and password (407)."
    return f"answered {status}, which says nothing certain about the token."


def _is_limit(response: Response) -> bool:
    return "retry-after" in response.headers or "rate limit" in response.body.lower()


def _scopes(endpoint: Endpoint, response: Response, document: t.Mapping[str, t.Any]) -> tuple[str, ...] | None:
    """The scopes of the token; None if the host does not report them, which is not the same as none."""
    found: t.Any = None
    if endpoint.scopes_header and endpoint.scopes_header.lower() in response.headers:
        found = response.headers[endpoint.scopes_header.lower()].split(",")
    elif endpoint.scopes:
        found = document.get(endpoint.scopes)
    if not isinstance(found, list):
        return None
    words = [str(scope).strip() for scope in found]
    return tuple(word for word in words if re.match(_PRINTABLE_WORD, word))


def _missing_scopes(question: Question, scopes: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if scopes is None or scopes == question.check.fine_grained:
        return None
    return tuple(scope for scope in question.check.needed_scopes if scope not in scopes)


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


def _utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
