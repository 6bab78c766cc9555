# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are cleaned before they are used, and refused without being repeated."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import secrets
from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument

PAT = "a-personal-access-token"
#: With characters that URLs, JSON and HTML spell in other ways.
ODD = 'a+personal/access=token&"more"<x>%\\'


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


@pytest.mark.parametrize("given", ["x", "fail", "oauth", "1234567", "  1234567\n"])
def test_every_secret_that_is_too_short_to_be_masked_is_refused(given):
    with pytest.raises(InvalidArgument, match="an_option is shorter than 8 characters"):
        secrets.clean_secret(given, "an_option")


def test_a_line_that_is_no_secret_may_be_short():
    assert secrets.clean_line("x\n", "key") == "x"


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
@pytest.mark.parametrize("clean", [secrets.clean_line, secrets.clean_secret, secrets.clean_personal_access_token])
def test_characters_that_no_token_has_are_refused_without_repeating_them(clean, given):
    with pytest.raises(InvalidArgument, match="an_option") as raised:
        clean(given, "an_option")
    shown = raised.value.message + repr(raised.value)
    assert "a-personal" not in shown
    assert "access" not in shown


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
