# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of the VCS providers under their real names, on this machine: for tests of what users write.

A proxy leads every HTTPS connection, whatever its host, to one stub VCS host. Nothing leaves the machine.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

from sandbox import VcsHost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.store import Store

HOSTS = ("api.github.com", "*.ghe.com", "gitlab.com", "dev.azure.com", "*.example.com")


class VcsInternet:
    """``environment`` has the variables that make programs use it; ``host`` is the stub VCS host."""

    def __init__(self, host: VcsHost, environment: dict[str, str]) -> None:
        self.host = host
        self.environment = environment


@contextlib.contextmanager
def vcs_internet(store: Store, folder: Path) -> Iterator[VcsInternet]:
    """Serves until the block ends. Certificates are written to ``folder``."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "vcs-ca.pem"))
    authority.issue_cert(*HOSTS).private_key_and_cert_chain_pem.write_to_path(str(folder / "vcs.pem"))
    certificate = (folder / "vcs.pem", folder / "vcs.pem")
    with VcsHost(store, tls=certificate) as host, socket.create_server(("127.0.0.1", 0)) as proxy:
        port = int(host.address.rpartition(":")[2])
        threading.Thread(target=_accept, args=(proxy, port), daemon=True).start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        yield VcsInternet(host, {"https_proxy": address, "SSL_CERT_FILE": str(folder / "vcs-ca.pem")})


def _accept(proxy: socket.socket, port: int) -> None:
    with contextlib.suppress(OSError):  # the block has ended
        while True:
            connection, _address = proxy.accept()
            threading.Thread(target=_tunnel, args=(connection, port), daemon=True).start()


def _tunnel(client: socket.socket, port: int) -> None:
    """Answer the CONNECT request, then hand on what comes from either side."""
    with client, socket.create_connection(("127.0.0.1", port)) as host, contextlib.suppress(OSError):
        asked = b""
        while b"\r\n\r\n" not in asked:
            part = client.recv(65536)
            if not part:
                return
            asked += part
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_copy, args=(host, client), daemon=True)
        back.start()
        _copy(client, host)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
