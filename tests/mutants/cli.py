# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutates the core, file by file, and reports the mutants that no unit test notices."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from .mutate import Mutant, mutants
from .targets import Target, targets
from .trial import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("explained.yml")
BUILD = CHECKOUT / "build" / "mutants"


@dataclass
class Score:
    """What became of the mutants of a file."""

    target: Target
    killed: int = 0
    explained: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    untested: int = 0
    stale: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.killed + self.explained + len(self.survivors) + self.untested

    @property
    def percentage(self) -> str:
        tested = self.killed + len(self.survivors)
        return f"{100 * self.killed / tested:.1f} %" if tested else "-"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    os.nice(options.nice)
    chosen = targets(CHECKOUT, options.only)
    if not chosen:
        sys.exit(f"No file is called {' or '.join(options.only)}.")
    run = Run(options)
    scores = []
    for target in chosen:
        scores.append(run.score(target))
        print(_line(scores[-1]), flush=True)
    print(report(scores))
    return 1 if any(score.survivors or score.stale for score in scores) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="WORD", help="only files with one of these words in their name")
    parser.add_argument("--sample", type=int, metavar="N", help="try at most N mutants of each file, chosen by chance")
    parser.add_argument("--seed", type=int, default=0, help="another seed chooses another sample")
    parser.add_argument("--minutes", type=float, default=90, help="stop after this time (default: 90)")
    parser.add_argument("--timeout", type=float, default=20, help="seconds for one mutant (default: 20)")
    parser.add_argument("--nice", type=int, default=10, help="how much to give way to other processes (default: 10)")
    parser.add_argument("--fresh", action="store_true", help="try mutants again that an earlier run has killed")
    return parser.parse_args(arguments)


class Run:
    """One run over some files. Mutants that an earlier run has killed count as killed while their file is the same."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._end = time.monotonic() + 60 * options.minutes
        self._explained = _read_explained()
        self._tree = Tree(CHECKOUT, BUILD / "tree")
        self._memory = BUILD / "killed.json"
        known = self._memory.exists() and not options.fresh
        self._killed = set(json.loads(self._memory.read_text(encoding="utf-8"))) if known else set[str]()

    def score(self, target: Target) -> Score:
        source = (CHECKOUT / target.path).read_text(encoding="utf-8")
        score = Score(target)
        found = list(mutants(source))
        if self._options.sample is not None and self._options.sample < len(found):
            chance = random.Random(self._options.seed)
            found = sorted(chance.sample(found, self._options.sample), key=lambda mutant: mutant.line)
        explained = dict(self._explained.get(target.name, {}))
        if self._tree.passes(target.tests, 10 * self._options.timeout, mutated=False) is not True:
            sys.exit(f"The tests of {target.name} fail without any mutant: {' '.join(target.tests)}")
        try:
            for mutant in found:
                self._try(mutant, target, score, explained)
        finally:
            self._tree.write(target.path, source)
        if self._options.sample is None and not score.untested:
            score.stale = [f"{before} -> {after}" for before, after in explained]
        return score

    def _try(self, mutant: Mutant, target: Target, score: Score, explained: dict[tuple[str, str], str]) -> None:
        change = (mutant.before, mutant.after)
        if change in self._explained.get(target.name, {}):
            explained.pop(change, None)
            score.explained += 1
        elif mutant.key in self._killed:
            score.killed += 1
        elif time.monotonic() > self._end:
            score.untested += 1
        else:
            self._tree.write(target.path, mutant.source)
            if self._tree.passes(target.tests, self._options.timeout):
                score.survivors.append(mutant)
                print(_shown(target, mutant), flush=True)
            else:
                score.killed += 1
                self._killed.add(mutant.key)
                self._memory.write_text(json.dumps(sorted(self._killed)), encoding="utf-8")


def _read_explained() -> Mapping[str, Mapping[tuple[str, str], str]]:
    """By file and change, why a mutant is no different."""
    entries = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8")) or {}
    return {
        name: {(entry["before"], entry["after"]): entry["why"] for entry in listed} for name, listed in entries.items()
    }


def report(scores: Sequence[Score]) -> str:
    lines = [
        "",
        "| File | Mutants | Killed | Explained | Unexplained | Not tried | Score |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    whole = Score(Target("all", ()))
    for score in scores:
        lines.append(_row(score))
        whole.killed += score.killed
        whole.explained += score.explained
        whole.survivors += score.survivors
        whole.untested += score.untested
    lines.append(_row(whole))
    for score in scores:
        lines += [f"\n{EXPLAINED.name}: {score.target.name} has no such mutant: {change}" for change in score.stale]
    return "\n".join(lines)


def _row(score: Score) -> str:
    numbers = (score.total, score.killed, score.explained, len(score.survivors), score.untested, score.percentage)
    return f"| `{score.target.name}` | {' | '.join(str(number) for number in numbers)} |"


def _shown(target: Target, mutant: Mutant) -> str:
    return f"\n{target.path}:{mutant.line} {mutant.operator}\n- {mutant.before}\n+ {mutant.after}"


def _line(score: Score) -> str:
    return f"{score.target.name}: {score.total} mutants, {len(score.survivors)} unexplained, {score.untested} not tried"
