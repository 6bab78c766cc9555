# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The obvious module on the official SDK: list, compare, create what is missing. Only for the comparison."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from pytfe import TFEClient, TFEConfig  # type: ignore[import-not-found,unused-ignore]
from pytfe.models import (  # type: ignore[import-not-found,unused-ignore]
    OAuthClientCreateOptions,
    OAuthClientListOptions,
)


def main() -> None:
    module = AnsibleModule(
        {
            "organization": {"type": "str", "required": True},
            "service_provider": {"type": "str", "required": True},
            "http_url": {"type": "str", "required": True},
            "api_url": {"type": "str", "required": True},
            "personal_access_token": {"type": "str", "no_log": True},
        },
        supports_check_mode=True,
    )
    wanted = module.params
    clients = TFEClient(TFEConfig.from_env()).oauth_clients
    listed = clients.list(wanted["organization"], OAuthClientListOptions(page_size=100))
    found = next((client for client in listed if client.http_url == wanted["http_url"]), None)
    changed = found is None
    if changed and not module.check_mode:
        options = OAuthClientCreateOptions(
            service_provider=wanted["service_provider"],
            http_url=wanted["http_url"],
            api_url=wanted["api_url"],
            oauth_token=wanted["personal_access_token"],
        )
        found = clients.create(wanted["organization"], options)
    module.exit_json(changed=changed, oauth_client_id=found.id if found else None)


if __name__ == "__main__":
    main()
