# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mutants of a file: the operators of cosmic-ray, without those that cannot change anything."""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Operators that are left out.
_LEFT_OUT = re.compile(
    # Equal values can be one object or two, which Python decides.
    r"ReplaceComparisonOperator_(Is_Eq|IsNot_NotEq|(?!Is)\w+_Is(Not)?$)"
    # Of the eleven replacements of each arithmetic operator, one is enough: a test that notices it notices the others.
    r"|ReplaceBinaryOperator_(?!Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|BitOr_BitAnd|BitAnd_BitOr)"
    r"|ReplaceUnaryOperator_(?!USub_UAdd|Delete_Not)"
)

Position = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """One change of one file; ``before`` and ``after`` are the changed lines, without indentation."""

    operator: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """The same as long as the file is the same."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a source text, in the order of its lines."""
    ignored = _annotations(source)
    found = []
    tree = get_ast(source)
    for name in cosmic_ray.plugins.operator_names():
        if _LEFT_OUT.search(name):
            continue
        kind = cosmic_ray.plugins.get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        positions = [position for node in ast_nodes(tree) for position in operator.mutation_positions(node)]
        for occurrence, (start, end) in enumerate(positions):
            if any(first <= start and end <= last for first, last in ignored):
                continue
            try:
                changed = mutate_code(source, operator, occurrence)
            except AttributeError:
                continue  # cosmic-ray cannot replace exceptions with a dotted name, such as binascii.Error
            if changed is not None and changed != source:
                found.append(Mutant(name.removeprefix("core/"), start[0], *_changes(source, changed), changed))
    yield from sorted(found, key=lambda mutant: mutant.line)


def _annotations(source: str) -> list[tuple[Position, Position]]:
    """Where annotations are: they are not evaluated."""
    nodes: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.AnnAssign, ast.arg)):
            nodes.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            nodes.append(node.returns)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in nodes
        if node is not None
    ]


def _changes(before: str, after: str) -> tuple[str, str]:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return _with_sign(lines, "-"), _with_sign(lines, "+")


def _with_sign(lines: list[str], sign: str) -> str:
    changed = [line[1:].strip() for line in lines if line.startswith(sign)]
    return " ".join(filter(None, changed))
