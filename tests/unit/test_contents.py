# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README and the guide for newcomers list everything that the collection contains."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = sorted(
    [
        *(
            (folder, file.stem)
            for folder in ("modules", "lookup", "filter")
            for file in ROOT.glob(f"plugins/{folder}/*.py")
        ),
        *(("role", file.name) for file in ROOT.glob("roles/*")),
        *(("playbook", file.stem) for file in ROOT.glob("playbooks/*.yml")),
    ]
)


@pytest.mark.parametrize(("kind", "name"), [content for content in CONTENTS if not content[1].startswith("_")])
def test_readme_lists_every_content(kind, name):
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Contents\n")[2]
    assert f"`{name}`" in table, f"Name the {kind} {name} in the table Contents of README.md"


@pytest.mark.parametrize(("kind", "name"), [content for content in CONTENTS if not content[1].startswith("_")])
def test_getting_started_lists_every_content(kind, name):
    guide = (ROOT / "docs/docsite/rst/guide_getting_started.rst").read_text(encoding="utf-8")
    written = f"``hcptf.vcs.{name}``" if kind == "playbook" else f"`hcptf.vcs.{name}#{kind.removesuffix('s')}`"
    assert written in guide, f"Name the {kind} {name} in guide_getting_started.rst as {written}"
