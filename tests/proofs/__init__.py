# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proof of three promises: no duplicate client, no secret shown, no workspace unlinked by surprise.

`python tests/proofs PROGRAM` looks for what breaks one; each prints its totals, and how to repeat what it has found:

- faults: every kind of fault, at every request of every operation
- interleavings: concurrent runs in made-up time, in thousands of orders
- storm: many processes and whole ansible-playbook runs at the same instant, in real time
- fuzz: answers of the server changed at random

Smaller slices of them, and the search for secrets, are in tests/integration/test_proof_*.py.
"""
