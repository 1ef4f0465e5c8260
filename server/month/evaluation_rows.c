// Statements of evaluations, each above the function that binds it.
#include "server/month/evaluation_rows.h"

#include <sodium.h>
#include <string.h>
#include "common/calendar.h"
#include "server/quarter/quarter_rows.h"

// ---- a month ----------------------------------------------------------------------------------

struct prepared {
    int64_t version;
    int32_t number;
    char *input, *verdicts;
    struct bytes hash;
};
#define PREPARED_ROW(FIRST, NEXT)                                                                  \
    FIRST(i64, version, "e.version")                                                               \
    NEXT(i32, number, "e.number")                                                                  \
    NEXT(text, input, "s.input")                                                                   \
    NEXT(text, verdicts, "s.verdicts")                                                             \
    NEXT(bytes, hash, "s.hash")
#define MONTH_ROW(FIRST, NEXT)                                                                     \
    FIRST(stamp, prepared_at, "s.prepared_at")                                                     \
    NEXT(text, prepared_by, "p.handle")                                                            \
    NEXT(i64, snapshot_revision, "s.revision")                                                     \
    NEXT(stamp, signed_at, "e.signed_at")                                                          \
    NEXT(text, signed_by, "g.handle")                                                              \
    NEXT(i64, version, "e.version")
static STRUCT_READER(prepared_take, struct prepared, PREPARED_ROW);
static MESSAGE_READER(month_take, Okr__Evaluation, MONTH_ROW);

STATEMENT(
    evaluation_get, MAYBE, "a", ROW_LETTERS(PREPARED_ROW) ROW_LETTERS(MONTH_ROW),
    "SELECT " ROW_COLUMNS(PREPARED_ROW) ", " ROW_COLUMNS(
        MONTH_ROW) " FROM evaluation e"
                   " JOIN evaluation_snapshot s ON s.month = e.month AND s.number = e.number"
                   " JOIN member p ON p.id = s.prepared_by LEFT JOIN member g ON g.id = e.signed_by"
                   " WHERE e.month = $1");

struct overridden {
    int64_t kr_id;
    bool has_verdict;
    int32_t verdict;
    char *reason, *by;
};
#define OVERRIDDEN_ROW(FIRST, NEXT)                                                                \
    FIRST(i64, kr_id, "o.kr_id")                                                                   \
    NEXT(opt_i32, verdict, "o.verdict")                                                            \
    NEXT(text, reason, "o.reason")                                                                 \
    NEXT(text, by, "m.handle")
static STRUCT_READER(overridden_take, struct overridden, OVERRIDDEN_ROW);

STATEMENT(evaluation_overridden, MANY, "a", ROW_LETTERS(OVERRIDDEN_ROW),
          "SELECT DISTINCT ON (o.kr_id) " ROW_COLUMNS(
              OVERRIDDEN_ROW) " FROM evaluation_override o JOIN member m ON m.id = o.made_by"
                              " WHERE o.month = $1 ORDER BY o.kr_id, o.id DESC");

#define ACTION_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "a.id")                                                                         \
    NEXT(text, month, "to_char(a.month, 'YYYY-MM')")                                               \
    NEXT(text, text, "a.text")                                                                     \
    NEXT(day, due, "a.due")                                                                        \
    NEXT(text, owner_role, "a.owner_role")                                                         \
    NEXT(text, outcome, "a.outcome")                                                               \
    NEXT(bool, done, "a.done")                                                                     \
    NEXT(i64, version, "a.version")
#define ACTION_COLUMNS ROW_COLUMNS(ACTION_ROW)
#define ACTION_LETTERS ROW_LETTERS(ACTION_ROW)
static MESSAGE_READER(action_take, Okr__EvaluationAction, ACTION_ROW);
static MESSAGE_LIST(action_list, Okr__EvaluationAction, OKR__EVALUATION_ACTION__INIT, action_take);

