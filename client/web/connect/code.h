// How Connect writes what okrd's status says.
#ifndef OKR_CLIENT_WEB_CODE_H
#define OKR_CLIENT_WEB_CODE_H

#include "common/arena.h"
#include "okr/v1/envelope.pb-c.h"

const char *code_word(Okr__Code code);     // "not_found"
unsigned code_http_status(Okr__Code code); // 404

// {"code", "message", "details": [okr.v1.Status]} as JSON; NULL: out of memory.
const char *code_error_json(struct arena *arena, const Okr__Status *status);

#endif
