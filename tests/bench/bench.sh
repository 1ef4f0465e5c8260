#!/usr/bin/env bash
# ./dev bench: okr-bench on the built okrd, in a directory of its own under /tmp that goes afterwards.
set -euo pipefail
bin=${OKR_BIN:-$(dirname "$(readlink -f "$0")")/../../build/bin}
bin=$(readlink -f "$bin")

dir=$(mktemp -d /tmp/okr-bench.XXXXXX)
# After an interruption okrd and PostgreSQL need a moment to end.
clean() {
    for _ in {1..50}; do
        rm -rf "$dir" 2>/dev/null && break
        sleep 0.2
    done
}
trap clean EXIT

"$bin/okr-bench" --okrd "$bin/okrd" --dir "$dir" "$@"
