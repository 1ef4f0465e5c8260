// Messages that a column keeps as their canonical JSON: one truth, and new fields need no column.
#ifndef OKR_SERVER_CALL_JSON_H
#define OKR_SERVER_CALL_JSON_H

#include "server/call/call.h"

// JSON of a message in the call's arena; NULL (and the call fails) when there is no memory.
char *call_json(struct call *call, const ProtobufCMessage *message);
// The message back from the next column, JSON as text; NULL for NULL, and when there is no memory.
void *take_message(struct call *call, struct row *row, const ProtobufCMessageDescriptor *type);

#endif
