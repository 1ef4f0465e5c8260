#!/bin/sh
# Floors that hold: reads lines "LIBRARY ARCHIVE USES;…" (what the link lines declare) and asks nm what each
# library really takes from the others. Fails on an edge that is not declared, directly or by way of another
# library, and on a library that uses itself in a circle.
set -eu
rooms=$1
symbols=$(mktemp)
trap 'rm -f "$symbols"' EXIT

while read -r library archive _; do
    nm "$archive" 2>/dev/null | awk -v room="$library" '
        NF == 2 && $1 == "U" { print room, "needs", $2 }
        NF == 3 && $2 ~ /[TDBRVWC]/ { print room, "has", $3 }'
done <"$rooms" | sort -u >"$symbols"

awk '
    FNR == NR { split($3, words, ";"); for (i in words) uses[$1, words[i]] = 1; room[$1] = 1; next }
    $2 == "has" { owner[$3] = owner[$3] " " $1 }
    $2 == "needs" { n++; who[n] = $1; what[n] = $3 }
    END {
        for (via in room) for (a in room) for (b in room)
            if ((a, via) in uses && (via, b) in uses) uses[a, b] = 1
        for (a in room) if ((a, a) in uses) { print "a circle through " a; bad = 1 }
        for (i = 1; i <= n; i++) {
            fits = split(owner[what[i]], owners, " ") == 0
            for (k in owners) fits = fits || owners[k] == who[i] || (who[i], owners[k]) in uses
            if (!fits) { print who[i] " uses " what[i] " of" owner[what[i]] ", which no link line says"; bad = 1 }
        }
        if (!n) { print "no library was read"; bad = 1 }
        exit bad
    }' "$rooms" "$symbols"
