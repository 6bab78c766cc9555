# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Reads the body of any answer without filling the memory."""

from __future__ import annotations

import typing as t
import zlib

#: More bytes than any real unpacked answer has.
MAX_BYTES = 32 * 1024 * 1024
_CHUNK = 65536
#: Understands the headers of gzip and of zlib ("deflate").
_ANY_HEADER = 47


class Unreadable(Exception):
    """The body cannot be read; its text says why."""


def read_body(raw: t.Any, encoding: str) -> bytes:
    """The unpacked body. ``raw`` is urllib3's answer, of which only the bytes as they came are used.

    urllib3 1.26 would unpack without bounds, and reads lines without bounds between chunks.
    """
    raw.enforce_content_length = True  # not the default of urllib3 1.26
    chunks = iter(lambda: raw.read(_CHUNK, decode_content=False), b"")
    encodings = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    if encodings in ([], ["identity"]):
        return _joined(chunks)
    if encodings in (["gzip"], ["x-gzip"], ["deflate"]):
        try:
            return _unpacked(chunks)
        except zlib.error:
            raise Unreadable("the answer's compression is broken") from None
    raise Unreadable("the answer's compression is not gzip, which is the only one that was asked for")


def _joined(chunks: t.Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        _check_size(len(content))
    return bytes(content)


def _unpacked(chunks: t.Iterable[bytes]) -> bytes:
    content, packed = bytearray(), 0
    unpacker = zlib.decompressobj(_ANY_HEADER)
    for chunk in chunks:
        packed += len(chunk)
        _check_size(packed)
        data = chunk
        while data:
            if unpacker.eof:  # gzip allows several parts one after another
                unpacker = zlib.decompressobj(_ANY_HEADER)
            content += unpacker.decompress(data, MAX_BYTES + 1 - len(content))
            _check_size(len(content))
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if packed and not unpacker.eof:
        raise zlib.error
    return bytes(content)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise Unreadable(f"the answer is larger than {MAX_BYTES >> 20} MiB")
