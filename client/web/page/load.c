// Who has too much to do: planned hours by person and week, darker where there are more.
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetLoadRequest request = OKR__GET_LOAD_REQUEST__INIT;
    request.from_week = (char *)(uintptr_t)visit_query(v, "week");
    request.has_weeks = 1;
    request.weeks = 8;
    visit_ask(v, RPC_PLAN_ANALYSIS_GET_LOAD, &request);
}

static int heat_of(const Okr__LoadWeek *week)
{
    double all = week->planned + week->elsewhere;
    if (week->overload)
        return 5;
    return week->capacity > 0 ? (int)(4 * all / week->capacity + 0.5) : 0;
}

static const char *hours(struct visit *v, double minutes)
{
    return show_number(&v->cli, (double)(long)(minutes / 6 + 0.5) / 10);
}

static void put_person(struct visit *v, const Okr__PersonLoad *person)
{
    put(v, "<tr><th scope=\"row\">%s</th>", show_text(person->name));
    for (size_t i = 0; i < person->n_weeks; i++) {
        const Okr__LoadWeek *week = person->weeks[i];
        int heat = heat_of(week);
        put(v, "<td class=\"n heat-%d\">%s/%s%s</td>", heat > 5 ? 5 : heat,
            hours(v, week->planned + week->elsewhere), hours(v, week->capacity),
            week->overload ? " !" : "");
    }
    put(v, "</tr>");
}

static void show(struct visit *v)
{
    const Okr__LoadTable *table = visit_reply(v, 2);
    v->title = _("Load");
    v->live = "plan binding";
    put(v, "<div class=\"title\"><h1>%s</h1>", v->title);
    if (!table->n_people || !table->people[0]->n_weeks) {
        put(v, "</div><p class=\"well\">%s</p>", _("No plan says who works when."));
        return;
    }
    put_weeks(v, "/load", table->people[0]->weeks[0]->week);
    put(v, "</div><p class=\"faint\">%s</p>",
        _("Planned of possible hours; ! is more than a person can do."));
    put(v, "<div class=\"wide\"><table class=\"heat\"><thead><tr><th>%s</th>", _("Person"));
    for (size_t i = 0; i < table->people[0]->n_weeks; i++)
        put(v, "<th class=\"n\">%s</th>", show_text(table->people[0]->weeks[i]->week));
    put(v, "</tr></thead><tbody>");
    for (size_t i = 0; i < table->n_people; i++)
        put_person(v, table->people[i]);
    put(v, "</tbody></table></div>");
}

const struct page page_load = {.path = "/load", .name = N_("Load"), .ask = ask, .show = show};
