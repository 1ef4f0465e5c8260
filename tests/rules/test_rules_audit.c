// R52: every change is in an append-only log, once, and a log that was tampered with shows it. Over
// a real okrd, and past it: as its database role, as the owner of the tables, as superuser.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/okrd.h"

static struct okrd *okrd;

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

static void drop(void *reply)
{
    protobuf_c_message_free_unpacked(reply, NULL);
}

static int64_t revision(void)
{
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    Okr__ServerInfo *info = okrd_must(okrd, NULL, RPC_SERVER_GET_SERVER_INFO, &request);
    int64_t now = info->revision;
    drop(info);
    return now;
}

// The first cell of a query's answer as a number.
static int64_t number(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(db));
    int64_t value = atoll(PQgetvalue(r, 0, 0));
    PQclear(r);
    return value;
}

static void run(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(db));
    PQclear(r);
}

static Okr__AuditList *list_from(int64_t after, int32_t limit, bool newest_first)
{
    Okr__ListAuditRequest request = OKR__LIST_AUDIT_REQUEST__INIT;
    request.has_after_revision = request.has_limit = request.has_newest_first = 1;
    request.after_revision = after;
    request.limit = limit;
    request.newest_first = newest_first;
    return okrd_must(okrd, "reader", RPC_AUDIT_LIST_AUDIT, &request);
}

static void set_name(const char *handle, int64_t version, const char *name)
{
    Okr__UpdateMemberRequest request = OKR__UPDATE_MEMBER_REQUEST__INIT;
    request.handle = text(handle);
    request.has_version = 1;
    request.version = version;
    request.name = text(name);
    drop(okrd_must(okrd, "admin", RPC_MEMBER_UPDATE_MEMBER, &request));
}

// ---- what is recorded -------------------------------------------------------------------------

// Broken: a change without its row, or one that does not say who, in which role, what before and
// after.
static void r52_a_change_is_recorded_with_before_and_after(void **state)
{
    (void)state;
    int64_t before = revision();
    set_name("reader", 1, "読む人");
    assert_int_equal(revision(), before + 1);
    Okr__AuditList *list = list_from(before, 10, false);
    assert_int_equal(list->n_rows, 1);
    const Okr__AuditRow *row = list->rows[0];
    assert_int_equal(row->revision, before + 1);
    assert_string_equal(row->actor, "admin");
    assert_string_equal(row->role, "admin");
    assert_null(row->agent);
    assert_string_equal(row->method, "okr.v1.MemberService/UpdateMember");
    assert_string_equal(row->resource, "member/reader");
    assert_non_null(strstr(row->at, "2021-02-08T01:"));
    assert_non_null(strstr(row->before, "\"name\":\"reader\""));
    assert_non_null(strstr(row->after, "\"name\":\"読む人\""));
    assert_int_equal(strlen(row->hash), 64);
    drop(list);
}

// Broken: what was created has something before it.
static void r52_a_new_thing_has_nothing_before(void **state)
{
    (void)state;
    int64_t before = revision();
    okrd_member(okrd, "newcomer", NULL);
    Okr__AuditList *list = list_from(before, 1, false);
    assert_string_equal(list->rows[0]->resource, "member/newcomer");
    assert_null(list->rows[0]->before);
    assert_non_null(list->rows[0]->after);
    drop(list);
}

// Broken: a retry changes, and is recorded, a second time.
static void r52_a_retry_is_recorded_once(void **state)
{
    (void)state;
    static const uint8_t id[16] = "sixteen bytes id";
    Okr__AddMemberRequest request = OKR__ADD_MEMBER_REQUEST__INIT;
    request.handle = text("once");
    request.name = text("Once");
    int64_t before = revision();
    for (int i = 0; i < 3; i++) {
        struct rpc_result result;
        rpc_call_with_id(okrd_client(okrd, "admin"), RPC_MEMBER_ADD_MEMBER, &request.base, id,
                         &result);
        assert_int_equal(result.status->code, OKR__CODE__CODE_OK);
        assert_string_equal(((Okr__Member *)result.reply)->handle, "once");
        assert_int_equal(result.revision, before + 1);
        rpc_result_clear(&result);
    }
    assert_int_equal(revision(), before + 1);
    request.name = text("Twice"); // the same id for something else
    struct rpc_result result;
    rpc_call_with_id(okrd_client(okrd, "admin"), RPC_MEMBER_ADD_MEMBER, &request.base, id, &result);
    assert_int_equal(result.status->reason, OKR__REASON__REASON_REQUEST_ID_REUSED);
    rpc_result_clear(&result);
    assert_int_equal(revision(), before + 1);
}

