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

static void check_range(struct call *call, const char *field, bool has, int32_t value, int32_t low,
                        int32_t high)
{
    if (has && (value < low || value > high))
        call_violation(call, field, OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "%d to %d", (int)low, (int)high));
}

static void check_fields(struct call *call, const Okr__Settings *s)
{
    check_range(call, "settings.fiscal_first_month", s->has_fiscal_first_month,
                s->fiscal_first_month, 1, 12);
    if (s->time_zone && !is_zone(s->time_zone))
        call_violation(call, "settings.time_zone", OKR__REASON__REASON_BAD_VALUE, "Asia/Tokyo");
    check_range(call, "settings.weekly_due_day", s->has_weekly_due_day, s->weekly_due_day, 1, 7);
    check_range(call, "settings.weekly_due_minute", s->has_weekly_due_minute, s->weekly_due_minute,
                0, 1439);
    check_range(call, "settings.side_target_percent", s->has_side_target_percent,
                s->side_target_percent, 1, 100);
    check_range(call, "settings.token_days", s->has_token_days, s->token_days, 1, 3650);
    check_range(call, "settings.review_months", s->has_review_months, s->review_months, 1, 24);
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
    if (!change) {
        call_violation(call, "settings", OKR__REASON__REASON_REQUIRED, NULL);
        return;
    }
    need_id(call, "settings.version", change->has_version, change->version);
    check_fields(call, change);
    if (call_invalid(call) || !guard_changes(call, &change->base))
        return;
    struct update *update = call->state = NEW_ARRAY(call, struct update, 1);
    update->settings = settings_ask(call);
    update->quarter_runs = settings_ask_quarter_runs(call);
    call->then = update_decide;
}

HANDLER(member_update_settings, update_start, .directory = true);
