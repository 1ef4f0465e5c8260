#!/usr/bin/env bash
# The tests that need npm: okr-web with a real browser, and with an unmodified Connect client.
# OKR_BIN: where the programs are; OKR_BUILD: where to put things.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
export OKR_BIN=${OKR_BIN:-$root/build/bin}
. "$here/packages.sh"
# The contract in the client's language.
protoc --plugin=protoc-gen-es=node_modules/.bin/protoc-gen-es --es_out=contract \
    --es_opt=target=js,import_extension=js \
    -I "$root/proto" -I /usr/include "$root"/proto/okr/v1/*.proto protobuf-c/protobuf-c.proto
export OKR_CONTRACT=$work/contract/okr/v1
exec timeout 800 node --test --test-concurrency=1 --test-timeout=300000 "${@:-.}"
