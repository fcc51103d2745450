#!/usr/bin/env bash
# Records what this version stores and sends, for tests/landed: scripts/landed.sh VERSION-COMMIT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export HEDGEROW_VERSION=${1:?which version, for example 0.2.0-1a2b3c4}
if [ -e "tests/landed/$HEDGEROW_VERSION" ]; then
  echo "tests/landed/$HEDGEROW_VERSION is there, and is never edited" >&2
  exit 1
fi
HEDGEROW_TRACES=$(mktemp -d)
export HEDGEROW_TRACES

# Before it is recorded the newest version does not show what is new.
cargo test --test flows -- --skip the_newest_version_shows_every_message_of_today
for what in stored sent; do
  cargo test --test flows -- --ignored --exact "landed::record::record_what_is_$what"
done
rm -r "$HEDGEROW_TRACES"

scripts/build.sh web-dev
cargo build --package github-standin
node_modules/.bin/node --test tests/e2e/landed_record.mjs
