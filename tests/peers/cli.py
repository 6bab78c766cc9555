# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs other clients of the API against the sandbox, and lets them and our modules find each other's connections.

If another server runs on this machine, our modules also run against that.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import Sandbox

from . import other_server, programs, rows, terraform
from .checks import Checks
from .collection import Collection
from .crossing import Crossing
from .pytfe_client import Pytfe
from .scene import SEED
from .terrasnek_client import Terrasnek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .api_client import ApiClient
    from .rows import Row

#: Variables of the environment with which the clients would reach, or trust, something else.
_UNWANTED = ("TFE_", "TF_", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make peers", description=__doc__)
    parser.add_argument(
        "--terraform", default=os.environ.get("TERRAFORM"), help="the program (default: that on the PATH)"
    )
    parser.add_argument(
        "--provider", default=os.environ.get("TERRAFORM_PROVIDER_TFE"), help="the program terraform-provider-tfe"
    )
    parser.add_argument(
        "--server", default=os.environ.get("PEER_SERVER"), help="address of another server, such as OTF"
    )
    options = parser.parse_args(arguments)
    server = other_server.Server((options.server or "").rstrip("/"), os.environ.get("PEER_SERVER_TOKEN", ""))
    found_programs = programs.find(options.terraform, options.provider)
    _clean_environment()
    with tempfile.TemporaryDirectory() as folder:
        found = [
            *_api_clients(Path(folder)),
            *terraform.rows(found_programs, Path(folder)),
            *other_server.rows(server, Path(folder)),
        ]
    print(rows.table(found), rows.summary(found), sep="\n\n")
    return rows.exit_code(found)


def _clean_environment() -> None:
    for name in list(os.environ):
        if name.startswith(_UNWANTED) or name.lower().endswith("_proxy"):
            del os.environ[name]


def _api_clients(folder: Path) -> Iterator[Row]:
    with Sandbox(SEED) as sandbox:
        collection = Collection(sandbox.address, folder)
        kinds: tuple[type[ApiClient], ...] = (Pytfe, Terrasnek)
        for kind in kinds:
            client = kind(sandbox.address)
            yield from rows.run(client.name, Checks(client, sandbox).all())
            yield from rows.run(client.name, Crossing(client, collection, sandbox).all())
