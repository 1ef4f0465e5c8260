// Roadmap items, for tests: added and linked through the contract by pdm. Built on week_fixture.h,
// whose replies they are: they live until fixture_clear().
#ifndef OKR_TESTS_SUPPORT_ROADMAP_FIXTURE_H
#define OKR_TESTS_SUPPORT_ROADMAP_FIXTURE_H

#include "tests/support/week_fixture.h"

// rank 0: last. Its schedule is the whole year.
const Okr__RoadmapItem *roadmap_add(struct okrd *okrd, int32_t year, const char *text,
                                    int32_t rank);
const Okr__RoadmapItemDetail *roadmap_get(struct okrd *okrd, int64_t id);
const Okr__Roadmap *roadmap_list(struct okrd *okrd, int32_t year, bool unserved, bool with_dropped);
bool roadmap_unserved(struct okrd *okrd, int64_t id);

enum roadmap_target { TO_OBJECTIVE, TO_KR, TO_PROJECT };
// A request that adds or takes away one link, at the item's version now; in static memory until the
// next call.
Okr__LinkRoadmapItemRequest *roadmap_link_request(struct okrd *okrd, int64_t item,
                                                  enum roadmap_target target, int64_t id, bool add);
void roadmap_link(struct okrd *okrd, int64_t item, enum roadmap_target target, int64_t id);
void roadmap_unlink(struct okrd *okrd, int64_t item, enum roadmap_target target, int64_t id);
void roadmap_drop(struct okrd *okrd, int64_t item);

// Other things that roadmap items are about.
void fixture_drop_kr(struct okrd *okrd, int64_t kr);
void fixture_drop_objective(struct okrd *okrd, int64_t objective, int64_t version);

#endif
