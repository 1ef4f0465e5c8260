// Statements of evaluations, each above the function that binds it.
#include "server/month/evaluation_rows.h"

#include <sodium.h>
#include <string.h>
#include "common/calendar.h"
#include "server/quarter/quarter_rows.h"

// ---- a month ----------------------------------------------------------------------------------

STATEMENT(evaluation_get, MANY, "a", "liztlttyzt",
          "SELECT e.version, e.number, s.prepared_at, p.handle, s.revision, s.input, s.verdicts,"
          " s.hash, e.signed_at, g.handle FROM evaluation e"
          " JOIN evaluation_snapshot s ON s.month = e.month AND s.number = e.number"
          " JOIN member p ON p.id = s.prepared_by LEFT JOIN member g ON g.id = e.signed_by"
          " WHERE e.month = $1");

STATEMENT(evaluation_overridden, MANY, "a", "litt",
          "SELECT DISTINCT ON (o.kr_id) o.kr_id, o.verdict, o.reason, m.handle"
          " FROM evaluation_override o JOIN member m ON m.id = o.made_by"
          " WHERE o.month = $1 ORDER BY o.kr_id, o.id DESC");

#define ACTION_COLUMNS "a.id, a.month, a.text, a.due, a.owner_role, a.outcome, a.done, a.version"
#define ACTION_LETTERS "latattbl"

STATEMENT(evaluation_actions, MANY, "a", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.month = $1 ORDER BY a.id");

STATEMENT(evaluation_earlier_actions, MANY, "a", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.month < $1"
          " AND (a.outcome IS NULL OR a.month = ($1 - interval '1 month')::date)"
          " ORDER BY a.month, a.id");

STATEMENT(evaluation_comments, MANY, "a", "ttz",
          "SELECT c.text, m.handle, c.written_at FROM evaluation_comment c"
          " JOIN member m ON m.id = c.author WHERE c.month = $1 ORDER BY c.id");

STATEMENT(evaluation_quarter, MANY, "a", QUARTER_LETTERS,
          "SELECT " QUARTER_COLUMNS " FROM quarter q WHERE $1 BETWEEN q.first_day AND q.last_day");

enum { ROWS_EVALUATION, ROWS_OVERRIDES, ROWS_ACTIONS, ROWS_EARLIER, ROWS_COMMENTS, ROWS_QUARTER };

void evaluation_ask(struct call *call, int32_t month)
{
    bind_date(call_ask(call, &evaluation_get), month);
    bind_date(call_ask(call, &evaluation_overridden), month);
    bind_date(call_ask(call, &evaluation_actions), month);
    bind_date(call_ask(call, &evaluation_earlier_actions), month);
    bind_date(call_ask(call, &evaluation_comments), month);
    bind_date(call_ask(call, &evaluation_quarter), month);
}

Okr__Quarter *evaluation_quarter_row(struct call *call, int first)
{
    const struct rows *rows = &call->rows[first + ROWS_QUARTER];
    struct row row = rows_begin(rows);
    return row_next(&row) ? quarter_row(call, &row) : NULL;
}

static char *hex(struct call *call, const uint8_t hash[32])
{
    char *text = NEW_ARRAY(call, char, 65);
    return sodium_bin2hex(text, 65, hash, 32);
}

static struct kept_evaluation prepared_row(struct call *call, const struct rows *rows,
                                           Okr__Evaluation *message)
{
    struct kept_evaluation kept = {.prepared = true,
                                   .version = row_i64(rows, 0, 0),
                                   .number = row_i32(rows, 0, 1),
                                   .is_signed = !row_null(rows, 0, 8),
                                   .input = row_text(rows, 0, 5),
                                   .verdicts = row_text(rows, 0, 6)};
    struct bytes hash = row_bytes(rows, 0, 7);
    memcpy(kept.hash, hash.data, sizeof kept.hash);
    message->prepared_at = row_time_text(rows, 0, 2);
    message->prepared_by = row_text(rows, 0, 3);
    SET(message, snapshot_revision, row_i64(rows, 0, 4));
    message->signed_at = row_time_text(rows, 0, 8);
    message->signed_by = row_text(rows, 0, 9);
    message->snapshot_hash = hex(call, kept.hash);
    SET(message, version, kept.version);
    return kept;
}

static size_t action_rows(struct call *call, const struct rows *rows, Okr__EvaluationAction ***ret)
{
    size_t n = (size_t)rows_count(rows);
    *ret = NEW_ARRAY(call, Okr__EvaluationAction *, n);
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = action_row(call, rows, (int)i);
    return n;
}

struct kept_evaluation evaluation_rows(struct call *call, int first, int32_t month,
                                       Okr__Evaluation **ret_message)
{
    const struct rows *rows = &call->rows[first];
    Okr__Evaluation *message = NEW(call, Okr__Evaluation, OKR__EVALUATION__INIT);
    struct kept_evaluation kept = {0};
    message->month = NEW_ARRAY(call, char, MONTH_SIZE);
    month_format(month, message->month);
    if (rows_count(&rows[ROWS_EVALUATION]) > 0)
        kept = prepared_row(call, &rows[ROWS_EVALUATION], message);
    message->n_actions = action_rows(call, &rows[ROWS_ACTIONS], &message->actions);
    message->n_earlier_actions = action_rows(call, &rows[ROWS_EARLIER], &message->earlier_actions);
    message->n_comments = (size_t)rows_count(&rows[ROWS_COMMENTS]);
    message->comments = NEW_ARRAY(call, Okr__EvaluationComment *, message->n_comments);
    for (size_t i = 0; i < message->n_comments; i++)
        message->comments[i] = evaluation_comment_row(call, &rows[ROWS_COMMENTS], (int)i);
    *ret_message = message;
    return kept;
}

static void override_kr(const struct rows *rows, int row, Okr__KrEvaluation *kr)
{
    if (row_null(rows, row, 1))
        return;
    SET(kr, override_verdict, (Okr__Verdict)row_i32(rows, row, 1));
    kr->override_reason = row_text(rows, row, 2);
    kr->override_by = row_text(rows, row, 3);
}

void evaluation_overrides(struct call *call, int first, Okr__Evaluation *message)
{
    const struct rows *rows = &call->rows[first + ROWS_OVERRIDES];
    for (int row = 0; row < rows_count(rows); row++)
        for (size_t i = 0; i < message->n_krs; i++)
            if (message->krs[i]->kr_id == row_i64(rows, row, 0))
                override_kr(rows, row, message->krs[i]);
}

STATEMENT(evaluation_recorded, MANY, "t", "t",
          "SELECT a.after->>'snapshotHash' FROM audit a WHERE a.resource = $1"
          " AND a.after->>'snapshotHash' IS NOT NULL ORDER BY a.revision DESC LIMIT 1");

void evaluation_recorded_ask(struct call *call, int32_t month)
{
    char name[MONTH_SIZE];
    month_format(month, name);
    bind_text(call_ask(call, &evaluation_recorded), call_printf(call, "evaluation/%s", name));
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

STATEMENT(external_factor_add, MANY, "latlz", "llatt",
          "WITH f AS (INSERT INTO external_factor (kr_id, day, text, author, written_at)"
          " VALUES ($1, $2, $3, $4, $5) RETURNING *)"
          " SELECT f.id, f.kr_id, f.day, f.text, m.handle FROM f JOIN member m ON m.id = f.author");

void factor_insert(struct call *call, int64_t kr_id, int32_t day, const char *text)
{
    struct query *q = call_ask(call, &external_factor_add);
    bind_i64(q, kr_id);
    bind_date(q, day);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

Okr__ExternalFactor *factor_row(struct call *call, const struct rows *rows, int row)
{
    Okr__ExternalFactor *factor = NEW(call, Okr__ExternalFactor, OKR__EXTERNAL_FACTOR__INIT);
    SET(factor, id, row_i64(rows, row, 0));
    SET(factor, kr_id, row_i64(rows, row, 1));
    factor->day = row_date_text(rows, row, 2);
    factor->text = row_text(rows, row, 3);
    factor->author = row_text(rows, row, 4);
    return factor;
}

STATEMENT(evaluation_action_add, MANY, "atat", ACTION_LETTERS,
          "INSERT INTO evaluation_action AS a (month, text, due, owner_role)"
          " VALUES ($1, $2, $3, $4) RETURNING " ACTION_COLUMNS);

void action_insert(struct call *call, int32_t month, const char *text, int32_t due,
                   const char *owner_role)
{
    struct query *q = call_ask(call, &evaluation_action_add);
    bind_date(q, month);
    bind_text(q, text);
    bind_date(q, due);
    bind_text(q, owner_role);
}

STATEMENT(evaluation_action_get, MANY, "l", ACTION_LETTERS,
          "SELECT " ACTION_COLUMNS " FROM evaluation_action a WHERE a.id = $1");

void action_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &evaluation_action_get), id);
}

