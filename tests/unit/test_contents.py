# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README and the guides list everything that the collection contains, and every variable of its playbooks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

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


def _set_inside(content):
    """The variables that a playbook sets by itself."""
    if isinstance(content, list):
        return {name for entry in content for name in _set_inside(entry)}
    if not isinstance(content, dict) or "argument_spec" in content:  # which names variables and sets none
        return set()
    registered = {content["register"]} if isinstance(content.get("register"), str) else set()
    return registered | set(content) | {name for value in content.values() for name in _set_inside(value)}


@pytest.mark.parametrize("playbook", sorted(file.stem for file in ROOT.glob("playbooks/*.yml")))
def test_guide_documents_every_variable_of_a_playbook(playbook):
    """Variables with two underscores after the playbook's name are its own; the others are for users."""
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    used = set(re.findall(rf"(?<![\w'.]){playbook}_[a-z]\w*", text)) - _set_inside(yaml.safe_load(text))
    guide = (ROOT / "docs/docsite/rst/guide_playbooks.rst").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^{playbook}\n-+\n(.*?)(?=^[a-z]+\n--|\Z)", guide, re.DOTALL | re.MULTILINE)
    documented = set(re.findall(rf"^   \* - ``({playbook}_\w+)``$", section, re.MULTILINE))
    assert documented == used, "guide_playbooks.rst has a table of all variables for each playbook"


@pytest.mark.parametrize("playbook", ["audit", "expiry", "migrate", "remove", "rotate"])
def test_playbook_knows_every_variable_that_it_documents(playbook):
    """It refuses all others as misspelled."""
    (play,) = yaml.safe_load((ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8"))
    guide = (ROOT / "docs/docsite/rst/guide_playbooks.rst").read_text(encoding="utf-8")
    documented = set(re.findall(rf"^   \* - ``({playbook}_\w+)``$", guide, re.MULTILINE))
    assert play["vars"][f"{playbook}__variables"] == sorted(documented)
