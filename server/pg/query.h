// A statement with its parameters bound. This file must not know calls or connections.
#ifndef OKR_SERVER_PG_QUERY_H
#define OKR_SERVER_PG_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"
#include "server/pg/statement.h"

struct bytes {
    const void *data; // NULL: SQL NULL
    size_t len;
};

// Where a query stands among those of its call, as a handle that finds its rows again: the
// `at`-th one of a round. Given back by whoever asks, kept until the round is answered.
struct asked {
    int round, at;
};

// A statement with its parameters bound, ready to be sent. Lives in a call's arena.
enum { QUERY_MAX_PARAMS = 24 };
struct query {
    const struct statement *statement;
    struct asked asked;
    struct arena *arena;
    int n;                                // bound so far
    bool failed;                          // a wrong type, too many, or out of arena
    const char *values[QUERY_MAX_PARAMS]; // NULL: SQL NULL
    int lengths[QUERY_MAX_PARAMS];
    struct query *next;
};

struct query *query_new(struct arena *arena, const struct statement *statement);

// Bind the next parameter. A type that differs from the statement's letter marks the query as
// failed (answered INTERNAL; a test of each handler finds it). Text and bytes are not copied: they
// must live as long as the arena. NULL text binds SQL NULL.
void bind_i64(struct query *q, int64_t value);                  // l
void bind_i32(struct query *q, int32_t value);                  // i
void bind_text(struct query *q, const char *value);             // t, j
void bind_bool(struct query *q, bool value);                    // b
void bind_double(struct query *q, double value);                // d
void bind_bytes(struct query *q, const void *data, size_t len); // y
void bind_date(struct query *q, int32_t days);                  // a
void bind_time(struct query *q, int64_t us);                    // z
void bind_null(struct query *q);                                // any
void bind_opt_i64(struct query *q, bool has, int64_t value);
void bind_opt_i32(struct query *q, bool has, int32_t value);
void bind_opt_bool(struct query *q, bool has, bool value);
void bind_opt_double(struct query *q, bool has, double value);
void bind_opt_date(struct query *q, bool has, int32_t days);
void bind_i64_array(struct query *q, const int64_t *values, size_t n); // L
void bind_i32_array(struct query *q, const int32_t *values, size_t n); // I
void bind_text_array(struct query *q, char *const *values,
                     size_t n); // T; NULL elements are SQL NULL
void bind_bytes_array(struct query *q, const struct bytes *values, size_t n); // Y
void bind_time_array(struct query *q, const int64_t *us, size_t n);           // Z

#endif
