// Lines of a docket that come from weeks, projects and earlier decisions: runs of missed goals,
// weeks without goals or without a closing, urgent side work, follow-ups.
#include "common/calendar.h"
#include "server/monday/docket_private.h"
#include "server/monday/docket_rules.h"
#include "server/week/week.h"

#define KIND(name) OKR__DOCKET_KIND__DOCKET_KIND_##name

static const char *key_of(struct call *call, const char *kind, int64_t id)
{
    return call_printf(call, "%s/%lld", kind, (long long)id);
}

void docket_add_runs(struct call *call, struct asked asked)
{
    const struct docket_build *build = call->state;
    int32_t last = build->docket.monday - 7;
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        struct docket_missed missed = docket_missed_row(call, &row);
        int run = docket_run(missed.mondays, missed.n, last);
        if (run < DOCKET_RUN_LEAST)
            continue;
        Okr__DocketLine *line = docket_add(call, KIND(MISSED_RUN), missed.project_id, NULL,
                                           key_of(call, "missed-run", missed.project_id));
        SET(line, count, run);
        line->detail = week_text(call, last);
    }
}

void docket_add_missing(struct call *call, struct asked weeks, struct asked goals)
{
    const struct docket_build *build = call->state;
    int32_t last = build->docket.monday - 7;
    for (struct row row = asked_begin(call, weeks); row_next(&row);) {
        const Okr__ProjectWeek *week = project_week(call, &row, goals, last, false);
        if (week->timeliness != OKR__TIMELINESS__TIMELINESS_MISSING)
            continue;
        Okr__DocketLine *line =
            docket_add(call, KIND(WEEK_MISSING), week->project_id, week->project_name,
                       key_of(call, "week-missing", week->project_id));
        SET(line, count, (int32_t)week->n_goals);
        line->detail = week_text(call, last);
    }
}

void docket_add_urgent(struct call *call, struct asked asked)
{
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        struct docket_urgent urgent;
        docket_urgent_take(&row, &urgent);
        Okr__DocketLine *line = docket_add(call, KIND(URGENT_SIDE), urgent.project_id, NULL,
                                           key_of(call, "urgent-side", urgent.project_id));
        line->detail = call_printf(call, "%s", "");
        for (size_t k = 0; k < urgent.n_displaces; k++)
            line->detail = call_printf(call, "%s%s%s", line->detail, k ? " " : "",
                                       thing_label(call, "P", urgent.displaces[k]));
    }
}

void docket_add_follow_ups(struct call *call, struct asked asked)
{
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        struct docket_decided decided = docket_decided_row(call, &row);
        const Okr__DocketLine *of = decided.line;
        Okr__DocketLine *line =
            docket_add(call, KIND(FOLLOW_UP), of->has_project_id ? of->project_id : 0, of->subject,
                       key_of(call, "follow-up", decided.id));
        line->detail = of->follow_up;
        line->since_week = decided.week;
        line->since_key = of->key;
        SET(line, since_version, of->version);
    }
}
