# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs one task: its settings, its connections to the API, and its warnings. Every error becomes a failed result.

Knows nothing of Ansible's plumbing. A task's result is a dictionary, also if it failed (``failed``, ``msg``,
``failure``). The caller shows its ``warnings``. It never contains a secret.
"""

from __future__ import annotations

import os
import traceback
import typing as t
from contextlib import contextmanager

from .._apply.workers import Workers
from .._base.errors import LibraryMissing, VcsError
from .._base.printable import printable
from .._base.scrubber import Scrubber
from .._base.urls import is_loopback
from .._tfe import proxies
from .._tfe.client import TfeClient
from .._tfe.pace import Pace
from .._tfe.settings import Settings, resolve_settings
from .._vcs.service_providers import SERVICE_PROVIDERS
from .results import ACTIONS, failed_result
from .secret_values import public_values, secret_values

#: The most connections that one task has open at the same time.
MOST_CONNECTIONS = 8
#: Connections that a caller keeps open from one run to the next, in one process.
Kept = dict[Settings, TfeClient]


class Run:
    """What one task needs: its settings, its connections to the API, and the warnings on the way."""

    def __init__(self, params: t.Mapping[str, t.Any], kept: Kept | None = None) -> None:
        self._settings: Settings | None = None
        self._kept = kept
        self._params = params
        self._open: list[TfeClient] = []
        self.labels: list[str] = []
        self.warnings: list[str] = []
        self.notices: list[str] = []

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = resolve_settings(self._params, os.environ, os.path.expanduser("~"))
            address = self._settings.address
            if address.scheme == "http" and not is_loopback(address.hostname):
                self.warnings.append(f"{address.base} is plain http: the API token crosses the network unencrypted.")
        return self._settings

    @property
    def result_fields(self) -> dict[str, t.Any]:
        """The fields that every result has, failed or not. Names from a server can be in the warnings."""
        fields: dict[str, t.Any] = {"warnings": list(dict.fromkeys(map(printable, self.warnings)))}
        if self._settings:
            fields["tfe_address"] = self._settings.address.base
        if self.notices:
            fields["waited"] = self.notices
        return fields

    @property
    def secrets(self) -> list[str]:
        """Secrets that are not options: from the environment, from files, and parts of URLs."""
        known = [*proxies.secrets_of(self._params.get("tfe_proxies")), *proxies.secrets_of_environment(os.environ)]
        return known if self._settings is None else [*known, *self._settings.secrets]

    @contextmanager
    def connect(self, pace: Pace | None = None) -> t.Iterator[TfeClient]:
        """Open a connection to the API for the duration of the block."""
        client = (self._kept or {}).pop(self.settings, None) or TfeClient(self.settings)
        if pace:
            client.pace = pace
        client.failures.scrub = Scrubber([*secret_values(self._params), *self.secrets]).scrub
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
    """Run the work. Every error becomes a failed result, and secrets are removed from all of it."""
    run = Run(params, kept)
    try:
        result = work(run)
    except LibraryMissing:
        raise
    except VcsError as error:
        result = {"changed": False, **failed_result(error)}
    except Exception as error:  # a bug of this collection; its text is not shown, because it may contain a secret
        place = traceback.extract_tb(error.__traceback__)[-1]
        message = (
            f"Internal error of hcptf.vcs: {type(error).__name__} in {os.path.basename(place.filename)}, line "
            f"{place.lineno}. Please report it, with this line, at https://github.com/hcptf/vcs/issues."
        )
        result = {"changed": False, **failed_result(VcsError(message))}
    if "msg" in result:
        result["msg"] = printable(result["msg"])
    result.update(run.result_fields)
    secrets = [secret for secret in run.secrets if secret]
    texts = (*public_values(params), *run.labels)
    own = [text for text in texts if not any(secret in text for secret in secrets)]
    scrubber = Scrubber([*secret_values(params), *secrets], keep=[*own, *_own_words()])
    scrubbed: dict[str, t.Any] = scrubber.scrub(result)
    return scrubbed


def _own_words() -> t.Iterator[str]:
    """The fixed words of results: a secret that happens to equal one must not make them unusable."""
    yield from ACTIONS
    for provider in SERVICE_PROVIDERS.values():
        yield from (provider.value, provider.display_name, provider.http_url or "")
    pending = [VcsError]
    while pending:
        error = pending.pop()
        pending += error.__subclasses__()
        yield error.code
