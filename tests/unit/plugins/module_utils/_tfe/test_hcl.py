# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""API tokens in configuration files of the Terraform CLI."""

from __future__ import annotations

import json

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import TokenMissing
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe import hcl, settings

BLOCK = 'credentials "app.terraform.io" {\n  token = "fake-cli-token"\n}\n'


@pytest.mark.parametrize(
    "content",
    [
        BLOCK,
        'credentials "app.terraform.io" { token = "fake-cli-token" }',
        'credentials "App.Terraform.io" {token="fake-cli-token"}',
        '"credentials" "app.terraform.io" { "token" = "fake-cli-token" }',
        '# credentials "x" {\n// token = "no"\n/* } */\n' + BLOCK,
        'plugin_cache_dir = "$HOME/{x}"\ndisable_checkpoint = true\n' + BLOCK,
        'host "app.terraform.io" {\n services = { "tfe.v2" = "https://x/api" }\n}\n' + BLOCK,
        'credentials "app.terraform.io" {\n  # a comment\n  token = "fake-cli-token" // another\n}',
        'credentials "app.terraform.io" {\n  other = { token = "no" }\n  token = "fake-cli-token"\n}',
        BLOCK.replace("\n", "\r\n"),
        json.dumps({"credentials": {"app.terraform.io": {"token": "fake-cli-token"}}}),
        json.dumps({"credentials": [{"app.terraform.io": [{"token": "fake-cli-token"}]}]}),
    ],
)
def test_the_token_of_a_host(content):
    assert hcl.tokens_by_host(content) == {"app.terraform.io": "fake-cli-token"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "}}}{{{",
        'credentials "x"',
        'credentials "x" {',
        'credentials "x" { token = }',
        'credentials "x" { token = var.x }',
        'provider "x" { token = "no" }',
        'credentials "x" { token = "open',
        "# " + BLOCK.replace("\n", " "),
        "[1]",
        "null",
        '{"credentials": 1}',
    ],
)
def test_a_file_without_tokens(content):
    assert hcl.tokens_by_host(content) == {}


def test_several_hosts():
    content = BLOCK + BLOCK.replace("app.terraform.io", "tfe.example.com").replace("fake-cli", "other")
    assert hcl.tokens_by_host(content) == {"app.terraform.io": "fake-cli-token", "tfe.example.com": "other-token"}


def resolve(environ, home=None):
    return settings.resolve_settings({}, environ, home)


def test_the_file_that_the_variable_names(tmp_path):
    (tmp_path / "cli.tfrc").write_text(BLOCK, encoding="utf-8")
    path = str(tmp_path / "cli.tfrc")
    found = resolve({"TF_CLI_CONFIG_FILE": path})
    assert (found.token, found.token_source) == ("fake-cli-token", path)
    assert resolve({"TF_CLI_CONFIG_FILE": path, "TF_TOKEN": "fake-first"}).token == "fake-first"


def test_the_file_at_home_counts_unless_the_variable_names_another(tmp_path):
    (tmp_path / ".terraformrc").write_text(BLOCK, encoding="utf-8")
    found = resolve({}, str(tmp_path))
    assert (found.token, found.token_source) == ("fake-cli-token", str(tmp_path / ".terraformrc"))
    with pytest.raises(TokenMissing):
        resolve({"TF_CLI_CONFIG_FILE": "/dev/null"}, str(tmp_path))


@pytest.mark.parametrize(
    ("path", "home", "said"),
    [
        (None, None, "no home directory"),
        (None, "/nowhere", "/nowhere/.terraformrc, which does not exist"),
        ("/nowhere/x", None, "/nowhere/x, which does not exist"),
        ("/dev/null", "/nowhere", "/dev/null, which has none for this host"),
    ],
)
def test_the_file_is_named_when_there_is_no_token(path, home, said):
    with pytest.raises(TokenMissing) as raised:
        resolve({"TF_CLI_CONFIG_FILE": path} if path else {}, home)
    assert "TF_CLI_CONFIG_FILE" in raised.value.message
    assert said in raised.value.message
