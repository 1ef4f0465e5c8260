// A table of the handles that were wrong lately; when it is full the oldest one makes room.
#include "server/people/login_limit.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 512, HANDLE_SIZE = 33 };

struct slot {
    char handle[HANDLE_SIZE]; // "": free
    int wrong;
    int64_t since_ms; // of the first wrong one
};

static struct slot slots[SLOTS];

static struct slot *find(const char *handle)
{
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i].handle[0] && strncmp(slots[i].handle, handle, HANDLE_SIZE - 1) == 0)
            return &slots[i];
    return NULL;
}

static bool is_over(const struct slot *slot, int64_t now_ms)
{
    return now_ms - slot->since_ms >= (int64_t)LOGIN_LIMIT_MINUTES * 60 * 1000;
}

static struct slot *make_room(void)
{
    struct slot *oldest = &slots[0];
    for (size_t i = 0; i < SLOTS; i++) {
        if (!slots[i].handle[0])
            return &slots[i];
        if (slots[i].since_ms < oldest->since_ms)
            oldest = &slots[i];
    }
    return oldest;
}

bool login_limit_reached(const char *handle, int64_t now_ms)
{
    const struct slot *slot = find(handle);
    return slot && !is_over(slot, now_ms) && slot->wrong >= LOGIN_LIMIT_WRONG;
}

void login_limit_note_wrong(const char *handle, int64_t now_ms)
{
    struct slot *slot = find(handle);
    if (!slot || is_over(slot, now_ms)) {
        slot = slot ? slot : make_room();
        *slot = (struct slot){.since_ms = now_ms};
        snprintf(slot->handle, sizeof slot->handle, "%s", handle);
    }
    slot->wrong++;
}

void login_limit_forget(const char *handle)
{
    struct slot *slot = find(handle);
    if (slot)
        *slot = (struct slot){0};
}