// Broken: what was refused, or only read, leaves a row or a revision.
static void r52_no_change_no_row(void **state)
{
    (void)state;
    PGconn *db = okrd_database(okrd, OKRD_APP);
    int64_t rows = number(db, "SELECT count(*) FROM audit");
    int64_t before = revision();
    Okr__AddMemberRequest request = OKR__ADD_MEMBER_REQUEST__INIT;
    request.handle = text("reader");
    request.name = text("Reader");
    okrd_refused(okrd, "admin", RPC_MEMBER_ADD_MEMBER, &request, OKR__CODE__CODE_ALREADY_EXISTS,
                 OKR__REASON__REASON_EXISTS);
    request.handle = text("No Such Handle");
    okrd_refused(okrd, "admin", RPC_MEMBER_ADD_MEMBER, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                 OKR__REASON__REASON_BAD_VALUE);
    drop(list_from(0, 1000, false));
    assert_int_equal(revision(), before);
    assert_int_equal(number(db, "SELECT count(*) FROM audit"), rows);
    assert_int_equal(number(db, "SELECT revision FROM head"), rows); // gapless, from 1 on
    PQfinish(db);
}

static int64_t rows_with(PGconn *db, const char *needle)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM audit WHERE position('%s' in coalesce(before::text, '') || "
             "coalesce(after::text, '') || encode(reply, 'hex') || encode(reply, 'escape')) > 0",
             needle);
    return number(db, sql);
}

// Broken: the log gives away a secret, or what could be used to look for one.
static void r52_no_secret_is_in_the_log(void **state)
{
    (void)state;
    char *token = okrd_login(okrd, "reader");
    uint8_t hash[32];
    char hex[65], base64[64];
    ProtobufCBinaryData sum = okrd_hash(token, hash);
    sodium_bin2hex(hex, sizeof hex, sum.data, sum.len);
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    PGconn *db = okrd_database(okrd, OKRD_APP);
    assert_int_equal(rows_with(db, token), 0);
    assert_int_equal(rows_with(db, hex), 0);
    assert_int_equal(rows_with(db, base64), 0);
    assert_true(rows_with(db, "reader") > 0); // the search itself finds things
    PQfinish(db);
    free(token);
}

// ---- reading it -------------------------------------------------------------------------------

// Broken: pages repeat or skip rows, or filters let others through.
static void r52_pages_and_filters(void **state)
{
    (void)state;
    int64_t last = revision(), seen = 0;
    for (bool more = true; more;) {
        Okr__AuditList *page = list_from(seen, 3, false);
        assert_true(page->n_rows <= 3 && page->n_rows > 0);
        for (size_t i = 0; i < page->n_rows; i++)
            assert_int_equal(page->rows[i]->revision, ++seen);
        more = page->more;
        drop(page);
    }
    assert_int_equal(seen, last);
    Okr__AuditList *newest = list_from(0, 2, true);
    assert_int_equal(newest->rows[0]->revision, last);
    assert_int_equal(newest->rows[1]->revision, last - 1);
    assert_true(newest->more);
    drop(newest);
    newest = list_from(2, 10, true);
    assert_int_equal(newest->n_rows, 1);
    assert_int_equal(newest->rows[0]->revision, 1);
    assert_null(newest->rows[0]->actor); // the first admin was claimed by nobody
    assert_false(newest->more);
    drop(newest);
    Okr__ListAuditRequest request = OKR__LIST_AUDIT_REQUEST__INIT;
    request.resource = text("member/reader");
    request.actor = text("admin");
    Okr__AuditList *list = okrd_must(okrd, "reader", RPC_AUDIT_LIST_AUDIT, &request);
    assert_true(list->n_rows >= 2);
    for (size_t i = 0; i < list->n_rows; i++) {
        assert_string_equal(list->rows[i]->resource, "member/reader");
        assert_string_equal(list->rows[i]->actor, "admin");
    }
    drop(list);
    request.actor = text("reader");
    list = okrd_must(okrd, "reader", RPC_AUDIT_LIST_AUDIT, &request);
    assert_int_equal(list->n_rows, 0);
    drop(list);
}

