# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The outcome of one connection: its plan, its client after the run, and any error."""

from __future__ import annotations

import typing as t

from .._base.errors import NotApplied, VcsError
from .._model.desired import Desired
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .._model.usage import Usage
from .._model.verification import rejected_changes


class Outcome:
    """The outcome of one connection so far."""

    def __init__(self, desired: Desired, error: VcsError | None = None) -> None:
        self.desired = desired
        self.plan: Plan | None = None
        self.client: OAuthClient | None = None
        self.changed = False
        self.action: str | None = None
        self.warnings = list(desired.warnings)
        self.error = error
        #: What uses the client, read for a removal only.
        self.usage: Usage | None = None

    def accept(self, plan: Plan, warnings: t.Iterable[str]) -> None:
        """Accept a plan."""
        self.client, self.plan = plan.client, plan
        self.action, self.changed = plan.action, plan.changed
        self.warnings += [*plan.warnings, *warnings]

    def refuse(self, error: VcsError) -> None:
        """Fail the connection before anything was sent for it."""
        self.error, self.plan, self.action, self.changed = error, None, None, False

    def run_step(self, step: t.Callable[..., None], *args: t.Any) -> None:
        """Run a step unless an earlier one failed; keep its error."""
        if self.error is None:
            try:
                step(self, *args)
            except VcsError as error:
                self.error = error

    def check_answer(self, sent: t.Mapping[str, t.Any], answer: OAuthClient) -> None:
        """Compare the server's answer to a write with what was sent. Raises NotApplied if it contradicts that."""
        contradicted, unreported = rejected_changes(sent, answer)
        if contradicted:
            self.changed = len(contradicted) < len(sent) or bool(self.plan and self.plan.secrets)
            kept = ", ".join(f"{name} is {answer.values[name]!r}" for name in contradicted)
            raise NotApplied(
                f"The server accepted the change of OAuth client {answer.id} of organization {answer.organization!r} "
                f"but did not make it: {kept}. It may be too old for {', '.join(contradicted)}."
            )
        if unreported:
            self.warnings.append(
                f"The server does not report {', '.join(unreported)} of OAuth client {answer.id}: it may have ignored "
                "what was sent."
            )
