// ReviewService: the monthly review of side projects (R22, R24, R26, R27). What is decided here
// acts on the project by the very functions that ProjectService decides and ranks with.
#include <stdio.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/progress/analysis.h"
#include "server/call/guard.h"
#include "server/project/project.h"
#include "server/quarter/target.h"
#include "server/quarter/quarter_rows.h"
#include "server/project/side_review_rows.h"

enum {
    PROPOSED = OKR__PROJECT_STATE__PROJECT_STATE_PROPOSED,
    ACCEPTED = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED,
    COMPLETED = OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED,
    KEEP = OKR__SIDE_DECISION__SIDE_DECISION_KEEP,
    RERANK = OKR__SIDE_DECISION__SIDE_DECISION_RERANK,
    DROP = OKR__SIDE_DECISION__SIDE_DECISION_DROP,
    TAKE_IN = OKR__SIDE_DECISION__SIDE_DECISION_TAKE_IN,
};

// --- The month of a request

static void fill_month(const struct call *call, struct side_month *month, int32_t first)
{
    int year, q;
    month->first = first;
    month_format(first, month->name);
    quarter_of(first, call->settings->fiscal_first_month, &year, &q);
    quarter_format(year, q, month->quarter);
    month->begins_at = local_to_us(first, 0);
    month->ends_at = local_to_us(month_of(first, 1), 0);
}

// Absent: this month. `begun`: not one that lies ahead.
static bool parse_month(struct call *call, const char *value, bool begun, struct side_month *ret)
{
    int32_t this_month = month_of(call_today(call), 0);
    int32_t first = field_month(call, value);
    fill_month(call, ret, this_month);
    if (begun && first > this_month) {
        call_violation(call, "month", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "<= %s", ret->name));
        return false;
    }
    fill_month(call, ret, first);
    return true;
}

// --- GetSideReview: the lines first, then what earned value says of where they are heading.

struct side_reading {
    struct side_month month;
    struct asked quarter, lines, displacements, comments;
    Okr__SideReview *review;
    Okr__Project **counted; // accepted and completed ones, which the percentages are about
    size_t n_counted;
    struct analysis *analysis;
    int32_t quarter_last_day;
};

static void place_line(struct call *call, struct side_sums *sums, struct row *row)
{
    struct side_reading *reading = call->state;
    Okr__SideReview *review = reading->review;
    struct side_line read = side_line_row(call, row);
    Okr__Project *project = read.line->project;
    if ((int)project->state == ACCEPTED || (int)project->state == COMPLETED) {
        side_add(sums, project->progress);
        reading->counted[reading->n_counted++] = project;
    }
    if (!read.listed && !read.line->has_decision)
        return;
    review->lines[review->n_lines++] = read.line;
    review->open += !read.line->has_decision;
}

static void place_lines(struct call *call)
{
    struct side_reading *reading = call->state;
    Okr__SideReview *review = reading->review;
    int count = asked_count(call, reading->lines);
    struct side_sums sums = {0};
    review->lines = NEW_ARRAY(call, Okr__SideReviewLine *, (size_t)count);
    reading->counted = NEW_ARRAY(call, Okr__Project *, (size_t)count);
    SET(review, open, 0);
    for (struct row row = asked_begin(call, reading->lines); row_next(&row);)
        place_line(call, &sums, &row);
    SET(review, reviewed, review->n_lines > 0 && review->open == 0);
    review->has_percent = side_percent(&sums, &review->percent);
    review->has_mean_percent = side_mean_percent(&sums, &review->mean_percent);
    SET(review, target_percent, call->settings->side_target_percent);
}

// The day of a wall-clock time.
static bool value_day(const char *text, int32_t *ret_day)
{
    char day[DATE_SIZE];
    snprintf(day, sizeof day, "%s", text ? text : "");
    return date_parse(day, ret_day);
}

static const Okr__EarnedValue *value_of(Okr__EarnedValue *const *values, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (values[i]->project_id == id)
            return values[i];
    return NULL;
}