// ---- nothing is changed in it -----------------------------------------------------------------

static void assert_forbidden(PGconn *db, const char *sql)
{
    PGresult *r = PQexec(db, sql);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (!state || strcmp(state, "42501") != 0)
        fail_msg("%s: should be forbidden (%s)", sql, state ? state : "done");
    PQclear(r);
}

// Broken: a server with a fault, or the owner of the tables, rewrites history.
static void r52_the_log_is_append_only(void **state)
{
    (void)state;
    static const char *const tries[] = {"UPDATE audit SET actor = 'nobody' WHERE revision = 1",
                                        "DELETE FROM audit WHERE revision = 1", "TRUNCATE audit",
                                        "DELETE FROM audit WHERE false"};
    static const enum okrd_role roles[] = {OKRD_APP, OKRD_OWNER};
    for (size_t i = 0; i < 2; i++) {
        PGconn *db = okrd_database(okrd, roles[i]);
        for (size_t k = 0; k < sizeof tries / sizeof *tries; k++)
            assert_forbidden(db, tries[k]);
        PQfinish(db);
    }
    PGconn *db = okrd_database(okrd, OKRD_APP);
    assert_forbidden(db, "ALTER TABLE audit DISABLE TRIGGER ALL");
    assert_forbidden(db, "DELETE FROM member");
    assert_forbidden(db, "DELETE FROM token");
    PQfinish(db);
}

static Okr__AuditVerification *verify_from(int64_t after, int32_t limit)
{
    Okr__VerifyAuditRequest request = OKR__VERIFY_AUDIT_REQUEST__INIT;
    request.has_after_revision = request.has_limit = 1;
    request.after_revision = after;
    request.limit = limit;
    return okrd_must(okrd, "reader", RPC_AUDIT_VERIFY_AUDIT, &request);
}

// 0: the chain is whole.
static int64_t broken_at(void)
{
    Okr__AuditVerification *v = verify_from(0, 5000);
    int64_t at = v->has_broken_at ? v->broken_at : 0;
    assert_false(v->more);
    drop(v);
    return at;
}

// Broken: a log that nobody touched looks tampered with, or the check ends before the end.
static void r52_the_chain_is_whole(void **state)
{
    (void)state;
    int64_t last = revision(), checked = 0;
    assert_int_equal(broken_at(), 0);
    for (bool more = true; more;) {
        Okr__AuditVerification *v = verify_from(checked, 4);
        assert_false(v->has_broken_at);
        assert_int_equal(v->checked_to, checked + 4 < last ? checked + 4 : last);
        checked = v->checked_to;
        more = v->more;
        drop(v);
    }
    assert_int_equal(checked, last);
    Okr__AuditVerification *end = verify_from(last, 10);
    assert_false(end->has_broken_at || end->more);
    drop(end);
    Okr__VerifyAuditRequest beyond = OKR__VERIFY_AUDIT_REQUEST__INIT;
    beyond.has_after_revision = 1;
    beyond.after_revision = last + 1;
    okrd_refused(okrd, "reader", RPC_AUDIT_VERIFY_AUDIT, &beyond, OKR__CODE__CODE_INVALID_ARGUMENT,
                 OKR__REASON__REASON_BAD_VALUE);
}

