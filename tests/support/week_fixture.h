// A quarter at work, for tests of weeks and of the board: the people, projects and plans that a
// test needs, each made through the contract. It must not know the database.
#ifndef OKR_TESTS_SUPPORT_WEEK_FIXTURE_H
#define OKR_TESTS_SUPPORT_WEEK_FIXTURE_H

#include "okr/all.h"
#include "okr/methods.h"
#include "tests/support/okrd.h"

// One call that has to succeed: its reply, which lives until fixture_clear(). Else the test fails.
void *must(struct okrd *okrd, const char *who, enum rpc_id method, const void *request);
// One call that has to be refused like this; its status, which lives as long.
const Okr__Status *refused(struct okrd *okrd, const char *who, enum rpc_id method,
                           const void *request, Okr__Code code, Okr__Reason reason);
// Its first argument or, of a violation, its field.
const char *first_arg(const Okr__Status *status);
const char *first_field(const Okr__Status *status);
void fixture_clear(void);

// pdm, dev (dev lead), pm (program manager), bi, ann and bob (PLs), eve (engineer), kim (intern).
void fixture_people(struct okrd *okrd);
void fixture_quarter(struct okrd *okrd, const char *name);
void fixture_open(struct okrd *okrd, const char *name);
int64_t fixture_objective(struct okrd *okrd, const char *quarter, const char *text);
// A KR that goes from 0 to 100.
int64_t fixture_kr(struct okrd *okrd, int64_t objective, const char *text);

// Proposed by dev, and that is all.
Okr__Project *fixture_propose(struct okrd *okrd, const char *quarter, const char *name, int64_t kr);
// An accepted project: kr 0 makes a side project. lead and member may be NULL.
int64_t fixture_project(struct okrd *okrd, const char *quarter, const char *name, int64_t kr,
                        const char *lead, const char *member);
void fixture_decide(struct okrd *okrd, int64_t project, Okr__Decision decision, const char *reason);

struct fixture_task {
    const char *name;
    const char *start, *finish; // "2021-02-15T09:00:00"
    double work;                // minutes
    int64_t percent;
    int64_t resource; // UID, 0: nobody
};
// Publishes a plan of these tasks, with UIDs 1, 2, …, and of resources 1 to 3.
void fixture_plan(struct okrd *okrd, const char *source, const struct fixture_task *tasks,
                  size_t n);
void fixture_bind(struct okrd *okrd, const char *source, int64_t task_uid, int64_t project);
void fixture_map(struct okrd *okrd, const char *source, int64_t resource_uid, const char *member);

Okr__Goal *fixture_goal(struct okrd *okrd, const char *who, int64_t project, const char *week,
                        const char *text);
Okr__ProjectWeek *fixture_week(struct okrd *okrd, int64_t project, const char *week);

#endif
