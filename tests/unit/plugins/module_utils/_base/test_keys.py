# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys are checked and repaired before they are sent, and refused without being repeated."""

from __future__ import annotations

import base64
import textwrap

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import keys
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument
from utils.fake_keys import (
    der,
    openssh_private_key,
    pem,
    pkcs8_private_key,
    public_key,
    rsa_private_key,
    ssh_fields,
    ssh_public_key,
)

PEM = openssh_private_key("of nobody")
RSA = rsa_private_key("of nobody")
PKCS8 = pkcs8_private_key("of nobody")
PUBLIC = public_key("of nobody")
SSH_PUBLIC = ssh_public_key("of nobody")
EC = pem("EC PRIVATE KEY", der(0x30, der(0x02, b"\1") + der(0x04, b"This number is fake, too, but long.")))
SHORT = pem("EC PRIVATE KEY", der(0x30, der(0x02, b"\1") + der(0x04, b"fake")))
CERTIFICATE = pem("CERTIFICATE", der(0x30, der(0x30, b"fake certificate")))


def body_of(key):
    return "".join(key.splitlines()[1:-1])


def flat(label, body):
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def sequence(*elements):
    return der(0x30, b"".join(elements))


def encoded(data):
    return base64.b64encode(data).decode()


# Elements of keys in DER.
ZERO, ONE, TWO, THREE = (der(0x02, bytes([number])) for number in range(4))
ALGORITHM = sequence(der(0x06, b"the identifier of a fake algorithm, which is long enough for a modulus"))
OCTETS = der(0x04, b"fake octets")
BITS = der(0x03, b"\0fake bits")
MODULUS = der(0x02, b"n" * 64)
EXPONENT = der(0x02, b"\1\0\1")


@pytest.mark.parametrize("key", [PEM, RSA, PKCS8, EC, SHORT], ids=["OpenSSH", "RSA", "PKCS#8", "EC", "one line"])
@pytest.mark.parametrize(
    "change",
    [
        str,
        lambda key: key.rstrip("\n"),
        lambda key: f"\n  {key}\n\n",
        lambda key: "\ufeff" + key,
        lambda key: key.replace("\n", "\r\n"),
        lambda key: key.replace("\n", " "),
        lambda key: key.replace("\n", "  "),
        lambda key: key.replace("\n", "\\n").rstrip("\\n"),
        lambda key: key.replace("\n", "\\n"),
        lambda key: key.replace("\n", "\\r\\n"),
        lambda key: textwrap.indent(key, "    "),
        lambda key: textwrap.indent(key, "\t"),
        lambda key: key.replace("\n", "\n      "),
        lambda key: key.replace("\n", " \n"),
    ],
    ids=[
        "as it is",
        "no final line end",
        "white space around",
        "byte order mark",
        "CRLF",
        "folded by YAML",
        "folded twice",
        "literal backslash n, none at the end",
        "literal backslash n",
        "literal backslash r, backslash n",
        "indented",
        "indented by tabs",
        "indented but for the first line",
        "white space at line ends",
    ],
)
def test_a_private_key_gets_its_lines_back(key, change):
    assert keys.clean_private_key(change(key), "private_key") == key
    assert keys.clean_secret_or_private_key(change(key), "secret") == key


@pytest.mark.parametrize("key", [PEM, RSA])
def test_a_private_key_that_lost_all_its_line_ends_gets_lines_of_a_usual_length(key):
    repaired = keys.clean_private_key(key.replace("\n", ""), "private_key")
    assert body_of(repaired) == body_of(key)
    assert max(map(len, repaired.splitlines()[1:-1])) == 64
    assert keys.clean_private_key(repaired, "private_key") == repaired


def test_the_parameters_that_openssl_writes_before_a_key_are_left_out():
    parameters = pem("EC PARAMETERS", der(0x06, b"\x2a\x86\x48\xce\x3d\x03\x01\x07"))
    assert keys.clean_private_key(parameters + EC, "private_key") == EC


