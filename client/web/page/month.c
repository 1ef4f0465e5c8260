// The monthly evaluation: each KR's verdict with the three questions and their evidence, actions,
// and what is done with it: prepared, put above, signed.
#include <string.h>
#include "client/web/page/page.h"
#include "client/web/page/piece.h"

static void ask(struct visit *v)
{
    Okr__GetEvaluationRequest request = OKR__GET_EVALUATION_REQUEST__INIT;
    request.month = (char *)(uintptr_t)visit_query(v, "month");
    visit_ask(v, RPC_EVALUATION_GET_EVALUATION, &request);
}

static const char *look_of(const Okr__KrEvaluation *kr)
{
    enum show_colour colour = month_verdict_colour(month_counts(kr));
    return colour == SHOW_GOOD ? "good" : colour == SHOW_BAD ? "bad" : "strong";
}

static const char *verdict_of(const Okr__KrEvaluation *kr)
{
    return label_of(&okr__verdict__descriptor, (int)month_counts(kr));
}

static const char *path_of(struct visit *v, const Okr__Evaluation *evaluation)
{
    return cli_text(&v->cli, "/month?month=%s", show_text(evaluation->month));
}

// ---- the verdicts -----------------------------------------------------------------------------

static void put_overview(struct visit *v, const Okr__Evaluation *evaluation)
{
    put(v,
        "<div class=\"wide\"><table><thead><tr><th>%s</th><th class=\"n\">%s</th><th>%s</th></tr>"
        "</thead><tbody>",
        _("KR"), _("Attainment"), _("Verdict"));
    for (size_t i = 0; i < evaluation->n_krs; i++) {
        const Okr__KrEvaluation *kr = evaluation->krs[i];
        put(v, "<tr><td>");
        put_id(v, "KR", kr->kr_id);
        put(v, " <a href=\"#KR-%lld\">%s</a></td><td class=\"n\">%s → %s", (long long)kr->kr_id,
            show_text(kr->text),
            kr->has_attainment_before ? show_percent(&v->cli, kr->attainment_before) : "-",
            kr->has_attainment_percent ? show_percent(&v->cli, kr->attainment_percent) : "-");
        if (kr->has_attainment_percent)
            put_bar(v, kr->attainment_percent);
        put(v, "</td><td class=\"%s\">%s</td></tr>", look_of(kr), verdict_of(kr));
    }
    put(v, "</tbody></table></div>");
}

static void put_question(struct visit *v, const Okr__KrEvaluation *kr, int question,
                         const char *text, const char *answer)
{
    bool any = false;
    put(v, "<h3>%d %s <b>%s</b></h3>", question, text, answer);
    for (size_t i = 0; i < kr->n_evidence; i++) {
        if (kr->evidence[i]->question != question)
            continue;
        put(v, any ? "<li>%s</li>" : "<ul><li>%s</li>", month_evidence(&v->cli, kr, i));
        any = true;
    }
    if (question == 1 && kr->limits) {
        put(v, any ? "<li>%s</li>" : "<ul><li>%s</li>", month_limits(&v->cli, kr->limits));
        any = true;
    }
    put(v, any ? "</ul>" : "%s", "");
}

static void put_override_form(struct visit *v, const Okr__Evaluation *evaluation,
                              const Okr__KrEvaluation *kr)
{
    if (!evaluation->prepared_at || evaluation->signed_at ||
        !visit_may(v, RPC_EVALUATION_OVERRIDE_VERDICT))
        return;
    put(v, "<details><summary>%s</summary>", _("Put another verdict above it"));
    put_form_begin(v, cli_text(&v->cli, "override-%lld", (long long)kr->kr_id),
                   path_of(v, evaluation));
    put(v,
        "<input type=\"hidden\" name=\"kr\" value=\"%lld\"/>"
        "<input type=\"hidden\" name=\"version\" value=\"%lld\"/>",
        (long long)kr->kr_id, (long long)evaluation->version);
    put_choice(v, "verdict", _("Verdict"), &okr__verdict__descriptor, (int)month_counts(kr));
    put_input(v, "reason", _("Why"), kr->override_reason, " required=\"required\"");
    put(v, "<p><button class=\"second\">%s</button></p>", _("Put it above"));
    put_form_end(v);
    put(v, "</details>");
}

static void put_kr(struct visit *v, const Okr__Evaluation *evaluation, const Okr__KrEvaluation *kr)
{
    put(v, "<section class=\"kr\" id=\"KR-%lld\"><h2>", (long long)kr->kr_id);
    put_id(v, "KR", kr->kr_id);
    put(v, " %s</h2><p class=\"verdict %s\">%s</p><p>%s</p><p class=\"faint\">%s</p>",
        show_text(kr->text), look_of(kr), verdict_of(kr), month_why(&v->cli, kr),
        month_target(&v->cli, kr));
    put_question(v, kr, 1, _("Is the OKR's content right?"), month_content_answer(&v->cli, kr));
    put_question(v, kr, 2, _("Is it broken down into the plan?"),
                 kr->breakdown_gap ? _("there is a gap") : _("yes"));
    put_question(v, kr, 3, _("Was the plan executed as expected?"), month_execution_answer(kr));
    put_override_form(v, evaluation, kr);
    put(v, "</section>");
}

// ---- actions and comments ---------------------------------------------------------------------

static void put_actions(struct visit *v, const char *title, Okr__EvaluationAction *const *actions,
                        size_t count)
{
    if (!count)
        return;
    put(v, "<h2>%s</h2><ul>", title);
    for (size_t i = 0; i < count; i++)
        put(v, "<li>%s: <b>%s</b></li>", month_action(&v->cli, actions[i]),
            month_outcome(&v->cli, actions[i]));
    put(v, "</ul>");
}

