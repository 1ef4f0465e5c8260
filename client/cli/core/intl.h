// The language of everything that people read: domain "okr", English in the source, translations in
// client/po. Must not know what is said.
#ifndef OKR_CLIENT_CLI_CORE_INTL_H
#define OKR_CLIENT_CLI_CORE_INTL_H

#include <libintl.h>
#include <stdbool.h>

#define _(text) dgettext("okr", text)
#define N_(text) text // marks a text that is translated where it is shown

// Chooses the language: `wanted` ("ja", "en"; NULL: not given), else OKR_LANG, LC_ALL, LC_MESSAGES,
// LANG. Finds the catalogue beside the program (<its folder>/../share/locale). Can be called again.
// Needs no installed locale: a machine that has only C.UTF-8 shows Japanese as well.
void intl_start(const char *wanted);
bool intl_japanese(void);

#endif
