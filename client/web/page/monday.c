// The Monday review: what asks for a decision, and the decision with its reason on each line.
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    request.week = (char *)(uintptr_t)visit_query(v, "week");
    visit_ask(v, RPC_MONDAY_GET_DOCKET, &request);
}

static void put_decision(struct visit *v, const Okr__DocketLine *line)
{
    put(v, "<p class=\"good\">✓ <b>%s</b>: %s</p><p class=\"faint\">%s · %s</p>",
        label_of(&okr__docket_decision__descriptor, (int)line->decision), show_text(line->reason),
        show_text(line->decided_by), show_time(&v->cli, line->decided_at));
    if (line->follow_up)
        put(v, "<p>%s %s: %s</p>", _("to follow up"), show_text(line->follow_up_week),
            line->follow_up);
    if (line->outcome)
        put(v, "<p>%s: %s</p>", _("came to"), line->outcome);
}

static void put_decide_form(struct visit *v, const Okr__Docket *docket, const Okr__DocketLine *line,
                            size_t number)
{
    const char *action =
        cli_text(&v->cli, "/monday?week=%s#line-%zu", show_text(docket->week), number);
    put(v, "<details%s><summary>%s</summary>", "",
        line->has_decision ? _("Decide anew") : _("Decide"));
    put_form_begin(v, cli_text(&v->cli, "decide-%zu", number), action);
    put(v,
        "<input type=\"hidden\" name=\"key\" value=\"%s\"/>"
        "<input type=\"hidden\" name=\"version\" value=\"%lld\"/>"
        "<input type=\"hidden\" name=\"number\" value=\"%d\"/>",
        show_text(line->key), (long long)line->version, (int)number);
    put_choice(v, "decision", _("Decision"), &okr__docket_decision__descriptor,
               line->decision ? (int)line->decision
                              : OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE);
    put_input(v, "reason", _("Why"), line->reason, " required=\"required\"");
    put_input(v, "follow_up", _("To follow up next week (if anything)"), line->follow_up, "");
    put(v, "<p><button>%s</button></p>", _("Decide"));
    put_form_end(v);
    put(v, "</details>");
}

static void put_line(struct visit *v, const Okr__Docket *docket, size_t i)
{
    const Okr__DocketLine *line = docket->lines[i];
    if (!line->has_kind) { // an empty docket, confirmed
        put_decision(v, line);
        return;
    }
    put(v, "<li id=\"line-%d\" class=\"%s\"><p><span class=\"tag\">%s</span> ", (int)i + 1,
        line->has_decision ? "decided" : "undecided",
        label_of(&okr__docket_kind__descriptor, (int)line->kind));
    if (line->has_project_id)
        put_id(v, "P", line->project_id);
    put(v, " <b>%s</b>%s</p><p class=\"faint\">%s</p>", show_text(line->subject),
        line->gone ? _(" (no longer so)") : "", docket_facts(&v->cli, line));
    if (line->has_decision)
        put_decision(v, line);
    if (visit_may(v, RPC_MONDAY_DECIDE_LINE))
        put_decide_form(v, docket, line, i + 1);
    put(v, "</li>");
}

static void put_confirm_form(struct visit *v, const Okr__Docket *docket)
{
    if (docket->n_lines || docket->reviewed || !visit_may(v, RPC_MONDAY_DECIDE_LINE))
        return;
    put_form_begin(v, "confirm", cli_text(&v->cli, "/monday?week=%s", show_text(docket->week)));
    put(v, "<p><button>%s</button></p>", _("Confirm that nothing has to change"));
    put_form_end(v);
}

static void put_comments(struct visit *v, const Okr__Docket *docket)
{
    if (docket->n_comments)
        put(v, "<h2>%s</h2><ul class=\"talk\">", _("Comments"));
    for (size_t i = 0; i < docket->n_comments; i++)
        put(v, "<li><p class=\"faint\">%s · %s</p><p class=\"text\">%s</p></li>",
            show_text(docket->comments[i]->author),
            show_time(&v->cli, docket->comments[i]->written_at),
            show_text(docket->comments[i]->text));
    if (docket->n_comments)
        put(v, "</ul>");
    if (visit_may(v, RPC_MONDAY_COMMENT_DOCKET))
        put_comment_form(v, cli_text(&v->cli, "/monday?week=%s", show_text(docket->week)),
                         _("A comment"));
}

static void put_state(struct visit *v, const Okr__Docket *docket)
{
    put(v, "<p class=\"%s\">%s %s · ", docket->reviewed ? "good" : "faint", _("Due"),
        show_text(docket->due_day));
    if (docket->reviewed)
        put(v, "%s</p>",
            cli_text(&v->cli, _("reviewed %s"), show_time(&v->cli, docket->reviewed_at)));
    else if (docket->n_lines)
        put(v, "%s</p>",
            cli_text(&v->cli, _("%d of %zu lines without a decision"), docket->open,
                     docket->n_lines));
    else
        put(v, "%s</p>", _("Nothing asks for a decision."));
}

static void show(struct visit *v)
{
    const Okr__Docket *docket = visit_reply(v, 2);
    v->title = _("Monday review");
    v->live = "docket monday goal week plan project";
    put(v, "<div class=\"title\"><h1>%s</h1>", _("Monday review"));
    put_weeks(v, "/monday", docket->week);
    put(v, "</div>");
    put_state(v, docket);
    put(v, "<ol class=\"docket\">");
    for (size_t i = 0; i < docket->n_lines; i++)
        put_line(v, docket, i);
    put(v, "</ol>");
    put_confirm_form(v, docket);
    put_comments(v, docket);
}

static void comment(struct visit *v, char *week, const char *then)
{
    Okr__CommentDocketRequest request = OKR__COMMENT_DOCKET_REQUEST__INIT;
    request.week = week;
    request.text = text_field(v, "text");
    visit_change(v, RPC_MONDAY_COMMENT_DOCKET, &request, then);
}

static void decide(struct visit *v, char *week, bool confirm, const char *then)
{
    Okr__DecideLineRequest request = OKR__DECIDE_LINE_REQUEST__INIT;
    int chosen = choice_of(v, "decision", &okr__docket_decision__descriptor);
    request.week = week;
    request.key = confirm ? cli_text(&v->cli, "%s", "") : text_field(v, "key");
    request.has_version = visit_field_id(v, "version") > 0;
    request.version = visit_field_id(v, "version");
    request.has_decision = confirm || chosen;
    request.decision =
        confirm ? OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE : (Okr__DocketDecision)chosen;
    request.reason = text_field(v, "reason");
    request.follow_up = text_field(v, "follow_up");
    visit_change(v, RPC_MONDAY_DECIDE_LINE, &request, then);
}

static void act(struct visit *v)
{
    const char *form = show_text(visit_field(v, "form"));
    char *week = (char *)(uintptr_t)visit_query(v, "week");
    const char *then = cli_text(&v->cli, "/monday?week=%s#line-%lld", show_text(week),
                                (long long)visit_field_id(v, "number"));
    if (strcmp(form, "comment") == 0)
        comment(v, week, then);
    else
        decide(v, week, strcmp(form, "confirm") == 0, then);
}

const struct page page_monday = {
    .path = "/monday", .name = N_("Monday"), .ask = ask, .show = show, .act = act};
