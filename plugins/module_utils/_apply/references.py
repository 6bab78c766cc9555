# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The projects and agent pools that connections of one organization refer to, by ID or by name."""

from __future__ import annotations

import re
import typing as t

from .._base.errors import Ambiguous, NotFound, NotFoundOrForbidden, Unsupported
from .._model.attributes import tidy
from .._model.desired import Desired
from .._tfe import named_objects
from .._tfe.client import TfeClient

#: Options that refer to other objects: where these are listed, and what their IDs look like.
_COLLECTIONS = {
    "projects": ("projects", r"^prj-[A-Za-z0-9]{16}$"),
    "agent_pool": ("agent-pools", r"^apool-[A-Za-z0-9]{16}$"),
}


class References:
    """Reads each list at most once, and only when it is needed."""

    def __init__(self, client: TfeClient, organization: str) -> None:
        self._client = client
        self._organization = organization
        self._listed: dict[str, list[tuple[str, str]]] = {}

    def with_ids(self, desired: Desired) -> Desired:
        """The same connection with IDs in place of names. Raises NotFound, or Ambiguous for a name of several."""
        resolved = dict(desired.attributes)
        if resolved.get("projects"):
            resolved["projects"] = self.project_ids(resolved["projects"])
        if resolved.get("agent_pool"):
            resolved["agent_pool"] = self._id_of("agent_pool", resolved["agent_pool"])
        return desired._replace(attributes=resolved)

    def missing_from(self, desired: Desired) -> dict[str, list[str]]:
        """The projects and agent pools, by option, that the organization does not have yet."""
        wanted = {option: _listed(desired.attributes.get(option)) for option in _COLLECTIONS}
        missing = {
            option: [name for name in names if self._is_missing(option, name)] for option, names in wanted.items()
        }
        return {option: names for option, names in missing.items() if names}

    def _is_missing(self, option: str, name: str) -> bool:
        try:
            self._find(option, name)
        except (NotFoundOrForbidden, Unsupported):
            return False
        except NotFound:
            return True
        return False

    def project_ids(self, names: t.Iterable[str]) -> tuple[str, ...]:
        """The IDs of projects that are given by ID or exact name. Raises NotFound or Ambiguous."""
        return tuple(self._id_of("projects", name) for name in names)

    def check(self, attributes: t.Mapping[str, t.Any]) -> list[str]:
        """Check that the IDs that are about to be sent belong to this organization.

        The real API is known to accept a project of another organization and to drop it, which leaves a client that
        nobody can use. Returns warnings about lists that cannot be read. Raises NotFound.
        """
        return [warning for option in _COLLECTIONS for warning in self._check(option, attributes.get(option) or ())]

    def _check(self, option: str, ids: str | t.Sequence[str]) -> t.Iterator[str]:
        wanted = _listed(ids)
        try:
            for id_ in wanted:
                self._find(option, id_)
        except (NotFoundOrForbidden, Unsupported) as error:
            yield f"It could not be checked whether the organization has {option} {', '.join(wanted)}. {error.message}"

    def _id_of(self, option: str, name: str) -> str:
        return name if re.match(_COLLECTIONS[option][1], name) else self._find(option, name)

    def _find(self, option: str, name: str) -> str:
        collection = _COLLECTIONS[option][0]
        if collection not in self._listed:
            self._listed[collection] = named_objects.named_ids(self._client, self._organization, collection)
        found = [id_ for id_, its_name in self._listed[collection] if tidy(name) in (id_, tidy(its_name))]
        kind = collection.replace("-", " ")
        if len(found) > 1:
            raise Ambiguous(
                f"Organization {self._organization!r} has {len(found)} {kind} with the exact name {name!r}: "
                f"{', '.join(found)}. Set {option} to the ID."
            )
        if not found:
            raise NotFound(
                f"Organization {self._organization!r} has no {kind} with the exact name or ID {name!r} that the API "
                f"token from {self._client.settings.token_source} can see. Correct it, or use a token that can see it."
            )
        return found[0]


def _listed(value: str | t.Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
