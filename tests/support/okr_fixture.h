// What tests of the OKR and its projects begin with: a server with people in it, a quarter with a
// key result, projects, and how a refusal is looked at. Each test takes a quarter of its own.
#ifndef OKR_TESTS_SUPPORT_OKR_FIXTURE_H
#define OKR_TESTS_SUPPORT_OKR_FIXTURE_H

#include "tests/support/okrd.h"

#define FREE(message) protobuf_c_message_free_unpacked(&(message)->base, NULL)

// The server of the test program: it is 2021-02-08, 10:00 in Tokyo. Members pdm, lead (the dev
// lead), pm, bi and eng. Group setup and teardown.
extern struct okrd *okr_server;
int okr_start(void **state);
int okr_stop(void **state);

// The call fails and names this field for this reason.
void okr_violated(const char *handle, enum rpc_id method, const void *request, Okr__Code code,
                  const char *field, Okr__Reason reason);
// The call fails for this reason, and says `arg`.
void okr_refused_with(const char *handle, enum rpc_id method, const void *request, Okr__Code code,
                      Okr__Reason reason, const char *arg);

// Messages returned are the caller's, for FREE().
Okr__Quarter *okr_quarter_create(const char *name);
Okr__SetQuarterStateRequest okr_quarter_at(const char *name, int64_t version);
void okr_quarter_turn(enum rpc_id method, const char *name, int64_t version);
int64_t okr_objective_add(const char *quarter, const char *text, int32_t rank);
Okr__KeyResult okr_kr_of(int64_t objective_id, Okr__KrKind kind, double start, double target);
int64_t okr_kr_add(Okr__KeyResult kr);
// A draft quarter with one objective and one key result, 100 to 200.
int64_t okr_quarter_with_kr(const char *name);
Okr__KeyResult *okr_kr_get(int64_t id);

// By the dev lead, with a reason; without key results a side project, requested by sales.
Okr__Project *okr_propose(const char *quarter, const char *name, int64_t *kr_ids, size_t n);
Okr__DecideRequest okr_decision(const Okr__Project *project, Okr__Decision decision,
                                const char *reason);
// Frees the project that it was; returns what it became.
Okr__Project *okr_decided(Okr__Project *project, Okr__Decision decision, const char *reason);
Okr__Project *okr_linked_accepted(const char *quarter, int64_t *kr_ids, size_t n);

#endif
