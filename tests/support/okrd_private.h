// The inside of a test's server, shared by okrd.c and okrd_process.c.
#ifndef OKR_TESTS_SUPPORT_OKRD_PRIVATE_H
#define OKR_TESTS_SUPPORT_OKRD_PRIVATE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/support/okrd.h"
#include "tests/support/scratch.h"

enum { OKRD_MOST_LOGINS = 64 };

struct login {
    char *name;  // "": anonymous
    char *token; // NULL: anonymous
    struct rpc_client *client;
};

struct okrd {
    char folder[SCRATCH_PATH]; // holds all of the rest
    char dir[96];
    char log[96];
    char address[128];
    char tcp_address[64];
    char clock[64]; // "": the machine's
    char user[64];  // whom okrd and its cluster run as
    uid_t uid;
    pid_t pid; // 0: not running
    pid_t guardian_pid;
    int guardian; // where the guardian hears which pid is ours
    struct login logins[OKRD_MOST_LOGINS];
    size_t n_logins;
};

// Its folder, port and guardian; nothing runs yet, and there is no database.
struct okrd *okrd_new(const char *clock);
// Starts the process, and waits until it answers.
void okrd_begin(struct okrd *okrd);
// Ends the process and waits; after SIGTERM it must end by itself, and with 0.
void okrd_end(struct okrd *okrd, int signal_number);
void okrd_claim(struct okrd *okrd, const char *code);
void okrd_forget_clients(struct okrd *okrd);

#endif
