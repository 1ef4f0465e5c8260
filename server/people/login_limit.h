// How often somebody may be wrong about a login code: so many wrong ones a handle in a quarter of
// an hour. In memory, bounded, forgotten at a restart. It must not know calls or the database.
#ifndef OKR_SERVER_PEOPLE_LOGIN_LIMIT_H
#define OKR_SERVER_PEOPLE_LOGIN_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum { LOGIN_LIMIT_WRONG = 10, LOGIN_LIMIT_MINUTES = 15 };

// Times are milliseconds of a clock that only grows. Handles are compared by their first 32 bytes.
bool login_limit_reached(const char *handle, int64_t now_ms);
void login_limit_note_wrong(const char *handle, int64_t now_ms);
void login_limit_forget(const char *handle); // after a right one

#endif
