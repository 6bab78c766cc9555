# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let ansible-test make its virtual environments where a package index is all that can be reached.

It downloads the installer of pip from a host of the Ansible project, unless its cache has it already. Where that host
cannot be found, this puts into the cache a stand-in which installs the pip that Python itself brings.
"""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path

import ansible_test

STAND_IN = """\
import subprocess
import sys

args = [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
# In a process of its own, since ensurepip makes pip ignore its configuration in the process that calls it.
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *args]))
"""


def main() -> None:
    root = Path(ansible_test.__file__).parent
    setup = (root / "_util/target/setup/requirements.py").read_text(encoding="utf-8")
    host = re.search(r"https://([^/]+)/ansible-test/get-pip-", setup)
    packages = (root / "_internal/python_requirements.py").read_text(encoding="utf-8")
    version = re.search(r"default_packages = dict\(\s*pip='([0-9.]+)'", packages)
    if not host or not version:
        sys.exit("This ansible-test gets pip in a way that seed_pip.py does not know.")
    script = Path.home() / f".ansible/test/cache/get_pip_{version[1].replace('.', '_')}.py"
    if script.exists():
        return
    try:
        socket.getaddrinfo(host[1], 443)
    except OSError:
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(STAND_IN, encoding="utf-8")


if __name__ == "__main__":
    main()
