# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Secrets on their way in (cleaned, never echoed) and what keeps them from ever coming out again."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

from .errors import InvalidArgument

MASK = "(secret)"
#: Shorter ones would be masked out of IDs and URLs that have nothing to do with them.
SHORTEST = 8

_MARKUP = frozenset("&<>\"'")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_PEM_FRAME = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_LINE_ENDS = re.compile(r"(?:\\[rn]|\s)+")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
#: PAT-shaped things that are none: IDs of this API, and its own API tokens.
_CLIENT_OR_TOKEN_ID = re.compile(r"^(oc|ot)-[A-Za-z0-9]+$")
_API_TOKEN = re.compile(r"^[A-Za-z0-9]+\.atlasv1\.")


def clean_secret(value: str | None, option: str) -> str | None:
    """A one-line secret without surrounding white space; None where there is none, "" included.

    Raises InvalidArgument, without the value, for control characters and white space inside.
    """
    secret = (value or "").strip()
    if not secret:
        return None
    if _CONTROL.search(secret) or " " in secret or not secret.isascii():
        raise InvalidArgument(
            f"{option} contains white space, control characters or characters that no token has. "
            "Check how it is read: a file or variable may hold more than the token alone."
        )
    return secret


def clean_personal_access_token(value: str | None, option: str = "personal_access_token") -> str | None:
    """A personal access token of a VCS provider; refuses what is known to be something else."""
    secret = clean_secret(value, option)
    if secret is None:
        return None
    if _CLIENT_OR_TOKEN_ID.match(secret):
        raise InvalidArgument(
            f"{option} holds an ID (oc-… or ot-…). It takes the secret that the VCS provider issued; "
            "IDs are what this module returns, for example for a workspace's oauth_token_id."
        )
    if _API_TOKEN.match(secret):
        raise InvalidArgument(
            f"{option} holds an API token of HCP Terraform or Terraform Enterprise. "
            "That belongs into tfe_token; this option takes the token that the VCS provider issued."
        )
    if len(secret) < SHORTEST:
        raise InvalidArgument(
            f"{option} is shorter than {SHORTEST} characters. No VCS provider issues such a token, "
            "and masking it would damage the IDs and URLs that tasks return."
        )
    return secret


def clean_key(value: str | None, option: str) -> str | None:
    """A key of several lines; a PEM whose line ends were lost in YAML or in a variable gets them back."""
    text = (value or "").replace("\r\n", "\n").strip()
    if not text:
        return None
    if _PEM.search(text):
        text = _PEM.sub(_unfolded, text.replace("\\r", "").replace("\\n", "\n")).strip() + "\n"
    if _CONTROL.search(text.replace("\n", "").replace("\t", "")):
        raise InvalidArgument(f"{option} contains control characters. Give the key as text, with its line ends.")
    return text


def _unfolded(block: re.Match[str]) -> str:
    """A PEM block with line ends, if folding has turned them into spaces."""
    kind, body = block.groups()
    if "\n" not in body.strip():
        body = "\n".join(["", *body.split(), ""])
    return f"-----BEGIN {kind}-----{body}-----END {kind}-----"


class Scrubber:
    """Removes secrets from anything that goes out, in every spelling that a server might echo them in."""

    def __init__(self, secrets: t.Iterable[str | None]) -> None:
        known = {part for secret in secrets if secret for part in _parts(secret)}
        self._forms = sorted({form for part in known for form in _spellings(part)}, key=len, reverse=True)
        self._quoted = [pattern for part in known for pattern in _quoted(part)]

    def scrub(self, value: t.Any) -> t.Any:
        """The same structure of dictionaries, lists and scalars with each secret replaced by a fixed word."""
        texts: list[str] = []
        _collect(value, texts)
        blob = "\0".join(texts)
        found = [form for form in self._forms if form in blob]
        found += sorted({match for pattern in self._quoted for match in pattern.findall(blob)}, key=len, reverse=True)
        return _replace(value, found) if found else value


def _parts(secret: str) -> t.Iterator[str]:
    """What of a secret must not be seen: all of it as it is sent, and each line of a key, however that is folded."""
    secret = secret.strip()
    if secret:
        yield secret
    if _PEM.search(secret) or "\n" in secret:
        lines = _LINE_ENDS.split(_PEM_FRAME.sub(" ", secret))
        yield from (line for line in lines if len(line) >= SHORTEST)


def _spellings(secret: str) -> t.Iterator[str]:
    yield secret
    if not _MARKUP.isdisjoint(secret):
        import html

        yield html.escape(secret)
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
        # a document that holds a document, as in a quoted error body
        yield json.dumps(escaped)[1:-1]
    yield from _base64_spellings(secret.encode())


def _quoted(secret: str) -> t.Iterator[re.Pattern[str]]:
    """The secret in a URL, whatever the case of its hexadecimal digits."""
    for quoted in {quote(secret, safe=""), quote(secret), quote_plus(secret)} - {secret}:
        yield re.compile(_PERCENT.sub(r"(?i:\g<0>)", re.escape(quoted)))


def _base64_spellings(secret: bytes) -> t.Iterator[str]:
    """The characters that a secret causes wherever it begins within longer base64 text (as in Basic credentials)."""
    for offset in range(3):
        first = (offset * 8 + 5) // 6
        last = (offset + len(secret)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(b"\0" * offset + secret).decode()[first:last]
            if len(core) >= SHORTEST:
                yield core


def _collect(value: t.Any, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect(key, texts)
            _collect(item, texts)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, texts)


def _replace(value: t.Any, forms: list[str]) -> t.Any:
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, MASK)
        return value
    if isinstance(value, dict):
        return {_replace(key, forms): _replace(item, forms) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replace(item, forms) for item in value]
    return value
