# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of checks: what ran, how it ended, and why something was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

OK, DIFFERS, LEFT_OUT = "ok", "differs", "left out"


class Differs(Exception):
    """Something is not as it must be; the text says what."""


class LeftOut(Exception):
    """A check cannot be made; the text says why."""


@dataclass(frozen=True)
class Row:
    """One check with one peer; ``reason`` is empty if all is well."""

    peer: str
    check: str
    outcome: str
    reason: str = ""


def same(what: str, found: Any, expected: Any) -> None:
    """Fail unless both are equal."""
    if found != expected:
        raise Differs(f"{what} is {found!r}, not {expected!r}")


def run(peer: str, checks: Iterable[tuple[str, Callable[[], None]]]) -> Iterator[Row]:
    """One row for each check. A failure of one does not stop the others."""
    for name, check in checks:
        yield Row(peer, name, *_result(check))


def _result(check: Callable[[], None]) -> tuple[str, str]:
    try:
        check()
    except LeftOut as reason:
        return LEFT_OUT, str(reason)
    except Differs as difference:
        return DIFFERS, str(difference)
    except Exception as error:  # noqa: BLE001 (whatever a peer raises is a difference)
        return DIFFERS, f"{type(error).__name__}: {error}"
    return OK, ""


def table(rows: Sequence[Row]) -> str:
    """All rows, one a line."""
    peers, checks = (max((len(getattr(row, name)) for row in rows), default=0) for name in ("peer", "check"))
    lines = []
    for row in rows:
        cells = [row.peer.ljust(peers), row.check.ljust(checks), row.outcome, _line(row.reason)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def summary(rows: Sequence[Row]) -> str:
    """What was left out and why, what differs, and the totals."""
    lines = []
    for outcome, heading in ((LEFT_OUT, "Left out:"), (DIFFERS, "Differs:")):
        found = [row for row in rows if row.outcome == outcome]
        if found:
            lines += [heading, *(f"- {row.peer}, {row.check}: {_line(row.reason)}" for row in found)]
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in (OK, DIFFERS, LEFT_OUT)}
    return "\n".join([*lines, ", ".join(f"{count} {outcome}" for outcome, count in counts.items())])


def exit_code(rows: Sequence[Row]) -> int:
    """1 if anything differs, or if nothing was checked at all."""
    return 1 if any(row.outcome == DIFFERS for row in rows) or not any(row.outcome == OK for row in rows) else 0


def _line(reason: str) -> str:
    return " ".join(reason.split())
