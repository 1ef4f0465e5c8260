// Field by field, one level deep: a list or a message is compared and shown as a whole.
#include "server/audit/change_fields.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "common/text.h"

enum { VALUE_MOST = 200 }; // bytes; what is longer ends with an ellipsis

// What every change changes, and says nothing.
static bool is_bookkeeping(const char *field)
{
    static const char *const names[] = {"version", "revision", "id", "position"};
    size_t length = strlen(field);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i]) == 0)
            return true;
    return length > 2 && strcmp(field + length - 2, "At") == 0;
}

static char *shortened(struct call *call, const char *text)
{
    size_t length = text_fit(text, VALUE_MOST);
    return call_printf(call, "%.*s%s", (int)length, text, text[length] ? "…" : "");
}

static char *value_text(struct call *call, const json_t *value)
{
    if (!value)
        return NULL;
    if (json_is_string(value))
        return shortened(call, json_string_value(value));
    char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = dump ? shortened(call, dump) : NULL;
    free(dump);
    return text;
}

static void add_field(struct call *call, Okr__Change *change, const char *name,
                      const json_t *before, const json_t *after)
{
    if (is_bookkeeping(name) || (before && after && json_equal(before, after)))
        return;
    Okr__FieldChange *field = NEW(call, Okr__FieldChange, OKR__FIELD_CHANGE__INIT);
    field->field = call_printf(call, "%s", name);
    field->before = value_text(call, before);
    field->after = value_text(call, after);
    change->fields[change->n_fields++] = field;
}

static void compare(struct call *call, json_t *before, json_t *after, Okr__Change *change)
{
    const char *name;
    json_t *value;
    size_t most = json_object_size(before) + json_object_size(after);
    change->fields = NEW_ARRAY(call, Okr__FieldChange *, most);
    json_object_foreach (before, name, value) {
        add_field(call, change, name, value, json_object_get(after, name));
    }
    json_object_foreach (after, name, value) {
        if (!json_object_get(before, name))
            add_field(call, change, name, NULL, value);
    }
}

static char *subject_of(struct call *call, const json_t *thing)
{
    static const char *const names[] = {"name", "text", "subject", "handle", "label", "source"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = json_string_value(json_object_get(thing, names[i]));
        if (text && *text)
            return shortened(call, text);
    }
    return NULL;
}

void change_fields(struct call *call, const char *before, const char *after, Okr__Change *change)
{
    json_t *old = before ? json_loads(before, 0, NULL) : NULL;
    json_t *new = after ? json_loads(after, 0, NULL) : NULL;
    if (json_is_object(old) && json_is_object(new))
        compare(call, old, new, change);
    if (!before)
        SET(change, created, true);
    change->subject = subject_of(call, new ? new : old);
    json_decref(old);
    json_decref(new);
}
