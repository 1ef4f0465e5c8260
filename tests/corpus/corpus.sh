#!/usr/bin/env bash
# ./dev corpus [--oracle PROGRAM] [--keep FOLDER] [--wrong-only] FOLDER|FILE...: every plan file of a folder,
# one row each: what okr-plan-sync counts in it, whether another reader finds the same, whether a plan that
# was pushed, exported and pushed again is the same plan, and what is not kept; or why the file is refused.
# Ends with 1 when a row is wrong.
#
# PROGRAM FILE prints a plan as JSON, as `okr-plan-sync check FILE --json` does; fields that this one does not
# have are passed over; one that it refuses ends with another code than 0. "but2": the same, but for two
# values that MS Project has no meaning for. READER: it is the same, but PROGRAM finds another plan in the
# export. "reads": the other reader does. The exports go to the folder of --keep, numbered like the rows. okrd
# is a private one, gone at the end.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
bin=${OKR_BIN:-$here/../../build/bin}

die() {
    printf 'corpus: %s\n' "$*" >&2
    exit 2
}

oracle= keep= wrong_only=0 paths=()
while (($#)); do
    case $1 in
    --oracle) oracle=${2:?} && shift ;;
    --keep) keep=$(readlink -f "${2:?}") && mkdir -p "$keep" && shift ;;
    --wrong-only) wrong_only=1 ;;
    -*) die "$1: no such option" ;;
    *) paths+=("$(readlink -f "$1")") ;;
    esac
    shift
