#!/usr/bin/env bash
# Builds the Worker into edge-worker/build and the page into dist: `build.sh web-dev` quickly, `build.sh release` small.
set -euo pipefail
# shellcheck source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$ROOT"

profile="${1:?usage: build.sh web-dev|release}"
WASM_BINDGEN_BIN="$(bindgen_path)"
for tool in "$WASM_BINDGEN_BIN" "$WORKER_BUILD" "$BIN/node"; do
  [ -x "$tool" ] || fail "$tool is missing: run 'make setup' first"
done
export WASM_BINDGEN_BIN WASM_OPT_BIN="$BIN/wasm-opt" ESBUILD_BIN="$BIN/esbuild"

# Leptos's own way to a smaller page: components do not carry the types of what is inside them. The Worker has none, but
# what both are made of is compiled only once where both are compiled alike.
export RUSTFLAGS="${RUSTFLAGS:-} --cfg erase_components"

options=(--release)
if [ "$profile" = release ]; then
  # A panic names the file that it is in: from the crate's name on, wherever cargo keeps it here (a space would end the option).
  sources="${CARGO_HOME:-$HOME/.cargo}/registry/src/"
  [[ "$sources" = *' '* ]] || RUSTFLAGS+=" --remap-path-prefix=$sources="
else
  options=(--profile "$profile" --no-opt)
fi
build_worker() { (cd edge-worker && with_wasm_rust "$WORKER_BUILD" "${options[@]}" . "$@"); }
build_page() { with_wasm_rust cargo build --target "$WASM_TARGET" --profile "$profile" "$@"; }
if [ "$profile" = release ]; then
  say "Building the Worker ($profile)"
  timed "the Worker" build_worker
else
  # Both in one go, so that a library which both use is compiled once, with what either wants of it.
  say "Building the Worker and the page ($profile)"
  both=(--package edge-worker --package frontend)
  timed "the Worker and the page" build_page "${both[@]}"
  timed "the Worker's glue" build_worker "${both[@]}"
fi

# The release has one program for the create page, which is what most people load first, and one for the rest.
parts=(create console)
[ "$profile" = release ] || parts=("create,console")
glue="target/page/$profile"
rm -rf "$glue"
for part in "${parts[@]}"; do
  if [ "$profile" = release ]; then
    say "Building the page ($profile: $part)"
    timed "the page" build_page --package frontend --no-default-features --features "$part"
  fi
  name="${part/,*/}"
  mkdir -p "$glue/$name"
  "$WASM_BINDGEN_BIN" "${CARGO_TARGET_DIR:-target}/$WASM_TARGET/$profile/frontend.wasm" \
    --split --out-dir "$glue/$name" --target web --no-typescript --remove-name-section
  if [ "$profile" = release ]; then
    # What Rust turns on for this target, by name: with every feature on, wasm-opt writes what browsers cannot read yet. The
    # lowest addresses are the end of the stack, so that no value lies there (low-memory-unused).
    for file in "$glue/$name"/*.wasm; do
      "$WASM_OPT_BIN" --low-memory-unused --flatten --rereloop -Oz -Oz --converge --strip-debug --strip-producers --enable-bulk-memory --enable-multivalue --enable-mutable-globals \
        --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext --output "$file" "$file"
    done
  fi
done
# The page talks to GitHub's REST API, and on this machine to a stand-in of it on whatever port that has.
if [ "$profile" = release ]; then
  api="${GITHUB_API_URL:-$(sed -n 's/^GITHUB_API_URL = "\(.*\)"/\1/p' wrangler.toml)}"
  origins=("$(printf '%s' "$api" | sed -E 's#^(https?://[^/]+).*#\1#')")
else
  origins=('http://localhost:*' 'http://127.0.0.1:*')
fi
"$BIN/node" scripts/page.mjs "$glue" dist "${origins[@]}"
