#!/usr/bin/env bash
# Puts cargo-deny, which `make lint` asks about the dependencies, into the cache folder.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
cd "$ROOT"

[ ! -x "$CARGO_DENY" ] || exit 0
lock_cache deny
[ ! -x "$CARGO_DENY" ] || exit 0
scratch="$(mktemp -d "$CACHE/scratch.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
home="$(dirname "$(dirname "$CARGO_DENY")")"
if ! { command -v cargo-binstall >/dev/null && cargo binstall --no-confirm --disable-strategies compile --root "$home" "cargo-deny@$CARGO_DENY_VERSION"; }; then
  say "Compiling cargo-deny $CARGO_DENY_VERSION (about five minutes, once)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false CARGO_TARGET_DIR="$scratch" \
    cargo install --quiet --debug --locked --no-default-features --root "$home" "cargo-deny@$CARGO_DENY_VERSION"
fi
