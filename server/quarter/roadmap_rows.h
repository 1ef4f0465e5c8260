// Roadmap items in the database: rows into contract messages, and the statements that read and
// write them. It knows tables, not rules (server/quarter/roadmap.c).
#ifndef OKR_SERVER_QUARTER_ROADMAP_ROWS_H
#define OKR_SERVER_QUARTER_ROADMAP_ROWS_H

#include "okr/sql.h"
#include "server/call/call.h"

// Nothing serves the item i (R2). Dropped things and projects that are not accepted serve nothing.
#define ROADMAP_UNSERVED                                                                           \
    "(NOT i.dropped"                                                                               \
    " AND NOT EXISTS (SELECT FROM roadmap_kr x JOIN key_result k ON k.id = x.kr_id"                \
    "     WHERE x.item_id = i.id AND NOT k.dropped)"                                               \
    " AND NOT EXISTS (SELECT FROM roadmap_project x JOIN project p ON p.id = x.project_id"         \
    "     WHERE x.item_id = i.id AND p.state IN (" SQL_PROJECT_STATE_ACCEPTED                      \
    ", " SQL_PROJECT_STATE_COMPLETED "))"                                                          \
    " AND NOT EXISTS (SELECT FROM roadmap_objective x JOIN objective o ON o.id = x.objective_id"   \
    "     JOIN key_result k ON k.objective_id = o.id"                                              \
    "     WHERE x.item_id = i.id AND NOT o.dropped AND NOT k.dropped))"

// i (roadmap_item) is in scope.
Okr__RoadmapItem *roadmap_row(struct call *call, struct row *row);

struct asked roadmap_ask(struct call *call, int64_t id);
// NULL: there is none.
Okr__RoadmapItem *roadmap_read(struct call *call, struct asked asked);
// Those of a year by rank; dropped ones last, when wanted; `unserved`: only what nothing serves.
struct asked roadmap_list_ask(struct call *call, int32_t year, bool unserved, bool with_dropped);
size_t roadmap_list(struct call *call, struct asked asked, Okr__RoadmapItem ***ret);
// The order of a year's items that are not dropped: asked_i64s().
struct asked roadmap_order_ask(struct call *call, int32_t year);

// What a change of it has to know.
struct asked roadmap_change_ask(struct call *call, int64_t id);
struct roadmap_context {
    Okr__RoadmapItem *item;
    int64_t *order; // of the year's items that are not dropped
    size_t n_order;
};
// False: there is no such item.
bool roadmap_context_row(struct call *call, struct asked asked, struct roadmap_context *ret);

// Inserts year, product, text and rank, and the schedule in days since 1970-01-01; asked_i64() is
// the id.
struct asked roadmap_insert(struct call *call, const Okr__RoadmapItem *item, int32_t starts,
                            int32_t ends);
// Writes product, text and schedule; counts the version up.
void roadmap_update(struct call *call, const Okr__RoadmapItem *item, int32_t starts, int32_t ends);
void roadmap_drop(struct call *call, int64_t id, const char *reason);
// Ranks 1 to n in the order of the ids; 0 stands for one that is about to be inserted.
void roadmap_order_write(struct call *call, const int64_t *ids, size_t n);
// Counts the version up: its links change.
void roadmap_touch(struct call *call, int64_t id);

// What an item can be linked with.
enum roadmap_link { ROADMAP_OBJECTIVE, ROADMAP_KR, ROADMAP_PROJECT, ROADMAP_LINKS };
// Of these ids those that can serve: neither dropped nor rejected. asked_i64s().
struct asked roadmap_link_live_ask(struct call *call, enum roadmap_link link, const int64_t *ids,
                                   size_t n);
void roadmap_link_write(struct call *call, enum roadmap_link link, int64_t item_id,
                        const int64_t *add, size_t n_add, const int64_t *remove, size_t n_remove);

struct asked roadmap_comment_insert(struct call *call, int64_t item_id, const char *text);
struct asked roadmap_comments_ask(struct call *call, int64_t item_id);
// For both.
size_t roadmap_comments(struct call *call, struct asked asked, Okr__RoadmapComment ***ret);

#endif
