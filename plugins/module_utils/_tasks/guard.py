# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs the work of one task, and turns whatever comes of it into a result.

Knows nothing of Ansible's plumbing. A task's result is a dictionary, also if it failed (``failed``, ``msg``,
``failure``). The caller shows its ``warnings``. It never contains a secret.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from .._base import proxy_secrets
from .._base.errors import LibraryMissing, VcsError
from .._base.printable import printable
from .._base.scrubber import Scrubber
from .._vcs.service_providers import SERVICE_PROVIDERS
from .results import ACTIONS, failed_result
from .secret_values import public_values, secret_values

AnyTask = t.TypeVar("AnyTask", bound="Task")


class Task:
    """One task: its options, and what its result has besides the result of its work."""

    def __init__(self, params: t.Mapping[str, t.Any]) -> None:
        self.params = params
        self.labels: list[str] = []
        self.warnings: list[str] = []

    @property
    def result_fields(self) -> dict[str, t.Any]:
        """The fields that every result has, failed or not. Names from a server can be in the warnings."""
        return {"warnings": list(dict.fromkeys(map(printable, self.warnings)))}

    @property
    def secrets(self) -> list[str]:
        """Secrets that are not options: from the environment, from files, and parts of URLs."""
        return [
            *proxy_secrets.secrets_of(self.params.get("tfe_proxies")),
            *proxy_secrets.secrets_of_environment(os.environ),
        ]


def guard(task: AnyTask, work: t.Callable[[AnyTask], dict[str, t.Any]]) -> dict[str, t.Any]:
    """Run the work. Every error becomes a failed result, and secrets are removed from all of it."""
    try:
        result = work(task)
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
    result.update(task.result_fields)
    secrets = [secret for secret in task.secrets if secret]
    texts = (*public_values(task.params), *task.labels)
    own = [text for text in texts if not any(secret in text for secret in secrets)]
    scrubber = Scrubber([*secret_values(task.params), *secrets], keep=[*own, *_own_words()])
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
