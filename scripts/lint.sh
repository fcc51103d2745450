#!/usr/bin/env bash
# `make lint`: formatting and warnings, for the machine and for WebAssembly, and the scripts. With ADVISORIES=required it fails
# where nobody can be asked whether a dependency has a known weakness, as in continuous integration.
set -euo pipefail
# shellcheck source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
# shellcheck source=setup/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup/packages.sh"
cd "$ROOT"
command -v shellcheck >/dev/null || install_packages shellcheck

say "Cargo.lock is complete"
cargo metadata --locked --format-version 1 >/dev/null

say "Formatting"
cargo fmt --all --check

say "Warnings, natively"
cargo clippy --quiet --locked --all-targets --workspace --exclude frontend -- -D warnings

say "Warnings, for $WASM_TARGET"
if [ -e "$WASM_RUST" ]; then
  echo "Debian's compiler comes without clippy; the compiler's own warnings have to do"
  with_wasm_rust cargo check --quiet --locked --package frontend --package edge-worker --target "$WASM_TARGET"
else
  cargo clippy --quiet --locked --package frontend --package edge-worker --target "$WASM_TARGET" -- -D warnings
fi

say "Licences, sources and versions of the dependencies"
scripts/setup/deny.sh
"$CARGO_DENY" --locked check licenses sources bans
unchecked="$(scripts/advisories.sh)"
[ -z "$unchecked" ] || echo "$unchecked" >&2
"$BIN/node" scripts/dependencies.mjs

say "Scripts"
shellcheck scripts/*.sh scripts/setup/*.sh .ci/run
for script in scripts/*.mjs scripts/test/*.mjs tests/{e2e,oracles,release,runner}/*.mjs; do
  "$BIN/node" --check "$script"
done

say "Workflows name every action by its commit, and the tag beside it"
if grep -rnE '^[ -]*uses:' .github/workflows | grep -vE 'uses: [^@ ]+@[0-9a-f]{40} # v[0-9.]+$'; then
  fail "a tag can be moved to another commit"
fi

# Said once more where it is the last thing to be read.
[ -z "$unchecked" ] || echo "$unchecked" >&2
