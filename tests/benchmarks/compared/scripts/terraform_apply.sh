#!/usr/bin/env bash
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Terraform creates connections from nothing.
set -euo pipefail
organization=$1 number=$2

cat >main.tf <<END
resource "tfe_oauth_client" "connection" {
  count            = $number
  organization     = "$organization"
  service_provider = "github_enterprise"
  http_url         = "https://ghe-\${count.index}.example.com"
  api_url          = "https://ghe-\${count.index}.example.com/api/v3"
  oauth_token      = "made-up-token"
}
END
source "$(dirname "${BASH_SOURCE[0]}")/terraform.sh"
