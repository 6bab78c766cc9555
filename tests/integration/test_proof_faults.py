# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slice of the fault matrix (`make faults` runs all of it)."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time

import pytest

from proofs import fault_matrix, link_faults, scene, token_faults
from proofs.scene import OPERATIONS

#: One of each family of faults, at every request of what writes most.
KINDS = ("422", "503", "504 after commit", "reset after commit", "refused", "html after commit", "429 for ever")


@pytest.fixture(scope="module")
def matrix():
    with fault_matrix.Matrix() as matrix:
        yield matrix


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", fault_matrix.FORMS)
def test_no_promise_is_broken_by(matrix, kind, form):
    operations = ("create_ssh_key", "rotate", "remove_in_use")
    for case in fault_matrix.cases(matrix, operations, [kind], [form]):
        assert not matrix.judge(case).problems, case


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_promise_is_broken_by_some_fault_of_any_kind(matrix, name):
    """A few cases of every operation, the same each time."""
    quick = [kind for kind, fault in fault_matrix.KINDS.items() if not fault.slow and kind not in ("huge", "gzip bomb")]
    every = list(fault_matrix.cases(matrix, [name], quick, fault_matrix.FORMS))
    for case in random.Random(name).sample(every, 6):
        assert not matrix.judge(case).problems, case


@pytest.mark.parametrize("kind", ["late after commit", "huge", "gzip bomb"])
def test_no_promise_is_broken_by_a_create_and(matrix, kind):
    for case in fault_matrix.cases(matrix, ["create"], [kind], ["single"]):
        assert not matrix.judge(case).problems, case


@pytest.mark.parametrize(
    "kind",
    ["401", "404 for ever", "422", "503 after commit", "reset after commit for ever", "html", "null after commit"],
)
def test_no_link_is_lost_or_untruly_reported_by(kind):
    with link_faults.Matrix() as links:
        every = list(link_faults.cases(links, [kind]))
        for case in random.Random(kind).sample(every, len(every) // 3):
            assert not links.problems_of(case), case


@pytest.mark.parametrize("kind", [name for name, kind in fault_matrix.KINDS.items() if kind.is_server])
def test_links_are_moved_on_a(kind):
    with link_faults.Matrix() as links:
        assert not links.problems_of(link_faults.Case(kind, 1))


@pytest.mark.parametrize("kind", token_faults.KINDS)
def test_no_promise_is_broken_whatever_a_vcs_host_says_of_a_token(kind):
    with token_faults.Matrix() as tokens:
        for case in random.Random(kind).sample(list(token_faults.cases([kind])), 5):
            assert not tokens.judge(case), case


def test_an_answer_that_drips_ends_in_a_bounded_time():
    """A byte now and then keeps every single read within its time-out; the body as a whole has a bound of its own."""
    ended = threading.Event()

    def drip(listener):
        connection, dummy = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            with contextlib.suppress(OSError):  # the other end has hung up
                while not ended.wait(0.05):
                    connection.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        began = time.monotonic()
        # For the case that it does not end by itself.
        stop = threading.Timer(8, ended.set)
        stop.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        result = scene.run(OPERATIONS["adopt"], address, tfe_timeout=0.2, tfe_max_retries=0)
        took = time.monotonic() - began
        ended.set()
        stop.cancel()
        dripping.join()
    assert result["failure"]["code"] in scene.known_codes()
    assert took < 5
