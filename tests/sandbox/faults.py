# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: the requests that they match, and their effects. A new kind is a small class with `apply`."""

from __future__ import annotations

import dataclasses
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .answer_effects import (
    DataAndErrors,
    EchoBody,
    HtmlPage,
    LyingPaging,
    NullBody,
    Redirect,
    StaleList,
    Status,
    WrongContentType,
)
from .connection_effects import (
    Delay,
    DrippingHeaders,
    EndlessContinue,
    GzipBomb,
    HugeBody,
    Reset,
    Truncated,
)
from .effect import Effect, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "EFFECTS",
    "DataAndErrors",
    "Delay",
    "DrippingHeaders",
    "EchoBody",
    "Effect",
    "EndlessContinue",
    "Exchange",
    "Fault",
    "Faults",
    "GzipBomb",
    "HtmlPage",
    "HugeBody",
    "LyingPaging",
    "NullBody",
    "Redirect",
    "Reset",
    "StaleList",
    "Status",
    "Truncated",
    "WrongContentType",
]

EFFECTS: Mapping[str, type[Any]] = {
    effect.kind: effect
    for effect in (
        Status,
        HtmlPage,
        Redirect,
        Delay,
        Reset,
        Truncated,
        WrongContentType,
        LyingPaging,
        StaleList,
        EchoBody,
        HugeBody,
        GzipBomb,
        DrippingHeaders,
        EndlessContinue,
        DataAndErrors,
        NullBody,
    )
}


@dataclass
class Fault:
    """Of the requests that match, the `nth` fails first, and `count` of them fail (None: all later ones)."""

    effect: Effect
    method: str | None = None
    path: str = ""
    """A regular expression, searched in the path."""
    nth: int = 1
    count: int | None = 1
    seen: int = field(default=0, init=False)

    def strikes(self, method: str, path: str) -> bool:
        """Counts the request if it matches."""
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.count is None or self.seen < self.nth + self.count)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Fault:
        """`kind` and the effect's own fields beside those of the fault."""
        options = dict(document)
        kind = options.pop("kind", None)
        if kind not in EFFECTS:
            raise ValueError(f"kind must be one of {', '.join(sorted(EFFECTS))}")
        own = {f.name for f in dataclasses.fields(cls) if f.init} - {"effect"}
        matching = {name: options.pop(name) for name in own & set(options)}
        try:
            re.compile(matching.get("path", ""))
            return cls(EFFECTS[kind](**options), **matching)
        except (TypeError, re.error) as error:
            raise ValueError(f"{kind}: {error}") from None


class Faults:
    """The active faults."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def striking(self, method: str, path: str) -> list[Fault]:
        """The faults of this request. Every matching fault counts it."""
        with self._lock:
            return [fault for fault in self._faults if fault.strikes(method, path)]
