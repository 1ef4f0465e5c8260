// What a key result's own fields say together (R14), and how it is named. Nothing here reads or
// writes a row.
#include "server/quarter/key_result.h"

const char *key_result_resource(struct call *call, int64_t id)
{
    return call_printf(call, "kr/%lld", (long long)id);
}

const char *key_result_name(struct call *call, int64_t id)
{
    return call_printf(call, "KR-%lld", (long long)id);
}

static bool moves(Okr__KrKind kind)
{
    return kind == OKR__KR_KIND__KR_KIND_INCREASE_TO || kind == OKR__KR_KIND__KR_KIND_DECREASE_TO;
}

// Keep kinds take no direction, and their start is only where it once was.
bool key_result_check(struct call *call, const Okr__KeyResult *kr)
{
    if (moves(kr->kind) && !kr->has_start)
        call_violation(call, "kr.start", OKR__REASON__REASON_REQUIRED, NULL);
    else if (kr->kind == OKR__KR_KIND__KR_KIND_INCREASE_TO && !(kr->target > kr->start))
        call_violation(call, "kr.target", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "> %.15g", kr->start));
    else if (kr->kind == OKR__KR_KIND__KR_KIND_DECREASE_TO && !(kr->target < kr->start))
        call_violation(call, "kr.target", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "< %.15g", kr->start));
    return !call_invalid(call);
}
