# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first play that a newcomer reads works as it is printed, with nothing but this collection installed."""

from __future__ import annotations

import pytest
import yaml

from utils.collection_path import CHECKOUT
from utils.yaml_blocks import yaml_blocks

TEXTS = ["README.md", "roles/vcs_connections/README.md", "docs/docsite/rst/guide_getting_started.rst"]
ENVIRONMENT = {"GITHUB_TOKEN": "made-up-github-token"}


def first_play(text: str) -> str:
    """The first YAML example with a play, word for word."""
    for block in yaml_blocks(CHECKOUT / text):
        content = yaml.safe_load(block)
        if isinstance(content, list) and "hosts" in content[0]:
            return block
    pytest.fail(f"{text} has no play")


@pytest.mark.oldest_core_too
@pytest.mark.parametrize("text", TEXTS)
def test_first_play_needs_only_this_collection_and_ends_with_the_ids(text, playbook, sandbox, installed, tmp_path):
    file = tmp_path / "connect.yml"
    file.write_text(first_play(text), encoding="utf-8")
    environment = {**ENVIRONMENT, "ANSIBLE_COLLECTIONS_PATH": installed}

    dry_run = playbook(str(file), "--check", "--diff", **environment)
    assert dry_run.rc == 0, dry_run.output
    assert not sandbox.store.clients("acme")

    for changed in (1, 0):
        run = playbook(str(file), **environment)
        assert run.rc == 0, run.output
        assert run.recap()["changed"] == changed
        (client,) = sandbox.store.clients("acme")
        last_task = run.output.rpartition("\nTASK [")[2]
        for created in (client, *sandbox.store.oauth_tokens(client)):
            assert created.id in last_task, run.output
