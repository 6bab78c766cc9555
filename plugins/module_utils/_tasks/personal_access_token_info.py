# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Asks VCS hosts about personal access tokens. Never asks HCP Terraform."""

from __future__ import annotations

import os
import typing as t

from .._base import urls
from .._base.secrets import clean_personal_access_token
from .._model.desired import label, refuse_missing_url
from .._vcs import settings as vcs_settings
from .._vcs.service_providers import SERVICE_PROVIDERS, ServiceProvider
from .._vcs.settings import CheckSettings
from .._vcs.token_checks import TokenChecks
from .._vcs.token_question import Question
from .._vcs.token_status import TokenStatus, unknown
from .guard import Task, guard


def run_personal_access_token_info(
    params: t.Mapping[str, t.Any], _check_mode: bool, _diff: bool, _kept: t.Any = None
) -> dict[str, t.Any]:
    """The status of one token, or of those of many connections."""

    def work(_task: Task) -> dict[str, t.Any]:
        listed = params.get("connections")
        connections = [params] if listed is None else [one for one in listed if one.get("state") != "absent"]
        asked = [_Asked.of(options, params) for options in connections]
        entries = [one.entry(status) for one, status in zip(asked, _statuses(asked))]
        result: dict[str, t.Any] = {"changed": False, "personal_access_tokens": entries}
        return result if listed is not None else {**entries[0], **result}

    return guard(Task(params), work)


class _Asked(t.NamedTuple):
    """One connection: the question about its token, or its status if there is nothing to ask."""

    label: str
    service_provider: str | None
    http_url: str | None
    question: Question | TokenStatus
    settings: CheckSettings

    @classmethod
    def of(cls, options: t.Mapping[str, t.Any], shared: t.Mapping[str, t.Any]) -> _Asked:
        """Read the options of the check. Raises InvalidArgument if they are malformed. Ignores all other options."""
        provider = SERVICE_PROVIDERS.get(options.get("service_provider") or "")
        own_url = urls.optional(options.get("http_url"), "http_url")
        http_url = own_url or (provider.http_url if provider else None)
        return cls(
            _label(options, provider, http_url),
            provider.value if provider else None,
            http_url,
            _question(options, provider, http_url),
            vcs_settings.resolve(options, shared, os.environ),
        )

    def entry(self, status: TokenStatus) -> dict[str, t.Any]:
        """Its part of the result."""
        minimum = self.settings.minimum_days
        return {
            "label": self.label,
            "service_provider": self.service_provider,
            "http_url": self.http_url,
            **status.public(),
            "expires_soon": minimum is not None and status.days_left is not None and status.days_left < minimum,
        }


def _label(options: t.Mapping[str, t.Any], provider: ServiceProvider | None, http_url: str | None) -> str:
    """The label of a connection, after its organization if it names one: others can have the same connection."""
    organization = (options.get("organization") or "").strip()
    own = label(options, provider, http_url)
    return f"{organization}/{own}" if organization else own


def _question(
    options: t.Mapping[str, t.Any], provider: ServiceProvider | None, http_url: str | None
) -> Question | TokenStatus:
    if provider is None:
        return unknown("The connection has no service_provider, so it is unknown which host to ask.")
    if provider.token_check is None:
        return unknown(f"{provider.display_name} is not connected with a personal access token.")
    token = clean_personal_access_token(options.get("personal_access_token"))
    if token is None:
        return unknown(
            "There is no personal access token to check. Set personal_access_token; the role and the playbooks also "
            "read the environment variable of the provider, such as GITHUB_TOKEN."
        )
    problem = provider.token_problem(token)
    if problem:
        return TokenStatus("refused", f"The VCS host was not asked: {problem}")
    own_url = urls.optional(options.get("api_url"), "api_url")
    api_url = own_url or (provider.derive_api_url(http_url) if http_url else None)
    if api_url is None:
        refuse_missing_url(provider)
    return Question(provider.token_check, api_url, token, (options.get("ado_org_name") or "").strip() or None)


def _statuses(asked: t.Sequence[_Asked]) -> list[TokenStatus]:
    """Return the status of each token, in order."""
    questions = [(one.question, one.settings.transport) for one in asked if isinstance(one.question, Question)]
    statuses = iter(TokenChecks().statuses(questions))
    return [next(statuses) if isinstance(one.question, Question) else one.question for one in asked]
