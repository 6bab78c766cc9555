# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the bundle of trusted certificates comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests.utils

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import InvalidArgument, TlsFailed
from ansible_collections.hcptf.vcs.plugins.module_utils._http.trust import CA_VARIABLES, find_bundle, make_context


@pytest.mark.parametrize("first", range(4))
def test_the_option_comes_before_the_variables_in_their_order(tmp_path, first):
    paths = {name: str(tmp_path / name) for name in ("option", *CA_VARIABLES)}
    for name in list(paths)[first:]:
        (tmp_path / name).touch()
    given = paths["option"] if first == 0 else None
    assert find_bundle(given, "vcs_ca_bundle", paths) == list(paths.values())[first]


def test_a_missing_file_is_an_error_only_if_the_task_sets_it():
    missing = "/nowhere/ca.pem"
    assert find_bundle(None, "vcs_ca_bundle", dict.fromkeys(CA_VARIABLES, missing)) is None
    with pytest.raises(InvalidArgument, match=r"vcs_ca_bundle /nowhere/ca\.pem does not exist on the host that runs"):
        find_bundle(missing, "vcs_ca_bundle", {})


def test_a_bundle_that_cannot_be_read_names_every_place_that_it_can_come_from(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(TlsFailed) as raised:
        make_context(True, str(file), "vcs_ca_bundle")
    places = "vcs_ca_bundle, SSL_CERT_FILE, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE"
    assert f"{file} is not a readable file" in raised.value.message
    assert f"It comes from {places}." in raised.value.message


@pytest.mark.parametrize("content", [None, "", "not a certificate"], ids=["missing", "empty", "damaged"])
def test_the_bundle_of_requests_is_not_needed(tmp_path, monkeypatch, content):
    """Distributions replace it with a file of the system, which a minimal image lacks."""
    bundle, own = tmp_path / "ca-bundle.crt", tmp_path / "own.pem"
    end = "-----END CERTIFICATE-----\n"
    certificates = Path(requests.utils.DEFAULT_CA_BUNDLE_PATH).read_text(encoding="utf-8").split(end)
    own.write_text(certificates[0] + end, encoding="utf-8")
    if content is not None:
        bundle.write_text(content, encoding="utf-8")
    monkeypatch.setattr(requests.utils, "DEFAULT_CA_BUNDLE_PATH", str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))  # what the system trusts
    assert len(make_context(True, str(own), "tfe_ca_bundle").get_ca_certs()) == 1