ENCRYPTED_RSA = RSA.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\n", 1)
DAMAGED = "truncated or damaged"
# "unencrypted" is in most of the messages.
ENCRYPTED = "is encrypted with a passphrase"
REFUSED = {
    "a path": ("~/.ssh/id_rsa", "holds a path"),
    "an absolute path": ("/home/nobody/key", "holds a path"),
    "a relative path": ("keys/bitbucket.pem", "holds a path"),
    "a path of Windows": ("C:\\keys\\bitbucket.ppk", "holds a path"),
    "words": ("not a key at all", "no BEGIN line"),
    "a body alone": (body_of(RSA), "no BEGIN line"),
    "a public key": (PUBLIC, "public key"),
    "a public key of OpenSSH": (SSH_PUBLIC, "public key"),
    "a public key without frame": (body_of(PUBLIC), "public key"),
    "a public key that says that it is private": (PUBLIC.replace("PUBLIC", "PRIVATE"), DAMAGED),
    "a certificate": (CERTIFICATE, "certificate"),
    "a certificate without end": ("\n".join(CERTIFICATE.splitlines()[:-1]), "holds a certificate"),
    "a certificate beside the key": (CERTIFICATE + RSA, "certificate"),
    "a certificate that says that it is a key": (CERTIFICATE.replace("CERTIFICATE", "PRIVATE KEY"), DAMAGED),
    "encrypted": (pem("ENCRYPTED PRIVATE KEY", der(0x30, der(0x30, b"fake encryption"))), ENCRYPTED),
    "encrypted in the old way": (ENCRYPTED_RSA, ENCRYPTED),
    "encrypted in the old way, folded": (ENCRYPTED_RSA.replace("\n", " "), ENCRYPTED),
    "encrypted by OpenSSH": (openssh_private_key("of nobody", "aes256-ctr"), ENCRYPTED),
    "PuTTY's": ("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPrivate-Lines: 1\nAAAA", "puttygen"),
    "of PGP": (pem("PGP PRIVATE KEY BLOCK", b"a fake key of nobody"), "not a private key of a known kind"),
    "no end": ("\n".join(RSA.splitlines()[:-1]), "BEGIN or END line is missing"),
    "another end": (RSA.replace("END RSA", "END EC"), "BEGIN or END line is missing"),
    "two keys": (RSA + PEM, "exactly one"),
    "words around": (f"This is my key:\n{RSA}", "other text"),
    "truncated": (flat("RSA PRIVATE KEY", body_of(RSA)[:40]), DAMAGED),
    "truncated between groups": (flat("RSA PRIVATE KEY", body_of(RSA)[:42]), DAMAGED),
    "truncated, of OpenSSH": (flat("OPENSSH PRIVATE KEY", body_of(PEM)[:-8]), DAMAGED),
    "with more at the end": (pem("PRIVATE KEY", der(0x30, der(0x02, b"\0") + b"fake") + b"more"), DAMAGED),
    "a line lost": ("\n".join([*RSA.splitlines()[:2], *RSA.splitlines()[3:]]), DAMAGED),
    "empty": (flat("RSA PRIVATE KEY", ""), DAMAGED),
    "no base64": (flat("RSA PRIVATE KEY", "not-base64!"), DAMAGED),
    "a stray character": (flat("RSA PRIVATE KEY", f"{body_of(RSA)[:8]}!{body_of(RSA)[8:]}"), DAMAGED),
    "without any white space": ("".join(RSA.split()), "no BEGIN line"),
    "parameters without the key": (pem("EC PARAMETERS", der(0x06, b"fake curve")), "exactly one"),
    "another kind": (PEM.replace("OPENSSH", "RSA"), DAMAGED),
    "another kind the other way": (RSA.replace("RSA", "OPENSSH"), DAMAGED),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("option", ["private_key", "ssh_key"])
def test_anything_but_an_unencrypted_private_key_is_refused_without_repeating_it(given, reason, option):
    with pytest.raises(InvalidArgument, match=reason) as raised:
        keys.clean_private_key(given, option)
    message = raised.value.message
    assert message.startswith(f"{option} ")
    assert "\n" not in message
    assert not [line for line in given.split() if len(line) > 14 and line in message]


@pytest.mark.parametrize("size", [1, 126, 127, 128, 255, 256, 65536])
def test_a_private_key_can_have_any_size(size):
    key = pem("PRIVATE KEY", sequence(ZERO, der(0x04, b"k" * size), OCTETS))
    assert keys.clean_private_key(key, "private_key") == key


DAMAGED_DER = {
    "the first byte alone": b"\x30",
    "no content": sequence(),
    "a size that is cut off": b"\x30\x82\x01",
    "shorter than its size": sequence(ZERO, OCTETS)[:-1],
    "longer than its size": sequence(ZERO, OCTETS) + b"\0",
    "two of them": sequence(ZERO, OCTETS) * 2,
    "an element longer than the rest": der(0x30, ZERO + OCTETS[:-1]),
    "half an element after the others": der(0x30, ZERO + OCTETS + b"\x04"),
    "not a SEQUENCE but an OCTET STRING": der(0x04, ZERO + OCTETS),
    "not a SEQUENCE but a SET": der(0x31, ZERO + OCTETS),
    "the version alone": sequence(ZERO),
    "no version": sequence(OCTETS, ZERO),
    "a version that is no number": sequence(der(0x01, b"\0"), OCTETS),
    "version 2, which no private key has": sequence(TWO, OCTETS),
    "PKCS #12, which has version 3": sequence(THREE, OCTETS),
}


@pytest.mark.parametrize("data", DAMAGED_DER.values(), ids=DAMAGED_DER)
@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"])
def test_damaged_der_is_not_a_private_key(label, data):
    with pytest.raises(InvalidArgument, match=DAMAGED):
        keys.clean_private_key(pem(label, data), "private_key")


MAGIC = b"openssh-key-v1\0"
UNENCRYPTED = ssh_fields(b"none", b"none", b"")
BCRYPT = ssh_fields(b"aes256-ctr", b"bcrypt", b"fake salt")
NO_KEYS, ONE_KEY, TWO_KEYS = b"\0\0\0\0", b"\0\0\0\1", b"\0\0\0\2"
PAIR = ssh_fields(b"fake public key", b"fake private key")
NOT_OPENSSH = {
    "the first bytes alone": (MAGIC, DAMAGED),
    "cut off before the number of keys": (MAGIC + UNENCRYPTED, DAMAGED),
    "cut off after the number of keys": (MAGIC + UNENCRYPTED + ONE_KEY, DAMAGED),
    "cut off before the private key": (MAGIC + UNENCRYPTED + ONE_KEY + ssh_fields(b"fake public key"), DAMAGED),
    "cut off in the private key": (MAGIC + UNENCRYPTED + ONE_KEY + PAIR[:-1], DAMAGED),
    "an empty private key": (MAGIC + UNENCRYPTED + ONE_KEY + ssh_fields(b"fake public key", b""), DAMAGED),
    "one field too many": (MAGIC + UNENCRYPTED + ONE_KEY + PAIR + ssh_fields(b"more"), DAMAGED),
    "half a field too many": (MAGIC + UNENCRYPTED + ONE_KEY + PAIR + b"\0\0\0", DAMAGED),
    "no keys": (MAGIC + UNENCRYPTED + NO_KEYS + PAIR, DAMAGED),
    "two keys": (MAGIC + UNENCRYPTED + TWO_KEYS + PAIR, DAMAGED),
    "another version": (MAGIC.replace(b"v1", b"v2") + UNENCRYPTED + ONE_KEY + PAIR, DAMAGED),
    "another version, encrypted": (MAGIC.replace(b"v1", b"v2") + BCRYPT + ONE_KEY + PAIR, DAMAGED),
    "encrypted": (MAGIC + BCRYPT + ONE_KEY + PAIR, ENCRYPTED),
}


@pytest.mark.parametrize(("data", "reason"), NOT_OPENSSH.values(), ids=NOT_OPENSSH)
def test_damaged_data_of_openssh_are_not_a_private_key(data, reason):
    with pytest.raises(InvalidArgument, match=reason):
        keys.clean_private_key(pem("OPENSSH PRIVATE KEY", data), "private_key")


def test_a_key_of_openssh_is_one_pair_without_encryption():
    key = pem("OPENSSH PRIVATE KEY", MAGIC + UNENCRYPTED + ONE_KEY + PAIR)
    assert keys.clean_private_key(key, "private_key") == key


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED)
def test_the_secret_of_bitbucket_is_refused_where_it_is_a_key_that_is_unusable(given, reason):
    with pytest.raises(InvalidArgument, match=reason):
        keys.clean_secret_or_private_key(given, "secret")


