// A project: what it is for, how far it is, what was decided and said about it.
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = 1;
    request.id = visit_rest_id(v, "P");
    visit_ask(v, RPC_PROJECT_GET_PROJECT_DETAIL, &request);
}

static void put_fact(struct visit *v, const char *name, const char *text)
{
    if (text && text[0])
        put(v, "<dt>%s</dt><dd>%s</dd>", name, text);
}

static void put_facts(struct visit *v, const Okr__Project *project)
{
    const Okr__Progress *progress = project->progress;
    put(v, "<dl class=\"facts\">");
    put_fact(v, _("State"), label_of(&okr__project_state__descriptor, (int)project->state));
    put_fact(v, _("Kind"), label_of(&okr__project_kind__descriptor, (int)project->kind));
    put_fact(v, _("Lead"), project->lead_name ? project->lead_name : project->lead);
    put_fact(v, _("Members"), show_words(&v->cli, project->members, project->n_members));
    if (project->category)
        put_fact(v, _("Category"),
                 label_of(&okr__side_category__descriptor, (int)project->category));
    put_fact(v, _("Requester"), project->requester);
    if (progress && progress->has_percent) {
        put_fact(v, _("Progress"),
                 cli_text(&v->cli, "%s, %s", show_percent(&v->cli, progress->percent),
                          show_hours(&v->cli, progress->planned_work)));
        put_fact(v, _("Planned end"), show_day(&v->cli, progress->finish));
    }
    if (project->n_kr_ids) {
        put(v, "<dt>%s</dt><dd>", _("For"));
        for (size_t i = 0; i < project->n_kr_ids; i++) {
            put_id(v, "KR", project->kr_ids[i]);
            put(v, " ");
        }
        put(v, "</dd>");
    }
    put(v, "</dl>");
}

static void put_decisions(struct visit *v, const Okr__ProjectDetail *detail)
{
    if (!detail->n_decisions)
        return;
    put(v, "<h2>%s</h2><ul class=\"talk\">", _("Decisions"));
    for (size_t i = 0; i < detail->n_decisions; i++) {
        const Okr__ProjectDecision *one = detail->decisions[i];
        put(v, "<li><p><b>%s</b> %s</p><p class=\"faint\">%s · %s</p></li>",
            label_of(&okr__decision__descriptor, (int)one->decision), show_text(one->reason),
            show_text(one->decided_by), show_time(&v->cli, one->decided_at));
    }
    put(v, "</ul>");
}

static enum rpc_id comment_method(const Okr__Project *project)
{
    bool linked = project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED;
    return linked ? RPC_PROJECT_COMMENT_ON_LINKED : RPC_PROJECT_COMMENT_ON_SIDE;
}

static void put_comments(struct visit *v, const Okr__ProjectDetail *detail)
{
    const char *path = cli_text(&v->cli, "/project/%s", v->rest);
    if (detail->n_comments)
        put(v, "<h2>%s</h2><ul class=\"talk\">", _("Comments"));
    for (size_t i = 0; i < detail->n_comments; i++)
        put(v, "<li><p class=\"faint\">%s · %s</p><p class=\"text\">%s</p></li>",
            show_text(detail->comments[i]->author),
            show_time(&v->cli, detail->comments[i]->written_at),
            show_text(detail->comments[i]->text));
    if (detail->n_comments)
        put(v, "</ul>");
    if (!visit_may(v, comment_method(detail->project)))
        return;
    put_form_begin(
        v, detail->project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED ? "linked" : "side",
        path);
    put_area(v, "text", _("A comment"), NULL, 2);
    put(v, "<p><button class=\"second\">%s</button></p>", _("Comment"));
    put_form_end(v);
}

static void show(struct visit *v)
{
    const Okr__ProjectDetail *detail = visit_reply(v, 2);
    const Okr__Project *project = detail->project;
    v->title = show_text(project->name);
    v->live = "project plan goal week";
    put(v, "<h1><span class=\"id\">P-%lld</span> %s</h1>", (long long)project->id,
        show_text(project->name));
    if (project->progress && project->progress->has_percent)
        put_bar(v, project->progress->percent);
    put_facts(v, project);
    if (project->description)
        put(v, "<p class=\"text\">%s</p>", project->description);
    if (project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        put(v, "<p><a href=\"%s\">%s</a></p>",
            visit_url(v, cli_text(&v->cli, "/week/P-%lld", (long long)project->id)), _("Its week"));
    put(v, "<p><a href=\"%s\">%s</a> · <a href=\"%s\">%s</a></p>",
        visit_url(v, cli_text(&v->cli, "/more/why?THING=P-%lld", (long long)project->id)),
        _("Why: up to the roadmap"),
        visit_url(v, cli_text(&v->cli, "/more/trace?THING=P-%lld", (long long)project->id)),
        _("What follows: down to goals and people"));
    put_decisions(v, detail);
    put_comments(v, detail);
}

static void act(struct visit *v)
{
    Okr__CommentRequest request = OKR__COMMENT_REQUEST__INIT;
    bool linked = strcmp(show_text(visit_field(v, "form")), "linked") == 0;
    request.has_project_id = 1;
    request.project_id = visit_rest_id(v, "P");
    request.text = text_field(v, "text");
    visit_change(v, linked ? RPC_PROJECT_COMMENT_ON_LINKED : RPC_PROJECT_COMMENT_ON_SIDE, &request,
                 cli_text(&v->cli, "/project/%s", v->rest));
}

const struct page page_project = {.path = "/project/", .ask = ask, .show = show, .act = act};
