// The state as JSON and back. What is read is a file that anybody may have damaged: every value is
// checked, and one that does not fit makes the whole of it void.
#include "client/plan_sync/run/state.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"

enum { FORMAT = 1 };

// ---- the list ---------------------------------------------------------------------------------

struct run_plan *run_plans_add(struct run_plans *plans, const char *path, const char *source)
{
    struct run_plan *plan = calloc(1, sizeof(*plan));
    struct run_plan **items =
        plan ? realloc(plans->items, (plans->n + 1) * sizeof(struct run_plan *)) : NULL;
    if (!items) {
        free(plan);
        return NULL;
    }
    plans->items = items;
    items[plans->n++] = plan;
    snprintf(plan->path, sizeof(plan->path), "%s", path);
    snprintf(plan->source, sizeof(plan->source), "%s", source);
    return plan;
}

struct run_plan *run_plans_find(const struct run_plans *plans, const char *path)
{
    for (size_t i = 0; i < plans->n; i++) {
        if (strcmp(plans->items[i]->path, path) == 0)
            return plans->items[i];
    }
    return NULL;
}

void run_plans_clear(struct run_plans *plans)
{
    for (size_t i = 0; i < plans->n; i++)
        free(plans->items[i]);
    free(plans->items);
    *plans = (struct run_plans){0};
}

// ---- writing ----------------------------------------------------------------------------------

static json_t *time_json(int64_t us)
{
    char text[TIMESTAMP_SIZE];
    timestamp_format(us, text);
    return us ? json_string(text) : json_null();
}

// A path is bytes; jansson takes UTF-8 only. What is not is written byte by byte as in a URL.
static json_t *path_json(const char *path)
{
    json_t *plain = json_string(path);
    if (plain && !strchr(path, '%'))
        return plain;
    json_decref(plain);
    char text[PATH_MAX * 3 + 1], *to = text;
    for (const unsigned char *at = (const unsigned char *)path; *at; at++) {
        if (*at < 0x80 && *at != '%')
            *to++ = (char)*at;
        else
            to += sprintf(to, "%%%02X", *at);
    }
    *to = '\0';
    return json_string(text);
}

static json_t *stamp_json(const struct run_stamp *stamp)
{
    return json_pack("[I, I, I, I, I]", (json_int_t)stamp->device, (json_int_t)stamp->inode,
                     (json_int_t)stamp->size, (json_int_t)stamp->mtime_ns,
                     (json_int_t)stamp->ctime_ns);
}

static int64_t next_try_wall(const struct run_plan *plan, int64_t now, int64_t wall)
{
    return plan->next_try > now ? wall + (plan->next_try - now) * 1000 : 0;
}

static json_t *plan_json(const struct run_plan *plan, int64_t now, int64_t wall)
{
    json_t *next = time_json(next_try_wall(plan, now, wall));
    return json_pack("{s:o*, s:s, s:s, s:I, s:s, s:s, s:s, s:o*, s:i, s:o*, s:b, s:b, s:o*}",
                     "path", path_json(plan->path), "source", plan->source, "outcome",
                     run_outcome_name(plan->outcome), "version", (json_int_t)plan->version,
                     "publishedAt", plan->published_at, "contentHash", plan->content_hash, "error",
                     plan->error, "since", time_json(plan->since), "attempts", (int)plan->attempts,
                     "nextTry", next, "told", (int)plan->told, "gone", (int)plan->gone, "handled",
                     stamp_json(&plan->handled));
}

char *run_state_text(int64_t now, int64_t wall, const struct run_plans *plans,
                     const struct run_facts *facts)
{
    json_t *list = json_array();
    bool fine = list != NULL;
    for (size_t i = 0; fine && i < plans->n; i++)
        fine = json_array_append_new(list, plan_json(plans->items[i], now, wall)) == 0;
    json_t *root = NULL;
    if (fine)
        root = json_pack("{s:i, s:s, s:o*, s:o*, s:o*, s:s, s:O}", "format", FORMAT, "server",
                         facts->server, "started", time_json(facts->started), "awaySince",
                         time_json(facts->away_since), "nextTry", time_json(facts->next_try),
                         "away", facts->away, "plans", list);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    json_decref(list);
    return text;
}

// ---- reading ----------------------------------------------------------------------------------

static bool get_text(const json_t *object, const char *key, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strlen(text) >= size)
        return false;
    strcpy(ret, text);
    return true;
}

