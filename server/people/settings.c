// The organisation's settings: read and changed by the admin.
#include <stdio.h>
#include <string.h>
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/people/settings_rows.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
enum { ZONE_MOST = 64 };

static void get_done(struct call *call)
{
    call_reply(call, &settings_read(call, asked_only(call))->base);
}

static void get_start(struct call *call, const Okr__GetSettingsRequest *request)
{
    (void)request;
    settings_ask(call);
    call->then = get_done;
}

HANDLER(member_get_settings, get_start, .shared = true);

// ---- UpdateSettings ---------------------------------------------------------------------------

static bool is_zone_name(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > ZONE_MOST || name[0] == '/' || strstr(name, ".."))
        return false;
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
           len;
}

// Known to the machine, so to the C library and to PostgreSQL alike (tzfile(5): it begins with
// TZif).
static bool is_zone(const char *name)
{
    if (!is_zone_name(name))
        return false;
    char path[sizeof ZONE_FOLDER + ZONE_MOST], magic[4] = "";
    snprintf(path, sizeof path, ZONE_FOLDER "%s", name);
    FILE *in = fopen(path, "rbe");
    if (!in)
        return false;
    bool ok = fread(magic, 1, sizeof magic, in) == sizeof magic && !memcmp(magic, "TZif", 4);
    fclose(in);
    return ok;
}

struct update {
    struct asked settings, quarter_runs;
    Okr__Settings *before;
};

static void update_done(struct call *call)
{
    const Okr__Settings *before = ((const struct update *)call->state)->before;
    Okr__Settings *after = settings_read(call, asked_only(call));
    call_record(call, "settings/1", &before->base, &after->base);
    call_reply(call, &after->base);
}

static void update_decide(struct call *call)
{
    const Okr__Settings *change = update_settings_request(call)->settings;
    struct update *update = call->state;
    Okr__Settings *current = settings_read(call, update->settings);
    if (change->version != current->version) {
        call_conflict(call, "settings/1", change->version, current->version, &current->base);
        return;
    }
    // The days of a quarter were counted from the old month: two quarters would overlap.
    bool moves =
        change->has_fiscal_first_month && change->fiscal_first_month != current->fiscal_first_month;
    if (moves && asked_bool(call, update->quarter_runs)) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_STILL_USED,
                  "quarter");
        return;
    }
    update->before = current;
    settings_ask_update(call, change);
    call->then = update_done;
}

static void update_start(struct call *call, const Okr__UpdateSettingsRequest *request)
{
    const Okr__Settings *change = request->settings;
    if (change->time_zone && !is_zone(change->time_zone)) {
        call_violation(call, "settings.time_zone", OKR__REASON__REASON_BAD_VALUE, "Asia/Tokyo");
        return;
    }
    if (!guard_changes(call, &change->base))
        return;
    struct update *update = call->state = NEW_ARRAY(call, struct update, 1);
    update->settings = settings_ask(call);
    update->quarter_runs = settings_ask_quarter_runs(call);
    call->then = update_decide;
}

HANDLER(member_update_settings, update_start, .directory = true);
