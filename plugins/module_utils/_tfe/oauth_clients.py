# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The endpoints of OAuth clients, one function each: JSON:API in, OAuthClient out.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/oauth-clients).
Every function raises the VcsError of TfeClient, and InvalidAnswer for an inconsistent document.
"""

from __future__ import annotations

import typing as t

from .._base import urls
from .._base.errors import NotFoundOrForbidden
from .._model.attributes import READ, tidy
from .._model.oauth_client import OAuthClient
from .client import TfeClient
from .json_api import attributes_of, hyphens, invalid_answer, quoted, related_id, related_ids, resource_of

#: The attributes of a request body that are not named like the option with hyphens in place of underscores.
_SECRET_ATTRIBUTES = {"personal_access_token": "oauth-token-string"}

#: The attributes that identify or describe a client, which must be texts.
_TEXTS = frozenset(("service_provider", "http_url", "api_url", "name", "ado_org_name", "created_at"))


def list_clients(client: TfeClient, organization: str, affected_workspaces: bool = False) -> list[OAuthClient]:
    """All OAuth clients of an organization, with the number of workspaces that use each if wanted (and known)."""
    what = f"list the OAuth clients of organization {organization!r}"
    path = f"/organizations/{quoted(organization)}/oauth-clients"
    resources = client.get_all(path, what, _query(affected_workspaces))
    return [_listed_client(resource, organization, client.could_not(what)) for resource in resources]


def read_client(
    client: TfeClient, client_id: str, organization: str, affected_workspaces: bool = False
) -> OAuthClient | None:
    """One OAuth client, whichever organization it belongs to; None if the server answers 404."""
    what = f"read OAuth client {client_id} for organization {organization!r}"
    try:
        document = client.get(f"/oauth-clients/{quoted(client_id)}", what, _query(affected_workspaces))
    except NotFoundOrForbidden:
        return None
    return _oauth_client(document.get("data"), organization, client.could_not(what), client_id)


def create_client(
    client: TfeClient,
    organization: str,
    attributes: t.Mapping[str, t.Any],
    secrets: t.Mapping[str, str],
    look: t.Callable[[], None] = lambda: None,
) -> OAuthClient:
    """Create an OAuth client. Raises Lost if it may have been created without a readable answer.

    ``look`` is called before each retry after 429, as by TfeClient.post.
    """
    connection = f"{attributes['service_provider']} connection to {attributes['http_url']}"
    what = f"create the {connection} in organization {organization!r}"
    body = _body(attributes, secrets)
    document = client.post(f"/organizations/{quoted(organization)}/oauth-clients", what, body, look)
    return _oauth_client(document.get("data"), organization, client.could_not(what))


def update_client(
    client: TfeClient, existing: OAuthClient, attributes: t.Mapping[str, t.Any], secrets: t.Mapping[str, str]
) -> OAuthClient:
    """Change just these attributes of an OAuth client, in place."""
    what = f"update OAuth client {existing.id} of organization {existing.organization!r}"
    body = _body(attributes, secrets, existing.id)
    document = client.patch(f"/oauth-clients/{quoted(existing.id)}", what, body)
    return _oauth_client(document.get("data"), existing.organization, client.could_not(what), existing.id)


def delete_client(client: TfeClient, existing: OAuthClient) -> bool:
    """Remove an OAuth client, which unlinks the workspaces that use it. Return whether the server confirms it."""
    what = f"remove OAuth client {existing.id} of organization {existing.organization!r}"
    return client.delete(f"/oauth-clients/{quoted(existing.id)}", what)


def _query(affected_workspaces: bool) -> dict[str, str] | None:
    return {"show_affected_workspaces": "true"} if affected_workspaces else None


def _body(
    attributes: t.Mapping[str, t.Any], secrets: t.Mapping[str, str], client_id: str | None = None
) -> dict[str, t.Any]:
    """Build a request body that has only the values to set."""
    plain = {hyphens(name): value for name, value in attributes.items() if name not in ("projects", "agent_pool")}
    plain.update({_SECRET_ATTRIBUTES.get(name, hyphens(name)): value for name, value in secrets.items()})
    relationships: dict[str, t.Any] = {}
    if "projects" in attributes:
        relationships["projects"] = {"data": [{"id": id_, "type": "projects"} for id_ in attributes["projects"] or ()]}
    if "agent_pool" in attributes:
        pool = attributes["agent_pool"]
        relationships["agent-pool"] = {"data": {"id": pool, "type": "agent-pools"} if pool else None}
    data: dict[str, t.Any] = {"type": "oauth-clients", "attributes": plain}  # the official schema wants both
    if client_id:
        data["id"] = client_id
    if relationships:
        data["relationships"] = relationships
    return {"data": data}


def _oauth_client(resource: t.Any, organization: str, failed: str, expected_id: str | None = None) -> OAuthClient:
    """Read one OAuth client of a known kind. Raises InvalidAnswer if it is another one, or no OAuth client."""
    data = resource_of(resource, "oauth-clients", failed)
    if expected_id and data["id"] != expected_id:
        raise invalid_answer(failed, "the server answered with another OAuth client")
    client = _listed_client(data, organization, failed)
    if "service_provider" not in client.values:
        raise invalid_answer(failed, f"OAuth client {client.id} has no service-provider")
    return client


def _listed_client(data: dict[str, t.Any], organization: str, failed: str) -> OAuthClient:
    """Read one entry of a list, of whatever kind. What the server does not return, or not as expected, is unknown.

    An entry that cannot be understood must not hide the others. It only prevents creating what it might equal.
    """
    attributes = attributes_of(data)
    values = {name: _plain(attributes[hyphens(name)]) for name in READ if hyphens(name) in attributes}
    for name in _TEXTS & values.keys():
        if isinstance(values[name], str):
            values[name] = tidy(values[name])
        elif values[name] is not None:
            del values[name]
    for name in ("http_url", "api_url"):
        if values.get(name):
            values[name] = urls.without_userinfo(values[name])
    if not values.get("service_provider") or data.get("type") != "oauth-clients":
        values.pop("service_provider", None)
    if not isinstance(values.get("organization_scoped"), bool):
        values.pop("organization_scoped", None)
    projects, pools = related_ids(data, "projects", failed), related_ids(data, "agent-pool", failed)
    if projects is not None:
        values["projects"] = tuple(projects)
    if pools is not None:
        values["agent_pool"] = next(iter(pools), None)
    owner = related_id(data, "organization", failed) or organization
    return OAuthClient(data["id"], owner, values, tuple(related_ids(data, "oauth-tokens", failed) or ()))


def _plain(value: t.Any) -> t.Any:
    return None if value == "" else value
