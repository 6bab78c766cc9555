# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are removed from everything that is returned, however they are encoded, and nothing else is."""

from __future__ import annotations

import base64
import html
import itertools
import json
import quopri
import textwrap
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import keys, scrubber, secrets
from utils.fake_keys import openssh_private_key

PAT = "a-personal-access-token"
#: With characters that URLs, JSON and HTML spell in other ways.
ODD = 'a+personal/access=token&"more"<x>%\\'
PEM = openssh_private_key("of nobody")
LINES = PEM.splitlines()[1:-1]


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
    "in capital letters": str.upper,
    "in small letters": str.lower,
    "base64 of capital letters": lambda secret: base64.b64encode(secret.upper().encode()).decode(),
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
    scrubbed = scrubber.Scrubber([secret]).scrub(text)
    assert scrubber.MASK in scrubbed
    assert spell(secret) not in scrubbed
    assert not [reading for reading in readings(scrubbed) if secret in reading]


def test_text_around_a_secret_stays():
    scrubbed = scrubber.Scrubber([PAT]).scrub(f"422 for {PAT}: Oauth token string '{PAT}' is bad")
    assert scrubbed == "422 for (secret): Oauth token string '(secret)' is bad"


@pytest.mark.parametrize(
    "spell",
    [str, json.dumps, lambda pem: json.dumps(json.dumps(pem)), quote, lambda pem: pem.replace("\n", "\r\n")],
    ids=["plain", "JSON", "JSON in JSON", "URL-encoded", "CRLF"],
)
@pytest.mark.parametrize("whole", [True, False], ids=["the whole", "line by line"])
def test_no_line_of_a_key_gets_out(spell, whole):
    remover = scrubber.Scrubber([PEM])
    texts = [PEM] if whole else [f"line {number}: {line} is bad" for number, line in enumerate(PEM.splitlines())]
    for text in texts:
        scrubbed = remover.scrub(spell(text))
        assert not [line for line in LINES if line in scrubbed]
    if whole:
        assert scrubber.MASK in scrubbed


@pytest.mark.parametrize("secret", ["a-secret-of\ntwo-lines-of-text", "a-secret-of\r\ntwo-lines-of-text"], ids=ascii)
def test_no_line_of_a_secret_of_several_lines_gets_out(secret):
    remover = scrubber.Scrubber([secret])
    assert remover.scrub("line 1: a-secret-of, line 2: two-lines-of-text") == "line 1: (secret), line 2: (secret)"


def test_short_lines_of_a_secret_are_no_secrets():
    remover = scrubber.Scrubber(["1234567\n12345678\n"])
    assert remover.scrub("1234567 or 12345678") == "1234567 or (secret)"


def test_words_of_a_secret_of_one_line_are_no_secrets():
    remover = scrubber.Scrubber(["correct-horse battery-staple"])
    assert remover.scrub("correct-horse or battery-staple") == "correct-horse or battery-staple"
    assert remover.scrub("correct-horse battery-staple") == "(secret)"


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_letters_that_json_may_escape_hide_no_secret(ensure_ascii):
    text = json.dumps({"detail": "a-tökén/of-nobody"}, ensure_ascii=ensure_ascii)
    assert scrubber.Scrubber(["a-tökén/of-nobody"]).scrub(text) == '{"detail": "(secret)"}'


@pytest.mark.parametrize("around", [" {}", "{} ", "{}\t", "{}\n", "\n{}\r\n"], ids=ascii)
@pytest.mark.parametrize("secret", [PAT, "12345678"])
def test_a_secret_is_removed_as_it_is_sent_though_the_task_gave_it_with_white_space_around(secret, around):
    given = around.format(secret)
    sent = secrets.clean_secret(given, "tfe_token")
    scrubbed = scrubber.Scrubber([given]).scrub({"msg": f"The server says that '{sent}' is bad"})
    assert scrubbed == {"msg": f"The server says that '{scrubber.MASK}' is bad"}


