#!/usr/bin/env bash
# Installs the programs that come from the system: git, a C compiler, Node to run npm, and what the tests need besides: Chromium, curl and jq.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
# shellcheck source=packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

case "${1:-}" in browser | test) wants_browser=yes ;; *) wants_browser= ;; esac

missing=()
command -v git >/dev/null || missing+=(git)
command -v cc >/dev/null || missing+=(build-essential)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ -n "$wants_browser" ]; then
  # The commands of docs/api.md are run as they stand.
  command -v curl >/dev/null || missing+=(curl)
  command -v jq >/dev/null || missing+=(jq)
fi
install_packages "${missing[@]}"

# Any Node from 18 can run npm; what Hedgerow runs on is the Node that npm then installs.
major="$(node --version | sed 's/^v\([0-9]*\).*/\1/')"
[ "$major" -ge 18 ] || fail "npm needs Node 18 or newer, this is $(node --version): install a newer one from https://nodejs.org"

# Debian has Chromium without windows as a package of its own. It draws the same for half the processor time; it is installed
# beside one with windows, too, where that needs no password.
if [ -n "$wants_browser" ] && [ -z "${CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null && is_offered chromium-headless-shell; then
  (install_packages chromium-headless-shell) || true
fi
if [ -n "$wants_browser" ] && ! "$ROOT/scripts/chromium.sh" >/dev/null 2>&1; then
  [ -n "${CHROMIUM:-}" ] || install_packages chromium
  "$ROOT/scripts/chromium.sh" >/dev/null || fail "the browser tests cannot run without a browser"
fi
