// The quarter's projects on one time line: where each should end by its baseline, ends by the plan,
// and will end at the pace so far; the figures below it are the same.
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"
#include "common/calendar.h"

enum { WIDTH = 760, LEFT = 64, RIGHT = 16, ROW = 30, TOP = 26 };

static void ask(struct visit *v)
{
    Okr__GetEarnedValueRequest value = OKR__GET_EARNED_VALUE_REQUEST__INIT;
    Okr__GetQuarterRequest quarter = OKR__GET_QUARTER_REQUEST__INIT;
    value.quarter = quarter.name = (char *)(uintptr_t)visit_query(v, "quarter");
    visit_ask(v, RPC_PLAN_ANALYSIS_GET_EARNED_VALUE, &value);
    visit_ask(v, RPC_QUARTER_GET_QUARTER, &quarter);
}

struct axis {
    int32_t first, last;
};

// The first ten characters: a day, or the day of an instant.
static bool day_of(struct visit *v, const char *when, int32_t *ret)
{
    return when && strlen(when) >= 10 && date_parse(cli_copy(&v->cli, when, 10), ret);
}

static void widen(struct visit *v, struct axis *axis, const char *when)
{
    int32_t day;
    if (day_of(v, when, &day) && day > axis->last)
        axis->last = day;
}

static int x_of(const struct axis *axis, int32_t day)
{
    double part = (double)(day - axis->first) / (axis->last - axis->first);
    return LEFT + (int)((part < 0 ? 0 : part) * (double)(WIDTH - LEFT - RIGHT));
}

static void put_bar_to(struct visit *v, const struct axis *axis, const char *when, int y,
                       int height, const char *look)
{
    int32_t day;
    if (day_of(v, when, &day))
        put(v, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", look, LEFT, y,
            x_of(axis, day) - LEFT, height);
}

static void put_mark(struct visit *v, const struct axis *axis, const char *when, int y,
                     const char *look, const char *name)
{
    int32_t day;
    if (!day_of(v, when, &day))
        return;
    int x = x_of(axis, day);
    put(v, "<path class=\"%s\" d=\"M%d %dl5 7l-5 7l-5 -7z\"><title>%s %s</title></path>", look, x,
        y, name, show_day(&v->cli, when));
}

static void put_days(struct visit *v, const struct axis *axis, int height, const char *today)
{
    int32_t now;
    for (int32_t day = month_of(axis->first, 0); day <= axis->last; day = month_of(day, 1)) {
        char text[DATE_SIZE];
        date_format(day, text);
        put(v,
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"18\" y2=\"%d\"/>"
            "<text x=\"%d\" y=\"13\">%s</text>",
            x_of(axis, day), x_of(axis, day), height, x_of(axis, day), show_day(&v->cli, text));
    }
    if (day_of(v, today, &now) && now >= axis->first && now <= axis->last)
        put(v, "<line class=\"today\" x1=\"%d\" x2=\"%d\" y1=\"18\" y2=\"%d\"/>", x_of(axis, now),
            x_of(axis, now), height);
}

static void put_line(struct visit *v, const struct axis *axis, const Okr__EarnedValue *one, int y)
{
    put(v, "<text x=\"4\" y=\"%d\">P-%lld</text>", y + 14, (long long)one->project_id);
    put_bar_to(v, axis, one->baseline_finish, y + 2, 5, "baseline");
    put_bar_to(v, axis, one->plan_finish, y + 9, 7, "plan");
    put_mark(v, axis, one->pace_finish, y + 4, one->expected_miss ? "pace bad" : "pace",
             _("At this pace"));
}

static void put_lines(struct visit *v, const Okr__EarnedValueList *list,
                      const Okr__Quarter *quarter)
{
    struct axis axis;
    if (!day_of(v, quarter->first_day, &axis.first) || !day_of(v, quarter->last_day, &axis.last))
        return;
    for (size_t i = 0; i < list->n_projects; i++) {
        widen(v, &axis, list->projects[i]->plan_finish);
        widen(v, &axis, list->projects[i]->pace_finish);
    }
    int height = TOP + ROW * (int)list->n_projects;
    put(v, "<svg class=\"chart gantt\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
        WIDTH, height, _("When each project ends"));
    put_days(v, &axis, height, v->server ? v->server->today : NULL);
    for (size_t i = 0; i < list->n_projects; i++)
        put_line(v, &axis, list->projects[i], TOP + ROW * (int)i);
    put(v, "</svg><p class=\"faint\">%s</p>",
        _("Thin: the baseline. Thick: the plan as it is now. Diamond: at the pace so far; red: a "
          "miss is expected."));
}

static void put_row(struct visit *v, const Okr__EarnedValue *one)
{
    put(v, "<tr><td>");
    put_id(v, "P", one->project_id);
    put(v,
        " %s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
        "<td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n %s\">%s%s</td></tr>",
        show_text(one->project_name), one->has_percent ? show_percent(&v->cli, one->percent) : "-",
        one->has_ev ? show_hours(&v->cli, one->ev) : "-",
        one->has_pv ? show_hours(&v->cli, one->pv) : "-",
        one->baseline_finish ? show_day(&v->cli, one->baseline_finish) : "-",
        one->plan_finish ? show_day(&v->cli, one->plan_finish) : "-",
        one->expected_miss ? "bad" : "",
        one->pace_finish ? show_day(&v->cli, one->pace_finish) : "-",
        one->expected_miss ? " !" : "");
}

static void show(struct visit *v)
{
    const Okr__EarnedValueList *list = visit_reply(v, 2);
    v->title = _("Plan");
    v->live = "plan binding project";
    put(v, "<h1>%s <small>%s</small></h1>", v->title, show_text(list->quarter));
    if (!list->n_projects) {
        put(v, "<p class=\"well\">%s</p>", _("No project is under way in this quarter."));
        return;
    }
    put_lines(v, list, visit_reply(v, 3));
    put(v,
        "<div class=\"wide\"><table><thead><tr><th>%s</th><th class=\"n\">%s</th>"
        "<th class=\"n\">%s</th><th class=\"n\">%s</th><th class=\"n\">%s</th>"
        "<th class=\"n\">%s</th><th class=\"n\">%s</th></tr></thead><tbody>",
        _("Project"), _("Done"), _("Earned"), _("Planned"), _("Baseline"), _("Plan"),
        _("At this pace"));
    for (size_t i = 0; i < list->n_projects; i++)
        put_row(v, list->projects[i]);
    put(v, "</tbody></table></div>");
}

const struct page page_plan = {.path = "/plan", .name = N_("Plan"), .ask = ask, .show = show};
