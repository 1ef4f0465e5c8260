// https://connectrpc.com/docs/protocol#error-codes
#include "client/web/connect/code.h"

#include <stdlib.h>
#include <jansson.h>
#include <sodium.h>
#include "common/json.h"

static const struct {
    const char *word;
    unsigned http;
} codes[] = {
    [OKR__CODE__CODE_OK] = {"ok", 200},
    [OKR__CODE__CODE_CANCELLED] = {"canceled", 499},
    [OKR__CODE__CODE_UNKNOWN] = {"unknown", 500},
    [OKR__CODE__CODE_INVALID_ARGUMENT] = {"invalid_argument", 400},
    [OKR__CODE__CODE_DEADLINE_EXCEEDED] = {"deadline_exceeded", 504},
    [OKR__CODE__CODE_NOT_FOUND] = {"not_found", 404},
    [OKR__CODE__CODE_ALREADY_EXISTS] = {"already_exists", 409},
    [OKR__CODE__CODE_PERMISSION_DENIED] = {"permission_denied", 403},
    [OKR__CODE__CODE_RESOURCE_EXHAUSTED] = {"resource_exhausted", 429},
    [OKR__CODE__CODE_FAILED_PRECONDITION] = {"failed_precondition", 400},
    [OKR__CODE__CODE_ABORTED] = {"aborted", 409},
    [OKR__CODE__CODE_OUT_OF_RANGE] = {"out_of_range", 400},
    [OKR__CODE__CODE_UNIMPLEMENTED] = {"unimplemented", 501},
    [OKR__CODE__CODE_INTERNAL] = {"internal", 500},
    [OKR__CODE__CODE_UNAVAILABLE] = {"unavailable", 503},
    [OKR__CODE__CODE_DATA_LOSS] = {"data_loss", 500},
    [OKR__CODE__CODE_UNAUTHENTICATED] = {"unauthenticated", 401},
};

static size_t place_of(Okr__Code code)
{
    size_t place = (size_t)code;
    return place < sizeof codes / sizeof codes[0] ? place : OKR__CODE__CODE_UNKNOWN;
}

const char *code_word(Okr__Code code)
{
    return codes[place_of(code)].word;
}

unsigned code_http_status(Okr__Code code)
{
    return codes[place_of(code)].http;
}

static json_t *detail_of(struct arena *arena, const Okr__Status *status)
{
    size_t size = okr__status__get_packed_size(status);
    size_t most = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    uint8_t *packed = arena_alloc(arena, size ? size : 1);
    char *text = arena_alloc(arena, most);
    char *debug = json_from_message(&status->base, false);
    json_t *detail = NULL;
    if (packed && text && debug) {
        okr__status__pack(status, packed);
        sodium_bin2base64(text, most, packed, size, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
        detail = json_pack("{s:s, s:s, s:o*}", "type", "okr.v1.Status", "value", text, "debug",
                           json_loads(debug, 0, NULL));
    }
    free(debug);
    return detail;
}

const char *code_error_json(struct arena *arena, const Okr__Status *status)
{
    const ProtobufCEnumValue *reason =
        protobuf_c_enum_descriptor_get_value(&okr__reason__descriptor, (int)status->reason);
    const char *message = status->message ? status->message : reason ? reason->name : "";
    json_t *error = json_pack("{s:s, s:s, s:[o*]}", "code", code_word(status->code), "message",
                              message, "details", detail_of(arena, status));
    char *text = error ? json_dumps(error, JSON_COMPACT) : NULL;
    const char *kept = text ? arena_strdup(arena, text) : NULL;
    free(text);
    json_decref(error);
    return kept;
}
