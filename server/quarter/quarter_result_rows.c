// Statements of a kept result, each above the function that binds it.
#include "server/quarter/quarter_result_rows.h"
#include "server/call/json.h"

STATEMENT(quarter_result_add, NONE, "tj", "",
          "INSERT INTO quarter_result (quarter, body) VALUES ($1, $2)");

void quarter_result_ask_add(struct call *call, const char *quarter,
                            const Okr__QuarterResult *result)
{
    struct query *q = call_ask(call, &quarter_result_add);
    bind_text(q, quarter);
    bind_text(q, call_json(call, &result->base));
}

STATEMENT(quarter_result_get, MAYBE, "t", "t",
          "SELECT r.body::text FROM quarter_result r WHERE r.quarter = $1");

struct asked quarter_result_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &quarter_result_get);
    bind_text(q, quarter);
    return q->asked;
}

Okr__QuarterResult *quarter_result_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row)
               ? take_message(call, &row, &okr__quarter_result__descriptor)
               : NULL;
}
