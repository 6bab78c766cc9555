# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""URLs as users and servers write them, their normal form for comparison, and the API's address."""

from __future__ import annotations

import ipaddress
import re
import typing as t
import unicodedata
from contextlib import suppress
from functools import cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

from .errors import InvalidArgument

_DEFAULT_PORTS = {"http": 80, "https": 443}
_API_PATH = "/api/v2"
_END = re.compile(r"[\s/]+$")
_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_UNPRINTABLE_OR_SPACE = re.compile(r"[\x00-\x20\x7f\\]")
_USERINFO = re.compile(r"""(:/{2,})[^/\s?\#"'<>]*@""")
_QUERY = re.compile(r"[?#]")
#: Before a host that is written without its scheme.
_USER_AND_PASSWORD = re.compile(r"[^\s/:@]+:\S+@")
#: A host name or an IPv6 address, and the port, which can be empty.
_HOST_AND_PORT = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.?|\[[0-9A-Fa-f:.]+\])(?::\d*)?")


class Address(t.NamedTuple):
    """Where the API is: ``base`` is a URL without trailing slash and without ``/api/v2``, ``host`` may have a port."""

    base: str
    scheme: str
    hostname: str
    host: str


def parse(url: str, option: str) -> SplitResult:
    """Split an http or https URL that a person wrote.

    Raises InvalidArgument, naming ``option``, for anything else; credentials in the URL are never repeated.
    """
    parts = _split_http(url)
    if parts is None:
        raise InvalidArgument(f"{option} is not a valid URL. Write it like https://vcs.example.com, without spaces.")
    if "@" in parts.netloc:
        raise InvalidArgument(f"{option} holds a user name or password before the host: leave them out.")
    if parts.query or parts.fragment:
        raise InvalidArgument(f"{option} has a query or fragment ('?' or '#'). Remove it.")
    return parts


def clean(url: str) -> str:
    """Return the URL without surrounding white space and trailing slashes."""
    return _END.sub("", url.strip())


def optional(url: str | None, option: str) -> str | None:
    """Return the cleaned URL of an option, None if it is not set or empty. Raises InvalidArgument as ``parse``."""
    cleaned = clean(url or "")
    if not cleaned:
        return None
    parse(cleaned, option)
    return cleaned


@cache  # every connection of a task is compared with every client
def normalize(url: str | None) -> str | None:
    """The normal form for comparison: scheme and host in lower case, no default or empty port, no trailing slashes.

    The host has no final dot, an IPv6 address its canonical form, and the path only the percent-escapes that it needs.

    The path keeps its case, and http stays different from https. None and "" (a client without URL) give None;
    what is no URL at all is only equal to itself. The server does not document any normalisation of its own.
    """
    text = clean(url or "")
    if not text:
        return None
    parts = _split_http(text.replace(" ", "%20"))  # a server can have stored it
    if parts is None:
        return text
    scheme = parts.scheme.lower()
    user, at, _host = parts.netloc.rpartition("@")
    tail = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return f"{scheme}://{user}{at}{_host_and_port(parts)}{_normal_path(parts.path.rstrip('/'))}{tail}"


def hostname(url: str) -> str:
    """The host of a URL in lower case, "" if there is none."""
    parts = _split(url)
    return _ascii_host(parts.hostname) if parts and parts.hostname else ""


def origin(url: str) -> str:
    """Scheme, host and port of a URL in normal form, "" if it is no http or https URL. Never with a user name."""
    parts = _split_http(clean(url))
    return f"{parts.scheme.lower()}://{_host_and_port(parts)}" if parts else ""


def without_scheme(url: str) -> str:
    """Host, port and path of a URL in normal form, for labels."""
    return (normalize(url) or "").partition("://")[2].rpartition("@")[2]


def api_address(text: str, source: str) -> Address:
    """The API's address from a bare host or a URL, with or without port, path prefix, trailing slash or /api/v2.

    Raises InvalidArgument naming ``source``: a malformed address never falls back to another host.
    """
    url = text.strip()
    parts = _split_http(url if "://" in url else f"https://{url}")
    if (
        parts is None
        or parts.hostname in _DEFAULT_PORTS  # https://https://host: the scheme was written twice
        or "@" in parts.netloc
        or "//" in parts.path.rstrip("/")
        or parts.query
        or parts.fragment
    ):
        raise InvalidArgument(
            f"The address of HCP Terraform or Terraform Enterprise from {source} is malformed. "
            "Write a host such as tfe.example.com, or a URL such as https://tfe.example.com:8443, nothing else."
        )
    path = parts.path.rstrip("/")
    while path.endswith(_API_PATH):
        path = path[: -len(_API_PATH)].rstrip("/")
    scheme, host = parts.scheme.lower(), _host_and_port(parts)
    return Address(f"{scheme}://{host}{path}", scheme, _ascii_host(parts.hostname or ""), host)


def without_userinfo(text: str) -> str:
    """A URL, or a text with URLs in it, without the user names and passwords before their hosts."""
    return _USERINFO.sub(r"\1", text)


def without_credentials(text: str) -> str | None:
    """A URL without everything that can be a secret in it: user name, password, query and fragment.

    Other text is returned as it is. None if it is unclear where the credentials end.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text.rpartition("@")[2] if _USER_AND_PASSWORD.match(text) else text
    head = _QUERY.split(rest)[0]
    if "@" in rest[len(head) :]:
        return None
    return f"{scheme}://{head.rpartition('@')[2]}"


def _split(url: str) -> SplitResult | None:
    """Split a URL. Unlike urlsplit, keep control characters and raise at once for a bad port."""
    if _UNPRINTABLE_OR_SPACE.search(url):
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is not a number
    except ValueError:
        return None
    return parts


def _split_http(url: str) -> SplitResult | None:
    """Split an http or https URL. None for anything else."""
    parts = _split(url)
    if parts is None or parts.scheme.lower() not in _DEFAULT_PORTS:
        return None
    return parts if _HOST_AND_PORT.fullmatch(parts.netloc.rpartition("@")[2]) else None


def _host_and_port(parts: SplitResult) -> str:
    host = _ascii_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme.lower())):
        return host
    return f"{host}:{parts.port}"


def _normal_path(path: str) -> str:
    """The path with letters in place of their percent-escapes (RFC 3986, 6.2.2.2), and the others in upper case."""
    return unicodedata.normalize("NFC", _ESCAPES.sub(_unescaped, path))


def _unescaped(escapes: re.Match[str]) -> str:
    text = unquote(escapes.group(), errors="surrogateescape")
    return "".join(
        character if _needs_no_escape(character) else quote(character, safe="", errors="surrogateescape")
        for character in text
    )


def _needs_no_escape(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "-._~"
    return character.isprintable()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its address or its name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _ascii_host(host: str) -> str:
    """Return a host in lower case, an IPv6 address in canonical form, an international name in its ASCII form."""
    host = host.lower().rstrip(".")
    if ":" in host:
        with suppress(ValueError):
            return ipaddress.ip_address(host).compressed
    if host.isascii():
        return host
    try:
        encoded = host.encode("idna")
        # If decoding gives another name (as with the German sharp s), current rules mean another host.
        return encoded.decode("ascii") if encoded.decode("idna") == host else host
    except UnicodeError:
        return host
