// How a change of the OKR or of a project is refused, and the checks that several methods make
// alike.
#include "server/call/guard.h"

#include <string.h>
#include "common/field_format.h"

void guard_refuse(struct call *call, Okr__Reason reason, const char *arg)
{
    call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, reason, arg);
}

void guard_refuse_field(struct call *call, const char *field, Okr__Reason reason, const char *arg)
{
    call_violation(call, field, reason, arg);
    SET(&call->status, code, OKR__CODE__CODE_FAILED_PRECONDITION);
}

void guard_not_found(struct call *call, const char *what)
{
    call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, what);
}

void guard_not_own(struct call *call, const char *what)
{
    call_fail(call, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_NOT_OWN, what);
}

bool guard_version(struct call *call, const char *resource, int64_t yours, int64_t current,
                   const ProtobufCMessage *message)
{
    if (yours == current)
        return true;
    call_conflict(call, resource, yours, current, message);
    return false;
}

bool guard_not_closed(struct call *call, int32_t quarter_state)
{
    if (quarter_state != OKR__QUARTER_STATE__QUARTER_STATE_CLOSED)
        return true;
    guard_refuse(call, OKR__REASON__REASON_QUARTER_CLOSED, NULL);
    return false;
}

static bool says_what_is_edited(const char *field)
{
    static const char *const names[] = {"id", "version", "handle", "project_id", "reason"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i]) == 0)
            return true;
    return false;
}

static bool is_named(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)(const void *)(base + field->quantifier_offset) > 0;
    if (field->quantifier_offset)
        return *(const protobuf_c_boolean *)(base + field->quantifier_offset) != 0;
    return *(void *const *)(const void *)(base + field->offset) != NULL;
}

bool guard_changes(struct call *call, const ProtobufCMessage *edit)
{
    for (unsigned i = 0; i < edit->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &edit->descriptor->fields[i];
        if (!says_what_is_edited(field->name) && is_named(edit, field))
            return true;
    }
    call_fail(call, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOTHING_TO_CHANGE, NULL);
    return false;
}

bool guard_has_text(const char *text)
{
    return text && !text_is_blank(text);
}

bool guard_reason(struct call *call, const char *reason)
{
    if (guard_has_text(reason))
        return true;
    call_violation(call, "reason", OKR__REASON__REASON_REASON_REQUIRED, NULL);
    return false;
}

bool guard_found(struct call *call, const char *field, const char *prefix, const int64_t *ids,
                 size_t n, const int64_t *found, size_t n_found)
{
    bool sound = true;
    for (size_t i = 0; i < n; i++) {
        if (guard_has_id(found, n_found, ids[i]))
            continue;
        call_violation(call, call_printf(call, "%s[%zu]", field, i),
                       OKR__REASON__REASON_NOT_EXISTING,
                       call_printf(call, "%s-%lld", prefix, (long long)ids[i]));
        sound = false;
    }
    return sound;
}

bool guard_has_id(const int64_t *ids, size_t n, int64_t id)
{
    return order_place(ids, n, id) != 0;
}

size_t order_with(struct call *call, const int64_t *ids, size_t n, int64_t id, int32_t place,
                  int64_t **ret_ids)
{
    int64_t *rest;
    size_t n_rest = order_without(call, ids, n, id, &rest);
    size_t at = place >= 1 && (size_t)place <= n_rest ? (size_t)place - 1 : n_rest;
    int64_t *order = NEW_ARRAY(call, int64_t, n_rest + 1);
    for (size_t i = 0; i < n_rest; i++)
        order[i < at ? i : i + 1] = rest[i];
    order[at] = id;
    *ret_ids = order;
    return n_rest + 1;
}

size_t order_without(struct call *call, const int64_t *ids, size_t n, int64_t id, int64_t **ret_ids)
{
    int64_t *order = NEW_ARRAY(call, int64_t, n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (ids[i] != id)
            order[kept++] = ids[i];
    *ret_ids = order;
    return kept;
}

int32_t order_place(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return (int32_t)i + 1;
    return 0;
}
