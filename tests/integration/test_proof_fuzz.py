# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slice of the fuzzing of the server's answers (`make fuzz` runs twenty thousand)."""

from __future__ import annotations

import pytest

from proofs.fuzz import Fuzzer
from proofs.scene import OPERATIONS


@pytest.fixture(scope="module")
def fuzzer():
    return Fuzzer()


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_changed_answer_does_no_harm(fuzzer, name):
    for seed in range(30):
        run = fuzzer.run(OPERATIONS[name], seed)
        assert not run.problems, run.story()
