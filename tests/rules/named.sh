#!/usr/bin/env bash
# Which test shows which rule: tests of tests/rules are named by the rules' ids (r9_…, r01_…,
# r21_r22_…). Prints rule → tests, and fails when a rule has none, or when a test does not say in the
# comment above it what breaking the rule looks like ("Broken …").
#   named.sh [--list] [FOLDER]
set -euo pipefail
rules=53
list=false
if [[ ${1-} == --list ]]; then
    list=true
    shift
fi
folder=${1:-$(dirname "$(readlink -f "$0")")}

awk -v rules=$rules -v list=$list '
FNR == 1 { comment = "" }
/^\/\// { comment = comment $0; next }
/^static void r[0-9]+_[a-z0-9_]*\(void \*\*state\)/ {
    name = $3
    sub(/\(.*/, "", name)
    if (comment !~ /[Bb]roken/) {
        file = FILENAME
        sub(/.*\//, "", file)
        printf "%s: %s does not say what breaking it looks like\n", file, name
        bad = 1
    }
    rest = name
    while (match(rest, /^r[0-9]+_/)) {
        rule = substr(rest, 2, RLENGTH - 2) + 0
        tests[rule] = tests[rule] " " name
        count[rule]++
        rest = substr(rest, RLENGTH + 1)
    }
}
{ comment = "" }
END {
    for (rule = 1; rule <= rules; rule++) {
        if (!count[rule]) {
            printf "R%d has no test\n", rule
            bad = 1
        } else if (list == "true")
            printf "R%d:%s\n", rule, tests[rule]
    }
    exit bad
}' "$folder"/test_*.c