// Where the project's percentage stands on the quarter's last day if it goes on straight to 100 %
// at the finish that earned schedule projects. False: there is no pace to go by.
static bool projected_percent(const Okr__Progress *progress, const Okr__EarnedValue *value,
                              int32_t last_day, double *ret)
{
    int32_t status, finish;
    *ret = progress->percent;
    if (progress->percent >= 100)
        return true;
    if (!value || !value_day(value->status_date, &status) ||
        !value_day(value->pace_finish, &finish))
        return false;
    if (finish <= last_day)
        *ret = 100;
    else if (last_day > status)
        *ret += (100 - progress->percent) * (last_day - status) / (finish - status);
    return true;
}

// Weighted by planned work as the percentage of today is (R26); one project without a pace leaves
// the whole open.
static void project_ahead(const struct side_reading *reading, Okr__EarnedValue *const *values,
                          size_t n)
{
    double planned = 0, sum = 0;
    for (size_t i = 0; i < reading->n_counted; i++) {
        const Okr__Project *project = reading->counted[i];
        double percent;
        if (!project->progress || project->progress->planned_work <= 0)
            continue;
        if (!projected_percent(project->progress, value_of(values, n, project->id),
                               reading->quarter_last_day, &percent))
            return;
        planned += project->progress->planned_work;
        sum += project->progress->planned_work * percent;
    }
    if (planned > 0)
        SET(reading->review, projected_percent, sum / planned);
}

static void get_side_review_answer(struct call *call)
{
    struct side_reading *reading = call->state;
    Okr__SideReview *review = reading->review;
    Okr__EarnedValue **values;
    size_t n = analysis_earned_values(call, reading->analysis, &values);
    for (size_t i = 0; i < review->n_lines; i++) {
        const Okr__EarnedValue *value = value_of(values, n, review->lines[i]->project->id);
        if (value)
            review->lines[i]->projected_finish = value->pace_finish;
    }
    project_ahead(reading, values, n);
    call_reply(call, &review->base);
}

static void get_side_review_lines(struct call *call)
{
    struct side_reading *reading = call->state;
    struct quarter_range range;
    if (!quarter_range_row(call, reading->quarter, &range)) {
        guard_not_found(call, reading->month.quarter);
        return;
    }
    reading->quarter_last_day = range.last_day;
    Okr__SideReview *review = NEW(call, Okr__SideReview, OKR__SIDE_REVIEW__INIT);
    reading->review = review;
    reading->review->month = reading->month.name;
    reading->review->quarter = reading->month.quarter;
    place_lines(call);
    review->n_displacements =
        side_displacements(call, reading->displacements, &review->displacements);
    review->n_comments = side_comments(call, reading->comments, &review->comments);
    if (analysis_ask_rows(call, reading->analysis))
        call->then = get_side_review_answer;
}

static void get_side_review(struct call *call, const Okr__GetSideReviewRequest *request)
{
    struct side_reading *reading = NEW_ARRAY(call, struct side_reading, 1);
    if (!parse_month(call, request->month, false, &reading->month))
        return;
    call->state = reading;
    reading->quarter = quarter_range_ask(call, reading->month.quarter);
    reading->lines = side_lines_ask(call, &reading->month);
    reading->displacements = side_displacements_ask(call, &reading->month);
    reading->comments = side_comments_ask(call, &reading->month);
    struct analysis_question question = {.wanted = ANALYSIS_EARNED_VALUE,
                                         .quarter = reading->month.quarter};
    reading->analysis = analysis_ask(call, &question);
    call->then = get_side_review_lines;
}

HANDLER(review_get_side_review, get_side_review, .shared = true);

// --- DecideSide

struct side_change {
    struct project_change project; // first: what the functions of ProjectService find
    struct side_month month;
    struct asked line; // before, then after
    Okr__SideReviewLine *before;
};

static char *line_resource(struct call *call)
{
    const struct side_change *change = call->state;
    return call_printf(call, "side-review/%s/%lld", change->month.name,
                       (long long)change->project.id);
}

static void side_decided(struct call *call)
{
    const struct side_change *change = call->state;
    Okr__SideReviewLine *after = side_line_read(call, change->line);
    call_record(call, line_resource(call), &change->before->base, &after->base);
    call_reply(call, &after->base);
}

