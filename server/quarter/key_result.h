// The rules of a key result's own fields, apart from the methods that apply them.
#ifndef OKR_SERVER_QUARTER_KEY_RESULT_H
#define OKR_SERVER_QUARTER_KEY_RESULT_H

#include "server/call/call.h"

// Whether a whole key result is sound (R14, R15): text, unit and kind; finite numbers; a target
// that lies in the kind's direction from the start; departments; the noise band in percent.
// Violations name "kr.…".
bool key_result_check(struct call *call, const Okr__KeyResult *kr);
const char *key_result_resource(struct call *call, int64_t id); // "kr/12"
const char *key_result_name(struct call *call, int64_t id);     // "KR-12"

#endif
