# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The argument specs of the modules, from shared parts. The doc fragments of the same names describe them."""

from __future__ import annotations

import typing as t

from .._model.vcs_link import ALL_KINDS, KINDS
from .._vcs.service_providers import SERVICE_PROVIDERS

#: How to reach the API: the same in every module (doc fragment hcptf.vcs.tfe).
TFE: dict[str, dict[str, t.Any]] = {
    "tfe_token": {"type": "str", "no_log": True, "aliases": ["tf_token"]},
    "tfe_address": {"type": "str"},
    "tfe_timeout": {"type": "float"},
    "tfe_max_retries": {"type": "int"},
    "tfe_verify_tls": {"type": "bool"},
    "tfe_ca_bundle": {"type": "path"},
    "tfe_client_cert": {"type": "path"},
    "tfe_client_key": {"type": "path", "no_log": False},
    "tfe_headers": {"type": "dict", "no_log": True},
    # a proxy's URL may hold a password
    "tfe_proxies": {"type": "str", "no_log": True},
}

#: One connection (doc fragment hcptf.vcs.connection).
CONNECTION: dict[str, dict[str, t.Any]] = {
    "organization": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "oauth_client_id": {"type": "str", "no_log": False},
    "service_provider": {"type": "str", "choices": list(SERVICE_PROVIDERS)},
    "http_url": {"type": "str"},
    "api_url": {"type": "str"},
    "name": {"type": "str"},
    "match_by": {"type": "str", "choices": ["url", "url_and_name"], "default": "url"},
    "ado_org_name": {"type": "str"},
    "personal_access_token": {"type": "str", "no_log": True, "aliases": ["pat", "oauth_token"]},
    "private_key": {"type": "str", "no_log": True},
    # an identifier, which the API returns
    "key": {"type": "str", "no_log": False},
    "secret": {"type": "str", "no_log": True},
    "rsa_public_key": {"type": "str", "no_log": False},
    "ssh_key": {"type": "str", "no_log": True},
    "check_personal_access_token": {"type": "bool", "no_log": False},
    "minimum_days": {"type": "int"},
    "vcs_timeout": {"type": "float"},
    "vcs_verify_tls": {"type": "bool"},
    "vcs_ca_bundle": {"type": "path"},
    "update_secrets": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    "organization_scoped": {"type": "bool"},
    "projects": {"type": "list", "elements": "str"},
    "agent_pool": {"type": "str", "aliases": ["agent_pool_id"]},
    "force": {"type": "bool", "default": False},
    # no default, so an entry of a list can inherit the option of the task
    "missing_in_check_mode": {"type": "str", "choices": ["fail", "predict"]},
}

#: How to check personal access tokens before they are sent, of all connections of a task.
TOKEN_CHECK = ("check_personal_access_token", "minimum_days", "vcs_timeout", "vcs_verify_tls", "vcs_ca_bundle")

_TEXTS = {"type": "list", "elements": "str"}

#: The rules between the options of one connection.
CONNECTION_RULES: dict[str, t.Any] = {
    "required_one_of": [("oauth_client_id", "service_provider")],
    "required_if": [("match_by", "url_and_name", ("name",))],
}


def oauth_client() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module oauth_client."""
    return {"argument_spec": {**TFE, **CONNECTION}, "supports_check_mode": True, **CONNECTION_RULES}


def oauth_clients() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module oauth_clients."""
    connections = {"type": "list", "elements": "dict", "required": True, "options": CONNECTION, **CONNECTION_RULES}
    shared = {name: CONNECTION[name] for name in ("organization", "missing_in_check_mode", *TOKEN_CHECK)}
    return {"argument_spec": {**TFE, **shared, "connections": connections}, "supports_check_mode": True}


def personal_access_token_info() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module personal_access_token_info, which never asks the API."""
    connections = {"type": "list", "elements": "dict", "options": CONNECTION, **CONNECTION_RULES}
    one = ("service_provider", "http_url", "api_url", "ado_org_name", "name", "personal_access_token")
    shared = [name for name in TOKEN_CHECK if name != "check_personal_access_token"]
    spec = {**{name: CONNECTION[name] for name in (*one, *shared)}, "connections": connections}
    return {
        "argument_spec": spec,
        "supports_check_mode": True,
        "required_one_of": [("service_provider", "connections")],
        "mutually_exclusive": [("connections", name) for name in one],
        "required_by": {"service_provider": ("personal_access_token",)},
    }


def oauth_client_info() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module oauth_client_info."""
    filters = {name: CONNECTION[name] for name in ("oauth_client_id", "service_provider", "http_url", "name")}
    parts = ["tokens", "affected_workspaces", "health", "vcs_events"]
    include = {"type": "list", "elements": "str", "choices": parts, "default": []}
    spec = {
        **TFE,
        "organization": CONNECTION["organization"],
        "organizations": _TEXTS,
        **filters,
        "include": include,
    }
    return {"argument_spec": spec, "supports_check_mode": True}


#: The options that select one connection, for the modules about VCS links.
SELECTOR: dict[str, dict[str, t.Any]] = {
    **{name: CONNECTION[name] for name in ("oauth_client_id", "service_provider", "http_url", "name", "ado_org_name")},
    "oauth_token_id": {"type": "str", "no_log": False},
    "github_app_installation_id": {"type": "str"},
}


def github_app_installation_info() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module github_app_installation_info."""
    spec = {**TFE, "name": {"type": "str"}, "installation_id": {"type": "int"}}
    return {"argument_spec": spec, "supports_check_mode": True}


def vcs_links_info() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module vcs_links_info."""
    spec = {
        **TFE,
        "organization": CONNECTION["organization"],
        "organizations": _TEXTS,
        "connection": {"type": "dict", "options": SELECTOR},
        "kinds": {**_TEXTS, "choices": list(ALL_KINDS)},
        "names": _TEXTS,
        "projects": _TEXTS,
    }
    return {"argument_spec": spec, "supports_check_mode": True}


def vcs_links() -> dict[str, t.Any]:
    """The arguments for AnsibleModule of the module vcs_links."""
    side = {"type": "dict", "required": True, "options": SELECTOR}
    rule = {"from": {"type": "str", "required": True}, "to": {"type": "str", "required": True}}
    spec = {
        **TFE,
        "organization": CONNECTION["organization"],
        "from": side,
        "to": side,
        "kinds": {**_TEXTS, "choices": list(KINDS)},
        "names": _TEXTS,
        "projects": _TEXTS,
        "repositories": {"type": "list", "elements": "dict", "options": rule},
        "check_repositories": {"type": "bool", "default": True},
        "limit": {"type": "int"},
    }
    return {"argument_spec": spec, "supports_check_mode": True}