// Whether the project is a side project of the month's quarter, and the caller has seen the line as
// it is (R53).
static bool side_line_found(struct call *call, const Okr__DecideSideRequest *request)
{
    struct side_change *change = call->state;
    if (!project_loaded(call))
        return false;
    const Okr__Project *project = change->project.context.project;
    if (project->kind != OKR__PROJECT_KIND__PROJECT_KIND_SIDE) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_KIND, "linked");
        return false;
    }
    change->before = side_line_read(call, change->line);
    if (!change->before) {
        call_violation(call, "month", OKR__REASON__REASON_BAD_VALUE, project->quarter);
        return false;
    }
    return guard_version(call, line_resource(call), request->version, change->before->version,
                         &change->before->base);
}

// Dropping what was only proposed is rejecting it; the rules of ProjectService say the rest.
static void fill_wish(struct call *call, const Okr__DecideSideRequest *request,
                      Okr__DecideRequest *wish)
{
    const Okr__Project *project = ((struct project_change *)call->state)->context.project;
    *wish = (Okr__DecideRequest)OKR__DECIDE_REQUEST__INIT;
    wish->reason = request->reason;
    if ((int)request->decision == TAKE_IN)
        SET(wish, decision, OKR__DECISION__DECISION_ACCEPT);
    else if ((int)project->state == PROPOSED)
        SET(wish, decision, OKR__DECISION__DECISION_REJECT);
    else
        SET(wish, decision, OKR__DECISION__DECISION_DROP);
}

// Writes what the decision does to the project. False when its rules refuse it.
static bool act_on_project(struct call *call, const Okr__DecideSideRequest *request)
{
    const Okr__Project *project = ((struct project_change *)call->state)->context.project;
    Okr__DecideRequest wish;
    if ((int)request->decision == DROP || (int)request->decision == TAKE_IN) {
        fill_wish(call, request, &wish);
        if (!project_decision_allowed(call, &wish))
            return false;
        project_decision_write(call, &wish);
        return true;
    }
    if ((int)project->state != PROPOSED && (int)project->state != ACCEPTED) {
        project_refuse_state(call, project->state);
        return false;
    }
    if ((int)request->decision == RERANK)
        project_rank_write(call, request->rank);
    return true;
}

static void side_apply_decision(struct call *call)
{
    const Okr__DecideSideRequest *request = decide_side_request(call);
    struct side_change *change = call->state;
    if (!side_line_found(call, request) || !act_on_project(call, request))
        return;
    side_decision_ask_set(call, &change->month, change->project.id, request);
    change->line = side_line_ask(call, &change->month, change->project.id);
    call->then = side_decided;
}

static void check_decision(struct call *call, const Okr__DecideSideRequest *request)
{
    if ((int)request->decision == RERANK && !request->has_rank)
        call_violation(call, "rank", OKR__REASON__REASON_REQUIRED, NULL);
    else if ((int)request->decision != RERANK && request->has_rank)
        call_violation(call, "rank", OKR__REASON__REASON_BAD_VALUE, "SIDE_DECISION_RERANK");
}

static void decide_side(struct call *call, const Okr__DecideSideRequest *request)
{
    struct side_change *change = NEW_ARRAY(call, struct side_change, 1);
    parse_month(call, request->month, true, &change->month);
    check_decision(call, request);
    if (call_invalid(call))
        return;
    change->project.id = request->project_id;
    call->state = change;
    change->project.asked = project_change_ask(call, request->project_id);
    change->line = side_line_ask(call, &change->month, request->project_id);
    call->then = side_apply_decision;
}

HANDLER(review_decide_side, decide_side);

// --- CommentSideReview

static void side_commented(struct call *call)
{
    const struct side_month *month = call->state;
    Okr__SideComment **written;
    side_comments(call, asked_only(call), &written);
    Okr__SideComment *comment = written[0];
    call_record(call, call_printf(call, "side-review/%s", month->name), NULL, &comment->base);
    call_reply(call, &comment->base);
}

static void comment_side_review(struct call *call, const Okr__CommentSideReviewRequest *request)
{
    struct side_month *month = NEW_ARRAY(call, struct side_month, 1);
    if (!parse_month(call, request->month, true, month))
        return;
    call->state = month;
    side_comment_ask_add(call, month, request->text);
    call->then = side_commented;
}

HANDLER(review_comment_side_review, comment_side_review);
