# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of a fault's effect."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Exchange:
    """The request a fault works on; its body is read already. `proceed` lets the API do its work and answer."""

    request: Request
    body: bytes
    proceed: Callable[[], Response]

    @property
    def connection(self) -> socket.socket:
        connection: socket.socket = self.request.environ["werkzeug.socket"]
        return connection


class Effect(Protocol):
    """The effect of a fault."""

    kind: ClassVar[str]

    def apply(self, exchange: Exchange, /) -> Response:
        """Replace or change the usual answer."""
