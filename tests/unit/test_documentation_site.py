# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front page of the documentation site says what the collection is, and shows one example."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]
GENERATED = """\
.. _plugins_in_hcptf.vcs:

Hcptf.Vcs
=========

Collection version 0.1.0

.. ansible-links::

  - title: "Issue Tracker"

.. toctree::
"""


def builder():
    spec = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_front_page_is_one_sentence_and_one_example(tmp_path):
    (tmp_path / "index.rst").write_text(GENERATED, encoding="utf-8")
    builder().write_front_page(tmp_path)
    page = (tmp_path / "index.rst").read_text(encoding="utf-8")
    (introduction,) = re.findall(r"=\n\n(.+?)\n\n\.\. literalinclude:: first_play.yml\n", page, re.DOTALL)
    assert introduction.count(". ") == 0
    assert introduction.endswith(".")
    (play,) = yaml.safe_load((tmp_path / "first_play.yml").read_text(encoding="utf-8"))
    assert "hcptf.vcs.oauth_client" in play["tasks"][0]
    assert "Hcptf.Vcs" not in page
    assert page.endswith(GENERATED.partition(".. ansible-links::")[2])


def test_an_index_of_another_form_is_an_error(tmp_path):
    (tmp_path / "index.rst").write_text("Something else\n", encoding="utf-8")
    with pytest.raises(ValueError, match="antsibull-docs"):
        builder().write_front_page(tmp_path)


def test_there_is_one_button_for_issues():
    """antsibull-docs makes it from `issues` in galaxy.yml; extra links would be more."""
    links = yaml.safe_load((ROOT / "docs/docsite/links.yml").read_text(encoding="utf-8"))
    assert not [link for link in links.get("extra_links", []) if "/issues" in link["url"]]