@pytest.mark.parametrize(
    "given",
    [PEM.replace("\n", " "), PEM.replace("\n", "\\n"), PEM.replace("\n", "\r\n"), f"  {PEM}  "],
    ids=["folded", "literal backslash n", "CRLF", "white space around"],
)
def test_a_key_is_removed_as_it_is_sent_though_the_task_gave_it_without_its_line_ends(given):
    sent = keys.clean_private_key(given, "private_key")
    for text in (sent, *LINES):
        scrubbed = scrubber.Scrubber([given]).scrub(f"The server says that this is bad: {text}")
        assert not [line for line in LINES if line in scrubbed]


def test_secrets_are_removed_from_keys_and_from_any_depth_of_lists_and_dictionaries():
    value = {
        PAT: 1,
        "list": ["x", [PAT, {"deep": (f"a {PAT}", 2, None)}]],
        "errors": [{"title": "bad", "detail": f"{quote(ODD, safe='')} is bad"}],
    }
    assert scrubber.Scrubber([PAT, None, "", ODD]).scrub(value) == {
        "(secret)": 1,
        "list": ["x", ["(secret)", {"deep": ["a (secret)", 2, None]}]],
        "errors": [{"title": "bad", "detail": "(secret) is bad"}],
    }


@pytest.mark.parametrize("key", [PAT, f"Bearer {PAT}", quote(ODD, safe="")])
def test_a_secret_that_is_in_a_key_alone_is_removed(key):
    scrubbed = scrubber.Scrubber([PAT, ODD]).scrub({"errors": [{key: "bad", 1: "other"}]})
    assert scrubbed == {"errors": [{key.replace(key.split()[-1], "(secret)"): "bad", 1: "other"}]}


def test_of_two_secrets_of_which_one_holds_the_other_nothing_is_left():
    remover = scrubber.Scrubber(["a-token-of-nobody", "a-token-of-nobody-else"])
    assert remover.scrub(["a-token-of-nobody-else", "a-token-of-nobody"]) == ["(secret)", "(secret)"]


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
    assert scrubber.Scrubber(known).scrub(INNOCENT) == INNOCENT


# -- encodings

CREDENTIAL = "fake/pat+for=encodings&0001"


def hexadecimal(text, form="{:02x}", separator=""):
    return separator.join(form.format(byte) for byte in text.encode())


ENCODINGS = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: hexadecimal(text, "%{:02x}"),
    "percent, all characters": lambda text: hexadecimal(text, "%{:02X}"),
    "decimal entities": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "some decimal entities": lambda text: text.replace("+", "&#43;").replace("/", "&#47;"),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "hexadecimal entities, upper case": lambda text: "".join(f"&#X{ord(character):X};" for character in text),
    "named entities": lambda text: text.replace("&", "&amp;").replace("+", "&plus;").replace("/", "&sol;"),
    "escapes of JSON": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "some escapes of JSON": lambda text: text.replace("+", "\\u002b").replace("/", "\\/").replace("&", "\\u0026"),
    "escapes of JavaScript": lambda text: "".join(f"\\u{{{ord(character):x}}}" for character in text),
    "escaped bytes": lambda text: hexadecimal(text, "\\x{:02x}"),
    "octal escapes": lambda text: hexadecimal(text, "\\{:03o}"),
    "hexadecimal, lower case": hexadecimal,
    "hexadecimal, upper case": lambda text: hexadecimal(text, "{:02X}"),
    "hexadecimal with colons": lambda text: hexadecimal(text, separator=":"),
    "hexadecimal with blanks": lambda text: hexadecimal(text, "{:02X}", " "),
    "hexadecimal with 0x": lambda text: hexadecimal(text, "0x{:02x}", ", "),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"user:{text}\n".encode()).decode(),
    "URL-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "UTF-16, little endian": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "UTF-16, big endian": lambda text: text.encode("utf-16-be").decode("latin-1"),
    "UTF-16 with BOM": lambda text: text.encode("utf-16").decode("utf-8", "replace"),
    "UTF-16, wrong order": lambda text: text.encode("utf-16-le").decode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32-le").decode("latin-1"),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "hexadecimal of UTF-16": lambda text: text.encode("utf-16-be").hex(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "quoted-printable, wrapped": lambda text: text[:9].replace("=", "=3D") + "=\r\n" + text[9:].replace("=", "=3D"),
    "wrapped": lambda text: textwrap.fill(text, 10),
    "wrapped by CRLF and indented": lambda text: "\r\n    ".join(textwrap.wrap(text, 7)),
    "wrapped by a tag": lambda text: "<br>".join(textwrap.wrap(text, 7)),
    "wrapped by an entity": lambda text: "&#10;".join(textwrap.wrap(text, 7)),
    "with zero-width spaces": "\u200b".join,
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("secret", [CREDENTIAL, "ghp0abcdefghijklmnopqrstuvwxyz012345", "Zm9vYmFyYmF6"])
def test_an_encoding_that_a_server_might_use_hides_no_secret(secret, encode):
    echoed = encode(secret)
    scrubbed = scrubber.Scrubber([secret]).scrub(f"[{echoed}]")
    assert scrubber.MASK in scrubbed
    # What surrounds it within the same encoding may be left, such as "user:" or a byte order mark.
    assert len(scrubbed.replace(scrubber.MASK, "")) < 12


