// How the first admin proves to be one: a code in a file that only the service's user can read.
// Made when there is no admin, void as soon as there is one. It must not know calls or the
// database.
#ifndef OKR_SERVER_PEOPLE_FIRST_ADMIN_H
#define OKR_SERVER_PEOPLE_FIRST_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

struct first_admin_error {
    char message[512]; // for the operator, without a newline
};

// Call it after the directory was loaded. Without an admin it makes a code of 80 random bits,
// writes it to DIR/first-admin-code (0600, in one piece) and logs the file's name, never the code.
// A code of an earlier start is replaced. With an admin it removes the file.
bool first_admin_prepare(const char *dir, struct first_admin_error *error);

// Compared in constant time; case, spaces and dashes do not matter, O is read as 0, I and L as 1.
// False as well when there is no code.
bool first_admin_check(const char *code);

// There is an admin: forgets the code and removes the file.
void first_admin_done(void);

#endif