done
read -ra reader <<<"$oracle"
((${#paths[@]})) || die "which folder?"

base=$(mktemp -d /tmp/okr-corpus-XXXXXX)
okrd_pid=
leave() {
    if [[ -n $okrd_pid ]]; then
        kill -TERM "$okrd_pid" 2>/dev/null || true
        wait "$okrd_pid" 2>/dev/null || true
    fi
    rm -rf "$base"
}
trap leave EXIT
unset OKR_AS OKR_TOKEN
export XDG_STATE_HOME=$base/home OKR_SERVER=ipc://$base/okrd/okrd.sock OKR_LANG=en

start_okrd() {
    mkdir -p "$base/home"
    chmod 755 "$base"
    "$bin/okrd" serve --dir "$base/okrd" --listen "$OKR_SERVER" >"$base/okrd.log" 2>&1 </dev/null &
    okrd_pid=$!
    local i code
    for ((i = 0; i < 600; i++)); do
        "$bin/okr" server info >/dev/null 2>&1 && break
        kill -0 "$okrd_pid" 2>/dev/null || { tail -3 "$base/okrd.log" >&2; die "okrd did not start"; }
        sleep 0.1
    done
    code=$(<"$base/okrd/first-admin-code")
    "$bin/okr" admin claim root "Root" --code "$code" >/dev/null
    "$bin/okr" member add pm "Program manager" --email pm@sample.invalid >/dev/null
    "$bin/okr" role grant pm program-manager >/dev/null
    code=$("$bin/okr" member invite pm | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}' | head -1)
    "$bin/okr" login pm --code "$code" --label corpus >/dev/null
    export OKR_AS=pm
}

# What both readers have, in one form.
common='walk(if type == "object" then del(.notes_chars, .inline_project) else . end) | del(.losses, .file)'

is_same() { # FILTER: what check.json and oracle.json have in common
    jq -S "$1" "$base/check.json" >"$base/a" && jq -S "$1" "$base/oracle.json" >"$base/b" &&
        [[ -s $base/a ]] && cmp -s "$base/a" "$base/b"
}

compare() { # FILE: sets `seen`
    local rc=0
    seen=-
    [[ -n $oracle ]] || return 0
    "${reader[@]}" "$1" >"$base/oracle.json" 2>/dev/null || rc=$?
    if [[ $refused ]]; then
        seen=$([[ $rc != 0 ]] && echo same || echo "reads")
    elif [[ $rc != 0 ]]; then
        seen=DIFFERS
    elif is_same "$common"; then
        seen=same
    else
        seen=DIFFERS
    fi
}

push() { # FILE SOURCE: prints "VERSION HASH"
    "$bin/okr-plan-sync" push "$1" --source "$2" --json 2>>"$base/err" | jq -r '"\(.number) \(.contentHash)"'
}

round_trip() { # FILE SOURCE: sets `trip`
    local first second
    : >"$base/err"
    rm -f "$base/copy.xml"
    first=$(push "$1" "$2") || { trip="NOT PUSHED: $(tail -1 "$base/err")"; return 0; }
    "$bin/okr" plan export "$2" --format mspdi --out "$base/copy.xml" 2>>"$base/err" ||
        { trip="NOT EXPORTED: $(tail -1 "$base/err")"; return 0; }
    second=$(push "$base/copy.xml" "$2") || { trip="NOT PUSHED AGAIN: $(tail -1 "$base/err")"; return 0; }
    trip=DIFFERS
    if [[ $first == "$second" ]]; then
        trip=same
    elif grep -q "mean nothing, left out" "$base/err"; then
        trip=but$(grep -o 'left out: .*' "$base/err" | grep -o '[0-9]*')
    fi
    if [[ $trip == same && -n $oracle ]]; then # and the other reader finds in the copy what was in the file
        "${reader[@]}" "$base/copy.xml" >"$base/oracle.json" 2>/dev/null &&
            is_same "$common | del(.warnings)" || trip=READER
    fi
    return 0
}

figures='(.tasks | length) as $t | [$t, (.resources | length), (.assignments | length),
  (([.assignments[].work // 0] | add // 0) / 60 * 10 | round / 10),
  (([.assignments[].actual_work // 0] | add // 0) / 60 * 10 | round / 10),
  ([.losses[].count] | add // 0), (.losses | length)] | @tsv'

row() { # FILE NUMBER
    local file=$1 name=$1 tasks resources assignments work done lost kinds good=1
    for p in "${paths[@]}"; do name=${name#"$p"/}; done
    refused=
    if "$bin/okr-plan-sync" check "$file" --json >"$base/check.json" 2>"$base/check.err"; then
        IFS=$'\t' read -r tasks resources assignments work done lost kinds < <(jq -r "$figures" "$base/check.json")
        compare "$file"
        round_trip "$file" "f$2"
        [[ -z $keep || ! -f $base/copy.xml ]] || cp "$base/copy.xml" "$keep/$2.xml"
        [[ $trip == same || $trip == but* ]] || good=0
        [[ $seen != DIFFERS ]] || good=0
        line=$(printf '%6s %5s %6s %10s %9s  %-7s  %-5s %6s %5s  %s' "$tasks" "$resources" "$assignments" "$work" \
            "$done" "$seen" "$trip" "$lost" "$kinds" "$name")
    else
        refused=$(head -1 "$base/check.err")
        refused=${refused#"$file":}
        compare "$file"
        line=$(printf '%6s %5s %6s %10s %9s  %-7s  %-5s %6s %5s  %s  refused: %s' - - - - - "$seen" - - - "$name" "$refused")
    fi
    ((good && wrong_only)) || printf '%s\n' "$line"
    n=$((n + 1))
    ((good)) || wrong=$((wrong + 1))
    [[ -z $refused ]] || n_refused=$((n_refused + 1))
}

start_okrd
printf '%6s %5s %6s %10s %9s  %-7s  %-5s %6s %5s  %s\n' Tasks Res. Assig. 'Work h' 'Done h' Reader Again Lost Kinds File
n=0 wrong=0 n_refused=0
while IFS= read -r -d '' file; do
    row "$file" "$n"
done < <(find "${paths[@]}" -type f \( -iname '*.xml' -o -iname '*.mspdi' \) -print0 | sort -z)
printf '%d files, %d of them refused; wrong: %d\n' "$n" "$n_refused" "$wrong"
((wrong == 0))