static void restore(PGconn *db)
{
    run(db, "TRUNCATE audit");
    run(db, "INSERT INTO audit SELECT * FROM audit_as_it_was");
    run(db, "UPDATE head SET revision = was.revision, hash = was.hash FROM head_as_it_was was");
    assert_int_equal(broken_at(), 0);
}

// Broken: somebody with every right in the database changes one field, and the check says nothing.
// The row that is changed is the third; where rows are gone, the first gap is named.
static void r52_tampering_is_found(void **state)
{
    (void)state;
    int64_t last = revision();
    const struct {
        const char *sql;
        int64_t at;
    } tricks[] = {
        {"UPDATE audit SET at = at + interval '1 microsecond' WHERE revision = 3", 3},
        {"UPDATE audit SET actor = 'nobody' WHERE revision = 3", 3},
        {"UPDATE audit SET actor = NULL WHERE revision = 3", 3},
        {"UPDATE audit SET role = 'pdm' WHERE revision = 3", 3},
        {"UPDATE audit SET agent = '' WHERE revision = 3", 3},
        {"UPDATE audit SET method = method || ' ' WHERE revision = 3", 3},
        {"UPDATE audit SET resource = 'member/0' WHERE revision = 3", 3},
        {"UPDATE audit SET before = '{}' WHERE revision = 3", 3},
        {"UPDATE audit SET after = (after::text || ' ')::json WHERE revision = 3", 3},
        {"UPDATE audit SET request_id = substr(sha256('x'), 1, 16) WHERE revision = 3", 3},
        {"UPDATE audit SET request_hash = sha256('x') WHERE revision = 3", 3},
        {"UPDATE audit SET reply = reply || 'x' WHERE revision = 3", 3},
        {"UPDATE audit SET hash = sha256('x') WHERE revision = 3", 3},
        {"DELETE FROM audit WHERE revision = 3", 3},
        {"DELETE FROM audit WHERE revision <= 3", 1},
        {"DELETE FROM audit WHERE revision = (SELECT max(revision) FROM audit)", last},
        {"TRUNCATE audit", 1},
        {"UPDATE head SET revision = revision + 1", last + 1},
        {"UPDATE head SET hash = sha256('x')", last},
    };
    PGconn *db = okrd_database(okrd, OKRD_SUPERUSER);
    run(db, "CREATE TABLE audit_as_it_was AS TABLE audit");
    run(db, "CREATE TABLE head_as_it_was AS TABLE head");
    run(db, "ALTER TABLE audit DISABLE TRIGGER ALL");
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++) {
        run(db, tricks[i].sql);
        int64_t at = broken_at();
        if (at != tricks[i].at)
            fail_msg("%s: found at %lld", tricks[i].sql, (long long)at);
        restore(db);
    }
    run(db, "ALTER TABLE audit ENABLE TRIGGER ALL");
    run(db, "DROP TABLE audit_as_it_was, head_as_it_was");
    PQfinish(db);
}

// Broken: the chain starts anew with the server.
static void r52_the_chain_goes_on_after_a_restart(void **state)
{
    (void)state;
    okrd_restart(okrd, true);
    okrd_member(okrd, "after-the-crash", NULL);
    assert_int_equal(broken_at(), 0);
}

// ---- all --------------------------------------------------------------------------------------

static int start(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-08T10:00:00+09:00");
    okrd_member(okrd, "reader", "engineer", NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r52_a_change_is_recorded_with_before_and_after),
        cmocka_unit_test(r52_a_new_thing_has_nothing_before),
        cmocka_unit_test(r52_a_retry_is_recorded_once),
        cmocka_unit_test(r52_no_change_no_row),
        cmocka_unit_test(r52_no_secret_is_in_the_log),
        cmocka_unit_test(r52_pages_and_filters),
        cmocka_unit_test(r52_the_log_is_append_only),
        cmocka_unit_test(r52_the_chain_is_whole),
        cmocka_unit_test(r52_tampering_is_found),
        cmocka_unit_test(r52_the_chain_goes_on_after_a_restart),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
