# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["nox>=2025.02.09", "antsibull-nox"]
# ///
"""The linters. antsibull-nox.toml configures the sessions of antsibull-nox; this file adds the others."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import antsibull_nox
import nox

ACTIONLINT = "v1.7.12"

os.environ["PIP_CONSTRAINT"] = "tests/lint-requirements.txt"
# The collection has no dependencies, so there is nothing to look for in the collections installed on this machine.
os.environ["ANTSIBULL_NOX_IGNORE_INSTALLED_COLLECTIONS"] = "true"

antsibull_nox.load_antsibull_nox_toml()


@nox.session
def changelog(session: nox.Session) -> None:
    """Check the changelog and its fragments."""
    session.install("antsibull-changelog")
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "--strict", "changelogs/changelog.yaml")


# The build-import-check of antsibull-nox ignores the importer's warnings, and builds from the files that git tracks, so
# it would not notice a gap in build_ignore.
@nox.session(name="galaxy-importer")
def galaxy_importer(session: nox.Session) -> None:
    """Build the collection and import it as Galaxy does, without a warning."""
    session.install("ansible-core", "galaxy-importer")
    tmp = Path(session.create_tmp())
    session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(tmp))
    (artefact,) = tmp.glob("*.tar.gz")

    known = set(subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard"], text=True).splitlines())
    with tarfile.open(artefact) as tar:
        packed = {member.name for member in tar.getmembers() if not member.isdir()}
    if strangers := packed - known - {"FILES.json", "MANIFEST.json"}:
        session.error(f"build_ignore in galaxy.yml does not exclude: {', '.join(sorted(strangers))}")

    with session.chdir(tmp):
        log = session.run(
            *("python", "-m", "galaxy_importer.main", artefact.name),
            env={"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true"},
            silent=True,
        )
    print(log)
    if complaints := [line for line in (log or "").splitlines() if line.startswith(("WARNING", "ERROR"))]:
        session.error("\n".join(complaints))


@nox.session(python=False)
def actionlint(session: nox.Session) -> None:
    """Check the workflows of GitHub, with actionlint or with Go, which can build it."""
    if program := shutil.which("actionlint"):
        session.run(program, external=True)
    elif go := shutil.which("go"):
        session.run(go, "run", f"github.com/rhysd/actionlint/cmd/actionlint@{ACTIONLINT}", external=True)
    else:
        session.skip("neither actionlint nor go is on the PATH")


if __name__ == "__main__":
    nox.main()
