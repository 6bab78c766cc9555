# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret in an option that is not secret is recognized by its form. The placeholders are in test_secrets.py."""

from __future__ import annotations

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base import secret_shapes

#: All are made up: nobody issues such tokens.
MISPLACED = {
    **{prefix: (prefix + "x" * 36, "a token of GitHub") for prefix in secret_shapes.GITHUB_PREFIXES},
    **{prefix: (prefix + "X0" * 10, "a token of GitLab") for prefix in secret_shapes.GITLAB_PREFIXES},
    "a fine-grained token": ("github_pat_" + "x" * 22 + "_" + "y" * 59, "a token of GitHub"),
    "lower case": ("glpat-" + "x" * 20, "a token of GitLab"),
    "a routable token": ("glpat-" + "x0" * 14 + ".01." + "0" * 9, "a token of GitLab"),
    "a prefix of an instance": ("example-glpat-" + "x" * 20, "a token of GitLab"),
    "with other text": ("my token ghp_" + "x" * 36 + "!", "a token of GitHub"),
    "in a query": ("https://git.example.com/?private_token=glpat-" + "x" * 20, "a token of GitLab"),
    "before a host": ("https://ghp_" + "x" * 36 + "@git.example.com", "a token of GitHub"),
    "an API token": ("x" * 14 + ".atlasv1." + "y" * 67, "an API token of HCP Terraform"),
    **{
        f"{kind}private key": (f"-----BEGIN {kind}PRIVATE KEY-----", "a private key")
        for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
    },
    "a password": ("https://somebody:something@git.example.com", "a URL with a password"),
    "a password without a user": ("https://:something@git.example.com", "a URL with a password"),
}


@pytest.mark.parametrize(("given", "what"), MISPLACED.values(), ids=MISPLACED)
def test_a_secret_in_an_option_that_is_not_secret_is_recognized_and_not_repeated(given, what):
    problem = secret_shapes.misplaced_secret(given)
    assert problem.startswith(f"holds {what}")
    assert given not in problem
    assert "x" * 8 not in problem


@pytest.mark.parametrize(
    "given",
    [
        *("", "acme", "oc-7hQm2LwZpX4cRt9B", "ot-Yk3sVn8QdGf5uJ2M", "prj-7hQm2LwZpX4cRt9B", "github", "gitlab_hosted"),
        *("ghp_" + "name", "GitHub (ghp_)", "glpat-" + "only-words-as-in-a-name", "team_github_pat_of_the_bot"),
        *("highp_" + "x" * 36, "atlasv1", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----"),
        *("https://git.example.com:8443/scm", "a@b", "https://git.example.com/@acme", "https://a:1/x@y", "x" * 40),
    ],
)
def test_names_ids_and_urls_are_no_secrets(given):
    assert secret_shapes.misplaced_secret(given) is None
