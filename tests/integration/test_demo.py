# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make demo` shows what it should, and touches nothing but its own sandbox."""

from __future__ import annotations

import subprocess
import sys

from utils.collection_path import CHECKOUT


def test_demo(sandbox, tmp_path):
    """The sandbox stands for a real organization that the environment names."""
    environment = {"TFE_ADDRESS": sandbox.address, "TFE_TOKEN": "made-up-real-token", "TFE_ORGANIZATION": "acme"}
    demo = subprocess.run(
        [sys.executable, CHECKOUT / "tests" / "demo.py"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GITHUB_TOKEN": "made-up-real-pat", **environment},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )

    assert demo.returncode == 0, demo.stdout
    assert not sandbox.requests
    _introduction, dry, real, again, listing, tokens = demo.stdout.split("\n$ ")
    assert dry.startswith("ansible-playbook hcptf.vcs.bootstrap -e @tests/demo.yml --check --diff\n")
    for part, words in ((dry, "would create"), (real, "created"), (again, "nothing to do")):
        assert part.count(f" {words} ") == 3
    assert " changed=1 " in real
    assert " changed=0 " in again
    for provider in ("github ", "gitlab_enterprise_edition ", "ado_server "):
        (line,) = [line for line in listing.splitlines() if provider in line]
        client_id, token_id = line.split()[0], line.split()[-1]
        assert client_id.startswith("oc-")
        assert token_id.startswith("ot-")
        for part in (real, again):
            assert f"{client_id}  {token_id}" in part
    assert tokens.startswith("ansible-playbook hcptf.vcs.expiry -e @tests/demo_expiry.yml\n")
    for words in (
        "refused  -          Azure DevOps",
        "soon     5 days     Company GitLab",
        "ok       200 days   GitHub",
    ):
        assert words in tokens
    for unwanted in ("WARNING", "made-up-", "-value"):
        assert unwanted not in demo.stdout
