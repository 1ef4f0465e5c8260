// The board of a quarter: objectives and their KRs, the projects that serve them, side projects
// below; progress and this week's goals beside each.
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetBoardRequest request = OKR__GET_BOARD_REQUEST__INIT;
    request.quarter = cli_text(&v->cli, "%s", show_text(visit_query(v, "quarter")));
    request.week = cli_text(&v->cli, "%s", show_text(visit_query(v, "week")));
    if (!request.quarter[0])
        request.quarter = NULL;
    if (!request.week[0])
        request.week = NULL;
    Okr__ListQuartersRequest quarters = OKR__LIST_QUARTERS_REQUEST__INIT;
    visit_ask(v, RPC_BOARD_GET_BOARD, &request);
    visit_ask_maybe(v, RPC_QUARTER_LIST_QUARTERS, &quarters);
}

static void put_quarters(struct visit *v, const Okr__QuarterList *list)
{
    if (!list || list->n_quarters < 2)
        return;
    put(v, "<p class=\"steps\">");
    for (size_t i = 0; i < list->n_quarters; i++) {
        const char *name = show_text(list->quarters[i]->name);
        put(v, "<a href=\"%s\">%s</a> ", visit_url(v, cli_text(&v->cli, "/board?quarter=%s", name)),
            name);
    }
    put(v, "</p>");
}

static void put_note(const char *text, void *ctx)
{
    put(ctx, "<li class=\"bad\">! %s</li>", text);
}

static void put_headline(struct visit *v, const Okr__Board *board)
{
    const char *lines[BOARD_HEADLINES];
    if (!board->headline)
        return;
    board_headline(&v->cli, board->headline, lines);
    put(v, "<ul class=\"facts\">");
    for (size_t i = 0; i < BOARD_HEADLINES; i++)
        put(v, "<li>%s</li>", lines[i]);
    board_each_note(&v->cli, board, put_note, v);
    put(v, "</ul>");
}

static void put_project(struct visit *v, const Okr__Board *board, const Okr__BoardProject *row,
                        bool goals)
{
    const Okr__Project *project = row->project;
    bool plan = project->progress && project->progress->has_percent;
    bool late = board_is_overdue(board, project) || board_ends_after_quarter(board, project);
    put(v, "<tr id=\"P-%lld\"><td>", (long long)project->id);
    put_id(v, "P", project->id);
    put(v, " %s%s", project->changed_after_open ? _("(changed) ") : "", show_text(project->name));
    if (goals && project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        put_goals(v, row->goals, row->n_goals, 0);
    put(v, "</td><td>%s</td><td class=\"n\">%s",
        show_text(project->lead_name ? project->lead_name : project->lead),
        board_progress(&v->cli, project));
    if (plan)
        put_bar(v, project->progress->percent);
    put(v, "</td><td class=\"n %s\">%s</td></tr>", late ? "bad" : "",
        board_finish(&v->cli, board, project));
}

// A project that serves several KRs has its goals under the first.
static void put_served(struct visit *v, const Okr__Board *board, int64_t id, bool *seen)
{
    for (size_t i = 0; i < board->n_linked; i++) {
        if (board->linked[i]->project->id != id)
            continue;
        put_project(v, board, board->linked[i], !seen[i]);
        seen[i] = true;
    }
}

static void put_kr(struct visit *v, const Okr__Board *board, const Okr__BoardKeyResult *row,
                   bool *seen)
{
    const Okr__KeyResult *kr = row->kr;
    put(v, "<tr class=\"head\"><td>");
    put_id(v, "KR", kr->id);
    put(v, " %s</td><td>%s</td><td class=\"n\">%s", show_text(kr->text), board_value(&v->cli, kr),
        board_attained(&v->cli, kr));
    if (kr->has_attainment_percent)
        put_bar(v, kr->attainment_percent);
    put(v, "</td><td></td></tr>");
    if (!row->n_project_ids)
        put(v, "<tr><td class=\"bad\" colspan=\"4\">%s</td></tr>", _("no project serves it"));
    for (size_t i = 0; i < row->n_project_ids; i++)
        put_served(v, board, row->project_ids[i], seen);
}

static void put_table(struct visit *v)
{
    put(v,
        "<div class=\"wide\"><table class=\"board\"><thead><tr><th>%s</th><th>%s</th>"
        "<th class=\"n\">%s</th><th class=\"n\">%s</th></tr></thead><tbody>",
        _("KR, project, weekly goals"), _("Now -> target, lead"), _("Progress"), _("Planned end"));
}

static void put_objective(struct visit *v, const Okr__Board *board, const Okr__BoardObjective *row,
                          bool *seen)
{
    put(v, "<section><h2><span class=\"id\">O-%lld</span> %s <small>%s</small></h2>",
        (long long)row->objective->id, show_text(row->objective->text),
        show_text(row->objective->product));
    if (row->n_krs)
        put_table(v);
    for (size_t i = 0; i < row->n_krs; i++)
        put_kr(v, board, row->krs[i], seen);
    put(v, row->n_krs ? "</tbody></table></div></section>" : "</section>");
}

// Those of the rows that are not there yet; `seen` NULL: all.
static void put_section(struct visit *v, const Okr__Board *board, const char *title,
                        Okr__BoardProject *const *rows, size_t count, const bool *seen)
{
    bool begun = false;
    for (size_t i = 0; i < count; i++) {
        if (seen && seen[i])
            continue;
        if (!begun) {
            put(v, "<section><h2>%s</h2>", title);
            put_table(v);
        }
        begun = true;
        put_project(v, board, rows[i], true);
    }
    if (begun)
        put(v, "</tbody></table></div></section>");
}

static void show(struct visit *v)
{
    const Okr__Board *board = visit_reply(v, 2);
    bool *seen = cli_keep(&v->cli, (board->n_linked + 1) * sizeof *seen);
    v->live = "goal week project plan kr measurement quarter objective";
    v->title = _("Board");
    put(v, "<div class=\"title\"><h1>%s <small>%s</small></h1>",
        board->quarter ? show_text(board->quarter->name) : _("Board"),
        board->quarter ? label_of(&okr__quarter_state__descriptor, (int)board->quarter->state)
                       : "");
    put_weeks(v, "/board", board->week);
    put_quarters(v, visit_reply(v, 3));
    put(v, "</div>");
    put_headline(v, board);
    for (size_t i = 0; i < board->n_objectives; i++)
        put_objective(v, board, board->objectives[i], seen);
    put_section(v, board, _("Linked to KRs that were dropped"), board->linked, board->n_linked,
                seen);
    put_section(v, board, _("Side projects"), board->side, board->n_side, NULL);
    put_section(v, board, _("Dropped"), board->dropped, board->n_dropped, NULL);
}

const struct page page_board = {.path = "/board", .name = N_("Board"), .ask = ask, .show = show};
