// Names of encodings as files have them, and the converters of glibc.
//
// Programs on Windows write "Shift_JIS" and mean code page 932, "GB2312" and mean 936 and so on:
// the declared encoding is used where it has the character, its extension where it has not.
#include "client/plan_sync/mspdi/charset.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct entry {
    const char *name; // upper case, '-' for '_'
    const char *iconv;
    const char *wider;
    bool wide_units;
    bool jis_ascii;
} entries[] = {
    {"UTF-8", "", NULL, false, false},
    {"UTF8", "", NULL, false, false},
    {"UTF-16", "UTF-16LE", NULL, true, false},
    {"UTF-16LE", "UTF-16LE", NULL, true, false},
    {"UTF-16BE", "UTF-16BE", NULL, true, false},
    {"UTF-32", "UTF-32LE", NULL, true, false},
    {"UTF-32LE", "UTF-32LE", NULL, true, false},
    {"UTF-32BE", "UTF-32BE", NULL, true, false},
    {"UNICODE", "UTF-16LE", NULL, true, false},
    {"UCS-2", "UTF-16LE", NULL, true, false},
    {"ISO-10646-UCS-2", "UTF-16LE", NULL, true, false},
    {"UCS-4", "UTF-32LE", NULL, true, false},
    {"ISO-10646-UCS-4", "UTF-32LE", NULL, true, false},
    {"US-ASCII", "ASCII", NULL, false, false},
    {"ANSI-X3.4-1968", "ASCII", NULL, false, false},
    {"ISO646-US", "ASCII", NULL, false, false},
    {"ASCII", "ASCII", NULL, false, false},
    {"LATIN1", "ISO-8859-1", NULL, false, false},
    {"LATIN-1", "ISO-8859-1", NULL, false, false},
    {"SHIFT-JIS", "SHIFT_JIS", "CP932", false, true},
    {"SHIFTJIS", "SHIFT_JIS", "CP932", false, true},
    {"SJIS", "SHIFT_JIS", "CP932", false, true},
    {"MS-KANJI", "SHIFT_JIS", "CP932", false, true},
    {"X-SJIS", "CP932", NULL, false, false},
    {"WINDOWS-31J", "CP932", NULL, false, false},
    {"MS932", "CP932", NULL, false, false},
    {"CP932", "CP932", NULL, false, false},
    {"EUC-JP", "EUC-JP", "EUC-JP-MS", false, false},
    {"EUCJP", "EUC-JP", "EUC-JP-MS", false, false},
    {"X-EUC-JP", "EUC-JP", "EUC-JP-MS", false, false},
    {"ISO-2022-JP", "ISO-2022-JP", NULL, false, false},
    {"GB18030", "GB18030", NULL, false, false},
    {"GBK", "GBK", "GB18030", false, false},
    {"CP936", "CP936", "GB18030", false, false},
    {"GB2312", "GB2312", "GB18030", false, false},
    {"BIG5", "BIG5", "CP950", false, false},
    {"CP950", "CP950", NULL, false, false},
    {"BIG5-HKSCS", "BIG5-HKSCS", NULL, false, false},
    {"EUC-KR", "EUC-KR", "CP949", false, false},
    {"KS-C-5601-1987", "EUC-KR", "CP949", false, false},
    {"CP949", "CP949", NULL, false, false},
    {"ISO-2022-KR", "ISO-2022-KR", NULL, false, false},
    {"EUC-CN", "GB2312", "GB18030", false, false},
    {"EUC-TW", "EUC-TW", NULL, false, false},
    {"MACROMAN", "MACINTOSH", NULL, false, false},
    {"KOI8-R", "KOI8-R", NULL, false, false},
    {"KOI8-U", "KOI8-U", NULL, false, false},
    {"TIS-620", "TIS-620", NULL, false, false},
    {"MACINTOSH", "MACINTOSH", NULL, false, false},
};

// Families of single-byte encodings, told apart by a number.
static const struct family {
    const char *prefix;
    const char *iconv;
    const char *numbers; // each between blanks
} families[] = {
    {"WINDOWS-", "CP", " 874 1250 1251 1252 1253 1254 1255 1256 1257 1258 "},
    {"CP", "CP", " 437 850 852 855 858 866 874 1250 1251 1252 1253 1254 1255 1256 1257 1258 "},
    {"IBM", "CP", " 437 850 852 855 866 "},
    {"ISO-8859-", "ISO-8859-", " 1 2 3 4 5 6 7 8 9 10 11 13 14 15 16 "},
    {"ISO8859-", "ISO-8859-", " 1 2 3 4 5 6 7 8 9 10 11 13 14 15 16 "},
};

static void normalize(char *to, size_t size, const char *name)
{
    size_t i = 0;
    for (; name[i] && i + 1 < size; i++)
        to[i] = name[i] == '_' ? '-' : (char)toupper((unsigned char)name[i]);
    to[i] = '\0';
}

static bool in_family(const struct family *f, const char *name, const char **ret_number)
{
    size_t len = strlen(f->prefix);
    if (strncmp(name, f->prefix, len) != 0 || strlen(name + len) > 4 || !name[len])
        return false;
    char wanted[8];
    snprintf(wanted, sizeof wanted, " %.4s ", name + len);
    *ret_number = name + len;
    return strstr(f->numbers, wanted) != NULL;
}

struct mspdi_charset mspdi_charset_find(const char *name)
{
    struct mspdi_charset found = {.iconv = "", .known = !*name};
    char key[24];
    normalize(key, sizeof key, name);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        const struct entry *e = &entries[i];
        if (strcmp(key, e->name) != 0)
            continue;
        snprintf(found.iconv, sizeof found.iconv, "%s", e->iconv);
        found.wider = e->wider;
        found.wide_units = e->wide_units;
        found.jis_ascii = e->jis_ascii;
        found.known = true;
        return found;
    }
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const char *number;
        if (!in_family(&families[i], key, &number))
            continue;
        snprintf(found.iconv, sizeof found.iconv, "%s%s", families[i].iconv, number);
        found.known = true;
        return found;
    }
    return found;
}
