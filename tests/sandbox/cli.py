# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: `python tests/sandbox`."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .personalities import PERSONALITIES
from .seed import SEEDS
from .server import Sandbox
from .unknowns import Unknowns
from .vcs_host import VcsHost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request_log import LoggedRequest

_POLL_SECONDS = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    options = argument_parser().parse_args(arguments)
    stopping = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *dummy: stopping.set())
    try:
        sandbox = _sandbox(options)
    except (ValueError, OSError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    with contextlib.ExitStack() as running:
        running.enter_context(sandbox)
        if not options.quiet:
            _print_overview(sandbox)
        if options.vcs_port is not None:
            vcs_host = running.enter_context(_vcs_host(sandbox, options))
            if not options.quiet:
                print(f"VCS host (GitHub, GitLab and Azure DevOps) on {vcs_host.address}", flush=True)
        if options.port_file:
            _write_whole(options.port_file, sandbox.address.rpartition(":")[2])
        _serve_until(stopping, sandbox, options.idle_exit)
    return 0


def argument_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tests/sandbox",
        description="A local server that implements the API of HCP Terraform around OAuth clients.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 picks a free one (default: 8080)")
    parser.add_argument("--port-file", type=Path, help="write the port to this file once the server listens")
    parser.add_argument(
        "--vcs-port", type=int, metavar="N", help="also start a VCS host on this port; 0 picks a free one"
    )
    parser.add_argument("--seed", type=Path, default=SEEDS / "demo.yml", help="objects to start with (YAML or JSON)")
    parser.add_argument("--personality", choices=sorted(PERSONALITIES), default="hcp", help="the kind of server")
    parser.add_argument(
        "--unknown", action="append", default=[], metavar="NAME=VALUE", help="choose an undocumented behavior"
    )
    parser.add_argument("--rate-limit", type=int, metavar="N", help="requests per second and user")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="least time that a request takes")
    parser.add_argument("--tls-cert", type=Path, help="certificate file (PEM)")
    parser.add_argument("--tls-key", type=Path, help="its key file (PEM)")
    parser.add_argument("--idle-exit", type=float, metavar="SECONDS", help="stop after this time without a request")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def _sandbox(options: argparse.Namespace) -> Sandbox:
    if bool(options.tls_cert) != bool(options.tls_key):
        raise ValueError("--tls-cert and --tls-key go together")
    unknowns = Unknowns()
    for setting in options.unknown:
        name, dummy, value = setting.partition("=")
        unknowns = unknowns.with_setting(name, value)
    return Sandbox(
        options.seed,
        personality=options.personality,
        unknowns=unknowns,
        rate_limit=options.rate_limit,
        latency=options.latency,
        host=options.host,
        port=options.port,
        tls=(options.tls_cert, options.tls_key) if options.tls_cert else None,
        on_answer=None if options.quiet else _print_answer,
    )


def _vcs_host(sandbox: Sandbox, options: argparse.Namespace) -> VcsHost:
    on_answer = None if options.quiet else _print_answer
    return VcsHost(sandbox.store, host=options.host, port=options.vcs_port, on_answer=on_answer)


def _print_overview(sandbox: Sandbox) -> None:
    print(f"Sandbox ({sandbox.settings.personality.summary}) on {sandbox.address}")
    for token in sandbox.store.api_tokens():
        rights = [f"manages {', '.join(sorted(token.manages))}"] if token.manages else []
        rights += [f"reads {', '.join(sorted(token.reads))}"] if token.reads else []
        print(f"  token {token.name}: {'; '.join(rights) or 'no organization'}")
    for organization in sandbox.store.organizations():
        clients = sandbox.store.clients(organization.name)
        print(f"  organization {organization.name}: {len(clients)} OAuth client{'' if len(clients) == 1 else 's'}")
    sys.stdout.flush()


def _print_answer(request: LoggedRequest) -> None:
    milliseconds = round((request.duration or 0.0) * 1000)
    print(f"{time.strftime('%H:%M:%S')} {request.method} {request.path} {request.status or 'lost'} {milliseconds} ms")
    sys.stdout.flush()


def _write_whole(path: Path, text: str) -> None:
    """Write the file at once, so no reader sees half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _serve_until(stopping: threading.Event, sandbox: Sandbox, idle_exit: float | None) -> None:
    while not stopping.wait(_POLL_SECONDS):
        if idle_exit is not None and time.monotonic() - sandbox.last_request > idle_exit:
            return
