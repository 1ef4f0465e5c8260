// A stack of rows with rising levels.
#include "client/plan_sync/mspdi/outline.h"

#include <stdlib.h>
#include <string.h>

// "0" is level 0, "1" 1, "1.2.3" 3. One newline at the end is overlooked.
static bool level_of_number(const char *s, int64_t *ret)
{
    size_t len = s ? strlen(s) : 0;
    if (len > 0 && s[len - 1] == '\n')
        len--;
    int64_t dots = 0;
    bool digit = false;
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '.' ? !digit : (s[i] < '0' || s[i] > '9'))
            return false;
        digit = s[i] != '.';
        dots += !digit;
    }
    if (!digit)
        return false;
    *ret = strcmp(s, "0") == 0 ? 0 : dots + 1;
    return true;
}

static bool level_of(const Okr__PlanTask *t, int64_t *ret)
{
    if (t->has_outline_level) {
        *ret = t->outline_level;
        return true;
    }
    return level_of_number(t->outline_number, ret);
}

static bool push(struct mspdi_outline *o, struct mspdi_open_level level)
{
    if (o->depth >= o->max_depth)
        return false;
    if (o->depth == o->allocated) {
        size_t n = o->allocated ? 2 * o->allocated : 32;
        struct mspdi_open_level *grown = realloc(o->open, n * sizeof *grown);
        if (!grown)
            return false;
        o->open = grown;
        o->allocated = n;
    }
    o->open[o->depth++] = level;
    return true;
}

bool mspdi_outline_add(struct mspdi_outline *o, const Okr__PlanTask *task, uint64_t position,
                       struct mspdi_place *ret)
{
    int64_t level = 0;
    *ret = (struct mspdi_place){0};
    if (task->null || !level_of(task, &level))
        return true;
    while (o->depth > 0 && o->open[o->depth - 1].level >= level)
        o->depth--;
    ret->in_tree = true;
    if (o->depth > 0) {
        const struct mspdi_open_level *parent = &o->open[o->depth - 1];
        ret->has_parent = true;
        ret->parent_position = parent->position;
        ret->has_parent_uid = parent->has_uid;
        ret->parent_uid = parent->uid;
    }
    return push(
        o, (struct mspdi_open_level){
               .level = level, .position = position, .has_uid = task->has_uid, .uid = task->uid});
}

void mspdi_outline_clear(struct mspdi_outline *o)
{
    free(o->open);
    o->open = NULL;
    o->depth = o->allocated = 0;
}
