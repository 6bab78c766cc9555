# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fill a store from a seed: a YAML or JSON file, or the same as a dictionary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from .store import Store

SEEDS = Path(__file__).parent / "seeds"

Seed = Mapping[str, Any] | str | Path


class _Loader(yaml.SafeLoader):
    """Leaves time stamps as they are written: the API's answers have them as text."""


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


class SeedError(ValueError):
    """A seed has something that the sandbox does not know."""


def read_seed(seed: Seed) -> Mapping[str, Any]:
    if isinstance(seed, Mapping):
        return seed
    # JSON is YAML.
    try:
        content = yaml.load(Path(seed).read_text(encoding="utf-8"), _Loader)
    except yaml.YAMLError as error:
        raise SeedError(f"{seed} is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise SeedError(f"{seed}: a seed is a mapping")
    return content


def load(store: Store, seed: Mapping[str, Any]) -> None:
    """Each entry's keys are the parameters of the store's `add_…` method for it."""
    _refuse_unknown_keys(seed, {"organizations", "tokens", "personal_access_tokens", "github_app_installations"})
    for token in seed.get("tokens", ()):
        _add("tokens", store.add_api_token, token)
    for token in seed.get("personal_access_tokens", ()):
        _add("personal_access_tokens", store.add_personal_access_token, token)
    for installation in seed.get("github_app_installations", ()):
        _add("github_app_installations", store.add_github_app_installation, installation)
    for organization in seed.get("organizations", ()):
        _load_organization(store, dict(organization))


def _load_organization(store: Store, entry: dict[str, Any]) -> None:
    # In this order, because later kinds refer to earlier ones.
    adders: Mapping[str, Callable[..., Any]] = {
        "projects": store.add_project,
        "agent_pools": store.add_agent_pool,
        "oauth_clients": store.add_client,
        "workspaces": store.add_workspace,
        "policy_sets": store.add_policy_set,
        "registry_modules": store.add_registry_module,
        "registry_components": store.add_registry_component,
        "stacks": store.add_stack,
        "vcs_events": store.add_vcs_event,
    }
    entries = {key: entry.pop(key, ()) for key in adders}
    name = _add("organizations", store.add_organization, entry).name
    for key, add in adders.items():
        for item in entries[key]:
            _add(key, add, _named(item), name)


def _add(kind: str, add: Callable[..., Any], entry: Mapping[str, Any], *organization: str) -> Any:
    try:
        return add(*organization, **entry)
    except TypeError as error:
        unknown = re.search(r"unexpected keyword argument ('\w+')", str(error))
        problem = f"unknown key {unknown.group(1)}" if unknown else str(error)
        raise SeedError(f"in the seed: {problem} in {kind}") from None


def _named(entry: str | dict[str, Any]) -> dict[str, Any]:
    return {"name": entry} if isinstance(entry, str) else entry


def _refuse_unknown_keys(seed: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(seed) - known):
        raise SeedError(f"in the seed: unknown {', '.join(unknown)}; there are {', '.join(sorted(known))}")
