// Reading the audit log, and checking that its chain is whole (R52).
#include <string.h>
#include "okr/limits.h"
#include "server/call/handler.h"
#include "server/audit/audit_rows.h"

enum { LIST_DEFAULT = 100, CHECK_DEFAULT = VERIFY_AUDIT_REQUEST_LIMIT_MOST };

// ---- ListAudit --------------------------------------------------------------------------------

static int32_t list_limit(const struct call *call)
{
    const Okr__ListAuditRequest *request = list_audit_request(call);
    return request->has_limit ? request->limit : LIST_DEFAULT;
}

static void list_done(struct call *call)
{
    Okr__AuditList *list = NEW(call, Okr__AuditList, OKR__AUDIT_LIST__INIT);
    audit_list(call, asked_only(call), list_limit(call), list);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListAuditRequest *request)
{
    const struct audit_filter filter = {
        .after = request->after_revision,
        .limit = list_limit(call),
        .resource = request->resource,
        .actor = request->actor,
        .newest_first = request->newest_first,
    };
    audit_ask_list(call, &filter);
    call->then = list_done;
}

HANDLER(audit_list_audit, list_start, .bulk = true);

// ---- VerifyAudit ------------------------------------------------------------------------------

struct check {
    int64_t checked_to;
    int64_t broken_at; // 0: nowhere
    uint8_t hash[AUDIT_HASH_BYTES];
};

// One row: the next revision, and the hash that follows from the row before.
static bool follows(struct check *check, const struct audit_link *link)
{
    const struct audit_entry *entry = &link->entry;
    uint8_t hash[AUDIT_HASH_BYTES];
    bool whole = entry->request_id && entry->request_hash && entry->reply_hash;
    if (!whole || entry->revision != check->checked_to + 1)
        return false;
    audit_hash(entry, check->hash, hash);
    if (link->hash.len != sizeof hash || memcmp(link->hash.data, hash, sizeof hash) != 0)
        return false;
    memcpy(check->hash, hash, sizeof hash);
    check->checked_to = entry->revision;
    return true;
}

// Up to the limit, or to the first row that does not follow. True when there are more rows.
static bool check_rows(struct call *call, struct check *check, struct asked asked, int32_t limit)
{
    struct audit_link link = {.asked = 0};
    struct row row = asked_begin(call, asked);
    int32_t n = 0;
    for (; n < limit && !check->broken_at && row_next(&row); n++) {
        audit_link_row(&row, &link);
        if (!follows(check, &link))
            check->broken_at = check->checked_to + 1;
    }
    return link.asked > n;
}

// Rows that were cut off the end show in the head row, which goes with the last one.
static void check_end(struct check *check, const struct audit_ends *ends)
{
    if (ends->head_revision != check->checked_to)
        check->broken_at = check->checked_to + 1;
    else if (memcmp(ends->head_hash.data, check->hash, sizeof check->hash) != 0)
        check->broken_at = check->checked_to > 0 ? check->checked_to : 1;
}

static void verify_reply(struct call *call, const struct check *check, bool more)
{
    Okr__AuditVerification *reply =
        NEW(call, Okr__AuditVerification, OKR__AUDIT_VERIFICATION__INIT);
    SET(reply, checked_to, check->checked_to);
    if (check->broken_at)
        SET(reply, broken_at, check->broken_at);
    SET(reply, more, more);
    call_reply(call, &reply->base);
}

static int32_t verify_limit(const struct call *call)
{
    const Okr__VerifyAuditRequest *request = verify_audit_request(call);
    return request->has_limit ? request->limit : CHECK_DEFAULT;
}

struct verify {
    struct asked ends, chain;
};

static void verify_done(struct call *call)
{
    const Okr__VerifyAuditRequest *request = verify_audit_request(call);
    const struct verify *asked = call->state;
    struct audit_ends ends = audit_ends(call, asked->ends);
    struct check check = {.checked_to = request->after_revision};
    if (request->after_revision > ends.head_revision) {
        call_violation(call, "after_revision", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "0 to %lld", (long long)ends.head_revision));
        return;
    }
    if (ends.start_hash.len != sizeof check.hash) {
        check.broken_at = check.checked_to;
        verify_reply(call, &check, false);
        return;
    }
    memcpy(check.hash, ends.start_hash.data, sizeof check.hash);
    bool more = check_rows(call, &check, asked->chain, verify_limit(call));
    if (!more && !check.broken_at)
        check_end(&check, &ends);
    verify_reply(call, &check, more && !check.broken_at);
}

static void verify_start(struct call *call, const Okr__VerifyAuditRequest *request)
{
    struct verify *asked = call->state = NEW_ARRAY(call, struct verify, 1);
    asked->ends = audit_ask_ends(call, request->after_revision);
    asked->chain = audit_ask_chain(call, request->after_revision, verify_limit(call));
    call->then = verify_done;
}

HANDLER(audit_verify_audit, verify_start, .bulk = true, .present = true);
