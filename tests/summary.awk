# What ran, how many, how long, label by label: from what ctest printed (one file a build, named
# BUILD/dev-test.log) and from the budgets (BUILD/tests/budgets: a label and its seconds a line).
# Times are those of the tests added up; several run at a time.
FILENAME ~ /budgets$/ {
    build = FILENAME
    sub(/\/tests\/budgets$/, "", build)
    budget[build, $1] = $2
    next
}
{
    build = FILENAME
    sub(/\/dev-test\.log$/, "", build)
}
/sec\*proc/ {
    if (!heading++)
        printf "\n%-12s %-7s %6s %9s %9s\n", "build", "label", "tests", "seconds", "budget"
    count = $5
    sub(/^\(/, "", count)
    limit = budget[build, $1]
    printf "%-12s %-7s %6d %9.1f %9d%s\n", build, $1, count, $3, limit, ($3 > limit ? "  over" : "")
}
/tests passed/ { failed += $4; all += $NF }
END { printf "%d tests, %d failed, %d:%02d minutes\n", all, failed, seconds / 60, seconds % 60 }
