# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work: connect an organization of a local sandbox server to three VCS providers.

It never contacts a real organization, whatever the environment contains.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from sandbox import Sandbox, VcsHost
from utils.ansible_environment import ansible_environment
from utils.fake_keys import openssh_private_key

ORGANIZATION = "acme"
API_TOKEN = "demo-api-token-value"
SECRETS = {
    "TFE_TOKEN": API_TOKEN,
    "GITHUB_TOKEN": "demo-github-token-value",
    "GITLAB_TOKEN": "demo-gitlab-token-value",
    "AZURE_DEVOPS_EXT_PAT": "demo-azure-token-value",
    "ADO_PRIVATE_KEY": openssh_private_key("of the demo"),
}
SEED = {
    # The VCS host refuses the token of Azure DevOps, which it does not know.
    "personal_access_tokens": [
        {"token": SECRETS["GITHUB_TOKEN"], "user": "acme-bot", "expires_in_days": 200},
        {"token": SECRETS["GITLAB_TOKEN"], "user": "acme-bot", "expires_in_days": 5},
    ],
    "tokens": [{"name": "owner", "token": API_TOKEN, "manages": [ORGANIZATION]}],
    "organizations": [{"name": ORGANIZATION}],
}
VARIABLES = Path(__file__).with_suffix(".yml")
TOKENS = ["ansible-playbook", "hcptf.vcs.expiry", "-e", "@tests/demo_expiry.yml"]
PLAYBOOK = ["ansible-playbook", "hcptf.vcs.bootstrap", "-e", f"@{VARIABLES.parent.name}/{VARIABLES.name}"]


def main() -> int:
    with Sandbox(seed=SEED) as sandbox, tempfile.TemporaryDirectory(prefix="hcptf-vcs-demo-") as home:
        say(f"The sandbox, a server that answers like HCP Terraform, is at {sandbox.address}.")
        say(f"Its organization {ORGANIZATION!r} has no VCS connection yet. This demo adds those of {PLAYBOOK[-1][1:]}:")
        say(VARIABLES.read_text(encoding="utf-8").partition("---\n")[2].rstrip())
        environment = ansible_environment(Path(home), TFE_ADDRESS=sandbox.address, **SECRETS)
        for title, options in (
            ("1. Dry run", ["--check", "--diff"]),
            ("2. Real run", []),
            ("3. Second run, which changes nothing", []),
        ):
            heading(title, " ".join([*PLAYBOOK, *options]))
            status = run([*PLAYBOOK, *options], environment)
            if status:
                return status
        path = f"/api/v2/organizations/{ORGANIZATION}/oauth-clients"
        heading("4. The connections of the organization, as the server returns them", f"GET {path}")
        show(sandbox.address + path)
        heading("5. Ask the VCS hosts: one token is good, one expires soon, one is refused", " ".join(TOKENS))
        with VcsHost(sandbox.store) as vcs_host:
            status = run(TOKENS, {**environment, "VCS_HOST": vcs_host.address})
        say("The playbook failed, as it should: a nightly job must not overlook a token that is refused.")
    return 0 if status == 2 else 1


def run(command: list[str], environment: dict[str, str]) -> int:
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run([program, *command[1:]], env=environment, cwd=VARIABLES.parents[1], check=False).returncode


def say(text: str) -> None:
    # Flushed, so that the output of ansible-playbook comes after it.
    print(text, flush=True)


def heading(title: str, command: str) -> None:
    say(f"\n{'=' * len(title)}\n{title}\n{'=' * len(title)}\n$ {command}")


def show(url: str) -> None:
    with urlopen(Request(url, headers={"Authorization": f"Bearer {API_TOKEN}"}), timeout=10) as answer:
        clients = json.load(answer)["data"]
    row = "{:<19}  {:<25}  {:<26}  {}".format
    say(row("OAuth client ID", "service provider", "URL", "OAuth token ID"))
    for client in clients:
        attributes, (token,) = client["attributes"], client["relationships"]["oauth-tokens"]["data"]
        say(row(client["id"], attributes["service-provider"], attributes["http-url"], token["id"]))


if __name__ == "__main__":
    sys.exit(main())
