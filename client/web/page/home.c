// What waits for me, then what to do next: each a click away.
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetTodoRequest todo = OKR__GET_TODO_REQUEST__INIT;
    Okr__GetMyWorkRequest work = OKR__GET_MY_WORK_REQUEST__INIT;
    visit_ask(v, RPC_INSIGHT_GET_TODO, &todo);
    visit_ask(v, RPC_BOARD_GET_MY_WORK, &work);
}

// Where the thing is done. "P-3", "KR-4", "2021-W07", "2021-02" are what subjects look like.
static const char *place_of(struct visit *v, const Okr__TodoItem *item)
{
    const char *subject = show_text(item->subject);
    switch (item->kind) {
    case OKR__TODO_KIND__TODO_KIND_CLOSE_WEEK:
    case OKR__TODO_KIND__TODO_KIND_SET_GOALS:
        return cli_text(&v->cli, "/week/%s", subject);
    case OKR__TODO_KIND__TODO_KIND_MONDAY_REVIEW:
    case OKR__TODO_KIND__TODO_KIND_FOLLOW_UP:
        return "/monday";
    case OKR__TODO_KIND__TODO_KIND_PREPARE_EVALUATION:
    case OKR__TODO_KIND__TODO_KIND_SIGN_EVALUATION:
    case OKR__TODO_KIND__TODO_KIND_ACTION_DUE:
        return "/month";
    case OKR__TODO_KIND__TODO_KIND_SIDE_REVIEW:
        return "/side";
    case OKR__TODO_KIND__TODO_KIND_BIND_WORK:
        return "/more/coverage";
    case OKR__TODO_KIND__TODO_KIND_ANSWER_PLAN:
        return "/more/plan/questions";
    default:
        if (strncmp(subject, "KR-", 3) == 0)
            return cli_text(&v->cli, "/kr/%s", subject);
        if (strncmp(subject, "P-", 2) == 0)
            return cli_text(&v->cli, "/project/%s", subject);
        return "/board";
    }
}

static void put_todo(struct visit *v, const Okr__Todo *todo)
{
    put(v, "<section><h2>%s</h2>", _("What waits for me"));
    if (!todo->n_items)
        put(v, "<p class=\"well\">%s</p>", _("Nothing waits for you."));
    else
        put(v, "<ol class=\"todo\">");
    for (size_t i = 0; i < todo->n_items; i++) {
        const Okr__TodoItem *item = todo->items[i];
        put(v, "<li><a href=\"%s\"><span class=\"what\">%s</span> <b>%s</b> %s</a>",
            visit_url(v, place_of(v, item)), label_of(&okr__todo_kind__descriptor, (int)item->kind),
            show_text(item->subject), show_text(item->text));
        if (item->due)
            put(v, "<span class=\"%s\">%s %s</span>", item->overdue ? "due bad" : "due",
                show_day(&v->cli, item->due), item->overdue ? _("overdue") : "");
        put(v, "</li>");
    }
    put(v, todo->n_items ? "</ol></section>" : "</section>");
}

static const char *what(const Okr__WorkItem *item)
{
    return show_text(item->task_name ? item->task_name : item->goal_text);
}

static void put_first(struct visit *v, const Okr__WorkItem *item)
{
    put(v, "<div class=\"next\"><p class=\"tag\">%s</p><p class=\"big\">%s</p><p>", _("Next:"),
        what(item));
    if (item->project_id)
        put_id(v, "P", item->project_id);
    put(v, " %s</p>", show_text(item->project_name));
    if (item->kr_text) {
        put(v, "<p class=\"faint\">%s ", _("For"));
        put_id(v, "KR", item->kr_id);
        put(v, " %s</p>", item->kr_text);
    }
    put(v, "</div>");
}

static void put_item(struct visit *v, const Okr__WorkItem *item)
{
    put(v, "<tr><td>");
    if (item->project_id)
        put_id(v, "P", item->project_id);
    put(v,
        "</td><td>%s</td><td class=\"%s\">%s%s</td><td class=\"n\">%s</td>"
        "<td class=\"n\">%s</td></tr>",
        what(item), item->late ? "bad" : "",
        item->finish ? show_days(&v->cli, item->start, item->finish) : "",
        item->late ? cli_text(&v->cli, " %s", _("overdue")) : "",
        item->has_percent_complete ? show_percent(&v->cli, (double)item->percent_complete) : "",
        item->has_work ? show_hours(&v->cli, item->work) : "");
}

static void put_work(struct visit *v, const Okr__MyWork *work)
{
    put(v, "<section><h2>%s <small>%s</small></h2>", _("My work"), show_week(&v->cli, work->week));
    if (!work->n_items)
        put(v, "<p class=\"well\">%s</p>",
            cli_text(&v->cli, _("Nothing is planned for you in %s."),
                     show_week(&v->cli, work->week)));
    else
        put_first(v, work->items[0]);
    if (work->n_items > 1) {
        put(v,
            "<div class=\"wide\"><table><thead><tr><th>%s</th><th>%s</th><th>%s</th>"
            "<th class=\"n\">%s</th><th class=\"n\">%s</th></tr></thead><tbody>",
            _("Project"), _("What"), _("When"), _("Done"), _("Work"));
        for (size_t i = 1; i < work->n_items; i++)
            put_item(v, work->items[i]);
        put(v, "</tbody></table></div>");
    }
    put(v, "</section>");
}

static void put_projects(struct visit *v, const Okr__MyWork *work)
{
    if (!work->n_projects)
        return;
    put(v, "<section><h2>%s</h2><ul class=\"cards\">", _("Weekly goals of my projects"));
    for (size_t i = 0; i < work->n_projects; i++) {
        const Okr__Project *project = work->projects[i];
        put(v, "<li><h3>");
        put_id(v, "P", project->id);
        put(v, " %s</h3>", show_text(project->name));
        put_goals(v, work->goals, work->n_goals, project->id);
        put(v, "<p><a href=\"%s\">%s</a></p></li>",
            visit_url(v, cli_text(&v->cli, "/week/P-%lld", (long long)project->id)),
            _("This week"));
    }
    put(v, "</ul></section>");
}

static void show(struct visit *v)
{
    const Okr__MyWork *work = visit_reply(v, 3);
    v->title = _("Home");
    v->live = "goal week project plan monday evaluation side kr quarter";
    put(v, "<h1>%s</h1><div class=\"columns\">", cli_text(&v->cli, "%s", show_text(v->who->name)));
    put_todo(v, visit_reply(v, 2));
    put_work(v, work);
    put(v, "</div>");
    put_projects(v, work);
}

const struct page page_home = {.path = "/", .name = N_("Home"), .ask = ask, .show = show};
