// What the tool can be asked to write. Each part reads the contract and knows nothing of the
// others.
#ifndef RPCGEN_RPCGEN_H
#define RPCGEN_RPCGEN_H

#include "proto/rpcgen/contract.h"

// Writes methods.c, methods.h, handlers.c, handlers.h and policy.txt. Non-zero: the disk is full.
int rpcgen_methods(const file_set *set, const char *dir);
// Writes sql.h, limits.h and all.h likewise.
int rpcgen_names(const file_set *set, const char *dir);
// Writes the tables of what requests are checked for, one a message that anything is asked of; an
// option that does not fit its field's type ends the program.
void rpcgen_checks(const file_set *set, FILE *out);
// The name of the request's table in that text, "&add_goal_request_check", or "NULL".
void rpcgen_check_name(const file_set *set, const char *type, char *out, size_t size);
// Prints what a peer of `was` would stumble over; 1 when there is anything.
int rpcgen_compat(const char *was, const char *now);

#endif
