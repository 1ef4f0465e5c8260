// Plan sources and their versions: the version that readers see, and uploads, which are versions
// without a number. What belongs to the rows of a version is in plan_table_rows.h, what an upload
// writes in server/push/upload_rows.h.
#ifndef OKR_SERVER_PLAN_PLAN_ROWS_H
#define OKR_SERVER_PLAN_PLAN_ROWS_H

#include "server/call/call.h"

// The version of a source with this number; without a number the published one.
struct asked plan_version_ask(struct call *call, const char *source, bool has_number,
                              int64_t number);
// The last one of a source with this content.
struct asked plan_version_ask_content(struct call *call, const char *source,
                                      const char *content_hash);
// By its id, published or not.
struct asked plan_version_ask_id(struct call *call, int64_t id);
// In this order; those that are not there are left out.
struct asked plan_version_ask_ids(struct call *call, const int64_t *ids, size_t n);
// All published ones, by source, the newest first; source NULL: of all sources.
struct asked plan_versions_ask(struct call *call, const char *source);

// What a reader of rows has to know besides.
struct plan_version_key {
    int64_t id;
    int64_t source_id;
    bool published; // it is the one that task_project was derived from
};

// For all of the above. The message has no number while the version is an upload. `ret_key` may be
// NULL.
Okr__PlanVersion *plan_version_take(struct call *call, struct row *row,
                                    struct plan_version_key *ret_key);
// Of the first row; NULL, and false: there is none.
Okr__PlanVersion *plan_version_row(struct call *call, struct asked asked);
bool plan_version_key_row(struct call *call, struct asked asked, struct plan_version_key *ret);

// What the file of a version held and is not kept; NULL: it was not told.
struct asked plan_losses_ask(struct call *call, int64_t id);
Okr__PlanLossList *plan_losses_row(struct call *call, struct asked asked);

// Makes the source if it is new. No rows.
void plan_source_ask_add(struct call *call, const char *source);

struct plan_begin {
    const char *source;
    const char *file_name;
    const char *content_hash;
    const char *header;       // JSON of an Okr__PlanHeader
    const char *totals;       // JSON of an Okr__PlanTotals
    const char *force_reason; // NULL: nothing is set aside
    const char *losses;       // JSON of an Okr__PlanLossList; NULL: not told
};
// A new upload by the actor, on top of what is published now. asked_i64(): its id.
struct asked plan_upload_ask_add(struct call *call, const struct plan_begin *begin);
// Takes away a few of the actor's uploads of this source: those older than a day, and those beyond
// the latest three. No rows.
void plan_upload_ask_sweep(struct call *call, const char *source);
void plan_upload_ask_drop(struct call *call, int64_t id);

// The upload becomes the source's next version, published by the actor now. No rows.
void plan_version_ask_publish(struct call *call, int64_t id, int64_t source_id);

#endif
