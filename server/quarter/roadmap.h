// What the files of RoadmapService share: a change of one item over its rounds.
#ifndef OKR_SERVER_QUARTER_ROADMAP_H
#define OKR_SERVER_QUARTER_ROADMAP_H

#include "server/quarter/roadmap_rows.h"

struct roadmap_change {
    int64_t id;
    struct asked
        asked; // the item, the order of an item that is being added, or the item afterwards
    Okr__RoadmapItem *before; // NULL: it is being added
    int64_t *order;           // of the year's items
    size_t n_order;
    int32_t starts, ends;             // of an item that is being added: days since 1970-01-01
    struct asked live[ROADMAP_LINKS]; // what can be linked
};

// First round: the item, then `then`. call->state becomes the struct roadmap_change.
void roadmap_load(struct call *call, int64_t id, void (*then)(struct call *));
// In `then`: whether it may be changed by someone who saw this version. Fails the call otherwise.
bool roadmap_changeable(struct call *call, int64_t version);
// Last round, behind the writes: reads the item back, records the change and replies.
void roadmap_read_back(struct call *call, int64_t id);

const char *roadmap_resource(struct call *call, int64_t id); // "roadmap/12"
const char *roadmap_name(struct call *call, int64_t id);     // "R-12"

#endif
