# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Create, change and remove OAuth clients as planned, and verify the result."""

from __future__ import annotations

import typing as t

from .._base.errors import NotApplied, OutcomeUnknown, VcsError
from .._model import verification
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .._tfe import oauth_clients as api
from .._tfe import oauth_tokens
from .._tfe.client import TfeClient
from .agreement import Agreement
from .create_once import Creator
from .outcome import Outcome
from .planner import Planner
from .remover import remove_client
from .updater import update_client
from .workers import Workers

#: Seconds between reads while the server is about to give a new client its OAuth token.
LOOKS_FOR_TOKEN = (0.2, 0.4, 0.8, 1.6, 1.6)


class Writer:
    """Carries out the plans of one organization."""

    def __init__(self, planner: Planner, workers: Workers) -> None:
        self._planner = planner
        self._workers = workers
        self._client = planner.client
        self._organization = planner.organization
        self._creator = Creator(self._organization, (client.id for client in planner.clients))
        self._agreement = Agreement(self._client, self._organization, self._creator, planner.settling)

    def write(self, outcomes: t.Sequence[Outcome]) -> None:
        """Carry out the plans. One read of the list at the end checks all creates for those of concurrent runs."""
        creates: dict[tuple[t.Any, ...], list[Outcome]] = {}
        for outcome in outcomes:
            if outcome.plan and outcome.plan.action == "created":
                # One after another for each URL, so a lost create cannot be confused with that of another connection.
                creates.setdefault(outcome.desired.identity[:3], []).append(outcome)
            else:
                outcome.run_step(self._carry_out)
        if creates:
            self._workers.map(self._create_group, list(creates.values()), self._client)
        created = [outcome for outcome in outcomes if outcome.action == "created"]
        if created:
            self._settle(created)
        for outcome in outcomes:
            outcome.run_step(self._finish)

    def _create_group(self, client: TfeClient, group: list[Outcome]) -> None:
        for outcome in group:
            outcome.run_step(self._create, client)

    def _create(self, outcome: Outcome, client: TfeClient) -> None:
        if outcome.plan:
            outcome.changed, outcome.action = False, "unchanged"
            outcome.client = created = self._creator.create(client, outcome.plan)
            outcome.changed, outcome.action = True, "created"
            if self._creator.is_own(created):
                self._check_identity(client, outcome, created)

    def _check_identity(self, client: TfeClient, outcome: Outcome, created: OAuthClient) -> None:
        """Remove a client that the server stored with another identity, or each later run would create one more.

        Raises NotApplied, with what was stored.
        """
        stored = verification.changed_identity(outcome.desired, created)
        if any(name not in created.values for name in stored):
            created = api.read_client(client, created.id, self._organization) or created
            stored = verification.changed_identity(outcome.desired, created)
        if not stored:
            return
        different = " and ".join(
            f"{name} as {created.values[name]!r}" if name in created.values else f"no {name} that it returns"
            for name in stored
        )
        message = (
            f"The server stored {different} for the {outcome.desired.description} of organization "
            f"{self._organization!r}, so the next run would not find it."
        )
        try:
            api.delete_client(client, created)
        except VcsError as error:
            raise NotApplied(
                f"{message} Remove OAuth client {created.id}, which could not be removed: {error}"
            ) from None
        outcome.client, outcome.changed, outcome.action = None, False, "unchanged"
        raise NotApplied(
            f"{message} OAuth client {created.id} was removed again. Set the values as the server stores them, and "
            "omit those that it does not return."
        )

    def _carry_out(self, outcome: Outcome) -> None:
        """Change or remove a client."""
        plan = outcome.plan
        if plan is None or not plan.changed or plan.client is None:
            return
        outcome.changed, outcome.action = False, "unchanged"
        if plan.action == "updated":
            update_client(self._client, outcome, plan, plan.client)
        elif remove_client(self._planner, outcome, plan.client):
            outcome.changed, outcome.action = True, plan.action
        else:
            outcome.action = "absent"

    def _settle(self, created: list[Outcome]) -> None:
        try:
            clients = self._agreement.list_twins()
        except VcsError as error:
            for outcome in created:
                own = outcome.client.id if outcome.client else None
                outcome.error = OutcomeUnknown(f"This run created {own}. {error.message}", error.status, error.errors)
            return
        for outcome in created:
            outcome.run_step(self._agree, clients)

    def _agree(self, outcome: Outcome, clients: list[OAuthClient]) -> None:
        """Keep the created client, or continue with the equal client of a concurrent run as with any existing one."""
        own = outcome.client
        kept = self._agreement.reach(outcome, clients)
        if own is None or kept is None:
            return
        outcome.client = kept
        if kept.id != own.id:
            self._planner.make_plan(outcome, [kept], {})
            if outcome.action == "created":
                outcome.changed, outcome.action = False, "unchanged"
                raise NotApplied(
                    f"OAuth client {kept.id}, which another run created at the same time, was changed or removed by a "
                    "third one. Run again."
                )
            self._carry_out(outcome)

    # -- the end of every connection

    def _finish(self, outcome: Outcome) -> None:
        """Read what the answer to a create omitted, check it, and set the SSH key, which needs an OAuth token."""
        plan, client = outcome.plan, outcome.client
        if plan is None or client is None:
            return
        if outcome.action == "created":
            outcome.client = client = self._complete(outcome, client, plan)
            outcome.check_answer(plan.attributes, client)
        if plan.send_ssh_key and plan.desired.ssh_key:
            if client.oauth_token_id is None:
                raise NotApplied(
                    f"OAuth client {client.id} has no OAuth token, so its SSH key could not be set. Run again."
                )
            oauth_tokens.set_ssh_key(self._client, client, client.oauth_token_id, plan.desired.ssh_key)
            outcome.changed, outcome.action = True, plan.action

    def _complete(self, outcome: Outcome, client: OAuthClient, plan: Plan) -> OAuthClient:
        """The new client with its OAuth token, which some answers to a create do not name yet."""
        provider = plan.desired.provider
        if client.oauth_token_ids or not provider or not provider.takes_pat:
            return client
        for wait in (0.0, *LOOKS_FOR_TOKEN):
            self._client.pause(wait)
            tokens = oauth_tokens.list_tokens(self._client, client)
            if tokens:
                return client.with_tokens(tokens)
        outcome.warnings.append(f"OAuth client {client.id} has no OAuth token yet: run again to get its ID.")
        return client
