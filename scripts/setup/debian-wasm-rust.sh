#!/usr/bin/env bash
# Makes a WebAssembly compiler of Debian's packages, for machines that cannot reach Rust's release server.
#
# Debian's rustc can generate WebAssembly, but comes without a standard library for it. This builds one from
# Debian's sources and puts it beside links to what /usr holds, in the cache folder; /usr itself stays as it is.
set -euo pipefail
# shellcheck source=../environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/../environment.sh"
# shellcheck source=packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

LLVM=22
install_packages rustc-web cargo-web rust-web-src "lld-$LLVM"

version="$(/usr/bin/rustc --version | cut -d' ' -f2)"
package="$(dpkg-query --show --showformat='${Version}' rustc-web | tr -c 'A-Za-z0-9.\n' -)"
host="$(/usr/bin/rustc --version --verbose | sed -n 's/^host: //p')"
home="$CACHE/wasm-rust-$package"

# Lays out a compiler's home: links to Debian's files, and a rustc that looks for libraries here.
lay_out() {
  mkdir -p "$1/bin" "$1/lib/rustlib/$host/bin" "$1/lib/rustlib/$WASM_TARGET/lib"
  ln -sfn "/usr/lib/rustlib/$host/lib" "$1/lib/rustlib/$host/lib"
  ln -sfn "/usr/lib/llvm-$LLVM/bin/lld" "$1/lib/rustlib/$host/bin/rust-lld"
  ln -sfn /usr/bin/cargo "$1/bin/cargo"
  cat >"$1/bin/rustc" <<'RUSTC'
#!/bin/sh
exec /usr/bin/rustc --sysroot "$(dirname "$(dirname "$(readlink -f "$0")")")" "$@"
RUSTC
  chmod +x "$1/bin/rustc"
}

# Builds std, and all that it stands on, from a copy of the sources.
build_std() {
  local work="$1/build"
  mkdir -p "$work"
  cp -r "/usr/src/rustc-$version/library" "$work/library"
  env -u RUSTUP_TOOLCHAIN PATH="$1/bin:$PATH" RUSTC="$1/bin/rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" \
    RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked" \
    "$1/bin/cargo" build --quiet --release --target "$WASM_TARGET" \
    --manifest-path "$work/library/sysroot/Cargo.toml"
  cp "$work/target/$WASM_TARGET/release/deps/"*.rlib "$1/lib/rustlib/$WASM_TARGET/lib/"
  rm -rf "$work"
}

[ -e "$home/complete" ] || lock_cache rust
if [ ! -e "$home/complete" ]; then
  say "Building Rust's standard library for $WASM_TARGET from Debian's rust-web-src $version (about a minute, once)"
  unfinished="$(mktemp -d "$CACHE/wasm-rust.XXXXXX")"
  trap 'rm -rf "$unfinished"' EXIT
  chmod 755 "$unfinished"
  lay_out "$unfinished"
  build_std "$unfinished"
  touch "$unfinished/complete"
  rm -rf "$home"
  mv "$unfinished" "$home"
fi

mkdir -p "$(dirname "$WASM_RUST")"
ln -sfn "$home" "$WASM_RUST"
