// Who a token belongs to and what it allows: members, roles, agents, and every way to be refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/rpc_method.h"
#include "tests/unit/directory_rows.h"

#define NOW "1600000000000000"
#define LATER "1700000000000000"
#define SOONER "1500000000000000"
static const int64_t now = INT64_C(1600000000000000);

static const char *const members[][FIXTURE_COLUMNS] = {
    {"2", "zoe", "Zoe", "t"},   {"3", "alice", "アリス", "t"}, {"5", "gone", "Gone", "f"},
    {"8", "root", "Root", "t"}, {"9", "nobody", "N", "t"},
};
static const char *const roles[][FIXTURE_COLUMNS] = {
    {"2", "program-manager", "4"}, {"2", "pl", "5"},     {"3", "engineer", "6"},
    {"3", "tester", "6"},          {"5", "admin", "12"}, {"8", "admin", "12"},
};
static const char *const tokens[][FIXTURE_COLUMNS] = {
    {"1", "zoe-token", "2", LATER},   {"2", "alice-old", "3", SOONER},
    {"3", "alice-token", "3", LATER}, {"4", "gone-token", "5", LATER},
    {"5", "edge", "3", NOW},          {"6", "root-token", "8", LATER},
};
static const char *const agents[][FIXTURE_COLUMNS] = {
    {"zoe-agent", "2", LATER, "sync", "main"},
    {"alice-agent", "3", LATER, "sync2", "other"},
    {"gone-agent", "5", LATER, "sync3", "main"},
    {"late-agent", "2", SOONER, "sync4", "main"},
};
static const char *const settings[][FIXTURE_COLUMNS] = {
    {"4", "Asia/Tokyo", "5", "1080", "70", "90", "3", "3"}};

static const struct fixture fixtures[] = {FIXTURE(members), FIXTURE(roles), FIXTURE(tokens),
                                          FIXTURE(agents), FIXTURE(settings)};

static int make(void **state)
{
    *state = fixture_directory(fixtures);
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    directory_free(*state);
    return 0;
}

static void test_token_gives_member_and_rights(void **state)
{
    struct directory_hit hit;
    Okr__Reason reason;
    const struct directory_member *m = directory_by_token(*state, "zoe-token", now, &hit, &reason);
    assert_non_null(m);
    assert_int_equal(m->id, 2);
    assert_string_equal(m->handle, "zoe");
    assert_int_equal(hit.token_id, 1);
    assert_null(hit.agent);
    assert_int_equal(hit.rights,
                     ROLE_BIT(OKR__ROLE__ROLE_PROGRAM_MANAGER) | ROLE_BIT(OKR__ROLE__ROLE_PL));
    assert_int_equal(hit.expires_at, INT64_C(1700000000000000));
}

static void assert_refused(const struct directory *dir, const char *token, Okr__Reason reason)
{
    struct directory_hit hit = {.token_id = 77};
    Okr__Reason got = OKR__REASON__REASON_UNSPECIFIED;
    assert_null(directory_by_token(dir, token, now, &hit, &got));
    assert_int_equal(got, reason);
    assert_int_equal(hit.token_id, 77); // untouched on failure
}

static void test_refusals(void **state)
{
    assert_refused(*state, "zoe-toke", OKR__REASON__REASON_TOKEN_UNKNOWN);
    assert_refused(*state, "", OKR__REASON__REASON_TOKEN_UNKNOWN);
    assert_refused(*state, "alice-old", OKR__REASON__REASON_TOKEN_EXPIRED);
    assert_refused(*state, "edge", OKR__REASON__REASON_TOKEN_EXPIRED); // valid until, not at
    assert_refused(*state, "gone-token", OKR__REASON__REASON_MEMBER_INACTIVE);
}

