#!/usr/bin/env bash
# Asks whether a crate of Cargo.lock or an npm package of package-lock.json has a known weakness, and fails where one has. Where
# nobody can be asked, it prints that; with ADVISORIES=required it fails.
set -euo pipefail
# shellcheck source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$ROOT"

# Says that nobody could be asked about what is named.
not_checked() {
  [ "${ADVISORIES:-}" != required ] ||
    fail "the database of advisories for $1 cannot be reached, so nobody knows whether one that is used has a known weakness: try again"
  echo "NOT CHECKED: the database of advisories for $1 cannot be reached from here, so one that is used may have a known weakness"
}

if timeout 60 "$CARGO_DENY" fetch db >/dev/null 2>&1; then
  "$CARGO_DENY" --locked check advisories >&2
else
  not_checked crates
fi

# npm fails alike where it got no answer and where it was told of a weakness; only an answer has a version.
is_weak=
answer="$(timeout 60 npm audit --include=dev --include=optional --json 2>/dev/null)" || is_weak=yes
if [[ "$answer" != *'"auditReportVersion"'* ]]; then
  not_checked "npm packages"
elif [ -n "$is_weak" ]; then
  timeout 60 npm audit --include=dev --include=optional >&2 || true
  fail "an npm package has a known weakness: update it, or what brings it (\`overrides\` in package.json)"
fi
