#!/bin/sh
# The build refuses a check that does not fit its field, needs a field that is not there, or stands where
# no request reaches it: each edit of the contract below must end rpcgen with the field's name and why.
# usage: contract_checks.sh RPCGEN PROTO_DIR
set -eu
rpcgen=$1 proto=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

generate() {
    protoc -I "$dir/proto" -I /usr/include --include_imports --descriptor_set_out="$dir/set" \
        "$dir"/proto/okr/v1/*.proto 2>/dev/null
    "$rpcgen" generate "$dir/set" "$dir" 2>"$dir/says"
}

refused() { # FILE MESSAGE FIELD OPTION WHY: the option takes the place of the field's own
    rm -rf "$dir/proto"
    cp -r "$proto" "$dir/proto"
    sed -i "/^message $2 {/,/^}/ s/\( $3 = [0-9]*\)[^;]*;/\1 [(check) = {$4}];/" "$dir/proto/okr/v1/$1"
    grep -q "\[(check) = {$4}\]" "$dir/proto/okr/v1/$1" || { echo "the edit changed nothing: $2.$3 $4"; exit 1; }
    if generate; then
        echo "not refused: $2.$3 $4"
        exit 1
    fi
    grep -q "$2\(\.$3\)\{0,1\}: .*$5" "$dir/says" || { echo "refused for another reason: $2.$3 $4"; cat "$dir/says"; exit 1; }
}

refused week.proto EditGoalRequest id 'characters: 10' "characters is for texts"
refused week.proto EditGoalRequest id 'filled: true' "filled is for texts"
refused week.proto EditGoalRequest text 'id: true' "id is for integers"
refused week.proto EditGoalRequest text 'least: 1' "least and most are for numbers"
refused week.proto EditGoalRequest text 'bytes: 32' "bytes is for bytes"
refused week.proto EditGoalRequest text 'items: 3' "items and unique are for repeated"
refused week.proto EditGoalRequest text 'format: FORMAT_AMOUNT' "the format is for another type"
refused week.proto EditGoalRequest id 'format: FORMAT_WEEK' "the format is for another type"
refused week.proto EditGoalRequest text 'required: true filled: true' "required says filled"
refused week.proto CloseWeekRequest results 'items: 50 unique: true' "unique is for"
refused week.proto EditGoalRequest text 'needs: "id"' "needs is for messages"
refused week.proto AddGoalRequest goal 'needs: "nothing"' "does not have"
refused quarter.proto UpdateObjectiveRequest rank 'least: 5 most: 1' "least is above most"
refused week.proto WeekList weeks 'items: 5' "no request holds it"

rm -rf "$dir/proto" && cp -r "$proto" "$dir/proto" && generate
echo 'message Odd { oneof either { string a = 1; int64 b = 2; } }' >>"$dir/proto/okr/v1/week.proto"
if generate; then echo "not refused: a oneof"; exit 1; fi
grep -q "a: .*no oneof" "$dir/says"
