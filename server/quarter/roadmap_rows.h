// Roadmap items in the database: rows into contract messages, and the statements that read and
// write them. It knows tables, not rules (server/quarter/roadmap.c).
#ifndef OKR_SERVER_QUARTER_ROADMAP_ROWS_H
#define OKR_SERVER_QUARTER_ROADMAP_ROWS_H

#include "server/call/call.h"

// One item as roadmap_row() reads it; i (roadmap_item) is in scope. A statement that selects more
// puts it behind, from column ROADMAP_N_COLUMNS on.
#define ROADMAP_LETTERS "littaaiblLLLb"
#define ROADMAP_COLUMNS                                                                            \
    "i.id, i.year, i.product, i.text, i.starts, i.ends, i.rank, i.dropped, i.version,"             \
    " ARRAY(SELECT x.objective_id FROM roadmap_objective x WHERE x.item_id = i.id ORDER BY 1),"    \
    " ARRAY(SELECT x.kr_id FROM roadmap_kr x WHERE x.item_id = i.id ORDER BY 1),"                  \
    " ARRAY(SELECT x.project_id FROM roadmap_project x WHERE x.item_id = i.id ORDER BY 1),"        \
    " " ROADMAP_UNSERVED
enum {
    ROADMAP_N_COLUMNS = 13,
};

// Nothing serves the item i (R2). Dropped things and projects that are not accepted serve nothing.
#define ROADMAP_UNSERVED                                                                           \
    "(NOT i.dropped"                                                                               \
    " AND NOT EXISTS (SELECT FROM roadmap_kr x JOIN key_result k ON k.id = x.kr_id"                \
    "     WHERE x.item_id = i.id AND NOT k.dropped)"                                               \
    " AND NOT EXISTS (SELECT FROM roadmap_project x JOIN project p ON p.id = x.project_id"         \
    "     WHERE x.item_id = i.id AND p.state IN (2, 3))"                                           \
    " AND NOT EXISTS (SELECT FROM roadmap_objective x JOIN objective o ON o.id = x.objective_id"   \
    "     JOIN key_result k ON k.objective_id = o.id"                                              \
    "     WHERE x.item_id = i.id AND NOT o.dropped AND NOT k.dropped))"

Okr__RoadmapItem *roadmap_row(struct call *call, const struct rows *rows, int row);

// One row or none.
void roadmap_ask(struct call *call, int64_t id);
// Those of a year by rank; dropped ones last, when wanted.
void roadmap_list_ask(struct call *call, int32_t year, bool unserved, bool with_dropped);
// Those of a year that nothing serves, by rank, for roadmap_row().
void roadmap_unserved_ask(struct call *call, int32_t year);
// The order of a year's items that are not dropped: one row, one array.
void roadmap_order_ask(struct call *call, int32_t year);
// As roadmap_ask(), and behind it in column ROADMAP_ORDER the order of the year's items that are
// not dropped, as an array of ids.
void roadmap_change_ask(struct call *call, int64_t id);
enum {
    ROADMAP_ORDER = ROADMAP_N_COLUMNS,
};

// Inserts year, product, text and rank, and the schedule in days since 1970-01-01; answers one row:
// the id.
void roadmap_insert(struct call *call, const Okr__RoadmapItem *item, int32_t starts, int32_t ends);
// Writes product, text and schedule; counts the version up.
void roadmap_update(struct call *call, const Okr__RoadmapItem *item, int32_t starts, int32_t ends);
void roadmap_drop(struct call *call, int64_t id, const char *reason);
// Ranks 1 to n in the order of the ids; 0 stands for one that is about to be inserted.
void roadmap_order_write(struct call *call, const int64_t *ids, size_t n);
// Counts the version up: its links change.
void roadmap_touch(struct call *call, int64_t id);

// What an item can be linked with.
enum roadmap_link { ROADMAP_OBJECTIVE, ROADMAP_KR, ROADMAP_PROJECT, ROADMAP_LINKS };
// Of these ids those that can serve: neither dropped nor rejected. One row, one array.
void roadmap_link_live_ask(struct call *call, enum roadmap_link link, const int64_t *ids, size_t n);
void roadmap_link_write(struct call *call, enum roadmap_link link, int64_t item_id,
                        const int64_t *add, size_t n_add, const int64_t *remove, size_t n_remove);

// Answers one row, for roadmap_comment_row().
void roadmap_comment_insert(struct call *call, int64_t item_id, const char *text);
void roadmap_comments_ask(struct call *call, int64_t item_id);
Okr__RoadmapComment *roadmap_comment_row(struct call *call, const struct rows *rows, int row);

#endif
