// A project's week: its goals, and for its lead one form that closes the week and sets the next.
#include <stdlib.h>
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"
#include "common/calendar.h"

enum { NEXT_LEAST = 3, GOALS_MOST = 50 };

static int64_t project_of(const struct visit *v)
{
    return visit_rest_id(v, "P");
}

static void ask(struct visit *v)
{
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = project_of(v);
    request.week = (char *)(uintptr_t)visit_query(v, "week");
    request.has_next_tasks = 1;
    request.next_tasks = !v->as_of;
    visit_ask(v, RPC_WEEK_GET_WEEK, &request);
}

// ---- what is there ----------------------------------------------------------------------------

static void put_entries(struct visit *v, const Okr__ProjectWeek *week)
{
    if (!week->n_entries)
        return;
    put(v, "<section><h2>%s</h2><ul class=\"talk\">", _("Entries"));
    for (size_t i = 0; i < week->n_entries; i++) {
        const Okr__Entry *entry = week->entries[i];
        put(v, "<li><p class=\"faint\">%s · %s</p><p class=\"text\">%s</p></li>",
            show_text(entry->author), show_time(&v->cli, entry->written_at),
            show_text(entry->text));
    }
    put(v, "</ul></section>");
}

static void put_entry_form(struct visit *v, const char *path)
{
    if (!visit_may(v, RPC_WEEK_WRITE_ENTRY))
        return;
    put(v, "<section><h2>%s</h2>", _("Entry"));
    put_form_begin(v, "entry", path);
    put_area(v, "text", _("An entry on this week: what happened, what stands in the way"), NULL, 2);
    put(v, "<p><button class=\"second\">%s</button></p>", _("Write"));
    put_form_end(v);
    put(v, "</section>");
}

static void put_closed(struct visit *v, const Okr__ProjectWeek *week)
{
    put(v, "<section><h2>%s</h2>", _("Goals"));
    put_goals(v, week->goals, week->n_goals, 0);
    if (week->look_back)
        put(v, "<h3>%s</h3><p class=\"text\">%s</p>", _("looking back"), week->look_back);
    if (week->closed_at)
        put(v, "<p class=\"faint\">%s</p>",
            cli_text(&v->cli, _("closed %s by %s"), show_time(&v->cli, week->closed_at),
                     show_text(week->closed_by)));
    put(v, "</section>");
    if (week->n_next_goals) {
        put(v, "<section><h2>%s</h2>", _("Goals for next week"));
        put_goals(v, week->next_goals, week->n_next_goals, 0);
        put(v, "</section>");
    }
}

// ---- the form ---------------------------------------------------------------------------------

static void put_radio(struct visit *v, const Okr__Goal *goal, const char *value, const char *label,
                      bool chosen)
{
    put(v, "<label class=\"choice\"><input type=\"radio\" name=\"result-%lld\" value=\"%s\"%s",
        (long long)goal->id, value, "");
    fputs(chosen ? " checked=\"checked\"/>" : "/>", v->out);
    put(v, " %s</label>", label);
}

static const char *result_of(struct visit *v, const Okr__Goal *goal)
{
    const char *name = cli_text(&v->cli, "result-%lld", (long long)goal->id);
    const char *typed = v->problem ? exchange_field(v->x, name) : NULL;
    if (typed)
        return typed;
    return goal->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED ? "achieved"
           : goal->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED ? "missed"
                                                                  : "";
}

static void put_goal_fields(struct visit *v, const Okr__Goal *goal)
{
    const char *result = result_of(v, goal);
    put(v, "<fieldset class=\"goal\"><legend>%s</legend><div class=\"choices\">",
        show_text(goal->text));
    put_radio(v, goal, "achieved", _("achieved"), strcmp(result, "achieved") == 0);
    put_radio(v, goal, "missed", _("missed"), strcmp(result, "missed") == 0);
    put(v, "</div><input type=\"hidden\" name=\"version-%lld\" value=\"%lld\"/>",
        (long long)goal->id, (long long)goal->version);
    put_input(v, cli_text(&v->cli, "reason-%lld", (long long)goal->id), _("why it was missed"),
              goal->reason, " class=\"why\"");
    put(v, "</fieldset>");
}

// The lead's plan tasks of the coming week are offered, so that most need not be typed.
static const char *suggestion(const Okr__ProjectWeek *week, size_t i)
{
    if (week->n_next_goals)
        return i < week->n_next_goals ? week->next_goals[i]->text : NULL;
    return i < week->n_next_tasks ? week->next_tasks[i]->name : NULL;
}

