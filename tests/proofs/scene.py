# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the proofs have in common: made-up secrets, the operations of the product, and what must be true after each."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, quote_plus

from utils.fake_keys import openssh_private_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.model import OAuthClient
    from sandbox.store import Store

PRODUCT = "ansible_collections.hcptf.vcs.plugins.module_utils"

TOKEN = "made-up/owner+token=of-acme"
PAT = "made-up/pat+one=0123456789"
NEW_PAT = "made-up/pat+two=9876543210"
SSH_KEY = openssh_private_key("for cloning")
SECRETS = (TOKEN, PAT, NEW_PAT, SSH_KEY)

NETWORK, SHOP = "prj-Network111111111", "prj-Shop111111111111"
DATACENTER, CLOUD = "apool-Datacenter111111", "apool-Cloud11111111111"
GITLAB = "https://gitlab.example.com"
#: What is there at first has been there for long: what was made a moment ago is looked at twice.
LONG_AGO = "2026-01-02T03:04:05.678Z"

SEED: dict[str, Any] = {
    "tokens": [{"name": "owner", "token": TOKEN, "manages": ["acme", "globex"]}],
    "organizations": [
        {
            "name": "acme",
            "projects": [{"name": "Network", "id": NETWORK}, {"name": "Shop", "id": SHOP}],
            "agent_pools": [{"name": "datacenter", "id": DATACENTER}, {"name": "cloud", "id": CLOUD}],
            # A bystander, in use: no operation may touch it.
            "oauth_clients": [
                {
                    "service_provider": "gitlab_community_edition",
                    "http_url": GITLAB,
                    "api_url": f"{GITLAB}/api/v4",
                    "name": "GitLab",
                    "id": "oc-Bystander1111111",
                    "created_at": LONG_AGO,
                    "workspaces": ["bystander"],
                }
            ],
        },
        {"name": "globex"},
    ],
}

Before = Literal["none", "unused", "linked"]


@dataclass(frozen=True)
class Operation:
    """One thing that users do with the GitHub connection of the organization acme.

    ``before`` is what is there at first; ``wanted`` are the client's fields and ``pat`` and ``ssh_key`` its token's
    in the end, where one is wanted.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    before: Before = "linked"
    wanted: Mapping[str, Any] | None = field(default_factory=dict)
    pat: str = PAT
    ssh_key: str | None = None
    fails: str | None = None
    """The code with which it fails though nothing is wrong with the server."""
    reads: bool = False
    """oauth_client_info, which never changes anything."""
    always_sends: bool = False
    """Reports a change each time."""
    unknowns: Mapping[str, Any] = field(default_factory=dict)

    def prepare(self, store: Store) -> None:
        if self.before != "none":
            store.add_client(
                "acme",
                name="GitHub",
                created_at=LONG_AGO,
                personal_access_token=PAT,
                projects=["Network"],
                agent_pool="datacenter",
                workspaces=["shop"] if self.before == "linked" else [],
            )

    def connection(self) -> dict[str, Any]:
        """What the task says, every option with the value or the default that Ansible would hand over."""
        options = {"service_provider": "github", "personal_access_token": PAT, "state": "present", **self.options}
        return {**_unset(), **options}


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("create", {"name": "GitHub"}, "none", {"name": "GitHub"}),
        Operation("create_ssh_key", {"ssh_key": SSH_KEY}, "none", ssh_key=SSH_KEY),
        Operation(
            "create_token_late",
            {"projects": ["Shop"], "organization_scoped": False},
            "none",
            {"project_ids": (SHOP,), "organization_scoped": False},
            unknowns={"token_in_create_answer": False},
        ),
        Operation("adopt", {"personal_access_token": None}),
        Operation("adopt_with_pat"),
        Operation("update_name", {"name": "GitHub, renamed"}, wanted={"name": "GitHub, renamed"}),
        Operation(
            "rotate",
            {"personal_access_token": NEW_PAT, "ssh_key": SSH_KEY, "update_secrets": "always"},
            pat=NEW_PAT,
            ssh_key=SSH_KEY,
            always_sends=True,
        ),
        Operation("projects", {"projects": ["Shop"]}, wanted={"project_ids": (SHOP,), "agent_pool_id": DATACENTER}),
        Operation("agent_pool", {"agent_pool": "cloud"}, wanted={"agent_pool_id": CLOUD, "project_ids": (NETWORK,)}),
        Operation("remove", {"state": "absent", "personal_access_token": None}, "unused", None),
        Operation("remove_forced", {"state": "absent", "force": True, "personal_access_token": None}, wanted=None),
        Operation("remove_in_use", {"state": "absent", "personal_access_token": None}, fails="workspaces_linked"),
        Operation("info", {"include": ["tokens", "affected_workspaces"]}, reads=True),
        Operation("health", {"include": ["health"]}, reads=True),
    )
}


def product(name: str) -> Any:
    """One of the product's modules; it is on the path only when a proof runs."""
    return import_module(f"{PRODUCT}.{name}")