STATEMENT(evaluation_action_close, MANY, "ltb", ACTION_LETTERS,
          "UPDATE evaluation_action a SET outcome = $2, done = $3, version = a.version + 1"
          " WHERE a.id = $1 RETURNING " ACTION_COLUMNS);

void action_close(struct call *call, int64_t id, const char *outcome, bool done)
{
    struct query *q = call_ask(call, &evaluation_action_close);
    bind_i64(q, id);
    bind_text(q, outcome);
    bind_bool(q, done);
}

Okr__EvaluationAction *action_row(struct call *call, const struct rows *rows, int row)
{
    Okr__EvaluationAction *action = NEW(call, Okr__EvaluationAction, OKR__EVALUATION_ACTION__INIT);
    SET(action, id, row_i64(rows, row, 0));
    action->month = NEW_ARRAY(call, char, MONTH_SIZE);
    month_format(row_date(rows, row, 1), action->month);
    action->text = row_text(rows, row, 2);
    action->due = row_date_text(rows, row, 3);
    action->owner_role = row_text(rows, row, 4);
    action->outcome = row_text(rows, row, 5);
    SET(action, done, row_bool(rows, row, 6));
    SET(action, version, row_i64(rows, row, 7));
    return action;
}

STATEMENT(evaluation_comment_add, MANY, "atlz", "ttz",
          "WITH c AS (INSERT INTO evaluation_comment (month, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT c.text, m.handle, c.written_at FROM c JOIN member m ON m.id = c.author");

void evaluation_comment_insert(struct call *call, int32_t month, const char *text)
{
    struct query *q = call_ask(call, &evaluation_comment_add);
    bind_date(q, month);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

Okr__EvaluationComment *evaluation_comment_row(struct call *call, const struct rows *rows, int row)
{
    Okr__EvaluationComment *comment =
        NEW(call, Okr__EvaluationComment, OKR__EVALUATION_COMMENT__INIT);
    comment->text = row_text(rows, row, 0);
    comment->author = row_text(rows, row, 1);
    comment->written_at = row_time_text(rows, row, 2);
    return comment;
}
