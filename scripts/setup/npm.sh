#!/usr/bin/env bash
# Installs the locked npm packages: wrangler and the Node it runs on, wasm-opt, esbuild and the browser's driver.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
cd "$ROOT"

stamp=node_modules/.hedgerow
id="$(content_id package.json package-lock.json .npmrc)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$id" ]; then
  say "Installing the npm packages of package-lock.json"
  npm ci --no-audit --no-fund --loglevel=error
  "$BIN/node" --version >/dev/null ||
    fail "the npm package 'node' brought no Node. If your npm ignores install scripts, run 'npm rebuild node --ignore-scripts=false'"
  printf '%s\n' "$id" >"$stamp"
fi
