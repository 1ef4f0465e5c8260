#!/bin/sh
# The compatibility check finds what it is there for: each edit of the contract below would break a peer
# that was built before it, and must be refused. usage: contract_breaks.sh RPCGEN PROTO_DIR RELEASED
set -eu
rpcgen=$1 proto=$2 released=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

refused() { # FILE SED-SCRIPT WHAT
    rm -rf "$dir/proto"
    cp -r "$proto" "$dir/proto"
    sed -i "$2" "$dir/proto/okr/v1/$1"
    cmp -s "$proto/okr/v1/$1" "$dir/proto/okr/v1/$1" && { echo "the edit changed nothing: $3"; exit 1; }
    protoc -I "$dir/proto" -I /usr/include --include_imports --descriptor_set_out="$dir/set" \
        "$dir"/proto/okr/v1/*.proto 2>/dev/null
    if "$rpcgen" compat "$released" "$dir/set" >"$dir/says"; then
        echo "not refused: $3"
        exit 1
    fi
    grep -q "$4" "$dir/says" || { echo "refused for another reason: $3"; cat "$dir/says"; exit 1; }
}

refused envelope.proto 's/optional int64 current_version = 3;/optional int64 current_version = 9;/' "a field renumbered" current_version
refused week.proto 's/optional int32 position = 4;/optional int64 position = 4;/' "a field re-typed" position
refused quarter.proto '/optional double noise_percent = 10 /d' "a field removed" noise_percent
refused project.proto 's/optional string requester = 10; .*/optional string asked_by = 10;/' "a field renamed" requester
refused envelope.proto 's/REASON_DEADLINE = 10;/REASON_DEADLINE = 9999;/' "an enum value renumbered" REASON_DEADLINE
refused board.proto 's/rpc GetBoard(GetBoardRequest)/rpc ShowBoard(GetBoardRequest)/' "a method renamed" GetBoard
"$rpcgen" compat "$released" "$released"
