// The monthly review of side projects: where they stand, and what is decided on each.
#include <stdlib.h>
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetSideReviewRequest request = OKR__GET_SIDE_REVIEW_REQUEST__INIT;
    request.month = (char *)(uintptr_t)visit_query(v, "month");
    visit_ask(v, RPC_REVIEW_GET_SIDE_REVIEW, &request);
}

static void put_overall(struct visit *v, const Okr__SideReview *review)
{
    if (!review->has_percent) {
        put(v, "<p class=\"well\">%s</p>", _("No side project has planned work yet."));
        return;
    }
    put(v, "<ul class=\"facts\"><li>%s</li>",
        cli_text(&v->cli, _("Side projects: %s by planned work, plain mean %s, target %s"),
                 show_percent(&v->cli, review->percent),
                 show_percent(&v->cli, review->mean_percent),
                 show_percent(&v->cli, review->target_percent)));
    if (review->has_projected_percent)
        put(v, "<li>%s</li>",
            cli_text(&v->cli, _("At the quarter's end, at the pace so far: %s"),
                     show_percent(&v->cli, review->projected_percent)));
    put(v, "</ul>");
}

static void put_decision(struct visit *v, const Okr__SideReviewLine *line)
{
    if (!line->has_decision)
        return;
    put(v, "<p class=\"good\">✓ <b>%s%s</b>: %s</p><p class=\"faint\">%s · %s</p>",
        label_of(&okr__side_decision__descriptor, (int)line->decision),
        line->has_rank ? cli_text(&v->cli, " (%d)", line->rank) : "", show_text(line->reason),
        show_text(line->decided_by), show_time(&v->cli, line->decided_at));
}

static void put_decide_form(struct visit *v, const Okr__SideReview *review,
                            const Okr__SideReviewLine *line)
{
    if (!visit_may(v, RPC_REVIEW_DECIDE_SIDE))
        return;
    long long id = (long long)line->project->id;
    put(v, "<details><summary>%s</summary>", line->has_decision ? _("Decide anew") : _("Decide"));
    put_form_begin(v, cli_text(&v->cli, "decide-%lld", id),
                   cli_text(&v->cli, "/side?month=%s", show_text(review->month)));
    put(v,
        "<input type=\"hidden\" name=\"project\" value=\"%lld\"/>"
        "<input type=\"hidden\" name=\"version\" value=\"%lld\"/>",
        id, (long long)line->version);
    put_choice(v, "decision", _("Decision"), &okr__side_decision__descriptor,
               line->decision ? (int)line->decision : OKR__SIDE_DECISION__SIDE_DECISION_KEEP);
    put_input(v, "reason", _("Why"), line->reason, " required=\"required\"");
    put_input(v, "rank", _("New rank (for another place on the list)"), NULL,
              " inputmode=\"numeric\"");
    put(v, "<p><button>%s</button></p>", _("Decide"));
    put_form_end(v);
    put(v, "</details>");
}

static void put_line(struct visit *v, const Okr__SideReview *review,
                     const Okr__SideReviewLine *line)
{
    const Okr__Project *project = line->project;
    bool plan = project->progress && project->progress->has_percent;
    put(v, "<li id=\"P-%lld\" class=\"%s\"><p>", (long long)project->id,
        line->has_decision ? "decided" : "undecided");
    put_id(v, "P", project->id);
    put(v, " <b>%s</b> <span class=\"tag\">%s</span></p><p class=\"faint\">%s%s",
        show_text(project->name), label_of(&okr__project_state__descriptor, (int)project->state),
        plan ? show_percent(&v->cli, project->progress->percent) : _("no plan"),
        line->projected_finish ? cli_text(&v->cli, " · %s %s", _("Projected end"),
                                          show_day(&v->cli, line->projected_finish))
                               : "");
    put(v, "</p>");
    if (plan)
        put_bar(v, project->progress->percent);
    put_decision(v, line);
    put_decide_form(v, review, line);
    put(v, "</li>");
}

