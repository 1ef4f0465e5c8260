// What a row of a plan says, in 16 bytes: by it both ends know a row that has not changed.
#ifndef OKR_COMMON_PLAN_ROW_HASH_H
#define OKR_COMMON_PLAN_ROW_HASH_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

enum { PLAN_ROW_HASH_BYTES = 16 };

// The first 16 bytes of the SHA-256 of an Okr__PlanTask, PlanResource, PlanAssignment or
// PlanCalendar in protobuf's encoding; without what only the server sets, and with 0 in place of a
// task's or resource's id, which is the number of its row in MS Project: a row that is put in
// changes that of all below it.
void plan_row_hash(const ProtobufCMessage *row, uint8_t ret[PLAN_ROW_HASH_BYTES]);

#endif
