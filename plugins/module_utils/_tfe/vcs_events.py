# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The recent errors between a server and the VCS providers of an organization's OAuth clients.

The list of VCS events comes from the OpenAPI document of go-tfe; the API's documentation does not describe it. Without
a time in the request, it has the events of the last ten days.
"""

from __future__ import annotations

import typing as t

from .._base.timestamps import oldest_if_unknown
from .client import TfeClient
from .json_api import attributes_of, hyphens, invalid_answer, quoted, related_id, related_ids, resource_of, text
from .reasons import Scrub, cleaned

#: How many errors of a client are returned. One broken webhook can cause thousands in ten days.
MOST_ERRORS = 10

_ERROR = "error"


class Errors(t.NamedTuple):
    """The recent errors of one OAuth client: the newest, in the words of the results, and the number of all."""

    newest: list[dict[str, str | None]]
    total: int


def list_errors(client: TfeClient, organization: str) -> dict[str, Errors]:
    """The recent errors of an organization by the ID of the OAuth client. A client without errors is not in it.

    Raises the VcsError of TfeClient (404 on servers without this list), and InvalidAnswer as ``errors_by_client``.
    """
    what = f"list the VCS events of organization {organization!r}"
    path = f"/organizations/{quoted(organization)}/vcs-events"
    resources = client.get_all(path, what, {"filter[levels]": _ERROR})
    return errors_by_client(resources, client.could_not(what), client.failures.scrub)


def errors_by_client(resources: t.Iterable[t.Any], failed: str, scrub: Scrub) -> dict[str, Errors]:
    """Sort the resources of a list of VCS events by OAuth client, the newest first.

    Also works with servers that ignore the filter of levels. Raises InvalidAnswer, beginning with ``failed``, if a
    resource is not a VCS event, or an error that does not show whether it belongs to an OAuth client.
    """
    errors: dict[str, list[dict[str, t.Any]]] = {}
    for resource in resources:
        event = resource_of(resource, "vcs-events", failed)
        if attributes_of(event).get("level", _ERROR) == _ERROR:
            for client_id in _client_ids(event, failed):
                errors.setdefault(client_id, []).append(event)
    return {client_id: _errors(events, failed, scrub) for client_id, events in errors.items()}


def _client_ids(event: t.Mapping[str, t.Any], failed: str) -> list[str]:
    """The ID of the OAuth client of an event; none if the event belongs to no client, such as that of a GitHub App."""
    ids = related_ids(event, "oauth-client", failed)
    if ids is None:
        raise invalid_answer(failed, "a VCS event in the answer does not name its OAuth client")
    return ids


def _errors(events: t.Sequence[dict[str, t.Any]], failed: str, scrub: Scrub) -> Errors:
    newest_first = sorted(events, key=_age_key, reverse=True)
    return Errors([_error(event, failed, scrub) for event in newest_first[:MOST_ERRORS]], len(events))


def _age_key(event: t.Mapping[str, t.Any]) -> tuple[float, str]:
    return (oldest_if_unknown(attributes_of(event).get("created-at")), event["id"])


def _error(event: t.Mapping[str, t.Any], failed: str, scrub: Scrub) -> dict[str, str | None]:
    """One error in the words of the results. The texts are the server's, so each becomes a line of limited length."""
    attributes = attributes_of(event)
    texts = {name: text(attributes.get(hyphens(name))) for name in ("created_at", "message", "suggested_action")}
    return {
        "level": _ERROR,
        **{name: (value and cleaned(value, scrub)) or None for name, value in texts.items()},
        "oauth_token_id": related_id(event, "oauth-token", failed),
    }
