# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are cleaned on their way in, refused without being repeated, and found in every spelling on their way out."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import secrets
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument

PAT = "a-personal-access-token"
#: With characters that URLs, JSON and HTML spell in other ways.
ODD = 'a+personal/access=token&"more"<x>%\\'
KIND = "OPENSSH PRIVATE KEY"
LINES = ("YS1wcml2YXRlLWtleS1vZi1ub2JvZHktMDAwMQ", "YS1wcml2YXRlLWtleS1vZi1ub2JvZHktMDAwMg", "bm8ta2V5LTM=")
PEM = f"-----BEGIN {KIND}-----\n" + "\n".join(LINES) + f"\n-----END {KIND}-----\n"


@pytest.mark.parametrize(
    ("given", "secret"),
    [
        (PAT, PAT),
        (f"{PAT}\n", PAT),
        (f"{PAT}\r\n", PAT),
        (f" \t{PAT} \n\n", PAT),
        ("", None),
        (" \n", None),
        (None, None),
    ],
)
def test_clean_strips_white_space_around_and_takes_nothing_as_none(given, secret):
    assert secrets.clean_secret(given, "tfe_token") == secret
    assert secrets.clean_personal_access_token(given) == secret


def test_secrets_other_than_personal_access_tokens_may_be_short():
    assert secrets.clean_secret("x\n", "key") == "x"


UNCLEAN = [
    "a-personal\naccess-token",
    "a-personal\r\naccess-token",
    "a-personal\taccess-token",
    "a-personal\x00access-token",
    "a-personal\x1baccess-token",
    "a-personal\x7faccess-token",
    "a-personal access-token",
    "a-personal\u00a0access-token",
    "a-personal\u200baccess-token",
    "a-personal-access-tökén",
    "\ufeffa-personal-access-token",
]


@pytest.mark.parametrize("given", UNCLEAN, ids=ascii)
@pytest.mark.parametrize("clean", [secrets.clean_secret, secrets.clean_personal_access_token], ids=["any", "pat"])
def test_what_no_token_has_inside_is_refused_without_repeating_it(clean, given):
    with pytest.raises(InvalidArgument, match="an_option") as raised:
        clean(given, "an_option")
    told = raised.value.message + repr(raised.value)
    assert "a-personal" not in told
    assert "access" not in told


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("oc-7hQm2LwZpX4cRt9B", "holds an ID"),
        ("ot-Yk3sVn8QdGf5uJ2M", "holds an ID"),
        (" ot-Yk3sVn8QdGf5uJ2M\n", "holds an ID"),
        ("ZgqYdz0000aaaa.atlasv1.not-a-token-of-anybody", "holds an API token"),
        ("git", "shorter than 8 characters"),
        ("1234567", "shorter than 8 characters"),
        ("1234567\n", "shorter than 8 characters"),
    ],
)
def test_a_personal_access_token_that_is_something_else_is_refused_without_repeating_it(given, reason):
    with pytest.raises(InvalidArgument, match=reason) as raised:
        secrets.clean_personal_access_token(given)
    assert raised.value.message.startswith("personal_access_token ")
    assert given.strip() not in raised.value.message


@pytest.mark.parametrize(
    "given", ["12345678", "ot-with-more-hyphens", "oc_7hQm2LwZpX4cRt9B", "xot-Yk3sVn8QdGf5uJ2M", ODD]
)
def test_other_personal_access_tokens_are_taken_as_they_are(given):
    assert secrets.clean_personal_access_token(given) == given


@pytest.mark.parametrize(
    "given",
    [
        PEM,
        PEM.rstrip("\n"),
        f"\n  {PEM}\n\n",
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", " "),
        PEM.replace("\n", "  "),
        PEM.replace("\n", "\\n").rstrip("\\n"),
        PEM.replace("\n", "\\n"),
        PEM.replace("\n", "\\r\\n"),
    ],
    ids=[
        "as it is",
        "no final line end",
        "white space around",
        "CRLF",
        "folded by YAML",
        "folded twice",
        "literal backslash n, none at the end",
        "literal backslash n",
        "literal backslash r, backslash n",
    ],
)
def test_a_pem_gets_its_line_ends_back(given):
    assert secrets.clean_key(given, "private_key") == PEM


def test_a_pem_that_lost_all_its_line_ends_gets_those_that_matter_back():
    key = secrets.clean_key(PEM.replace("\n", ""), "private_key")
    assert key == f"-----BEGIN {KIND}-----\n{''.join(LINES)}\n-----END {KIND}-----\n"


