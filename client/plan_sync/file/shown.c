// By Unicode's categories.
#include "client/plan_sync/file/shown.h"

#include <string.h>
#include <utf8proc.h>

static bool is_visible(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

void shown_print(FILE *to, const char *name)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)name;
    for (utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(name), n; left > 0; left -= n, at += n) {
        utf8proc_int32_t c;
        n = utf8proc_iterate(at, left, &c);
        bool visible = n > 0 && is_visible(c);
        n = n > 0 ? n : 1;
        for (utf8proc_ssize_t i = 0; i < n; i++)
            fprintf(to, visible ? "%c" : "\\x%02X", at[i]);
    }
}
