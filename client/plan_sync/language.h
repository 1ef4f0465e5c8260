// The language of what people read: domain "okr", English in the source.
#ifndef OKR_CLIENT_PLAN_SYNC_LANGUAGE_H
#define OKR_CLIENT_PLAN_SYNC_LANGUAGE_H

// `wanted` ("ja", "en"; NULL: not given), else OKR_LANG, LC_ALL, LC_MESSAGES, LANG. The catalogue
// is beside the program (<its folder>/../share/locale). Works where only the C locale is installed.
void language_start(const char *wanted);

#endif
