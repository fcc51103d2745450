# Installs Debian packages that are missing; sourced by the steps of the set-up.
# shellcheck shell=bash

is_installed() { [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Whether a package can be installed without asking anybody. Fresh machines have no lists of packages yet.
is_offered() {
  local as_root=()
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" -eq 0 ] || { sudo -n true 2>/dev/null && as_root=(sudo); } || return 1
  apt-cache show "$1" >/dev/null 2>&1 && return
  apt-cache show bash >/dev/null 2>&1 || { "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 && apt-cache show "$1" >/dev/null 2>&1; }
}

install_packages() {
  local missing=() package
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "install these programs, then try again: $*"
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing and need root: ${missing[*]}. Run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing Debian packages: ${missing[*]}"
  # One set-up at a time: apt waits for no other.
  if command -v flock >/dev/null; then
    mkdir -p "$CACHE"
    exec 8>"$CACHE/apt.lock"
    flock 8
  fi
  "${as_root[@]}" apt-get update -qq || fail "apt-get update failed; these packages are still missing: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
  exec 8>&-
}
