#!/usr/bin/env bash
# Puts worker-build and wasm-bindgen into the cache folder, compiled once for all checkouts.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
# shellcheck source=packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$ROOT"

# These tools run for a second at a time: compile them quickly, not well.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false

prebuilt_worker_build() {
  command -v cargo-binstall >/dev/null &&
    cargo binstall --no-confirm --disable-strategies compile --root "$1" "worker-build@$WORKER_BUILD_VERSION" &&
    "$1/bin/worker-build" --version >/dev/null
}

bindgen="$(bindgen_path)"
[ ! -x "$WORKER_BUILD" ] || [ ! -x "$bindgen" ] || exit 0
lock_cache
scratch="$(mktemp -d "$CACHE/scratch.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT

if [ ! -x "$WORKER_BUILD" ]; then
  home="$(dirname "$(dirname "$WORKER_BUILD")")"
  if ! prebuilt_worker_build "$home"; then
    ! command -v apt-get >/dev/null || install_packages pkg-config libssl-dev
    say "Compiling worker-build $WORKER_BUILD_VERSION (about a minute, once)"
    CARGO_TARGET_DIR="$scratch" cargo install --quiet --debug --locked --bin worker-build --root "$home" "worker-build@$WORKER_BUILD_VERSION"
  fi
fi

if [ ! -x "$bindgen" ]; then
  say "Compiling wasm-bindgen $(locked_version wasm-bindgen) (about a minute, once)"
  CARGO_PROFILE_DEV_OPT_LEVEL=1 cargo build --quiet --package bindgen --target-dir "$scratch"
  mv "$scratch/debug/bindgen" "$bindgen"
fi
