#!/usr/bin/env bash
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Terraform creates connections from nothing. The provider on the PATH is used, so nothing is downloaded.
set -euo pipefail
organization=$1 number=$2

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
cat >cli.tfrc <<END
provider_installation {
  dev_overrides {
    "hashicorp/tfe" = "$(dirname "$(readlink -f "$(command -v terraform-provider-tfe)")")"
  }
  direct {}
}
END
cat >main.tf <<END
terraform {
  required_providers {
    tfe = { source = "hashicorp/tfe" }
  }
}
provider "tfe" {
  hostname = "${TFE_ADDRESS#https://}"
}
resource "tfe_oauth_client" "connection" {
  count            = $number
  organization     = "$organization"
  service_provider = "github_enterprise"
  http_url         = "https://ghe-\${count.index}.example.com"
  api_url          = "https://ghe-\${count.index}.example.com/api/v3"
  oauth_token      = "made-up-token"
}
END
export TF_CLI_CONFIG_FILE=$folder/cli.tfrc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
terraform apply -auto-approve -input=false
