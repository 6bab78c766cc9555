# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Asks VCS hosts about personal access tokens. Never asks HCP Terraform."""

from __future__ import annotations

import os
import typing as t

from .._model.checks import checked_desired
from .._model.desired import Desired
from .._vcs import settings as vcs_settings
from .._vcs import token_answer
from .._vcs.settings import CheckSettings
from .._vcs.token_answer import TokenStatus
from .._vcs.token_checks import TokenChecks
from .._vcs.token_question import Question
from .runner import Kept, Run, guarded


def run_personal_access_token_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, kept: Kept | None = None
) -> dict[str, t.Any]:
    """The status of one token, or of those of many connections."""

    def work(_run: Run) -> dict[str, t.Any]:
        listed = params.get("connections")
        connections = [params] if listed is None else [one for one in listed if one.get("state") != "absent"]
        read = [_read(options, params) for options in connections]
        entries = [_entry(desired, settings, status) for (desired, settings), status in zip(read, _statuses(read))]
        result: dict[str, t.Any] = {"changed": False, "personal_access_tokens": entries}
        return result if listed is not None else {**entries[0], **result}

    return guarded(params, work, kept)


def _read(options: t.Mapping[str, t.Any], shared: t.Mapping[str, t.Any]) -> tuple[Desired, CheckSettings]:
    """The connection and how to check its token. Raises InvalidArgument for options that make no sense."""
    identity = ("service_provider", "http_url", "api_url", "ado_org_name", "name", "oauth_client_id")
    kept = {name: options.get(name) for name in (*identity, "personal_access_token")}
    organization = options.get("organization") or shared.get("organization") or ""
    # Whether a token is there is all that counts: what a create would also need is not looked at.
    desired = checked_desired(
        {**kept, "update_secrets": "always" if kept["personal_access_token"] else None}, organization
    )
    return desired, vcs_settings.resolve(options, shared, os.environ)


def _statuses(read: t.Sequence[tuple[Desired, CheckSettings]]) -> list[TokenStatus]:
    """The status of each token, in their order."""
    questions = [_question(desired) for desired, _settings in read]
    asked = [
        (question, settings.transport)
        for question, (_desired, settings) in zip(questions, read)
        if isinstance(question, Question)
    ]
    answers = iter(TokenChecks().statuses(asked))
    return [
        next(answers) if isinstance(question, Question) else token_answer.unknown(question) for question in questions
    ]


def _question(desired: Desired) -> Question | str:
    """What to ask, or why nothing can be asked."""
    provider, token = desired.provider, desired.secrets.get("personal_access_token")
    if provider is None:
        return "The connection has no service_provider, so which host to ask is unknown."
    if provider.token_check is None:
        return f"{provider.display_name} is not connected with a personal access token."
    if token is None:
        return "There is no personal access token to ask about."
    api_url = desired.api_url or ""
    return Question(provider.token_check, api_url, token, desired.attributes.get("ado_org_name"))


def _entry(desired: Desired, settings: CheckSettings, status: TokenStatus) -> dict[str, t.Any]:
    minimum = settings.minimum_days
    return {
        "label": desired.label,
        "service_provider": desired.provider.value if desired.provider else None,
        "http_url": desired.http_url,
        **status.public(),
        "expires_soon": minimum is not None and status.days_left is not None and status.days_left < minimum,
    }
