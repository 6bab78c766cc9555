# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault matrix of moving VCS links: every kind of fault, at every request of a move.

After each run, no link is lost or half-moved, no branch or other setting has changed, links of a third connection are
where they were, and the result is true. A rerun without the fault moves the rest, and one more changes nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from proofs import fault_matrix, scene
from proofs.fault_matrix import KINDS, SCALE, TIMEOUT
from sandbox import Fault, Unknowns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sandbox.model import VcsRepo

#: The objects that are linked, by name; the last one stays where it is.
LINKED = ("shop", "network", "policies", "vpc", "elsewhere")


@dataclass(frozen=True)
class Case:
    kind: str
    position: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.position}"


class Matrix(fault_matrix.Matrix):
    """Runs cases against one sandbox, over and over from the same links."""

    _tokens: dict[str, str]
    """The OAuth token of each connection, by the connection's name."""

    def requests(self) -> int:
        """How many requests a move takes when nothing goes wrong."""
        self._prepare({})
        with fault_matrix.waits(0.0):
            self._move()
        return len(self._sandbox.requests)

    def problems_of(self, case: Case) -> list[str]:
        """What goes wrong in one run under the fault and two without."""
        kind = KINDS[case.kind]
        self._prepare(kind.unknowns)
        before = self._links()
        struck = range(case.position, sys.maxsize if kind.count is None else case.position + kind.count)
        if kind.effect:
            effect = kind.effect(self._elsewhere.address)
            self._sandbox.faults.add(Fault(effect, nth=case.position, count=kind.count))
        with fault_matrix.waits(SCALE if kind.slow else 0.0):
            with contextlib.nullcontext() if kind.effect else self._refusing(struck):
                result = self._move(tfe_timeout=TIMEOUT * SCALE if kind.slow else 5.0)
            problems = [*self._untouched(before), *self._trapped()]
            problems += [] if kind.lies else self._untrue(result, before)
            problems += scene.explained(result, "http://127.0.0.1:", None)
            problems += scene.secrets_in(scene.as_text(result))
            self._sandbox.faults.clear()
            problems += self._reruns(before)
        return problems

    def _prepare(self, unknowns: Mapping[str, Any]) -> None:
        self._sandbox.reset()
        self._sandbox.settings.chosen = Unknowns(**unknowns)
        store = self._sandbox.store
        self._tokens = {}
        for name in ("old", "new", "third"):
            client = store.add_client("acme", name=name, created_at=scene.LONG_AGO)
            (token,) = store.oauth_tokens(client)
            self._tokens[name] = token.id
        settings = {"branch": "main", "tags_regex": "v.*", "ingress_submodules": True}

        def link(connection: str, name: str) -> dict[str, Any]:
            return {"connection": connection, "identifier": f"acme/{name}", **settings}

        for name, connection in (("shop", "old"), ("network", "old"), ("elsewhere", "third")):
            store.add_workspace("acme", name, vcs_repo=link(connection, name))
        store.add_policy_set("acme", "policies", vcs_repo=link("old", "policies"))
        module = {"connection": "old", "identifier": "acme/terraform-aws-vpc"}
        store.add_registry_module("acme", "vpc", provider="aws", vcs_repo=module)

    def _links(self) -> dict[str, VcsRepo | None]:
        store = self._sandbox.store
        linked = [*store.workspaces("acme"), *store.policy_sets("acme"), *store.registry_modules("acme")]
        return {one.name: one.vcs_repo for one in linked if one.name in LINKED}

    def _move(self, **options: Any) -> dict[str, Any]:
        github = {"service_provider": "github"}
        sides = {"from": {**github, "name": "old"}, "to": {**github, "name": "new"}}
        module = scene.product("_tasks.vcs_links")
        # With one connection the requests come in the same order each time.
        with patch.object(scene.product("_tasks.run"), "MOST_CONNECTIONS", 1):
            result: dict[str, Any] = module.run_vcs_links(
                scene.task(self._sandbox.address, **sides, check_repositories=True, **options), False, True
            )
        self._wait_for_late_requests()
        return result

    def _untouched(self, before: Mapping[str, VcsRepo | None]) -> Iterator[str]:
        """What changed that a move leaves as it is, at any time."""
        for name, link in self._links().items():
            was = before[name]
            if link is None or was is None:
                yield f"the link of {name} is lost"
            elif link.oauth_token_id not in self._allowed(name):
                yield f"the link of {name} points to {link.oauth_token_id}"
            elif replace(link, oauth_token_id=was.oauth_token_id) != was:
                yield f"the settings of {name} changed from {was} to {link}"

    def _allowed(self, name: str) -> set[str]:
        return {self._tokens[side] for side in (("third",) if name == "elsewhere" else ("old", "new"))}

    def _untrue(self, result: Mapping[str, Any], before: Mapping[str, VcsRepo | None]) -> Iterator[str]:
        now = self._links()
        moved = {name for name, link in now.items() if link != before[name]}
        # A registry module is reported as NAMESPACE/NAME/PROVIDER.
        entries = {entry["name"].removeprefix("acme/").partition("/")[0]: entry for entry in result.get("links", ())}
        failures = {name: entry["failure"] for name, entry in entries.items() if entry["failure"]}
        unknown = {name for name, failure in failures.items() if failure["code"] == "outcome_unknown"}
        for name, entry in entries.items():
            if entry["action"] == "moved" and name not in moved:
                yield f"{name} is reported as moved, and is not"
            if entry["action"] != "moved" and name in moved - unknown:
                yield f"{name} was moved, and reported as {entry['action']}: {entry['failure']}"
        if (moved - unknown) - entries.keys():
            yield f"{', '.join(sorted(moved))} moved without being reported"
        if result["changed"] != bool(moved) and not unknown:
            yield f"changed is {result['changed']}, and {len(moved)} links were moved"
        said = any("could not be read, so none of them was moved" in warning for warning in result["warnings"])
        if not result.get("failed") and len(moved) != len(LINKED) - 1 and not said:
            yield f"succeeded with {len(moved)} links moved: {result['warnings']}"

    def _reruns(self, before: Mapping[str, VcsRepo | None]) -> Iterator[str]:
        again = self._move()
        if again.get("failed"):
            yield f"the rerun failed: {again['msg']}"
        yield from (f"after the rerun: {problem}" for problem in self._untouched(before))
        left = [name for name, link in self._links().items() if link and link.oauth_token_id == self._tokens["old"]]
        if left:
            yield f"the rerun left {', '.join(left)}"
        if self._move()["changed"]:
            yield "a third run changed something"


def cases(matrix: Matrix, kinds: Iterable[str] = tuple(KINDS)) -> Iterator[Case]:
    positions = matrix.requests()
    for kind in kinds:
        for position in range(1, 2 if KINDS[kind].is_server else positions + 1):
            yield Case(kind, position)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python tests/proofs links", description=__doc__)
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this one; may be repeated")
    options = parser.parse_args(arguments)
    began, counts = time.monotonic(), Counter[bool]()
    with Matrix() as matrix:
        for case in cases(matrix, options.kind or tuple(KINDS)):
            problems = matrix.problems_of(case)
            counts[bool(problems)] += 1
            for problem in problems:
                print(f"{case}: {problem}", flush=True)
    print(
        f"{counts[False]} moves with a fault and {counts[True]} with a violation in {time.monotonic() - began:.0f} s, "
        "and two reruns of each"
    )
    return 1 if counts[True] else 0
