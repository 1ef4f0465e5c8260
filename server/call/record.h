// What the audit log says of a change, and finds of one that was carried out before: what a writer
// is told of calls. It only makes the queries; the writer sends them.
#ifndef OKR_SERVER_CALL_RECORD_H
#define OKR_SERVER_CALL_RECORD_H

#include "server/pg/writer.h"

extern const struct writer_log record_log;

#endif
