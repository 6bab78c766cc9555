# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our modules at a server that is not ours, such as OTF or Terrarun, where one is running on this machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import requests

from . import rows as table
from .collection import Collection
from .rows import LEFT_OUT, LeftOut, Row, same
from .scene import GITHUB, ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: How many runs create the same connection at the same time.
AT_ONCE = 4
_ADVICE = (
    f"PEER_SERVER=http://127.0.0.1:PORT names a server with an empty organization {ORGANIZATION!r}, and "
    "PEER_SERVER_TOKEN an API token that may manage it"
)


class Server(NamedTuple):
    """Where it listens, and an API token of it."""

    address: str
    token: str


def rows(server: Server, folder: Path) -> Iterator[Row]:
    """All checks with this server; one row says why if there are none."""
    check = "create once, find again, remove"
    if not (server.address and server.token):
        yield Row("server", check, LEFT_OUT, f"none is named; {_ADVICE}")
    elif urlsplit(server.address).hostname != "127.0.0.1":
        yield Row("server", check, LEFT_OUT, f"{server.address} is not on this machine; {_ADVICE}")
    else:
        yield from table.run(f"server {server.address}", Checks(server, folder).all())


class Checks:
    """The life of one connection. Each check begins and ends without any."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folders = [folder / f"run{number}" for number in range(AT_ONCE)]
        for each in self._folders:
            each.mkdir()

    def all(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Names of checks, and the checks."""
        for name, check in (
            ("created once, as predicted, and found again", self.create),
            (f"created once by {AT_ONCE} runs at the same time", self.create_at_once),
            ("removed once, as predicted", self.remove),
        ):
            yield name, partial(self._without_any, check)

    def _without_any(self, check: Callable[[], None]) -> None:
        if self._ids():
            raise LeftOut(f"organization {ORGANIZATION!r} of the server has OAuth clients, which are left alone")
        try:
            check()
        finally:
            self._run(state="absent", force=True)
        same("the OAuth clients afterwards", self._ids(), [])

    def create(self) -> None:
        predicted = self._run(check_mode=True)
        same("the OAuth clients after a dry run", self._ids(), [])
        created, again = self._run(), self._run()
        same("the actions", [each["action"] for each in (predicted, created, again)], [*["created"] * 2, "unchanged"])
        same("the predicted keys", set(predicted["oauth_client"]), set(created["oauth_client"]))
        for name in ("service_provider", "http_url", "api_url", "name"):
            same(f"the predicted {name}", predicted["oauth_client"][name], created["oauth_client"][name])
        same("the OAuth clients", self._ids(), [created["oauth_client_id"]])
        same("what the second run found", again["oauth_client_id"], created["oauth_client_id"])

    def create_at_once(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(self._run_in, self._folders))
        (only,) = self._ids()
        same("what the runs return", {each["oauth_client_id"] for each in results}, {only})
        same("how many say that they created it", sum(each["action"] == "created" for each in results), 1)

    def remove(self) -> None:
        self._run()
        predicted = self._run(state="absent", check_mode=True)
        same("the number of OAuth clients after a dry run", len(self._ids()), 1)
        actions = [predicted["action"], self._run(state="absent")["action"], self._run(state="absent")["action"]]
        same("the actions", actions, ["deleted", "deleted", "absent"])

    def _run(self, **options: Any) -> dict[str, Any]:
        return self._run_in(self._folders[0], **options)

    def _run_in(self, folder: Path, **options: Any) -> dict[str, Any]:
        (result,) = Collection(self._server.address, folder, TFE_TOKEN=self._server.token).apply([GITHUB], **options)
        return result

    def _ids(self) -> list[str]:
        """The IDs of the OAuth clients, read with plain HTTP so that the check does not rely on our code."""
        url = f"{self._server.address}/api/v2/organizations/{ORGANIZATION}/oauth-clients"
        response = requests.get(url, headers={"Authorization": f"Bearer {self._server.token}"}, timeout=10)
        response.raise_for_status()
        return [client["id"] for client in response.json()["data"]]
