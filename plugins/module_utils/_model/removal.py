# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Plans removals, and decides whether an OAuth client can be removed. Uses no network and changes nothing.

Removing a client unlinks everything that uses it, silently and for good. So it is removed only if it is known that
nothing uses it, or with force. Policy sets, registry modules and stacks that the API token may not read are only a
warning: if such a token needed force for every removal, it would turn off the other checks too. So are workspaces that
the token may not see, on a server that does not count them. A list that failed for any other reason can be read by a
second try, so the removal is refused.
"""

from __future__ import annotations

import typing as t

from .._base.errors import InvalidArgument, WorkspacesLinked, WorkspacesUnknown
from .comparison import differs
from .desired import Desired
from .fixed_attributes import refuse_fixed
from .oauth_client import OAuthClient
from .plan import Plan, shown_values
from .usage import Usage
from .vcs_link import looks_missing, plural

_MIGRATE = (
    "Move them to another connection first, with the module vcs_links or the playbook hcptf.vcs.migrate "
    "(-e migrate_organization={organization} -e migrate_from_oauth_client_id={id} -e migrate_to_oauth_client_id=...), "
    "or set force=true."
)


def plan_removal(
    desired: Desired,
    client: OAuthClient | None,
    usage: Usage | None = None,
    neighbors: t.Sequence[OAuthClient] = (),
) -> Plan:
    """Plan a connection that should be absent. ``usage`` is what uses the client.

    ``neighbors`` are other clients of the same provider and URL. Raises what check mode must predict: a selector that
    does not fit the client, or a removal that would or might unlink workspaces.
    """
    if client is None:
        return Plan(desired, "absent", warnings=tuple(_other_name_warning(desired, neighbors)))
    refuse_fixed(desired, client)
    _refuse_mismatch(desired, client)
    known = usage or Usage()
    refuse_removal(desired, client, known)
    return Plan(
        desired,
        "deleted",
        client,
        before=shown_values(client.values),
        predicted=client.public(),
        warnings=tuple(_removal_warnings(client, known)),
    )


def refuse_removal(desired: Desired, client: OAuthClient, usage: Usage) -> None:
    """Raise WorkspacesLinked or WorkspacesUnknown if something uses the client or might; nothing with force."""
    if desired.force:
        return
    description = f"OAuth client {client.describe()} of organization {desired.organization!r}"
    if usage.describe():
        advice = _MIGRATE.format(organization=desired.organization, id=client.id)
        raise WorkspacesLinked(
            f"{description} is used by {usage.describe()}. Removing it would unlink them from their repositories. "
            f"{advice}"
        )
    failed = usage.failed
    if usage.workspaces is None and usage.workspaces_count is None and "workspace" not in failed:
        unread = usage.unread.get("workspace")
        reason = f" {unread.message}" if unread else ""
        raise WorkspacesUnknown(
            f"It is not known which workspaces use {description}, because the server does not report it.{reason} "
            "Removing it could unlink workspaces from their repositories. Use an API token that can read all "
            "workspaces, or set force=true."
        )
    if failed:
        reasons = " ".join(dict.fromkeys(error.message for error in failed.values()))
        first = next(iter(failed.values()))
        raise WorkspacesUnknown(
            f"It is not known whether {_listed(failed, 'or')} use {description}. {reasons} Removing it could unlink "
            "them from their repositories. Run again, or set force=true.",
            first.status,
            first.errors,
        )


def _removal_warnings(client: OAuthClient, usage: Usage) -> t.Iterator[str]:
    """Warn of unknown uses of a client that is removed nevertheless."""
    if usage.workspaces is None and usage.workspaces_count is None:
        yield f"It is not known which workspaces use OAuth client {client.id}. Those that do lose their repository."
    elif usage.workspaces_count is None:
        yield (
            f"The server does not report how many workspaces use OAuth client {client.id}, and none was found. "
            "Workspaces that the API token cannot see lose their repository if they use it."
        )
    unread = [kind for kind, error in usage.unread.items() if kind != "workspace" and not looks_missing(kind, error)]
    if unread:
        yield (
            f"The {_listed(unread, 'and')} could not be read. Those that use OAuth client {client.id} lose their "
            "repository."
        )


def _listed(kinds: t.Iterable[str], word: str) -> str:
    """The plurals of kinds of objects, in one phrase."""
    *first, last = map(plural, kinds)
    return f"{', '.join(first)} {word} {last}" if first else last


def _refuse_mismatch(desired: Desired, client: OAuthClient) -> None:
    """Raise InvalidArgument if a removal by ID also gives a name or organization that the client does not have."""
    for name in ("name", "ado_org_name"):
        wanted = desired.attributes.get(name)
        if wanted and differs(name, wanted, client):
            raise InvalidArgument(
                f"The {name} of OAuth client {client.describe()} of organization {desired.organization!r} is not "
                f"{wanted!r}, so the client was not removed. Correct {name} or omit it."
            )


def _other_name_warning(desired: Desired, neighbors: t.Sequence[OAuthClient]) -> t.Iterator[str]:
    """Warn if nothing matches, but a client of the same provider and URL exists: the name may be misspelled."""
    if neighbors:
        listed = ", ".join(client.describe() for client in neighbors)
        yield (
            f"Nothing was removed: organization {desired.organization!r} has no {desired.description}. OAuth clients "
            f"of the same provider and URL: {listed}."
        )
