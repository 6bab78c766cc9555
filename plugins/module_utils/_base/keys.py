# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Check and repair private and public keys. Messages never repeat a key.

Only the structure is checked, with the standard library: whether a key is the right one is for the server to say.
"""

from __future__ import annotations

import base64
import re
import typing as t

from .errors import InvalidArgument
from .secrets import clean_token

_PRIVATE_LABELS = ("RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY")
_PUBLIC_LABELS = ("PUBLIC KEY", "RSA PUBLIC KEY")
# Patterns are compiled only if a task has a key. Most tasks have none.
_BLOCK = r"(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----"
_BEGIN = r"-----? ?BEGIN ([A-Z0-9 ]+?) ?-----?"
_HEADER = r"(?i)(?:Proc-Type|DEK-Info):"
_CONTROL = r"[\x00-\x1f\x7f]"
_SSH_PUBLIC_KEY = r"(?:ssh-[a-z0-9]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9-]+@openssh\.com)(?=\s)"
#: A path, also in the forms that shells and people write.
_PATH = r"(?i)(?:~|\.{0,2}/|[A-Za-z]:[\\/]|file:)\S*|[\w./\\-]+\.(?:pem|key|pub|crt|cer|der|ppk|txt)"
#: The types of public keys in one line, each with the number of fields that it has, the type included.
_SSH_FIELDS = {
    "ssh-rsa": 3,
    "ssh-dss": 5,
    "ssh-ed25519": 2,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
    "sk-ssh-ed25519@openssh.com": 3,
    "sk-ecdsa-sha2-nistp256@openssh.com": 4,
}
_OPENSSH_MAGIC = b"openssh-key-v1\0"
#: No cipher, no key derivation, no options for it, and one key. OpenSSH neither writes nor reads more keys in a file.
_OPENSSH_UNENCRYPTED = _OPENSSH_MAGIC + b"\0\0\0\4none\0\0\0\4none\0\0\0\0\0\0\0\1"
#: The only key derivation of OpenSSH.
_OPENSSH_KDF = b"\0\0\0\6bcrypt"
#: Tags of DER.
_INTEGER, _BIT_STRING, _OBJECT_IDENTIFIER, _SEQUENCE = b"\x02", b"\x03", b"\x06", b"\x30"
#: The bytes of an RSA modulus of 512 bits. No key has a shorter one.
_SHORTEST_MODULUS = 64
_LINE = 64
#: A longer text could be another key.
_LONGEST_COMMENT = 100

_HOW_TO_GIVE = (
    "It takes the text of an unencrypted private key, for example "
    "{{ lookup('ansible.builtin.file', '~/.ssh/connection_key') }}."
)


def clean_private_key(value: str | None, option: str) -> str | None:
    """An unencrypted private key in PEM form, with the line ends that YAML, indentation or a variable took from it.

    None for None and for a blank. Raises InvalidArgument for everything else.
    """
    text = _repaired(value, option)
    if text is None:
        return None
    if not re.search(_BEGIN, text):
        raise InvalidArgument(f"{option} {_what_it_is_instead(text)}. {_HOW_TO_GIVE}")
    blocks = [block for block in re.findall(_BLOCK, text) if block[0] != "EC PARAMETERS"]
    labels = [label for label, _body in blocks] or re.findall(_BEGIN, text)
    if any("CERTIFICATE" in label or "PUBLIC KEY" in label for label in labels):
        raise InvalidArgument(f"{option} holds a certificate or a public key. {_HOW_TO_GIVE}")
    if any(label == "ENCRYPTED PRIVATE KEY" for label in labels) or re.search(_HEADER, text):
        raise _encrypted(option)
    if len(blocks) != 1 or re.sub(_BLOCK, "", text).strip():
        raise InvalidArgument(
            f"{option} does not hold exactly one complete key: a BEGIN or END line is missing or does not match, or "
            f"there is other text beside the key. {_HOW_TO_GIVE}"
        )
    ((label, body),) = blocks
    if label not in _PRIVATE_LABELS:
        raise InvalidArgument(f"{option} is not a private key of a known kind. {_HOW_TO_GIVE}")
    data = _decoded(body)
    sound = _is_openssh_private_key(data, option) if label.startswith("OPENSSH") else _is_der_private_key(data)
    if not sound:
        raise InvalidArgument(
            f"{option} is truncated or damaged: what is between its BEGIN and END lines is not a complete private key. "
            f"{_HOW_TO_GIVE}"
        )
    return _pem(label, body)


def clean_secret_or_private_key(value: str | None, option: str) -> str | None:
    """A private key, as ``clean_private_key``, or a secret of one line, as ``clean_token``."""
    text = (value or "").strip()
    data = _decoded(text)
    if re.search(r"-----|\s", text) or re.fullmatch(_PATH, text) or _is_public_data(data) or _is_der_private_key(data):
        return clean_private_key(value, option)
    return clean_token(value, option)


def clean_public_key(value: str | None, option: str) -> str | None:
    """A public key: PEM, base64 without its BEGIN and END lines, or one line of OpenSSH.

    Everything else is refused, a private key above all: the server shows public keys to everybody.
    """
    text = _repaired(value, option)
    if text is None:
        return None
    key = _public_key(text)
    if key is None:
        raise InvalidArgument(
            f"{option} does not hold a public key, so it was not sent: the server would show it to everybody. It takes "
            "the text of the public key, for example {{ lookup('ansible.builtin.file', 'connection_key.pub') }}. "
            "If it held a private key, replace that key if anybody could have seen it."
        )
    return key


def is_public_key(value: t.Any) -> bool:
    """Whether a value may be shown because it certainly holds nothing but a public key."""
    try:
        return isinstance(value, str) and clean_public_key(value, "") is not None
    except InvalidArgument:
        return False


def _repaired(value: str | None, option: str) -> str | None:
    """The text of a key, its lines without indentation; None for a blank."""
    text = (value or "").replace("\r\n", "\n").lstrip("\ufeff").strip()
    if not text:
        return None
    if "-----BEGIN " in text:
        text = text.replace("\\r", "").replace("\\n", "\n")
    if re.search(_CONTROL, text.replace("\n", "").replace("\t", "")):
        raise InvalidArgument(f"{option} contains control characters. Give the key as text, with its line ends.")
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def _what_it_is_instead(text: str) -> str:
    if text.startswith("PuTTY-User-Key-File"):
        return "holds a key in the format of PuTTY. Export it in OpenSSH format with puttygen"
    if re.match(_SSH_PUBLIC_KEY, text) or _is_public_data(_decoded(text)):
        return "holds a public key"
    if "\n" not in text and re.fullmatch(_PATH, text):
        return "holds a path, not a key"
    return "does not hold a private key: there is no BEGIN line"


def _encrypted(option: str) -> InvalidArgument:
    return InvalidArgument(
        f"{option} is encrypted with a passphrase, which the server cannot use. Give a key without a passphrase. To "
        "remove it, copy the file and run: ssh-keygen -p -N '' -f COPY"
    )


def _decoded(body: str) -> bytes:
    """Decode base64. Empty if it is malformed."""
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except ValueError:  # and its subclass binascii.Error
        return b""


def _pem(label: str, body: str) -> str:
    first, *others = body.split()
    lines = [first, *others] if others else re.findall(f".{{1,{_LINE}}}", first)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _der_elements(data: bytes) -> list[tuple[bytes, bytes]]:
    """The tag and the content of each element of DER. Empty if an element is longer than the data."""
    elements = []
    while data:
        start, size = 2, int.from_bytes(data[1:2], "big")
        if size & 0x80:  # not the size, but how many bytes the size has
            start += size & 0x7F
            size = int.from_bytes(data[2:start], "big")
        end = start + size
        if len(data) < end:
            return []
        elements.append((data[:1], data[start:end]))
        data = data[end:]
    return elements


def _der_sequence(data: bytes) -> list[tuple[bytes, bytes]]:
    """The elements of a SEQUENCE of DER. Empty if the data are damaged, or are anything else or more than that."""
    outer = _der_elements(data)
    if [tag for tag, _content in outer] != [_SEQUENCE]:
        return []
    ((_tag, content),) = outer
    return _der_elements(content)


def _is_der_private_key(data: bytes) -> bool:
    """Whether this begins as every unencrypted private key does, with the version number 0 or 1.

    Public keys begin with another SEQUENCE or with a long number, certificates and encrypted keys with a SEQUENCE, and
    files of PKCS #12 with the version number 3.
    """
    elements = _der_sequence(data)
    return len(elements) > 1 and elements[0] in ((_INTEGER, b"\0"), (_INTEGER, b"\1"))


def _is_openssh_private_key(data: bytes, option: str) -> bool:
    if data.startswith(_OPENSSH_UNENCRYPTED):
        # The public key, and the private one.
        fields = _ssh_fields(data[len(_OPENSSH_UNENCRYPTED) :])
        return len(fields) == 2 and bool(fields[1])
    if data.startswith(_OPENSSH_MAGIC) and _OPENSSH_KDF in data:
        raise _encrypted(option)
    return False


def _ssh_fields(data: bytes) -> list[bytes]:
    """Fields of OpenSSH, each with its size before it. Empty if a field is longer than the data."""
    fields = []
    while data:
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) < end:
            return []
        fields.append(data[4:end])
        data = data[end:]
    return fields


def _public_key(text: str) -> str | None:
    """The text with its line ends if it is a public key, else None."""
    if re.search(_BEGIN, text):
        block = re.fullmatch(_BLOCK, text)
        if block and block[1] in _PUBLIC_LABELS and _is_public_data(_decoded(block[2])):
            return _pem(block[1], block[2])
        return None
    if re.match(_SSH_PUBLIC_KEY, text):
        kind, encoded, *comment = text.split()
        fields = _ssh_fields(_decoded(encoded))
        sound = fields[:1] == [kind.encode()] and len(fields) == _SSH_FIELDS.get(kind)
        return text if sound and "\n" not in text and len(" ".join(comment)) <= _LONGEST_COMMENT else None
    return text if _is_public_data(_decoded(text)) else None


def _is_public_data(data: bytes) -> bool:
    """Whether this is a public key in DER: its algorithm and its bits, or the modulus and the exponent of RSA."""
    elements = _der_sequence(data)
    tags = [tag for tag, _content in elements]
    if tags == [_SEQUENCE, _BIT_STRING]:
        return elements[0][1].startswith(_OBJECT_IDENTIFIER)
    return tags == [_INTEGER, _INTEGER] and len(elements[0][1]) >= _SHORTEST_MODULUS
