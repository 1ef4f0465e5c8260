#!/usr/bin/env bash
# Units mirror the sources: of the core (server/pg, call, rpc) each source has tests/unit/test_NAME.c, or a line
# in tests/house/units that says where it is tested instead, and why. Prints what has neither, and which lines
# are stale.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
list=tests/house/units wrong=0

complain() {
    printf '%s\n' "$*"
    wrong=1
}

for source in server/{pg,call,rpc}/*.c; do
    name=$(basename "$source" .c)
    line=$(grep -E "^$name +" "$list" || true)
    if [[ -f tests/unit/test_$name.c ]]; then
        [[ -z $line ]] || complain "$list: $name has a unit of its own by now"
    elif [[ -z $line ]]; then
        complain "$source: no tests/unit/test_$name.c, and no line in $list"
    fi
done
while read -r name test _; do
    [[ -z $name || $name == \#* ]] && continue
    compgen -G "server/*/$name.c" >/dev/null || complain "$list: there is no source $name"
    compgen -G "tests/*/$test.c" >/dev/null || complain "$list: there is no test $test"
done <"$list"
exit "$wrong"