static size_t offered(const Okr__ProjectWeek *week)
{
    size_t count = week->n_next_tasks + 1;
    return count < NEXT_LEAST ? NEXT_LEAST : count > 8 ? 8 : count;
}

static void put_next_fields(struct visit *v, const Okr__ProjectWeek *week)
{
    put(v, "<h2>%s</h2>", _("Goals for next week"));
    if (week->n_next_goals) {
        put_goals(v, week->next_goals, week->n_next_goals, 0);
        put(v, "<p class=\"faint\">%s</p>", _("They are set already; what you write is added."));
    } else if (week->n_next_tasks) {
        put(v, "<p class=\"faint\">%s</p>",
            _("Taken from the plan's tasks of next week. Change, empty or add."));
    }
    for (size_t i = 0; i < offered(week); i++)
        put_input(v, cli_text(&v->cli, "next-%zu", i + 1), cli_text(&v->cli, _("Goal %zu"), i + 1),
                  week->n_next_goals ? NULL : suggestion(week, i), "");
    put_problem_of(v, "next_goals");
}

static bool is_open(const Okr__ProjectWeek *week)
{
    return week->state != OKR__WEEK_STATE__WEEK_STATE_CLOSED;
}

// The right is for one's own projects: the week names its lead.
static bool is_mine(const struct visit *v, const Okr__ProjectWeek *week)
{
    return visit_may(v, RPC_WEEK_CLOSE_WEEK) && week->lead && v->who->handle &&
           strcmp(week->lead, v->who->handle) == 0;
}

static void put_close_form(struct visit *v, const Okr__ProjectWeek *week, const char *path)
{
    put_form_begin(v, "close", path);
    put(v, "<h2>%s</h2>", _("Goals of this week"));
    if (!week->n_goals)
        put(v, "<p class=\"faint\">%s</p>", _("no weekly goal"));
    for (size_t i = 0; i < week->n_goals; i++) {
        if (!week->goals[i]->dropped)
            put_goal_fields(v, week->goals[i]);
    }
    put_problem_of(v, "results");
    put_area(v, "look_back", _("Looking back at the week"), week->look_back, 3);
    put_next_fields(v, week);
    put(v,
        "<p class=\"act\"><button accesskey=\"s\">%s</button> <span class=\"faint\">%s</span>"
        "</p>",
        _("Close this week and set the next"),
        _("Ctrl+Enter; what is typed stays in this browser "
          "until then"));
    put_form_end(v);
}

static void put_head(struct visit *v, const Okr__ProjectWeek *week, const char *path)
{
    put(v, "<div class=\"title\"><h1>");
    put_id(v, "P", week->project_id);
    put(v, " %s</h1>", show_text(week->project_name));
    put_weeks(v, path, week->week);
    put(v, "<p class=\"faint\">%s · %s %s · %s</p></div>",
        label_of(&okr__week_state__descriptor, (int)week->state), _("Due"),
        show_time(&v->cli, week->due_at),
        label_of(&okr__timeliness__descriptor, (int)week->timeliness));
}

static void show(struct visit *v)
{
    const Okr__ProjectWeek *week = visit_reply(v, 2);
    const char *path = cli_text(&v->cli, "/week/P-%lld", (long long)week->project_id);
    const char *here = cli_text(&v->cli, "%s?week=%s", path, show_text(week->week));
    v->title = cli_text(&v->cli, "%s %s", show_text(week->week), show_text(week->project_name));
    v->live = "goal week entry";
    put_head(v, week, path);
    if (is_open(week) && is_mine(v, week))
        put_close_form(v, week, here);
    else
        put_closed(v, week);
    put_entries(v, week);
    put_entry_form(v, here);
}

// ---- what the forms do ------------------------------------------------------------------------

struct closing {
    Okr__CloseWeekRequest request;
    Okr__SetResultRequest results[GOALS_MOST], *result_list[GOALS_MOST];
    Okr__NewGoal goals[GOALS_MOST], *goal_list[GOALS_MOST];
};

static void take_result(struct visit *v, struct closing *c, int64_t id, const char *word)
{
    if (c->request.n_results == GOALS_MOST)
        return;
    Okr__SetResultRequest *result = &c->results[c->request.n_results];
    okr__set_result_request__init(result);
    result->has_id = result->has_version = result->has_result = 1;
    result->id = id;
    result->version = visit_field_id(v, cli_text(&v->cli, "version-%lld", (long long)id));
    bool missed = strcmp(word, "missed") == 0;
    result->result =
        missed ? OKR__GOAL_RESULT__GOAL_RESULT_MISSED : OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
    if (missed)
        result->reason = text_field(v, cli_text(&v->cli, "reason-%lld", (long long)id));
    c->result_list[c->request.n_results++] = result;
}

