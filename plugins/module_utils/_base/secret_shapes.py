# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""Recognizes by its form a secret where none belongs, and what stands in the place of a secret but is none."""

from __future__ import annotations

import re

#: The prefixes of tokens, as their issuers publish them. misplaced_secret() names the sources.
GITHUB_PREFIXES = ("github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_")
GITLAB_PREFIXES = (
    "glpat-",
    "gloas-",
    "gldt-",
    "glrt-",
    "glrtr-",
    "glcbt-",
    "glptt-",
    "glft-",
    "glimt-",
    "glagent-",
    "glwt-",
    "glsoat-",
    "glffct-",
)
_PAT_ADVICE = "a personal access token belongs in the option personal_access_token of the module oauth_client"
#: What has the shape of a secret, and where it belongs, by the names of the groups of the pattern below.
_SHAPES = {
    "github": ("a token of GitHub", _PAT_ADVICE),
    "gitlab": ("a token of GitLab", _PAT_ADVICE),
    "tfe": ("an API token of HCP Terraform or Terraform Enterprise", "an API token belongs in the option tfe_token"),
    "key": (
        "a private key",
        "a private key belongs in private_key or ssh_key of the module oauth_client, or in the file of tfe_client_key",
    ),
    "password": ("a URL with a password", "a URL here has neither user name nor password"),
}
#: One of them is in everything that the pattern below finds.
_HINTS = (*GITHUB_PREFIXES, *GITLAB_PREFIXES, ".atlasv1.", "-----BEGIN ", "@")
#: The part after a prefix is long, and not only words with hyphens between them, which could be a name.
_SHAPE = (
    rf"(?<![A-Za-z0-9])(?:(?P<github>(?:{'|'.join(GITHUB_PREFIXES)})[A-Za-z0-9]{{20}})"
    rf"|(?P<gitlab>(?:{'|'.join(GITLAB_PREFIXES)})(?![a-z]+(?:-[a-z]+)+(?![\w.-]))[\w-]{{20}}))"
    r"|(?P<tfe>\.atlasv1\.\w)|(?P<key>-----BEGIN [A-Z0-9 ]*PRIVATE KEY)|(?P<password>://[^\s/@:]*:[^\s/@]+@)"
)
#: What has only these characters is a token, or one of the words below.
_WORD = re.compile(r"[\w.-]*")
_NO_VALUE = frozenset(
    ("undefined", "null", "none", "nil", "changeme", "change-me", "change_me", "placeholder", "redacted", "omit")
)
_UNEXPANDED = "holds the name of a variable or a placeholder that was not replaced by its value"
_MASK = "holds a mask, such as asterisks, in place of the secret"
#: What else stands in the place of a secret, and has characters that tokens do not have. Compiled only for such texts.
_INSTEAD = (
    # A variable was not expanded, or a template not filled in. No token has such a form:
    # $NAME, ${NAME}, $(NAME), $env:NAME, %NAME%, {{ name }}, #{NAME}#, <name>
    (
        r"\$(?:env:)?[A-Za-z_][A-Za-z0-9_]*|\$\{.*\}|\$\(.*\)|%[A-Za-z_][A-Za-z0-9_]*%|\{\{.*\}\}|#\{.*\}#|<.*>",
        _UNEXPANDED,
    ),
    # Ansible Vault, SOPS and eyaml, Jasypt, the transit engine of HashiCorp Vault
    (
        r"(?s)\$ANSIBLE_VAULT;.*|ENC\[.*\]|ENC\(.*\)|vault:v[0-9]+:.*",
        "is still encrypted: nothing has decrypted it",
    ),
    # op://…, ref+vault://…, https://…, arn:aws:…
    (r"(?s)[A-Za-z][A-Za-z0-9+.-]*://.*|arn:aws[a-z-]*:.*", "holds a URL, not the secret itself"),
    # base64 can begin with a slash too, so not all that do are paths
    (
        r"(?s)(?:~|\.\.?)/.*|[A-Za-z]:[\\/].*|/(?:etc|home|mnt|opt|root|run|srv|tmp|usr|var|vault|Users)/.*",
        "holds a path, not the secret itself",
    ),
    # a secret store can return all fields of an entry in JSON, and a filter makes text of a list
    (r"(?s)\[.*[\"'].*\]|\{.*[\"'].*\}", "holds a list or a dictionary, not the secret alone"),
    # lookup('env', 'NAME'), GITHUB_TOKEN=value; API tokens of Atlassian have an equals sign before their last letters
    (
        r"(?s)[A-Za-z_][\w.]*\(.*\)|[A-Z_][A-Z0-9_]*=[^=].*|[A-Za-z_]*token=[^=].*",
        "holds an expression or an assignment, not the secret alone",
    ),
    (r"""b?(["'`]).*\1""", "has quotation marks around it, which would be sent as part of the secret"),
    (
        r"(?s).*\\[nrt]",
        "ends with a backslash and a letter, the escape of a line break, which would be sent as part of the secret",
    ),
    # Somebody else has masked it already: asterisks, a word in brackets, the word of AWX, and our own.
    (r"(?i)\*+|\[[A-Za-z_ -]*\]|\((?:secret|hidden|masked|redacted)\)|\$encrypted\$", _MASK),
)
#: The words of ansible-core for a masked secret, and for an omitted option.
_ANSIBLE_MASK = "value_specified_in_no_log_parameter"
_ANSIBLE_OMIT = "__omit_place_holder__"


def misplaced_secret(text: str) -> str | None:
    """Describe the secret that an option holds which is not secret, and where it belongs. None if there is none.

    Secrets are recognized by what their issuers publish about their form:

    - GitHub: the prefixes of its tokens,
      U(https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats)
    - GitLab: the prefixes of its tokens, U(https://docs.gitlab.com/security/tokens/#token-prefixes)
    - HCP Terraform and Terraform Enterprise: C(.atlasv1.) within each API token,
      U(https://developer.hashicorp.com/terraform/cloud-docs/api-docs/user-tokens#sample-response)
    - Private keys: the line before them, U(https://www.rfc-editor.org/rfc/rfc7468#section-10)
    - Passwords in URLs: U(https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1)
    """
    if not any(hint in text for hint in _HINTS):
        return None  # without the pattern, which is slow to compile
    found = re.search(_SHAPE, text, re.ASCII)
    if found is None:
        return None
    what, advice = _SHAPES[str(found.lastgroup)]
    return (
        f"holds {what}, but is not for secrets: messages would show its value. Nothing was sent. Leave the "
        f"secret out: {advice}. If others could have seen it, replace it."
    )


def placeholder_problem(text: str) -> str | None:
    """Describe why a value is evidently not a secret but something in its place. None if it can be a secret."""
    if text.lower() in _NO_VALUE:
        return "holds a word that means that there is no value"
    if text.lower() == _ANSIBLE_MASK:
        return _MASK
    if _WORD.fullmatch(text):
        return _UNEXPANDED if text.startswith(_ANSIBLE_OMIT) else None
    return next((problem for pattern, problem in _INSTEAD if re.fullmatch(pattern, text)), None)
