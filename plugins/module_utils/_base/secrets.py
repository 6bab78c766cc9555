# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Check and clean secrets before they are used. Messages never repeat a secret."""

from __future__ import annotations

import re

from .errors import InvalidArgument
from .secret_shapes import GITHUB_PREFIXES, GITLAB_PREFIXES, placeholder_problem

#: Masking shorter secrets would damage unrelated IDs and URLs.
SHORTEST = 8

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: PAT-shaped values that are not PATs: IDs of this API, and its own API tokens.
_OAUTH_ID = r"^(oc|ot)-[A-Za-z0-9]+$"
_HCP_TERRAFORM = r"^[A-Za-z0-9]+\.atlasv1\."


def clean_line(value: str | None, option: str) -> str | None:
    """A value of one line without surrounding white space; None for None and for a blank.

    Raises InvalidArgument, without the value, for control characters and white space inside.
    """
    text = (value or "").strip()
    if not text:
        return None
    if _CONTROL.search(text) or " " in text or not text.isascii():
        raise InvalidArgument(
            f"{option} contains white space, control characters or characters that no token has. "
            "Check how it is read: a file or variable may hold more than the token alone."
        )
    return text


def clean_token(value: str | None, option: str) -> str | None:
    """A token, as ``clean_secret``. Raises InvalidArgument for what is evidently only something in its place."""
    problem = placeholder_problem((value or "").strip())
    if problem:
        raise InvalidArgument(f"{option} {problem}. It was not sent. Check how it is read.")
    return clean_secret(value, option)


def clean_secret(value: str | None, option: str) -> str | None:
    """A secret of one line, as ``clean_line``, that is long enough to be masked without damaging results."""
    secret = clean_line(value, option)
    if secret is not None and len(secret) < SHORTEST:
        raise InvalidArgument(
            f"{option} is shorter than {SHORTEST} characters. No real secret is that short, "
            "and masking it would damage the IDs and URLs that tasks return."
        )
    return secret


def clean_api_token(value: str | None, option: str) -> str | None:
    """An API token, as ``clean_token``. Raises InvalidArgument for a token that belongs to a VCS provider."""
    token = clean_token(value, option)
    for prefixes, issuer in ((GITHUB_PREFIXES, "GitHub"), (GITLAB_PREFIXES, "GitLab")):
        if token and token.startswith(prefixes):
            raise InvalidArgument(
                f"{option} is a token of {issuer}, not an API token of HCP Terraform or Terraform Enterprise. It was "
                "not sent. Set it as personal_access_token of the module oauth_client, and an API token as tfe_token."
            )
    return token


def clean_personal_access_token(value: str | None, option: str = "personal_access_token") -> str | None:
    """A personal access token of a VCS provider, as ``clean_token``; other kinds of credentials are refused."""
    secret = clean_token(value, option)
    if secret is None:
        return None
    if re.match(_OAUTH_ID, secret):
        raise InvalidArgument(
            f"{option} holds an ID (oc-… or ot-…). It takes the secret that the VCS provider issued; "
            "IDs are what this module returns, for example for a workspace's oauth_token_id."
        )
    if re.match(_HCP_TERRAFORM, secret):
        raise InvalidArgument(
            f"{option} holds an API token of HCP Terraform or Terraform Enterprise. "
            "Set that as tfe_token; this option takes the token that the VCS provider issued."
        )
    return secret
