// Sufficiency declarations: statements and rows. It knows tables, not rules.
#include "server/quarter/sufficiency_rows.h"

#include "server/quarter/key_result_rows.h"

STATEMENT(sufficiency_list, MANY, "l", "liLtztb",
          "SELECT s.kr_id, s.number, s.project_ids, s.note, s.declared_at, m.handle,"
          " s.project_ids <> " KEY_RESULT_PROJECT_SET
          " FROM sufficiency s JOIN key_result k ON k.id = s.kr_id"
          " JOIN member m ON m.id = s.declared_by"
          " WHERE s.kr_id = $1 ORDER BY s.number DESC");

STATEMENT(sufficiency_add, NONE, "ltzl", "",
          "INSERT INTO sufficiency (kr_id, number, project_ids, note, declared_at, declared_by)"
          " SELECT k.id, 1 + coalesce((SELECT max(s.number) FROM sufficiency s"
          " WHERE s.kr_id = k.id), 0), " KEY_RESULT_PROJECT_SET ", $2, $3, $4"
          " FROM key_result k WHERE k.id = $1");

Okr__Sufficiency *sufficiency_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Sufficiency *declared = NEW(call, Okr__Sufficiency, OKR__SUFFICIENCY__INIT);
    SET(declared, kr_id, row_i64(rows, row, 0));
    SET(declared, number, row_i32(rows, row, 1));
    declared->n_project_ids = row_i64_array(rows, row, 2, &declared->project_ids);
    declared->note = row_text(rows, row, 3);
    declared->declared_at = row_time_text(rows, row, 4);
    declared->declared_by = row_text(rows, row, 5);
    SET(declared, stale, row_bool(rows, row, 6));
    return declared;
}

void sufficiency_list_ask(struct call *call, int64_t kr_id)
{
    bind_i64(call_ask(call, &sufficiency_list), kr_id);
}

void sufficiency_insert(struct call *call, int64_t kr_id, const char *note)
{
    struct query *q = call_ask(call, &sufficiency_add);
    bind_i64(q, kr_id);
    bind_text(q, note);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}
