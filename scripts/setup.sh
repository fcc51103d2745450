#!/usr/bin/env bash
# Sets up what building and running need and this machine lacks; `setup.sh browser` adds what the tests need.
set -euo pipefail
steps="$(dirname "${BASH_SOURCE[0]}")/setup"

"$steps/system.sh" "$@"
"$steps/rust.sh"
"$steps/npm.sh"
"$steps/tools.sh"