@cache
def known_codes() -> frozenset[str]:
    """The failure codes of the interface; "internal" is a fault of ours."""
    errors = vars(product("_base.errors")).values()
    return frozenset(error.code for error in errors if isinstance(error, type) and hasattr(error, "code")) - {
        "internal"
    }


@cache
def _unset() -> Mapping[str, Any]:
    """The options of a connection as Ansible fills them in where a task states nothing."""
    return {name: option.get("default") for name, option in product("_tasks.argument_specs").CONNECTION.items()}


def task(address: str, **options: Any) -> dict[str, Any]:
    """The shared options of a task."""
    shared = dict.fromkeys(product("_tasks.argument_specs").TFE)
    return {**shared, "organization": "acme", "tfe_address": address, "tfe_token": TOKEN, "tfe_timeout": 5.0, **options}


def run(operation: Operation, address: str, **options: Any) -> dict[str, Any]:
    """The operation as one task of oauth_client or oauth_client_info."""
    result: dict[str, Any]
    if operation.reads:
        params = {
            "service_provider": None,
            "http_url": None,
            "oauth_client_id": None,
            "name": None,
            **operation.options,
        }
        result = product("_tasks.oauth_client_info").run_oauth_client_info(
            task(address, **params, **options), False, False
        )
    else:
        params = task(address, **{**operation.connection(), "organization": "acme"}, **options)
        result = product("_tasks.oauth_clients").run_oauth_client(params, False, True)
    return result


# -- what is looked at afterwards -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """What a server holds that the promises are about."""

    github: tuple[OAuthClient, ...]
    tokens: Mapping[str, tuple[tuple[str, str, str | None], ...]]
    """By client: ID, personal access token and SSH key of its OAuth tokens."""
    bystander: Any
    links: Mapping[str, str | None]
    """Each workspace's OAuth token."""

    @classmethod
    def of(cls, store: Store, organization: str = "acme") -> State:
        with store.lock:
            clients = store.clients(organization)
            everything = {
                client.id: tuple(
                    (token.id, token.personal_access_token, token.ssh_key) for token in store.oauth_tokens(client)
                )
                for client in clients
            }
            return cls(
                tuple(client for client in clients if client.service_provider == "github"),
                everything,
                [(client, everything[client.id]) for client in clients if client.http_url == GITLAB],
                {workspace.name: workspace.oauth_token_id for workspace in store.workspaces(organization)},
            )


def untouched(before: State, after: State, operation: Operation) -> Iterator[str]:
    """What went wrong with things that the operation is not about, and with links that only a removal may cut."""
    if before.bystander != after.bystander:
        yield "the bystander was changed"
    for workspace, token in before.links.items():
        may_go = operation.name == "remove_forced" and workspace == "shop"
        if after.links[workspace] != token and not may_go:
            yield f"workspace {workspace} was unlinked"
    if len(after.github) > 1:
        yield f"{len(after.github)} clients for one connection"
    if not after.github and before.github and (operation.wanted is not None or operation.fails):
        yield "the client is lost"


def reached(before: State, after: State, operation: Operation) -> Iterator[str]:
    """What is not as the operation wants it."""
    if operation.fails or operation.reads:
        if before != after:
            yield "something was changed"
        return
    if operation.wanted is None:
        if after.github:
            yield "the client is still there"
        return
    if len(after.github) != 1:
        yield f"{len(after.github)} clients where one is wanted"
        return
    client = after.github[0]
    for name, value in operation.wanted.items():
        if getattr(client, name) != value:
            yield f"{name} is {getattr(client, name)!r}, not {value!r}"
    if before.github and client.id != before.github[0].id:
        yield "the client was replaced by another one"
    tokens = after.tokens[client.id]
    if [(pat, ssh_key) for dummy, pat, ssh_key in tokens] != [(operation.pat, operation.ssh_key)]:
        yield "the OAuth token's secrets are not those wanted"
    if before.github and tokens[0][0] != before.tokens[client.id][0][0]:
        yield "the OAuth token was replaced by another one"


