// Reads of the past: a request that says as_of is answered with what was known then, by the same
// handlers and the same statements. The lane that it goes to reads tables of the past (see
// migrations/0014_history.sql), and its clock stands at that instant.
#ifndef OKR_SERVER_CALL_AS_OF_H
#define OKR_SERVER_CALL_AS_OF_H

#include "server/call/route.h"

// A time as people name it: a day, a week, or a revision's number.
struct as_of_when {
    bool is_revision;
    int64_t revision;
    int64_t first, last; // else its first and last microsecond in the organisation's time zone
};
#define AS_OF_FORMS "2021-02-08, 2021-W06, 123" // to be shown
bool as_of_parse(const char *text, struct as_of_when *ret);

// Takes the envelope's as_of: "2021-02-08" (to the end of that day), "2021-W06" (to the end of its
// Sunday), "123" (a revision). NULL: the present. False: the call has failed, as it is malformed,
// lies ahead, or the method knows the present only.
bool as_of_take(struct call_route *route, const char *text);
// Fails the call: its as_of is not a time that can be looked back to. Returns false.
bool as_of_refuse(struct call *call, Okr__Reason reason, const char *arg);

#endif
