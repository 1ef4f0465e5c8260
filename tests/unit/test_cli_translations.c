// Every text that is marked in client/ is in client/po/okr.pot and has a Japanese translation; the
// catalogue works on a machine that has no locale but C.UTF-8. Uses xgettext, msgcmp and msgfmt.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/core/intl.h"

static char extracted[64];

// Runs in the source tree; 0 when all went well.
static int run(const char *command)
{
    char line[2048];
    snprintf(line, sizeof(line), "cd '%s' && %s", SOURCE_DIR, command);
    return system(line);
}

static int extract(void **state)
{
    (void)state;
    char command[1024];
    snprintf(extracted, sizeof(extracted), "/tmp/okr-texts-%ld.pot", (long)getpid());
    snprintf(
        command, sizeof(command),
        "find client -name '*.[ch]' | sort | xgettext --language=C --from-code=UTF-8 --keyword "
        "--keyword=_ --keyword=N_ -o %s -f -",
        extracted);
    return run(command);
}

static int forget(void **state)
{
    (void)state;
    return unlink(extracted);
}

static void compare(const char *catalogue, const char *options)
{
    char command[512];
    snprintf(command, sizeof(command), "msgcmp %s client/po/%s %s", options, catalogue, extracted);
    if (run(command) != 0)
        fail_msg("client/po/%s lacks what is named above", catalogue);
}

static void test_the_template_has_every_text(void **state)
{
    (void)state;
    compare("okr.pot", "--use-untranslated");
}

// msgcmp fails for a text that is missing, untranslated or fuzzy.
static void test_everything_is_in_japanese(void **state)
{
    (void)state;
    compare("ja.po", "");
    assert_int_equal(run("msgfmt --check -o /dev/null client/po/ja.po"), 0);
}

static void test_japanese_is_shown_without_its_locale(void **state)
{
    (void)state;
    char command[512];
    snprintf(command, sizeof(command), "test -f '%s/share/locale/ja/LC_MESSAGES/okr.mo'",
             BUILD_DIR);
    if (run(command) != 0)
        fail_msg("the catalogue is not built: build the target translations");
    static const char *const locales[] = {"C", "C.UTF-8", "ja_JP.UTF-8", ""};
    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        setenv("LC_ALL", locales[i], 1);
        intl_start("ja");
        assert_true(intl_japanese());
        assert_string_equal(_("weekly goal"), "週次目標");
        intl_start("en");
        assert_false(intl_japanese());
        assert_string_equal(_("weekly goal"), "weekly goal");
    }
}

static void test_the_language_is_taken_from_the_environment(void **state)
{
    (void)state;
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "ja_JP.UTF-8", 1);
    intl_start(NULL);
    assert_true(intl_japanese());
    setenv("OKR_LANG", "en", 1);
    intl_start(NULL);
    assert_false(intl_japanese());
    unsetenv("OKR_LANG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_template_has_every_text),
        cmocka_unit_test(test_everything_is_in_japanese),
        cmocka_unit_test(test_japanese_is_shown_without_its_locale),
        cmocka_unit_test(test_the_language_is_taken_from_the_environment),
    };
    return cmocka_run_group_tests(tests, extract, forget);
}