#: Characters broken in two by another encoding, and bytes in digits that are neither ASCII nor UTF-8.
NOT_FOUND = {
    *((inner, "wrapped by an entity") for inner in ENCODINGS if "entit" in inner or "escape" in inner),
    *(("with zero-width spaces", f"{outer} of UTF-16") for outer in ("base64", "hexadecimal")),
}


@pytest.mark.parametrize(("inner", "outer"), sorted({*itertools.product(ENCODINGS, repeat=2)} - NOT_FOUND))
def test_an_encoding_within_another_hides_no_secret(inner, outer):
    text = ENCODINGS[outer](ENCODINGS[inner](CREDENTIAL))
    scrubbed = scrubber.Scrubber([CREDENTIAL]).scrub(f"[{text}]")
    assert scrubber.MASK in scrubbed
    assert len(scrubbed.replace(scrubber.MASK, "")) < max(len(text) / 2, 12), scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "fake%2Fpat&#43;for\\u003dencodings%26amp;0001",
        "fake%252Fpat%252Bfor%253Dencodings%25260001",
        "fake&#x2f;pat+for=3Dencod=\r\nings&amp;0001",
        "fake/pat%2B\n  for%3Dencodings\\u00260001",
    ],
)
def test_several_encodings_in_one_echo_hide_no_secret(text):
    assert scrubber.Scrubber([CREDENTIAL]).scrub(f"before {text} after") == "before (secret) after"


@pytest.mark.parametrize("before", ["%", "\\", "\\x", "\\u", "&", "&#", "=", "token=", "%2", "https://u:"])
@pytest.mark.parametrize(
    "secret", ["abcdef/0123+456789", "41424344/0123+456789", "n4t8/0123+456789", "32abcd/0123+456789"]
)
def test_text_before_a_secret_that_looks_like_an_escape_hides_no_part_of_it(before, secret):
    scrubbed = scrubber.Scrubber([secret]).scrub(before + quote(secret, safe="") + " after")
    assert "456789" not in scrubbed
    assert secret[:6] not in scrubbed
    assert scrubbed.endswith("(secret) after")


@pytest.mark.parametrize("before", ["\\", "\\x", "\\u", "\\0", "\\u00"])
@pytest.mark.parametrize("secret", ["abcdef/01", "4142434/01+2", "41424344/0123+456789"])
@pytest.mark.parametrize("slash", ["\\/", "\\u002f"])
def test_text_before_a_secret_that_looks_like_an_escape_of_its_own_kind_hides_no_part_of_it(before, secret, slash):
    scrubbed = scrubber.Scrubber([secret]).scrub(f"refused: {before}{secret}".replace("/", slash) + " after")
    assert scrubbed.startswith("refused: ")
    assert scrubbed.endswith("(secret) after")
    assert secret[:3] not in scrubbed


