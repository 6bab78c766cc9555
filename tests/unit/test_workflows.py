# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows agree with the rest of the project, and the scripts of a release do what they say."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(not (ROOT / ".github").is_dir(), reason="the workflows are not part of this copy")


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def supported_pythons():
    spec = importlib.util.spec_from_file_location("matrix", ROOT / "tests" / "matrix.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["matrix"] = module  # for its dataclass
    spec.loader.exec_module(module)
    return module.PYTHONS


def test_ci_runs_every_ansible_core_that_make_matrix_runs():
    rows = workflow("ci")["jobs"]["ansible-core"]["strategy"]["matrix"]["include"]
    supported = supported_pythons()
    assert [row["core"] for row in rows] == list(supported)
    for row in rows:
        lowest, highest = supported[row["core"]]
        assert row["oldest"] == f"3.{lowest}"
        # A Python that is not released yet can be in the list of an ansible-core that is not released yet.
        assert row["newest"] == f"3.{highest}" or "pre" in row


def test_what_ci_and_a_release_need_is_in_ci_run():
    for name, job in (("ci", "checks"), ("release", "build")):
        assert {"run": ".ci/run"} in workflow(name)["jobs"][job]["steps"]


def run_step(name, tag, folder):
    (script,) = [step["run"] for step in workflow("release")["jobs"]["build"]["steps"] if step.get("name") == name]
    for file in ("galaxy.yml", "CHANGELOG.md", "changelogs/changelog.yaml"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env={"PATH": os.environ["PATH"], "GITHUB_REF_NAME": tag},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not BASH, reason="bash is missing")
def test_release_needs_a_tag_that_is_the_version(tmp_path):
    version = str(yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    released = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]
    done = run_step("Check the version and the changelog", version, tmp_path)
    assert (done.returncode == 0) == (version in released), done.stdout
    other = run_step("Check the version and the changelog", "99.0.0", tmp_path)
    assert other.returncode == 1
    assert f"The version is {version}, but the tag is 99.0.0." in other.stdout


@pytest.mark.skipif(not BASH, reason="bash is missing")
def test_release_notes_are_those_of_the_tag(tmp_path):
    assert run_step("Write the release notes", "0.1.0", tmp_path).returncode == 0
    notes = (tmp_path / "dist" / "notes.md").read_text(encoding="utf-8")
    assert "### Release Summary" in notes
    assert "First release" in notes
    assert "\n## " not in notes
    assert run_step("Write the release notes", "99.0.0", tmp_path).returncode != 0
