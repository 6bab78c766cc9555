# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Changes an OAuth client as planned, and verifies that the server made the change and no other."""

from __future__ import annotations

from .._base.errors import InvalidAnswer, NotApplied
from .._model import verification
from .._model.oauth_client import OAuthClient
from .._model.plan import Plan
from .._tfe import oauth_clients as api
from .._tfe import oauth_tokens
from .._tfe.client import TfeClient
from .outcome import Outcome

#: Attributes that an update can remove unasked. The API documents no agent pool as the default of every update, and
#: setting projects is said to end the availability to the whole organization.
SIDE_EFFECTS = ("agent_pool", "organization_scoped")


def update_client(client: TfeClient, outcome: Outcome, plan: Plan, before: OAuthClient) -> None:
    """Change a client if its plan has more to send than an SSH key.

    Raises NotApplied if the server did not make the change.
    """
    if not plan.attributes and not plan.secrets:
        return
    updated = _send(client, plan, before)
    outcome.changed, outcome.action = True, "updated"
    outcome.client = updated = _with_same_tokens(client, outcome, before, updated)
    outcome.check_answer(plan.attributes, updated)
    _verify_rotation(client, plan, updated)
    restored = _restore(client, outcome, plan, before, updated)
    outcome.client = restored._replace(oauth_token_ids=updated.oauth_token_ids)


def _send(client: TfeClient, plan: Plan, before: OAuthClient) -> OAuthClient:
    """Send the update, and read the client again if the answer is not a client, as on servers that send null.

    Raises InvalidAnswer if the client does not show that the update was made; no secret is ever shown.
    """
    try:
        return api.update_client(client, before, {**plan.attributes, **_kept_scope(plan, before)}, plan.secrets)
    except InvalidAnswer:
        if plan.secrets:
            raise
        stored = api.read_client(client, before.id, before.organization)
        if stored is None or any(verification.rejected_changes(plan.attributes, stored)):
            raise
        return stored


def _kept_scope(plan: Plan, before: OAuthClient) -> dict[str, bool]:
    """The availability to the whole organization, if projects are set that could end it.

    It is sent along, because restoring it can be too late for the links of workspaces in other projects.
    """
    could_end = plan.attributes.get("projects") and before.values.get("organization_scoped")
    return {"organization_scoped": True} if could_end and "organization_scoped" not in plan.attributes else {}


def _with_same_tokens(client: TfeClient, outcome: Outcome, before: OAuthClient, after: OAuthClient) -> OAuthClient:
    """Warn of a new OAuth token. An update keeps them, but Terraform Enterprise 1.1.0 to 1.1.2 could add one."""
    if set(after.oauth_token_ids) <= set(before.oauth_token_ids):
        return after._replace(oauth_token_ids=before.oauth_token_ids)
    after = after.with_tokens(oauth_tokens.list_tokens(client, after))
    after = verification.with_added_tokens_first(before, after)
    outcome.warnings += verification.added_token_warnings(before, after)
    return after


def _verify_rotation(client: TfeClient, plan: Plan, after: OAuthClient) -> None:
    """Raise NotApplied if there is no OAuth token, because then the server ignored the personal access token."""
    sent = "personal_access_token" in plan.secrets
    if sent and not after.oauth_token_ids and oauth_tokens.list_tokens(client, after) == []:
        raise NotApplied(
            f"The server accepted a new personal access token for OAuth client {after.id} of organization "
            f"{after.organization!r}, but the client has no OAuth token: the server ignored it. Create the connection "
            "again, or complete it in the organization's settings."
        )


def _restore(client: TfeClient, outcome: Outcome, plan: Plan, before: OAuthClient, after: OAuthClient) -> OAuthClient:
    """Restore attributes that the server changed unasked (see SIDE_EFFECTS)."""
    lost = {
        name: before.values[name]
        for name in SIDE_EFFECTS
        if before.values.get(name) and name not in plan.attributes and not after.values.get(name, True)
    }
    if not lost:
        return after
    restored = api.update_client(client, after, lost, {})
    outcome.check_answer(lost, restored)
    outcome.warnings.append(f"The server also changed {', '.join(lost)} of OAuth client {after.id}, which was undone.")
    return restored
