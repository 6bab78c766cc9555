# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open questions about the API, with selectable answers."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Unknowns:
    """Each field is one open question; its default is the likelier answer."""

    url_normalization: Literal["kept", "slash_stripped"] = "kept"
    """Does the server store http-url and api-url as sent, or without final slashes?"""

    token_in_create_answer: bool = True
    """Does the 201 answer of a create by personal access token already carry the OAuth token?"""

    token_visible_after: float = 0.0
    """Seconds until a new OAuth token appears in reads; counts only if the 201 answer lacks it."""

    fixed_attributes_in_patch: Literal["ignored", "rejected", "changed"] = "ignored"
    """A PATCH of service-provider, http-url or api-url: 200 and unchanged, 422, or really changed?"""

    pat_in_patch: Literal["effective", "ignored", "second_token"] = "effective"
    """A PATCH of oauth-token-string: rotates in place, is ignored with 200, or adds a second OAuth token?"""

    agent_pool_left_out_of_patch: Literal["kept", "cleared"] = "kept"
    """Does a PATCH without the agent-pool relationship keep the pool?"""

    organization_scope_when_projects_are_patched: Literal["kept", "ended"] = "kept"
    """Does a PATCH of the projects end the availability to the whole organization, unless it sets that?"""

    links_outside_scope: Literal["kept", "removed"] = "kept"
    """Do workspaces keep their VCS link if a change of the scope leaves out their project?"""

    agent_pool_null_in_patch: Literal["detached", "ignored"] = "detached"
    """Does a PATCH with a null agent-pool detach the pool?"""

    agent_pool_error_status: Literal[404, 422] = 422
    """The status for an agent pool that is missing, or an organization without private VCS."""

    attach_projects: Literal["adds", "replaces"] = "adds"
    """POST to relationships/projects; TFE before v202406-1 dropped what was attached before."""

    affected_workspaces: Literal["names", "ids"] = "names"
    """What the affected-workspaces attribute lists."""

    list_order: Literal["insertion", "newest_first", "random"] = "insertion"
    """The order of the list of OAuth clients."""

    read_without_manage_permission: Literal["allowed", "not_found"] = "allowed"
    """May who can read an organization, but not manage its VCS settings, read its OAuth clients?"""

    oauth_permission: Literal["right", "false", "missing"] = "right"
    """What an organization says of can-update-oauth. OTF says false to everybody."""

    page_size_above_100: Literal["capped", "rejected"] = "capped"
    """A page[size] above the maximum: taken as 100, or 422?"""

    not_json_status: Literal[400, 422] = 400
    """The status for a body that is not JSON."""

    revoked_pat_status: int = 422
    """The status of authorized-repos when the VCS provider refuses the personal access token."""

    organization_case: Literal["ignored", "matters"] = "ignored"
    """Do organization names in paths match without regard to case?"""

    location_on_create: bool = False
    """Does the 201 answer have a Location header?"""

    deleted_readable_for: float = 0.0
    """Seconds for which a deleted OAuth client is still found by reads."""

    pat_in_create: Literal["effective", "dropped"] = "effective"
    """A create by personal access token: does the client get an OAuth token?"""

    stored_identity: Literal["kept", "url_rewritten", "name_collapsed"] = "kept"
    """Does the server store another http-url (on www.), or another name (white space collapsed), than it was sent?"""

    foreign_project_in_create: Literal["dropped", "rejected"] = "dropped"
    """A create with a project of another organization: 201 without it (go-tfe's own test passes only then), or 422?"""

    missing_project_in_create: Literal["rejected", "dropped"] = "rejected"
    """A create with a project that does not exist."""

    affected_workspaces_count: Literal["right", "missing", "minus_one", "false", "stale"] = "right"
    """The attribute affected-workspaces-count. `stale` is its value at the first read."""

    created_at: Literal["milliseconds", "seconds", "missing"] = "milliseconds"
    """How exact the created-at of an OAuth client is."""

    page_announcement: Literal[
        "full", "meta_only", "links_next", "total_pages", "next_page_null", "total_count", "nothing"
    ] = "full"
    """What a page of a list says about the others, see `paging`."""

    largest_page: int = 100
    """The most entries that a page can have."""

    foreign_oauth_token: Literal["rejected", "accepted"] = "rejected"
    """A VCS link to an OAuth token of another organization."""

    invalid_oauth_token_status: Literal[422, 400] = 422
    """The status for a VCS link to an OAuth token that does not exist."""

    unreachable_repository_in_write: Literal["rejected", "accepted"] = "rejected"
    """A VCS link to a repository that the connection does not reach."""

    webhook_failure: Literal["ignored", "rejected"] = "ignored"
    """The VCS host refuses the webhook: is the link made without it, or is the write refused?"""

    omitted_from_vcs_repo: Literal["kept", "reset", "removes_link"] = "kept"
    """A PATCH with a part of vcs-repo: does the rest stay? Or is the link removed unless the repository is sent?"""

    triggers_when_connection_changes: Literal["kept", "reset"] = "kept"
    """Does another connection reset the working directory and the file triggers of a workspace, or the update patterns
    of a policy set?"""

    connection_switch: Literal["replaced", "other_must_be_null", "other_must_be_omitted"] = "replaced"
    """From an OAuth token to a GitHub App installation or back: must the other be sent as null, or not at all?"""

    vcs_change_queues_run: bool = False
    """Does a changed VCS link queue a run?"""

    locked_workspace_in_patch: Literal["accepted", "rejected"] = "accepted"
    """A PATCH of a locked workspace."""

    registry_module_connection: Literal["changed", "ignored", "rejected", "no_route"] = "changed"
    """A PATCH of a registry module's repository or connection; older servers ignore or refuse it."""

    module_tests_omitted_from_patch: Literal["kept", "disabled"] = "kept"
    """Does a PATCH without test-config disable the tests of a module? The OpenAPI document says that testing is then
    disabled, but not whether that is so only for a new module."""

    empty_attributes_of_modules: Literal["left_out", "null"] = "left_out"
    """How registry modules show attributes of their VCS link without a value."""

    repository_check: Literal["answered", "not_found", "no_route"] = "answered"
    """vcs/repo for a repository that cannot be reached: 200 with exists false, or 404? Or is there no such route?"""

    has_registry_components: bool = True
    """Are there Stack component configurations? Documented for HCP Terraform only."""

    repository_in_list_of_components: bool = False
    """Does the list of Stack component configurations show vcs-repo? The documented sample does not."""

    has_vcs_events: bool = True
    """Is there a list of VCS events?"""

    github_app_without_user: Literal["empty", "not_found"] = "empty"
    """GitHub App installations for a token that is not a user's."""

    def with_setting(self, name: str, text: str) -> Unknowns:
        """The same answers, but for one given as text, as on a command line."""
        hints = typing.get_type_hints(Unknowns)
        if name not in hints:
            raise ValueError(f"no such unknown: {name}; there are {', '.join(sorted(hints))}")
        return dataclasses.replace(self, **{name: _parse(name, text, hints[name])})


def _parse(name: str, text: str, hint: Any) -> Any:
    if typing.get_origin(hint) is Literal:
        allowed = typing.get_args(hint)
    elif hint is bool:
        allowed = (True, False)
    else:
        return hint(text)
    by_text = types.MappingProxyType({str(value).lower(): value for value in allowed})
    if text.lower() not in by_text:
        raise ValueError(f"{name} is one of {', '.join(by_text)}, not {text}")
    return by_text[text.lower()]
