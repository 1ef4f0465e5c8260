// See the header.
#include "server/progress/history_rows.h"

STATEMENT(history_project, MAYBE, "l", "t", "SELECT name FROM project WHERE id = $1");

struct asked history_project_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &history_project);
    bind_i64(q, project_id);
    return q->asked;
}

#define HISTORY_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "w.id")                                                                         \
    NEXT(i64, source_id, "w.source_id")                                                            \
    NEXT(i64, number, "w.number")                                                                  \
    NEXT(text, source, "w.name")                                                                   \
    NEXT(date, monday, "w.monday")                                                                 \
    NEXT(i64, stand_in_id, "w.stand_in_id")                                                        \
    NEXT(bool, published, "w.published")

STRUCT_READER(history_version_take, struct history_version, HISTORY_ROW);

STATEMENT(history_versions, MANY, "ll", ROW_LETTERS(HISTORY_ROW),
          "SELECT " ROW_COLUMNS(
              HISTORY_ROW) " FROM ("
                           "SELECT DISTINCT ON (v.source_id, d.monday) v.id, v.source_id, "
                           "v.number, s.name, d.monday,"
                           " c.id AS stand_in_id, v.id IS NOT DISTINCT FROM s.published_version AS "
                           "published"
                           " FROM plan_source s JOIN plan_version v ON v.source_id = s.id AND "
                           "v.number IS NOT NULL"
                           " CROSS JOIN LATERAL (SELECT date_trunc('week', "
                           "left(coalesce(v.header->>'statusDate',"
                           "  v.header->>'currentDate', v.header->>'lastSaved', "
                           "v.published_at::text), 10)::date)::date"
                           "  AS monday) d"
                           " LEFT JOIN plan_baseline_choice b ON b.source_id = s.id"
                           " LEFT JOIN plan_version c ON c.source_id = b.source_id AND c.number = "
                           "b.number"
                           " WHERE EXISTS (SELECT FROM plan_binding k WHERE k.source_id = s.id AND "
                           "k.project_id = $1)"
                           " ORDER BY v.source_id, d.monday, v.number DESC) w"
                           " ORDER BY w.published DESC, w.monday DESC, w.name LIMIT $2");

struct asked history_versions_ask(struct call *call, int64_t project_id, int64_t most)
{
    struct query *q = call_ask(call, &history_versions);
    bind_i64(q, project_id);
    bind_i64(q, most);
    return q->asked;
}
