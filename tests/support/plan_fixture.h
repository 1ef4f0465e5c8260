// Plans as they are pushed, for tests of plan versions, agents and bindings: rows made into the
// contract's messages and sent through it. Built on week_fixture.h, whose replies they are.
#ifndef OKR_TESTS_SUPPORT_PLAN_FIXTURE_H
#define OKR_TESTS_SUPPORT_PLAN_FIXTURE_H

#include "tests/support/week_fixture.h"

// A UID above PLAN_NEW_GUID is sent without it, and without a GUID: as programs that have none.
enum { PLAN_ROWS_MOST = 64, PLAN_NO_PARENT = -1, PLAN_NO_UID = -2, PLAN_NEW_GUID = 1000000 };

struct plan_row {
    int64_t uid;
    int64_t parent;
    const char *name;
    double work; // minutes
    int64_t percent;
    bool blank;
    bool inactive;
};

struct plan_person {
    int64_t uid;
    const char *name;
    const char *email;
};

// What will follow, under a content hash that no other call has used. `request` points into static
// memory until the next call.
Okr__BeginPushRequest *plan_announce(const char *source, size_t n_tasks, size_t n_people);
int64_t plan_begin(struct okrd *okrd, const char *who, const char *source, size_t n_tasks,
                   size_t n_people);
// One chunk of rows; in static memory until the next call.
Okr__PushChunkRequest *plan_chunk(int64_t upload, int64_t sequence, const struct plan_row *rows,
                                  size_t n);
Okr__PublishRequest plan_publication(int64_t upload);

// Begun and filled, not published.
int64_t plan_upload(struct okrd *okrd, const char *who, const char *source,
                    const struct plan_row *rows, size_t n);
// Begun, filled and published, by pm. Replies live until fixture_clear().
const Okr__PlanVersion *plan_push(struct okrd *okrd, const char *source,
                                  const struct plan_row *rows, size_t n);
const Okr__PlanVersion *plan_push_people(struct okrd *okrd, const char *source,
                                         const struct plan_person *people, size_t n);
// number 0: the published one.
const Okr__PlanVersion *plan_version(struct okrd *okrd, const char *source, int64_t number);

// number 0: the published version; project 0: of any.
const Okr__PlanTaskList *plan_tasks(struct okrd *okrd, const char *source, int64_t number,
                                    int64_t project, bool unbound);
// The first with this UID; fails the test when there is none.
const Okr__PlanTask *plan_task(const Okr__PlanTaskList *list, int64_t uid);
// "1 2 5": the UIDs in their order, "-" for a row without.
const char *plan_uids(const Okr__PlanTaskList *list);

#endif
