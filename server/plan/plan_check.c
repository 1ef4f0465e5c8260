// The checks that the plan's methods share. A plan comes from a file that somebody else's program
// wrote, so its values are looked at one by one; the walk goes by the descriptors.
#include "server/plan/plan_check.h"

#include <math.h>
#include <string.h>
#include "common/calendar.h"
#include "server/plan/plan_rows.h"

static const double NUMBER_MOST = 1e18;

bool check_source(struct call *call, const char *field, const char *value)
{
    if (!value || plan_source_is_name(value))
        return true;
    call_violation(call, field, OKR__REASON__REASON_BAD_VALUE, "a-z 0-9 . _ - (64), a-z 0-9 first");
    return false;
}

bool need_source(struct call *call, const char *field, const char *value)
{
    if (value)
        return check_source(call, field, value);
    call_violation(call, field, OKR__REASON__REASON_REQUIRED, NULL);
    return false;
}

// Fields of type string that hold a wall-clock time, in whichever message of the plan.
static bool is_clock_field(const char *name)
{
    static const char *const names[] = {
        "actual_finish", "actual_start", "constraint_date", "created",
        "current_date",  "deadline",     "finish",          "from",
        "last_saved",    "resume",       "start",           "status_date",
        "stop",          "to",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool two_digits(const char *text, int most)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    return (text[0] - '0') * 10 + text[1] - '0' <= most;
}

static bool is_clock(const char *text)
{
    char day[DATE_SIZE];
    int32_t days;
    if (strlen(text) != strlen("2021-02-08T01:02:03"))
        return false;
    memcpy(day, text, DATE_SIZE - 1);
    day[DATE_SIZE - 1] = '\0';
    return date_parse(day, &days) && text[10] == 'T' && two_digits(text + 11, 23) &&
           text[13] == ':' && two_digits(text + 14, 59) && text[16] == ':' &&
           two_digits(text + 17, 59);
}

static void check_field(struct call *call, const char *path, const ProtobufCFieldDescriptor *field,
                        const void *value)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *const *inner = value;
        check_plan_values(call, call_printf(call, "%s.%s", path, field->name), *inner);
    } else if (field->type == PROTOBUF_C_TYPE_DOUBLE) {
        double number;
        memcpy(&number, value, sizeof(number));
        if (!(fabs(number) <= NUMBER_MOST))
            call_violation(call, call_printf(call, "%s.%s", path, field->name),
                           OKR__REASON__REASON_BAD_VALUE, "-1e18 .. 1e18");
    } else if (field->type == PROTOBUF_C_TYPE_STRING && is_clock_field(field->name)) {
        const char *const *text = value;
        if (!is_clock(*text))
            call_violation(call, call_printf(call, "%s.%s", path, field->name),
                           OKR__REASON__REASON_BAD_VALUE, "YYYY-MM-DDTHH:MM:SS");
    }
}

// protobuf-c: strings and messages are there when their pointer is, numbers when has_ says so.
static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *at = (const char *)message + field->offset;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING) {
        const void *pointer;
        memcpy(&pointer, at, sizeof(pointer));
        return pointer != NULL;
    }
    protobuf_c_boolean has;
    memcpy(&has, (const char *)message + field->quantifier_offset, sizeof(has));
    return has;
}

static void check_list(struct call *call, const char *path, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field)
{
    size_t n;
    memcpy(&n, (const char *)message + field->quantifier_offset, sizeof(n));
    const ProtobufCMessage **items;
    memcpy(&items, (const char *)message + field->offset, sizeof(items));
    for (size_t i = 0; i < n; i++)
        check_plan_values(call, call_printf(call, "%s.%s[%zu]", path, field->name, i), items[i]);
}

void check_plan_values(struct call *call, const char *path, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            if (field->type == PROTOBUF_C_TYPE_MESSAGE)
                check_list(call, path, message, field);
        } else if (is_set(message, field)) {
            check_field(call, path, field, (const char *)message + field->offset);
        }
    }
}
