# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sandboxes and a small HTTP client for the tests."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEDIA_TYPE = "application/vnd.api+json"
SEED: dict[str, Any] = {
    "tokens": [
        {"name": "owner", "token": "sandbox-owner-token", "user": "olivia", "manages": ["acme", "globex"]},
        {"name": "olivia-too", "token": "sandbox-second-token", "user": "olivia", "manages": ["acme"]},
        {"name": "reader", "token": "sandbox-reader-token", "reads": ["acme"]},
        {"name": "stranger", "token": "sandbox-stranger-token"},
    ],
    "personal_access_tokens": [
        {"token": "sandbox-pat", "user": "vcs-bot", "repositories": ["acme/app", "acme/infra", "acme/shop"]},
        {"token": "sandbox-rejected-pat", "rejected": True},
        {"token": "sandbox-revoked-pat", "revoked": True},
    ],
    "organizations": [
        {
            "name": "acme",
            "projects": [{"name": "Default Project", "id": "prj-default"}, {"name": "Shop", "id": "prj-shop"}],
            "agent_pools": [{"name": "datacenter", "id": "apool-datacenter"}],
        },
        {"name": "globex", "private_vcs": False},
        {"name": "hidden"},
    ],
}


class Api:
    """Requests to one sandbox, on one kept connection, as one caller."""

    def __init__(self, sandbox: Sandbox, token: str | None = "sandbox-owner-token") -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        if method != "GET":
            options.setdefault("headers", {"Content-Type": MEDIA_TYPE})
        options.setdefault("timeout", 5)
        prefix = "" if path.startswith(("/sandbox/", "/.well-known/")) else "/api/v2"
        return self.session.request(method, self.sandbox.address + prefix + path, **options)

    @staticmethod
    def body(**attributes: Any) -> dict[str, Any]:
        return {"data": {"type": "oauth-clients", "attributes": attributes}}

    @staticmethod
    def problems(response: requests.Response) -> list[tuple[str, str | None]]:
        """Status and pointer of every error."""
        return [(error["status"], error.get("source", {}).get("pointer")) for error in response.json()["errors"]]

    def create(self, organization: str = "acme", relationships: Any = None, **attributes: Any) -> requests.Response:
        """A create for github.com by a good PAT, but for the attributes given; None leaves one out."""
        body = self.body(
            **{
                "service-provider": "github",
                "http-url": "https://github.com",
                "api-url": "https://api.github.com",
                "oauth-token-string": "sandbox-pat",
                **{name.replace("_", "-"): value for name, value in attributes.items()},
            }
        )
        body["data"]["attributes"] = {k: v for k, v in body["data"]["attributes"].items() if v is not None}
        if relationships:
            body["data"]["relationships"] = relationships
        return self("POST", f"/organizations/{organization}/oauth-clients", json=body)

    def patch(self, client_id: str, relationships: Any = None, **attributes: Any) -> requests.Response:
        body = self.body(**{name.replace("_", "-"): value for name, value in attributes.items()})
        if relationships:
            body["data"]["relationships"] = relationships
        return self("PATCH", f"/oauth-clients/{client_id}", json=body)


@pytest.fixture
def serve() -> Iterator[Callable[..., Api]]:
    with ExitStack() as stack:

        def serve(**options: Any) -> Api:
            api = Api(stack.enter_context(Sandbox(**{"seed": SEED, **options})))
            stack.callback(api.session.close)
            return api

        yield serve


@pytest.fixture
def api(serve: Callable[..., Api]) -> Api:
    return serve()
