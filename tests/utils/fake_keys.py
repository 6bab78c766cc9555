# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fake keys: as well-formed as real ones, but their numbers are the bytes of a sentence that says so."""

from __future__ import annotations

import base64

_RSA = bytes.fromhex("300d06092a864886f70d0101010500")


def der(tag: int, content: bytes) -> bytes:
    """One element of DER."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def pem(label: str, data: bytes, width: int = 64) -> str:
    """PEM with lines of that width."""
    text = base64.b64encode(data).decode()
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _number(seed: str) -> bytes:
    return der(0x02, (f"This number of the key {seed} is fake. " * 3).encode())


def rsa_private_key(seed: str) -> str:
    """A fake private key, as ``openssl genrsa -traditional`` would write it."""
    return pem("RSA PRIVATE KEY", der(0x30, der(0x02, b"\0") + _number(seed) + _number(f"{seed}, second part,")))


def pkcs8_private_key(seed: str) -> str:
    """A fake private key, as ``openssl genpkey`` would write it."""
    return pem("PRIVATE KEY", der(0x30, der(0x02, b"\0") + _RSA + der(0x04, der(0x30, _number(seed)))))


def public_key(seed: str) -> str:
    """A fake public key, as ``openssl pkey -pubout`` would write it."""
    inner = der(0x30, _number(seed) + der(0x02, b"\1\0\1"))
    return pem("PUBLIC KEY", der(0x30, _RSA + der(0x03, b"\0" + inner)))


def ssh_fields(*fields: bytes) -> bytes:
    """Fields of OpenSSH, each with its size before it."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def openssh_private_key(seed: str, cipher: str = "none") -> str:
    """A fake private key, as ``ssh-keygen`` would write it, encrypted if a cipher is named."""
    public = ssh_fields(b"ssh-ed25519", f"fake {seed}".encode().ljust(32, b"."))
    private = b"fakefake" + ssh_fields(b"ssh-ed25519", f"This private key {seed} is fake. ".encode() * 2, b"comment")
    kdf = b"none" if cipher == "none" else b"bcrypt"
    header = b"openssh-key-v1\0" + ssh_fields(cipher.encode(), kdf, b"" if cipher == "none" else b"salt")
    return pem("OPENSSH PRIVATE KEY", header + (1).to_bytes(4, "big") + ssh_fields(public, private), 70)


def ssh_public_key(seed: str) -> str:
    """A fake public key, as ``ssh-keygen`` would write it."""
    blob = ssh_fields(b"ssh-rsa", b"\1\0\1", f"fake {seed}".encode() * 8)
    return f"ssh-rsa {base64.b64encode(blob).decode()} nobody@example.com"