@pytest.mark.parametrize("body", ["YS1rZXktb2Ytbm9ib2R5", "YS1rZXk="])
def test_a_pem_with_a_body_of_one_line_stays_as_it_is(body):
    pem = f"-----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----\n"
    assert secrets.clean_key(pem, "private_key") == pem


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("", None),
        (" \r\n ", None),
        (None, None),
        ("ssh-ed25519 AAAAC3Nza a comment\n", "ssh-ed25519 AAAAC3Nza a comment"),
        ("a-consumer-secret", "a-consumer-secret"),
        ("no\\name", "no\\name"),
    ],
)
def test_a_key_that_is_no_pem_is_only_stripped(given, key):
    assert secrets.clean_key(given, "secret") == key


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\r", "\x08"], ids=ascii)
@pytest.mark.parametrize("key", [PEM, "a-consumer-secret\nof two lines"], ids=["pem", "other"])
def test_control_characters_in_a_key_are_refused_without_repeating_it(key, control):
    middle = key.index("\n") + 5
    with pytest.raises(InvalidArgument, match="private_key") as raised:
        secrets.clean_key(key[:middle] + control + key[middle:], "private_key")
    assert not [part for part in (*LINES, "BEGIN", "consumer", "of two") if part in raised.value.message]


@pytest.mark.parametrize("given", [PEM, PEM.replace("\n", " "), PEM.replace("\n", "\\n"), "ssh-ed25519 AAAA me"])
def test_a_clean_key_stays_as_it_is(given):
    key = secrets.clean_key(given, "ssh_key")
    assert secrets.clean_key(key, "ssh_key") == key


def basic(secret, user):
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


def json_in_json(secret):
    return json.dumps({"body": json.dumps({"error": f"token {secret} is bad"})})


def split_percents(text):
    first, *rest = text.split("%")
    parts = [first]
    for piece in rest:
        parts += [f"%{piece[:2]}", piece[2:]]
    return [part for part in parts if part]


SPELLINGS = {
    "plain": str,
    "within a word": lambda secret: f"x{secret}y",
    "URL-encoded": lambda secret: f"https://example.com/?token={quote(secret, safe='')}&x=1",
    "URL-encoded, slashes as they are": quote,
    "URL-encoded, blanks as +": quote_plus,
    "URL-encoded, hex digits in lower case": lambda secret: "".join(
        part.lower() if part[0] == "%" else part for part in split_percents(quote(secret, safe=""))
    ),
    "in HTML": lambda secret: f"<p>{html.escape(secret)}</p>",
    "in JSON": lambda secret: json.dumps({"token": secret}),
    "in JSON with escaped slashes": lambda secret: json.dumps({"token": secret}).replace("/", "\\/"),
    "in JSON in JSON": json_in_json,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "URL-safe base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64, offset 1": lambda secret: base64.b64encode(b"x" + secret.encode() + b"tail").decode(),
    "base64, offset 2": lambda secret: base64.b64encode(b"xy" + secret.encode() + b"tail").decode(),
    "Basic credentials, no user": lambda secret: basic(secret, ""),
    "Basic credentials, user of 1": lambda secret: basic(secret, "a"),
    "Basic credentials, user of 2": lambda secret: basic(secret, "ab"),
    "Basic credentials, user of 3": lambda secret: basic(secret, "abc"),
    "Bearer": lambda secret: f"Authorization: Bearer {secret}",
    "repeated": lambda secret: f"{secret}{secret} {secret}",
}


def unescape(text):
    return text.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\")


