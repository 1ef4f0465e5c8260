// pgbench scripts made from okrd's own statements: what a handler asks in this program is what it
// asks in okrd, so the two cannot drift apart. It knows no connection and runs nothing.
#ifndef OKR_TESTS_BENCH_SCRIPT_H
#define OKR_TESTS_BENCH_SCRIPT_H

#include "server/call/call.h"

struct script {
    char *text;        // for pgbench -f
    char *defines[64]; // "name=value", for pgbench -D
    int n_defines;
};

// A parameter with this value becomes pgbench's variable.
struct stand_in {
    int64_t value; // 0 ends a list
    const char *variable;
};

void script_line(struct script *script, const char *line);
void script_define(struct script *script, const char *name, const char *value);
// The statements that the method's handler asks first for this request. Several that have to show
// one state of the database stand in a transaction: okrd's lane has that from its pipeline, a
// session that sends one statement after the other says so. The actor is a project lead with this
// member id.
void script_method(struct script *script, enum rpc_id method, const ProtobufCMessage *request,
                   int64_t member_id, const struct stand_in *stand_ins);
// A statement of okrd by name, its parameters in order written as these pgbench expressions; `end`
// is what stands behind it: ";" or "\\gset".
void script_statement(struct script *script, const char *name, const char *const *values,
                      const char *end);

#endif