def truthful(
    result: Mapping[str, Any], before: State, after: State, operation: Operation, writes: int, answer_lost: bool
) -> Iterator[str]:
    """What the result says that is not so. ``answer_lost``: the answer to a write never reached the task."""
    differs = before != after
    if result.get("failed"):
        if differs and not result["changed"] and not answer_lost:
            yield "failed, and says that nothing changed, though it did"
    elif differs and not result["changed"]:
        yield "says that nothing changed, though it did"
    if result["changed"] and not writes:
        yield "says that something changed, though nothing was sent"
    if result.get("failed"):
        return
    if operation.reads:
        reported = {each["id"]: each["oauth_token_id"] for each in result["oauth_clients"]}
        if reported != {name: tokens[0][0] for name, tokens in after.tokens.items()}:
            yield "does not report the OAuth tokens that there are"
        return
    action, client = result["action"], after.github[0] if after.github else None
    expected = {
        "created": not before.github and client is not None,
        "updated": bool(before.github) and client is not None,
        "deleted": bool(before.github) and client is None,
        "absent": client is None,
        "unchanged": client is not None,
    }
    if not expected[action]:
        yield f"says {action}, which is not so"
    if result["changed"] != (action in ("created", "updated", "deleted")):
        yield f"says {action} and changed={result['changed']}"
    if result["oauth_token_id"] is None and result["warnings"]:
        return  # it says that it does not know
    if operation.wanted is not None and client is not None:
        ids = (result["oauth_client_id"], result["oauth_token_id"])
        if ids != (client.id, next((token[0] for token in after.tokens[client.id]), None)):
            yield f"returns {ids}, which are not the IDs of the one client"


def explained(result: Mapping[str, Any], place: str, expected: str | None) -> Iterator[str]:
    """What a failure does not tell: every entry of oauth_clients is looked at, too."""
    failures = [entry["failure"] for entry in result.get("connections", ()) if entry["failure"]]
    if result.get("failed") and not failures:
        failures = [result["failure"]]
    for failure in failures:
        if failure["code"] not in known_codes():
            yield f"failed with the code {failure['code']}: {failure['message']}"
        message = failure["message"] or ""
        if not message.strip() or not message.rstrip().endswith((".", ")")):
            yield "failed without a sentence"
        if "Traceback" in message or "\n" in message:
            yield "failed with more than a sentence"
        # What is wrong with the task itself has no address.
        named = "acme" in message and (place in message or not message.startswith("Could not"))
        if failure["code"] != expected and not named:
            yield f"does not name address and organization: {message}"


def secrets_in(text: str) -> Iterator[str]:
    """Every secret that a text shows, in whatever spelling, the greater part of one included."""
    for secret, spellings in _all_spellings().items():
        found = next((spelling for spelling in spellings if spelling in text), None)
        if found is not None:
            yield f"a secret is shown: {secret[:12]}… as {found!r}"


@cache
def _all_spellings() -> Mapping[str, tuple[str, ...]]:
    return {secret.strip().splitlines()[-2 if "\n" in secret else 0]: tuple(spellings(secret)) for secret in SECRETS}


def spellings(secret: str) -> Iterator[str]:
    """What a server or a library might make of a secret; of plain text also the first half, as a cut would leave it."""
    # The last line of a key may be too short to tell anybody anything.
    lines = [line for line in secret.strip().splitlines() if not line.startswith("-----") and len(line) >= 8]
    for line in lines:
        yield line[: max(12, len(line) // 2)]
        for text in (quote(line), quote(line, safe=""), quote_plus(line), html.escape(line)):
            yield text
            yield text.replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d")
        yield json.dumps(line)[1:-1].replace("/", "\\/")
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + line.encode()).decode().rstrip("=")
            yield from (encoded[4:-2], encoded[4:-2].replace("+", "-").replace("/", "_"))


def as_text(result: Mapping[str, Any]) -> str:
    return json.dumps(result, default=str) + repr(result)
