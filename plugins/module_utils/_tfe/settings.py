# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""How to reach the API: address, API token and transport settings, from options, environment and Terraform's login.

Names and order follow the hashicorp.terraform collection and the Terraform CLI
(U(https://developer.hashicorp.com/terraform/cli/config/config-file#credentials)).
"""

from __future__ import annotations

import json
import os
import typing as t
from dataclasses import dataclass, field

from .._base import urls
from .._base.errors import InvalidArgument, TokenMissing
from .._base.secrets import clean_secret

DEFAULT_ADDRESS = "https://app.terraform.io"
_ADDRESS_VARIABLES = ("TFE_ADDRESS", "TFE_HOSTNAME", "TF_HOSTNAME")
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_BOOLEANS = {
    **dict.fromkeys(("1", "true", "yes", "on", "t", "y"), True),
    **dict.fromkeys(("0", "false", "no", "off", "f", "n"), False),
}


@dataclass(frozen=True)
class Settings:
    """How to reach the API. ``timeout`` is in seconds, for connecting and for each wait for data.

    ``proxies`` is None for the proxies of the environment, "" for none at all, else a proxy's URL.
    ``token_source`` says in words where the API token came from, for messages.
    """

    address: urls.Address
    token: str = field(repr=False)
    token_source: str
    timeout: float = 30.0
    max_retries: int = 5
    verify_tls: bool = True
    ca_bundle: str | None = None
    proxies: str | None = None


def resolve_settings(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: str | None) -> Settings:
    """Settings from the task's options, then the environment, then ``~/.terraform.d/credentials.tfrc.json``.

    Raises InvalidArgument for a value that is no such thing, and TokenMissing, telling where it looked.
    """
    address = _address(params, environ)
    token, source = _token(params, environ, home, address)
    return Settings(
        address=address,
        token=token,
        token_source=source,
        timeout=_number(params, environ, "tfe_timeout", float, 30.0),
        max_retries=_number(params, environ, "tfe_max_retries", int, 5),
        verify_tls=_verify_tls(params, environ),
        ca_bundle=_ca_bundle(params, environ),
        proxies=params.get("tfe_proxies") if params.get("tfe_proxies") is not None else environ.get("TFE_PROXIES"),
    )


def resolve_organization(stated: str | None, environ: t.Mapping[str, str]) -> str:
    """The organization's name from the option or TFE_ORGANIZATION; raises InvalidArgument where there is none."""
    name = (stated or environ.get("TFE_ORGANIZATION") or "").strip()
    if not name:
        raise InvalidArgument(
            "organization is needed: the name of the HCP Terraform or Terraform Enterprise organization "
            "(or set TFE_ORGANIZATION)."
        )
    if "/" in name or any(character.isspace() or not character.isprintable() for character in name):
        raise InvalidArgument(
            f"organization {name!r} is no valid name: it has a slash, white space or control characters."
        )
    return name


def _address(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> urls.Address:
    if params.get("tfe_address") is not None:
        return urls.api_address(params["tfe_address"], "option tfe_address")
    for variable in _ADDRESS_VARIABLES:
        if environ.get(variable):
            return urls.api_address(environ[variable], f"environment variable {variable}")
    return urls.api_address(DEFAULT_ADDRESS, "default")


def _token(
    params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: str | None, address: urls.Address
) -> tuple[str, str]:
    credentials = os.path.join(home, ".terraform.d", "credentials.tfrc.json") if home else None
    for value, source in _token_sources(params, environ, credentials, address):
        token = clean_secret(value, f"The API token from {source}")
        if token:
            return token, source
    raise TokenMissing(
        f"No API token for {address.host} was found on the host that runs this task. Looked at: option tfe_token; "
        f"environment variables TFE_TOKEN, {_token_variable(address.hostname)}, TF_TOKEN; "
        f"{credentials or 'no home directory'} (what 'terraform login' writes). On a remote host the controller's "
        "environment is not there: run the task on the controller (delegate_to: localhost) or set tfe_token."
    )


def _token_sources(
    params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], credentials: str | None, address: urls.Address
) -> t.Iterator[tuple[str | None, str]]:
    yield params.get("tfe_token"), "option tfe_token"
    yield environ.get("TFE_TOKEN"), "environment variable TFE_TOKEN"
    for variable in sorted(environ):
        if variable.startswith("TF_TOKEN_") and _host_of_variable(variable) == address.hostname:
            yield environ[variable], f"environment variable {variable}"
    yield environ.get("TF_TOKEN"), "environment variable TF_TOKEN"
    if credentials:
        yield _cli_token(credentials, address), credentials


def _host_of_variable(variable: str) -> str:
    """Terraform's encoding: a dot is one underscore, a hyphen is two (or itself, where the shell allows it)."""
    return variable[len("TF_TOKEN_") :].replace("__", "-").replace("_", ".").lower()


def _token_variable(hostname: str) -> str:
    return "TF_TOKEN_" + hostname.replace("-", "__").replace(".", "_")


def _cli_token(path: str, address: urls.Address) -> str | None:
    """The token that 'terraform login' keeps for the host; a file that is not there or not readable has none."""
    try:
        with open(path, encoding="utf-8") as file:
            hosts = json.load(file)["credentials"]
        entries = {str(host).lower(): entry for host, entry in hosts.items()}
        entry = entries.get(address.host) or entries.get(address.hostname) or {}
        token = entry.get("token")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return token if isinstance(token, str) else None


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


def _ca_bundle(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str | None:
    """The option, then the usual variables. requests would let the variables win, so they are read here."""
    stated = params.get("tfe_ca_bundle")
    if stated and not os.path.exists(stated):
        raise InvalidArgument(f"tfe_ca_bundle {stated} does not exist on the host that runs this task.")
    inherited = (environ.get(variable) for variable in _CA_VARIABLES)
    return stated or next((path for path in inherited if path and os.path.exists(path)), None)
