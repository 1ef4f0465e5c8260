// Statements of the roadmap, each above the function that binds it.
#include "server/quarter/roadmap_rows.h"

#define ROADMAP_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "i.id")                                                                         \
    NEXT(i32, year, "i.year")                                                                      \
    NEXT(text, product, "i.product")                                                               \
    NEXT(text, text, "i.text")                                                                     \
    NEXT(day, starts, "i.starts")                                                                  \
    NEXT(day, ends, "i.ends")                                                                      \
    NEXT(i32, rank, "CASE WHEN NOT i.dropped THEN i.rank END")                                     \
    NEXT(flag, dropped, "i.dropped")                                                               \
    NEXT(i64, version, "i.version")                                                                \
    NEXT(                                                                                          \
        i64s, objective_ids,                                                                       \
        "ARRAY(SELECT x.objective_id FROM roadmap_objective x WHERE x.item_id = i.id ORDER BY 1)") \
    NEXT(i64s, kr_ids,                                                                             \
         "ARRAY(SELECT x.kr_id FROM roadmap_kr x WHERE x.item_id = i.id ORDER BY 1)")              \
    NEXT(i64s, project_ids,                                                                        \
         "ARRAY(SELECT x.project_id FROM roadmap_project x WHERE x.item_id = i.id ORDER BY 1)")    \
    NEXT(flag, unserved, ROADMAP_UNSERVED)
#define COLUMNS ROW_COLUMNS(ROADMAP_ROW)
#define LETTERS ROW_LETTERS(ROADMAP_ROW)
static MESSAGE_READER(item_take, Okr__RoadmapItem, ROADMAP_ROW);

Okr__RoadmapItem *roadmap_row(struct call *call, struct row *row)
{
    Okr__RoadmapItem *item = NEW(call, Okr__RoadmapItem, OKR__ROADMAP_ITEM__INIT);
    item_take(row, item);
    return item;
}

Okr__RoadmapItem *roadmap_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? roadmap_row(call, &row) : NULL;
}

STATEMENT(roadmap_get, MAYBE, "l", LETTERS,
          "SELECT " COLUMNS " FROM roadmap_item i WHERE i.id = $1");

struct asked roadmap_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &roadmap_get);
    bind_i64(q, id);
    return q->asked;
}

STATEMENT(roadmap_list_of, MANY, "ibb", LETTERS,
          "SELECT " COLUMNS " FROM roadmap_item i"
          " WHERE i.year = $1 AND ($2 OR NOT i.dropped) AND (NOT $3 OR " ROADMAP_UNSERVED ")"
          " ORDER BY i.dropped, i.rank, i.id");

struct asked roadmap_list_ask(struct call *call, int32_t year, bool unserved, bool with_dropped)
{
    struct query *q = call_ask(call, &roadmap_list_of);
    bind_i32(q, year);
    bind_bool(q, with_dropped);
    bind_bool(q, unserved);
    return q->asked;
}

MESSAGE_LIST(roadmap_list, Okr__RoadmapItem, OKR__ROADMAP_ITEM__INIT, item_take);

STATEMENT(roadmap_order, ONE, "i", "L",
          "SELECT ARRAY(SELECT i.id FROM roadmap_item i WHERE i.year = $1 AND NOT i.dropped"
          "             ORDER BY i.rank, i.id)");

struct asked roadmap_order_ask(struct call *call, int32_t year)
{
    struct query *q = call_ask(call, &roadmap_order);
    bind_i32(q, year);
    return q->asked;
}

STATEMENT(roadmap_get_for_change, MAYBE, "l", LETTERS "L",
          "SELECT " COLUMNS ","
          " ARRAY(SELECT b.id FROM roadmap_item b WHERE b.year = i.year AND NOT b.dropped"
          "       ORDER BY b.rank, b.id)"
          " FROM roadmap_item i WHERE i.id = $1");

struct asked roadmap_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &roadmap_get_for_change);
    bind_i64(q, id);
    return q->asked;
}

bool roadmap_context_row(struct call *call, struct asked asked, struct roadmap_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->item = roadmap_row(call, &row);
    ret->n_order = take_i64s(&row, &ret->order);
    return true;
}

STATEMENT(roadmap_add, ONE, "ittaai", "l",
          "INSERT INTO roadmap_item (year, product, text, starts, ends, rank)"
          " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id");

STATEMENT(roadmap_set, NONE, "lttaa", "",
          "UPDATE roadmap_item SET product = $2, text = $3, starts = $4, ends = $5,"
          " version = version + 1 WHERE id = $1");

STATEMENT(roadmap_set_dropped, NONE, "lt", "",
          "UPDATE roadmap_item SET dropped = true, drop_reason = $2, version = version + 1"
          " WHERE id = $1");

STATEMENT(roadmap_set_order, NONE, "L", "",
          "UPDATE roadmap_item i SET rank = x.place::integer"
          " FROM unnest($1::bigint[]) WITH ORDINALITY AS x(id, place)"
          " WHERE i.id = x.id AND i.rank <> x.place");

STATEMENT(roadmap_next_version, NONE, "l", "",
          "UPDATE roadmap_item SET version = version + 1 WHERE id = $1");

