// Errors of the MSPDI reader: the first one is kept.
#include "client/plan_sync/mspdi/error.h"

#include <string.h>

void mspdi_copy_chars(char *to, size_t size, const char *from, size_t len, size_t chars)
{
    size_t used = 0;
    size_t i = 0;
    while (i < len && chars > 0) {
        size_t n = 1;
        while (i + n < len && ((unsigned char)from[i + n] & 0xC0) == 0x80)
            n++;
        if (used + n >= size)
            break;
        memcpy(to + used, from + i, n);
        used += n;
        i += n;
        chars--;
    }
    to[used] = '\0';
}

bool mspdi_fail(struct mspdi_error *error, enum mspdi_error_kind kind, const char *message,
                const char *detail)
{
    if (error->kind != MSPDI_OK)
        return false;
    *error = (struct mspdi_error){.kind = kind, .message = message};
    if (detail)
        mspdi_copy_chars(error->detail, sizeof error->detail, detail, strlen(detail), SIZE_MAX);
    return false;
}
