// See the header: arithmetic on days, and lists of lines.
#include "server/monday/docket_rules.h"
#include <string.h>

int docket_run(const int32_t *mondays, size_t n, int32_t last)
{
    int run = 0;
    for (size_t i = 0; i < n && mondays[i] >= last - 7 * run; i++)
        if (mondays[i] == last - 7 * run)
            run++;
    return run;
}

static Okr__DocketLine *find(Okr__DocketLine *const *lines, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(lines[i]->key, key) == 0)
            return lines[i];
    return NULL;
}

static void take_decision(Okr__DocketLine *line, const Okr__DocketLine *decided)
{
    line->has_decision = decided->has_decision;
    line->decision = decided->decision;
    line->reason = decided->reason;
    line->decided_by = decided->decided_by;
    line->decided_at = decided->decided_at;
    line->follow_up = decided->follow_up;
    line->follow_up_week = decided->follow_up_week;
    line->follow_up_closed_at = decided->follow_up_closed_at;
    line->outcome = decided->outcome;
    line->version = decided->version;
}

Okr__DocketLine **docket_merge(struct arena *arena, Okr__DocketLine *const *built, size_t n_built,
                               Okr__DocketLine *const *decided, size_t n_decided, bool past,
                               size_t *ret_n)
{
    size_t n = 0;
    Okr__DocketLine **lines =
        arena_calloc(arena, n_built + n_decided + 1, sizeof(Okr__DocketLine *));
    *ret_n = 0;
    if (!lines)
        return NULL;
    for (size_t i = 0; i < n_built; i++) {
        const Okr__DocketLine *decision = find(decided, n_decided, built[i]->key);
        built[i]->has_version = 1;
        built[i]->version = 0;
        if (decision)
            take_decision(built[i], decision);
        lines[n++] = built[i];
    }
    for (size_t i = 0; i < n_decided; i++) {
        if (find(built, n_built, decided[i]->key))
            continue;
        if (!past)
            decided[i]->has_gone = decided[i]->gone = 1;
        lines[n++] = decided[i];
    }
    *ret_n = n;
    return lines;
}

int docket_open(Okr__DocketLine *const *lines, size_t n)
{
    int open = 0;
    for (size_t i = 0; i < n; i++)
        open += !lines[i]->has_decision;
    return open;
}

bool docket_reviewed(Okr__DocketLine *const *lines, size_t n, const char *confirmed_at,
                     const char **ret_at)
{
    const char *last = confirmed_at;
    *ret_at = NULL;
    if (docket_open(lines, n) > 0 || (n == 0 && !confirmed_at))
        return false;
    for (size_t i = 0; i < n; i++)
        if (lines[i]->decided_at && (!last || strcmp(lines[i]->decided_at, last) > 0))
            last = lines[i]->decided_at;
    *ret_at = last;
    return true;
}
