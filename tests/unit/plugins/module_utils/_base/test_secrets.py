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


PLACEHOLDERS = {
    "a variable of a shell": "$GITHUB_PAT",
    "a variable of a shell in braces": "${GITHUB_PAT}",
    "a default of a shell": "${GITHUB_PAT:-none}",
    "a variable of Azure Pipelines": "$(GITHUB_PAT)",
    "a variable of PowerShell": "$env:GITHUB_PAT",
    "a variable of Windows": "%GITHUB_PAT%",
    "an expression of GitHub Actions": "${{secrets.GITHUB_PAT}}",
    "a template": "{{github_pat}}",
    "a template with spaces": "{{ github_pat }}",
    "an expression with spaces": "${{ secrets.GITHUB_PAT }}",
    "a marker of a release pipeline": "#{GITHUB_PAT}#",
    "an example": "<your-token>",
    "an example with spaces": "<your token here>",
    "an option that is left out": f"__omit_place_holder__{40 * '0'}",
    "a text of Ansible Vault": "$ANSIBLE_VAULT;1.1;AES256\n61623132\n6334",
    "a text of Ansible Vault on one line": "$ANSIBLE_VAULT;1.1;AES256 61623132 6334",
    "a value of SOPS": "ENC[AES256_GCM,data:YWJj,iv:ZGVm,tag:Z2hp,type:str]",
    "a value of eyaml": "ENC[PKCS7,YWJjZGVm]",
    "a value of Jasypt": "ENC(YWJjZGVm)",
    "a value of the transit engine": "vault:v1:YWJjZGVm==",
    "a reference of 1Password": "op://vault/item/field",
    "a reference of vals": "ref+vault://secret/github#/token",
    "a URL": "https://vault.example.com/v1/secret/data/github",
    "a URL of a file": "file:///run/secrets/github",
    "a resource of AWS": "arn:aws:secretsmanager:eu-central-1:111111111111:secret:github",
    "a path": "/run/secrets/github",
    "a path in the home directory": "~/.github-token",
    "a relative path": "../secrets/github",
    "a path of Windows": "C:\\secrets\\github",
    "a lookup without braces": "lookup('ansible.builtin.env','GITHUB_PAT')",
    "a line of an environment file": f"GITHUB_PAT={PAT}",
    "a parameter of a URL": f"private_token={PAT}",
    "a dictionary in JSON": f'{{"token":"{PAT}"}}',
    "a dictionary of Python": f"{{'token': '{PAT}'}}",
    "a dictionary on several lines": f'{{\n  "token": "{PAT}"\n}}',
    "a list in JSON": f'["{PAT}"]',
    "a list of Python": f"['{PAT}', '{PAT}']",
    "bytes of Python": f"b'{PAT}'",
    "double quotes": f'"{PAT}"',
    "single quotes": f"'{PAT}'",
    "backquotes": f"`{PAT}`",
    "an escaped line break": f"{PAT}\\n",
    "an escaped line break of Windows": f"{PAT}\\r\\n",
    "asterisks": "********",
    "few asterisks": "***",
    "a mask of GitLab": "[MASKED]",
    "a mask of a vault": "[REDACTED]",
    "the mask of ansible-core": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
    "the mask of AWX": "$encrypted$",
    "the mask of this collection": "(secret)",
    "undefined": "undefined",
    "null": "null",
    "None of Python": "None",
    "changeme": "ChangeMe",
}


@pytest.mark.parametrize("given", PLACEHOLDERS.values(), ids=PLACEHOLDERS)
@pytest.mark.parametrize("clean", [secrets.clean_personal_access_token, secrets.clean_token])
def test_what_only_stands_in_the_place_of_a_token_is_refused_with_the_reason_and_without_the_value(clean, given):
    for value in (given, f" {given}\n"):
        with pytest.raises(InvalidArgument, match=r"an_option (holds|has|is|ends) .*\. It was not sent\.") as raised:
            clean(value, "an_option")
        assert given.strip("\"'") not in raised.value.message


@pytest.mark.parametrize(
    "given",
    [
        "$2y$10$abcdefgh",
        "a$GITHUB_PAT",
        "100%-sure%",
        "none-of-your-business",
        "<<<<<<<<",
        '"abcdefgh',
        "a*******",
        "YWJjZGVmZ2hpamts==",
        "prefix:abc/def=ghi",
        "/YWJj/ZGVmZ2hpamts",
        "Abc3xyz0Defghi=0A1B2C3D",
        "abc~8Q~defghijkl",
        "ENC[abcdefgh",
        "{abc}defgh",
        "{abcdefgh}",
        "[abcdefgh]1",
        ODD,
    ],
)
def test_a_token_that_only_resembles_a_placeholder_is_taken(given):
    assert secrets.clean_token(given, "tfe_token") == given


@pytest.mark.parametrize(("prefix", "issuer"), [("ghp_", "GitHub"), ("github_pat_", "GitHub"), ("glpat-", "GitLab")])
def test_a_token_of_a_vcs_provider_is_no_api_token(prefix, issuer):
    with pytest.raises(InvalidArgument, match=f"The API token is a token of {issuer}") as refused:
        secrets.clean_api_token(f"{prefix}{'x' * 36}", "The API token")
    assert "xxxx" not in refused.value.message


@pytest.mark.parametrize(("given", "token"), [(f" {PAT}\n", PAT), ("", None), (None, None)])
def test_other_api_tokens(given, token):
    assert secrets.clean_api_token(given, "The API token") == token
