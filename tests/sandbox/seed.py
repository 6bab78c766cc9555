# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fill a store from a seed: a YAML or JSON file, or the same as a dictionary."""

from __future__ import annotations

from collections.abc import Mapping
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
    """A seed that says something the sandbox does not know."""


def read_seed(seed: Seed) -> Mapping[str, Any]:
    if isinstance(seed, Mapping):
        return seed
    # JSON is YAML.
    content = yaml.load(Path(seed).read_text(encoding="utf-8"), _Loader)
    if not isinstance(content, dict):
        raise SeedError(f"{seed}: a seed is a mapping")
    return content


def load(store: Store, seed: Mapping[str, Any]) -> None:
    """Each entry's keys are the parameters of the store's `add_…` method for it."""
    _refuse_unknown_keys(seed, {"organizations", "tokens", "personal_access_tokens"})
    try:
        for token in seed.get("tokens", ()):
            store.add_api_token(**token)
        for token in seed.get("personal_access_tokens", ()):
            store.add_personal_access_token(**token)
        for organization in seed.get("organizations", ()):
            _load_organization(store, dict(organization))
    except TypeError as error:
        raise SeedError(f"in the seed: {error}") from None


def _load_organization(store: Store, entry: dict[str, Any]) -> None:
    projects, agent_pools, workspaces, clients = (
        entry.pop(key, ()) for key in ("projects", "agent_pools", "workspaces", "oauth_clients")
    )
    name = store.add_organization(**entry).name
    for project in projects:
        store.add_project(name, **_named(project))
    for agent_pool in agent_pools:
        store.add_agent_pool(name, **_named(agent_pool))
    for workspace in workspaces:
        store.add_workspace(name, **_named(workspace))
    for client in clients:
        store.add_client(name, **client)


def _named(entry: str | dict[str, Any]) -> dict[str, Any]:
    return {"name": entry} if isinstance(entry, str) else entry


def _refuse_unknown_keys(seed: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(seed) - known):
        raise SeedError(f"in the seed: unknown {', '.join(unknown)}; there are {', '.join(sorted(known))}")