@pytest.mark.parametrize("clean", [keys.clean_private_key, keys.clean_secret_or_private_key, keys.clean_public_key])
@pytest.mark.parametrize("given", [None, "", " \r\n "], ids=ascii)
def test_nothing_is_no_key(clean, given):
    assert clean(given, "an_option") is None


def test_a_secret_of_one_line_is_no_key():
    assert keys.clean_secret_or_private_key("a-consumer-secret\n", "secret") == "a-consumer-secret"
    with pytest.raises(InvalidArgument, match="shorter than 8 characters"):
        keys.clean_secret_or_private_key("short", "secret")


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\r", "\x08"], ids=ascii)
@pytest.mark.parametrize("clean", [keys.clean_private_key, keys.clean_public_key])
def test_control_characters_in_a_key_are_refused_without_repeating_it(clean, control):
    key = PEM if clean is keys.clean_private_key else PUBLIC
    middle = key.index("\n") + 5
    with pytest.raises(InvalidArgument, match="an_option contains control characters") as raised:
        clean(key[:middle] + control + key[middle:], "an_option")
    assert "BEGIN" not in raised.value.message


# -- public keys


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (PUBLIC, PUBLIC),
        (PUBLIC.replace("\n", " "), PUBLIC),
        (textwrap.indent(PUBLIC, "  "), PUBLIC),
        (PUBLIC.replace("\n", "\\n"), PUBLIC),
        (f"{SSH_PUBLIC}\n", SSH_PUBLIC),
        (body_of(PUBLIC), body_of(PUBLIC)),
    ],
    ids=["PEM", "folded", "indented", "literal backslash n", "OpenSSH", "without frame"],
)
def test_a_public_key_is_taken_in_every_form(given, key):
    assert keys.clean_public_key(given, "rsa_public_key") == key
    assert keys.is_public_key(given)


