#!/bin/sh
# The same for what a header needs, which no symbol shows: a folder of the server includes only from folders that
# its library uses. Reads the lines of floors.sh; the library of FOLDER is libokr_FOLDER.a, and what lies in the
# server's root (the clock, the loop) is libokr_base.a.
set -eu
floors=$1 server=$2

find "$server" -name '*.[ch]' ! -name main.c -exec grep -H '^#include "server/' {} + |
    sed -n "s|^$server/||; s|:#include \"server/| |; s|\".*||p" |
    awk '
        function folder(path) { return path ~ "/" ? substr(path, 1, index(path, "/") - 1) : "base" }
        FNR == NR {
            name = $2; sub(".*/libokr_", "", name); sub("\\.a$", "", name)
            library[name] = $1; known[$1] = 1; split($3, words, ";")
            for (i in words) uses[$1, words[i]] = 1
            next
        }
        { n++; from[n] = folder($1); to[n] = folder($2); file[n] = $1; what[n] = $2 }
        END {
            for (via in known) for (a in known) for (b in known)
                if ((a, via) in uses && (via, b) in uses) uses[a, b] = 1
            for (i = 1; i <= n; i++) {
                a = library[from[i]]; b = library[to[i]]
                if (what[i] == "bug.h" || (a != "" && (a == b || (a, b) in uses))) continue
                print file[i] " includes server/" what[i] ", which no link line says"; bad = 1
            }
            if (!n) { print "no #include was read"; bad = 1 }
            exit bad
        }' "$floors" -
