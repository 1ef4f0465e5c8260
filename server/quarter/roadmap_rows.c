// Statements of the roadmap, each above the function that binds it.
#include "server/quarter/roadmap_rows.h"

STATEMENT(roadmap_get, MANY, "l", ROADMAP_LETTERS,
          "SELECT " ROADMAP_COLUMNS " FROM roadmap_item i WHERE i.id = $1");

STATEMENT(roadmap_list, MANY, "ibb", ROADMAP_LETTERS,
          "SELECT " ROADMAP_COLUMNS " FROM roadmap_item i"
          " WHERE i.year = $1 AND ($2 OR NOT i.dropped) AND (NOT $3 OR " ROADMAP_UNSERVED ")"
          " ORDER BY i.dropped, i.rank, i.id");

STATEMENT(roadmap_order, MANY, "i", "L",
          "SELECT ARRAY(SELECT i.id FROM roadmap_item i WHERE i.year = $1 AND NOT i.dropped"
          "             ORDER BY i.rank, i.id)");

STATEMENT(roadmap_get_for_change, MANY, "l", ROADMAP_LETTERS "L",
          "SELECT " ROADMAP_COLUMNS ","
          " ARRAY(SELECT b.id FROM roadmap_item b WHERE b.year = i.year AND NOT b.dropped"
          "       ORDER BY b.rank, b.id)"
          " FROM roadmap_item i WHERE i.id = $1");

STATEMENT(roadmap_add, MANY, "ittaai", "l",
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

static void read_links(Okr__RoadmapItem *item, const struct rows *rows, int row)
{
    item->n_objective_ids = row_i64_array(rows, row, 9, &item->objective_ids);
    item->n_kr_ids = row_i64_array(rows, row, 10, &item->kr_ids);
    item->n_project_ids = row_i64_array(rows, row, 11, &item->project_ids);
}

Okr__RoadmapItem *roadmap_row(struct call *call, const struct rows *rows, int row)
{
    Okr__RoadmapItem *item = NEW(call, Okr__RoadmapItem, OKR__ROADMAP_ITEM__INIT);
    SET(item, id, row_i64(rows, row, 0));
    SET(item, year, row_i32(rows, row, 1));
    item->product = row_text(rows, row, 2);
    item->text = row_text(rows, row, 3);
    item->starts = row_date_text(rows, row, 4);
    item->ends = row_date_text(rows, row, 5);
    if (row_bool(rows, row, 7))
        SET(item, dropped, true);
    else
        SET(item, rank, row_i32(rows, row, 6));
    SET(item, version, row_i64(rows, row, 8));
    read_links(item, rows, row);
    if (row_bool(rows, row, 12))
        SET(item, unserved, true);
    return item;
}

void roadmap_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &roadmap_get), id);
}

void roadmap_list_ask(struct call *call, int32_t year, bool unserved, bool with_dropped)
{
    struct query *q = call_ask(call, &roadmap_list);
    bind_i32(q, year);
    bind_bool(q, with_dropped);
    bind_bool(q, unserved);
}

void roadmap_unserved_ask(struct call *call, int32_t year)
{
    roadmap_list_ask(call, year, true, false);
}

void roadmap_order_ask(struct call *call, int32_t year)
{
    bind_i32(call_ask(call, &roadmap_order), year);
}

void roadmap_change_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &roadmap_get_for_change), id);
}

void roadmap_insert(struct call *call, const Okr__RoadmapItem *item, int32_t starts, int32_t ends)
{
    struct query *q = call_ask(call, &roadmap_add);
    bind_i32(q, item->year);
    bind_text(q, item->product);
    bind_text(q, item->text);
    bind_date(q, starts);
    bind_date(q, ends);
    bind_i32(q, item->rank);
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

STATEMENT(roadmap_live_objectives, MANY, "L", "L",
          "SELECT ARRAY(SELECT o.id FROM objective o"
          " WHERE o.id = ANY($1::bigint[]) AND NOT o.dropped)");
STATEMENT(roadmap_live_krs, MANY, "L", "L",
          "SELECT ARRAY(SELECT k.id FROM key_result k"
          " WHERE k.id = ANY($1::bigint[]) AND NOT k.dropped)");
STATEMENT(roadmap_live_projects, MANY, "L", "L",
          "SELECT ARRAY(SELECT p.id FROM project p"
          " WHERE p.id = ANY($1::bigint[]) AND p.state <= 3)");

// $1 item, $2 to be linked, $3 to be linked no more; none is in both.
#define LINK_WRITE(table, column)                                                                  \
    "WITH gone AS (DELETE FROM " table " WHERE item_id = $1 AND " column " = ANY($3::bigint[]))"   \
    " INSERT INTO " table " (item_id, " column ") SELECT $1, x FROM unnest($2::bigint[]) x"        \
    " ON CONFLICT DO NOTHING"

STATEMENT(roadmap_link_objectives, NONE, "lLL", "",
          LINK_WRITE("roadmap_objective", "objective_id"));
STATEMENT(roadmap_link_krs, NONE, "lLL", "", LINK_WRITE("roadmap_kr", "kr_id"));
STATEMENT(roadmap_link_projects, NONE, "lLL", "", LINK_WRITE("roadmap_project", "project_id"));

void roadmap_link_live_ask(struct call *call, enum roadmap_link link, const int64_t *ids, size_t n)
{
    static const struct statement *const live[ROADMAP_LINKS] = {
        &roadmap_live_objectives, &roadmap_live_krs, &roadmap_live_projects};
    bind_i64_array(call_ask(call, live[link]), ids, n);
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

STATEMENT(roadmap_comments, MANY, "l", "llttz",
          "SELECT c.id, c.item_id, c.text, m.handle, c.written_at"
          " FROM roadmap_comment c JOIN member m ON m.id = c.author"
          " WHERE c.item_id = $1 ORDER BY c.id");

STATEMENT(roadmap_comment_add, MANY, "ltlz", "llttz",
          "WITH c AS (INSERT INTO roadmap_comment (item_id, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT c.id, c.item_id, c.text, m.handle, c.written_at"
          " FROM c JOIN member m ON m.id = c.author");

void roadmap_comment_insert(struct call *call, int64_t item_id, const char *text)
{
    struct query *q = call_ask(call, &roadmap_comment_add);
    bind_i64(q, item_id);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

void roadmap_comments_ask(struct call *call, int64_t item_id)
{
    bind_i64(call_ask(call, &roadmap_comments), item_id);
}

Okr__RoadmapComment *roadmap_comment_row(struct call *call, const struct rows *rows, int row)
{
    Okr__RoadmapComment *comment = NEW(call, Okr__RoadmapComment, OKR__ROADMAP_COMMENT__INIT);
    SET(comment, id, row_i64(rows, row, 0));
    SET(comment, item_id, row_i64(rows, row, 1));
    comment->text = row_text(rows, row, 2);
    comment->author = row_text(rows, row, 3);
    comment->written_at = row_time_text(rows, row, 4);
    return comment;
}