@pytest.mark.parametrize(
    "given",
    [
        PEM,
        RSA,
        PKCS8,
        EC,
        ENCRYPTED_RSA,
        PUBLIC + RSA,
        RSA + PUBLIC,
        textwrap.indent(RSA, "  "),
        RSA.replace("\n", " "),
        RSA.replace("PRIVATE", "PUBLIC"),
        PKCS8.replace("PRIVATE", "PUBLIC"),
        PEM.replace("OPENSSH PRIVATE", "PUBLIC"),
        body_of(RSA),
        body_of(PKCS8),
        body_of(PEM),
        base64.b64encode(RSA.encode()).decode(),
        f"{SSH_PUBLIC}\n{PEM}",
        "ssh-rsa " + body_of(PEM),
        f"{SSH_PUBLIC} {body_of(RSA)}",
        "\n".join(RSA.splitlines()[:3]),
        "\n".join(RSA.splitlines()[1:]),
        '{"kty": "RSA", "n": "ZmFrZQ", "d": "ZmFrZS1wcml2YXRl"}',
        "~/.ssh/bitbucket.pub",
        "words",
    ],
    ids=lambda given: given[:30].replace("\n", " "),
)
def test_a_private_key_in_place_of_a_public_one_is_refused_without_repeating_it(given):
    with pytest.raises(InvalidArgument, match="rsa_public_key does not hold a public key") as raised:
        keys.clean_public_key(given, "rsa_public_key")
    assert not [line for line in given.split() if len(line) > 14 and line in raised.value.message]
    assert not keys.is_public_key(given)


