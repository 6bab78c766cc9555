# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Decides whether a response is the VCS host's own refusal of a token, and not that of a proxy or a gateway."""

from __future__ import annotations

import re

from .response import Response
from .token_question import Question

#: Names that only Azure DevOps gives to response headers.
_AZURE_HEADERS = ("x-tfs-", "x-vss-")
# Patterns are compiled when there is something for them to find.
_AZURE_SCHEMES = r"(?i)\b(NTLM|Negotiate|TFS-Federated)\b|\bBearer authorization_uri=|(visualstudio|dev\.azure)\.com"
_AZURE_PAGE = r"(?i)\b(TF|VS)\d{5,6}\b|_signin|Azure DevOps|Personal Access Token"
_SIGN_IN_ADDRESS = (
    r"(?i)/_signin\b|^https://(login\.microsoftonline\.com|login\.live\.com|login\.windows\.net|"
    r"[\w.-]+\.visualstudio\.com)/"
)
_SIGN_IN_PAGE = r"(?i)_signin|sign[ -]?in\b"


def refusal(question: Question, response: Response) -> str | None:
    """Return why the host refuses the token. None for every response that may come from something else."""
    check, document = question.check, response.document
    if check.not_received and isinstance(document, dict) and document.get("message") == check.not_received:
        return None
    if response.status == 401 and (_is_error_document(response) or _is_of_azure(question, response)):
        return f"401, {_what_is_wrong(response)}."
    message = document.get("message") if isinstance(document, dict) else None
    if response.status == 403 and message and message == check.not_personal:
        return (
            "403, it is the token of a GitHub App installation, such as the GITHUB_TOKEN of a workflow in GitHub "
            "Actions, which expires within hours. Use a personal access token."
        )
    if response.status == 403 and any(text in str(message) for text in check.locked_account):
        return (
            "403, the account that it belongs to is suspended, blocked or not completely set up. Sign in to the VCS "
            "provider with this account, or ask one of its administrators."
        )
    if response.status == 403 and "required" in response.headers.get((check.sso_header or "").lower(), ""):
        return "403, it is not authorized for the single sign-on of an organization. Authorize it at the VCS provider."
    if not check.sign_in_pages:
        return None
    signs_in = (response.status == 203 and _is_html(response) and re.search(_SIGN_IN_PAGE, response.body)) or (
        response.status == 302 and re.search(_SIGN_IN_ADDRESS, response.headers.get("location", ""))
    )
    return f"{response.status} with the page to sign in, so it is wrong, expired or revoked." if signs_in else None


def _is_error_document(response: Response) -> bool:
    """Whether the body is an error as the APIs of VCS hosts send it, or nothing at all."""
    if not response.body.strip():
        return True
    document = response.document
    return isinstance(document, dict) and any(isinstance(document.get(key), str) for key in ("message", "error"))


def _is_of_azure(question: Question, response: Response) -> bool:
    """Azure DevOps explains a 401 with a page, as a proxy would, but under headers and in words of its own."""
    return question.check.sign_in_pages and (
        any(name.startswith(_AZURE_HEADERS) for name in response.headers)
        or bool(re.search(_AZURE_SCHEMES, response.headers.get("www-authenticate", "")))
        or bool(re.search(_AZURE_PAGE, response.body))
    )


def _what_is_wrong(response: Response) -> str:
    text = response.body.lower()
    expired, revoked = "expired" in text, "revoked" in text
    if expired == revoked:
        return "it is wrong, expired or revoked"
    return "it is expired" if expired else "it is revoked"


def _is_html(response: Response) -> bool:
    return "html" in response.headers.get("content-type", "").lower() or response.body.lstrip().startswith("<")
