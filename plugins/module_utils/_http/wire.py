# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The socket that a request uses, for another thread to cut."""

from __future__ import annotations

import socket
import typing as t
from contextlib import suppress
from threading import Event


class Wire:
    """Ends a request from outside, because a socket's timeout starts again with every byte."""

    def __init__(self) -> None:
        self.is_cut = Event()
        self._connection: t.Any = None
        self._socket: t.Any = None

    def begin(self) -> None:
        """Begin a new request."""
        self._connection = self._socket = None
        self.is_cut.clear()

    def use(self, connection: t.Any) -> None:
        """Note the connection that is about to be used. Raises OSError if the request has been cut by now."""
        self._connection = connection
        # The connection forgets its socket when the last request on it is answered; the body is still to come.
        self._socket = getattr(connection, "sock", None) or self._socket
        if self.is_cut.is_set():
            self._shut_down()
            raise OSError("cut")

    def cut(self) -> None:
        """End the current request, whatever it waits for."""
        self.is_cut.set()
        self._shut_down()

    def _shut_down(self) -> None:
        for end in map(_plain, (getattr(self._connection, "sock", None), self._socket)):
            with suppress(OSError):  # it may have ended by itself
                if end is not None:
                    socket.socket.shutdown(end, socket.SHUT_RDWR)  # not the method of TLS, which is for its own thread


def _plain(end: t.Any) -> socket.socket | None:
    """The socket itself, or the one beneath TLS within TLS."""
    while end is not None and not isinstance(end, socket.socket):
        end = getattr(end, "socket", None)
    return end