static void take_goal(struct visit *v, struct closing *c, const char *text)
{
    if (c->request.n_next_goals == GOALS_MOST || !text[strspn(text, " \t\n")])
        return;
    Okr__NewGoal *goal = &c->goals[c->request.n_next_goals];
    okr__new_goal__init(goal);
    goal->text = cli_text(&v->cli, "%s", text);
    c->goal_list[c->request.n_next_goals++] = goal;
}

static void close_week(struct visit *v, const char *then)
{
    struct closing *c = cli_keep(&v->cli, sizeof *c);
    const char *name, *value;
    okr__close_week_request__init(&c->request);
    c->request.has_project_id = 1;
    c->request.project_id = project_of(v);
    c->request.week = (char *)(uintptr_t)visit_query(v, "week");
    c->request.look_back = text_field(v, "look_back");
    c->request.results = c->result_list;
    c->request.next_goals = c->goal_list;
    for (size_t i = 0; exchange_field_at(v->x, i, &name, &value); i++) {
        if (strncmp(name, "result-", 7) == 0 && atoll(name + 7) > 0)
            take_result(v, c, atoll(name + 7), value);
        else if (strncmp(name, "next-", 5) == 0)
            take_goal(v, c, value);
    }
    visit_change(v, RPC_WEEK_CLOSE_WEEK, &c->request, then);
}

static void write_entry(struct visit *v, const char *then)
{
    Okr__WriteEntryRequest request = OKR__WRITE_ENTRY_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = project_of(v);
    request.week = (char *)(uintptr_t)visit_query(v, "week");
    request.text = text_field(v, "text");
    visit_change(v, RPC_WEEK_WRITE_ENTRY, &request, then);
}

static void act(struct visit *v)
{
    const char *form = visit_field(v, "form");
    const char *then =
        cli_text(&v->cli, "/week/%s?week=%s", v->rest, show_text(visit_query(v, "week")));
    if (form && strcmp(form, "entry") == 0)
        write_entry(v, then);
    else
        close_week(v, then);
}

const struct page page_week = {.path = "/week/", .ask = ask, .show = show, .act = act};

// ---- all of them ------------------------------------------------------------------------------

static void ask_all(struct visit *v)
{
    Okr__ListWeeksRequest request = OKR__LIST_WEEKS_REQUEST__INIT;
    request.week = (char *)(uintptr_t)visit_query(v, "week");
    visit_ask(v, RPC_WEEK_LIST_WEEKS, &request);
}

static void put_week_row(struct visit *v, const Okr__ProjectWeek *week)
{
    bool bad = week->timeliness == OKR__TIMELINESS__TIMELINESS_LATE ||
               week->timeliness == OKR__TIMELINESS__TIMELINESS_MISSING;
    put(v, "<tr><td>");
    put_id(v, "P", week->project_id);
    put(v, " %s", show_text(week->project_name));
    put_goals(v, week->goals, week->n_goals, 0);
    put(v, "</td><td>%s</td><td>%s</td><td class=\"%s\">%s</td><td><a href=\"%s\">%s</a></td></tr>",
        show_text(week->lead), label_of(&okr__week_state__descriptor, (int)week->state),
        bad ? "bad" : "", label_of(&okr__timeliness__descriptor, (int)week->timeliness),
        visit_url(v, cli_text(&v->cli, "/week/P-%lld?week=%s", (long long)week->project_id,
                              show_text(week->week))),
        _("Open"));
}

static void show_all(struct visit *v)
{
    const Okr__WeekList *list = visit_reply(v, 2);
    const char *week = list->n_weeks ? list->weeks[0]->week : v->server ? v->server->week : NULL;
    v->title = _("Weeks");
    v->live = "goal week project";
    put(v, "<div class=\"title\"><h1>%s</h1>", _("The projects' week"));
    put_weeks(v, "/weeks", visit_query(v, "week") ? visit_query(v, "week") : week);
    put(v, "</div>");
    if (!list->n_weeks) {
        put(v, "<p class=\"well\">%s</p>", _("No project is under way in this week."));
        return;
    }
    put(v,
        "<div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th>"
        "<th></th></tr></thead><tbody>",
        _("Project"), _("Lead"), _("State"), _("In time?"));
    for (size_t i = 0; i < list->n_weeks; i++)
        put_week_row(v, list->weeks[i]);
    put(v, "</tbody></table></div>");
}

const struct page page_weeks = {
    .path = "/weeks", .name = N_("Weeks"), .ask = ask_all, .show = show_all};
