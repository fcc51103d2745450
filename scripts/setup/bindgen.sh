#!/usr/bin/env bash
# Puts wasm-bindgen into the cache folder, compiled once for all checkouts.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
cd "$ROOT"

bindgen="$(bindgen_path)"
[ ! -x "$bindgen" ] || exit 0
lock_cache bindgen
[ ! -x "$bindgen" ] || exit 0
scratch="$(mktemp -d "$CACHE/scratch.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT

say "Compiling wasm-bindgen $(locked_version wasm-bindgen) (about a minute, once)"
# It reads the whole program at every build, so it is compiled a little better than worker-build.
CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false CARGO_PROFILE_DEV_OPT_LEVEL=1 \
  cargo build --quiet --package bindgen --target-dir "$scratch"
mv "$scratch/debug/bindgen" "$bindgen"
