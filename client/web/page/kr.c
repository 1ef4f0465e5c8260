// A key result: its values over the quarter against start and target, and what serves it.
#include <math.h>
#include <stdlib.h>
#include "client/web/page/chart.h"
#include "client/web/page/page.h"
#include "client/web/page/piece.h"
#include "common/calendar.h"

static void ask(struct visit *v)
{
    Okr__GetKeyResultRequest kr = OKR__GET_KEY_RESULT_REQUEST__INIT;
    Okr__ListMeasurementsRequest list = OKR__LIST_MEASUREMENTS_REQUEST__INIT;
    kr.has_id = list.has_kr_id = 1;
    kr.id = list.kr_id = visit_rest_id(v, "KR");
    visit_ask(v, RPC_QUARTER_GET_KEY_RESULT, &kr);
    visit_ask(v, RPC_QUARTER_LIST_MEASUREMENTS, &list);
}

// The quarter, for the chart's first and last day.
static bool more(struct visit *v)
{
    const Okr__KeyResult *kr = visit_reply(v, 2);
    Okr__GetQuarterRequest request = OKR__GET_QUARTER_REQUEST__INIT;
    request.name = kr->quarter;
    visit_ask_maybe(v, RPC_QUARTER_GET_QUARTER, &request);
    return true;
}

static bool is_keep(const Okr__KeyResult *kr)
{
    return kr->kind == OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST ||
           kr->kind == OKR__KR_KIND__KR_KIND_KEEP_AT_MOST;
}

static int32_t day_of(const char *text, int32_t otherwise)
{
    int32_t day = otherwise;
    return text && date_parse(text, &day) ? day : otherwise;
}

// A move within the noise band of the start is none (R46).
static void add_band(struct chart *chart, const Okr__KeyResult *kr)
{
    double noise = kr->has_noise_percent ? kr->noise_percent : 5;
    double of = is_keep(kr) ? fabs(kr->target) : fabs(kr->target - kr->start);
    chart->has_band = true;
    chart->band_low = kr->start - of * noise / 100;
    chart->band_high = kr->start + of * noise / 100;
}

static void put_values_chart(struct visit *v, const Okr__KeyResult *kr,
                             const Okr__MeasurementList *list, const Okr__Quarter *quarter)
{
    struct chart_point *points = cli_keep(&v->cli, (list->n_measurements + 1) * sizeof *points);
    const struct chart_level levels[] = {{kr->start, _("start"), "start"},
                                         {kr->target, _("target"), "target"}};
    struct chart chart = {.title = show_text(kr->text), .points = points, .levels = levels};
    chart.n_levels = is_keep(kr) ? 1 : 2;
    if (is_keep(kr))
        chart.levels = &levels[1];
    for (size_t i = 0; i < list->n_measurements; i++) {
        const Okr__Measurement *one = list->measurements[i];
        int32_t day;
        if (one->has_corrected_by || !one->day || !date_parse(one->day, &day))
            continue;
        points[chart.n_points++] =
            (struct chart_point){day, one->value,
                                 cli_text(&v->cli, "%s: %s %s", one->day,
                                          show_number(&v->cli, one->value), show_text(kr->unit))};
    }
    if (!chart.n_points)
        return;
    chart.first = day_of(quarter ? quarter->first_day : NULL, points[0].day);
    chart.last = day_of(quarter ? quarter->last_day : NULL, points[chart.n_points - 1].day);
    add_band(&chart, kr);
    put_chart(v, &chart);
}

static void put_values(struct visit *v, const Okr__KeyResult *kr, const Okr__MeasurementList *list)
{
    if (!list->n_measurements) {
        put(v, "<p class=\"well\">%s</p>", _("unmeasured"));
        return;
    }
    put(v,
        "<div class=\"wide\"><table><thead><tr><th>%s</th><th class=\"n\">%s</th><th>%s</th>"
        "<th>%s</th></tr></thead><tbody>",
        _("Day"), cli_text(&v->cli, "%s %s", _("Value"), show_text(kr->unit)), _("Note"), _("By"));
    for (size_t i = list->n_measurements; i-- > 0;) {
        const Okr__Measurement *one = list->measurements[i];
        put(v, "<tr class=\"%s\"><td>%s</td><td class=\"n\">%s</td><td>%s%s</td><td>%s</td></tr>",
            one->has_corrected_by ? "gone" : "", show_text(one->day),
            show_number(&v->cli, one->value), one->has_corrected_by ? _("(corrected) ") : "",
            show_text(one->note ? one->note : one->reason), show_text(one->recorded_by));
    }
    put(v, "</tbody></table></div>");
}

static void put_record_form(struct visit *v)
{
    if (!visit_may(v, RPC_QUARTER_RECORD_MEASUREMENT))
        return;
    put(v, "<h2>%s</h2>", _("Record a value"));
    put_form_begin(v, "record", cli_text(&v->cli, "/kr/%s", v->rest));
    put_input(v, "value", _("Value"), NULL, " inputmode=\"decimal\" required=\"required\"");
    put_input(v, "day", _("Day"), v->server ? v->server->today : NULL, " type=\"date\"");
    put_input(v, "note", _("Note"), NULL, "");
    put(v, "<p><button>%s</button></p>", _("Record"));
    put_form_end(v);
}

static void show(struct visit *v)
{
    const Okr__KeyResult *kr = visit_reply(v, 2);
    v->title = show_text(kr->text);
    v->live = "kr measurement project";
    put(v, "<h1><span class=\"id\">KR-%lld</span> %s</h1><p>%s <b>%s</b> · %s · %s</p>",
        (long long)kr->id, show_text(kr->text), label_of(&okr__kr_kind__descriptor, (int)kr->kind),
        board_value(&v->cli, kr), board_attained(&v->cli, kr), show_text(kr->quarter));
    put_values_chart(v, kr, visit_reply(v, 3), visit_reply(v, 4));
    put(v, "<p class=\"faint\">%s</p>",
        _("The band around the start is noise: within it the KR has not moved."));
    put_values(v, kr, visit_reply(v, 3));
    put_record_form(v);
    put(v, "<p><a href=\"%s\">%s</a> · <a href=\"%s\">%s</a></p>",
        visit_url(v, cli_text(&v->cli, "/more/why?THING=KR-%lld", (long long)kr->id)),
        _("Why: up to the roadmap"),
        visit_url(v, cli_text(&v->cli, "/more/trace?THING=KR-%lld", (long long)kr->id)),
        _("What follows: down to goals and people"));
    if (kr->n_project_ids) {
        put(v, "<h2>%s</h2><p>", _("Projects that serve it"));
        for (size_t i = 0; i < kr->n_project_ids; i++) {
            put_id(v, "P", kr->project_ids[i]);
            put(v, " ");
        }
        put(v, "</p>");
    }
}

static void act(struct visit *v)
{
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    char *end = NULL;
    const char *value = visit_field(v, "value");
    request.has_kr_id = request.has_value = 1;
    request.kr_id = visit_rest_id(v, "KR");
    request.value = value ? strtod(value, &end) : 0;
    request.day = text_field(v, "day");
    request.note = text_field(v, "note");
    if (!value || *end)
        visit_mistake(v, "value", OKR__REASON__REASON_BAD_VALUE);
    else
        visit_change(v, RPC_QUARTER_RECORD_MEASUREMENT, &request,
                     cli_text(&v->cli, "/kr/%s", v->rest));
}

const struct page page_kr = {.path = "/kr/", .ask = ask, .more = more, .show = show, .act = act};