@pytest.mark.parametrize(
    ("label", "data"),
    [("PUBLIC KEY", sequence(ALGORITHM, BITS)), ("RSA PUBLIC KEY", sequence(MODULUS, EXPONENT))],
    ids=["with its algorithm", "of RSA alone"],
)
def test_public_keys_are_recognized_by_the_elements_of_their_der(label, data):
    assert keys.clean_public_key(pem(label, data), "rsa_public_key") == pem(label, data)
    assert keys.is_public_key(encoded(data))
    with pytest.raises(InvalidArgument, match="private_key holds a public key"):
        keys.clean_private_key(encoded(data), "private_key")
    with pytest.raises(InvalidArgument, match="secret holds a public key"):
        keys.clean_secret_or_private_key(encoded(data), "secret")


NOT_PUBLIC_DER = {
    **DAMAGED_DER,
    "PKCS #8": sequence(ZERO, ALGORITHM, OCTETS),
    "PKCS #8 with the public key": sequence(ONE, ALGORITHM, OCTETS, BITS),
    "PKCS #8, encrypted": sequence(ALGORITHM, OCTETS),
    "PKCS #12": sequence(THREE, sequence(MODULUS), sequence(MODULUS)),
    "a private key of RSA": sequence(ZERO, MODULUS, EXPONENT, MODULUS),
    "a number after the public key of RSA": sequence(MODULUS, EXPONENT, MODULUS),
    "a modulus alone": sequence(MODULUS),
    "a modulus and no number": sequence(MODULUS, OCTETS),
    "a modulus of less than 512 bits": sequence(der(0x02, b"n" * 63), EXPONENT),
    "a certificate": sequence(sequence(THREE), ALGORITHM, BITS),
    "an algorithm alone": sequence(ALGORITHM),
    "an algorithm without identifier": sequence(sequence(ZERO, OCTETS), BITS),
    "an empty algorithm": sequence(sequence(), BITS),
    "something after the bits": sequence(ALGORITHM, BITS, OCTETS),
    "bits that are cut off": sequence(ALGORITHM, BITS)[:-1],
    "bits that are longer than the rest": der(0x30, ALGORITHM + BITS[:-1]),
}


@pytest.mark.parametrize("data", NOT_PUBLIC_DER.values(), ids=NOT_PUBLIC_DER)
def test_der_with_any_other_element_is_not_a_public_key(data):
    assert not keys.is_public_key(encoded(data))
    assert not keys.is_public_key(pem("PUBLIC KEY", data))
    assert not keys.is_public_key(pem("RSA PUBLIC KEY", data))


#: What follows the type in each kind of public key (RFC 4253, RFC 5656, RFC 8709, PROTOCOL.u2f of OpenSSH).
SSH_KEYS = {
    "ssh-rsa": ("exponent", "modulus"),
    "ssh-dss": ("p", "q", "g", "y"),
    "ssh-ed25519": ("key",),
    **{f"ecdsa-sha2-nistp{bits}": ("curve", "point") for bits in (256, 384, 521)},
    "sk-ssh-ed25519@openssh.com": ("key", "application"),
    "sk-ecdsa-sha2-nistp256@openssh.com": ("curve", "point", "application"),
}
SSH_FIELDS = {kind: 1 + len(fields) for kind, fields in SSH_KEYS.items()}


def ssh_line(kind, count, kind_inside=None):
    return f"{kind} {encoded(ssh_fields((kind_inside or kind).encode(), *[b'fake'] * (count - 1)))}"


