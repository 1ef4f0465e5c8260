#!/usr/bin/env bash
# Every migration stands in released.sha256, and reads as it did when it was written there.
set -euo pipefail
sha256sum --check --strict --quiet released.sha256 || {
    echo "A migration was edited after it was released: databases that have it would be refused."
    echo "Put it back as it was, and say what you want in a new file."
    exit 1
}
diff <(printf '%s\n' [0-9]*.sql) <(cut -d' ' -f3 released.sha256) || {
    echo "migrations/README.md says how a new file gets its line."
    exit 1
}
