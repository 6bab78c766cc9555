# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Terraform with the provider hashicorp/tfe, where both are on this machine. Nothing is downloaded."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import trustme

from sandbox import Sandbox

from . import rows as table
from .collection import Collection
from .programs import PROVIDER
from .rows import LEFT_OUT, Differs, Row, same
from .scene import CONNECTIONS, CREATABLE, GITHUB, NEW_PAT, ORGANIZATION, PAT, SEED, SHOP, TOKEN, Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .programs import Programs

PEER = "Terraform"


def rows(programs: Programs, folder: Path) -> Iterator[Row]:
    """All checks of Terraform; one row says what is missing, if something is."""
    if programs.missing:
        yield Row(PEER, "plan, apply and destroy tfe_oauth_client", LEFT_OUT, programs.missing)
        return
    authority = trustme.CA()
    certificate, key, trusted = (folder / name for name in ("certificate.pem", "key.pem", "authority.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(trusted)
    with Sandbox(SEED, tls=(certificate, key)) as sandbox:
        collection = Collection(sandbox.address, folder, SSL_CERT_FILE=str(trusted))
        checks = Checks(Terraform(programs, sandbox.address, trusted, folder), collection, sandbox)
        yield from table.run(checks.name, checks.all())


class Terraform:
    """One configuration at a time, and its state."""

    def __init__(self, programs: Programs, address: str, trusted: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder / "terraform"
        self._folder.mkdir()
        self._address = address
        override = self._folder / "bin"
        override.mkdir()
        (override / PROVIDER).symlink_to(programs.provider)
        configuration = self._folder / "cli.tfrc"
        configuration.write_text(
            f'provider_installation {{\n  dev_overrides {{ "hashicorp/tfe" = {json.dumps(str(override))} }}\n'
            "  direct {}\n}\n",
            encoding="utf-8",
        )
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._folder),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(configuration),
            "TF_IN_AUTOMATION": "1",
            "TFE_TOKEN": TOKEN,
            "SSL_CERT_FILE": str(trusted),
        }

    @property
    def version(self) -> str:
        version: str = json.loads(self._call("version", "-json"))["terraform_version"]
        return version

    def start_over(self) -> None:
        """Forget the state."""
        for file in self._folder.glob("terraform.tfstate*"):
            file.unlink()

    def write(self, **blocks: Any) -> None:
        """The configuration: these blocks, and the provider."""
        host = self._address.partition("://")[2]
        configuration = {
            "terraform": {"required_providers": {"tfe": {"source": "hashicorp/tfe"}}},
            "provider": {"tfe": {"hostname": host}},
            **blocks,
        }
        (self._folder / "main.tf.json").write_text(json.dumps(configuration), encoding="utf-8")

    def plan(self) -> list[tuple[str, list[str]]]:
        """What Terraform would do: addresses and actions of the resources that change."""
        self._call("plan", "-input=false", "-out=plan")
        planned = json.loads(self._call("show", "-json", "plan"))
        changes = [(each["address"], each["change"]["actions"]) for each in planned.get("resource_changes", ())]
        return [(address, actions) for address, actions in changes if actions not in (["no-op"], ["read"])]

    def apply(self) -> None:
        self._call("apply", "-input=false", "-auto-approve")

    def destroy(self) -> None:
        self._call("destroy", "-input=false", "-auto-approve")

    def values(self) -> Mapping[str, Mapping[str, Any]]:
        """The attributes of everything in the state, by address."""
        state = json.loads(self._call("show", "-json"))
        resources = state.get("values", {}).get("root_module", {}).get("resources", ())
        return {resource["address"]: resource["values"] for resource in resources}

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._programs.terraform, *arguments],
            env=self._environment,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise Differs(f"terraform {arguments[0]} failed: {done.stderr}")
        return done.stdout


