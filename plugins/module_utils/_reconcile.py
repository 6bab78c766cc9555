# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Runs plans against the API, one organization at a time: create, change, remove, read again."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from . import _oauth_client_api as api
from . import _plan
from ._desired import Desired
from ._errors import Ambiguous, InvalidArgument, NotApplied, NotFound, VcsError
from ._oauth_client import OAuthClient, OAuthToken
from ._race import ALL_SETTLED, LOOKS, YOUNG
from ._tfe_client import TfeClient

if t.TYPE_CHECKING:
    from ._create_once import Creator

#: Seconds between looks at what other runs, or the server itself, are about to finish.
LOOK_AGAIN = (0.2, 0.4, 0.8, 1.6, 1.6)
#: What an update may take away unasked: the API documents no agent pool as every update's default, and is said to end
#: the availability to the whole organization when projects are set.
SIDE_EFFECTS = ("agent_pool", "organization_scoped")


@dataclass
class Outcome:
    """What became of one connection."""

    desired: Desired
    plan: _plan.Plan | None = None
    client: OAuthClient | None = None
    changed: bool = False
    action: str | None = None
    warnings: list[str] = field(default_factory=list)
    error: VcsError | None = None


class Organization:
    """One organization's connections, worked on in the order given, through one TfeClient."""

    def __init__(self, client: TfeClient, name: str) -> None:
        self._client = client
        self._name = name
        self._names: dict[str, list[tuple[str, str]]] = {}

    def reconcile(self, wanted: t.Sequence[Desired], check_mode: bool) -> list[Outcome]:
        """Make the connections true (or predict it in check mode) and tell what became of each.

        One that fails does not stop the others: its error is in its outcome.
        """
        outcomes = [Outcome(desired, warnings=list(desired.warnings)) for desired in wanted]
        removes = any(not desired.present for desired in wanted)
        try:
            clients = api.list_clients(self._client, self._name, affected_workspaces=removes)
        except VcsError as error:
            for outcome in outcomes:
                outcome.error = error
            return outcomes
        used: dict[str, str] = {}
        for outcome in outcomes:
            self._attempt(outcome, self._make_plan, clients, used)
        if not check_mode and any(outcome.changed for outcome in outcomes):
            self._write(outcomes, clients)
        return outcomes

    def _write(self, outcomes: list[Outcome], clients: list[OAuthClient]) -> None:
        """Carry the plans out; one list at the end serves to check all creates for those of concurrent runs."""
        from ._create_once import Creator

        creator = Creator(self._client, self._name, (client.id for client in clients))
        for outcome in outcomes:
            self._attempt(outcome, self._carry_out, creator)
        created = [outcome for outcome in outcomes if outcome.action == "created"]
        if created:
            self._settle(created, creator)
        for outcome in outcomes:
            self._attempt(outcome, self._finish)

    def _attempt(self, outcome: Outcome, step: t.Callable[..., None], *args: t.Any) -> None:
        if outcome.error is None:
            try:
                step(outcome, *args)
            except VcsError as error:
                outcome.error = error

    # -- planning

    def _make_plan(self, outcome: Outcome, clients: list[OAuthClient], used: dict[str, str]) -> None:
        desired = outcome.desired = self._with_ids(outcome.desired)
        client = self.find(desired, clients)
        token = None
        if client:
            if used.setdefault(client.id, desired.label) != desired.label:
                raise InvalidArgument(
                    f"Two connections of this task, {used[client.id]!r} and {desired.label!r}, are the same OAuth "
                    f"client {client.id}: state it once."
                )
            if desired.present:
                client, token = self.with_tokens(client, desired)
        outcome.client = client
        outcome.plan = _plan.plan(desired, client, token, self._client.server_version)
        outcome.action, outcome.changed = outcome.plan.action, outcome.plan.changed
        outcome.warnings += outcome.plan.warnings

    def _with_ids(self, desired: Desired) -> Desired:
        """Names of projects and agent pools replaced by their IDs."""
        resolved = dict(desired.attributes)
        if resolved.get("projects"):
            resolved["projects"] = tuple(self._id_of("projects", "prj-", name) for name in resolved["projects"])
        if resolved.get("agent_pool"):
            resolved["agent_pool"] = self._id_of("agent-pools", "apool-", resolved["agent_pool"])
        return replace(desired, attributes=resolved)

    def _id_of(self, collection: str, prefix: str, name: str) -> str:
        if name.startswith(prefix) and len(name) == len(prefix) + 16 and name[len(prefix) :].isalnum():
            return name
        if collection not in self._names:
            self._names[collection] = api.named_ids(self._client, self._name, collection)
        found = [id_ for id_, its_name in self._names[collection] if name in (id_, its_name)]
        if len(found) == 1:
            return found[0]
        kind = collection.replace("-", " ")
        raise NotFound(
            f"Organization {self._name!r} has {len(found) or 'no'} {kind} with the exact name or ID {name!r} that the "
            f"API token from {self._client.settings.token_source} can see."
        )

    def find(self, desired: Desired, clients: list[OAuthClient]) -> OAuthClient | None:
        """The one client that the task means. Where other runs are just creating it, wait until they have settled."""
        found = [] if desired.oauth_client_id else _plan.candidates(desired, clients)
        if any(self._client.may_be_younger(client.created, YOUNG) for client in found):
            self._client.pause(YOUNG)
            clients = self._list(desired)
        try:
            client = _plan.find(desired, clients)
        except Ambiguous:
            client = self._look_again(desired, clients)
        if client is None and desired.oauth_client_id:
            self._refuse_unknown_id(desired)
        return client

    def _look_again(self, desired: Desired, clients: list[OAuthClient]) -> OAuthClient | None:
        """Several clients fit. As long as they are fresh, they may be twins of a race that is being settled."""
        for wait in LOOKS:
            found = _plan.candidates(desired, clients)
            if not any(self._client.may_be_younger(client.created, ALL_SETTLED) for client in found):
                break
            self._client.pause(wait)
            clients = self._list(desired)
            try:
                return _plan.find(desired, clients)
            except Ambiguous:
                continue
        return _plan.find(desired, clients)

    def _list(self, desired: Desired) -> list[OAuthClient]:
        return api.list_clients(self._client, self._name, affected_workspaces=not desired.present)

    def _refuse_unknown_id(self, desired: Desired) -> None:
        """An ID that the organization does not list: another organization's is never touched, a gone one is gone."""
        elsewhere = api.read_client(self._client, desired.oauth_client_id or "", self._name)
        if elsewhere is not None:
            raise NotFound(
                f"OAuth client {desired.oauth_client_id} is not one of organization {self._name!r} but of "
                f"{elsewhere.organization!r}. Nothing was changed."
            )
        if desired.present:
            raise NotFound(
                f"Organization {self._name!r} at {self._client.settings.address.base} has no OAuth client "
                f"{desired.oauth_client_id}. To create one, leave oauth_client_id out and state service_provider."
            )

    def with_tokens(self, client: OAuthClient, desired: Desired) -> tuple[OAuthClient, OAuthToken | None]:
        """Read the OAuth tokens where the list of clients leaves open which one counts, or for the SSH key."""
        if len(client.oauth_token_ids) == 1 and not desired.ssh_key:
            return client, None
        tokens = api.list_tokens(self._client, client)
        if not tokens:
            return client, OAuthToken(client.oauth_token_id) if client.oauth_token_id else None
        client = client.with_tokens(tokens)
        return client, next(token for token in tokens if token.id == client.oauth_token_id)

    # -- writing

    def _carry_out(self, outcome: Outcome, creator: Creator) -> None:
        plan = outcome.plan
        if plan is None or not plan.changed:
            return
        outcome.changed, outcome.action = False, "unchanged"
        if plan.action == "created":
            outcome.client = creator.create(plan)
        elif plan.action == "updated" and plan.client:
            outcome.client = self._update(outcome, plan, plan.client)
        elif plan.client and not self._delete(outcome, plan.client):
            outcome.action = "absent"
            return
        if plan.action != "updated" or plan.attributes or plan.secrets:
            outcome.changed, outcome.action = True, plan.action

    def _update(self, outcome: Outcome, plan: _plan.Plan, client: OAuthClient) -> OAuthClient:
        updated = client
        if plan.attributes or plan.secrets:
            updated = api.update_client(self._client, client, plan.attributes, plan.secrets)
            outcome.client, outcome.changed, outcome.action = updated, True, "updated"
            self._verify(outcome, plan.attributes, updated)
            updated = self._restore(outcome, plan, client, updated)
        return self._same_tokens(outcome, client, updated)

    def _same_tokens(self, outcome: Outcome, before: OAuthClient, after: OAuthClient) -> OAuthClient:
        """An update keeps the OAuth tokens, except for Terraform Enterprise 1.1.0 to 1.1.2, which could add one."""
        if set(after.oauth_token_ids) <= set(before.oauth_token_ids):
            return replace(after, oauth_token_ids=before.oauth_token_ids)
        after = after.with_tokens(api.list_tokens(self._client, after))
        if before.oauth_token_ids:
            outcome.warnings.append(
                f"The update gave OAuth client {after.id} another OAuth token ({after.oauth_token_id}). Workspaces "
                f"linked through {', '.join(before.oauth_token_ids)} keep using the old one (known of Terraform "
                "Enterprise before 1.1.3)."
            )
        return after

    def _verify(self, outcome: Outcome, sent: t.Mapping[str, t.Any], answer: OAuthClient) -> None:
        """Compare what the server made of a write with what it was asked for."""
        contradicted, untold = _plan.ignored(sent, answer)
        if contradicted:
            outcome.changed = len(contradicted) < len(sent) or bool(outcome.plan and outcome.plan.secrets)
            told = ", ".join(f"{name} is {answer.values[name]!r}" for name in contradicted)
            raise NotApplied(
                f"The server accepted the change of OAuth client {answer.id} of organization {self._name!r} but did "
                f"not make it: {told}. It may be too old for {', '.join(contradicted)}."
            )
        if untold:
            outcome.warnings.append(
                f"The server does not tell {', '.join(untold)} of OAuth client {answer.id}: it may have ignored what "
                "was sent."
            )

    def _restore(self, outcome: Outcome, plan: _plan.Plan, before: OAuthClient, after: OAuthClient) -> OAuthClient:
        """Put back what the server changed though nobody asked for it (see SIDE_EFFECTS)."""
        lost = {
            name: before.values[name]
            for name in SIDE_EFFECTS
            if before.values.get(name) and name not in plan.attributes and not after.values.get(name, True)
        }
        if not lost:
            return after
        restored = api.update_client(self._client, after, lost, {})
        self._verify(outcome, lost, restored)
        outcome.warnings.append(
            f"The server also changed {', '.join(lost)} of OAuth client {after.id}; that was put back."
        )
        return restored

    def _delete(self, outcome: Outcome, client: OAuthClient) -> bool:
        """Remove a client, and wait until reads no longer show it, so that no later task takes it for alive.

        False where another run was faster.
        """
        try:
            confirmed = api.delete_client(self._client, client)
        except VcsError as error:
            # gone already, or not permitted: only the list of the organization tells one from the other
            if error.status != 404 or client.id in (one.id for one in api.list_clients(self._client, self._name)):
                raise
            return False
        for wait in LOOK_AGAIN:
            try:
                if api.read_client(self._client, client.id, self._name) is None:
                    return True
            except VcsError:
                break  # it was removed, whatever came after
            self._client.pause(wait)
        if not confirmed:
            raise NotApplied(
                f"The server accepted the removal of OAuth client {client.id} of organization {self._name!r} but still "
                "shows it."
            )
        outcome.warnings.append(
            f"OAuth client {client.id} was removed; whether it is gone for readers is not known yet."
        )
        return True

    def _settle(self, created: list[Outcome], creator: Creator) -> None:
        creator.wait_for_twins()
        try:
            clients = api.list_clients(self._client, self._name)
        except VcsError as error:
            for outcome in created:
                outcome.warnings.append(
                    f"Whether another run created the same connection could not be checked. {error.message}"
                )
            return
        for outcome in created:
            self._attempt(outcome, self._agree, creator, clients)

    def _agree(self, outcome: Outcome, creator: Creator, clients: list[OAuthClient]) -> None:
        """Keep what was created, or go on with the equal client of a concurrent run as with any that was there."""
        own = outcome.client
        if own is None:
            return
        kept, told = creator.settle(outcome.desired, own, clients)
        outcome.client = kept
        outcome.warnings += [told] if told else []
        if kept.id != own.id:
            self._make_plan(outcome, [kept], {})
            if outcome.action == "created":
                raise NotApplied(
                    f"OAuth client {kept.id}, which another run created at the same time, was changed or removed by a "
                    "third one. Run again."
                )
            self._carry_out(outcome, creator)

    # -- the end of every connection

    def _finish(self, outcome: Outcome) -> None:
        """Complete what the answer to a create left out, check it, and set the SSH key, which needs an OAuth token."""
        plan, client = outcome.plan, outcome.client
        if plan is None or client is None:
            return
        if outcome.action == "created":
            outcome.client = client = self._complete(outcome, client, plan)
            self._verify(outcome, plan.attributes, client)
        if plan.send_ssh_key and plan.desired.ssh_key:
            if client.oauth_token_id is None:
                raise NotApplied(
                    f"OAuth client {client.id} has no OAuth token, so its SSH key could not be set. Run again."
                )
            api.set_ssh_key(self._client, client, client.oauth_token_id, plan.desired.ssh_key)
            outcome.changed, outcome.action = True, plan.action

    def _complete(self, outcome: Outcome, client: OAuthClient, plan: _plan.Plan) -> OAuthClient:
        """The new client with its OAuth token, which some answers to a create do not name yet."""
        provider = plan.desired.provider
        if client.oauth_token_ids or not provider or not provider.takes_pat:
            return client
        for wait in (0.0, *LOOK_AGAIN):
            self._client.pause(wait)
            tokens = api.list_tokens(self._client, client)
            if tokens:
                return client.with_tokens(tokens)
        outcome.warnings.append(f"OAuth client {client.id} has no OAuth token yet: run again to get its ID.")
        return client
