# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's settings for the documentation site. docs/build.py uses them."""

from __future__ import annotations

import zlib
from pathlib import Path

project = "hcptf.vcs"
copyright = "hcptf.vcs contributors"  # noqa: A001 - Sphinx wants this name
title = html_short_title = "hcptf.vcs: VCS connections of HCP Terraform, from Ansible"
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "https://github.com/hcptf/vcs", "topbar_links": {}}
html_show_sphinx = False
html_use_smartypants = True
html_use_modindex = False
html_use_index = False
html_copy_source = False
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
default_role = "any"
nitpicky = True

# The few pages of Ansible's documentation that ours link to. Kept here, so that the build needs no network and a link
# to anything else is a warning, which fails it.
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "ansible_collections.ansible.builtin.set_fact_module": "collections/ansible/builtin/set_fact_module.html",
}


def inventory() -> str:
    """The path of a Sphinx inventory with LABELS, made beside the pages."""
    header = "# Sphinx inventory version 2\n# Project: Ansible\n# Version:\n# The remainder is compressed using zlib.\n"
    lines = "".join(f"{label} std:label -1 {page} {label}\n" for label, page in sorted(LABELS.items()))
    file = Path(__file__).resolve().parents[1] / "build" / "docs" / "ansible.inv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(header.encode() + zlib.compress(lines.encode()))
    return str(file)


intersphinx_mapping = {"ansible": (ANSIBLE, inventory())}