@pytest.mark.parametrize("after", ["0", "41", "p;", "1;"])
@pytest.mark.parametrize("end", ["%", "%0", "&am", "&#4", "\\x4", "=4"])
@pytest.mark.parametrize("spell", [str, json.dumps, html.escape, quote], ids=["plain", "JSON", "HTML", "URL"])
def test_text_after_a_secret_that_looks_like_an_escape_hides_no_part_of_it(spell, end, after):
    secret = f'a/b&"c\\d+{end}'
    spelled = spell(secret).removeprefix('"').removesuffix('"')
    scrubbed = scrubber.Scrubber([secret]).scrub(f"refused: {spelled}{after}")
    # Where both together are one escape, what follows is masked with the secret.
    assert scrubbed in ("refused: (secret)", f"refused: (secret){after}")


def test_a_key_that_is_wrapped_in_another_way_is_removed():
    body = "".join(LINES)
    for width in (20, 40, 76):
        scrubbed = scrubber.Scrubber([PEM]).scrub("Bad key:\n" + "\n".join(textwrap.wrap(body, width)))
        assert scrubbed == "Bad key:\n(secret)"


def test_a_secret_is_found_after_a_part_of_it():
    assert scrubber.Scrubber([PAT]).scrub(f"{PAT[4:]} and {PAT}") == f"{PAT[4:]} and (secret)"


def test_secrets_side_by_side_and_within_another_leave_nothing_between():
    remover = scrubber.Scrubber(["first-secret", "long-token-of-x", "token-of"])
    assert remover.scrub("first-secretfirst-secret") == "(secret)"
    assert remover.scrub("first-secret and long-token-of-x.") == "(secret) and (secret)."


@pytest.mark.parametrize("size", [8, 9, 11, 16])
def test_secrets_that_overlap_are_removed_together(size):
    assert scrubber.Scrubber(["aaaaaaaa"]).scrub(f"<{'a' * size}>") == "<(secret)>"


# -- what is never changed


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        *((PAT, around.format(part)) for part in (PAT[1:], PAT[4:], PAT[:-1]) for around in ("{}", "x{}x", "%42{}")),
        ("61abcdefgh", "%61bcdefgh"),
    ],
)
def test_a_part_of_a_secret_is_no_secret(secret, text):
    assert scrubber.Scrubber([secret]).scrub(text) == text


def test_names_of_fields_ids_and_texts_of_the_task_are_never_changed():
    result = {
        "oauth_client_id": "oc-7hQm2LwZpX4cRt9B",
        "label": "github github.com",
        "diff": {"github github.com": {"name": "production"}},
        "msg": "production at github.com",
    }
    remover = scrubber.Scrubber(
        ["oauth_client_id", "7hQm2LwZpX4cRt9B", "github.com", "production"], keep=["github github.com", "production"]
    )
    assert remover.scrub(result) == {**result, "msg": "(secret) at (secret)"}


def test_the_name_of_a_field_is_kept_where_its_value_is_a_secret_of_the_same_text():
    assert scrubber.Scrubber(["consumer_key"]).scrub({"consumer_key": "consumer_key"}) == {"consumer_key": "(secret)"}


@pytest.mark.parametrize("short", ["fail", "oauth", "id", "1", "secret", "1234567"])
def test_a_secret_too_short_for_any_provider_damages_nothing(short):
    result = {"failed": True, "msg": f"1 {short} failed 1234567", "failure": {"code": "invalid_argument"}}
    assert scrubber.Scrubber([short]).scrub(result) == result


@pytest.mark.parametrize(
    "secret", ['0000000"', '141secret"', 'nsecret"more', 'x41secret"', 'u0041secret"', "/secret\\end"]
)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_backslash_before_a_secret_hides_it_in_no_json(secret, times):
    spelled = secret
    for _time in range(times):
        spelled = json.dumps(spelled)[1:-1]
    scrubbed = scrubber.Scrubber([secret]).scrub(f"\\{spelled}, then more")
    # The backslash can be taken for a part of the first escape.
    assert scrubbed.removeprefix("\\") == f"{scrubber.MASK}, then more"
