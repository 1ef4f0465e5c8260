// The rules of a key result's own fields (R14, R15, R46). Nothing here reads or writes a row.
#include "server/quarter/key_result.h"

#include <math.h>
#include "server/call/guard.h"

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

static bool need_number(struct call *call, const char *field, bool has, double value)
{
    if (has && isfinite(value))
        return true;
    call_violation(call, field, has ? OKR__REASON__REASON_BAD_VALUE : OKR__REASON__REASON_REQUIRED,
                   has ? "finite" : NULL);
    return false;
}

// Keep kinds take no direction, and their start is only where it once was.
static void check_numbers(struct call *call, const Okr__KeyResult *kr)
{
    bool need_start = kr->has_start || moves(kr->kind);
    bool start = !need_start || need_number(call, "kr.start", kr->has_start, kr->start);
    bool target = need_number(call, "kr.target", kr->has_target, kr->target);
    if (!start || !target)
        return;
    if (kr->kind == OKR__KR_KIND__KR_KIND_INCREASE_TO && !(kr->target > kr->start))
        call_violation(call, "kr.target", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "> %.15g", kr->start));
    if (kr->kind == OKR__KR_KIND__KR_KIND_DECREASE_TO && !(kr->target < kr->start))
        call_violation(call, "kr.target", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "< %.15g", kr->start));
}

bool key_result_check(struct call *call, const Okr__KeyResult *kr)
{
    need_text(call, "kr.text", kr->text, LIMIT_TEXT);
    need_text(call, "kr.unit", kr->unit, LIMIT_NAME);
    if (!kr->has_kind || kr->kind == OKR__KR_KIND__KR_KIND_UNSPECIFIED)
        call_violation(call, "kr.kind", OKR__REASON__REASON_REQUIRED, NULL);
    check_numbers(call, kr);
    guard_rank(call, "kr.rank", kr->has_rank, kr->rank);
    guard_names(call, "kr.departments", kr->departments, kr->n_departments, LIMIT_NAME);
    if (kr->has_noise_percent && !(kr->noise_percent >= 0 && kr->noise_percent <= 100))
        call_violation(call, "kr.noise_percent", OKR__REASON__REASON_BAD_VALUE, "0 – 100");
    return !call_invalid(call);
}
