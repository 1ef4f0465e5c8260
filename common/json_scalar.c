// Conversions of single values between JSON and C.
#include "common/json_scalar.h"

#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

size_t json_element_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    default:
        return 8;
    }
}

bool json_is_name(const char *name, const char *key)
{
    bool upper = false;
    if (!strcmp(name, key))
        return true;
    for (; *name; name++) {
        if (*name != '_') {
            char c = (char)(upper && *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name);
            if (*key++ != c)
                return false;
        }
        upper = *name == '_';
    }
    return *key == '\0';
}

// Decimal digits and a sign, as JSON writes an integer; the whole range of both 64-bit types.
static bool parse_integer(const char *text, bool *ret_negative, uint64_t *ret_size)
{
    bool negative = *text == '-';
    const char *digits = text + negative;
    char *end;
    if (*digits < '0' || *digits > '9' || (*digits == '0' && digits[1]))
        return false;
    errno = 0;
    uint64_t size = strtoull(digits, &end, 10);
    if (errno || *end)
        return false;
    *ret_negative = negative && size > 0;
    *ret_size = size;
    return true;
}

bool json_get_integer(json_t *value, bool *ret_negative, uint64_t *ret_size)
{
    static const double exact = 9007199254740992.0; // 2^53
    if (json_is_string(value))
        return json_string_length(value) < 32 &&
               parse_integer(json_string_value(value), ret_negative, ret_size);
    if (json_is_integer(value)) {
        int64_t n = json_integer_value(value);
        *ret_negative = n < 0;
        *ret_size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
        return true;
    }
    double real = json_is_real(value) ? json_real_value(value) : 0.5;
    if (fabs(real) > exact || floor(real) < real)
        return false;
    *ret_negative = real < 0;
    *ret_size = (uint64_t)fabs(real);
    return true;
}

static bool parse_real(const char *text, double *ret)
{
    if (!strcmp(text, "NaN"))
        *ret = (double)NAN;
    else if (!strcmp(text, "Infinity"))
        *ret = HUGE_VAL;
    else if (!strcmp(text, "-Infinity"))
        *ret = -HUGE_VAL;
    else {
        // JSON's own grammar for the number in the string, whatever the locale
        json_t *number = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
        bool good = json_is_real(number);
        *ret = json_real_value(number);
        json_decref(number);
        return good;
    }
    return true;
}

bool json_get_real(json_t *value, double *ret)
{
    if (json_is_string(value))
        return parse_real(json_string_value(value), ret);
    *ret = json_number_value(value);
    return json_is_number(value);
}

bool json_decode_base64(const char *text, size_t len, uint8_t *data, size_t size, size_t *ret_len)
{
    static const int variants[] = {
        sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
        if (!sodium_base642bin(data, size, text, len, NULL, ret_len, NULL, variants[i]))
            return true;
    return false;
}
