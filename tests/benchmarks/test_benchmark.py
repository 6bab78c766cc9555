# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark itself still works; what it measures is no test."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.bench import main


def test_one_round_of_what_is_cheap(tmp_path, capsys):
    rows = ["one/ping", "one/action", "clients/1", "fresh-slow/action"]

    assert main(["--rounds", "1", "--only", *rows, "--output", str(tmp_path)]) == 0

    page = (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    assert page == capsys.readouterr().out.rstrip("\n") + "\n"
    assert "| One existing connection: ours ÷ one ping | ≤ 0.78 |" in page
    assert "| ours | " in page.partition("## 20 fresh connections, at 0.1 s")[2]
    assert ElementTree.parse(tmp_path / "benchmark.svg").getroot().tag.endswith("svg")