// R29: an agent has the agent's right and no other, while its delegator could delegate.
static void test_agents(void **state)
{
    struct directory_hit hit;
    Okr__Reason reason;
    const struct directory_member *m = directory_by_token(*state, "zoe-agent", now, &hit, &reason);
    assert_non_null(m);
    assert_string_equal(m->handle, "zoe");
    assert_int_equal(hit.rights, ROLE_BIT(OKR__ROLE__ROLE_AGENT));
    assert_string_equal(hit.agent, "sync");
    assert_int_equal(hit.token_id, 0);
    assert_int_equal(hit.n_sources, 1);
    assert_string_equal(hit.sources[0], "main");
    assert_refused(*state, "alice-agent", OKR__REASON__REASON_DELEGATION_ENDED);
    assert_refused(*state, "gone-agent", OKR__REASON__REASON_DELEGATION_ENDED);
    assert_refused(*state, "late-agent", OKR__REASON__REASON_TOKEN_EXPIRED);
}

static void test_members(void **state)
{
    const struct directory_member *m = directory_by_handle(*state, "alice");
    assert_non_null(m);
    assert_ptr_equal(m, directory_by_id(*state, 3));
    assert_string_equal(m->name, "アリス");
    assert_int_equal(m->n_roles, 2);
    assert_string_equal(m->roles[1]->name, "tester");
    assert_null(directory_by_handle(*state, "alic"));
    assert_null(directory_by_id(*state, 4));
    for (int i = 0; i < 5; i++) // each is found, first and last too
        assert_non_null(directory_by_handle(*state, members[i][1]));
    assert_int_equal(directory_by_handle(*state, "nobody")->n_roles, 0);
    assert_int_equal(directory_by_handle(*state, "nobody")->rights, 0);
}

static void test_role_names(void **state)
{
    const struct directory_member *zoe = directory_by_handle(*state, "zoe");
    uint32_t pl = ROLE_BIT(OKR__ROLE__ROLE_PL), pm = ROLE_BIT(OKR__ROLE__ROLE_PROGRAM_MANAGER);
    assert_string_equal(directory_role_name(*state, zoe, pl), "pl");
    assert_string_equal(directory_role_name(*state, zoe, pl | pm), "program-manager");
    assert_null(directory_role_name(*state, zoe, ROLE_BIT(OKR__ROLE__ROLE_ADMIN)));
    assert_string_equal(directory_role_name(*state, zoe, ROLE_BIT(OKR__ROLE__ROLE_AGENT)), "agent");
}

static void test_settings_and_tokens(void **state)
{
    const Okr__Settings *s = directory_settings(*state);
    assert_int_equal(s->fiscal_first_month, 4);
    assert_string_equal(s->time_zone, "Asia/Tokyo");
    assert_int_equal(s->token_days, 90);
    assert_int_equal(s->review_months, 3);
    assert_true(s->has_version && s->version == 3);
    assert_int_equal(directory_token_expiry(*state, 3), INT64_C(1700000000000000));
    assert_int_equal(directory_token_expiry(*state, 99), 0);
    assert_int_equal(directory_token_expiry(*state, 0), 0); // agents have no id
}

static void test_admin(void **state)
{
    assert_true(directory_has_admin(*state));
    struct fixture without[] = {FIXTURE(members), FIXTURE(roles), FIXTURE(tokens), FIXTURE(agents),
                                FIXTURE(settings)};
    without[1].count = 5; // the admin's role that is left is an inactive member's
    struct directory *dir = fixture_directory(without);
    assert_non_null(dir);
    assert_false(directory_has_admin(dir));
    directory_free(dir);
}

static void test_empty_and_broken(void **state)
{
    (void)state;
    struct fixture empty[] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, FIXTURE(settings)};
    struct directory *dir = fixture_directory(empty);
    assert_non_null(dir);
    assert_refused(dir, "zoe-token", OKR__REASON__REASON_TOKEN_UNKNOWN);
    assert_null(directory_by_handle(dir, "zoe"));
    assert_null(directory_by_id(dir, 1));
    directory_free(dir);
    empty[4].count = 0;
    assert_null(fixture_directory(empty));
    struct fixture torn[] = {{NULL, 0}, {NULL, 0}, FIXTURE(tokens), {NULL, 0}, FIXTURE(settings)};
    assert_null(fixture_directory(torn)); // a token of nobody
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_gives_member_and_rights),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_agents),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_role_names),
        cmocka_unit_test(test_settings_and_tokens),
        cmocka_unit_test(test_admin),
        cmocka_unit_test(test_empty_and_broken),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
