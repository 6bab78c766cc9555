# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site into build/docs/html, without a warning and without network.

    python docs/build.py

Needs the packages in tests/docs-requirements.txt, in the Python that runs this. The pages of modules, plugins and roles
are generated from the documentation in the code, the guides from docs/docsite/rst. The front page is
docs/front_page.rst with the first play of README.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from utils.yaml_blocks import yaml_blocks  # noqa: E402 - found by the line above

BUILD = ROOT / "build" / "docs"


def main() -> int:
    shutil.rmtree(BUILD, ignore_errors=True)
    namespace = BUILD / "collections" / "ansible_collections" / "hcptf"
    namespace.mkdir(parents=True)
    (namespace / "vcs").symlink_to(ROOT, target_is_directory=True)
    pages = BUILD / "rst"
    pages.mkdir()
    pages.chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    configuration = BUILD / "ansible.cfg"
    configuration.touch()
    tools = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "collections"),
        # The user's own settings must not show on the pages.
        "ANSIBLE_HOME": str(BUILD / "ansible"),
        "ANSIBLE_CONFIG": str(configuration),
    }
    generate = ["antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    sphinx = [sys.executable, "-m", "sphinx", "-M", "html", str(pages), str(BUILD)]
    for command, afterwards in (
        ([*generate, "--cleanup", "everything", "--dest-dir", str(pages), "hcptf.vcs"], write_front_page),
        ([*sphinx, "-c", str(ROOT / "docs"), "--fail-on-warning", "--keep-going", "--quiet"], None),
    ):
        status = subprocess.run(command, env=environment, cwd=BUILD, check=False).returncode  # noqa: S603 - ours
        if status:
            return status
        if afterwards:
            afterwards(pages)
    site = BUILD / "html"
    broken = sorted(set(broken_links(site)))
    for link in broken:
        print(f"broken link: {link}", file=sys.stderr)
    print(f"{len(list(site.rglob('*.html')))} pages in {site.relative_to(ROOT)}/index.html")
    return 1 if broken else 0


def write_front_page(pages: Path) -> None:
    """Begin the generated index with what the collection is and its first example, instead of metadata."""
    index = pages / "index.rst"
    lists = index.read_text(encoding="utf-8").partition(".. ansible-links::\n")
    if not lists[1]:
        raise ValueError("antsibull-docs writes its index in a way that docs/build.py does not know")
    front = (ROOT / "docs" / "front_page.rst").read_text(encoding="utf-8")
    index.write_text(f"{front}\n{''.join(lists[1:])}", encoding="utf-8")
    (pages / "first_play.yml").write_text(yaml_blocks(ROOT / "README.md")[0], encoding="utf-8")


class _Page(HTMLParser):
    """What a page links to, and what can be linked to on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := found.get(name))}
        for name in ("href", "src"):
            if link := found.get(name):
                self.links.append(link)


def broken_links(site: Path) -> list[str]:
    """Links of all pages to files or anchors of the site that are not there."""
    pages = {file.resolve(): _Page(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}
    broken = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or re.match(r"^#?$", link):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchor = unquote(parts.fragment)
            if not target.exists() or (anchor and target in pages and anchor not in pages[target].anchors):
                broken.append(f"{file.name}: {link}")
    return broken


if __name__ == "__main__":
    sys.exit(main())
