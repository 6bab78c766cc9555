# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of texts for people."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def yaml_blocks(file: Path) -> list[str]:
    """The YAML examples of a guide or of a README, in their order. Those with a caption are for `files_of`."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        return re.findall(r"^```ya?ml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^\.\. code-block:: yaml(?:\+jinja)?\n\n((?:   .*\n|\n)+)", text, re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


def files_of(guide: Path) -> dict[str, str]:
    """The examples of a guide that have a caption, which is the name of the file that they show, or what they do."""
    blocks = re.findall(
        r"^\.\. code-block:: .*\n   :caption: (.*)\n\n((?:   .*\n|\n)+)",
        guide.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {caption: textwrap.dedent(block).strip("\n") + "\n" for caption, block in blocks}