def readings(text):
    """The text as it is, and what a curious reader makes of it."""
    yield text
    yield html.unescape(text)
    once = unescape(text)
    yield once
    yield unescape(once)
    yield "".join(chr(int(p[1:], 16)) if p[0] == "%" and len(p) == 3 else p for p in split_percents(text))
    for start in range(len(text)):
        piece = text[start : start + 400].replace("-", "+").replace("_", "/")
        piece = piece[: len(piece) // 4 * 4]
        try:
            yield base64.b64decode(piece, validate=True).decode("latin-1")
        except ValueError:
            continue


@pytest.mark.parametrize("secret", [PAT, ODD, "12345678", "Zm9vYmFyYmF6"], ids=["plain", "odd", "short", "base64-like"])
@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_secret_is_removed_in_every_spelling(spell, secret):
    text = spell(secret)
    scrubbed = secrets.Scrubber([secret]).scrub(text)
    assert secrets.MASK in scrubbed
    assert spell(secret) not in scrubbed
    assert not [reading for reading in readings(scrubbed) if secret in reading]


def test_what_surrounds_a_secret_stays():
    scrubbed = secrets.Scrubber([PAT]).scrub(f"422 for {PAT}: Oauth token string '{PAT}' is bad")
    assert scrubbed == "422 for (secret): Oauth token string '(secret)' is bad"


@pytest.mark.parametrize(
    "spell",
    [str, json.dumps, lambda pem: json.dumps(json.dumps(pem)), quote, lambda pem: pem.replace("\n", "\r\n")],
    ids=["plain", "JSON", "JSON in JSON", "URL-encoded", "CRLF"],
)
@pytest.mark.parametrize("whole", [True, False], ids=["the whole", "line by line"])
def test_no_line_of_a_key_gets_out(spell, whole):
    scrubber = secrets.Scrubber([PEM])
    texts = [PEM] if whole else [f"line {number}: {line} is bad" for number, line in enumerate(PEM.splitlines())]
    for text in texts:
        scrubbed = scrubber.scrub(spell(text))
        assert not [line for line in LINES if line in scrubbed]
    if whole:
        assert secrets.MASK in scrubbed


@pytest.mark.parametrize("secret", ["a-secret-of\ntwo-lines-of-text", "a-secret-of\r\ntwo-lines-of-text"], ids=ascii)
def test_no_line_of_a_secret_of_several_lines_gets_out(secret):
    scrubber = secrets.Scrubber([secret])
    assert scrubber.scrub("line 1: a-secret-of, line 2: two-lines-of-text") == "line 1: (secret), line 2: (secret)"


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_letters_that_json_may_escape_hide_no_secret(ensure_ascii):
    text = json.dumps({"detail": "a-tökén/of-nobody"}, ensure_ascii=ensure_ascii)
    assert secrets.Scrubber(["a-tökén/of-nobody"]).scrub(text) == '{"detail": "(secret)"}'


@pytest.mark.parametrize("around", [" {}", "{} ", "{}\t", "{}\n", "\n{}\r\n"], ids=ascii)
@pytest.mark.parametrize("secret", [PAT, "12345678"])
def test_a_secret_is_removed_as_it_is_sent_though_the_task_gave_it_with_white_space_around(secret, around):
    given = around.format(secret)
    sent = secrets.clean_secret(given, "tfe_token")
    scrubbed = secrets.Scrubber([given]).scrub({"msg": f"The server says that '{sent}' is bad"})
    assert scrubbed == {"msg": f"The server says that '{secrets.MASK}' is bad"}


@pytest.mark.parametrize(
    "given",
    [PEM.replace("\n", " "), PEM.replace("\n", "\\n"), PEM.replace("\n", "\r\n"), f"  {PEM}  "],
    ids=["folded", "literal backslash n", "CRLF", "white space around"],
)
def test_a_key_is_removed_as_it_is_sent_though_the_task_gave_it_without_its_line_ends(given):
    sent = secrets.clean_key(given, "private_key")
    scrubbed = secrets.Scrubber([given]).scrub(f"The server says that this is bad: {sent}")
    assert not [line for line in LINES if line in scrubbed]


def test_secrets_are_removed_from_keys_and_from_any_depth_of_lists_and_dictionaries():
    value = {
        PAT: 1,
        "list": ["x", [PAT, {"deep": (f"a {PAT}", 2, None)}]],
        "errors": [{"title": "bad", "detail": f"{quote(ODD, safe='')} is bad"}],
    }
    assert secrets.Scrubber([PAT, None, "", ODD]).scrub(value) == {
        "(secret)": 1,
        "list": ["x", ["(secret)", {"deep": ["a (secret)", 2, None]}]],
        "errors": [{"title": "bad", "detail": "(secret) is bad"}],
    }


def test_of_two_secrets_of_which_one_holds_the_other_nothing_is_left():
    scrubber = secrets.Scrubber(["a-token-of-nobody", "a-token-of-nobody-else"])
    assert scrubber.scrub(["a-token-of-nobody-else", "a-token-of-nobody"]) == ["(secret)", "(secret)"]


INNOCENT = {
    "changed": False,
    "oauth_client": {"id": "oc-7hQm2LwZpX4cRt9B", "organization_scoped": True, "projects": None, "name": ""},
    "msg": "Organization 'acme' has no github connection: a b  c\n\td",
    "status": 422,
    "errors": [],
}


@pytest.mark.parametrize(
    "known",
    [
        [],
        [None, ""],
        [PAT, ODD, PEM],
        # A secret of nothing but white space counts as none, so that nothing may be taken for it.
        [" "],
        ["\n"],
        ["  \n\t"],
    ],
    ids=["none", "empty", "others", "blank", "line end", "white space"],
)
def test_texts_without_secrets_come_back_unchanged(known):
    assert secrets.Scrubber(known).scrub(INNOCENT) == INNOCENT