class Checks:
    """The checks of Terraform, alone and together with our modules; each begins with the seed."""

    def __init__(self, terraform: Terraform, collection: Collection, sandbox: Sandbox) -> None:
        self._terraform = terraform
        self._collection = collection
        self._sandbox = sandbox
        self.name = f"{PEER} {terraform.version}"

    def all(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Names of checks, and the checks."""
        for name, check in (
            ("plan, apply, plan again and destroy", self.life),
            ("change the scope and the personal access token", self.update),
            ("made by it, found unchanged by our modules", self.made_by_it),
            ("made by our modules, found by its data source", self.made_by_us),
            ("updated by it, found unchanged by our modules", self.updated_by_it),
            ("updated by our modules, planned and then found unchanged by it", self.updated_by_us),
            ("removed by our modules, made again by it", self.removed_by_us),
        ):
            yield name, self._from_seed(check)

    def _from_seed(self, check: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            self._sandbox.reset()
            self._terraform.start_over()
            check()

        return run

    def life(self) -> None:
        connections = _makeable()
        self._write(connections)
        created = [(f"tfe_oauth_client.{name}", ["create"]) for name in sorted(connections)]
        same("the plan", sorted(self._terraform.plan()), created)
        self._terraform.apply()
        same("the plan after that", self._terraform.plan(), [])
        clients = {client.service_provider: client for client in self._clients()}
        same("the service providers", sorted(clients), sorted(connections))
        for address, values in self._terraform.values().items():
            client = clients[address.partition(".")[2]]
            same(f"the ID of {address}", values["id"], client.id)
            tokens = [token.id for token in self._sandbox.store.oauth_tokens(client)]
            same(f"the token of {address}", values["oauth_token_id"], tokens[0] if tokens else "")
            same(f"the name of {address}", client.name, values["name"])
        self._terraform.destroy()
        same("the clients after destroy", self._clients(), [])

    def update(self) -> None:
        self._make()
        before = self._clients()
        self._write({"github": GITHUB}, organization_scoped=False, oauth_token=NEW_PAT)
        same("the plan", self._terraform.plan(), [("tfe_oauth_client.github", ["update"])])
        self._terraform.apply()
        (client,) = self._clients()
        same("ID and scope", (client.id, client.organization_scoped), (before[0].id, False))
        same("the personal access token", self._pats(), [NEW_PAT])
        same("the plan after that", self._terraform.plan(), [])

    def made_by_it(self) -> None:
        connections = _makeable()
        self._write(connections)
        self._terraform.apply()
        results = self._collection.apply(list(connections.values()))
        same("what our modules found", [result["action"] for result in results], ["unchanged"] * len(connections))
        same("the plan after that", self._terraform.plan(), [])

    def made_by_us(self) -> None:
        connections = [CONNECTIONS["github"], CONNECTIONS["bitbucket_data_center"]]
        results = self._collection.apply(connections, projects=["Shop"])
        self._terraform.write(
            data={
                "tfe_oauth_client": {
                    connection.service_provider: {"organization": ORGANIZATION, "name": connection.name}
                    for connection in connections
                }
            }
        )
        same("the plan", self._terraform.plan(), [])
        self._terraform.apply()
        for connection, result in zip(connections, results, strict=True):
            values = self._terraform.values()[f"data.tfe_oauth_client.{connection.service_provider}"]
            same("the ID", values["oauth_client_id"], result["oauth_client_id"])
            same("the token", values["oauth_token_id"] or None, result["oauth_token_id"])
            same("the projects", values["project_ids"], result["oauth_client"]["projects"])
            for name in ("service_provider", "http_url", "api_url", "name"):
                same(name, values[name], getattr(connection, name))

    def updated_by_it(self) -> None:
        self._make()
        project = {"oauth_client_id": "${tfe_oauth_client.github.id}", "project_id": SHOP}
        self._write({"github": GITHUB}, {"tfe_project_oauth_client": {"shop": project}}, organization_scoped=False)
        self._terraform.apply()
        (result,) = self._collection.apply([GITHUB], organization_scoped=False, projects=["Shop"])
        same("what our modules found", result["action"], "unchanged")
        same("the plan after that", self._terraform.plan(), [])

    def updated_by_us(self) -> None:
        self._make()
        (result,) = self._collection.apply([GITHUB], organization_scoped=False, projects=["Shop"])
        same("what our modules did", result["action"], "updated")
        same("the plan", self._terraform.plan(), [("tfe_oauth_client.github", ["update"])])
        self._write({"github": GITHUB}, organization_scoped=False)
        same("the plan with the new scope", self._terraform.plan(), [])

    def removed_by_us(self) -> None:
        self._make()
        (result,) = self._collection.apply([GITHUB], state="absent")
        same("what our modules did", result["action"], "deleted")
        same("the plan", self._terraform.plan(), [("tfe_oauth_client.github", ["create"])])
        self._terraform.apply()
        same("the number of clients", len(self._clients()), 1)

    def _make(self) -> None:
        self._write({"github": GITHUB})
        self._terraform.apply()
        same("the personal access token", self._pats(), [PAT])

    def _write(
        self, connections: Mapping[str, Connection], others: Mapping[str, Any] | None = None, **more: Any
    ) -> None:
        clients = {name: {**_arguments(each), **more} for name, each in connections.items()}
        self._terraform.write(resource={"tfe_oauth_client": clients, **(others or {})})

    def _clients(self) -> Sequence[Any]:
        return self._sandbox.store.clients(ORGANIZATION)

    def _pats(self) -> list[str]:
        store = self._sandbox.store
        return [token.personal_access_token for client in self._clients() for token in store.oauth_tokens(client)]


def _makeable() -> dict[str, Connection]:
    """Those that both can make. The provider demands a token of Bitbucket Cloud, and cannot send ado_org_name."""
    return {name: CONNECTIONS[name] for name in CREATABLE if name != "ado_services"}


def _arguments(connection: Connection) -> dict[str, str]:
    renamed = {"personal_access_token": "oauth_token"}
    return {
        "organization": ORGANIZATION,
        **{renamed.get(name, name): value for name, value in connection.options().items()},
    }
