// A department's quarter for the bench, made through okrd's own calls: 10 objectives with 4 key
// results each, 35 linked and 15 side projects with leads, members and progress from a published
// plan, three goals a project for this week, 80 members.
#ifndef OKR_TESTS_BENCH_FIXTURE_H
#define OKR_TESTS_BENCH_FIXTURE_H

#include <stdint.h>
#include "tests/bench/subject.h"

enum {
    FIXTURE_PROJECTS = 50,
    FIXTURE_LINKED = 35,
    FIXTURE_GOALS = 3 * FIXTURE_PROJECTS,
    FIXTURE_LEADS = 25,
    TOKEN_SIZE = 44, // base64url of 32 bytes, and the NUL
};
#define FIXTURE_QUARTER "2021Q1"
#define FIXTURE_WEEK "2021-W06"

struct fixture {
    int64_t first_project; // the others follow without a gap
    int64_t first_goal;    // three a project, in the projects' order
    char lead_token[FIXTURE_LEADS][TOKEN_SIZE];
};

// Dies when a call fails.
void fixture_make(struct fixture *ret, const struct subject *subject);
// The token of whoever leads the project of goal i (0 is the first one).
const char *fixture_goal_token(const struct fixture *fixture, int goal);

#endif
