// What PostgreSQL's errors mean to a caller: one table from SQLSTATE to code, one from the name of
// a constraint to reason and field.
#ifndef OKR_SERVER_CALL_SQLSTATE_H
#define OKR_SERVER_CALL_SQLSTATE_H

#include "server/call/call.h"

// Fails the call with what the error result says. Logs what is nobody's input error.
void sqlstate_fail(struct call *call, const PGresult *error);

#endif
