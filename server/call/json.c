#include "server/call/json.h"
#include <stdlib.h>
#include "common/json.h"

char *call_json(struct call *call, const ProtobufCMessage *message)
{
    char *text = json_from_message(message, false);
    char *kept = arena_strdup(call->arena, text);
    free(text);
    if (!kept)
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
    return kept;
}

void *take_message(struct call *call, struct row *row, const ProtobufCMessageDescriptor *type)
{
    const char *text = take_text_in_place(row);
    return text ? json_to_message(type, text, arena_allocator(call->arena), NULL, 0) : NULL;
}