struct asked roadmap_insert(struct call *call, const Okr__RoadmapItem *item, int32_t starts,
                            int32_t ends)
{
    struct query *q = call_ask(call, &roadmap_add);
    bind_i32(q, item->year);
    bind_text(q, item->product);
    bind_text(q, item->text);
    bind_date(q, starts);
    bind_date(q, ends);
    bind_i32(q, item->rank);
    return q->asked;
}

void roadmap_update(struct call *call, const Okr__RoadmapItem *item, int32_t starts, int32_t ends)
{
    struct query *q = call_ask(call, &roadmap_set);
    bind_i64(q, item->id);
    bind_text(q, item->product);
    bind_text(q, item->text);
    bind_date(q, starts);
    bind_date(q, ends);
}

void roadmap_drop(struct call *call, int64_t id, const char *reason)
{
    struct query *q = call_ask(call, &roadmap_set_dropped);
    bind_i64(q, id);
    bind_text(q, reason);
}

void roadmap_order_write(struct call *call, const int64_t *ids, size_t n)
{
    bind_i64_array(call_ask(call, &roadmap_set_order), ids, n);
}

void roadmap_touch(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &roadmap_next_version), id);
}

// ---- links ------------------------------------------------------------------------------------

STATEMENT(roadmap_live_objectives, ONE, "L", "L",
          "SELECT ARRAY(SELECT o.id FROM objective o"
          " WHERE o.id = ANY($1::bigint[]) AND NOT o.dropped)");
STATEMENT(roadmap_live_krs, ONE, "L", "L",
          "SELECT ARRAY(SELECT k.id FROM key_result k"
          " WHERE k.id = ANY($1::bigint[]) AND NOT k.dropped)");
STATEMENT(roadmap_live_projects, ONE, "L", "L",
          "SELECT ARRAY(SELECT p.id FROM project p"
          " WHERE p.id = ANY($1::bigint[]) AND p.state <= " SQL_PROJECT_STATE_COMPLETED ")");

// $1 item, $2 to be linked, $3 to be linked no more; none is in both.
#define LINK_WRITE(table, column)                                                                  \
    "WITH gone AS (DELETE FROM " table " WHERE item_id = $1 AND " column " = ANY($3::bigint[]))"   \
    " INSERT INTO " table " (item_id, " column ") SELECT $1, x FROM unnest($2::bigint[]) x"        \
    " ON CONFLICT DO NOTHING"

STATEMENT(roadmap_link_objectives, NONE, "lLL", "",
          LINK_WRITE("roadmap_objective", "objective_id"));
STATEMENT(roadmap_link_krs, NONE, "lLL", "", LINK_WRITE("roadmap_kr", "kr_id"));
STATEMENT(roadmap_link_projects, NONE, "lLL", "", LINK_WRITE("roadmap_project", "project_id"));

struct asked roadmap_link_live_ask(struct call *call, enum roadmap_link link, const int64_t *ids,
                                   size_t n)
{
    static const struct statement *const live[ROADMAP_LINKS] = {
        &roadmap_live_objectives, &roadmap_live_krs, &roadmap_live_projects};
    struct query *q = call_ask(call, live[link]);
    bind_i64_array(q, ids, n);
    return q->asked;
}

void roadmap_link_write(struct call *call, enum roadmap_link link, int64_t item_id,
                        const int64_t *add, size_t n_add, const int64_t *remove, size_t n_remove)
{
    static const struct statement *const writes[ROADMAP_LINKS] = {
        &roadmap_link_objectives, &roadmap_link_krs, &roadmap_link_projects};
    struct query *q = call_ask(call, writes[link]);
    bind_i64(q, item_id);
    bind_i64_array(q, add, n_add);
    bind_i64_array(q, remove, n_remove);
}

// ---- comments ---------------------------------------------------------------------------------

#define COMMENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "c.id")                                                                         \
    NEXT(i64, item_id, "c.item_id")                                                                \
    NEXT(text, text, "c.text")                                                                     \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "c.written_at")
static MESSAGE_READER(comment_take, Okr__RoadmapComment, COMMENT_ROW);
MESSAGE_LIST(roadmap_comments, Okr__RoadmapComment, OKR__ROADMAP_COMMENT__INIT, comment_take);

STATEMENT(
    roadmap_comments_of, MANY, "l", ROW_LETTERS(COMMENT_ROW),
    "SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM roadmap_comment c JOIN member m ON m.id = c.author"
                                       " WHERE c.item_id = $1 ORDER BY c.id");

struct asked roadmap_comments_ask(struct call *call, int64_t item_id)
{
    struct query *q = call_ask(call, &roadmap_comments_of);
    bind_i64(q, item_id);
    return q->asked;
}

STATEMENT(roadmap_comment_add, ONE, "ltlz", ROW_LETTERS(COMMENT_ROW),
          "WITH c AS (INSERT INTO roadmap_comment (item_id, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM c JOIN member m ON m.id = c.author");

struct asked roadmap_comment_insert(struct call *call, int64_t item_id, const char *text)
{
    struct query *q = call_ask(call, &roadmap_comment_add);
    bind_i64(q, item_id);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}
