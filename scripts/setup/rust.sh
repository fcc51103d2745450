#!/usr/bin/env bash
# Sees to it that there is a Rust compiler, and one that can build for WebAssembly.
#
# HEDGEROW_WASM_RUST=rustup or =debian insists on one of the two ways to the latter.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
cd "$ROOT"

needed="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
command -v cargo >/dev/null || fail "there is no cargo: install Rust $needed or newer from https://rustup.rs"
version="$(rustc --version | cut -d' ' -f2)" || fail "rustc does not run: install Rust $needed or newer with 'rustup default stable'"
[ "$(printf '%s\n' "$needed" "$version" | sort --version-sort | head -n 1)" = "$needed" ] ||
  fail "Hedgerow needs Rust $needed or newer, this is $version: run 'rustup update stable'"

has_wasm_std() { ls "$(rustc --print target-libdir --target "$WASM_TARGET")"/libstd*.rlib >/dev/null 2>&1; }

add_with_rustup() {
  command -v rustup >/dev/null || return 1
  say "Adding Rust's target $WASM_TARGET"
  timeout 180 rustup target add "$WASM_TARGET" && has_wasm_std
}

way="${HEDGEROW_WASM_RUST:-any}"
if [ "$way" != debian ] && { has_wasm_std || add_with_rustup; }; then
  rm -f "$WASM_RUST"
elif [ "$way" = rustup ]; then
  fail "rustup could not add the target $WASM_TARGET"
elif command -v apt-get >/dev/null; then
  [ "$way" = debian ] || say "Rust's release server cannot be reached; turning to Debian's packages"
  scripts/setup/debian-wasm-rust.sh
else
  fail "this compiler has no $WASM_TARGET: run 'rustup target add $WASM_TARGET'"
fi
