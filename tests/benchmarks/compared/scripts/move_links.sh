#!/usr/bin/env bash
# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The usual recipe with curl and jq: list all workspaces, and point those of one OAuth token to another. curl repeats
# what the rate limit refuses.
set -euo pipefail
organization=$1 from=$2 to=$3

call() {
  curl --silent --show-error --fail --retry 20 --header "Authorization: Bearer $TFE_TOKEN" \
    --header 'Content-Type: application/vnd.api+json' "$@"
}

page=1
while [[ $page != null ]]; do
  url="$TFE_ADDRESS/api/v2/organizations/$organization/workspaces"
  answer=$(call "$url?page%5Bsize%5D=100&page%5Bnumber%5D=$page")
  jq --raw-output --arg from "$from" \
    '.data[] | select(.attributes["vcs-repo"]["oauth-token-id"] == $from) | .id' <<<"$answer"
  page=$(jq '.meta.pagination["next-page"]' <<<"$answer")
done | while read -r id; do
  body=$(jq --null-input --arg to "$to" \
    '{data: {type: "workspaces", attributes: {"vcs-repo": {"oauth-token-id": $to}}}}')
  call --request PATCH --data "$body" --output /dev/null "$TFE_ADDRESS/api/v2/workspaces/$id"
done
