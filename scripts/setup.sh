#!/usr/bin/env bash
# Sets up what building and running need and this machine lacks. `setup.sh browser` adds what the tests need.
# `setup.sh dev`, and `setup.sh test` with a browser, begin to compile what `make dev` and `make test` will wait for.
set -euo pipefail
# shellcheck source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
steps="$ROOT/scripts/setup"

timed "programs of the system" "$steps/system.sh" "$@"

# What the rest leaves of the processor compiles what nobody waits for yet; what is wrong with it is said by the build.
begin() {
  (cd "$ROOT" && exec "$@" >/dev/null 2>&1) &
  early=$!
}
case "${1:-}" in
  dev) begin nice -n 15 cargo build --quiet --package github-standin ;;
  test) begin cargo test --no-run --quiet ;;
esac

# These need nothing of one another, and each leaves a core idle now and then. Ctrl-C ends all of them.
trap 'trap - INT; kill -INT 0' INT
timed "Rust for WebAssembly" "$steps/rust.sh" &
running=($!)
timed "npm packages" "$steps/npm.sh" &
running+=($!)
timed "worker-build" "$steps/worker-build.sh" &
running+=($!)
timed "wasm-bindgen" "$steps/bindgen.sh" &
running+=($!)
failed=0
for step in "${running[@]}"; do
  wait "$step" || failed=1
done
[ "$failed" -eq 0 ] || [ -z "${early:-}" ] || kill "$early" 2>/dev/null || true
exit "$failed"
