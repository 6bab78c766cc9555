# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The endpoints around VCS links, for each kind of object that has them: JSON:API in, VcsLink out.

U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/workspaces),
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/policy-sets),
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/private-registry/modules),
U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/private-registry/stack-components).
Stacks and the check of a repository come from the sources of go-tfe and from its OpenAPI document.
Every function raises the VcsError of TfeClient, and InvalidAnswer for an inconsistent document.
"""

from __future__ import annotations

import typing as t

from .._base.errors import Forbidden, NotFoundOrForbidden
from .._model.vcs_link import GITHUB_APP, OAUTH_TOKEN, REGISTRY_COMPONENT, Credential, VcsLink, plural
from .client import TfeClient
from .json_api import (
    attributes_of,
    boolean,
    dictionary,
    hyphens,
    invalid_answer,
    quoted,
    related_id,
    resource_of,
    text,
)

#: The attributes of ``vcs-repo`` that a move must not change.
_KEPT = ("branch", "ingress-submodules", "tags-regex", "tags", "tag-prefix", "source-directory")
#: The attributes beside ``vcs-repo`` that say which files of the repository count, and whether a module is tested. A
#: move must not change them either.
_KEPT_BESIDE = (
    "file-triggers-enabled",
    "policies-path",
    "policy-update-patterns",
    "test-config",
    "trigger-patterns",
    "trigger-prefixes",
    "working-directory",
)
#: The parts of ``test-config`` that can be set, and their defaults. The OpenAPI document of go-tfe says that they apply
#: when it is omitted.
_TEST_DEFAULTS = {"tests-enabled": False, "agent-execution-mode": "remote", "agent-pool-id": None}
#: In place of a value: the key is not sent.
OMITTED = object()
#: How a VCS link that gets a GitHub App installation loses its OAuth token, or the other way around. The documentation
#: of the API names no way. Terraform's provider sends "" in some cases and nothing in others, because the API has
#: refused "" (U(https://github.com/hashicorp/terraform-provider-tfe/pull/835)).
WAYS_TO_CLEAR = ("", None, OMITTED)


def _resource(kind: str) -> str:
    """The type of the resources of a kind, which is in the paths too."""
    return f"{hyphens(kind)}s"


def _list_path(organization: str, kind: str) -> str:
    return f"/organizations/{quoted(organization)}/{_resource(kind)}"


def _object_path(link: VcsLink) -> str:
    if link.kind == "registry_module":
        parts = "/".join(quoted(part) for part in link.name.split("/"))
        return f"{_list_path(link.organization, link.kind)}/private/{parts}"
    return f"/{_resource(link.kind)}/{quoted(link.id)}"


def list_links(client: TfeClient, organization: str, kind: str) -> list[VcsLink]:
    """The VCS links of all objects of one kind that the API token can see, sorted by name."""
    what = f"list the {plural(kind)} of organization {organization!r}"
    failed = client.could_not(what)
    # The default order of workspaces is arbitrary, so pages could repeat or miss entries.
    query = {"sort": "name"} if kind == "workspace" else {}
    found = []
    for resource in client.get_all(_list_path(organization, kind), what, query):
        link = _link(resource, kind, organization, failed)
        # The documented list of Stack component configurations has no vcs-repo, the object has.
        if kind == REGISTRY_COMPONENT and "vcs-repo" not in attributes_of(resource):
            link = _read_listed(client, link)
        if link.credential or link.repository:
            found.append(link)
    return sorted(found, key=lambda link: (link.name, link.id))


def read_link(client: TfeClient, link: VcsLink) -> VcsLink | None:
    """Read the current link. None if the server answers 404. Its repository is None if the link was removed."""
    try:
        return _read(client, link)
    except NotFoundOrForbidden:
        return None


def _read_listed(client: TfeClient, link: VcsLink) -> VcsLink:
    """The whole of an object from a list. 404 does not mean a server without such objects, because it has this one."""
    try:
        return _read(client, link)
    except NotFoundOrForbidden as error:
        raise Forbidden(error.message, error.status, error.errors) from None


def _read(client: TfeClient, link: VcsLink) -> VcsLink:
    what = f"read {link.describe()} of organization {link.organization!r}"
    return _same(client.get(_object_path(link), what), link, client.could_not(what))


def update_link(
    client: TfeClient,
    link: VcsLink,
    credential: Credential,
    repository: str | None,
    clear_with: t.Any = OMITTED,
    settings: t.Mapping[str, t.Any] | None = None,
) -> VcsLink:
    """Point a link to another credential, and to another repository if one is given.

    Only that and the ``settings`` are sent.

    An OAuth token and a GitHub App installation exclude each other. When a link changes from one to the other, the old
    one is cleared with ``clear_with``, one of WAYS_TO_CLEAR.
    """
    what = f"update {link.describe()} of organization {link.organization!r}"
    vcs_repo: dict[str, t.Any] = {credential.attribute: credential.id}
    if clear_with is not OMITTED:
        vcs_repo[credential.other_attribute] = clear_with
    if repository:
        vcs_repo["identifier"] = repository
    beside = {name: value for name, value in (settings or {}).items() if name in _KEPT_BESIDE}
    vcs_repo.update((name, value) for name, value in (settings or {}).items() if name not in beside)
    data = {"type": _resource(link.kind), "id": link.id, "attributes": {**beside, "vcs-repo": vcs_repo}}
    return _same(client.patch(_object_path(link), what, {"data": data}), link, client.could_not(what))


def repository_exists(client: TfeClient, organization: str, token_id: str, repository: str) -> bool | None:
    """Whether an OAuth token reaches a repository, as the server reports it; None if the answer does not say.

    Raises NotFoundOrForbidden for 404, which a server also answers if it does not have this endpoint.
    """
    what = f"ask whether OAuth token {token_id} reaches repository {repository!r}"
    query = {"oauth_token_id": token_id, "identifier": repository}
    document = client.get(f"/organizations/{quoted(organization)}/vcs/repo", what, query)
    return boolean(attributes_of(document.get("data")).get("exists"))


def _same(document: t.Mapping[str, t.Any], link: VcsLink, failed: str) -> VcsLink:
    found = _link(document.get("data"), link.kind, link.organization, failed)
    if found.id != link.id:
        raise invalid_answer(failed, "the server answered with another object")
    return found


def _link(resource: t.Any, kind: str, organization: str, failed: str) -> VcsLink:
    data = resource_of(resource, _resource(kind), failed)
    attributes = attributes_of(data)
    vcs_repo = dictionary(attributes.get("vcs-repo"))
    name = text(attributes.get("name")) or data["id"]
    if kind == "registry_module":
        name = "/".join([text(attributes.get("namespace")) or organization, name, str(attributes.get("provider"))])
    elif kind == REGISTRY_COMPONENT:
        name = f"{text(attributes.get('namespace')) or organization}/{name}"
    return VcsLink(
        kind,
        data["id"],
        name,
        organization,
        _credential(vcs_repo),
        text(vcs_repo.get("identifier")),
        _kept(attributes, vcs_repo),
        related_id(data, "project", failed),
        boolean(attributes.get("locked")),
        boolean(dictionary(attributes.get("permissions")).get("can-update")),
    )


def _kept(attributes: t.Mapping[str, t.Any], vcs_repo: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The settings that a move must not change, as far as the server returned them. Tests without their defaults."""
    sources = ((_KEPT, vcs_repo), (_KEPT_BESIDE, attributes))
    kept = {name: values[name] for names, values in sources for name in names if name in values}
    if "test-config" in kept:
        tests = dictionary(kept["test-config"])
        kept["test-config"] = {
            name: tests[name] for name, default in _TEST_DEFAULTS.items() if tests.get(name, default) != default
        }
    return kept


def _credential(vcs_repo: t.Mapping[str, t.Any]) -> Credential | None:
    for attribute in (OAUTH_TOKEN, GITHUB_APP):
        if text(vcs_repo.get(attribute)):
            return Credential(attribute, vcs_repo[attribute])
    return None
