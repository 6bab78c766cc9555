# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to this collection: it may change at any time, without notice.

"""The tokens of VCS providers that no connection can use, by their prefixes."""

from __future__ import annotations

#: What each kind is, with its reason.
#: U(https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app),
#: U(https://docs.github.com/en/actions/concepts/security/github_token),
#: U(https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens),
#: U(https://docs.gitlab.com/ci/jobs/ci_job_token/), U(https://docs.gitlab.com/security/tokens/).
_KINDS = {
    "ghr_": "the refresh token of a GitHub App, which is not for requests",
    "ghs_": (
        "the token of a GitHub App installation, such as the GITHUB_TOKEN of a workflow in GitHub Actions, which "
        "expires within hours"
    ),
    "glagent-": "the token of GitLab's agent for Kubernetes, which cannot use the API",
    "glcbt-": "the token of a GitLab CI/CD job (CI_JOB_TOKEN), which ends with the job",
    "gldt-": "a deploy token of GitLab, which cannot use the API",
    "glffct-": "the token of GitLab for a client of feature flags, which cannot use the API",
    "glft-": "a feed token of GitLab, which cannot use the API",
    "glimt-": "a token of GitLab for incoming mail, which cannot use the API",
    "gloas-": "the secret of an OAuth application of GitLab, which cannot use the API",
    "glptt-": "a pipeline trigger token of GitLab, which can only start pipelines",
    "glrt-": "the token of a GitLab runner, which cannot use the API",
    "glrtr-": "the registration token of a GitLab runner, which cannot use the API",
    "glsoat-": "a SCIM token of GitLab, which cannot use the API",
    "glwt-": "the token of a workspace of GitLab, which ends with the workspace",
}


def kind_problem(token: str) -> str | None:
    """Describe why no connection can use a token of this kind. None if its kind is unknown, or an access token."""
    for prefix, kind in _KINDS.items():
        if token.startswith(prefix):
            return (
                f"it is {kind}. Create a personal access token for the connection, and keep it in a secret of its own."
            )
    return None