static bool get_time(const json_t *object, const char *key, int64_t *ret_us)
{
    const json_t *value = json_object_get(object, key);
    *ret_us = 0;
    return json_is_null(value) ||
           (json_is_string(value) && timestamp_parse(json_string_value(value), ret_us));
}

static bool get_number(const json_t *object, const char *key, int64_t most, int64_t *ret)
{
    const json_t *value = json_object_get(object, key);
    *ret = json_integer_value(value);
    return json_is_integer(value) && *ret >= 0 && *ret <= most;
}

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool get_path(const json_t *object, char ret[PATH_MAX])
{
    const char *text = json_string_value(json_object_get(object, "path"));
    size_t n = 0;
    for (; text && *text && n < PATH_MAX - 1; text++, n++) {
        ret[n] = *text;
        if (*text != '%')
            continue;
        int high = hex(text[1]), low = high >= 0 ? hex(text[2]) : -1;
        if (low < 0 || high * 16 + low == 0)
            return false;
        ret[n] = (char)(high * 16 + low);
        text += 2;
    }
    ret[n] = '\0';
    return text && !*text && ret[0] == '/';
}

static bool get_stamp(const json_t *object, struct run_stamp *ret)
{
    const json_t *list = json_object_get(object, "handled");
    json_int_t n[5];
    for (size_t i = 0; i < 5; i++) {
        const json_t *value = json_array_get(list, i);
        if (!json_is_integer(value))
            return false;
        n[i] = json_integer_value(value);
    }
    *ret = (struct run_stamp){(uint64_t)n[0], (uint64_t)n[1], n[2], n[3], n[4]};
    return true;
}

static bool get_outcome(const json_t *object, enum run_outcome *ret)
{
    char name[32];
    return get_text(object, "outcome", name, sizeof(name)) && run_outcome_parse(name, ret);
}

// A wait that lies further ahead than any back-off is a clock that was set: try at once.
static int64_t next_try_here(int64_t at, int64_t now, int64_t wall)
{
    int64_t left = (at - wall) / 1000;
    return at && left > 0 && left <= run_backoff_file.most_ms ? now + left : 0;
}

static bool parse_plan(const json_t *object, int64_t now, int64_t wall, struct run_plans *plans)
{
    struct run_plan plan = {0};
    int64_t attempts, next;
    bool fine = get_path(object, plan.path) &&
                get_text(object, "source", plan.source, sizeof(plan.source)) &&
                get_outcome(object, &plan.outcome) &&
                get_number(object, "version", INT64_MAX, &plan.version) &&
                get_text(object, "publishedAt", plan.published_at, sizeof(plan.published_at)) &&
                get_text(object, "contentHash", plan.content_hash, sizeof(plan.content_hash)) &&
                get_text(object, "error", plan.error, sizeof(plan.error)) &&
                get_time(object, "since", &plan.since) &&
                get_number(object, "attempts", INT_MAX, &attempts) &&
                get_time(object, "nextTry", &next) && get_stamp(object, &plan.handled) &&
                json_is_boolean(json_object_get(object, "told")) &&
                json_is_boolean(json_object_get(object, "gone"));
    if (!fine || run_plans_find(plans, plan.path))
        return false;
    plan.attempts = (unsigned)attempts;
    plan.told = json_is_true(json_object_get(object, "told"));
    plan.gone = json_is_true(json_object_get(object, "gone"));
    plan.next_try = next_try_here(next, now, wall);
    struct run_plan *kept = run_plans_add(plans, plan.path, plan.source);
    if (!kept)
        return false;
    *kept = plan;
    return true;
}

bool run_state_parse(const char *text, size_t length, int64_t now, int64_t wall,
                     struct run_plans *plans, struct run_facts *facts)
{
    json_error_t error;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    int64_t format = 0;
    *plans = (struct run_plans){0};
    *facts = (struct run_facts){0};
    bool fine = get_number(root, "format", FORMAT, &format) && format == FORMAT &&
                get_text(root, "server", facts->server, sizeof(facts->server)) &&
                get_time(root, "started", &facts->started) &&
                get_time(root, "awaySince", &facts->away_since) &&
                get_time(root, "nextTry", &facts->next_try) &&
                get_text(root, "away", facts->away, sizeof(facts->away)) &&
                json_is_array(json_object_get(root, "plans"));
    const json_t *list = json_object_get(root, "plans");
    for (size_t i = 0; fine && i < json_array_size(list); i++)
        fine = parse_plan(json_array_get(list, i), now, wall, plans);
    if (!fine) {
        run_plans_clear(plans);
        *facts = (struct run_facts){0};
    }
    json_decref(root);
    return fine;
}
