#!/usr/bin/env bash
# Makes sure that there is a Chromium for the tests of pages: installs Debian's where there is none.
set -euo pipefail

for place in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$place" ] && [ -x "$place" ]; then exit 0; fi
done

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

# Mirrors fail now and then.
for attempt in 1 2 3; do
  if "${as_root[@]}" apt-get update -q \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; then
    exit 0
  fi
  echo "need-chromium: attempt $attempt failed" >&2
  sleep $((attempt * 5))
done
exit 1
