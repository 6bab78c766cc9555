# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The errors of the collection: each has a message for people and a code for playbooks.

The codes are part of the interface: they are returned as C(failure.code) and documented in RETURN.
"""

from __future__ import annotations

import typing as t

from .printable import printable


class VcsError(Exception):
    """What went wrong, where, and what to do next, in one message that holds no secret.

    The message has no control characters, whatever names and reasons a server has put into it.
    ``status`` is the HTTP status (None without an answer); ``errors`` are the entries of the server's
    JSON:API ``errors`` member as dictionaries of strings (``status``, ``title``, ``detail``, ``pointer``).
    ``retry_after`` are the seconds that the server asks to wait.
    """

    code = "internal"

    def __init__(self, message: str, status: int | None = None, errors: t.Sequence[dict[str, str]] = ()) -> None:
        self.message = printable(message)
        super().__init__(self.message)
        self.status = status
        self.errors = list(errors)
        self.retry_after: float | None = None


class InvalidArgument(VcsError):
    """The options of the task are missing, wrong or contradict each other."""

    code = "invalid_argument"


class LibraryMissing(VcsError):
    """The Python interpreter that runs the task lacks a library."""

    code = "library_missing"


class TokenMissing(VcsError):
    """No API token was found in any of its sources."""

    code = "token_missing"


class SecretMissing(VcsError):
    """A secret of the VCS provider is needed and is not set."""

    code = "secret_missing"


class PersonalAccessTokenRefused(VcsError):
    """The VCS host itself refuses the personal access token that would be sent."""

    code = "personal_access_token_refused"


class Ambiguous(VcsError):
    """Several OAuth clients match, or a name belongs to several projects or agent pools."""

    code = "ambiguous"


class FixedAttribute(VcsError):
    """The task sets another value for an attribute that can never change."""

    code = "fixed_attribute"


class NotFound(VcsError):
    """An OAuth client, project or agent pool that the task names is not in the organization."""

    code = "not_found"


class WorkspacesLinked(VcsError):
    """A removal would unlink workspaces."""

    code = "workspaces_linked"


class WorkspacesUnknown(VcsError):
    """A removal might unlink workspaces or other objects: which of them use the client could not be read."""

    code = "workspaces_unknown"


class RepositoryUnreachable(VcsError):
    """The new connection does not reach the repository of a VCS link."""

    code = "repository_unreachable"


class ChangedMeanwhile(VcsError):
    """Somebody changed a VCS link while the task was running."""

    code = "changed_meanwhile"


class NotApplied(VcsError):
    """The server accepted a change and did not make it."""

    code = "not_applied"


class Unauthorized(VcsError):
    """401: the API token is wrong, expired or revoked."""

    code = "unauthorized"


class Forbidden(VcsError):
    """403: from compatible servers and proxies. The real API answers 404."""

    code = "forbidden"


class NotFoundOrForbidden(VcsError):
    """404: the real API does not distinguish a missing object from a missing permission."""

    code = "not_found_or_forbidden"


class Unsupported(VcsError):
    """The server does not have this endpoint or method."""

    code = "unsupported"


class Rejected(VcsError):
    """400, 409, 415, 422: the server refused what was sent."""

    code = "rejected"


class Redirected(VcsError):
    """3xx: the API is at another address; a token is never sent on to it."""

    code = "redirected"


class RateLimited(VcsError):
    """The last attempt was answered with 429."""

    code = "rate_limited"


class ServerError(VcsError):
    """The last attempt was answered with a 5xx status."""

    code = "server_error"


class Unreachable(VcsError):
    """No answer: refused, unknown host, time-out, dropped connection, proxy."""

    code = "unreachable"


class NotSent(Unreachable):
    """Nothing of the request can have reached the server."""


class Lost(Unreachable):
    """The request may have been carried out, and its answer was lost (time-out, dropped connection, 5xx, no JSON)."""


class TlsFailed(VcsError):
    """The server's certificate was not accepted."""

    code = "tls"


class InvalidAnswer(VcsError):
    """The answer is not a consistent JSON:API document."""

    code = "invalid_answer"


class OutcomeUnknown(VcsError):
    """It is unknown whether a write was carried out."""

    code = "outcome_unknown"


#: What a server answers about objects that an API token may not see, or that the server does not have.
NOT_PERMITTED = (Forbidden, NotFoundOrForbidden, Unsupported)


def sentence(what: str, base: str, why: str, hint: str = "") -> str:
    """Build the message of a failed request: what could not be done, at which address, why, and what to do next."""
    return f"{could_not(what, base)}: {why.rstrip('.')}. {hint}".rstrip()


def could_not(what: str, base: str) -> str:
    """Build the beginning of such a message."""
    return f"Could not {what} at {base}"
