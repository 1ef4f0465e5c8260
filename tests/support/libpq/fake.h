// A scripted PostgreSQL, in libpq's place: a test that includes this is linked with it instead. It
// answers as a server does that has nothing to say (commands succeed, queries find no rows, what
// stands behind an error is skipped up to the sync), but where the script says otherwise. Sockets
// are real ones, so that the loop waits for them as ever. It must not know what it is asked for.
#ifndef OKR_TESTS_SUPPORT_LIBPQ_FAKE_H
#define OKR_TESTS_SUPPORT_LIBPQ_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>

#define FAKE_CONNECT "CONNECT"
#define FAKE_SYNC "SYNC"
#define FAKE_PREPARE "PREPARE " // followed by a statement's name

enum fake_end {
    FAKE_GO_ON,
    FAKE_CUT,       // the connection is gone before the answer
    FAKE_CUT_AFTER, // right behind it
    FAKE_SILENT     // nothing more is answered over this connection, until fake_speak()
};

// One thing that happens. Of a script, the first step that fits what arrives and is not used up.
struct fake_step {
    const char *on;    // a statement's name, or what its SQL begins with, or one of the above
    const char *error; // "SQLSTATE: message", with "constraint" or "@table" before the colon
    const char *rows; // "41|some text\n42|~": numbers as they are, bytea in hexadecimal, ~ for NULL
                      // of SQL that is no statement: one text
    const char *tag;  // of a command, where it is not the SQL's first word: "ROLLBACK"
    const char *warning; // comes just before the answer
    enum fake_end then;
    bool always; // is never used up
};

// From now on; a step with `on` NULL ends it. The script must live on. What was sent is forgotten.
void fake_play(const struct fake_step *script);
// Fails the test unless each step that is not for always happened.
void fake_played(void);
// Connections are closed and results cleared: fails the test otherwise. For teardown.
int fake_ended(void **state);

// What the program sent since fake_play, without what it says at the beginning of a session:
// statements' names, CONNECT, SYNC, in order, with spaces between them.
const char *fake_sent(void);
int fake_count(const char *name); // how often

void fake_cut(void);   // all connections, out of the blue
void fake_speak(void); // silence ends; what was asked meanwhile is answered
void fake_hold(int n); // the next n attempts to send find the socket full

// A result by itself, as a step's error has it; the caller clears it.
PGresult *fake_error(const char *error);

// The program's monotonic clock moves on.
void fake_forward(int ms);

#endif
