// The statements of the settings; see the header. It must not know what a good value is.
#include "server/people/settings_rows.h"
#include "okr/sql.h"

MESSAGE_READER(settings_take, Okr__Settings, SETTINGS_ROW);

Okr__Settings *settings_read(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Settings *settings = NEW(call, Okr__Settings, OKR__SETTINGS__INIT);
    settings_take(&row, settings);
    return settings;
}

STATEMENT(settings_get, MAYBE, "", SETTINGS_LETTERS, "SELECT " SETTINGS_COLUMNS " FROM settings");

struct asked settings_ask(struct call *call)
{
    return call_ask(call, &settings_get)->asked;
}

STATEMENT(settings_update, ONE, "itiiiii", SETTINGS_LETTERS,
          "UPDATE settings SET fiscal_first_month = coalesce($1, fiscal_first_month), "
          "  time_zone = coalesce($2, time_zone), weekly_due_day = coalesce($3, weekly_due_day), "
          "  weekly_due_minute = coalesce($4, weekly_due_minute), "
          "  side_target_percent = coalesce($5, side_target_percent), "
          "  token_days = coalesce($6, token_days), "
          "  review_months = coalesce($7, review_months), version = version + 1 "
          "RETURNING " SETTINGS_COLUMNS);

struct asked settings_ask_update(struct call *call, const Okr__Settings *change)
{
    struct query *q = call_ask(call, &settings_update);
    bind_opt_i32(q, change->has_fiscal_first_month, change->fiscal_first_month);
    bind_text(q, change->time_zone);
    bind_opt_i32(q, change->has_weekly_due_day, change->weekly_due_day);
    bind_opt_i32(q, change->has_weekly_due_minute, change->weekly_due_minute);
    bind_opt_i32(q, change->has_side_target_percent, change->side_target_percent);
    bind_opt_i32(q, change->has_token_days, change->token_days);
    bind_opt_i32(q, change->has_review_months, change->review_months);
    return q->asked;
}

STATEMENT(settings_quarter_runs, ONE, "", "b",
          "SELECT EXISTS (SELECT FROM quarter WHERE state <> " SQL_QUARTER_STATE_CLOSED ")");

struct asked settings_ask_quarter_runs(struct call *call)
{
    return call_ask(call, &settings_quarter_runs)->asked;
}
