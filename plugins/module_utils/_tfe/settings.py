# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""How to reach the API: address, API token and transport settings, from options, environment and Terraform's files."""

from __future__ import annotations

import os
import typing as t

from .._base import urls
from .._base.errors import InvalidArgument
from .._base.secret_shapes import misplaced_secret
from .._http.trust import find_bundle
from .api_token import find_token
from .headers import find_headers

DEFAULT_ADDRESS = "https://app.terraform.io"
_ADDRESS_VARIABLES = ("TFE_ADDRESS", "TFE_HOSTNAME", "TF_HOSTNAME")
_BOOLEANS = {
    **dict.fromkeys(("1", "true", "yes", "on", "t", "y"), True),
    **dict.fromkeys(("0", "false", "no", "off", "f", "n"), False),
}


class Settings(t.NamedTuple):
    """How to reach the API. ``timeout`` is in seconds, for connecting and for each wait for data.

    ``proxies`` is None for the proxies of the environment, "" for none at all, else a proxy's URL.
    ``token_source`` says in words where the API token came from, for messages.
    """

    address: urls.Address
    token: str
    token_source: str
    timeout: float = 30.0
    max_retries: int = 5
    verify_tls: bool = True
    ca_bundle: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxies: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Settings({self.address!r}, {self.token_source!r})"

    @property
    def secrets(self) -> list[str]:
        """All secrets in the settings, except the parts of the proxy's URL."""
        return [self.token, *(value for _name, value in self.headers)]


def resolve_settings(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: str | None) -> Settings:
    """Settings from the task's options, then the environment, then the files of the Terraform CLI.

    Raises InvalidArgument for a value that cannot be right, and TokenMissing with the places that were searched.
    """
    address = _address(params, environ)
    token, source = find_token(params, environ, home, address)
    client_cert, client_key = _client_certificate(params, environ)
    return Settings(
        address=address,
        token=token,
        token_source=source,
        timeout=_number(params, environ, "tfe_timeout", float, 30.0),
        max_retries=_number(params, environ, "tfe_max_retries", int, 5),
        verify_tls=_verify_tls(params, environ),
        ca_bundle=find_bundle(params.get("tfe_ca_bundle"), "tfe_ca_bundle", environ),
        client_cert=client_cert,
        client_key=client_key,
        headers=find_headers(params, environ),
        proxies=params.get("tfe_proxies") if params.get("tfe_proxies") is not None else environ.get("TFE_PROXIES"),
    )


def resolve_organization(given: str | None, environ: t.Mapping[str, str]) -> str:
    """The organization's name from the option or TFE_ORGANIZATION; raises InvalidArgument if there is none."""
    name = (given or environ.get("TFE_ORGANIZATION") or "").strip()
    if not name:
        raise InvalidArgument(
            "organization is needed: the name of the HCP Terraform or Terraform Enterprise organization "
            "(or set TFE_ORGANIZATION)."
        )
    _refuse_secret(name, "organization" if given else "environment variable TFE_ORGANIZATION")
    if "/" in name or any(character.isspace() or not character.isprintable() for character in name):
        raise InvalidArgument(
            f"organization {name!r} is not a valid name: it contains a slash, white space or control characters."
        )
    return name


def _address(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> urls.Address:
    if params.get("tfe_address") is not None:
        return urls.api_address(params["tfe_address"], "option tfe_address")
    for variable in _ADDRESS_VARIABLES:
        if environ.get(variable):
            _refuse_secret(environ[variable], f"environment variable {variable}")
            return urls.api_address(environ[variable], f"environment variable {variable}")
    return urls.api_address(DEFAULT_ADDRESS, "default")


def _refuse_secret(value: str, source: str) -> None:
    """Refuse a secret in a variable of the environment. The options of a task are all checked before."""
    problem = misplaced_secret(value)
    if problem:
        raise InvalidArgument(f"{source} {problem}")


def _number(
    params: t.Mapping[str, t.Any],
    environ: t.Mapping[str, str],
    option: str,
    kind: t.Callable[[t.Any], t.Any],
    default: t.Any,
) -> t.Any:
    value, source = params.get(option), f"option {option}"
    if value is None:
        value, source = environ.get(option.upper()) or default, f"environment variable {option.upper()}"
    try:
        number = kind(value)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= 86400 or (kind is float and number == 0):
        raise InvalidArgument(f"{source} must be a {'positive' if kind is float else 'whole'} number up to 86400.")
    return number


def _verify_tls(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> bool:
    if params.get("tfe_verify_tls") is not None:
        return bool(params["tfe_verify_tls"])
    value = environ.get("TFE_VERIFY_TLS") or "true"
    if value.strip().lower() not in _BOOLEANS:
        raise InvalidArgument("environment variable TFE_VERIFY_TLS must be true or false.")
    return _BOOLEANS[value.strip().lower()]


def _client_certificate(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> tuple[str | None, str | None]:
    """The files of the certificate and of its key, which can be in the file of the certificate."""
    found: dict[str, str | None] = {}
    for option in ("tfe_client_cert", "tfe_client_key"):
        path = params.get(option)
        if path is None:
            path = os.path.expanduser(environ.get(option.upper()) or "")
            _refuse_secret(path, f"environment variable {option.upper()}")
        if path and not os.path.isfile(path):
            raise InvalidArgument(f"{option} {path} is not a file on the host that runs this task.")
        found[option] = path or None
    if found["tfe_client_key"] and not found["tfe_client_cert"]:
        raise InvalidArgument("tfe_client_key needs tfe_client_cert, the certificate that the key belongs to.")
    return found["tfe_client_cert"], found["tfe_client_key"]
