# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck shell=bash
# Apply the configuration in this folder. The provider on the PATH is used, so nothing is downloaded.
cat >cli.tfrc <<END
provider_installation {
  dev_overrides {
    "hashicorp/tfe" = "$(dirname "$(readlink -f "$(command -v terraform-provider-tfe)")")"
  }
  direct {}
}
END
cat >provider.tf <<END
terraform {
  required_providers {
    tfe = { source = "hashicorp/tfe" }
  }
}
provider "tfe" {
  hostname = "${TFE_ADDRESS#https://}"
}
END
export TF_CLI_CONFIG_FILE=$PWD/cli.tfrc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
terraform apply -auto-approve -input=false