static void put_displacements(struct visit *v, const Okr__SideReview *review)
{
    if (!review->n_displacements)
        return;
    put(v, "<h2>%s</h2><ul class=\"talk\">", _("Taken in as urgent, and what it displaced"));
    for (size_t i = 0; i < review->n_displacements; i++) {
        const Okr__Displacement *one = review->displacements[i];
        put(v, "<li><p>P-%lld → %s: %s</p><p class=\"faint\">%s · %s</p></li>",
            (long long)one->project_id, show_ids(&v->cli, "P", one->displaces, one->n_displaces),
            show_text(one->reason), show_text(one->decided_by),
            show_time(&v->cli, one->decided_at));
    }
    put(v, "</ul>");
}

static void put_comments(struct visit *v, const Okr__SideReview *review)
{
    if (review->n_comments)
        put(v, "<h2>%s</h2><ul class=\"talk\">", _("Comments"));
    for (size_t i = 0; i < review->n_comments; i++)
        put(v, "<li><p class=\"faint\">%s · %s</p><p class=\"text\">%s</p></li>",
            show_text(review->comments[i]->author),
            show_time(&v->cli, review->comments[i]->written_at),
            show_text(review->comments[i]->text));
    if (review->n_comments)
        put(v, "</ul>");
    if (visit_may(v, RPC_REVIEW_COMMENT_SIDE_REVIEW))
        put_comment_form(v, cli_text(&v->cli, "/side?month=%s", show_text(review->month)),
                         _("A comment"));
}

static void show(struct visit *v)
{
    const Okr__SideReview *review = visit_reply(v, 2);
    v->title = _("Side review");
    v->live = "side project plan";
    put(v, "<div class=\"title\"><h1>%s <small>%s</small></h1>", _("Side review"),
        show_text(review->quarter));
    put_months(v, "/side", review->month);
    put(v, "</div>");
    if (review->reviewed)
        put(v, "<p class=\"good\">%s</p>", _("Reviewed: each line has a decision."));
    else if (review->open)
        put(v, "<p class=\"bad\">%s</p>",
            cli_text(&v->cli, _("Lines without a decision: %d"), review->open));
    put_overall(v, review);
    put(v, "<ol class=\"docket\">");
    for (size_t i = 0; i < review->n_lines; i++)
        put_line(v, review, review->lines[i]);
    put(v, "</ol>");
    put_displacements(v, review);
    put_comments(v, review);
}

static void comment(struct visit *v, char *month, const char *then)
{
    Okr__CommentSideReviewRequest request = OKR__COMMENT_SIDE_REVIEW_REQUEST__INIT;
    request.month = month;
    request.text = text_field(v, "text");
    visit_change(v, RPC_REVIEW_COMMENT_SIDE_REVIEW, &request, then);
}

static void decide(struct visit *v, char *month, const char *then)
{
    Okr__DecideSideRequest request = OKR__DECIDE_SIDE_REQUEST__INIT;
    const char *rank = visit_field(v, "rank");
    request.month = month;
    request.has_project_id = request.has_version = request.has_decision = 1;
    request.project_id = visit_field_id(v, "project");
    request.version = visit_field_id(v, "version");
    request.decision = (Okr__SideDecision)choice_of(v, "decision", &okr__side_decision__descriptor);
    request.reason = text_field(v, "reason");
    request.has_rank = rank != NULL;
    request.rank = rank ? atoi(rank) : 0;
    visit_change(v, RPC_REVIEW_DECIDE_SIDE, &request, then);
}

static void act(struct visit *v)
{
    char *month = (char *)(uintptr_t)visit_query(v, "month");
    const char *then = cli_text(&v->cli, "/side?month=%s", show_text(month));
    if (strcmp(show_text(visit_field(v, "form")), "comment") == 0)
        comment(v, month, then);
    else
        decide(v, month, then);
}

const struct page page_side = {
    .path = "/side", .name = N_("Side"), .ask = ask, .show = show, .act = act};
