// The statements of the settings; see the header. It must not know what a good value is.
#include "server/people/settings_rows.h"

#define SETTINGS_COLUMNS                                                                           \
    "fiscal_first_month, time_zone, weekly_due_day, weekly_due_minute, side_target_percent, "      \
    "token_days, version, review_months"

STATEMENT(settings_get, MANY, "", "itiiiili", "SELECT " SETTINGS_COLUMNS " FROM settings");

void settings_ask(struct call *call)
{
    call_ask(call, &settings_get);
}

STATEMENT(settings_update, MANY, "itiiiii", "itiiiili",
          "UPDATE settings SET fiscal_first_month = coalesce($1, fiscal_first_month), "
          "  time_zone = coalesce($2, time_zone), weekly_due_day = coalesce($3, weekly_due_day), "
          "  weekly_due_minute = coalesce($4, weekly_due_minute), "
          "  side_target_percent = coalesce($5, side_target_percent), "
          "  token_days = coalesce($6, token_days), "
          "  review_months = coalesce($7, review_months), version = version + 1 "
          "RETURNING " SETTINGS_COLUMNS);

void settings_ask_update(struct call *call, const Okr__Settings *change)
{
    struct query *q = call_ask(call, &settings_update);
    bind_opt_i32(q, change->has_fiscal_first_month, change->fiscal_first_month);
    bind_text(q, change->time_zone);
    bind_opt_i32(q, change->has_weekly_due_day, change->weekly_due_day);
    bind_opt_i32(q, change->has_weekly_due_minute, change->weekly_due_minute);
    bind_opt_i32(q, change->has_side_target_percent, change->side_target_percent);
    bind_opt_i32(q, change->has_token_days, change->token_days);
    bind_opt_i32(q, change->has_review_months, change->review_months);
}

Okr__Settings *settings_row(struct call *call, const struct rows *rows)
{
    Okr__Settings *settings = NEW(call, Okr__Settings, OKR__SETTINGS__INIT);
    SET(settings, fiscal_first_month, row_i32(rows, 0, 0));
    settings->time_zone = row_text(rows, 0, 1);
    SET(settings, weekly_due_day, row_i32(rows, 0, 2));
    SET(settings, weekly_due_minute, row_i32(rows, 0, 3));
    SET(settings, side_target_percent, row_i32(rows, 0, 4));
    SET(settings, token_days, row_i32(rows, 0, 5));
    SET(settings, version, row_i64(rows, 0, 6));
    SET(settings, review_months, row_i32(rows, 0, 7));
    return settings;
}

// 3 is okr.v1.QUARTER_STATE_CLOSED.
STATEMENT(settings_quarter_runs, MANY, "", "b",
          "SELECT EXISTS (SELECT FROM quarter WHERE state <> 3)");

void settings_ask_quarter_runs(struct call *call)
{
    call_ask(call, &settings_quarter_runs);
}
