# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox as the server of jobs that wait for a rate limit or for latency, so its own work does not count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sandbox import Sandbox

from .server import Seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from typing_extensions import Self

#: Requests a second that HCP Terraform allows a user.
LIMIT = 30


class LimitedServer:
    """Has the interface of benchmarks.server.Server, as far as a job needs it."""

    def __init__(self, seed: Mapping[str, Any], latency: float, tls: tuple[Path, Path] | None) -> None:
        self._sandbox = Sandbox(dict(seed), latency=latency, tls=tls)

    def __enter__(self) -> Self:
        self._sandbox.start()
        self.near = self.far = self._sandbox.address
        return self

    def __exit__(self, *dummy: object) -> None:
        self._sandbox.stop()

    def reset(self, limiter: str | None = None) -> None:
        """Go back to the seed; with any limiter, allow LIMIT requests a second from now on."""
        self._sandbox.reset()
        self.watch(limiter)

    def watch(self, limiter: str | None) -> None:
        """Forget the requests so far, and limit those from now on."""
        self._sandbox.requests.clear()
        self._sandbox.settings.rate_limit = LIMIT if limiter else None

    @property
    def oauth_tokens(self) -> dict[str, str]:
        """The ID of each connection's OAuth token, by the connection's name."""
        store = self._sandbox.store
        return {client.name or "": store.oauth_tokens(client)[0].id for client in store.clients("acme")}

    @property
    def seen(self) -> Seen:
        """What came in since the last reset. Requests that were refused by the rate limit are no work done."""
        requests = list(self._sandbox.requests)
        done = [request for request in requests if request.status != 429]
        return Seen(
            dict(Counter(request.method for request in done)),
            len({request.connection for request in requests}),
            len(requests) - len(done),
        )
