# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Does the same work for many items in parallel. Each thread has its own connection."""

from __future__ import annotations

import typing as t
from contextlib import AbstractContextManager, ExitStack

from .._tfe.client import TfeClient

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


class Workers:
    """Up to ``most_threads``, each for at least ``items_each``. ``connect`` opens the connection of a thread.

    ``abort`` ends what all threads do when nobody waits for them any more.
    """

    def __init__(
        self,
        connect: t.Callable[[], AbstractContextManager[TfeClient]],
        abort: t.Callable[[], None],
        most_threads: int,
        items_each: int = 1,
    ) -> None:
        self._connect = connect
        self._abort = abort
        self._most_threads = most_threads
        self._items_each = items_each

    def map(
        self,
        work: t.Callable[[TfeClient, Item], Result],
        items: t.Sequence[Item],
        client: TfeClient | None = None,
    ) -> list[Result]:
        """Return the result for each item, in order. ``client`` is a connection that is open already."""
        threads = max(1, min(len(items) // self._items_each, self._most_threads))
        with ExitStack() as stack:
            own = [client] if client else []
            free = own + [stack.enter_context(self._connect()) for _number in range(threads - len(own))]
            if threads == 1:
                return [work(free[0], item) for item in items]
            return _side_by_side(work, items, free, self._abort)


def _side_by_side(
    work: t.Callable[[TfeClient, Item], Result],
    items: t.Sequence[Item],
    free: list[TfeClient],
    abort: t.Callable[[], None],
) -> list[Result]:
    from concurrent.futures import ThreadPoolExecutor

    def with_a_client(item: Item) -> Result:
        client = free.pop()  # there are as many as threads
        try:
            return work(client, item)
        finally:
            free.append(client)

    with ThreadPoolExecutor(len(free)) as pool:
        try:
            return list(pool.map(with_a_client, items))
        except Exception:
            raise
        except BaseException:  # the end of the task's time, which must not wait for the slowest server
            abort()
            raise
