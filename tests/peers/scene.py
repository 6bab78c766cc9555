# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all peers work on: an organization of the sandbox, and one connection for each service provider."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from utils.fake_keys import openssh_private_key, public_key, rsa_private_key

TOKEN = "made-up-api-token"
PAT, NEW_PAT = "made-up-personal-access-token-1", "made-up-personal-access-token-2"
SSH_KEY = openssh_private_key("for cloning")
NETWORK, SHOP = "prj-Network111111111", "prj-Shop111111111111"
DATACENTER = "apool-Datacenter111111"
ORGANIZATION = "acme"

SEED: dict[str, Any] = {
    "tokens": [{"name": "owner", "token": TOKEN, "manages": [ORGANIZATION]}],
    "personal_access_tokens": [{"token": PAT, "user": "vcs-bot"}, {"token": NEW_PAT, "user": "new-vcs-bot"}],
    "organizations": [
        {
            "name": ORGANIZATION,
            "projects": [{"name": "Network", "id": NETWORK}, {"name": "Shop", "id": SHOP}],
            "agent_pools": [{"name": "datacenter", "id": DATACENTER}],
        }
    ],
}


@dataclass(frozen=True)
class Connection:
    """What makes an OAuth client. The names are those of our modules' options."""

    service_provider: str
    http_url: str
    api_url: str
    name: str | None = None
    personal_access_token: str | None = PAT
    private_key: str | None = None
    key: str | None = None
    secret: str | None = None
    rsa_public_key: str | None = None
    ado_org_name: str | None = None

    def options(self) -> dict[str, str]:
        """What a task of ours sets."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def attributes(self) -> dict[str, str]:
        """The attributes of the API."""
        renamed = {"personal_access_token": "oauth-token-string"}
        return {renamed.get(name, name.replace("_", "-")): value for name, value in self.options().items()}


GITHUB = Connection("github", "https://github.com", "https://api.github.com", "GitHub")

CONNECTIONS = {
    connection.service_provider: connection
    for connection in (
        GITHUB,
        Connection("github_enterprise", "https://ghe.example.com", "https://ghe.example.com/api/v3", "GHE"),
        Connection("gitlab_hosted", "https://gitlab.com", "https://gitlab.com/api/v4", "GitLab"),
        Connection("gitlab_community_edition", "https://ce.example.com", "https://ce.example.com/api/v4", "CE"),
        Connection("gitlab_enterprise_edition", "https://ee.example.com", "https://ee.example.com/api/v4", "EE"),
        Connection(
            "ado_server",
            "https://ado.example.com/tfs",
            "https://ado.example.com/tfs",
            "ADO Server",
            private_key=rsa_private_key("of Azure DevOps Server"),
        ),
        Connection(
            "ado_services", "https://dev.azure.com", "https://dev.azure.com", "ADO Services", ado_org_name="acme-ado"
        ),
        Connection(
            "bitbucket_data_center",
            "https://bitbucket.example.com",
            "https://bitbucket.example.com",
            "Bitbucket",
            personal_access_token=None,
            key="made-up-consumer-key",
            secret=openssh_private_key("of Bitbucket"),
            rsa_public_key=public_key("of Bitbucket"),
        ),
        Connection(
            "bitbucket_hosted",
            "https://bitbucket.org",
            "https://api.bitbucket.org/2.0",
            "Bitbucket Cloud",
            personal_access_token=None,
            key="made-up-consumer-key",
            secret="made-up-consumer-secret",
        ),
        Connection(
            "bitbucket_server",
            "https://stash.example.com",
            "https://stash.example.com",
            "Bitbucket Server",
            personal_access_token=None,
            key="made-up-consumer-key",
            secret=openssh_private_key("of Bitbucket Server"),
            rsa_public_key=public_key("of Bitbucket Server"),
        ),
        Connection(
            "bitbucket_server_legacy",
            "https://old.example.com",
            "https://old.example.com",
            "Bitbucket Server, legacy",
            personal_access_token=None,
            key="made-up-consumer-key",
            secret=openssh_private_key("of legacy Bitbucket Server"),
            rsa_public_key=public_key("of legacy Bitbucket Server"),
        ),
    )
}

#: The service providers whose connections our modules create.
CREATABLE = tuple(name for name in CONNECTIONS if not name.startswith(("bitbucket_hosted", "bitbucket_server")))
