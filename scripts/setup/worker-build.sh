#!/usr/bin/env bash
# Puts worker-build into the cache folder, compiled once for all checkouts.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
# shellcheck source=packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
cd "$ROOT"

[ ! -x "$WORKER_BUILD" ] || exit 0
lock_cache worker-build
[ ! -x "$WORKER_BUILD" ] || exit 0
scratch="$(mktemp -d "$CACHE/scratch.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
home="$(dirname "$(dirname "$WORKER_BUILD")")"

prebuilt() {
  command -v cargo-binstall >/dev/null &&
    cargo binstall --no-confirm --disable-strategies compile --root "$home" "worker-build@$WORKER_BUILD_VERSION" &&
    "$WORKER_BUILD" --version >/dev/null
}

if ! prebuilt; then
  ! command -v apt-get >/dev/null || install_packages pkg-config libssl-dev
  say "Compiling worker-build $WORKER_BUILD_VERSION (about a minute, once)"
  # It runs for a second at a time: compile it quickly, not well.
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false CARGO_TARGET_DIR="$scratch" \
    cargo install --quiet --debug --locked --bin worker-build --root "$home" "worker-build@$WORKER_BUILD_VERSION"
fi
