# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Asks the VCS hosts about the personal access tokens that plans would send. Runs between planning and writing."""

from __future__ import annotations

import typing as t

from .._base.errors import PersonalAccessTokenRefused
from .._model.plan import Plan
from .._vcs.service_providers import SERVICE_PROVIDERS
from .._vcs.settings import CheckSettings
from .._vcs.token_checks import TokenChecks
from .._vcs.token_question import Question
from .._vcs.token_status import TokenStatus
from .outcome import Outcome


def check_tokens(outcomes: t.Iterable[Outcome], checks: TokenChecks) -> None:
    """Fail the connections whose token is refused; nothing is sent for them. What else is known becomes a warning."""
    asked: list[tuple[Outcome, CheckSettings, Question]] = []
    for outcome in outcomes:
        settings = outcome.desired.token_check
        question = _question(outcome.plan) if outcome.plan and outcome.error is None else None
        if settings and question:
            asked.append((outcome, settings, question))
    statuses = checks.statuses([(question, settings.transport) for _outcome, settings, question in asked])
    for (outcome, settings, _question_asked), status in zip(asked, statuses):
        _judge(outcome, settings, status)


def _question(plan: Plan) -> Question | None:
    """The question about the token that a plan would send, at the host where HCP Terraform is going to use it."""
    token = plan.secrets.get("personal_access_token")
    known = plan.client.values if plan.client else plan.attributes
    provider = SERVICE_PROVIDERS.get(known.get("service_provider") or "") or plan.desired.provider
    if not token or not provider or not provider.token_check:
        return None
    http_url = known.get("http_url") or plan.desired.http_url
    api_url = known.get("api_url") or plan.desired.api_url or (provider.derive_api_url(http_url) if http_url else None)
    organization = plan.attributes.get("ado_org_name", known.get("ado_org_name"))
    return Question(provider.token_check, api_url, token, organization) if api_url else None


def _judge(outcome: Outcome, settings: CheckSettings, status: TokenStatus) -> None:
    label = outcome.desired.label
    if status.status == "refused":
        refusal = PersonalAccessTokenRefused(
            f"The personal access token of connection {label!r} of organization {outcome.desired.organization!r} was "
            f"not sent. {status.reason} Nothing was changed for this connection. Create another token at the VCS "
            "provider."
        )
        outcome.refuse(refusal)
        return
    if status.status == "unknown":
        outcome.warnings.append(
            f"It is not known whether the personal access token of connection {label!r} works. {status.reason}"
        )
    if status.missing_scopes:
        outcome.warnings.append(
            f"The personal access token of connection {label!r} lacks the scope {', '.join(status.missing_scopes)}, "
            "which HCP Terraform usually needs."
        )
    if settings.minimum_days is not None and status.days_left is not None and status.days_left < settings.minimum_days:
        outcome.warnings.append(
            f"The personal access token of connection {label!r} expires at {status.expires_at}, in {status.days_left} "
            f"days, which is less than minimum_days={settings.minimum_days}."
        )
