# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated documentation is up to date, and literal where editors read it."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]


def _generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = _generator()


def test_generated_texts_are_up_to_date():
    stale = [str(file.relative_to(ROOT)) for file in GENERATE.stale_files()]
    assert not stale, f"Run `make generate`, and change shared texts in docs/options.yml only: {stale}"


def test_a_changed_text_is_noticed():
    """The comparison can fail: the first option of a region, with another text."""
    text = (ROOT / "plugins/doc_fragments/connection.py").read_text(encoding="utf-8")
    changed = text.replace("The display name of the connection.", "Something else.")
    assert changed != text
    assert GENERATE.REGION.sub(GENERATE._region, changed) == text


def test_a_token_variable_is_written_in_one_place(monkeypatch, tmp_path):
    """With another one in the role's variables, its README and its argument spec are out of date."""
    variables = GENERATE.ROLE_VARIABLES.read_text(encoding="utf-8")
    changed = tmp_path / "main.yml"
    changed.write_text(variables.replace("'GITHUB_TOKEN'", "'OTHER_TOKEN'"), encoding="utf-8")
    monkeypatch.setattr(GENERATE, "ROLE_VARIABLES", changed)
    GENERATE._token_variables.cache_clear()
    stale = GENERATE.stale_files()
    GENERATE._token_variables.cache_clear()
    assert {file.name for file in stale} == {"README.md", "argument_specs.yml"}
    assert all("OTHER_TOKEN" in text for text in stale.values())


@pytest.mark.parametrize("region", GENERATE.REGIONS)
def test_every_region_is_used(region):
    files = [file for pattern in GENERATE.SEARCHED for file in ROOT.glob(pattern)]
    starts = (f"# <generated {region}>\n", f"<!-- generated {region} -->\n")
    assert any(start in file.read_text(encoding="utf-8") for file in files for start in starts)


@pytest.mark.parametrize("option", ["only_documented", "only_specified"])
def test_an_option_that_is_half_added_is_named(monkeypatch, option):
    """With a text and no argument spec, or the other way round."""
    specs = GENERATE._specs

    def changed(name):
        options = dict(specs(name))
        if name == "CONNECTION":
            if option == "only_specified":
                options[option] = {"type": "str"}
            else:
                del options["name"]
        return options

    monkeypatch.setattr(GENERATE, "_specs", changed)
    GENERATE._source.cache_clear()
    with pytest.raises(SystemExit, match="name" if option == "only_documented" else option):
        GENERATE.stale_files()
    GENERATE._source.cache_clear()


@pytest.mark.parametrize("file", sorted((ROOT / "plugins/doc_fragments").glob("*.py")), ids=lambda file: file.stem)
def test_doc_fragments_are_literal_texts(file):
    """Editors read them as text: nothing in a fragment is computed."""
    (fragment,) = [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    for node in fragment.body:
        assert isinstance(node, ast.Assign), ast.unparse(node)
        assert isinstance(node.value, ast.Constant), ast.unparse(node.targets[0])
        assert "\noptions:" in node.value.value
