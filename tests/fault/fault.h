// What the fault tests share: an okrd of their own that is killed, stopped, looked into and started
// again, a small world in it, and a client that speaks the wire format by itself, badly if wanted.
// It must not know the server's insides: everything goes through processes, sockets and SQL.
#ifndef OKR_TESTS_FAULT_H
#define OKR_TESTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <libpq-fe.h>
#include "common/rpc_client.h"
#include "okr/all.h"

int64_t now_ms(void); // monotonic
void pause_ms(int ms);
// A number from the environment, else the default.
int setting(const char *name, int otherwise);

// ---- okrd ---------------------------------------------------------------------------------------

struct daemon {
    char base[64];   // a directory of its own; all below lies in it
    char dir[80];    // --dir
    char log[80];    // what it wrote to stderr
    char socket[96]; // the path
    char ipc[112], tcp[40];
    int port;
    const char *program;  // NULL: okrd as it ships
    const char *database; // --database, NULL: the private cluster
    int descriptors;      // how many it may have; 0: as many as we
    pid_t pid;            // 0: not running, as far as we know
    int guardian;         // a process that tidies up when the test is killed listens there
};

// Nothing runs yet. Ends the program when there is no directory to be had.
struct daemon *daemon_new(void);
void daemon_launch(struct daemon *d);             // starts the process
bool daemon_wait(const struct daemon *d, int ms); // until it answers
void daemon_start(struct daemon *d);              // both; fails the test when it does not answer
// okrd migrate on this database, as its owner; fails the test unless it works.
void daemon_migrate(const struct daemon *d, const char *as_owner);
// Waits for the process to end; its wait status, or -1 when it does not in time.
int daemon_await(struct daemon *d, int ms);
void daemon_kill(struct daemon *d); // SIGKILL, and waits
// Stops whatever runs, removes the directory. NULL.
struct daemon *daemon_free(struct daemon *d);
int daemon_log_count(const struct daemon *d, const char *text); // lines that contain it
void daemon_log_show(const struct daemon *d);                   // its end, to stderr
int daemon_descriptors(const struct daemon *d);
long daemon_resident_kb(const struct daemon *d); // memory
pid_t daemon_postmaster(const struct daemon *d); // 0: none
// The backend that serves the connection which okrd writes changes through; 0: none.
pid_t daemon_writer_backend(const struct daemon *d);
// A connection to the private cluster as its admin; NULL when it does not answer.
PGconn *daemon_db(const struct daemon *d);
int64_t daemon_ask(const struct daemon *d, const char *sql); // one integer; fails the test

// Runs a program with its output in a file and so many descriptors (0: as many as we have); the
// pid.
pid_t run_program(const char *log, int descriptors, char *const argv[]);
// Runs a command as the user that okrd runs under; fails the test unless it succeeds.
void run_as_service(const char *command);

// ---- A world ------------------------------------------------------------------------------------

struct world {
    char admin[64], token[64]; // the admin's; that of "ada", who holds the roles that matter
    char quarter[8];
    int64_t project_id; // side project, accepted, led by ada
    int64_t objective_id, kr_id;
    char guest[64]; // "guest", a member without a role; by world_add_guest
    int64_t guest_project_id;
};
void world_make(const struct daemon *d, struct world *ret);
// A second member, and a second project that is accepted.
void world_add_guest(const struct daemon *d, struct world *world);

// One call over its own connection, in `ms`; the code. `ret` is the caller's to clear.
Okr__Code call_once(const char *address, const char *token, int ms, enum rpc_id id,
                    const void *request, struct rpc_result *ret);
// The same, for its code only.
Okr__Code call_code(const char *address, const char *token, int ms, enum rpc_id id,
                    const void *request);

// ---- The wire -----------------------------------------------------------------------------------

struct packed {
    uint8_t *data;
    size_t len;
};
struct envelope {
    const char *method; // NULL: that of `id`
    enum rpc_id id;
    const char *token;
    const uint8_t *request_id; // NULL: none
    uint32_t deadline_ms;      // 0: none
    struct packed body;
};
struct packed pack_message(const void *message); // the caller frees data
struct packed pack_envelope(const struct envelope *e);

// A peer of nng's REQ protocol (https://nanomsg.org/rfcs/sp-tcp-v1.html), blocking, without
// retries.
struct wire {
    int fd;
    bool ipc;
};
int wire_connect(const struct daemon *d, bool ipc);                 // a bare descriptor, -1
bool wire_open(const struct daemon *d, bool ipc, struct wire *ret); // and the handshake
void wire_close(struct wire *w);
bool wire_send(const struct wire *w, uint32_t number, const void *data, size_t len);
// The next reply's number and payload (NULL on time-out or end); the caller frees it.
uint8_t *wire_receive(const struct wire *w, int ms, uint32_t *ret_number, size_t *ret_len);
// One request, its reply unpacked (okr__reply__free_unpacked), NULL when none came.
Okr__Reply *wire_call(const struct daemon *d, bool ipc, const struct envelope *e, int ms);
bool is_served(const struct daemon *d, bool ipc, int ms); // GetServerInfo is answered OK

#endif
