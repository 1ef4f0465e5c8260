#!/bin/sh
# A request gets its type in generated code alone (okr/handlers.h): no room casts one, and each handler
# is a HANDLER(), whose start is typed. usage: requests.sh SERVER_DIR
set -eu
found=$(grep -rnE '\)[[:space:]]*call->request\b|^const struct handler handle_' "$1" --include='*.c' || true)
[ -z "$found" ] || { echo "$found"; echo "cast by hand: use HANDLER() and the request's own accessor"; exit 1; }
# and so it is where it would be found
printf '    x = (const Okr__X *)call->request;\n' | grep -qE '\)[[:space:]]*call->request\b'
echo "$(grep -rhoE '^HANDLER\(' "$1" --include='*.c' | wc -l) handlers"
