#!/usr/bin/env bash
# ./dev bench plan [TASKS]: how fast a plan is read and published, each figure beside what others take for
# the same bytes or rows in the same run: xmllint and a bare expat pass; psql's \copy into the same table.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
bin=${OKR_BIN:-$here/../../build/bin}
bin=$(readlink -f "$bin")
tasks=${1:-20000}
[[ $tasks =~ ^[0-9]+$ ]] && ((tasks >= 100 && tasks <= 1000000)) ||
    { echo "bench: TASKS is a number from 100 to 1000000" >&2; exit 2; }

dir=$(mktemp -d /tmp/okr-plan-bench.XXXXXX)
pid=
clean() {
    [[ -z $pid ]] || kill -TERM "$pid" 2>/dev/null || true
    for _ in {1..50}; do
        [[ -n $pid ]] && kill -0 "$pid" 2>/dev/null || { rm -rf "$dir" 2>/dev/null && break; }
        sleep 0.2
    done
}
trap clean EXIT
chmod 755 "$dir"

measure() { # NAME COMMAND…: sets seconds_NAME and peak_NAME (MiB)
    local name=$1 seconds kib code
    shift
    "$bin/plan-measure" "$dir/$name" "$@" >"$dir/$name.out" 2>&1 || { cat "$dir/$name.out" >&2; exit 1; }
    read -r seconds kib code <"$dir/$name"
    printf -v "seconds_$name" '%s' "$seconds"
    printf -v "peak_$name" '%s' "$((kib / 1024))"
}

awk -v tasks="$tasks" -f "$here/plan/plan.awk" >"$dir/plan.xml"
awk -v tasks="$tasks" -v edit=1 -f "$here/plan/plan.awk" >"$dir/edited.xml"
bytes=$(stat -c %s "$dir/plan.xml")

measure expat "$bin/plan-expat-pass" "$dir/plan.xml"
measure xmllint xmllint --stream --noout "$dir/plan.xml"
measure check "$bin/okr-plan-sync" check "$dir/plan.xml"

export XDG_STATE_HOME=$dir/home OKR_SERVER=ipc://$dir/okrd/okrd.sock
unset OKR_AS OKR_TOKEN
mkdir "$dir/home"
"$bin/okrd" serve --dir "$dir/okrd" --listen "$OKR_SERVER" >"$dir/okrd.log" 2>&1 &
pid=$!
for _ in {1..300}; do
    "$bin/okr" --deadline 1 server info >/dev/null 2>&1 && break
    kill -0 "$pid" 2>/dev/null || { tail -5 "$dir/okrd.log" >&2; exit 1; }
    sleep 0.1
done
"$bin/okr" admin claim root "Bench" --code "$(<"$dir/okrd/first-admin-code")" >/dev/null
"$bin/okr" --as root member add pm "Bench" >/dev/null
"$bin/okr" --as root role grant pm program-manager >/dev/null
code=$("$bin/okr" --as root member invite pm | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}' | head -1)
"$bin/okr" login pm --code "$code" --label bench >/dev/null

measure push "$bin/okr-plan-sync" push "$dir/plan.xml" --source bench --as pm
measure changed "$bin/okr-plan-sync" push "$dir/edited.xml" --source bench --as pm
measure unchanged "$bin/okr-plan-sync" push "$dir/edited.xml" --source bench --as pm
peak_okrd=$(($(awk '/^VmHWM/ {print $2}' "/proc/$pid/status") / 1024))

# The same rows into a table like the plan's, indexes and derived columns included.
owner=$(stat -c %U "$dir/okrd/cluster/data")
sql() {
    local run=()
    ((EUID != 0)) || run=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups)
    "${run[@]}" psql -X -q -v ON_ERROR_STOP=1 -h "$dir/okrd/cluster/run" -U okrd_owner -d okrd "$@"
}
mkdir -m 777 "$dir/rows"
columns='version_id, position, body, hash'
sql -c "CREATE SCHEMA copied" -c "CREATE TABLE copied.task (LIKE public.plan_task INCLUDING ALL)" \
    -c "CREATE TABLE copied.assignment (LIKE public.plan_assignment INCLUDING ALL)" \
    -c "\\copy (SELECT $columns FROM plan_task WHERE version_id = 1) TO '$dir/rows/task'" \
    -c "\\copy (SELECT $columns FROM plan_assignment WHERE version_id = 1) TO '$dir/rows/assignment'"
copy_start=$(date +%s.%N)
sql -c "\\copy copied.task ($columns) FROM '$dir/rows/task'" \
    -c "\\copy copied.assignment ($columns) FROM '$dir/rows/assignment'"
copy_end=$(date +%s.%N)

rows=$((tasks * 3 + 200))
awk -v mb="$bytes" -v rows="$rows" -v tasks="$tasks" -v expat="$seconds_expat" -v xmllint="$seconds_xmllint" \
    -v check="$seconds_check" -v push="$seconds_push" -v changed="$seconds_changed" -v unchanged="$seconds_unchanged" \
    -v copy="$(awk -v a="$copy_start" -v b="$copy_end" 'BEGIN {print b - a}')" \
    -v peak_check="$peak_check" -v peak_push="$peak_push" -v peak_changed="$peak_changed" -v peak_okrd="$peak_okrd" '
    function line(what, seconds, figure, beside) { printf "%-34s %8.2f s %14s   %s\n", what, seconds, figure, beside }
    function rate(n, seconds, unit) { return sprintf("%.0f %s", n / seconds, unit) }
    BEGIN {
        mb /= 1e6
        printf "A plan of %d tasks and %d assignments, %.0f MB of XML\n", tasks, tasks * 2, mb
        line("expat alone", expat, rate(mb, expat, "MB/s"), "")
        line("xmllint --stream --noout", xmllint, rate(mb, xmllint, "MB/s"), "")
        line("okr-plan-sync check", check, rate(mb, check, "MB/s"),
             sprintf("%.2f x xmllint, %.2f x expat", xmllint / check, expat / check))
        line("psql \\copy of its rows", copy, rate(rows, copy, "rows/s"), "")
        line("okr-plan-sync push", push, rate(rows, push, "rows/s"),
             sprintf("%.2f x \\copy (reads the file, publishes)", copy / push))
        line("push, 100 tasks changed", changed, "", sprintf("%.2f x reading it", changed / check))
        line("push, nothing changed", unchanged, "", sprintf("%.2f x reading it", unchanged / check))
        printf "Peak memory: check %d MiB, push %d MiB, push of changes %d MiB, okrd %d MiB\n",
            peak_check, peak_push, peak_changed, peak_okrd
    }'