@pytest.mark.parametrize(("kind", "count"), SSH_FIELDS.items())
def test_a_public_key_of_openssh_has_as_many_fields_as_its_kind(kind, count):
    """Private keys have more, after the same first ones."""
    assert keys.is_public_key(ssh_line(kind, count))
    assert not keys.is_public_key(ssh_line(kind, count - 1))
    assert not keys.is_public_key(ssh_line(kind, count + 1))


NOT_SSH_PUBLIC = {
    "another kind inside": ssh_line("ssh-rsa", 3, "ecdsa-sha2-nistp256"),
    "another kind inside, the other way": ssh_line("ecdsa-sha2-nistp256", 3, "ssh-rsa"),
    "an unknown kind": ssh_line("ssh-fake", 3),
    "a private key of RSA": ssh_line("ssh-rsa", 7),
    "a private key of Ed25519": ssh_line("ssh-ed25519", 3),
    "no fields": "ssh-rsa AAAA",
    "no base64": "ssh-rsa fake",
    "two lines": f"{ssh_line('ssh-rsa', 3)}\n{ssh_line('ssh-rsa', 3)}",
}


@pytest.mark.parametrize("given", NOT_SSH_PUBLIC.values(), ids=NOT_SSH_PUBLIC)
def test_a_line_with_other_fields_is_not_a_public_key(given):
    assert not keys.is_public_key(given)


NOT_PUBLIC_PEM = {
    "no end": PUBLIC.rpartition("-----END")[0],
    "another end": PUBLIC.replace("END PUBLIC", "END RSA PUBLIC"),
    "two keys": PUBLIC * 2,
    "words before it": f"This is my key:\n{PUBLIC}",
    "words after it": f"{PUBLIC}This is my key.",
    "a label of private keys": PUBLIC.replace("PUBLIC", "PRIVATE"),
    "a stray character": flat("PUBLIC KEY", f"{body_of(PUBLIC)[:8]}!{body_of(PUBLIC)[8:]}"),
    "empty": flat("PUBLIC KEY", ""),
}


@pytest.mark.parametrize("given", NOT_PUBLIC_PEM.values(), ids=NOT_PUBLIC_PEM)
def test_pem_with_anything_but_one_public_key_is_not_a_public_key(given):
    assert not keys.is_public_key(given)


@pytest.mark.parametrize("given", [None, 7, b"bytes", "", ["a list"]], ids=repr)
def test_a_value_without_text_is_not_a_public_key(given):
    assert not keys.is_public_key(given)


def test_a_long_comment_of_a_public_key_could_be_another_key():
    kind, encoded, *_comment = SSH_PUBLIC.split()
    for comment, taken in (("me@example.com", True), ("c" * 100, True), ("c" * 101, False), ("c " * 51, False)):
        assert keys.is_public_key(f"{kind} {encoded} {comment}") is taken


def test_real_keys_are_taken():
    """The fake keys of the other tests say only what this collection thinks of real ones."""
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    real = rsa.generate_private_key(65537, 2048)
    private, public, encoding = serialization.PrivateFormat, serialization.PublicFormat, serialization.Encoding
    for form in (private.TraditionalOpenSSL, private.PKCS8, private.OpenSSH):
        text = real.private_bytes(encoding.PEM, form, serialization.NoEncryption()).decode()
        assert keys.clean_private_key(text, "private_key") == text
        assert not keys.is_public_key(text)
        if form is private.OpenSSH:
            continue  # encrypting it needs one more library
        encryption = serialization.BestAvailableEncryption(b"a passphrase")
        with pytest.raises(InvalidArgument, match=ENCRYPTED):
            keys.clean_private_key(real.private_bytes(encoding.PEM, form, encryption).decode(), "private_key")
    for encoded, form in (
        (encoding.PEM, public.SubjectPublicKeyInfo),
        (encoding.PEM, public.PKCS1),
        (encoding.OpenSSH, public.OpenSSH),
    ):
        text = real.public_key().public_bytes(encoded, form).decode()
        assert keys.clean_public_key(text, "rsa_public_key") == text
        with pytest.raises(InvalidArgument, match="public key"):
            keys.clean_private_key(text, "private_key")
