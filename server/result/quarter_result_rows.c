// Statements of the result of a quarter, each above the function that binds it.
#include "server/call/json.h"
#include "server/result/quarter_result_rows.h"
#include "server/plan/plan_rows.h"

STATEMENT(quarter_changes, MANY, "t", "llitbLztb",
          "SELECT d.id, d.project_id, d.decision, d.reason, d.urgent, d.displaces, d.decided_at,"
          " m.handle, d.after_open FROM project p JOIN project_decision d ON d.project_id = p.id"
          " JOIN member m ON m.id = d.decided_by"
          " WHERE p.quarter = $1 AND d.after_open ORDER BY d.id");

void quarter_changes_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &quarter_changes), quarter);
}

STATEMENT(quarter_carried, MANY, "t", "ll",
          "SELECT p.id, n.id FROM project p JOIN project n ON n.carried_from = p.id"
          " WHERE p.quarter = $1");

void quarter_carried_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &quarter_carried), quarter);
}

STATEMENT(project_carried, MANY, "l", "l", "SELECT n.id FROM project n WHERE n.carried_from = $1");

void project_carried_ask(struct call *call, int64_t project_id)
{
    bind_i64(call_ask(call, &project_carried), project_id);
}

int64_t quarter_carried_to(const struct rows *rows, int64_t project_id)
{
    for (int i = 0; i < rows_count(rows); i++)
        if (row_i64(rows, i, 0) == project_id)
            return row_i64(rows, i, 1);
    return 0;
}

STATEMENT(quarter_result_add, NONE, "tj", "",
          "INSERT INTO quarter_result (quarter, body) VALUES ($1, $2)");

void quarter_result_ask_add(struct call *call, const char *quarter,
                            const Okr__QuarterResult *result)
{
    struct query *q = call_ask(call, &quarter_result_add);
    bind_text(q, quarter);
    bind_text(q, call_json(call, &result->base));
}

STATEMENT(quarter_result_get, MANY, "t", "t",
          "SELECT r.body::text FROM quarter_result r WHERE r.quarter = $1");

void quarter_result_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &quarter_result_get), quarter);
}

Okr__QuarterResult *quarter_result_row(struct call *call, const struct rows *rows)
{
    if (rows_count(rows) == 0)
        return NULL;
    return plan_message(call, &okr__quarter_result__descriptor, rows, 0, 0);
}