static void put_comments(struct visit *v, const Okr__Evaluation *evaluation)
{
    if (evaluation->n_comments)
        put(v, "<h2>%s</h2><ul class=\"talk\">", _("Comments"));
    for (size_t i = 0; i < evaluation->n_comments; i++)
        put(v, "<li><p class=\"faint\">%s · %s</p><p class=\"text\">%s</p></li>",
            show_text(evaluation->comments[i]->author),
            show_time(&v->cli, evaluation->comments[i]->written_at),
            show_text(evaluation->comments[i]->text));
    if (evaluation->n_comments)
        put(v, "</ul>");
    if (evaluation->prepared_at && visit_may(v, RPC_EVALUATION_COMMENT_EVALUATION))
        put_comment_form(v, path_of(v, evaluation), _("A comment"));
}

static void put_button(struct visit *v, const Okr__Evaluation *evaluation, const char *form,
                       const char *label)
{
    put_form_begin(v, form, path_of(v, evaluation));
    put(v, "<input type=\"hidden\" name=\"version\" value=\"%lld\"/><p><button>%s</button></p>",
        (long long)evaluation->version, label);
    put_form_end(v);
}

static void put_state(struct visit *v, const Okr__Evaluation *evaluation)
{
    const char *state[2];
    if (!evaluation->prepared_at) {
        put(v, "<p class=\"well\">%s</p>", _("A preview: nothing is kept before it is prepared."));
    } else {
        month_state(&v->cli, evaluation, state);
        put(v, "<p class=\"%s\">%s · %s</p>", evaluation->signed_at ? "good" : "faint", state[0],
            state[1]);
    }
    if (!evaluation->signed_at && visit_may(v, RPC_EVALUATION_PREPARE_EVALUATION))
        put_button(v, evaluation, "prepare",
                   evaluation->prepared_at ? _("Prepare anew") : _("Prepare"));
    if (evaluation->prepared_at && !evaluation->signed_at &&
        visit_may(v, RPC_EVALUATION_SIGN_EVALUATION))
        put_button(v, evaluation, "sign", _("Sign"));
}

static void show(struct visit *v)
{
    const Okr__Evaluation *evaluation = visit_reply(v, 2);
    v->title = cli_text(&v->cli, _("Monthly evaluation of %s (%s)"), show_text(evaluation->month),
                        show_text(evaluation->quarter));
    v->live = "evaluation action measurement factor";
    put(v, "<div class=\"title\"><h1>%s <small>%s</small></h1>", _("Monthly evaluation"),
        show_text(evaluation->quarter));
    put_months(v, "/month", evaluation->month);
    put(v, "</div>");
    put_state(v, evaluation);
    if (evaluation->n_krs)
        put_overview(v, evaluation);
    else
        put(v, "<p class=\"well\">%s</p>", _("The quarter has no KR."));
    for (size_t i = 0; i < evaluation->n_krs; i++)
        put_kr(v, evaluation, evaluation->krs[i]);
    put_actions(v, _("Actions"), evaluation->actions, evaluation->n_actions);
    put_actions(v, _("Actions of earlier months, and what became of them"),
                evaluation->earlier_actions, evaluation->n_earlier_actions);
    put_comments(v, evaluation);
}

// ---- what the forms do ------------------------------------------------------------------------

static void prepare(struct visit *v, char *month, const char *then)
{
    Okr__PrepareEvaluationRequest request = OKR__PREPARE_EVALUATION_REQUEST__INIT;
    request.month = month;
    request.has_version = 1;
    request.version = visit_field_id(v, "version");
    visit_change(v, RPC_EVALUATION_PREPARE_EVALUATION, &request, then);
}

static void sign(struct visit *v, char *month, const char *then)
{
    Okr__SignEvaluationRequest request = OKR__SIGN_EVALUATION_REQUEST__INIT;
    request.month = month;
    request.has_version = 1;
    request.version = visit_field_id(v, "version");
    visit_change(v, RPC_EVALUATION_SIGN_EVALUATION, &request, then);
}

static void override(struct visit *v, char *month, const char *then)
{
    Okr__OverrideVerdictRequest request = OKR__OVERRIDE_VERDICT_REQUEST__INIT;
    request.month = month;
    request.has_version = request.has_kr_id = request.has_verdict = 1;
    request.version = visit_field_id(v, "version");
    request.kr_id = visit_field_id(v, "kr");
    request.verdict = (Okr__Verdict)choice_of(v, "verdict", &okr__verdict__descriptor);
    request.reason = text_field(v, "reason");
    visit_change(v, RPC_EVALUATION_OVERRIDE_VERDICT, &request, then);
}

static void comment(struct visit *v, char *month, const char *then)
{
    Okr__CommentEvaluationRequest request = OKR__COMMENT_EVALUATION_REQUEST__INIT;
    request.month = month;
    request.text = text_field(v, "text");
    visit_change(v, RPC_EVALUATION_COMMENT_EVALUATION, &request, then);
}

static void act(struct visit *v)
{
    const char *form = show_text(visit_field(v, "form"));
    char *month = (char *)(uintptr_t)visit_query(v, "month");
    const char *then = cli_text(&v->cli, "/month?month=%s", show_text(month));
    if (strcmp(form, "prepare") == 0)
        prepare(v, month, then);
    else if (strcmp(form, "sign") == 0)
        sign(v, month, then);
    else if (strncmp(form, "override-", 9) == 0)
        override(v, month, then);
    else
        comment(v, month, then);
}

const struct page page_month = {
    .path = "/month", .name = N_("Month"), .ask = ask, .show = show, .act = act};
