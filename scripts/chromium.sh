#!/usr/bin/env bash
# Prints the path of the browser that the tests drive: $CHROMIUM, or the first that is installed and starts.
set -euo pipefail

for name in "${CHROMIUM:-chromium-headless-shell}" chromium google-chrome chromium-browser; do
  if browser="$(command -v "$name")" && "$browser" --version >/dev/null 2>&1; then
    printf '%s\n' "$browser"
    exit
  fi
  [ -z "${CHROMIUM:-}" ] || break
done
echo "error: no browser${CHROMIUM:+ at $CHROMIUM}: install Chromium, or set CHROMIUM to the path of one" >&2
exit 1
