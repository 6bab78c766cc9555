# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Finds the API token in the option, the environment, and the files of the Terraform CLI.

Names and order follow the hashicorp.terraform collection and the Terraform CLI
(U(https://developer.hashicorp.com/terraform/cli/config/config-file#credentials)).
"""

from __future__ import annotations

import os
import typing as t

from .._base import urls
from .._base.errors import TokenMissing
from .._base.secrets import clean_api_token
from .hcl import tokens_by_host

#: More bytes than any real configuration file of the Terraform CLI has.
_LARGEST_FILE = 1024 * 1024


def find_token(
    params: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: str | None, address: urls.Address
) -> tuple[str, str]:
    """The token and, in words, its source. Raises TokenMissing, with all places that were searched."""
    login = os.path.join(home, ".terraform.d", "credentials.tfrc.json") if home else None
    configuration = environ.get("TF_CLI_CONFIG_FILE") or (os.path.join(home, ".terraformrc") if home else None)
    for value, source in _sources(params, environ, (configuration, login), address):
        token = clean_api_token(value, f"The API token from {source}")
        if token:
            return token, source
    raise TokenMissing(
        f"No API token for {address.host} was found on the host that runs this task. Searched: option tfe_token; "
        f"environment variables TFE_TOKEN, {_variable(address.hostname)}, TF_TOKEN; "
        f"the Terraform CLI configuration file ({_state(configuration)}), or another that TF_CLI_CONFIG_FILE names; "
        f"{login or 'no home directory'} (what 'terraform login' writes). On a remote host the controller's "
        "environment is not there: run the task on the controller (delegate_to: localhost) or set tfe_token."
    )


def _sources(
    params: t.Mapping[str, t.Any],
    environ: t.Mapping[str, str],
    files: t.Sequence[str | None],
    address: urls.Address,
) -> t.Iterator[tuple[str | None, str]]:
    yield params.get("tfe_token"), "option tfe_token"
    yield environ.get("TFE_TOKEN"), "environment variable TFE_TOKEN"
    for variable in sorted(environ):
        if variable.startswith("TF_TOKEN_") and _host_of(variable) == address.hostname:
            yield environ[variable], f"environment variable {variable}"
    yield environ.get("TF_TOKEN"), "environment variable TF_TOKEN"
    for path in filter(None, files):
        hosts = tokens_by_host(_content(path))
        yield hosts.get(address.host) or hosts.get(address.hostname), path


def _host_of(variable: str) -> str:
    """Terraform's encoding: a dot is one underscore, a hyphen is two (or itself, where the shell allows it)."""
    return variable[len("TF_TOKEN_") :].replace("__", "-").replace("_", ".").lower()


def _variable(hostname: str) -> str:
    return "TF_TOKEN_" + hostname.replace("-", "__").replace(".", "_")


def _content(path: str) -> str:
    """Return the file's text. A file that is missing or cannot be read counts as empty."""
    try:
        with open(path, encoding="utf-8-sig") as file:  # Windows begins a text with a byte order mark
            return file.read(_LARGEST_FILE)
    except (OSError, ValueError):
        return ""


def _state(path: str | None) -> str:
    if not path:
        return "no home directory"
    if not os.path.exists(path):
        return f"{path}, which does not exist"
    return f"{path}, which has none for this host" if os.access(path, os.R_OK) else f"{path}, which cannot be read"