STATEMENT(evaluation_actions, MANY, "a", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.month = $1 ORDER BY a.id");

STATEMENT(evaluation_earlier_actions, MANY, "a", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.month < $1"
          " AND (a.outcome IS NULL OR a.month = ($1 - interval '1 month')::date)"
          " ORDER BY a.month, a.id");

#define COMMENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(text, text, "c.text")                                                                    \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "c.written_at")
static MESSAGE_READER(comment_take, Okr__EvaluationComment, COMMENT_ROW);
MESSAGE_LIST(evaluation_comments, Okr__EvaluationComment, OKR__EVALUATION_COMMENT__INIT,
             comment_take);

STATEMENT(evaluation_comments_of, MANY, "a", ROW_LETTERS(COMMENT_ROW),
          "SELECT " ROW_COLUMNS(
              COMMENT_ROW) " FROM evaluation_comment c"
                           " JOIN member m ON m.id = c.author WHERE c.month = $1 ORDER BY c.id");

STATEMENT(evaluation_quarter_get, MAYBE, "a", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q WHERE $1 BETWEEN q.first_day AND q.last_day");

static struct asked ask_month(struct call *call, const struct statement *statement, int32_t month)
{
    struct query *q = call_ask(call, statement);
    bind_date(q, month);
    return q->asked;
}

struct evaluation_asked evaluation_ask(struct call *call, int32_t month)
{
    return (struct evaluation_asked){
        .evaluation = ask_month(call, &evaluation_get, month),
        .overrides = ask_month(call, &evaluation_overridden, month),
        .actions = ask_month(call, &evaluation_actions, month),
        .earlier = ask_month(call, &evaluation_earlier_actions, month),
        .comments = ask_month(call, &evaluation_comments_of, month),
        .quarter = ask_month(call, &evaluation_quarter_get, month),
    };
}

Okr__Quarter *evaluation_quarter(struct call *call, const struct evaluation_asked *asked)
{
    return quarter_read(call, asked->quarter);
}

static char *hex(struct call *call, const uint8_t hash[32])
{
    char *text = NEW_ARRAY(call, char, 65);
    return sodium_bin2hex(text, 65, hash, 32);
}

static struct kept_evaluation prepared_row(struct call *call, struct row *row,
                                           Okr__Evaluation *message)
{
    struct prepared read;
    prepared_take(row, &read);
    month_take(row, message);
    struct kept_evaluation kept = {.prepared = true,
                                   .version = read.version,
                                   .number = read.number,
                                   .is_signed = message->signed_at != NULL,
                                   .input = read.input,
                                   .verdicts = read.verdicts};
    memcpy(kept.hash, read.hash.data, sizeof kept.hash);
    message->snapshot_hash = hex(call, kept.hash);
    return kept;
}

struct kept_evaluation evaluation_rows(struct call *call, const struct evaluation_asked *asked,
                                       int32_t month, Okr__Evaluation **ret_message)
{
    Okr__Evaluation *message = NEW(call, Okr__Evaluation, OKR__EVALUATION__INIT);
    struct kept_evaluation kept = {0};
    struct row row;
    message->month = NEW_ARRAY(call, char, MONTH_SIZE);
    month_format(month, message->month);
    if (asked_first(call, asked->evaluation, &row))
        kept = prepared_row(call, &row, message);
    message->n_actions = action_list(call, asked->actions, &message->actions);
    message->n_earlier_actions = action_list(call, asked->earlier, &message->earlier_actions);
    message->n_comments = evaluation_comments(call, asked->comments, &message->comments);
    *ret_message = message;
    return kept;
}

static void override_kr(const struct overridden *read, Okr__KrEvaluation *kr)
{
    if (!read->has_verdict)
        return;
    SET(kr, override_verdict, (Okr__Verdict)read->verdict);
    kr->override_reason = read->reason;
    kr->override_by = read->by;
}

void evaluation_overrides(struct call *call, const struct evaluation_asked *asked,
                          Okr__Evaluation *message)
{
    for (struct row row = asked_begin(call, asked->overrides); row_next(&row);) {
        struct overridden read;
        overridden_take(&row, &read);
        for (size_t i = 0; i < message->n_krs; i++)
            if (message->krs[i]->kr_id == read.kr_id)
                override_kr(&read, message->krs[i]);
    }
}

STATEMENT(evaluation_recorded_get, MAYBE, "t", "t",
          "SELECT a.after->>'snapshotHash' FROM audit a WHERE a.resource = $1"
          " AND a.after->>'snapshotHash' IS NOT NULL ORDER BY a.revision DESC LIMIT 1");

struct asked evaluation_recorded_ask(struct call *call, int32_t month)
{
    char name[MONTH_SIZE];
    month_format(month, name);
    struct query *q = call_ask(call, &evaluation_recorded_get);
    bind_text(q, call_printf(call, "evaluation/%s", name));
    return q->asked;
}

char *evaluation_recorded(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? take_text(&row) : NULL;
}

// ---- changes of a month -----------------------------------------------------------------------

STATEMENT(evaluation_snapshot_add, NONE, "aizllttyt", "",
          "WITH s AS (INSERT INTO evaluation_snapshot (month, number, prepared_at, prepared_by,"
          " revision, input, verdicts, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
          " RETURNING month, number)"
          " INSERT INTO evaluation (month, quarter, number) SELECT s.month, $9, s.number FROM s"
          " ON CONFLICT (month) DO UPDATE SET number = excluded.number,"
          " version = evaluation.version + 1");

void evaluation_prepare(struct call *call, const struct new_snapshot *snapshot)
{
    struct query *q = call_ask(call, &evaluation_snapshot_add);
    bind_date(q, snapshot->month);
    bind_i32(q, snapshot->number);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_i64(q, snapshot->revision);
    bind_text(q, snapshot->input);
    bind_text(q, snapshot->verdicts);
    bind_bytes(q, snapshot->hash, 32);
    bind_text(q, snapshot->quarter);
}

STATEMENT(evaluation_set_signed, NONE, "azl", "",
          "UPDATE evaluation SET signed_at = $2, signed_by = $3, version = version + 1"
          " WHERE month = $1");

void evaluation_sign(struct call *call, int32_t month)
{
    struct query *q = call_ask(call, &evaluation_set_signed);
    bind_date(q, month);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

STATEMENT(evaluation_override_add, NONE, "alitzl", "",
          "WITH o AS (INSERT INTO evaluation_override (month, kr_id, verdict, reason, made_at,"
          " made_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING month)"
          " UPDATE evaluation e SET version = e.version + 1 FROM o WHERE e.month = o.month");

void evaluation_override(struct call *call, int32_t month, int64_t kr_id, Okr__Verdict verdict,
                         const char *reason)
{
    struct query *q = call_ask(call, &evaluation_override_add);
    bind_date(q, month);
    bind_i64(q, kr_id);
    bind_opt_i32(q, verdict != OKR__VERDICT__VERDICT_UNSPECIFIED, (int32_t)verdict);
    bind_text(q, reason);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

// ---- factors, actions, comments ---------------------------------------------------------------

#define FACTOR_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "f.id")                                                                         \
    NEXT(i64, kr_id, "f.kr_id")                                                                    \
    NEXT(day, day, "f.day")                                                                        \
    NEXT(text, text, "f.text")                                                                     \
    NEXT(text, author, "m.handle")
static MESSAGE_READER(factor_take, Okr__ExternalFactor, FACTOR_ROW);

STATEMENT(external_factor_add, ONE, "latlz", ROW_LETTERS(FACTOR_ROW),
          "WITH f AS (INSERT INTO external_factor (kr_id, day, text, author, written_at)"
          " VALUES ($1, $2, $3, $4, $5) RETURNING *)"
          " SELECT " ROW_COLUMNS(FACTOR_ROW) " FROM f JOIN member m ON m.id = f.author");

struct asked factor_insert(struct call *call, int64_t kr_id, int32_t day, const char *text)
{
    struct query *q = call_ask(call, &external_factor_add);
    bind_i64(q, kr_id);
    bind_date(q, day);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}

Okr__ExternalFactor *factor_read(struct call *call, struct asked asked)
{
    Okr__ExternalFactor *factor = NEW(call, Okr__ExternalFactor, OKR__EXTERNAL_FACTOR__INIT);
    struct row row = asked_at(call, asked, 0);
    factor_take(&row, factor);
    return factor;
}

STATEMENT(evaluation_action_add, ONE, "atat", ACTION_LETTERS,
          "INSERT INTO evaluation_action AS a (month, text, due, owner_role)"
          " VALUES ($1, $2, $3, $4) RETURNING " ACTION_COLUMNS);

struct asked action_insert(struct call *call, int32_t month, const char *text, int32_t due,
                           const char *owner_role)
{
    struct query *q = call_ask(call, &evaluation_action_add);
    bind_date(q, month);
    bind_text(q, text);
    bind_date(q, due);
    bind_text(q, owner_role);
    return q->asked;
}

STATEMENT(evaluation_action_get, MAYBE, "l", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.id = $1");

struct asked action_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &evaluation_action_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(evaluation_action_close, MAYBE, "ltb", ACTION_LETTERS,
          "UPDATE evaluation_action a SET outcome = $2, done = $3, version = a.version + 1"
          " WHERE a.id = $1 RETURNING " ACTION_COLUMNS);

struct asked action_close(struct call *call, int64_t id, const char *outcome, bool done)
{
    struct query *q = call_ask(call, &evaluation_action_close);
    bind_i64(q, id);
    bind_text(q, outcome);
    bind_bool(q, done);
    return q->asked;
}

Okr__EvaluationAction *action_read(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__EvaluationAction *action = NEW(call, Okr__EvaluationAction, OKR__EVALUATION_ACTION__INIT);
    action_take(&row, action);
    return action;
}

STATEMENT(evaluation_comment_add, ONE, "atlz", ROW_LETTERS(COMMENT_ROW),
          "WITH c AS (INSERT INTO evaluation_comment (month, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM c JOIN member m ON m.id = c.author");

struct asked evaluation_comment_insert(struct call *call, int32_t month, const char *text)
{
    struct query *q = call_ask(call, &evaluation_comment_add);
    bind_date(q, month);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}
