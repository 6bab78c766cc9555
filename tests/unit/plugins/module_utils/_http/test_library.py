# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An installation of requests that is missing or broken, in every place that needs the library first."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.hcptf.vcs.plugins.module_utils._base.errors import LibraryMissing
from ansible_collections.hcptf.vcs.plugins.module_utils._http.wire import Wire
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.session import make_session
from ansible_collections.hcptf.vcs.plugins.module_utils._tfe.settings import resolve_settings
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs import host
from ansible_collections.hcptf.vcs.plugins.module_utils._vcs.settings import Transport


def connect_to_the_api():
    make_session(resolve_settings({"tfe_token": "a-tfe-token"}, {}, None), Wire())


def ask_a_vcs_host():
    host.ask("http://127.0.0.1:1", {}, "a-token", Transport(), 1.0)


@pytest.mark.parametrize("problem", ["ModuleNotFoundError", "AttributeError", "RuntimeError", "SyntaxError"])
@pytest.mark.parametrize("use", [connect_to_the_api, ask_a_vcs_host])
def test_a_library_that_cannot_be_imported_counts_as_missing(tmp_path, monkeypatch, use, problem):
    (tmp_path / "requests").mkdir()
    (tmp_path / "requests" / "__init__.py").write_text(f"raise {problem}('broken')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "requests"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(LibraryMissing):
        use()
