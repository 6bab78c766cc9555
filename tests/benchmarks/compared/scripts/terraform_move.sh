#!/usr/bin/env bash
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Terraform sets the OAuth token of workspaces. It takes workspaces that are not in its state into it.
set -euo pipefail
organization=$1 number=$2 token=$3

cat >main.tf <<END
locals {
  numbers = toset([for each in range($number) : format("%04d", each)])
}
import {
  for_each = local.numbers
  to       = tfe_workspace.workspace[each.key]
  id       = "$organization/ws-\${each.key}"
}
resource "tfe_workspace" "workspace" {
  for_each     = local.numbers
  organization = "$organization"
  name         = "ws-\${each.key}"
  vcs_repo {
    identifier     = "acme/repo-\${each.key}"
    branch         = "main"
    oauth_token_id = "$token"
  }
}
END
source "$(dirname "${BASH_SOURCE[0]}")/terraform.sh"
