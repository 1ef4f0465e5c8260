// Sufficiency declarations: statements and rows. It knows tables, not rules.
#include "server/quarter/sufficiency_rows.h"

#include "server/quarter/key_result_rows.h"

#define SUFFICIENCY_ROW(FIRST, NEXT)                                                               \
    FIRST(i64, kr_id, "s.kr_id")                                                                   \
    NEXT(i32, number, "s.number")                                                                  \
    NEXT(i64s, project_ids, "s.project_ids")                                                       \
    NEXT(text, note, "s.note")                                                                     \
    NEXT(stamp, declared_at, "s.declared_at")                                                      \
    NEXT(text, declared_by, "m.handle")                                                            \
    NEXT(bool, stale, "s.project_ids <> " KEY_RESULT_PROJECT_SET)
static MESSAGE_READER(sufficiency_take, Okr__Sufficiency, SUFFICIENCY_ROW);

STATEMENT(
    sufficiency_list_of, MANY, "l", ROW_LETTERS(SUFFICIENCY_ROW),
    "SELECT " ROW_COLUMNS(SUFFICIENCY_ROW) " FROM sufficiency s JOIN key_result k ON k.id = s.kr_id"
                                           " JOIN member m ON m.id = s.declared_by"
                                           " WHERE s.kr_id = $1 ORDER BY s.number DESC");

struct asked sufficiency_list_ask(struct call *call, int64_t kr_id)
{
    struct query *q = call_ask(call, &sufficiency_list_of);
    bind_i64(q, kr_id);
    return q->asked;
}

MESSAGE_LIST(sufficiency_list, Okr__Sufficiency, OKR__SUFFICIENCY__INIT, sufficiency_take);

STATEMENT(sufficiency_add, NONE, "ltzl", "",
          "INSERT INTO sufficiency (kr_id, number, project_ids, note, declared_at, declared_by)"
          " SELECT k.id, 1 + coalesce((SELECT max(s.number) FROM sufficiency s"
          " WHERE s.kr_id = k.id), 0), " KEY_RESULT_PROJECT_SET ", $2, $3, $4"
          " FROM key_result k WHERE k.id = $1");

void sufficiency_insert(struct call *call, int64_t kr_id, const char *note)
{
    struct query *q = call_ask(call, &sufficiency_add);
    bind_i64(q, kr_id);
    bind_text(q, note);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}
