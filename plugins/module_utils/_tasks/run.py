# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs one task with the API: its settings and its connections."""

from __future__ import annotations

import os
import typing as t
from contextlib import contextmanager

from .._apply.workers import Workers
from .._base.scrubber import Scrubber
from .._base.urls import is_loopback
from .._tfe.client import TfeClient
from .._tfe.pace import Pace
from .._tfe.settings import Settings, resolve_settings
from .guard import Task, guard
from .secret_values import secret_values

#: The most connections that one task has open at the same time.
MOST_CONNECTIONS = 8
#: Connections that a caller keeps open from one run to the next, in one process.
Kept = dict[Settings, TfeClient]


class Run(Task):
    """One task with the API."""

    def __init__(self, params: t.Mapping[str, t.Any], kept: Kept | None = None) -> None:
        super().__init__(params)
        self._settings: Settings | None = None
        self._kept = kept
        self._open: list[TfeClient] = []
        self.notices: list[str] = []

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = resolve_settings(self.params, os.environ, os.path.expanduser("~"))
            address = self._settings.address
            if address.scheme == "http" and not is_loopback(address.hostname):
                self.warnings.append(f"{address.base} is plain http: the API token crosses the network unencrypted.")
        return self._settings

    @property
    def result_fields(self) -> dict[str, t.Any]:
        fields = super().result_fields
        if self._settings:
            fields["tfe_address"] = self._settings.address.base
        if self.notices:
            fields["waited"] = self.notices
        return fields

    @property
    def secrets(self) -> list[str]:
        return [*super().secrets, *(self._settings.secrets if self._settings else ())]

    @contextmanager
    def connect(self, pace: Pace | None = None) -> t.Iterator[TfeClient]:
        """Open a connection to the API for the duration of the block."""
        client = (self._kept or {}).pop(self.settings, None) or TfeClient(self.settings)
        if pace:
            client.pace = pace
        client.failures.scrub = Scrubber([*secret_values(self.params), *self.secrets]).scrub
        self._open.append(client)
        try:
            yield client
        finally:
            self._open.remove(client)
            self.notices += client.notices
            client.notices = []
            if self._kept is None or client.is_aborted or self.settings in self._kept:
                client.close()
            else:
                self._kept[self.settings] = client

    def workers(self, pace: Pace, most_threads: int | None = None, items_each: int = 1) -> Workers:
        """Threads that share a pace, and that end with the task. There are MOST_CONNECTIONS unless fewer are wanted."""
        return Workers(lambda: self.connect(pace), self.abort, most_threads or MOST_CONNECTIONS, items_each)

    def abort(self) -> None:
        """End the requests of all connections."""
        for client in list(self._open):
            client.abort()


def guarded(
    params: t.Mapping[str, t.Any], work: t.Callable[[Run], dict[str, t.Any]], kept: Kept | None = None
) -> dict[str, t.Any]:
    """Run the work of a task with the API, as ``guard`` does."""
    return guard(Run(params, kept), work)
