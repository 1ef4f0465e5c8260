// A real okrd with a private cluster of its own, for tests: started in a temporary folder, claimed,
// filled with members, restarted, stopped. It goes through the program and the rpc client only.
//
// Whatever cannot be done fails the running test, with the server's log. When the test program ends
// without okrd_stop(), however it does, a guardian process stops the server and removes the folder.
#ifndef OKR_TESTS_SUPPORT_OKRD_H
#define OKR_TESTS_SUPPORT_OKRD_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "common/rpc_client.h"
#include "okr/all.h"

struct okrd;

// Starts one and claims its first admin as "admin". `clock`: where its clock starts, as RFC 3339
// writes it ("2021-02-08T10:00:00+09:00"); NULL: the machine's. One a test program, in the group
// setup.
struct okrd *okrd_start(const char *clock);
// SIGTERM, or with `kill` SIGKILL; then the same again on the same data, and members stay logged
// in.
void okrd_restart(struct okrd *okrd, bool kill);
// The same with another clock.
void okrd_restart_at(struct okrd *okrd, const char *clock);
// Takes NULL, returns NULL.
struct okrd *okrd_stop(struct okrd *okrd);

// Adds a member, grants the roles named up to NULL, and logs in.
void okrd_member(struct okrd *okrd, const char *handle, ... /* roles, NULL */)
    __attribute__((sentinel));
// A login more of a member, made by "admin": the token's text. The caller frees it.
char *okrd_login(struct okrd *okrd, const char *handle);
// Only remembers a token under a name, for okrd_call and okrd_client: an agent's, an expired one.
void okrd_remember(struct okrd *okrd, const char *name, const char *token);

// As that member; NULL: anonymous. Owned by okrd.
struct rpc_client *okrd_client(struct okrd *okrd, const char *handle);
// One call. The request is a message of the method's request type. Clear `ret` with
// rpc_result_clear.
Okr__Code okrd_call(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request,
                    struct rpc_result *ret);
// One call that must succeed. The caller frees the reply with protobuf_c_message_free_unpacked().
void *okrd_must(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request);
// One call that must fail like this.
void okrd_refused(struct okrd *okrd, const char *handle, enum rpc_id method, const void *request,
                  Okr__Code code, Okr__Reason reason);

const char *okrd_token(struct okrd *okrd, const char *handle);
const char *okrd_address(const struct okrd *okrd);     // its unix socket
const char *okrd_tcp_address(const struct okrd *okrd); // the same server over loopback
const char *okrd_dir(const struct okrd *okrd);         // --dir
const char *okrd_log(const struct okrd *okrd);         // path of its log
void okrd_show_log(const struct okrd *okrd);           // prints it, for a test that fails
pid_t okrd_pid(const struct okrd *okrd);

// The database behind it: as okrd itself (okrd_app), as who owns the tables, or as superuser. Only
// the cluster's own user gets in; okrd_database() becomes that user for the moment of connecting.
// The caller ends with PQfinish().
enum okrd_role { OKRD_APP, OKRD_OWNER, OKRD_SUPERUSER };
char *okrd_conninfo(const struct okrd *okrd); // as okrd_app; the caller frees it
PGconn *okrd_database(const struct okrd *okrd, enum okrd_role role);

// SHA-256 of a text, as a message's field; `out` has 32 bytes. And a random token's text (44
// bytes).
ProtobufCBinaryData okrd_hash(const char *text, uint8_t out[32]);
void okrd_make_token(char out[44]);

#endif
