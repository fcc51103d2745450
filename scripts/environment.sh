# Names the folders, versions and tools that the other scripts share; sourced, never run.
# shellcheck shell=bash disable=SC2034

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="${HEDGEROW_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hedgerow}"
WASM_TARGET=wasm32-unknown-unknown
WORKER_BUILD_VERSION=0.8.7
WORKER_BUILD="$CACHE/worker-build-$WORKER_BUILD_VERSION/bin/worker-build"
CARGO_DENY_VERSION=0.20.2
CARGO_DENY="$CACHE/cargo-deny-$CARGO_DENY_VERSION/bin/cargo-deny"
BIN="$ROOT/node_modules/.bin"

# A link to the compiler made of Debian's packages; there only where the machine's own cannot build for WebAssembly.
WASM_RUST="$ROOT/.dev/wasm-rust"

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# One id for the contents of the named files: a step runs again only when they change.
content_id() { cat -- "$@" | sha256sum | cut -c1-16; }

# The version of a package in Cargo.lock.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' \
    "$ROOT/Cargo.lock"
}

# Where this checkout's `wasm-bindgen` is kept: the version of the library, and the id of our own lines.
bindgen_path() {
  local sources="$ROOT/scripts/bindgen"
  printf '%s/wasm-bindgen-%s-%s\n' "$CACHE" "$(locked_version wasm-bindgen)" "$(content_id "$sources/Cargo.toml" "$sources/src/main.rs")"
}

# Waits until no other checkout works on this part of the cache folder; the lock ends with the script.
lock_cache() {
  mkdir -p "$CACHE"
  if command -v flock >/dev/null; then
    exec 9>"$CACHE/$1.lock"
    flock --nonblock 9 || { say "Waiting for another set-up that works on $CACHE ($1)" && flock 9; }
  fi
}

# Runs a step, and says how long it took where that was a second or more.
timed() {
  local title="$1" begun="$SECONDS"
  shift
  "$@"
  [ "$SECONDS" -eq "$begun" ] || say "$((SECONDS - begun)) s: $title"
}

# Runs a command with the compiler that can build for WebAssembly.
with_wasm_rust() {
  if [ -e "$WASM_RUST" ]; then
    PATH="$WASM_RUST/bin:$PATH" "$@"
  else
    "$@"
  fi
}
