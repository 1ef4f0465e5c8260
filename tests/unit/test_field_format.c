// Each form takes what it is there for, and nothing beside it.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/field_format.h"

#define THIRTY_TWO "a123456789012345678901234567890b"
#define SIXTY_FOUR THIRTY_TWO THIRTY_TWO

static const struct {
    Okr__Format format;
    const char *fits[5], *not [8];
} forms[] = {
    {OKR__FORMAT__FORMAT_DAY,
     {"2021-02-08", "2024-02-29"},
     {"", "2021-02-29", "2021-2-8", "08.02.2021", "2021-02-08 "}},
    {OKR__FORMAT__FORMAT_WEEK,
     {"2021-W06", "2020-W53", "2021W06", "2021-w06"},
     {"", "2021-W53", "2021-W00"}},
    {OKR__FORMAT__FORMAT_MONTH, {"2021-02"}, {"", "2021-13", "2021-00", "2021-2", "2021-02-01"}},
    {OKR__FORMAT__FORMAT_QUARTER,
     {"2021Q1", "2021Q4", "2021-Q1"},
     {"", "2021Q5", "2021Q0", "21Q1"}},
    {OKR__FORMAT__FORMAT_HANDLE,
     {"kim", "k.i_m-2", "1", THIRTY_TWO},
     {"", "Kim", ".kim", "-kim", "k m", "k\xC3\xA9", THIRTY_TWO "c"}},
    {OKR__FORMAT__FORMAT_ROLE,
     {"service-engineer", "pl"},
     {"", "service_engineer", "-pl", "PL", THIRTY_TWO "c"}},
    {OKR__FORMAT__FORMAT_SOURCE,
     {"program", "mobile-team_2.1", SIXTY_FOUR},
     {"", "Program", "_program", "a b", SIXTY_FOUR "c"}},
    {OKR__FORMAT__FORMAT_CLOCK,
     {"2021-02-08T00:00:00", "2021-02-08T23:59:59"},
     {"", "2021-02-08", "2021-02-08T24:00:00", "2021-02-08T08:60:00", "2021-02-08 08:00:00",
      "2021-02-30T08:00:00", "2021-02-08T08:00:00Z"}},
    {OKR__FORMAT__FORMAT_SHA256,
     {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
     {"", "0123456789abcdef", "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef"}},
};

static void texts_fit_their_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        for (int k = 0; k < 5 && forms[i].fits[k]; k++)
            if (!format_fits(forms[i].format, forms[i].fits[k]))
                fail_msg("%s: %s", format_form(forms[i].format), forms[i].fits[k]);
        for (int k = 0; k < 8 && forms[i].not [k]; k++)
            if (format_fits(forms[i].format, forms[i].not [k]))
                fail_msg("%s: \"%s\" passes", format_form(forms[i].format), forms[i].not [k]);
    }
    assert_true(format_fits(OKR__FORMAT__FORMAT_UNSPECIFIED, "anything"));
}

// A form that is added to the contract has to be recognised, worded and refused for a reason.
static void every_form_of_the_contract_is_known(void **state)
{
    (void)state;
    const ProtobufCEnumDescriptor *all = &okr__format__descriptor;
    for (unsigned i = 0; i < all->n_values; i++) {
        Okr__Format format = (Okr__Format)all->values[i].value;
        if (format == OKR__FORMAT__FORMAT_UNSPECIFIED)
            continue;
        assert_non_null(format_form(format));
        assert_int_not_equal(format_reason(format), OKR__REASON__REASON_UNSPECIFIED);
        bool refuses =
            !format_fits(format, "No such form!") || !format_fits_number(format, (double)NAN);
        if (!refuses)
            fail_msg("%s refuses nothing", all->values[i].name);
    }
}

static void numbers_fit_their_form(void **state)
{
    (void)state;
    assert_true(format_fits_number(OKR__FORMAT__FORMAT_FINITE, -1e300));
    assert_false(format_fits_number(OKR__FORMAT__FORMAT_FINITE, INFINITY));
    assert_true(format_fits_number(OKR__FORMAT__FORMAT_AMOUNT, -1e18));
    assert_false(format_fits_number(OKR__FORMAT__FORMAT_AMOUNT, 1.1e18));
    assert_true(format_fits_number(OKR__FORMAT__FORMAT_UNSPECIFIED, INFINITY));
}

static void blanks_and_characters(void **state)
{
    (void)state;
    assert_true(text_is_blank(""));
    assert_true(text_is_blank(" \t\n\xE3\x80\x80"));
    assert_false(text_is_blank(" \xE3\x80\x81"));
    assert_int_equal(text_characters("a\xE3\x81\x82\xF0\x9F\x8D\xA3"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_fit_their_form),
        cmocka_unit_test(every_form_of_the_contract_is_known),
        cmocka_unit_test(numbers_fit_their_form),
        cmocka_unit_test(blanks_and_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
