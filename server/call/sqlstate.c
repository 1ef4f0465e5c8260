#include "server/call/sqlstate.h"
#include <string.h>
#include "common/log.h"

// The longest prefix that fits wins; classes as in PostgreSQL's appendix "Error Codes".
static const struct {
    const char *state;
    Okr__Code code;
    Okr__Reason reason;
} states[] = {
    {"23505", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS},
    {"23503", OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_NOT_EXISTING},
    {"23", OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE},
    {"22", OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE},
    {"40", OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
    {"53100", OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_DISK_FULL},
    {"53", OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_DATABASE_DOWN},
    {"57014", OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE},
    {"57", OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
    {"08", OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
    {"", OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL},
};

static const struct {
    const char *constraint;
    const char *field; // of the request; NULL: of none
    Okr__Code code;
    Okr__Reason reason;
} constraints[] = {
    {"audit_pkey", NULL, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
    {"audit_request_id_key", NULL, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN},
    {"member_handle_key", "handle", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS},
    {"member_handle_form", "handle", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_BAD_VALUE},
    {"member_role_self", NULL, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_SELF_GRANT},
    {"role_pkey", "name", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS},
    {"role_name_form", "name", OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE},
    {"token_hash_key", "token_hash", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_DUPLICATE},
    {"agent_hash_key", "token_hash", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_DUPLICATE},
    {"login_code_hash_key", "code_hash", OKR__CODE__CODE_ALREADY_EXISTS,
     OKR__REASON__REASON_DUPLICATE},
    {"quarter_pkey", "name", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS},
    {"key_result_direction", "kr.target", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_BAD_VALUE},
    {"measurement_corrects_key", "id", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS},
    {"project_side_origin", "category", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_SIDE_NEEDS_ORIGIN},
    {"project_kr_linked", "kr_ids", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_SIDE_HAS_NO_KR},
    {"linked_project_has_kr", "kr_ids", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_LINKED_NEEDS_KR},
    {"project_carried_from_key", "project_id", OKR__CODE__CODE_ALREADY_EXISTS,
     OKR__REASON__REASON_EXISTS},
    {"urgent_displaces", "displaces", OKR__CODE__CODE_FAILED_PRECONDITION,
     OKR__REASON__REASON_DISPLACEMENT_REQUIRED},
    {"decision_reason", "reason", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_REASON_REQUIRED},
    {"roadmap_item_schedule", "item.ends", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_BAD_VALUE},
    {"plan_source_name_form", "source", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_BAD_VALUE},
    {"goal_missed_reason", "reason", OKR__CODE__CODE_INVALID_ARGUMENT,
     OKR__REASON__REASON_MISS_NEEDS_REASON},
    {"week_report_pkey", "week", OKR__CODE__CODE_FAILED_PRECONDITION,
     OKR__REASON__REASON_WEEK_CLOSED},
};

static bool fail_by_constraint(struct call *call, const char *name)
{
    for (size_t i = 0; name && i < sizeof constraints / sizeof *constraints; i++) {
        if (strcmp(constraints[i].constraint, name) != 0)
            continue;
        if (constraints[i].field)
            call_violation(call, constraints[i].field, constraints[i].reason, NULL);
        else
            call_fail(call, constraints[i].code, constraints[i].reason, NULL);
        SET(&call->status, code, constraints[i].code);
        return true;
    }
    return false;
}

void sqlstate_fail(struct call *call, const PGresult *error)
{
    const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
    if (fail_by_constraint(call, PQresultErrorField(error, PG_DIAG_CONSTRAINT_NAME)))
        return;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        size_t len = strlen(states[i].state);
        if (strncmp(state ? state : "08", states[i].state, len) != 0)
            continue;
        log_error("%s: %s", rpc_methods[call->id].name, PQresultErrorMessage(error));
        call_fail(call, states[i].code, states[i].reason, NULL);
        return;
    }
}
